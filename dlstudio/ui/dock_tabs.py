"""DockTabs: the tabs over panels that stand behind each other; from there one gets a window of its own, or goes."""

from collections.abc import Iterable, Mapping
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QTabBar

from dlstudio.ui.dock import Dock

HEARD = "heard"
"""The property of tabs that are listened to already."""


class DockTabs:
    """A double click lets a panel float; a right click offers that, and to close it."""

    def __init__(self, docks: Mapping[str, Dock]) -> None:
        self.docks = docks

    def hear(self, bars: Iterable[QTabBar]) -> None:
        """From now on these tabs are listened to as well: Qt makes and drops them as panels come and go."""
        for bar in bars:
            if not bar.property(HEARD):
                bar.setProperty(HEARD, True)
                bar.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
                bar.tabBarDoubleClicked.connect(partial(self._on_double_click, bar))
                bar.customContextMenuRequested.connect(partial(self._on_right_click, bar))

    def dock(self, bar: QTabBar, tab: int) -> Dock | None:
        """The panel that a tab stands for."""
        title = bar.tabText(tab)
        return next((each for each in self.docks.values() if each.windowTitle() == title), None)

    def _on_double_click(self, bar: QTabBar, tab: int) -> None:
        if dock := self.dock(bar, tab):
            dock.setFloating(True)

    def _on_right_click(self, bar: QTabBar, place: QPoint) -> None:
        if dock := self.dock(bar, bar.tabAt(place)):
            menu = QMenu(bar)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addAction("In a window of its own", partial(dock.setFloating, True))
            menu.addAction("Close the panel", dock.close)
            menu.popup(bar.mapToGlobal(place))
