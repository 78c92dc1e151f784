"""Bringing: the work of opening a model of another program, and what it gives."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dlstudio.compiler.check import Checked, examine
from dlstudio.core.document import Project
from dlstudio.exchange.arriving.limits import MEMORY, PATIENCE, Limits
from dlstudio.ui.canvas.tidy import ROOM, placed
from dlstudio.ui.errand import Tell
from dlstudio.ui.loading import load_torch

if TYPE_CHECKING:
    from dlstudio.exchange.arriving.report import Report


@dataclass(frozen=True)
class Asked:
    """A file, and what it does not say itself."""

    path: Path
    inputs: str = ""
    """The shape of one sample at each input, as it is typed."""
    name: str = ""
    """The class to take, where a script holds several."""
    allow_code: bool = False
    patience: float = PATIENCE
    """Seconds that a script may get no further."""
    memory: int = MEMORY
    """Megabytes that a script may take beyond its weights."""
    room: tuple[float, float] = ROOM


@dataclass(frozen=True)
class Brought:
    """A project that is laid out, with its weights in the cache, and what became of the model."""

    project: Project
    report: "Report"
    examined: Checked
    """What was found in it, so that the window does not have to."""


def bring(asked: Asked, tell: Tell) -> Brought:
    """Reads a model; to be called in a thread."""
    tell("torch comes into memory", 0.0)
    load_torch()
    from dlstudio.exchange.arriving.arrive import arrive
    from dlstudio.exchange.arriving.cache import keep

    arrived = arrive(
        asked.path,
        inputs=asked.inputs or None,
        name=asked.name,
        allow_code=asked.allow_code,
        tell=tell,
        limits=Limits(asked.patience, asked.memory),
    )
    tell("the graph is laid out", 0.9)
    project = arrived.starting_from(str(keep(arrived.packed()))) if arrived.weights else arrived.project
    project = placed(replace(project, name=asked.path.stem), asked.room)
    return Brought(project, arrived.report, examine(project))
