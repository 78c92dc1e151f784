"""Answers: how right the network is on one part of the data, while it trains and afterwards."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QToolButton, QVBoxLayout, QWidget

from dlstudio.ui.panels.answers.board import Board
from dlstudio.ui.panels.answers.choices import Choices
from dlstudio.ui.panels.answers.exporting import Contents, Exports
from dlstudio.ui.panels.answers.figures import Figures, numbers, ways
from dlstudio.ui.panels.answers.headline import Headline
from dlstudio.ui.panels.answers.portraits import Portrait, Portraits
from dlstudio.ui.panels.answers.side import FIGURE, Side
from dlstudio.ui.panels.answers.telling import Intervals, intervals, lines
from dlstudio.ui.panels.seeing import Seeing
from dlstudio.ui.session import Session
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.training.asking.question import Answered, Question
    from dlstudio.training.questions.closeup import Closeup
    from dlstudio.training.questions.judged import Judged
    from dlstudio.training.questions.predictions import Predicted, Predictions

MANY = 50_000
"""How many samples are looked at where no training waits."""
BESIDE = 520
"""How wide the panel is at least when the figure stands beside the samples; else it is one of the views."""


class Answers(Seeing):
    """A figure of all answers, and beside it the samples and the numbers."""

    name, title, icon, area = "answers", "Answers", "target", "bottom"
    EMPTY = "Press Train (F5) to see how right the answers are."

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.portraits = Portraits()
        self.figures, self.side = Figures(theme), Side(theme, self._portrait)
        self.matrix, self.pairs = self.figures.matrix, self.figures.pairs
        self.choices = Choices()
        self.part, self.output, self.way, self.number = self.choices.all
        self.headline, self.export = Headline(), QToolButton()
        self.board: Board | None = None
        self._found: Predicted | None = None
        self._close: Closeup | None = None
        self._said = ""
        self._lines: tuple[str, ...] = ("",)
        self._step = 0
        self._set_up()
        self._lay_out()
        self.set_theme(theme)

    def _set_up(self) -> None:
        self.choices.connect(self._on_part, self._on_output, self._show_board, self._show_board)
        self.exports = Exports(self, self._contents, self._say)
        menu = QMenu(self.export)
        menu.aboutToShow.connect(lambda: self.exports.fill(menu))
        self.export.setMenu(menu)
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export.setAccessibleName("Export")
        self.export.setToolTip("Export the figure or the table")
        self.figures.pointed.connect(self._say)
        self.side.told.connect(self.say)
        self.matrix.picked.connect(self.side.show_cell)
        self.pairs.picked.connect(self.side.show_sample)
        self.side.changed.connect(self._on_side)
        self.side.unpicked.connect(self._on_unpicked)

    def _lay_out(self) -> None:
        for i, widget in enumerate(self.choices.all):
            self.bar.insertWidget(i, widget)
        self.bar.insertWidget(self.bar.count() - 1, self.export)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(self.figures)
        self.split.addWidget(self.side)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(1)
        self.split.setStretchFactor(0, 4)
        self.split.setStretchFactor(1, 5)
        content, column = QWidget(), QVBoxLayout()
        content.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.headline)
        column.addWidget(self.split, 1)
        self.body.addWidget(content)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < BESIDE
        if narrow == (self.side.figure is not None):
            return
        if narrow:
            self.side.take(self.figures)
        else:
            self.side.hand_back()
            self.split.insertWidget(0, self.figures)
            self._show_board()

    # What is wanted

    @property
    def _live(self) -> bool:
        """Whether a training waits for the answer, or an earlier step is seen."""
        return self.viewing is not None and (self.viewing.alive or self.viewing.at is not None)

    @property
    def quick(self) -> "Predictions":
        """Few samples, for while it trains."""
        from dlstudio.training.questions.predictions import Predictions

        return Predictions(self.part.currentText())

    @property
    def patient(self) -> "Predictions":
        """As many as there are, for when it has ended."""
        from dlstudio.training.questions.predictions import Predictions

        return Predictions(self.part.currentText(), MANY, patient=True)

    @property
    def judged(self) -> "Judged":
        """Everything with its intervals, for when it has ended."""
        from dlstudio.training.questions.judged import Judged

        return Judged(self.part.currentText(), whole=True)

    def questions(self) -> "Iterable[Question]":
        if self.viewing is None or self.viewing.source is None:
            return ()
        first: list[Question] = [*self.portraits.wanted, *([self._close] if self._close else [])]
        if self._live:
            return (*first, self.quick)
        found = self.viewing.answer(self.patient)
        whole = found is not None and found.value is not None and len(found.value.rows) == found.value.total
        return (*first, self.patient, *([self.judged] if whole else []))

    # What is shown

    def forget(self) -> None:
        self.board = self._found = None
        self.side.board = None
        self.side.open = self._close = None

    def show_news(self) -> str:
        if self.viewing is None:
            return self.EMPTY
        found = self._newest()
        self.wish()
        if found is None:
            return "" if self._found else self.unasked("Waiting for the first answers …")
        if found.problem:
            self.board = self._found = None
            return found.problem
        if found.value is not self._found:
            self._found, self._step = found.value, found.step
            self.choices.offer_outputs([each.output for each in found.value.outputs])
            self._show_board()
        self._numbers()
        self._show_samples()
        return ""

    def _newest(self) -> "Answered | None":
        """The answer that tells most: of all samples where it is there and still holds."""
        assert self.viewing is not None
        few = self.viewing.answer(self.quick)
        many = None if self._live else self.viewing.answer(self.patient)
        return many if many is not None and not many.problem else few or many

    def _show_board(self) -> None:
        if self._found is None:
            return
        found = self._found
        said = found.outputs[max(0, min(self.output.currentIndex(), len(found.outputs) - 1))]
        board = self.board = Board.of(found, said)
        self.choices.offer_ways(ways(board))
        way = str(self.way.currentData())
        self.choices.offer_numbers(numbers(board, way))
        self.figures.show_board(board, way, max(0, self.number.currentIndex()), self.number.currentText())
        if self.side.figure is None:
            self.figures.setVisible(bool(board.figure))
        self.side.show_board(board)
        self._show_way()

    def _show_way(self) -> None:
        """How the figure is seen can be chosen while it is."""
        shown = self.side.figure is None or self.side.now == FIGURE
        self.way.setVisible(self.board is not None and bool(self.board.figure) and shown)

    def _numbers(self) -> None:
        """The headline."""
        if self.board is None or self._found is None:
            return
        standing = self.viewing.standing if self.viewing else None
        shown = (self.viewing.at if self.viewing else None) or (standing.step if standing else self._step)
        step = f"at step {self._step:,}" if self._step < shown else ""
        self._lines = lines(self.board, self._found, self._intervals(self.board.output), step)
        self._say(self._said)

    def _intervals(self, output: str) -> Intervals:
        """Between which values numbers lie, where that was measured of the same samples."""
        found = self.viewing.answer(self.judged) if self.viewing and not self._live else None
        known = found is not None and found.value is not None and found.step == self._step
        return intervals(found.value, output) if known and found is not None else {}

    def _show_samples(self) -> None:
        """The pictures in sight, and the sample that is large."""
        assert self.viewing is not None
        self.portraits.begin((self.viewing.path, self.part.currentText()))
        self.portraits.need(self.viewing, self.part.currentText(), self.side.rows())
        known = next(iter(self.portraits.known.values()), None)
        self.side.gallery.show_form(wide=known is not None and known.image is None)
        self.side.gallery.viewport().update()
        found = self.viewing.answer(self._close) if self._close else None
        if found is not None and found.value is not None:
            self.side.show_one(found.value, max(0, self.output.currentIndex()))
        self.wish()

    def _portrait(self, row: int) -> Portrait | None:
        return self.portraits.known.get(row)

    # What is done

    def _say(self, text: str) -> None:
        """A sentence in place of the numbers, until there is none."""
        self._said = text
        self.headline.say(*((text,) if text else self._lines))

    def _contents(self) -> Contents | None:
        """What can be exported now."""
        if self.board is None:
            return None
        return Contents(f"{self.board.output} {self.board.part}", self.figures.shown, self.side.table.rows.table())

    def _on_part(self) -> None:
        self.forget()
        self.refresh()

    def _on_output(self) -> None:
        self.side.open = self._close = None
        self._show_board()
        self.refresh()

    def _on_unpicked(self) -> None:
        self.matrix.show_chosen(None)
        self.side.show_cell(-1, -1)

    def _closeup(self) -> "Closeup | None":
        """What is asked about the sample that is large."""
        if self.side.open is None:
            return None
        from dlstudio.training.questions.closeup import Closeup  # it brings torch, which is there where samples are

        return Closeup(self.part.currentText(), self.side.open)

    def _on_side(self) -> None:
        """Other samples are in sight, or another one is large."""
        self._show_way()
        if self.viewing is None or self.board is None or not self.isVisible():
            return
        close = self._closeup()
        if close != self._close:
            self._close = close
            if close is not None and self.viewing.alive and self.viewing.at is None:
                self.viewing.ask(close)
        self._show_samples()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.export.setIcon(icon("download", theme))
        self.figures.set_theme(theme)
        self.side.set_theme(theme)

    def stop(self) -> None:
        super().stop()
        self.figures.stop()
        self.side.one.stop()
