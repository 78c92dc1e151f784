"""CourseView: one sample over its steps: what should be, what is answered with the usual error, and what is left."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dlstudio.ui.elided_combo import ElidedCombo
from dlstudio.ui.plots.chart import Chart
from dlstudio.ui.plots.line import Line
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.training.questions.closeup import Close
    from dlstudio.training.questions.course import Course

ROOMY = 210
"""From which height on what is left has a plot of its own."""


class CourseView(QWidget):
    """The course and under it the residuals; with several numbers at each step one of them is seen."""

    told = Signal(str)
    """What became of an export, in a sentence."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.close_up: Close | None = None
        self.course: Course | None = None
        self.channel = ElidedCombo()
        self.channel.setAccessibleName("What is measured")
        self.channel.activated.connect(self._draw)
        self.chart, self.rest = Chart(theme, "Answer and target by step"), Chart(theme, "Residuals by step")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(0)
        column.addWidget(self.channel, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.chart, 3)
        column.addWidget(self.rest, 2)
        for chart in (self.chart, self.rest):
            chart.told.connect(self.told)

    def show_course(self, close: "Close", course: "Course | None") -> None:
        """Another sample, or other answers to it; the course says how far off all samples are at each step."""
        self.close_up, self.course = close, course
        if [self.channel.itemText(i) for i in range(self.channel.count())] != list(close.channels):
            self.channel.clear()
            self.channel.addItems(close.channels)
            self.channel.adjustSize()
        self.channel.setVisible(len(close.channels) > 1)
        self._draw()

    def _draw(self) -> None:
        close = self.close_up
        if close is None:
            return
        at = max(0, self.channel.currentIndex())
        target, answer = (each[:, at].numpy().astype(float) for each in (close.targets, close.answers))
        steps = np.arange(1, len(target) + 1)
        usual = self.course.typical[:, at].numpy().astype(float) if self.course is not None else None
        low, high = (None, None) if usual is None else (answer - usual, answer + usual)
        name = "answer" if usual is None else "answer ± root mean square error"
        self.chart.show_lines([Line("target", steps, target), Line(name, steps, answer, low, high, hue=1, dashed=True)])
        left = [Line("answer − target", steps, answer - target, hue=1)]
        if usual is not None:
            left.append(Line("± root mean square error", steps, 0 * usual, -usual, usual, hue=2, faint=True))
        self.rest.show_lines(left)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rest.setVisible(self.height() >= ROOMY)

    def set_theme(self, theme: Theme) -> None:
        self.chart.set_theme(theme)
        self.rest.set_theme(theme)

    def stop(self) -> None:
        self.chart.stop()
        self.rest.stop()
