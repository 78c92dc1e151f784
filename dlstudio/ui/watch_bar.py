"""Watch bar: says over the canvas which run is seen that this window does not train, and how it stands."""

from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton

from dlstudio.runs.library import INTERRUPTED
from dlstudio.ui.load_label import LoadLabel
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.viewing.source import Standing
from dlstudio.ui.viewing.stored import Stored
from dlstudio.ui.window import Window

TROUBLE = (INTERRUPTED, "failed")
"""How a run stands when something went wrong."""


class WatchBar(QFrame):
    """Stands there while a run on disk is watched."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.window_, self._said = window, ("", "")
        self.setAccessibleName("The run that is watched")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.resume, self.back = QPushButton("Resume"), QPushButton("Back to this window's training")
        self.resume.setToolTip("Goes on from its last checkpoint, in this window.")
        self.resume.clicked.connect(self._resume)
        self.back.clicked.connect(window.viewing.follow)
        self.away = QToolButton()
        self.away.setAccessibleName("Watch it no more")
        self.away.setToolTip("Watch it no more")
        self.away.clicked.connect(self._away)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(16)
        self.load = LoadLabel()
        row.addWidget(self.text, 1)
        row.addWidget(self.load)
        for button in (self.resume, self.back):
            button.setProperty("role", "link")
            row.addWidget(button)
        row.addWidget(self.away)
        middle = window.canvas.parentWidget()
        around = middle.layout() if middle else None
        if isinstance(around, QBoxLayout):
            around.insertWidget(around.indexOf(window.canvas), self)
        self.hide()
        window.viewing.listen(self.show_news)
        self._end = window.session.listen(lambda old, new: self.show_news() if old.phase != new.phase else None)

    def show_news(self) -> None:
        """How the run stands now; out of sight where it is that of this window."""
        viewing = self.window_.viewing
        standing = viewing.standing
        if not isinstance(viewing.source, Stored) or standing is None:
            self.hide()
            return
        trouble = standing.status in TROUBLE
        role, said = "notice" if trouble else "strip", told(viewing.source.path.name, standing)
        if (role, said) != self._said:
            self._said = role, said
            self.text.setText(said)
            self.setToolTip(str(viewing.source.path))
            self.setProperty("role", role)
            self.style().polish(self)
            self.away.setIcon(icon("x", self.window_.theme))
        self.resume.setVisible(not viewing.source.folder.locked if trouble else standing.status == "stopped")
        self.resume.setEnabled(not self.window_.session.state.phase)
        self.back.setVisible(self.window_.runner.job is not None)
        self.load.watch(standing.status == "running")
        self.show()

    def stop(self) -> None:
        self.load.stop()

    def _resume(self) -> None:
        path = self.window_.viewing.path
        if path:
            paper = self.window_.document
            self.window_.runner.resume(path, allow_code=paper is None or paper.allowed)

    def _away(self) -> None:
        self.window_.viewing.follow() if self.window_.runner.job else self.window_.viewing.let_go()
        self.show_news()


def told(name: str, standing: Standing) -> str:
    """How a run stands, in a sentence."""
    step = f"{standing.step:,}"
    if standing.status == INTERRUPTED:
        return f"“{name}” was interrupted at step {step}: its process ended without a word."
    if standing.status == "failed":
        return f"“{name}” failed at step {step}. {standing.reason}"
    if standing.status in ("running", "paused"):
        doing = "is trained" if standing.status == "running" else "waits"
        return f"“{name}” {doing} in another process, at step {step}."
    ended = "finished early" if standing.status == "early" else standing.status
    return f"“{name}” {ended} at step {step}. {standing.reason}".strip()
