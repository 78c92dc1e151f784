"""Meters: all that is measured of the outputs of a network, batch by batch."""

from collections.abc import Iterable, Mapping, Sequence

from torch import Tensor

from dlstudio.catalog.metrics import MEASURED, quick
from dlstudio.core.issue import ProjectProblem
from dlstudio.training.measures.choices import choice_gauge
from dlstudio.training.measures.codes import Codes
from dlstudio.training.measures.figures import figure_gauge
from dlstudio.training.measures.gauge import Gauge
from dlstudio.training.measures.reading import Reading, read
from dlstudio.training.measures.subject import Subject


class Meter:
    """The numbers of one output."""

    def __init__(self, subject: Subject, names: Iterable[str]) -> None:
        self.subject = subject
        self.gauges = {name: gauge(name, subject) for name in names}

    def add(self, reading: Reading) -> None:
        for each in self.gauges.values():
            each.add(reading)

    def numbers(self) -> dict[str, float]:
        return {name: each.value() for name, each in self.gauges.items()}


class Meters:
    """The numbers of every output; with several of them, each number bears the name of its output."""

    def __init__(self, subjects: Sequence[Subject], names: Sequence[str] = ()) -> None:
        self.subjects, self.names = {subject.output: subject for subject in subjects}, names
        _fitting(subjects, names)
        self.meters: dict[str, Meter] = {}
        self.empty = True
        self.reset()

    def reset(self) -> None:
        """Forgets what was measured."""
        self.meters = {output: self.made(subject) for output, subject in self.subjects.items()}
        self.empty = True

    def made(self, subject: Subject) -> Meter:
        """The meter of an output: of the metrics that are asked for, or of the quick ones."""
        return Meter(subject, [n for n in self.names if n in subject.fitting] or quick(subject.fitting))

    def add(self, answers: Mapping[str, Tensor], batch: Mapping[str, Tensor]) -> None:
        """Takes in the answers to a batch, by output."""
        self.empty = False
        for output, meter in self.meters.items():
            meter.add(read(meter.subject, answers[output], batch[meter.subject.target]))

    def numbers(self) -> dict[str, float]:
        if self.empty:
            return {}
        several = len(self.meters) > 1
        return {
            f"{output}/{name}" if several else name: value
            for output, meter in self.meters.items()
            for name, value in meter.numbers().items()
        }


def gauge(name: str, subject: Subject) -> Gauge:
    """What measures one metric of one output."""
    if subject.answer == "code":
        return Codes(name)
    return (figure_gauge if subject.answer in MEASURED else choice_gauge)(name, subject)


def _fitting(subjects: Sequence[Subject], names: Sequence[str]) -> None:
    for name in names:
        if not any(name in subject.fitting for subject in subjects):
            there = sorted({each for subject in subjects for each in subject.fitting})
            text = f"No output of this network can be measured by {name}"
            raise ProjectProblem(f"{text}; there can be measured: {', '.join(there) or 'nothing'}.")
