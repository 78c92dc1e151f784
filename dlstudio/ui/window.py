"""Window: the canvas with all that stands around it, on one document."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QByteArray, QEvent, QPoint, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar, QTabBar, QTabWidget, QVBoxLayout, QWidget

from dlstudio.core.document import Point, Rect
from dlstudio.ui.announce import describe, spoken
from dlstudio.ui.arrangements import ARRANGEMENTS, ROOM, SIZES, offered
from dlstudio.ui.canvas.canvas import Canvas
from dlstudio.ui.commands.cheat_sheet import Group
from dlstudio.ui.commands.editor import Row
from dlstudio.ui.commands.entry import Entry
from dlstudio.ui.commands.keymap import Keymap
from dlstudio.ui.dock import Dock
from dlstudio.ui.header import Header
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.panels.table import PANELS
from dlstudio.ui.run_bar import RunBar
from dlstudio.ui.runner import Runner
from dlstudio.ui.session import NOTHING, Choice, Session, State
from dlstudio.ui.settings import settings
from dlstudio.ui.theme import appearance
from dlstudio.ui.toasts import Kind, Toast, Toasts
from dlstudio.ui.trail import Trail

AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}
UNDO = "Undo"


class Commands(Protocol):
    """All that can be done in a window, as menus and keys."""

    keymap: Keymap

    def fill(self, bar: QMenuBar) -> None:
        """Puts the menus into a bar."""

    def refresh(self, state: State) -> None:
        """Enables what can be done in a state."""

    def set_theme(self) -> None:
        """Takes the icons of the window's theme."""

    def run(self, name: str) -> None:
        """Does one of them by its name."""

    def tooltip(self, name: str, reason: str = "") -> str:
        """What one of them says of itself: title, keys, help, and why it cannot be done."""

    def bind(self) -> None:
        """Takes over other keys."""

    def entries(self) -> list[Entry]:
        """All that can be found by its name."""

    def rows(self) -> list[Row]:
        """All actions, for changing their keys."""

    def groups(self) -> list[Group]:
        """All keys, for the sheet of keys."""

    def context(self, what: str, at: QPoint) -> QMenu:
        """Opens the menu of what the mouse is on."""


