"""Known data: what the window knows of a project's data, read once for the advice, the preview and the recipe."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.progress import begun, unless

if TYPE_CHECKING:
    from torch import Tensor as Values

    from dlstudio.data.dataset import Column
    from dlstudio.data.prepare import Prepared

PATIENCE = 0.05
"""Seconds after which who waits for a reading of somebody else's looks whether it is still wanted itself."""
SHOWN = "validation"
"""The part from which the first sample is taken, where it has any."""


@dataclass(frozen=True, eq=False)
class KnownData:
    """What is told of data and little enough to be kept; the data themselves are let go."""

    columns: "Mapping[str, Column]" = field(default_factory=dict)
    samples: int = 0
    """How many there are to learn from."""
    first: "Mapping[str, Values]" = field(default_factory=dict)
    """By column, a batch of the first sample."""
    unseen: str = ""
    """Why the first sample cannot be had."""


class DataReader:
    """Reads in the thread of whoever asks first; the others wait. What cannot be read is tried again the next time."""

    def __init__(self, wanted: Callable[[Project, Path | None], bool] = lambda *_: True) -> None:
        self.wanted = wanted
        """Whether anybody still wants to know the data of a project."""
        self.count = 0
        """How often data were read."""
        self._turn = Lock()
        self._key: object = None
        self._known = KnownData()

    def read(self, project: Project, folder: Path | None) -> KnownData:
        """What is known of the data; a ProjectProblem says why they cannot be read, Cancelled that nobody wants it."""
        while not self._turn.acquire(timeout=PATIENCE):
            begun("Waiting for the data")
        try:
            key = _key(project, folder)
            if key != self._key:
                with unless(lambda: not self.wanted(project, folder)):
                    self._known, self._key = _read(project, folder), key
                    self.count += 1
            return self._known
        finally:
            self._turn.release()


def _key(project: Project, folder: Path | None) -> object:
    """What the data depend on; a file that was mended is another one."""
    from dlstudio.data.paths import stamps

    return project.data.exact, folder, stamps(project.data.get("source"), folder or Path())


def _read(project: Project, folder: Path | None) -> KnownData:
    from dlstudio.data.prepare import prepare

    begun("Reading the data")
    found = prepare(project, folder=folder, settle=False)
    first, unseen = _first(found)
    return KnownData(found.columns, len(found.train), first, unseen)


def _first(found: "Prepared") -> "tuple[Mapping[str, Values], str]":
    """The first sample as a network gets it, or why there is none."""
    from dlstudio.data.batches import Batches

    part = found.parts[SHOWN] if len(found.parts[SHOWN]) else found.train
    try:
        with closing(Batches(replace(part, indices=part.indices[:1]), 1, device="cpu", seed=0, shuffle=False)) as few:
            return dict(next(iter(few.epoch(0)), {})), ""
    except ProjectProblem as problem:
        return {}, str(problem)
