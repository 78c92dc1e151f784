"""Overlaid: whose curves are drawn over those of the run that is seen: the ticked runs, and both of two compared."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from dlstudio.runs.census import Record
from dlstudio.ui.panels.runs.model import RunModel
from dlstudio.ui.viewing.viewing import Viewing


class Overlaid:
    """Keeps the ticks of the table and the curves of the dashboard together; a ProjectProblem says what is amiss."""

    def __init__(self, rows: RunModel) -> None:
        self.rows = rows
        self.viewing: Viewing | None = None

    def toggled(self, path: Path) -> list[Path]:
        """The ticked runs, with this one or without it."""
        now = self.rows.ticked
        return [each for each in now if each != path] if path in now else [*now, path]

    def draw(self, ticked: Iterable[Path], compared: Iterable[Path] = ()) -> None:
        """Draws the curves of these runs; where none is seen yet, the first of them is."""
        wanted, viewing = list(ticked), self.viewing
        drawn = [*wanted, *compared]
        if viewing is None:
            return
        if viewing.source is None and drawn:
            viewing.watch(drawn[-1])
        viewing.overlay(drawn)
        hues = viewing.overlaid.hues
        self.rows.ticked = {path: hues[path] for path in wanted if path in hues}
        self.rows.touch()

    def compare(self, chosen: Sequence[Record]) -> None:
        """Draws both of two runs that are chosen, for as long as they are."""
        pair = [record.path for record in chosen] if len(chosen) == 2 else []
        if self.viewing and {*self.rows.ticked, *pair} != self.viewing.overlaid.hues.keys():
            self.draw(self.rows.ticked, pair)
