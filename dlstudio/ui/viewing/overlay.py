"""Overlay: the curves of other runs, drawn over those of the run that is seen."""

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from dlstudio.core.issue import ProjectProblem
from dlstudio.ui.viewing.series import Series
from dlstudio.ui.viewing.stored import Stored

MOST = 12
"""How many runs are drawn at one time."""
FIRST_TICK, TICK = 40, 500
"""Milliseconds between two looks while something was not read yet, and from then on."""


class Overlay:
    """Reads each run in a thread of its own, one after the other; those that live are looked at again."""

    def __init__(self, tell: Callable[[], object], parent: QObject) -> None:
        self._tell = tell
        self._runs: dict[Path, Stored] = {}
        self.hues: dict[Path, int] = {}
        """The colour of each, which it keeps; that of the run that is seen is 0."""
        self._timer = QTimer(parent, interval=FIRST_TICK)
        self._timer.timeout.connect(self._pull)

    def show(self, paths: Iterable[Path]) -> None:
        """These runs from now on; a ProjectProblem says which cannot be read, and nothing changes."""
        wanted = list(dict.fromkeys(paths))[:MOST]
        opened = {path: self._runs[path] if path in self._runs else Stored(path, inside=False) for path in wanted}
        for path in self._runs.keys() - opened.keys():
            self._runs[path].stop()
        self._runs = opened
        self.hues = {path: hue for path, hue in self.hues.items() if path in opened}
        for path in opened:
            free = (hue for hue in range(1, MOST + 1) if hue not in self.hues.values())
            self.hues[path] = self.hues.get(path) or next(free)
        self._timer.setInterval(FIRST_TICK)
        self._timer.start()
        self._tell()

    def others(self, seen: Path | None) -> dict[str, tuple[int, dict[str, Series]]]:
        """By the name of each run but the seen one its colour and its curves; folders tell runs of one name apart."""
        names = [path.name for path in (*self._runs, seen) if path]
        return {
            path.name if names.count(path.name) == 1 else str(Path(*path.parts[-3:])): (self.hues[path], run.series)
            for path, run in self._runs.items()
            if path != seen
        }

    def stop(self) -> None:
        """Nobody looks any more."""
        self._timer.stop()
        for run in self._runs.values():
            run.stop()

    def _pull(self) -> None:
        living = [run for run in self._runs.values() if run.alive]
        fresh = any(not run.series for run in living)
        news = False
        for run in living:
            if run.busy or not (fresh and any(other.busy for other in living)):
                news = self._taken(run) or news
        self._timer.setInterval(FIRST_TICK if fresh else TICK)
        if not any(run.alive for run in living):
            self._timer.stop()
        if news:
            self._tell()

    def _taken(self, run: Stored) -> bool:
        try:
            return run.pull()
        except ProjectProblem:
            return False
