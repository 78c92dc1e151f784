"""Setup: how the project is trained, every setting of it, in one column."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from dlstudio.ui.background import Background
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.panels.setup.judging import Asked, Judged, judge
from dlstudio.ui.panels.setup.page import SetupPage
from dlstudio.ui.runner import Runner
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.tokens import Theme

WIDTH = 280
QUIET = 250
"""Milliseconds without an edit after which it is asked what fits."""
MEANING = ("networks", "data", "training")


class Setup(Panel):
    """The recipe with all that belongs to it; what only the training knows is asked in the background."""

    name, title, icon, area = "setup", "Recipe", "settings", "right"

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.runner: Runner | None = None
        self.judged: Judged | None = None
        self._asked: State | None = None
        self.background: Background[Asked, Judged] = Background(
            lambda asked: judge(asked, session.data), self._answer, self, delay=QUIET
        )
        self.view = QScrollArea()
        self.view.setWidgetResizable(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page = SetupPage(self)
        self.view.setWidget(self.page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self.setMinimumWidth(WIDTH)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 720)

    def follow(self, runner: Runner) -> None:
        self.runner = runner
        self.page.follow(runner)
        runner.listen(self._on_news)

    def grow(self) -> bool:
        return self.page.grow(self.session.state.project)

    def show_state(self, old: State | None, new: State) -> None:
        if old is not None and _same(old, new) and old.phase == new.phase:
            return
        if self._asked is None or not _same(self._asked, new):
            self._ask(new)
        self.page.show_state(old, new, self.judged)

    def _ask(self, state: State) -> None:
        """What fits, once nobody edits and nothing trains: a training has the machine for itself."""
        if state.phase:
            return
        self._asked = state
        self.background.ask(Asked(state.project, state.home))

    def _answer(self, _: Asked, judged: Judged) -> None:
        self.judged = judged
        self.page.show_state(None, self.session.state, judged, fresh=False)

    def _on_news(self) -> None:
        if not self.visibleRegion().isEmpty():
            self.page.follow_step()

    def set_theme(self, theme: Theme) -> None:
        """Other colours, of what the style sheet does not know."""
        if theme != self.theme:
            super().set_theme(theme)
            self.page.set_theme()
            self.page.show_state(None, self.session.state, self.judged, fresh=False)

    def stop(self) -> None:
        self.background.stop()

    def event(self, event: QEvent) -> bool:
        """Keys that mean something on the canvas mean nothing of that while something here has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier == Qt.KeyboardModifier.NoModifier
            if plain and (event.text() or event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Home)):
                event.accept()
                return True
        return super().event(event)


def _same(one: State, other: State) -> bool:
    """Whether two states say the same of a training."""
    return one.path == other.path and all(
        getattr(one.project, part) is getattr(other.project, part) for part in MEANING
    )
