"""Census: the runs of some folders, taken again and again; only what changed on the disk is read."""

import math
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlstudio.catalog.metrics import METRICS
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.comparison import leaves
from dlstudio.runs.folder import ALIVE, ENVIRONMENT, NOTE, PROJECT, STATE, RunFolder, is_run
from dlstudio.runs.folder import METRICS as NUMBERS
from dlstudio.runs.library import RunSummary, summary
from dlstudio.runs.metrics import MetricReader

POINTS = 64
"""In how many points a curve is read of which only the best number is wanted."""
LOSS, VALIDATION = "loss", "validation/"
STAMPED = (STATE, ENVIRONMENT, NOTE, NUMBERS, f"{NUMBERS}-wal")
Stamp = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A run in a table: what is said of it, what it was asked for, and the best it came to."""

    run: RunSummary
    project: str = ""
    asked: Mapping[str, Any] = field(default_factory=dict)
    """Every setting of its training and its data, by dotted path."""
    best: Mapping[str, float] = field(default_factory=dict)
    """The best number of everything that was judged, and of the loss."""

    @property
    def path(self) -> Path:
        return self.run.path

    @property
    def alive(self) -> bool:
        """Whether a living process writes it."""
        return self.run.status in ALIVE

    @property
    def epochs(self) -> int:
        """For how many epochs it was asked, or 0 where that is not said."""
        wanted = self.asked.get("epochs", 0)
        return wanted if isinstance(wanted, int) else 0


class Census:
    """Remembers what it read of each run; to be asked in one thread at a time."""

    def __init__(self) -> None:
        self.left = 0
        """How many runs there are that were not read yet."""
        self._known: dict[Path, tuple[Stamp, bool, Record]] = {}
        self._asked: dict[Path, tuple[Stamp, Project]] = {}

    def take(self, folders: Iterable[Path], patience: float = math.inf) -> tuple[Record, ...]:
        """The runs in some folders, those that began last first; what was not read in time is left for the next."""
        end = time.monotonic() + patience
        paths = [path for folder in dict.fromkeys(folders) for path in _runs(folder)]
        known: dict[Path, tuple[Stamp, bool, Record]] = {}
        for path in paths:
            if path in self._known or not known or time.monotonic() < end:
                known[path] = self._look(path)
        self._known, self.left = known, len(paths) - len(known)
        self._asked = {path: each for path, each in self._asked.items() if path in self._known}
        found = (record for _, _, record in self._known.values())
        return tuple(sorted(found, key=lambda each: (each.run.started, each.run.name), reverse=True))

    def _look(self, path: Path) -> tuple[Stamp, bool, Record]:
        """A run is read anew where a file of it changed, or where it lives no more."""
        stamp, run = _stamp(path, STAMPED), RunFolder(path)
        known = self._known.get(path)
        if known and known[0] == stamp and not (known[1] and not run.locked):
            return known
        said = summary(run)
        with suppress(ProjectProblem):
            project = self._project(run)
            asked = {**dict(leaves(project.training)), **dict(leaves(project.data, "data"))}
            return stamp, said.status in ALIVE, Record(said, project.name, asked, best_numbers(run))
        return stamp, said.status in ALIVE, Record(said)

    def _project(self, run: RunFolder) -> Project:
        stamp = _stamp(run.path, (PROJECT,))
        known = self._asked.get(run.path)
        if known is None or known[0] != stamp:
            known = self._asked[run.path] = stamp, run.project()
        return known[1]


def best_numbers(run: RunFolder) -> dict[str, float]:
    """The best of the loss and of everything that was judged on what was not learnt from."""
    reader = MetricReader(run.metrics)
    names = [name for name in reader.names() if name == LOSS or name.startswith(VALIDATION)]
    found = {}
    for name, curve in reader.overviews(names, POINTS).items():
        ends = curve.highs if rises(name) else curve.lows
        sound = ends[ends == ends]
        if len(sound):
            found[name] = float(sound.max() if rises(name) else sound.min())
    return found


def rises(name: str) -> bool:
    """Whether more is better in a measure."""
    metric = METRICS.get(name.removeprefix(VALIDATION).partition("/")[0])
    return metric is not None and metric.best == "high"


def _runs(folder: Path) -> list[Path]:
    """The runs in a folder, those that changed last first."""
    try:
        with os.scandir(folder) as found:
            paths = [Path(each.path) for each in found if not each.name.startswith(".") and each.is_dir()]
    except OSError:  # it is not there yet, or not ours to see: nothing is listed
        return []
    return sorted(filter(is_run, paths), key=lambda path: _stamp(path, (STATE,)), reverse=True)


def _stamp(path: Path, names: Iterable[str]) -> Stamp:
    """When files changed last, and how large they are; an empty one, which readers leave behind, is none."""
    found = []
    for name in names:
        try:
            there = (path / name).stat()
        except OSError:
            found.append((0, 0))
        else:
            found.append((there.st_mtime_ns, there.st_size) if there.st_size else (0, 0))
    return tuple(found)
