"""Schedule: the declaration of one way in which the learning rate changes, as a factor on the rate of the optimizer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from dlstudio.core.fields import Choice, Int, Real
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import Declaration, Registry

State = Mapping[str, Value]
"""What a schedule that looks at a metric remembers, as plain values."""

NOTHING: State = Frozen()


class Moment(NamedTuple):
    """Where a training stands: the step and the epoch that come next, counted from 0."""

    step: int
    epoch: int
    steps_per_epoch: int
    total_steps: int

    def count(self, unit: str) -> int:
        """How many steps or whole epochs lie behind."""
        return self.step if unit == "steps" else self.epoch

    def total(self, unit: str) -> float:
        """How many there are in all."""
        return self.total_steps if unit == "steps" else self.total_steps / max(1, self.steps_per_epoch)


class Schedule(Declaration):
    """One way in which the learning rate changes; the optimizer's own rate is multiplied by its factor.

    Nothing but the step need be known to go on after a break, unless `measures` says that it follows a metric."""

    @property
    def measures(self) -> str:
        """The metric that `update` wants after each evaluation; nothing for most."""
        return ""

    def validate(self) -> None:
        """Raises BadFields where fields that are right alone do not go together."""

    def at(self, now: Moment) -> float:
        """The factor at a moment."""
        raise NotImplementedError

    def factor(self, step: int, epoch: int, steps_per_epoch: int, total_steps: int, state: State = NOTHING) -> float:
        """The factor for a step; both counts begin at 0. `state` is what `update` gave last, if it is used."""
        return self.at(Moment(step, epoch, steps_per_epoch, total_steps)) * float(state.get("factor", 1.0))

    def start_state(self) -> dict[str, Value]:
        """What is remembered before the first evaluation."""
        return {}

    def update(self, state: State, metric: float) -> dict[str, Value]:
        """What is remembered after an evaluation."""
        return dict(state)

    def reduced(self, state: State, ratio: float = 0.1) -> dict[str, Value]:
        """The state after a person has asked for a smaller rate (LRS-05)."""
        return {**state, "factor": float(state.get("factor", 1.0)) * ratio}

    def curve(self, total_steps: int, steps_per_epoch: int, points: int = 400) -> list[tuple[int, float]]:
        """Steps and factors to draw, at most about so many."""
        stride = max(1, total_steps // max(1, points))
        steps = [*range(0, total_steps, stride), *([total_steps - 1] if total_steps else [])]
        return [(s, self.factor(s, s // max(1, steps_per_epoch), steps_per_epoch, total_steps)) for s in steps]


WARMUP = Int(help="The rate first rises in equal parts over so many steps; 0 begins with the full rate", unit="steps")


@dataclass(frozen=True)
class Warmed(Schedule):
    """A schedule that takes the whole training, or what a warm-up leaves of it."""

    warmup: Annotated[int, WARMUP] = 0

    def at(self, now: Moment) -> float:
        if now.step < self.warmup:
            return (now.step + 1) / self.warmup
        rest = max(1, now.total_steps - self.warmup)
        return self.after(min(1.0, (now.step - self.warmup) / rest))

    def after(self, share: float) -> float:
        """The factor when that share of the way is done, from 0 to 1."""
        raise NotImplementedError


schedules: Registry[Schedule] = Registry("schedule")


def schedule(family: str, *, synonyms: str = "") -> Callable[[type[Schedule]], type[Schedule]]:
    """Registers a schedule; `synonyms` are words, separated by commas, that the search finds it by."""

    def register(cls: type[Schedule]) -> type[Schedule]:
        return schedules.add(cls, family=family, synonyms=synonyms)

    return register


UNIT = Choice(options=("epochs", "steps"), help="Whether epochs are counted, or every single step")
GAMMA = Real(low=0, high=1, open_low=True, help="By what the rate is multiplied each time")
END = Real(low=0, high=1, help="What is left of the rate at the end, as a factor")
