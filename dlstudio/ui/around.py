"""Around: the panels around the canvas: where they stand, how they are arranged, and how one is kept as it was left."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtWidgets import QMainWindow, QTabBar, QTabWidget, QWidget

from dlstudio.ui.arrangements import (
    ARRANGEMENTS,
    BEHIND,
    BESIDE,
    COLUMNS,
    FRONT,
    HIGH,
    NARROW,
    ROOM,
    SHARES,
    SIZES,
    offered,
)  # fmt: skip
from dlstudio.ui.coming import Coming
from dlstudio.ui.dock import Dock
from dlstudio.ui.dock_tabs import DockTabs
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
        later: Callable[..., object],
    ) -> None:  # fmt: skip
        self.window, self.panels = window, panels
        self._seen, self._arranged, self._later = seen, arranged, later
        self._arranging = False
        self._then: Callable[[], object] | None = None
        self.docks: dict[str, Dock] = {}
        self.tabs = DockTabs(self.docks)
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
        dock.visibilityChanged.connect(partial(self._on_sight, panel.name))
        dock.dockLocationChanged.connect(lambda _: self._moved())
        dock.topLevelChanged.connect(lambda _: self._moved())
        self.window.addDockWidget(AREAS[panel.area], dock)
        before = [each for each in self.docks.values() if each.area == panel.area == "bottom"]
        before = [self.docks[BESIDE[panel.name]]] if panel.name in BESIDE else before
        if before:
            self.window.tabifyDockWidget(before[-1], dock)
        self.docks[panel.name] = dock

    def _on_sight(self, name: str, shown: bool) -> None:
        """A panel came into sight, or went out of it; one whose code is still to be loaded is brought in turns."""
        if self._arranging:
            return
        if shown and name not in self.panels.made and not self.panels.listed[name].in_memory:
            self._bring(self.panels.listed[name])
        else:
            self._tell(name, shown)

    def _tell(self, name: str, shown: bool) -> None:
        """A panel in sight is made now if it was not yet, and shows what there is."""
        if shown:
            self.docks[name].fill()
            self._seen(name)
        if name in self.panels.made:
            self.panels.made[name].sighted(shown)

    def _bring(self, panel: Listed) -> None:
        """Has a panel made and shown, a piece in each turn."""
        self._later(Coming(panel.whole).take)
        steps = (self._begin, self._put_in, self._grow, self._look)
        self._later(*(partial(step, panel.name) for step in steps))

    def _begin(self, name: str) -> None:
        """A panel that is still in sight is made, and will be put in its place in the next turn."""
        if self.docks[name].in_front:
            self.panels.begin(name)

    def _put_in(self, name: str) -> None:
        """A panel that is still in sight is put in its place."""
        if self.docks[name].in_front:
            self.docks[name].fill()

    def _grow(self, name: str) -> bool:
        """Whether a panel that is still in sight has more to make."""
        return self.docks[name].in_front and self.panels[name].grow()

    def _look(self, name: str) -> None:
        """Whether a panel is in sight by now."""
        if not self._arranging:
            self._tell(name, self.docks[name].in_front)

    def _fill(self) -> None:
        """What an arrangement brought into sight is made, each in a turn of its own."""
        for panel in self.panels:
            dock = self.docks[panel.name]
            if dock.in_front and panel.name not in self.panels.made:
                self._bring(panel)
            elif dock.in_front or panel.name in self.panels.made:
                self._later(partial(self._look, panel.name))
        if self._then:
            self._later(self._then)
            self._then = None

    def offered(self) -> tuple[str, ...]:
        """The arrangements that these panels make."""
        return offered(self.docks)

    def arrange(self, name: str) -> None:
        """Shows the panels of an arrangement, as they stood when it was left."""
        self.keep()
        self.now, self._arranging = name, True
        kept = settings().value(f"arrangement/{name}")
        if not (isinstance(kept, QByteArray) and self.window.restoreState(kept, len(self.docks))):
            self._put(name)
        self.mark()
        self._settle()
        self._arranging = False
        self._fill()
        self._arranged()

    def _put(self, name: str) -> None:
        """The panels of an arrangement in their first places and sizes."""
        for dock in self.docks.values():
            if dock.isFloating():
                dock.setFloating(False)
        columns = self._put_columns(name)
        self._put_behind(name)
        for panel, dock in self.docks.items():
            dock.setVisible(panel in ARRANGEMENTS[name])
        for front in FRONT.get(name, ()):
            if front in self.docks:
                self.docks[front].raise_()
        self._size(name, columns)
        self._then = partial(self._size, name, columns)

    def _size(self, name: str, columns: list[Dock]) -> None:
        """The first sizes of an arrangement; once more when its panels are made, which have sizes of their own."""
        if name != self.now:
            return
        sizes = SIZES | {"bottom": max(SIZES["bottom"], round(HIGH.get(name, 0.0) * self.window.height()))}
        for area, size in sizes.items():
            docks = [dock for dock in self.docks.values() if dock.area == area and not dock.isHidden()]
            way = Qt.Orientation.Vertical if area == "bottom" else Qt.Orientation.Horizontal
            self.window.resizeDocks(docks, [round(size * scale())] * len(docks), way)
        if len(columns) > 1:
            wide = self.window.width() // len(columns)
            self.window.resizeDocks(columns, [wide] * len(columns), Qt.Orientation.Horizontal)
        for panel, share in SHARES.items():
            if panel in self.docks and not self.docks[panel].isHidden():
                wide = round(self.window.width() * share)
                self.window.resizeDocks([self.docks[panel]], [wide], Qt.Orientation.Horizontal)
        column = [panel for panel in ROOM if panel in self.docks and not self.docks[panel].isHidden()]
        column = [panel for panel in column if panel not in BEHIND.get(name, {})]
        heights = [ROOM[panel] for panel in column]
        self.window.resizeDocks([self.docks[panel] for panel in column], heights, Qt.Orientation.Vertical)
        self._settle()

    def _put_behind(self, name: str) -> None:
        """Panels that stand by themselves, but behind another one where an arrangement has no room for them."""
        for panel in {panel for each in BEHIND.values() for panel in each} & self.docks.keys():
            dock, front = self.docks[panel], BEHIND.get(name, {}).get(panel)
            self.window.removeDockWidget(dock)
            self.window.addDockWidget(AREAS[dock.area], dock)
            if front in self.docks:
                self.window.tabifyDockWidget(self.docks[front], dock)

    def _settle(self) -> None:
        """Sizes that are not taken at once are forgotten when a tab comes or goes."""
        if layout := self.window.layout():
            layout.activate()

    def _put_columns(self, name: str) -> list[Dock]:
        """The panels at the bottom behind each other, or in columns as the arrangement has them."""
        columns = [[p for p in column if p in self.docks] for column in COLUMNS.get(name, ())]
        columns = [column for column in columns if column]
        if len(columns) > 2 and self.window.width() < NARROW:
            columns[-2:] = [columns[-2] + columns[-1]]
        bottom = [panel for panel, dock in self.docks.items() if dock.area == "bottom"]
        rest = [panel for panel in bottom if not any(panel in column for column in columns)]
        for panel in bottom:  # beside one that stands in tabs, Qt would put another only behind it
            self.window.removeDockWidget(self.docks[panel])
        heads = [self.docks[column[0]] for column in columns or [rest]]
        self.window.addDockWidget(AREAS["bottom"], heads[0])
        for left, right in pairwise(heads):
            self.window.splitDockWidget(left, right, Qt.Orientation.Horizontal)
        for head, column in zip(heads, columns or [rest], strict=True):
            for panel in column[1:]:
                self.window.tabifyDockWidget(head, self.docks[panel])
        for panel in rest if columns else ():
            self.window.tabifyDockWidget(heads[0], self.docks[panel])
        return heads

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
            kept = settings()
            kept.setValue(f"arrangement/{self.now}", self.window.saveState(len(self.docks)))
            kept.setValue("arrangement/now", self.now)
            kept.setValue("geometry", self.window.saveGeometry())

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
        beside = any(not each.isHidden() for each in self.docks.values() if each.area == dock.area and each is not dock)
        dock.setVisible(dock.isHidden())
        if not dock.isHidden():
            dock.raise_()
        if not dock.isHidden() and not beside and not dock.isFloating():
            way = Qt.Orientation.Vertical if dock.area == "bottom" else Qt.Orientation.Horizontal
            self.window.resizeDocks([dock], [round(SIZES[dock.area] * scale())], way)
            self._settle()
        self.mark()

    def _moved(self) -> None:
        """A panel stands elsewhere; while all of them are arranged, that is marked once at the end."""
        if not self._arranging:
            self.mark()

    def mark(self) -> None:
        """Panels that stand behind each other are told apart by tabs alone."""
        for dock in self.docks.values():
            beside = [other for other in self.window.tabifiedDockWidgets(dock) if not other.isHidden()]
            dock.in_tabs(bool(beside))
        QTimer.singleShot(0, self.window, self._put_tabs_away)
        self.tabs.hear(self._bars())
        for bar in self._bars():
            bar.setDrawBase(False)
            bar.setExpanding(False)
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setAccessibleName("Panels")

    def _bars(self) -> list[QTabBar]:
        return self.window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)

    def _put_tabs_away(self) -> None:
        """Tabs that Qt forgets when it restores another state would lie over everything; they go where it keeps
        those that it does not need."""
        for bar in self._bars():
            if bar.count() and not any(_tops(bar, dock) for dock in self.docks.values()):
                bar.move(-2 * bar.width(), -2 * bar.height())

    def set_theme(self, theme: Theme) -> None:
        """Other colours, for what is in sight."""
        for name, dock in self.docks.items():
            dock.bar.set_theme(theme)
            if dock.in_front and name in self.panels.made:
                self.panels[name].set_theme(theme)

    def loose(self) -> tuple[list[str], list[str]]:
        """The panels that may leave the window for a moment: those in sight, and those that were seen once.

        One that holds the keys would lose them, and nobody may see a frame that floats without its panel."""
        keys = self.window.focusWidget()
        shown, hidden = list[str](), list[str]()
        for name, panel in self.panels.made.items():
            dock = self.docks[name]
            if not dock.in_front:
                hidden.append(name)
            elif not dock.isFloating() and not panel.isAncestorOf(keys):
                shown.append(name)
        return shown, hidden

    def in_sight(self) -> list[QWidget]:
        """The panels that can be seen, in order."""
        return [dock for dock in self.docks.values() if dock.isVisible() and not dock.visibleRegion().isEmpty()]


def _tops(bar: QTabBar, dock: Dock) -> bool:
    """Whether tabs stand over a panel that is seen."""
    under = dock.y() - bar.geometry().bottom()
    return dock.isVisible() and dock.x() == bar.x() and 0 < under < bar.height()
