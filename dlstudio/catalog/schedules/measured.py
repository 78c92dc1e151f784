"""Measured: rates that follow how well the training goes."""

import math
from typing import Annotated

from dlstudio.catalog.schedules.schedule import Moment, Schedule, State, schedule
from dlstudio.core.fields import Choice, Int, Real, Text
from dlstudio.core.frozen import Value


@schedule("Following a metric", synonyms="ReduceLROnPlateau, fixed until the error oscillates, LRS-04, LRS-05")
class Plateau(Schedule):
    """The rate stays until a metric has not become better for a while, and then falls by a fixed ratio.

    The metric is looked at after each validation."""

    metric: Annotated[str, Text(help="What is looked at: the validation loss, or another measure by its name")] = "loss"
    better: Annotated[
        str, Choice(options=("lower", "higher"), help="Which way is better: lower for a loss, higher for an accuracy")
    ] = "lower"
    ratio: Annotated[float, Real(low=0, high=0.999999, open_low=True, help="By what the rate is multiplied")] = 0.1
    patience: Annotated[int, Int(help="How many validations without a better value it waits for")] = 10
    threshold: Annotated[
        float, Real(low=0, high=1, help="By what share of the best value so far a better one must differ")
    ] = 0.0001
    cooldown: Annotated[int, Int(help="How many validations are not counted after a fall")] = 0
    lowest: Annotated[float, Real(low=0, high=1, help="The factor does not fall below this")] = 0.0

    @property
    def measures(self) -> str:
        return self.metric

    def at(self, now: Moment) -> float:
        return 1.0

    def start_state(self) -> dict[str, Value]:
        return {"factor": 1.0, "best": None, "waited": 0, "cooling": 0}

    def update(self, state: State, metric: float) -> dict[str, Value]:
        """The state after a validation; what is not a number is no improvement."""
        best, factor, cooling = state["best"], float(state["factor"]), int(state["cooling"])
        improved = self._improved(metric, best)
        waited = 0 if improved or cooling else int(state["waited"]) + 1
        cooling = max(0, cooling - 1)
        if waited > self.patience:
            factor, waited, cooling = max(factor * self.ratio, self.lowest), 0, self.cooldown
        return {"factor": factor, "best": metric if improved else best, "waited": waited, "cooling": cooling}

    def _improved(self, metric: float, best: float | None) -> bool:
        if best is None or not math.isfinite(metric):
            return math.isfinite(metric)
        margin = abs(best) * self.threshold
        return metric < best - margin if self.better == "lower" else metric > best + margin
