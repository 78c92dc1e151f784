"""Confusion: which class was taken for which, and what follows from that for each class."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from dlstudio.training.measures.choices import decided
from dlstudio.training.measures.judgement import Row
from dlstudio.training.measures.library import library, quiet
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
        made = library()
        arguments: dict[str, Any] = {"validate_args": False, "sync_on_compute": False}
        if self.labels:
            self.metric = made.MultilabelConfusionMatrix(len(subject.classes), **arguments)
        elif subject.answer == "yes/no":
            self.metric = made.BinaryConfusionMatrix(**arguments)
        else:
            self.metric = made.MulticlassConfusionMatrix(len(subject.classes), **arguments)

    def add(self, reading: Reading) -> None:
        answers, targets = decided(reading)
        if len(targets):
            self.metric.to(targets.device)
            self.metric.update(answers, targets)

    @property
    def counts(self) -> Tensor:
        with quiet():
            found: Tensor = self.metric.compute().cpu().long()
        return found

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
