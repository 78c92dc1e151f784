"""The loop: batch, step, now and then numbers; it knows time, pause, stop and checkpoints, and nothing of losses."""

import math
import time
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from torch import Tensor

from dlstudio.core.issue import ProjectProblem
from dlstudio.training.control import Control
from dlstudio.training.method import Batch, Method
from dlstudio.training.recorder import NotFinite, Numbers, Recorder

PAUSED_WAIT = 0.1


class Keeper(Protocol):
    """Where results go: numbers at once, weights at fixed points."""

    def numbers(self, step: int, epoch: int, values: Numbers) -> None: ...

    def checkpoint(self, position: "Position", *, best: bool) -> None: ...

    def origin(self, step: int) -> str | None: ...


class Feed(Protocol):
    """The batches of each epoch, and those to validate on."""

    def __len__(self) -> int: ...

    def epoch(self, number: int, start: int = 0) -> Generator[Batch]: ...


class Eyes(Protocol):
    """Who looks inside: called at every step, now and then while it is paused, and when nothing more is to be seen."""

    def before_step(self, step: int) -> object: ...

    def after_step(self, step: int) -> object: ...

    def idle(self, step: int) -> object: ...

    def close(self) -> None: ...


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
    spared: float = 0.0
    """Seconds after a checkpoint within which the end of an epoch needs no other, unless it is the best so far."""


@dataclass
class Ending:
    """How a training ended: "finished", "stopped", "early" or "failed", why in a sentence, and through which node."""

    status: str
    reason: str = ""
    node: str = ""


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
    probes: Eyes | None = None
    step: Callable[[Batch], dict[str, Tensor]] | None = None
    """How a step is taken, if not by the method alone."""
    batch: Batch | None = field(default=None, init=False)
    """What was learnt from last, or is being learnt from."""
    _unkept: bool = field(default=False, init=False)
    """Whether steps were taken since the last checkpoint."""
    _kept_at: float = field(default=-math.inf, init=False)
    """When the last checkpoint was kept, by a clock that only goes forward."""
    _moving: bool = field(default=False, init=False)
    """Whether a step has begun and not ended, so that the weights belong to no step."""

    def run(self) -> Ending:
        """Trains until an end is reached, and leaves a checkpoint there."""
        recorder = self.recorder()
        try:
            ending = self._epochs(recorder)
            recorder.flush()
            if ending.status == "stopped" or self._unkept:
                self._keep(best=False)
        except NotFinite as problem:
            node = self.keeper.origin(problem.step) or self.method.culprit() or ""
            where = f" It began in {node}." if node else ""
            reason = f"The {problem.name} became {problem.value} at step {problem.step:,}.{where}"
            return Ending("failed", reason, node)
        except ProjectProblem:
            self._rescue(recorder)
            raise
        finally:
            if self.probes:
                self.probes.close()
        return ending

    def recorder(self) -> Recorder:
        """Who turns what steps measure into numbers."""
        return Recorder(self.keeper.numbers, also=self.method.rates)

    def _epochs(self, recorder: Recorder) -> Ending:
        position = self.position
        while position.epoch < self.limits.epochs:
            with closing(self.feed.epoch(position.epoch, start=position.batch)) as batches:
                ending = self._epoch(batches, recorder)
            if ending is not None:
                return ending
            recorder.flush()
            position.epoch, position.batch = position.epoch + 1, 0
            if self._judged_enough():
                return Ending("early", f"The validation loss has not fallen for {position.waited} epochs.")
        done = "The one epoch is done." if position.epoch == 1 else f"All {position.epoch:,} epochs are done."
        return Ending("finished", done)

    def _epoch(self, batches: Generator[Batch], recorder: Recorder) -> Ending | None:
        """Steps through what is left of an epoch; an ending where the training ends within it."""
        position, limits, probes, step = self.position, self.limits, self.probes, self.step or self.method.step
        for self.batch in batches:
            if not self._wait(recorder):
                return Ending("stopped", f"Stopped at step {position.step:,}.")
            self._moving = self._unkept = True
            if probes:
                probes.before_step(position.step + 1)
            values: dict[str, Tensor] = step(self.batch)
            if probes:
                probes.after_step(position.step + 1)
            self._moving = False
            position.step += 1
            position.batch += 1
            recorder.add(position.step, position.epoch, values)
            if limits.checkpoint_every and position.step % limits.checkpoint_every == 0:
                recorder.flush()
                self._keep(best=False)
            if limits.steps is not None and position.step >= limits.steps:
                return Ending("finished", f"The {position.step:,} steps that were asked for are done.")
        return None

    def _judged_enough(self) -> bool:
        """Evaluates after an epoch, keeps a checkpoint, and says whether patience is at its end."""
        position = self.position
        better = False
        if self.validation is not None and len(self.validation) and position.epoch % self.limits.evaluate_every == 0:
            better = self._judge(self.validation)
            position.waited = 0 if better else position.waited + 1
        if better or (not self.limits.checkpoint_every and self._due()):
            self._keep(best=better)
        return bool(self.limits.patience) and position.waited >= self.limits.patience

    def _judge(self, validation: Feed) -> bool:
        """Measures what was never learnt from; whether its loss is the best so far."""
        position = self.position
        with closing(validation.epoch(0)) as batches:
            found = self.method.evaluate(batches)
        self.keeper.numbers(position.step, position.epoch, {f"validation/{n}": v for n, v in found.items()})
        if "loss" not in found:
            return False
        loss = found["loss"]
        if not math.isfinite(loss):
            raise NotFinite(position.step, "validation loss", loss)
        self.method.judged(loss)
        better = loss < position.best
        position.best = min(loss, position.best)
        return better

    def _due(self) -> bool:
        """Whether the last checkpoint is old enough; what is kept changes nothing of what is learnt."""
        return time.monotonic() - self._kept_at >= self.limits.spared

    def _keep(self, *, best: bool) -> None:
        self.keeper.checkpoint(self.position, best=best)
        self._unkept, self._kept_at = False, time.monotonic()

    def _rescue(self, recorder: Recorder) -> None:
        """What was learnt is kept where only the data or the disk failed; no second problem hides the first."""
        if self._unkept and not self._moving:
            with suppress(ProjectProblem, NotFinite):
                recorder.flush()
                self._keep(best=False)

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
            if self.probes:
                self.probes.idle(self.position.step)
        return False
