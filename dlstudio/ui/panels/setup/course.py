"""Course: how the learning rate goes over a whole training, from what the project says; without torch."""

from dataclasses import dataclass
from functools import cached_property

from dlstudio.catalog.optimizers import optimizers
from dlstudio.catalog.recipes import Recipe
from dlstudio.catalog.schedules import Schedule, schedules
from dlstudio.catalog.schedules.cyclic import OneCycle
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import BadFields, make

POINTS = 600
GUESS = 100
"""Steps of an epoch, where nobody knows yet how many samples there are."""


@dataclass(frozen=True)
class Course:
    """A schedule on the rate of an optimizer; `known` says whether steps are counted or only epochs."""

    base: float
    schedule: Schedule
    epochs: int
    per_epoch: int
    known: bool

    @property
    def steps(self) -> int:
        return self.epochs * self.per_epoch

    def at(self, step: int) -> float:
        """The rate with which a step is taken; both are counted from 0."""
        return self.base * self.schedule.factor(step, step // self.per_epoch, self.per_epoch, self.steps)

    @cached_property
    def points(self) -> tuple[tuple[int, float], ...]:
        """Steps and rates to draw."""
        curve = self.schedule.curve(self.steps, self.per_epoch, POINTS)
        return tuple((step, self.base * factor) for step, factor in curve)

    @cached_property
    def top(self) -> float:
        """The highest rate to draw."""
        return max((value for _, value in self.points), default=0.0)

    @property
    def warm(self) -> int:
        """Over how many steps it rises at the start."""
        if isinstance(self.schedule, OneCycle):
            return round(self.schedule.rise * self.steps)
        return min(int(getattr(self.schedule, "warmup", 0)), self.steps)

    @property
    def remark(self) -> str:
        """What the curve cannot show."""
        if not self.schedule.measures:
            return ""
        return f"It falls when “{self.schedule.measures}” ceases to get better, which only the training will show."


def course(recipe: type[Recipe], training: Frozen[str, Value], samples: int | None) -> Course | None:
    """The course that a project asks for; None while that is no sound schedule and optimizer."""
    try:
        made = make(recipe, training.drop("kind"), {})
        optimizer = make(optimizers[made.optimizer["kind"]], made.optimizer.drop("kind"), {})
        schedule = make(schedules[made.schedule["kind"]], made.schedule.drop("kind"), {})
        schedule.validate()
    except (BadFields, KeyError):
        return None
    if "schedule" in recipe.ignores:
        return None
    per_epoch = -(-samples // made.batch_size) if samples else GUESS
    return Course(float(getattr(optimizer, "lr", 1.0)), schedule, made.epochs, per_epoch, bool(samples))
