"""Shelf: the panels of a window, each made when it is first wanted."""

from collections.abc import Callable, Iterator

from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.panels.table import PANELS, Listed


class Shelf:
    """Gives out panels by name."""

    def __init__(self, make: Callable[[Listed], Panel]) -> None:
        self._make, self._listed = make, {panel.name: panel for panel in PANELS}
        self.made: dict[str, Panel] = {}
        """Those that were wanted so far."""

    def __getitem__(self, name: str) -> Panel:
        if name not in self.made:
            self.made[name] = self._make(self._listed[name])
        return self.made[name]

    def __iter__(self) -> Iterator[Listed]:
        """All that there are."""
        return iter(self._listed.values())