class Paper(Protocol):
    """The document behind a window, with its file."""

    @property
    def allowed(self) -> bool:
        """Whether Python of the document's own may run."""

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
        self.theme = appearance.named(theme_name)
        self.canvas = Canvas(session, self.theme)
        names = [made.name for made in PANELS]
        self.header = Header(offered(names))
        self.trail = Trail(session, self.theme, self.do)
        self.document: Paper | None = None
        self.runner = Runner(session, self)
        self.run_bar = RunBar(session, self.runner, self.do, self.tell, self._tooltip)
        self.panels: dict[str, Panel] = {}
        self.docks: dict[str, Dock] = {}
        self.arrangement = ""
        self._stale: set[str] = set()
        self._place_canvas()
        for made in PANELS:
            self._add(made(session, self.theme))
        self.setMenuWidget(_stacked(self.header, self.run_bar))
        self.toasts = Toasts(self.canvas, self.theme)
        self.commands = commands(self)
        self.commands.fill(self.header.menus)
        self.header.arrangements.buttonClicked.connect(lambda button: self.arrange(button.text()))
        self._end = session.listen(self._on_state)
        self.setAcceptDrops(True)
        self._restore()
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
        self.setDocumentMode(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.canvas.customContextMenuRequested.connect(self._context)
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            self.setCorner(corner, AREAS["bottom"])

    def _add(self, panel: Panel) -> None:
        dock = Dock(panel, self, self.theme)
        dock.visibilityChanged.connect(lambda shown, name=panel.name: self._seen(name) if shown else None)
        dock.dockLocationChanged.connect(lambda _: self._tabs())
        dock.topLevelChanged.connect(lambda _: self._tabs())
        self.addDockWidget(AREAS[panel.area], dock)
        before = [d for n, d in self.docks.items() if self.panels[n].area == panel.area == "bottom"]
        if before:
            self.tabifyDockWidget(before[-1], dock)
        panel.follow(self.runner)
        panel.wants.connect(self._reveal)
        self.panels[panel.name], self.docks[panel.name] = panel, dock

    # What is shown

    def _on_state(self, old: State, new: State) -> None:
        self.header.show_state(old, new)
        self.run_bar.show_state(old, new)
        self.trail.show_state(old, new)
        for name, panel in self.panels.items():
            if self.docks[name].isVisible():
                panel.show_state(None if name in self._stale else old, new)
                self._stale.discard(name)
            else:
                self._stale.add(name)
        if old.history.now is not new.history.now:
            self.toasts.take_back(UNDO)
        if old.choice != new.choice or old.trail != new.trail:
            describe(self.canvas, spoken(new))
        self._title(new)
        self.commands.refresh(new)

    def _seen(self, name: str) -> None:
        """A panel that comes into sight shows what it missed."""
        if name in self._stale:
            self._stale.discard(name)
            self.panels[name].show_state(None, self.session.state)

    def _reveal(self, node: str) -> None:
        if node in self.canvas.scene.cards:
            self.canvas.reveal(node)

    def _show_all(self) -> None:
        state = self.session.state
        self.header.show_state(None, state)
        self.run_bar.show_state(None, state)
        self.trail.show_state(None, state)
        for panel in self.panels.values():
            panel.show_state(None, state)
        self._title(state)
        self.commands.refresh(state)

    def _title(self, state: State) -> None:
        name = state.path.name if state.path else state.project.name
        self.setWindowTitle(f"{name}[*] – dlstudio")
        self.setWindowModified(state.dirty)

    # How it is arranged

    def arrange(self, name: str) -> None:
        """Shows the panels of an arrangement, as they stood when it was left."""
        self._keep()
        self.arrangement = name
        kept = settings().value(f"arrangement/{name}")
        if not (isinstance(kept, QByteArray) and self.restoreState(kept)):
            self._put_panels(name)
        for button in self.header.arrangements.buttons():
            button.setChecked(button.text() == name)
        self._tabs()
        self.commands.refresh(self.session.state)

    def _put_panels(self, name: str) -> None:
        """The panels of an arrangement in their first places and sizes."""
        for panel, dock in self.docks.items():
            dock.setFloating(False)
            dock.setVisible(panel in ARRANGEMENTS[name])
        for area, size in SIZES.items():
            docks = [d for n, d in self.docks.items() if self.panels[n].area == area and not d.isHidden()]
            way = Qt.Orientation.Vertical if area == "bottom" else Qt.Orientation.Horizontal
            self.resizeDocks(docks, [size] * len(docks), way)
        column = [dock for name in ROOM if (dock := self.docks.get(name)) and not dock.isHidden()]
        self.resizeDocks(column, [ROOM[dock.objectName()] for dock in column], Qt.Orientation.Vertical)
        column = [dock for name in ROOM if (dock := self.docks.get(name)) and not dock.isHidden()]
        self.resizeDocks(column, [ROOM[dock.objectName()] for dock in column], Qt.Orientation.Vertical)

    def arrange_anew(self) -> None:
        """The panels of this arrangement where they were at first."""
        settings().remove(f"arrangement/{self.arrangement}")
        name, self.arrangement = self.arrangement, ""
        self.arrange(name)

    def _keep(self) -> None:
        if self.arrangement and self.isVisible():
            settings().setValue(f"arrangement/{self.arrangement}", self.saveState())

    def _restore(self) -> None:
        """Where the window stood, and how it was arranged."""
        kept, name = settings().value("geometry"), str(settings().value("arrangement/now", "Design"))
        if not (isinstance(kept, QByteArray) and self.restoreGeometry(kept)):
            self.resize(1280, 800)
        known = [button.text() for button in self.header.arrangements.buttons()]
        self.arrange(name if name in known else known[0])

    def toggle(self, panel: str) -> None:
        """Shows a panel, or hides it."""
        dock = self.docks[panel]
        dock.setVisible(dock.isHidden())
        if not dock.isHidden():
            dock.raise_()
        self._tabs()

    def _tabs(self) -> None:
        """Panels that stand behind each other are told apart by tabs alone."""
        for dock in self.docks.values():
            beside = [other for other in self.tabifiedDockWidgets(dock) if not other.isHidden()]
            dock.in_tabs(bool(beside))
        for bar in self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            bar.setDrawBase(False)
            bar.setExpanding(False)
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setAccessibleName("Panels")

    def cycle(self, by: int) -> None:
        """Gives the keys to the next panel, or back to the canvas."""
        stops: list[QWidget] = [self.canvas]
        stops += [dock for dock in self.docks.values() if dock.isVisible() and not dock.visibleRegion().isEmpty()]
        stops += [self.trail, self.run_bar, self.header]
        focus = self.focusWidget()
        here = next((i for i, stop in enumerate(stops) if focus and (stop is focus or stop.isAncestorOf(focus))), 0)
        for step in range(1, len(stops) + 1):
            stop = stops[(here + by * step) % len(stops)]
            if first := _first(stop):
                first.setFocus(Qt.FocusReason.TabFocusReason)
                return

    # What is said and asked

    def tell(self, text: str, kind: Kind = "info", *, offer: str = "") -> None:
        """One sentence over the canvas that goes away by itself; it may offer an action of the table."""
        self.toasts.tell(Toast(text, kind, offer.capitalize(), partial(self.do, offer) if offer else None))

    def _tooltip(self, name: str, reason: str) -> str:
        return self.commands.tooltip(name, reason)

    def do(self, name: str) -> None:
        """Does an action of the table."""
        self.commands.run(name)

    def rebind(self) -> None:
        """Keys were changed."""
        self.commands.bind()
        self.commands.refresh(self.session.state)

    def _context(self, at: QPoint) -> None:
        """The menu of what is under the mouse; it is selected first."""
        place = self.canvas.camera.to_scene(at.x(), at.y())
        scene, session = self.canvas.scene, self.session
        node, wire = scene.node_at(place), scene.wire_at(place, 6 / self.canvas.camera.zoom)
        mark = next((n for n, m in {**scene.frames, **scene.notes}.items() if _holds(m.rect, place)), "")
        what = "node" if node else "wire" if wire else "mark" if mark else "canvas"
        if node and node not in session.state.choice.nodes:
            session.choose_nodes(node)
        elif not node and wire:
            session.choose(Choice(wires=frozenset([wire])))
        elif not node and mark and mark not in session.state.choice.marks:
            session.choose(Choice(marks=frozenset([mark])))
        elif what == "canvas":
            session.choose(NOTHING)
        self.commands.context(what, self.canvas.mapToGlobal(at))

    def set_theme(self, name: str, *, keep: bool = True) -> None:
        """Other colours for everything, at once; kept for the next start."""
        if keep:
            settings().setValue("theme", name)
        self.theme_name, self.theme = name, appearance.named(name)
        appearance.dress(self.theme)
        self.canvas.set_theme(self.theme)
        self.trail.set_theme(self.theme)
        self.run_bar.set_theme(self.theme)
        self.toasts.set_theme(self.theme)
        for dock in self.docks.values():
            dock.bar.set_theme(self.theme)
        for panel in self.panels.values():
            panel.set_theme(self.theme)
        self.commands.set_theme()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that nothing else wanted: first nothing is selected, then the block is left."""
        if event.key() == Qt.Key.Key_Escape and self.canvas.hasFocus():
            state = self.session.state
            self.session.choose(NOTHING) if state.choice else self.session.leave()
        elif event.key() == Qt.Key.Key_Escape:
            self.canvas.setFocus()
        else:
            super().keyPressEvent(event)

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
        self._keep()
        settings().setValue("geometry", self.saveGeometry())
        settings().setValue("arrangement/now", self.arrangement)
        self._end()
        self.runner.join()
        self.run_bar.stop()
        for panel in self.panels.values():
            panel.stop()
        super().closeEvent(event)


def _stacked(*rows: QWidget) -> QWidget:
    """Widgets under each other."""
    stack = QWidget()
    column = QVBoxLayout(stack)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for row in rows:
        column.addWidget(row)
    return stack


def _first(stop: QWidget) -> QWidget | None:
    """What hears the keys first in a part of the window."""
    if stop.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(stop, Dock):
        return stop
    inside = (w for w in stop.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return next((w for w in inside if w.isVisible() and w.isEnabled()), None)


def _holds(rect: Rect, place: Point) -> bool:
    return rect.x <= place.x <= rect.x + rect.width and rect.y <= place.y <= rect.y + rect.height
