"""Seeing: the base of panels that show a training: what they want while they are in sight, and when they draw."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from dlstudio.runs.unseen import unseen
from dlstudio.ui.announce import announce
from dlstudio.ui.elided import Elided
from dlstudio.ui.forms.editor import restyle
from dlstudio.ui.loading import loaded
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.runner import hindrance
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.tokens import Theme
from dlstudio.ui.viewing.source import Source
from dlstudio.ui.viewing.viewing import Viewing

if TYPE_CHECKING:
    from dlstudio.training.asking.question import Question

PAINTED = 25
"""Milliseconds after which a picture that was drawn is painted too."""
LEAST, ORIGIN = (280, 160), 84
"""The least size of a panel, three of which stand side by side; and the least width of where what is shown is from."""
STARTING = "The training starts …"
SAYING, EDGE = 6000, 8
"""Milliseconds for which a sentence on what was done stays, and how far it stands from the edges."""


class Seeing(Panel):
    """A row of controls with the origin of what is shown at its end, and below it the picture or why there is none."""

    EMPTY: ClassVar[str] = "Press Train (F5) to see inside."
    latest: ClassVar[float] = 2.0
    """Seconds after which it draws again in any case: the first picture takes long, and says nothing of the next."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.viewing: Viewing | None = None
        self.in_sight = False
        """Whether anybody sees it: it is neither closed nor behind another panel."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.bar, self.body = QHBoxLayout(), QStackedLayout()
        self.bar.setContentsMargins(12, 4, 12, 4)
        self.bar.setSpacing(8)
        column.addLayout(self.bar)
        column.addLayout(self.body, 1)  # before it has pages: without a parent it would show the first as a window
        self.origin = Elided(where=Qt.TextElideMode.ElideLeft)
        self.origin.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.origin.setProperty("role", "muted")
        self.origin.setAccessibleName("What is shown")
        self.origin.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # what is chosen comes first
        self.origin.setMinimumWidth(ORIGIN)
        self.bar.addWidget(self.origin, 1)
        self.note = Elided()
        self.note.setParent(self)
        self.note.setProperty("role", "popup")
        self.note.setContentsMargins(8, 4, 8, 4)
        self.note.setAccessibleName("What was done")
        self.note.hide()
        self.empty = QLabel(self.EMPTY)
        self.empty.setProperty("role", "muted")
        self.empty.setWordWrap(True)
        self.empty.setContentsMargins(16, 0, 16, 0)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body.addWidget(self.empty)
        self.setMinimumSize(*LEAST)
        self._due = 0.0
        self._at: int | None = None
        self._source: Source | None = None
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._draw)
        self._noted = QTimer(self, singleShot=True, interval=SAYING)
        self._noted.timeout.connect(self.note.hide)
        self._painted = QTimer(self, singleShot=True)
        self._painted.timeout.connect(self._on_painted)
        self._began = self._spent = 0.0
        self._waiting = False
        """Whether there is news that came while the last picture was painted."""

    # What a panel says of itself

    def questions(self) -> "Iterable[Question]":
        """What it asks again and again while it is in sight."""
        return ()

    def histograms(self) -> Iterable[str]:
        """The nodes whose values it wants counted while it is in sight."""
        return ()

    def ranks(self) -> Iterable[str]:
        """The nodes the rank of whose weights it wants while it is in sight."""
        return ()

    looks: ClassVar[bool] = False
    """Whether it wants the numbers of each node as often as may be."""

    def show_news(self) -> str:
        """Draws what there is; a sentence where there is nothing to draw."""
        raise NotImplementedError

    # What holds for all

    def see(self, viewing: Viewing) -> None:
        """From now on it sees what this sees."""
        self.viewing = viewing
        viewing.listen(self._on_news)

    def wish(self) -> None:
        """Says anew what it wants; nothing while it is out of sight, or while torch is loaded, which questions need."""
        if self.viewing is None:
            return
        if self.in_sight and not (self.session.state.phase == "starting" and not loaded()):
            self.viewing.want(
                self.name,
                questions=self.questions(),
                histograms=self.histograms(),
                looks=self.looks,
                ranks=self.ranks(),
            )
        else:
            self.viewing.want(self.name)

    def refresh(self) -> None:
        """Draws at once: what is shown was chosen otherwise."""
        self.wish()
        self._draw()

    def say(self, text: str) -> None:
        """Tells for a while, over the picture, what became of what somebody did here."""
        self.note.say(text)
        self.note.resize(min(self.note.sizeHint().width(), self.width() - 2 * EDGE), self.note.sizeHint().height())
        self.note.move(EDGE, self.height() - self.note.height() - EDGE)
        self.note.show()
        self.note.raise_()
        self._noted.start()
        announce(self, text)

    def unseen(self, waiting: str, what: str) -> str:
        """What stands where nothing was seen so far: that it will come, or how the run ended before it could."""
        standing = self.viewing.standing if self.viewing else None
        if self.viewing is None or standing is None or self.viewing.alive:
            return waiting
        return unseen(standing.status, standing.step, what) or waiting

    def unasked(self, waiting: str) -> str:
        """The same of answers, which come from the run's folder too where there is one."""
        return waiting if self.viewing is not None and self.viewing.path else self.unseen(waiting, "answered")

    def forget(self) -> None:
        """Another run is seen: nothing of the one before holds."""

    def show_choice(self, new: State) -> None:
        """Something else is chosen on the canvas, or another network is seen there."""

    def show_state(self, old: State | None, new: State) -> None:
        if old is not None and (old.choice != new.choice or old.trail != new.trail) and self.in_sight:
            self.show_choice(new)
        if old is not None and old.phase == "starting" != new.phase and loaded():
            self.wish()
        if old is None or old.phase != new.phase:
            self._on_news()

    def sighted(self, shown: bool) -> None:
        self.in_sight = shown
        if self.viewing is not None:
            (self.viewing.onlookers.add if shown else self.viewing.onlookers.discard)(self.name)
        if shown:
            self.refresh()
        else:
            self._later.stop()
            self.wish()

    def stop(self) -> None:
        self._later.stop()
        self._painted.stop()
        self._noted.stop()

    def _on_news(self) -> None:
        """Draws now, or as soon as drawing costs no more than its share of the time."""
        if self.viewing is None or not self.in_sight:
            return
        if self.viewing.at != self._at or not self.viewing.alive:  # somebody moves the slider, or it is over
            self._later.stop()
            self._draw()
            return
        if self._later.isActive():
            return
        if self._painted.isActive():
            self._waiting = True
            return
        self._waiting = False
        wait = self._due - time.perf_counter()
        self._later.start(int(wait * 1000)) if wait > 0.001 else self._draw()

    def _draw(self) -> None:
        if self.viewing is None or not self.in_sight:
            return
        self._at = self.viewing.at
        if self.viewing.source is not self._source:
            self._source = self.viewing.source
            self.forget()
        self._began, self._spent = time.perf_counter(), time.thread_time()
        self._due = self._began + self.latest
        self._painted.start(PAINTED)
        lacking = self._lacking() or self.show_news()
        if lacking:
            self.empty.setText(lacking)
        self.body.setCurrentIndex(0 if lacking else 1)
        self.origin.say(*self.viewing.origins)
        restyle(self.origin, role="warn" if self.viewing.edited else "muted")

    def _on_painted(self) -> None:
        """What was drawn is on the screen now, so it is known what it took; the next picture has to wait for that."""
        if self.viewing is not None:
            took = time.thread_time() - self._spent
            self._due = self._began + min(self.latest, took / self.viewing.share)
        if self._waiting:
            self._on_news()

    def _lacking(self) -> str:
        """Why there is nothing to see at all."""
        if self.viewing is not None and self.viewing.source is not None:
            return STARTING if self.session.state.phase == "starting" and not self.viewing.series else ""
        return hindrance(self.session.state) or self.EMPTY
