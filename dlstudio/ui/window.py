"""Window: the canvas with all that stands around it, on one document."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from dlstudio.ui.advice import Advice
from dlstudio.ui.announce import describe, spoken
from dlstudio.ui.around import Around
from dlstudio.ui.arrangements import offered
from dlstudio.ui.canvas.canvas import Canvas
from dlstudio.ui.canvas.pointed import held, pointed
from dlstudio.ui.coming import PLOTS, Coming
from dlstudio.ui.commands.commands import Commands
from dlstudio.ui.dock import Dock
from dlstudio.ui.focus import cycle
from dlstudio.ui.glow.lamp import Lamp
from dlstudio.ui.header import Header
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.panels.shelf import Shelf
from dlstudio.ui.panels.table import PANELS, Listed
from dlstudio.ui.preview.preview import Preview
from dlstudio.ui.run_bar import RunBar
from dlstudio.ui.runner import Runner
from dlstudio.ui.session import NOTHING, Session, State
from dlstudio.ui.settings import settings
from dlstudio.ui.steady import Steady
from dlstudio.ui.theme import appearance
from dlstudio.ui.timeline import Timeline
from dlstudio.ui.toasts import Kind, Toast, Toasts
from dlstudio.ui.trail import Trail
from dlstudio.ui.turns import Turns
from dlstudio.ui.viewing.viewing import Viewing

UNDO = "Undo"


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
        self.header = Header(offered([made.name for made in PANELS]))
        self.trail = Trail(session, self.theme, self.do)
        self.document: Paper | None = None
        self.runner = Runner(session, self)
        self.viewing = Viewing(session, self.runner, self)
        self.advice = Advice(session, self)
        self.lamp = Lamp(session, self.viewing, self.canvas, self)
        self.preview = Preview(session, self.lamp, self._may_run, self)
        self.run_bar = RunBar(session, self.runner, self.do, self.tell, self._tooltip)
        self.timeline = Timeline(session, self.viewing, self.theme)
        self.panels = Shelf(self._make, self._place)
        self._stale: set[str] = set()
        self.turns = Turns(self)
        self._place_canvas()
        self.around = Around(
            self, self.panels, self.theme, seen=self._seen, arranged=self._on_arranged, later=self.turns.follow
        )
        self.setMenuWidget(Steady(_stacked(self.header, self.run_bar, self.timeline)))
        self.toasts = Toasts(self.canvas, self.theme)
        self.commands = commands(self)
        self.commands.fill(self.header.menus)
        self.header.arrangements.buttonClicked.connect(lambda button: self.arrange(button.text()))
        self.header.verdict.clicked.connect(lambda: self.do("next-issue"))
        self._end = session.listen(self._on_state)
        self.setAcceptDrops(True)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.around.restore()
        self._color(theme_name)
        self._dress()
        self.turns.follow(self.commands.set_theme)
        self._show_all()
        self.canvas.setFocus()

    def _make(self, listed: Listed) -> Panel:
        """A panel; it shows what there is when it comes into sight."""
        panel = listed.load()(self.session, self.theme, self.docks[listed.name].frame)
        panel.follow(self.runner)
        panel.see(self.viewing)
        panel.wants.connect(self._reveal)
        panel.does.connect(self.do)
        self._stale.add(listed.name)
        return panel

    def _place(self, panel: Panel) -> None:
        """Puts a panel in its frame, in the colours of now."""
        if panel.theme != self.theme:
            panel.set_theme(self.theme)
        self.docks[panel.name].hold(panel)

    def _place_canvas(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.trail)
        column.addWidget(self.canvas, 1)
        self.setCentralWidget(middle)
        self.canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.canvas.customContextMenuRequested.connect(self._context)

    # What is shown

    def _on_state(self, old: State, new: State) -> None:
        self.header.show_state(old, new)
        self.run_bar.show_state(old, new)
        self.trail.show_state(old, new)
        for name, panel in self.panels.made.items():
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
        if new.phase == "starting" != old.phase:
            self.turns.follow(Coming(PLOTS).take)

    def _seen(self, name: str) -> None:
        """A panel that comes into sight shows what it missed."""
        if name in self._stale:
            self._stale.discard(name)
            self.panels[name].show_state(None, self.session.state)

    def _may_run(self) -> bool:
        """Whether Python of the document's own may run."""
        return self.document is None or self.document.allowed

    def _reveal(self, node: str) -> None:
        if node in self.canvas.scene.cards:
            self.canvas.reveal(node)

    def _show_all(self) -> None:
        state = self.session.state
        self.header.show_state(None, state)
        self.run_bar.show_state(None, state)
        self.trail.show_state(None, state)
        for panel in self.panels.made.values():
            panel.show_state(None, state)
        self._stale.clear()
        self._title(state)
        self.commands.refresh(state)

    def _title(self, state: State) -> None:
        name = state.path.name if state.path else state.project.name
        self.setWindowTitle(f"{name}[*] – dlstudio")
        self.setWindowModified(state.dirty)

    # How it is arranged

    @property
    def docks(self) -> dict[str, Dock]:
        """The frames of the panels."""
        return self.around.docks

    def arrange(self, name: str) -> None:
        """Shows the panels of an arrangement, as they stood when it was left."""
        self.around.arrange(name)

    def _on_arranged(self) -> None:
        for button in self.header.arrangements.buttons():
            button.setChecked(button.text() == self.around.now)
        self.commands.refresh(self.session.state)

    def cycle(self, by: int) -> None:
        """Gives the keys to the next panel, or back to the canvas."""
        stops = [self.canvas, *self.around.in_sight(), self.trail, self.run_bar, self.header]
        cycle(stops, self.focusWidget(), by)

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
        what = pointed(self.canvas, self.canvas.camera.to_scene(at.x(), at.y()))
        self.commands.context(what, self.canvas.mapToGlobal(at))

    def menu_of_choice(self) -> None:
        """The menu of what is selected, beside it."""
        what, place = held(self.canvas)
        room = self.canvas.rect()
        at = self.canvas.pixel(place).toPoint() if place else room.center()
        at = QPoint(min(max(at.x(), 0), room.right()), min(max(at.y(), 0), room.bottom()))
        self.commands.context(what, self.canvas.mapToGlobal(at))

    def set_theme(self, name: str, *, keep: bool = True) -> None:
        """Other colours for every window, at once; kept for the next start."""
        if keep:
            settings().setValue("theme", name)
        for window in QApplication.topLevelWidgets():
            if isinstance(window, Window):
                window._wear(name)

    def _wear(self, name: str) -> None:
        """Takes over the colours of a theme and the size of letters in turns; what is seen changes at once.

        Qt dresses whatever is in a window in one go, and all of it twice; panels are kept out of that and follow one by
        one, those in sight before anything is seen."""
        self.setUpdatesEnabled(False)
        self._color(name)
        shown, hidden = self.around.loose()
        self.turns.follow(partial(self.setUpdatesEnabled, False))  # what another theme has left may have allowed them
        self.turns.follow(*(self.docks[each].frame.lay_aside for each in (*hidden, *shown)), self._dress)
        self.turns.follow(*(self.docks[each].frame.take_back for each in shown), partial(self.setUpdatesEnabled, True))
        for each in hidden:
            self.turns.follow(partial(self._recolor, each), self.docks[each].frame.take_back)
        self.turns.follow(self.commands.set_theme)

    def _recolor(self, name: str) -> None:
        """A panel that is out of sight takes over the colours that the others have."""
        self.panels[name].set_theme(self.theme)

    def _color(self, name: str) -> None:
        self.theme_name, self.theme = name, appearance.named(name)
        for part in (self.canvas, self.trail, self.run_bar, self.timeline, self.toasts, self.around):
            part.set_theme(self.theme)

    def _dress(self) -> None:
        appearance.dress(self, self.theme)

    def _follow_system(self) -> None:
        if self.theme_name == "system":
            self._wear("system")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that nothing else wanted: first nothing is selected, then the block is left."""
        if event.key() == Qt.Key.Key_Escape and self.canvas.hasFocus():
            state = self.session.state
            self.session.choose(NOTHING) if state.choice else self.session.leave()
        elif event.key() == Qt.Key.Key_Escape:
            self.canvas.setFocus()
        else:
            super().keyPressEvent(event)

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
        self.around.keep()
        self._end()
        self.hide()  # nobody looks at it while what it began comes to its end
        self.advice.stop()
        self.runner.join()
        self.preview.stop()
        self.lamp.stop()
        self.viewing.stop()
        self.run_bar.stop()
        self.panels.stop()
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
