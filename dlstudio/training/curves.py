"""Curves: what was measured so far, in bounded memory: the latest values whole, older ones ever more sparsely."""

from collections.abc import Mapping

from dlstudio.runs.metrics import MetricReader
from dlstudio.training.doctor import Curve

MOST = 4096


class Curves:
    """By name the steps and the values of what is measured."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._held: dict[str, tuple[list[int], list[float]]] = {}

    def add(self, step: int, values: Mapping[str, float]) -> None:
        """One more value for some of the curves."""
        for name, value in values.items():
            steps, found = self._held.setdefault(name, ([], []))
            steps.append(step)
            found.append(value)
            if len(steps) > self.most:
                half = self.most // 2
                del steps[1:half:2], found[1:half:2]

    def recall(self, reader: MetricReader) -> None:
        """Takes up what an earlier part of the same run measured."""
        for name in reader.names():
            steps, values = reader.read(name)
            rarely = max(1, len(steps) // (self.most // 2))
            self._held[name] = (steps[::rarely].tolist(), values[::rarely].tolist())

    def all(self) -> Mapping[str, Curve]:
        return self._held
