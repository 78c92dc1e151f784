"""Shelf: the panels of a window, each made and put in its place when it is first wanted."""

from collections.abc import Callable, Iterator

from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.panels.table import PANELS, Listed


class Shelf:
    """Gives out panels by name."""

    def __init__(self, make: Callable[[Listed], Panel], place: Callable[[Panel], object]) -> None:
        self._make, self._place = make, place
        self.listed = {panel.name: panel for panel in PANELS}
        """All that there are."""
        self._begun: dict[str, Panel] = {}
        self.made: dict[str, Panel] = {}
        """Those that were wanted so far."""

    def begin(self, name: str) -> None:
        """Makes a panel; to put it in its place, which takes as long, is left to another turn."""
        if name not in self.made and name not in self._begun:
            self._begun[name] = self._make(self.listed[name])

    def __getitem__(self, name: str) -> Panel:
        if name not in self.made:
            self.begin(name)
            panel = self._begun.pop(name)
            self._place(panel)
            self.made[name] = panel
        return self.made[name]

    def stop(self) -> None:
        """Ends what they do in the background."""
        for panel in (*self.made.values(), *self._begun.values()):
            panel.stop()

    def __iter__(self) -> Iterator[Listed]:
        """All that there are."""
        return iter(self.listed.values())
