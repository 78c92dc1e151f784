"""The loop: batch, step, now and then numbers; it knows time, pause, stop and checkpoints, and nothing of losses."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from torch import Tensor

from dlstudio.training.control import Control
from dlstudio.training.method import Batch, Method
from dlstudio.training.recorder import NotFinite, Numbers, Recorder

PAUSED_WAIT = 0.1


class Keeper(Protocol):
    """Where results go: numbers at once, weights at fixed points."""

    def numbers(self, step: int, epoch: int, values: Numbers) -> None: ...

    def checkpoint(self, position: "Position", *, best: bool) -> None: ...


class Feed(Protocol):
    """The batches of each epoch, and those to validate on."""

    def __len__(self) -> int: ...

    def epoch(self, number: int, start: int = 0) -> Iterator[Batch]: ...


@dataclass
class Position:
    """Where a training stands; all that is needed to go on from there beside weights and the method's state."""

    step: int = 0
    epoch: int = 0
    batch: int = 0
    best: float = math.inf
    waited: int = 0
    """Epochs since the validation loss was best."""

    def state(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass
class Limits:
    """When to stop, evaluate and keep checkpoints."""

    epochs: int
    steps: int | None = None
    evaluate_every: int = 1
    checkpoint_every: int = 0
    patience: int = 0


@dataclass
class Ending:
    """How a training ended: "finished", "stopped", "early" or "failed", and why in a sentence."""

    status: str
    reason: str = ""


@dataclass
class Loop:
    """Trains from a position to the end; everything that it needs is handed to it."""

    method: Method
    feed: Feed
    validation: Feed | None
    keeper: Keeper
    limits: Limits
    control: Control = field(default_factory=Control)
    position: Position = field(default_factory=Position)
    _unkept: bool = False
    """Whether steps were taken since the last checkpoint."""

    def run(self) -> Ending:
        """Trains until an end is reached, and leaves a checkpoint there."""
        recorder = Recorder(self.keeper.numbers)
        try:
            ending = self._epochs(recorder)
            recorder.flush()
        except NotFinite as problem:
            place = self.method.culprit()
            where = f" It began in {place}." if place else ""
            return Ending("failed", f"The {problem.name} became {problem.value} at step {problem.step:,}.{where}")
        if ending.status == "stopped" or self._unkept:
            self._keep(best=False)
        return ending

    def _epochs(self, recorder: Recorder) -> Ending:
        position = self.position
        while position.epoch < self.limits.epochs:
            for batch in self.feed.epoch(position.epoch, start=position.batch):
                if not self._wait(recorder):
                    return Ending("stopped", f"Stopped at step {position.step:,}.")
                values: dict[str, Tensor] = self.method.step(batch)
                position.step += 1
                position.batch += 1
                self._unkept = True
                recorder.add(position.step, position.epoch, values)
                every = self.limits.checkpoint_every
                if every and position.step % every == 0:
                    recorder.flush()
                    self._keep(best=False)
                if self.limits.steps is not None and position.step >= self.limits.steps:
                    return Ending("finished", f"The {position.step:,} steps that were asked for are done.")
            recorder.flush()
            position.epoch, position.batch = position.epoch + 1, 0
            if self._judged_enough():
                return Ending("early", f"The validation loss has not fallen for {position.waited} epochs.")
        return Ending("finished", f"All {position.epoch:,} epochs are done.")

    def _judged_enough(self) -> bool:
        """Evaluates after an epoch, keeps a checkpoint, and says whether patience is at its end."""
        position = self.position
        better = False
        if self.validation is not None and len(self.validation) and position.epoch % self.limits.evaluate_every == 0:
            found = self.method.evaluate(self.validation.epoch(0))
            self.keeper.numbers(position.step, position.epoch, {f"validation/{n}": v for n, v in found.items()})
            loss = found.get("loss", math.inf)
            better = loss < position.best
            position.best, position.waited = (loss, 0) if better else (position.best, position.waited + 1)
        if better or not self.limits.checkpoint_every:
            self._keep(best=better)
        return bool(self.limits.patience) and position.waited >= self.limits.patience

    def _keep(self, *, best: bool) -> None:
        self.keeper.checkpoint(self.position, best=best)
        self._unkept = False

    def _wait(self, recorder: Recorder) -> bool:
        """Waits while paused; False when the training shall stop."""
        if self.control.may_step(0.0):
            return True
        recorder.flush()
        if not self.control.stopped:
            self._keep(best=False)
        while not self.control.stopped:
            if self.control.may_step(PAUSED_WAIT):
                return True
        return False


@dataclass
class Clock:
    """How fast a training goes, and how long it will take."""

    total: int
    started: float = field(default_factory=time.monotonic)
    first: int = 0

    def left(self, step: int) -> float:
        """The seconds left, judged by the speed so far."""
        done = step - self.first
        return (self.total - step) * (time.monotonic() - self.started) / done if done else math.inf
