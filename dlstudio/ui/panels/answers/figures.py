"""Figures: all answers to one output at one glance: who is taken for whom, numbers over targets, errors over steps."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from dlstudio.ui.panels.answers.board import MEASURED, PLACED, Board
from dlstudio.ui.panels.answers.confusion import Way
from dlstudio.ui.panels.answers.matrix import Matrix
from dlstudio.ui.panels.answers.pairs import Pairs
from dlstudio.ui.panels.answers.words import symbol
from dlstudio.ui.panels.panel import instead
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.ui.plots.chart import Chart

COUNTED: dict[Way, str] = {"counts": "Counts", "by target": "% of targets", "by answer": "% of answers"}
SEEN = {"answers": "Answers", "residuals": "Residuals"}
STEPS = "steps"
OVER_STEPS = {STEPS: "Error by step", **SEEN}


def ways(board: Board) -> Mapping[str, str]:
    """How the figure can be seen."""
    return (
        {str(way): title for way, title in COUNTED.items()}
        if board.figure == "Matrix"
        else OVER_STEPS
        if board.course
        else SEEN
    )


def numbers(board: Board, way: str) -> list[str]:
    """Of what there is a choice: the numbers of an output, or what is measured at each of its steps."""
    if board.kind not in MEASURED:
        return []
    if board.course is not None and way == STEPS:
        return list(board.course.channels)
    return [row.name for row in board.number_rows]


class Figures(QStackedWidget):
    """The one that suits the answers is seen."""

    pointed = Signal(str)
    """What is under the mouse, in words."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.matrix, self.pairs, self.none = Matrix(theme), Pairs(theme), instead("")
        self.chart: Chart | None = None
        """Errors over steps; made when there are some, since what draws it takes its time to load."""
        for figure in (self.matrix, self.pairs, self.none):
            self.addWidget(figure)
        self.matrix.pointed.connect(self.pointed)
        self.pairs.pointed.connect(self.pointed)

    @property
    def shown(self) -> Matrix | Pairs | None:
        """What can be exported by whoever holds it; a chart has tools of its own."""
        return next((each for each in (self.matrix, self.pairs) if self.isVisible() and each.isVisible()), None)

    def show_board(self, board: Board, way: str, number: int, name: str) -> None:
        """Other answers, or the same seen otherwise."""
        if board.figure == "Matrix":
            names = board.classes if board.kind != "sequence" else [symbol(each) for each in board.classes]
            self.setCurrentWidget(self.matrix)
            self.matrix.show_counts(board.counts, names, "places" if board.kind in PLACED else "samples")
            self.matrix.show_way(next((each for each in COUNTED if each == way), "counts"))
        elif board.course is not None and way == STEPS:
            self._show_steps(board, number)
        elif board.kind in MEASURED and board.answers.shape[1]:
            self.setCurrentWidget(self.pairs)
            self.pairs.show_pairs(board.targets[:, number], board.answers[:, number], name or board.output)
            self.pairs.show_residuals(way == "residuals")

    def _show_steps(self, board: Board, channel: int) -> None:
        from dlstudio.ui.plots.chart import Chart
        from dlstudio.ui.plots.line import Line

        course = board.course
        assert course is not None
        if self.chart is None:
            self.chart = Chart(self.theme, "Error by step")
            self.chart.told.connect(self.pointed)
            self.addWidget(self.chart)
        at = min(channel, len(course.channels) - 1)
        bias, typical = (each[:, at].numpy().astype(float) for each in (course.bias, course.typical))
        apart = np.sqrt(np.maximum(0, typical**2 - bias**2))
        steps = np.arange(1, course.steps + 1)
        self.setCurrentWidget(self.chart)
        self.chart.show_lines([
            Line("mean error ± spread", steps, bias, bias - apart, bias + apart),
            Line("root mean square", steps, typical, hue=1, dashed=True),
        ])  # fmt: skip

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.matrix.set_theme(theme)
        self.pairs.set_theme(theme)
        if self.chart is not None:
            self.chart.set_theme(theme)

    def stop(self) -> None:
        if self.chart is not None:
            self.chart.stop()
