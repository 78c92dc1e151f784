"""How a training looks in a terminal: a progress bar, a line for each epoch in a pipe, or JSON; and what it says."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlstudio.cli.run_views import finite
from dlstudio.cli.speech import console, plain, say, tell
from dlstudio.core.span import clock

if TYPE_CHECKING:
    from rich.progress import Progress

    from dlstudio.training.doctor import Finding
    from dlstudio.training.sight import Plan, Sight

Numbers = Mapping[str, float]
REDRAWN = 0.1
"""Seconds between two looks of a progress bar."""


@dataclass(frozen=True)
class Hears:
    """What hears the numbers of each step, and what hears words: findings and warnings."""

    numbers: Callable[[int, int, Numbers], None]
    words: "Callable[[str | Finding], None]"


@contextmanager
def shown(sight: "Sight", *, json: bool) -> Iterator[Hears]:
    """JSON lines for a machine, a progress bar on a terminal, or a line for each epoch in a pipe."""
    screen = console()
    if json:
        yield Hears(lambda step, epoch, values: tell(finite({"step": step, "epoch": epoch, **values})), _tell)
    elif screen.is_terminal:
        with _progress(screen) as progress:
            yield Hears(_Bar(progress, sight), lambda what: progress.console.print(plain(_words(what)), soft_wrap=True))
    else:
        yield Hears(_Lines(sight), lambda what: say(_words(what)))


def numbers(values: Numbers) -> str:
    """What was measured, for people."""
    return ", ".join(f"{name.replace('/', ' ')} {value:.4g}" for name, value in values.items())


def place(plan: "Plan | None", step: int, epoch: int) -> str:
    """Where a training stands: in which epoch, and at which batch of it."""
    if plan is None:
        return f"epoch {epoch + 1}"
    epochs = -(-plan.last // plan.per_epoch)
    return f"epoch {epoch + 1}/{max(epochs, epoch + 1)}, batch {step - epoch * plan.per_epoch}/{plan.per_epoch}"


def _words(what: "str | Finding") -> str:
    return what if isinstance(what, str) else f"doctor: {what}"


def _tell(what: "str | Finding") -> None:
    if isinstance(what, str):
        tell({"note": what})
        return
    fixes = [fix.label for fix in what.fixes]
    said = {"code": what.code, "node": what.node, "step": what.since_step, "text": what.text}
    tell({"finding": finite({**said, "evidence": dict(what.evidence), "fixes": fixes})})


class _Lines:
    """A line for each epoch that was validated, with the time left."""

    def __init__(self, sight: "Sight") -> None:
        self.sight = sight

    def __call__(self, step: int, epoch: int, values: Numbers) -> None:
        if any(name.startswith("validation/") for name in values):
            say(f"epoch {epoch}, step {step:,}: {numbers(values)}{_left(self.sight.plan, step)}")


class _Bar:
    """A progress bar that follows the steps."""

    def __init__(self, progress: "Progress", sight: "Sight") -> None:
        self.progress, self.sight = progress, sight
        self.task = progress.add_task("training", total=None, numbers="")
        self._due = 0.0

    def __call__(self, step: int, epoch: int, values: Numbers) -> None:
        if (now := time.monotonic()) < self._due:
            return
        self._due, plan = now + REDRAWN, self.sight.plan
        self.progress.update(
            self.task,
            completed=step,
            total=plan.last if plan else None,
            description=place(plan, step, epoch),
            numbers=f"{numbers(values)}{_left(plan, step)}",
        )


def _progress(screen: Any) -> "Progress":
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[numbers]}"), TimeElapsedColumn())
    return Progress(*columns, console=screen, transient=True)


def _left(plan: "Plan | None", step: int) -> str:
    return f", {clock(plan.left(step))} left" if plan and plan.first < step < plan.last else ""
