"""Figures: the measures of answers that are numbers, and of boxes around things."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from dlstudio.training.measures.boxes import ENOUGH, overlap
from dlstudio.training.measures.gauge import Explained, Gauge, Library, Share, wide
from dlstudio.training.measures.library import library
from dlstudio.training.measures.reading import Reading
from dlstudio.training.measures.subject import Subject

REGRESSION: Mapping[str, str] = {"explained_variance": "ExplainedVariance", "pearson": "PearsonCorrCoef"}


def figure_gauge(name: str, subject: Subject) -> Gauge:
    """The gauge of a metric of numbers."""
    if name == "mean_absolute_error":
        return Share(lambda r: (wide(r.answers - r.targets).abs().sum(), _size(r)))
    if name == "mean_square_error":
        return Share(_squares)
    if name == "root_mean_square_error":
        return Share(_squares, torch.sqrt)
    if name == "r2":
        return Explained()
    if name == "mean_iou":
        return Share(lambda r: (overlap(r.answers, r.targets).sum(), _count(r)))
    if name == "box_accuracy":
        return Share(lambda r: ((overlap(r.answers, r.targets) >= ENOUGH).sum(), _count(r)))
    outputs: dict[str, Any] = {"num_outputs": subject.places} if name == "pearson" else {}
    made = getattr(library("regression"), REGRESSION[name])(**outputs, sync_on_compute=False)
    return Library(made, lambda r: (_columns(r.answers), _columns(r.targets)))


def _squares(reading: Reading) -> tuple[Tensor, Tensor]:
    return wide(reading.answers - reading.targets).square().sum(), _size(reading)


def _columns(values: Tensor) -> Tensor:
    values = wide(values)
    return values.squeeze(1) if values.shape[1] == 1 else values


def _size(reading: Reading) -> Tensor:
    return torch.tensor(reading.targets.numel())


def _count(reading: Reading) -> Tensor:
    return torch.tensor(len(reading.targets))
