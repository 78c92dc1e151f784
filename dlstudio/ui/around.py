"""Around: the panels around the canvas: where they stand, how they are arranged, and how one is kept as it was left."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QMainWindow, QTabBar, QTabWidget, QWidget

from dlstudio.ui.arrangements import ARRANGEMENTS, ROOM, SIZES, offered
from dlstudio.ui.dock import Dock
from dlstudio.ui.panels.shelf import Shelf
from dlstudio.ui.panels.table import Listed
from dlstudio.ui.settings import settings
from dlstudio.ui.theme.appearance import scale
from dlstudio.ui.theme.tokens import Theme

AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}


class Around:
    """Puts panels into docks; `seen` is told which one came into sight, `arranged` that they stand otherwise."""

    def __init__(
        self, window: QMainWindow, panels: Shelf, theme: Theme,
        *, seen: Callable[[str], object], arranged: Callable[[], object],
    ) -> None:  # fmt: skip
        self.window, self.panels, self._seen, self._arranged = window, panels, seen, arranged
        self.docks: dict[str, Dock] = {}
        self.now = ""
        window.setDockNestingEnabled(True)
        window.setDocumentMode(True)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            window.setCorner(corner, AREAS["bottom"])
        for panel in panels:
            self._add(panel, theme)

    def _add(self, panel: Listed, theme: Theme) -> None:
        dock = Dock(panel, self.window, theme, partial(self.panels.__getitem__, panel.name))
        dock.visibilityChanged.connect(lambda shown: self._seen(panel.name) if shown else None)
        dock.dockLocationChanged.connect(lambda _: self.mark())
        dock.topLevelChanged.connect(lambda _: self.mark())
        self.window.addDockWidget(AREAS[panel.area], dock)
        before = [each for each in self.docks.values() if each.area == panel.area == "bottom"]
        if before:
            self.window.tabifyDockWidget(before[-1], dock)
        self.docks[panel.name] = dock

    def offered(self) -> tuple[str, ...]:
        """The arrangements that these panels make."""
        return offered(self.docks)

    def arrange(self, name: str) -> None:
        """Shows the panels of an arrangement, as they stood when it was left."""
        self.keep()
        self.now = name
        kept = settings().value(f"arrangement/{name}")
        if not (isinstance(kept, QByteArray) and self.window.restoreState(kept, len(self.docks))):
            self._put(name)
        self.mark()
        self._arranged()

    def _put(self, name: str) -> None:
        """The panels of an arrangement in their first places and sizes."""
        for panel, dock in self.docks.items():
            if dock.isFloating():
                dock.setFloating(False)
            dock.setVisible(panel in ARRANGEMENTS[name])
        for area, size in SIZES.items():
            docks = [dock for dock in self.docks.values() if dock.area == area and not dock.isHidden()]
            way = Qt.Orientation.Vertical if area == "bottom" else Qt.Orientation.Horizontal
            self.window.resizeDocks(docks, [round(size * scale())] * len(docks), way)
        column = [name for name in ROOM if name in self.docks and not self.docks[name].isHidden()]
        heights = [ROOM[name] for name in column]
        self.window.resizeDocks([self.docks[name] for name in column], heights, Qt.Orientation.Vertical)

    def stretch(self, ratio: float) -> None:
        """Makes the panels wider or narrower, as the letters in them are."""
        for area in ("left", "right"):
            docks = [dock for dock in self.docks.values() if dock.area == area and dock.isVisible()]
            widths = [round(dock.width() * ratio) for dock in docks]
            self.window.resizeDocks(docks, widths, Qt.Orientation.Horizontal)

    def anew(self) -> None:
        """The panels of this arrangement where they were at first."""
        settings().remove(f"arrangement/{self.now}")
        name, self.now = self.now, ""
        self.arrange(name)

    def keep(self) -> None:
        """Remembers how this arrangement stands, and the window with it."""
        if self.now and self.window.isVisible():
            settings().setValue(f"arrangement/{self.now}", self.window.saveState(len(self.docks)))
            settings().setValue("arrangement/now", self.now)
            settings().setValue("geometry", self.window.saveGeometry())

    def restore(self) -> None:
        """The window where it stood, arranged as it was."""
        kept, name = settings().value("geometry"), str(settings().value("arrangement/now", ""))
        if not (isinstance(kept, QByteArray) and self.window.restoreGeometry(kept)):
            self.window.resize(1280, 800)
        known = self.offered()
        self.arrange(name if name in known else known[0])

    def toggle(self, panel: str) -> None:
        """Shows a panel, or hides it."""
        dock = self.docks[panel]
        dock.setVisible(dock.isHidden())
        if not dock.isHidden():
            dock.raise_()
        self.mark()

    def mark(self) -> None:
        """Panels that stand behind each other are told apart by tabs alone."""
        for dock in self.docks.values():
            beside = [other for other in self.window.tabifiedDockWidgets(dock) if not other.isHidden()]
            dock.in_tabs(bool(beside))
        for bar in self.window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            bar.setDrawBase(False)
            bar.setExpanding(False)
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setAccessibleName("Panels")

    def set_theme(self, theme: Theme) -> None:
        for dock in self.docks.values():
            dock.bar.set_theme(theme)
        for panel in self.panels.made.values():
            panel.set_theme(theme)

    def in_sight(self) -> list[QWidget]:
        """The panels that can be seen, in order."""
        return [dock for dock in self.docks.values() if dock.isVisible() and not dock.visibleRegion().isEmpty()]
