"""Window: the canvas with all that stands around it, on one document."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QMainWindow, QMenuBar, QVBoxLayout, QWidget

from dlstudio.ui.arrangements import ARRANGEMENTS
from dlstudio.ui.canvas.canvas import Canvas
from dlstudio.ui.header import Header
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.panels.table import PANELS
from dlstudio.ui.session import Session, State
from dlstudio.ui.settings import settings
from dlstudio.ui.theme.sheet import sheet
from dlstudio.ui.theme.tokens import DARK, LIGHT, THEMES, Theme
from dlstudio.ui.trail import Trail

AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}
SAID = 5000
"""How long a message stays, in milliseconds."""


class Commands(Protocol):
    """All that can be done in a window, as menus and keys."""

    def fill(self, bar: QMenuBar) -> None:
        """Puts the menus into a bar."""

    def refresh(self, state: State) -> None:
        """Enables what can be done in a state."""

    def set_theme(self) -> None:
        """Takes the icons of the window's theme."""

    def run(self, name: str) -> None:
        """Does one of them by its name."""


class Paper(Protocol):
    """The document behind a window, with its file."""

    def may_close(self) -> bool:
        """Whether the window may go now; where something must be asked first, it is."""

    def drop(self, paths: Sequence[Path]) -> None:
        """Opens files that were dropped on the window."""


class Window(QMainWindow):
    """One document in one window."""

    def __init__(
        self, session: Session, commands: "Callable[[Window], Commands]", *, theme_name: str = "system"
    ) -> None:
        super().__init__()
        self.session, self.theme_name = session, theme_name
        self.theme = named(theme_name)
        self.canvas = Canvas(session, self.theme)
        self.header, self.trail = Header(tuple(ARRANGEMENTS)), Trail(session)
        self.document: Paper | None = None
        self.panels: dict[str, Panel] = {}
        self.docks: dict[str, QDockWidget] = {}
        self._stale: set[str] = set()
        self._place_canvas()
        for made in PANELS:
            self._add(made(session, self.theme))
        self.setMenuWidget(self.header)
        self.commands = commands(self)
        self.commands.fill(self.header.menus)
        self.header.arrangements.buttonClicked.connect(lambda button: self.arrange(button.text()))
        self.note = _note(self)
        self._end = session.listen(self._on_state)
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self.arrange("Design")
        self.set_theme(theme_name, keep=False)
        self._show_all()
        self.canvas.setFocus()

    def _place_canvas(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.trail)
        column.addWidget(self.canvas, 1)
        self.setCentralWidget(middle)
        self.setDockNestingEnabled(True)
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            self.setCorner(corner, AREAS["bottom"])

    def _add(self, panel: Panel) -> None:
        dock = QDockWidget(panel.title, self)
        dock.setObjectName(panel.name)
        dock.setWidget(panel)
        dock.visibilityChanged.connect(lambda shown, name=panel.name: self._seen(name) if shown else None)
        self.addDockWidget(AREAS[panel.area], dock)
        before = [d for n, d in self.docks.items() if self.panels[n].area == panel.area == "bottom"]
        if before:
            self.tabifyDockWidget(before[-1], dock)
        self.panels[panel.name], self.docks[panel.name] = panel, dock

    # What is shown

    def _on_state(self, old: State, new: State) -> None:
        self.header.show_state(old, new)
        self.trail.show_state(old, new)
        for name, panel in self.panels.items():
            if self.docks[name].isVisible():
                panel.show_state(None if name in self._stale else old, new)
                self._stale.discard(name)
            else:
                self._stale.add(name)
        self._title(new)
        self.commands.refresh(new)

    def _seen(self, name: str) -> None:
        """A panel that comes into sight shows what it missed."""
        if name in self._stale:
            self._stale.discard(name)
            self.panels[name].show_state(None, self.session.state)

    def _show_all(self) -> None:
        state = self.session.state
        self.header.show_state(None, state)
        self.trail.show_state(None, state)
        for panel in self.panels.values():
            panel.show_state(None, state)
        self._title(state)
        self.commands.refresh(state)

    def _title(self, state: State) -> None:
        name = state.path.name if state.path else state.project.name
        self.setWindowTitle(f"{name}[*] – dlstudio")
        self.setWindowModified(state.dirty)

    def arrange(self, name: str) -> None:
        """Shows the panels of an arrangement."""
        wanted = ARRANGEMENTS[name]
        for panel, dock in self.docks.items():
            dock.setVisible(panel in wanted)
        for button in self.header.arrangements.buttons():
            button.setChecked(button.text() == name)

    def set_theme(self, name: str, *, keep: bool = True) -> None:
        """Other colours for everything, at once; kept for the next start."""
        self.theme_name, self.theme = name, named(name)
        QApplication.instance().setStyleSheet(sheet(self.theme))  # type: ignore[union-attr]
        self.canvas.set_theme(self.theme)
        for panel in self.panels.values():
            panel.set_theme(self.theme)
        self.commands.set_theme()
        if keep:
            settings().setValue("theme", name)

    def tell(self, text: str) -> None:
        """One sentence over the canvas that goes away by itself."""
        self.note.setText(text)
        self.note.adjustSize()
        self.note.move(self.canvas.mapTo(self, QPoint(0, 0)) + QPoint(
            (self.canvas.width() - self.note.width()) // 2, self.canvas.height() - self.note.height() - 16
        ))  # fmt: skip
        self.note.show()
        self.note.raise_()
        QTimer.singleShot(SAID, self.note, self.note.hide)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ThemeChange and self.theme_name == "system":
            self.set_theme("system", keep=False)
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if self.document and paths:
            event.acceptProposedAction()
            self.document.drop(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.document and not self.document.may_close():
            event.ignore()
            return
        self._end()
        for panel in self.panels.values():
            panel.stop()
        super().closeEvent(event)


def named(name: str) -> Theme:
    """A theme by its name; “system” is what the desktop prefers."""
    if name in THEMES:
        return THEMES[name]
    return LIGHT if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light else DARK


def _note(window: QWidget) -> QLabel:
    note = QLabel(window)
    note.setObjectName("note")
    note.setStyleSheet("#note { background: palette(window); border-radius: 6px; padding: 8px 16px; }")
    note.hide()
    return note
