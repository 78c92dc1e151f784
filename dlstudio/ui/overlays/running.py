"""Running: the page that says what is being done, what was done before, and how far it is."""

from time import monotonic

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar, QPushButton

from dlstudio.core.span import clock
from dlstudio.ui.forms.editor import restyle
from dlstudio.ui.overlays.page import Page, row
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.theme.icons import pixmap
from dlstudio.ui.theme.tokens import Theme

FINE = 1000
STOPPING = "Stopping: what has begun comes to its end first. Nothing is left behind."


class Running(Page):
    """A line for each thing that is done, and a bar."""

    cancels = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.title, self.note, self.time = label(role="title"), label(role="muted", wrap=True), label(role="share")
        self.bar, self.cancel = QProgressBar(), QPushButton("Cancel")
        self.bar.setRange(0, FINE)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("How far it is")
        self.lines: list[tuple[QLabel, QLabel]] = []
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(10)
        self.grid.setVerticalSpacing(10)
        self.grid.setColumnStretch(1, 1)
        self.column.addWidget(self.title)
        self.column.addWidget(self.note)
        self.column.addSpacing(8)
        self.column.addWidget(self.bar)
        self.column.addWidget(self.time, alignment=Qt.AlignmentFlag.AlignRight)
        self.column.addLayout(self.grid)
        self.column.addStretch(1)
        self.column.addLayout(row(self.cancel))
        self.cancel.setProperty("role", "")
        self.cancel.clicked.connect(self.cancels)
        self._began, self._what = 0.0, ""
        self._clock = QTimer(self, interval=500)
        self._clock.timeout.connect(self._tick)

    def begin(self, title: str, note: str) -> None:
        """Something begins."""
        self.title.setText(title)
        self.note.setText(note)
        self.bar.setValue(0)
        self.cancel.setEnabled(True)
        for sign, words in self.lines:
            for widget in (sign, words):
                self.grid.removeWidget(widget)
                widget.deleteLater()
        self.lines.clear()
        self._began, self._what = monotonic(), ""
        self._tick()
        self._clock.start()

    def hear(self, what: str, share: float, reading: str) -> None:
        """What is being done now, and how far data are read for it; what was done before is ticked."""
        self.bar.setValue(round(share * FINE))
        if what != self._what:
            self._turn(what)
        self.lines[-1][1].setText(_sentence(what) + (f" · {reading}" if reading else ""))

    def _turn(self, what: str) -> None:
        """The next line begins."""
        if self.lines:
            words = self.lines[-1][1]
            words.setText(_sentence(self._what))
            restyle(words, role="muted")
            self._sign("check", self.theme.good)
        self._what, sign, words = what, QLabel(), label(wrap=True)
        self.grid.addWidget(sign, len(self.lines), 0, Qt.AlignmentFlag.AlignTop)
        self.grid.addWidget(words, len(self.lines), 1)
        self.lines.append((sign, words))
        self._sign("ellipsis", self.theme.accent)

    def stop(self) -> None:
        """It was called off, and is not over yet."""
        self.cancel.setEnabled(False)
        self.note.setText(STOPPING)

    def end(self) -> None:
        """It is over."""
        self._clock.stop()

    def _sign(self, name: str, tint: str) -> None:
        """The sign of the last line."""
        self.lines[-1][0].setPixmap(pixmap(name, tint, 16))

    def _tick(self) -> None:
        self.time.setText(clock(monotonic() - self._began))


def _sentence(what: str) -> str:
    """With a capital, unless it begins with the name of a file."""
    return what if "." in what.partition(" ")[0] else what[:1].upper() + what[1:]
