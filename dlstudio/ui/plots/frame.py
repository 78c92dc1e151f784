"""Frame: what stands around every plot: its tools with their keys, its export, and a window of its own."""

from typing import TypeAlias

from PySide6.QtCore import QEvent, QObject, QPoint, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from dlstudio.ui.background import Background
from dlstudio.ui.mishap import guarded
from dlstudio.ui.plots import export
from dlstudio.ui.plots.box import NEARER
from dlstudio.ui.plots.detach import Detached
from dlstudio.ui.plots.field import Field
from dlstudio.ui.plots.plane import Plane
from dlstudio.ui.plots.tools import Tool, Tools
from dlstudio.ui.theme.tokens import Theme

FREE = 0.6
"""The share of the width that the strip takes at most."""
Framed: TypeAlias = Plane | Field

AWAY = "It is in a window of its own. Bring it back (D)"


class Body(QWidget):
    """What goes into another window: the plane, and what stands beside and over it."""

    def __init__(self, plane: Framed) -> None:
        super().__init__()
        self.plane = plane
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setSpacing(4)
        self.grid.addWidget(plane, 1, 0)
        self.grid.setRowStretch(1, 1)
        self.grid.setColumnStretch(0, 1)


class Frame(QWidget):
    """Holds a plane, or a field, which says how it is drawn and what its numbers are."""

    told = Signal(str)
    """What became of an export, in a sentence."""

    def __init__(self, theme: Theme, plane: Framed, name: str) -> None:
        super().__init__()
        self.theme, self.plane, self.name = theme, plane, name
        self.writing = Background(export.write_table, lambda _, said: self.told.emit(said), self)
        self.setAccessibleName(name)
        plane.setAccessibleName(name)
        self.setFocusProxy(plane)
        self.body = Body(plane)
        self.window_of_its_own: Detached | None = None
        self.away = QPushButton(AWAY)
        self.away.setProperty("role", "link")
        self.away.clicked.connect(self.detach)
        self.away.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.body)
        column.addWidget(self.away)
        self.menu = QMenu(self)
        for title, suffix in (*export.PICTURES, ("Numbers", ".csv")):
            self.menu.addAction(export.entry(title, suffix)).triggered.connect(
                lambda _=False, kind=suffix: self.save(kind)
            )
        self.menu.addSeparator()
        self.menu.addAction("Copy picture").triggered.connect(self.copy)
        self.tools = Tools(self.body, self.tool_list(), self.extra_keys(), theme)
        plane.changed.connect(self.tools.show_states)
        plane.box.sigResized.connect(self.place)
        plane.installEventFilter(self)
        self.body.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)
        self.set_theme(theme)

    def tool_list(self) -> list[Tool]:
        """What can be done with every plot."""
        plane = self.plane
        return [
            Tool("out", "Farther away", ("-",), lambda: plane.zoom(1 / NEARER), "zoom-out"),
            Tool("in", "Nearer; or turn the wheel, or pull a box with Shift", ("+",), lambda: plane.zoom(NEARER),
                 "zoom-in"),
            Tool("fit", "Show everything; or double click", ("Home", "F"), plane.fit, "maximize"),
            Tool("export", "Export the picture or the numbers", ("E",), self.show_menu, "download"),
            Tool("detach", "To a window of its own, and back", ("D",), self.detach, "external-link"),
        ]  # fmt: skip

    def extra_keys(self) -> list[Tool]:
        """What has a key and no button."""
        return [Tool("copy", "Copy the picture", ("Ctrl+C",), self.copy)]

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.plane.set_theme(theme)
        self.tools.set_theme(theme)

    # Export

    def sheet(self) -> export.Sheet:
        """What is exported: as large as it is on the screen."""
        size = self.plane.size()
        return export.Sheet(self.name, size.width(), size.height(), self.plane.paint_sheet, self.theme, self.set_theme)

    def save(self, suffix: str) -> None:
        """Asks for a file and writes what is shown; numbers in a thread, since there may be millions."""
        file = export.chosen(self, self.name, suffix)
        if file is None:
            return
        if suffix == ".csv":
            self.writing.ask(export.Order(file, self.plane.table()))
        else:
            self.told.emit(export.write(file, export.picture(self.sheet(), suffix)))

    def stop(self) -> None:
        """Ends what it does in the background."""
        self.writing.stop()

    def copy(self) -> None:
        self.told.emit(export.copy(self.sheet()))

    def show_menu(self) -> None:
        button = self.tools.buttons["export"]
        at = button if self.tools.isVisible() else self.plane
        self.menu.popup(at.mapToGlobal(QPoint(0, at.height() if at is button else 0)))

    # A window of its own

    def detach(self) -> None:
        """Goes to a window of its own, or comes back from it."""
        if self.window_of_its_own is not None:
            self.window_of_its_own.close()
            return
        self.window_of_its_own = Detached(self, self.body, self.name, self._come_back)
        self.away.show()
        self.window_of_its_own.show()
        self.plane.setFocus()

    def _come_back(self) -> None:
        self.window_of_its_own = None
        self.away.hide()
        column = self.layout()
        if isinstance(column, QVBoxLayout):
            column.insertWidget(0, self.body)
        self.plane.setFocus()

    @property
    def in_sight(self) -> bool:
        """Whether anybody can see it, here or in a window of its own."""
        return bool(self.plane.isVisible())

    # The tools come and go

    def _on_focus(self, _: QWidget | None, now: QWidget | None) -> None:
        self._show_tools(now)

    def _show_tools(self, focus: QWidget | None = None) -> None:
        within = focus is not None and self.body.isAncestorOf(focus)
        self.tools.setVisible(within or self.body.underMouse() or self.menu.isVisible() or self.tools.menu.isVisible())
        self.place()

    def strip_room(self) -> float:
        """How wide the strip may be: much of the plot stays free."""
        return FREE * float(self.plane.room.width())

    def strip_top(self) -> int:
        """How far down the strip of tools stands."""
        return int(self.plane.y()) + 4

    def place(self) -> None:
        """Puts the strip where it belongs."""
        self.tools.fold(self.strip_room())
        right = self.plane.x() + round(self.plane.room.right())
        self.tools.move(max(0, right - self.tools.width()), self.strip_top())
        self.tools.raise_()

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self.body and kind in (QEvent.Type.Enter, QEvent.Type.Leave):
            self._show_tools(QApplication.focusWidget())
            if kind == QEvent.Type.Leave and not self.body.isAncestorOf(QApplication.focusWidget() or self):
                self.tools.hide()
            elif kind == QEvent.Type.Enter:
                self.tools.show()
        elif kind == QEvent.Type.Resize:
            self.place()
        elif isinstance(event, QKeyEvent) and kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return self._hear(event)
        return False

    def _hear(self, event: QKeyEvent) -> bool:
        act = next((each.act for each in (*self.tools.tools, *self.extra_keys()) if each.hears(event)), None)
        if act is None:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            act()
            self.tools.show_states()
        return True
