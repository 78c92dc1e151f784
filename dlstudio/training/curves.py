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

    def recall(self, reader: MetricReader, until: int | None = None) -> None:
        """Takes up what an earlier part of the same run measured, up to a step where one is named."""
        for name, (steps, values, _, _) in reader.overviews(most=self.most // 2).items():
            known = steps <= (steps[-1:] if until is None else until)
            self._held[name] = (steps[known].tolist(), values[known].tolist())

    def all(self) -> Mapping[str, Curve]:
        return self._held
