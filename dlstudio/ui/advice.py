"""Advice: asks in the background what the data of a project say against it, and has it among the issues."""

from PySide6.QtCore import QObject, QTimer

from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.ui.background import Background
from dlstudio.ui.known_data import DataReader
from dlstudio.ui.loading import load_torch, loaded
from dlstudio.ui.session import Session, State

QUIET, IDLE = 250, 5000
"""Milliseconds without an edit after which it is asked: where torch is there already, and where it is not yet."""
DISTANT = ("HuggingFace",)
"""Sources that may lie on the net: nothing is fetched from there before somebody trains."""
MEANING = ("networks", "data", "training")


class Advice(QObject):
    """Follows a session; while something trains or is unsound, nothing is asked."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self.background: Background[State, tuple[Issue, ...]] = Background(
            lambda asked: advised(asked, session.data), self._answer, self
        )
        self._asked: State | None = None
        self._wait = QTimer(self, singleShot=True)
        self._wait.timeout.connect(self._ask)
        self._end = session.listen(lambda _, new: self._on_state(new))
        self._on_state(session.state)

    def _on_state(self, new: State) -> None:
        """Whatever somebody does begins the wait anew."""
        if self._asked is not None and not same(self._asked, new):
            self._asked = None
        if wanted(new) and self._asked is None:
            self._wait.start(QUIET if loaded() else IDLE)
        else:
            self._wait.stop()

    def _ask(self) -> None:
        self._asked = self.session.state
        self.background.ask(self._asked)

    def _answer(self, asked: State, issues: tuple[Issue, ...]) -> None:
        if same(asked, self.session.state):
            self.session.is_told(issues)

    def stop(self) -> None:
        """Nothing is asked any more."""
        self._end()
        self._wait.stop()
        self.background.stop()


def advised(asked: State, reader: DataReader) -> tuple[Issue, ...]:
    """Answers in a thread; data that cannot be read are told where they are chosen."""
    load_torch()
    from dlstudio.training.doubts import doubts

    try:
        columns = reader.read(asked.project, asked.home).columns
    except ProjectProblem:
        return ()
    return doubts(asked.project, columns) if columns else ()


def wanted(state: State) -> bool:
    """Whether there are data here to judge a sound project by, and time for that."""
    source = state.project.data.get("source", {})
    if not source or source.get("kind") in DISTANT or state.phase:
        return False
    return not any(issue.severity == "error" and issue not in state.told for issue in state.checked.issues)


def same(one: State, other: State) -> bool:
    """Whether two states say the same of a training."""
    return one.path == other.path and all(
        getattr(one.project, part) is getattr(other.project, part) for part in MEANING
    )
