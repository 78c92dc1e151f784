"""Confusion: which class was taken for which, and what follows from that for each class."""

from collections.abc import Mapping

import torch

from dlstudio.training.measures.choices import decided
from dlstudio.training.measures.judgement import Row
from dlstudio.training.measures.reading import Reading
from dlstudio.training.measures.subject import Subject

MOST = 1000
"""With more classes, a square of counts says nothing to anybody and takes too much memory."""


class Confusion:
    """Counts of targets by answers; for several labels, of no and yes by no and yes for each."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.labels = subject.answer == "labels"
        self.classes = subject.classes
        count = len(subject.classes)
        self.counts = torch.zeros((count, 2, 2) if self.labels else (count, count), dtype=torch.long)

    def add(self, reading: Reading) -> None:
        answers, targets = decided(reading)
        if self.labels:
            places = torch.arange(targets.shape[1], device=targets.device) * 4 + targets * 2 + answers
        else:
            places = targets * len(self.classes) + answers
        found = torch.bincount(places.flatten(), minlength=self.counts.numel())
        self.counts += found.view(self.counts.shape).cpu()

    def square(self) -> tuple[tuple[int, ...], ...]:
        """The counts by target and answer; none for several labels, which exclude nothing."""
        return () if self.labels else tuple(tuple(row) for row in self.counts.tolist())

    def each(self) -> Mapping[str, Row]:
        """Precision, recall, F1 and the number of targets of every class."""
        counts = self.counts.double()
        if self.labels:
            right, wanted, given = counts[:, 1, 1], counts[:, 1].sum(1), counts[:, :, 1].sum(1)
        else:
            right, wanted, given = counts.diagonal(), counts.sum(1), counts.sum(0)
        columns = {
            "precision": right / given.clamp(min=1),
            "recall": right / wanted.clamp(min=1),
            "f1": 2 * right / (given + wanted).clamp(min=1),
            "samples": wanted,
        }
        return {
            name: {title: float(values[at]) for title, values in columns.items()}
            for at, name in enumerate(self.classes)
        }
