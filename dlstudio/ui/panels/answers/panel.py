"""Answers: how right the network is on one part of the data, while it trains and afterwards."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QMenu, QSplitter, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from dlstudio.ui.panels.answers.board import MEASURED, PLACED, Board
from dlstudio.ui.panels.answers.exporting import Contents, Exports
from dlstudio.ui.panels.answers.headline import Headline
from dlstudio.ui.panels.answers.matrix import Matrix
from dlstudio.ui.panels.answers.pairs import Pairs
from dlstudio.ui.panels.answers.portraits import Portrait, Portraits
from dlstudio.ui.panels.answers.side import FIGURE, Side
from dlstudio.ui.panels.answers.words import symbol, told
from dlstudio.ui.panels.panel import instead
from dlstudio.ui.panels.seeing import Seeing
from dlstudio.ui.session import Session
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.training.asking.question import Answered, Question
    from dlstudio.training.questions.closeup import Closeup
    from dlstudio.training.questions.judged import Judged
    from dlstudio.training.questions.predictions import Predicted, Predictions

PARTS = ("validation", "test", "train")
MANY = 50_000
"""How many samples are looked at where no training waits."""
WAYS = {"counts": "Counts", "by target": "% of targets", "by answer": "% of answers"}
SEEN = {"answers": "Answers", "residuals": "Residuals"}
BESIDE = 520
"""How wide the panel is at least when the figure stands beside the samples; else it is one of the views."""


class Answers(Seeing):
    """A figure of all answers, and beside it the samples and the numbers."""

    name, title, icon, area = "answers", "Answers", "target", "bottom"
    EMPTY = "Press Train (F5) to see how right the answers are."

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.portraits = Portraits()
        self.matrix, self.pairs, self.side = Matrix(theme), Pairs(theme), Side(theme, self._portrait)
        self.part, self.output, self.way, self.number = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        self.headline, self.export = Headline(), QToolButton()
        self.board: Board | None = None
        self._found: Predicted | None = None
        self._close: Closeup | None = None
        self._said = self._line = ""
        self._shorter: tuple[str, ...] = ()
        self._step = 0
        self._set_up()
        self._lay_out()
        self.set_theme(theme)

    def _set_up(self) -> None:
        self.part.addItems(PARTS)
        for combo, name, tip, does in (
            (
                self.part,
                "Part of the data",
                "Which samples are answered: never learnt from, or learnt from",
                self._on_part,
            ),
            (self.output, "Output", "Which output of the network", self._on_output),
            (self.way, "What cells say", "Counts, or shares of each target or of each answer", self._on_way),
            (self.number, "Number", "Which number of the output", self._show_board),
        ):
            combo.setAccessibleName(name)
            combo.setToolTip(tip)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            combo.activated.connect(does)
        for combo in (self.output, self.way, self.number):
            combo.hide()  # until there is an answer
        self.exports = Exports(self, self._contents, self._say)
        menu = QMenu(self.export)
        menu.aboutToShow.connect(lambda: self.exports.fill(menu))
        self.export.setMenu(menu)
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export.setAccessibleName("Export")
        self.export.setToolTip("Export the figure or the table")
        self.matrix.pointed.connect(self._say)
        self.matrix.picked.connect(self.side.show_cell)
        self.pairs.pointed.connect(self._say)
        self.pairs.picked.connect(self.side.show_sample)
        self.side.changed.connect(self._on_side)
        self.side.unpicked.connect(self._on_unpicked)

    def _lay_out(self) -> None:
        for i, widget in enumerate((self.part, self.output, self.way, self.number)):
            self.bar.insertWidget(i, widget)
        self.bar.insertWidget(self.bar.count() - 1, self.export)
        self.figures, self.split = QStackedWidget(), QSplitter(Qt.Orientation.Horizontal)
        self.none = instead("")
        for figure in (self.matrix, self.pairs, self.none):
            self.figures.addWidget(figure)
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
            self._offer(found.value)
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

    def _offer(self, found: "Predicted") -> None:
        """The outputs that can be seen."""
        names = [each.output for each in found.outputs]
        if [self.output.itemText(i) for i in range(self.output.count())] != names:
            self.output.clear()
            self.output.addItems(names)
        self.output.setVisible(len(names) > 1)

    def _show_board(self) -> None:
        if self._found is None:
            return
        found = self._found
        said = found.outputs[max(0, min(self.output.currentIndex(), len(found.outputs) - 1))]
        board = self.board = Board.of(found, said)
        squared = board.figure == "Matrix"
        self._offer_ways(WAYS if squared else SEEN)
        self._offer_numbers(board)
        if squared:
            self.figures.setCurrentWidget(self.matrix)
            self.matrix.show_counts(
                board.counts,
                board.classes if board.kind != "sequence" else [symbol(n) for n in board.classes],
                "places" if board.kind in PLACED else "samples",
            )
            self.matrix.show_way(self.way.currentData())
        elif board.kind in MEASURED and board.answers.shape[1]:
            at = max(0, self.number.currentIndex())
            self.figures.setCurrentWidget(self.pairs)
            name = self.number.currentText() or board.output
            self.pairs.show_pairs(board.targets[:, at], board.answers[:, at], name)
            self.pairs.show_residuals(self.way.currentData() == "residuals")
        if self.side.figure is None:
            self.figures.setVisible(bool(board.figure))
        self.side.show_board(board)
        self._show_way()

    def _show_way(self) -> None:
        """How the figure is seen can be chosen while it is."""
        shown = self.side.figure is None or self.side.now == FIGURE
        self.way.setVisible(self.board is not None and bool(self.board.figure) and shown)

    def _offer_ways(self, ways: dict[str, str]) -> None:
        if self.way.count() and self.way.itemData(0) == next(iter(ways)):
            return
        self.way.clear()
        for way, title in ways.items():
            self.way.addItem(title, way)

    def _offer_numbers(self, board: Board) -> None:
        names = [row.name for row in board.number_rows] if board.kind in MEASURED else []
        if [self.number.itemText(i) for i in range(self.number.count())] != names:
            self.number.clear()
            self.number.addItems(names)
        self.number.setVisible(len(names) > 1)

    def _numbers(self) -> None:
        """The headline: how right, on how many samples of which part, at which step."""
        if self.board is None or self._found is None:
            return
        board, within = self.board, self._intervals()
        parts = [told(name, value, within.get(name)) for name, value in board.headline.items()]
        loss = self._found.numbers.get("loss")
        if loss is not None and len(self._found.outputs) == 1:
            parts.append(told("loss", loss))
        if "perplexity" in self._found.numbers:
            parts.append(told("perplexity", self._found.numbers["perplexity"]))
        count = f"{len(board.rows):,} of {board.total:,}" if len(board.rows) < board.total else f"all {board.total:,}"
        of = f"{count} {board.part} samples"
        standing = self.viewing.standing if self.viewing else None
        shown = (self.viewing.at if self.viewing else None) or (standing.step if standing else self._step)
        step = f"at step {self._step:,}" if self._step != shown else ""
        short = [told(name, value) for name, value in board.headline.items()]
        self._line = " · ".join(filter(None, [*parts, of, step]))
        self._shorter = tuple(" · ".join(filter(None, line)) for line in ((*short, of, step), (*short, step), short))
        self._say(self._said)

    def _intervals(self) -> dict[str, tuple[float, float]]:
        """Between which values numbers lie, where that was measured of the same samples."""
        assert self.board is not None
        found = self.viewing.answer(self.judged) if self.viewing and not self._live else None
        if found is None or found.value is None or found.step != self._step:
            return {}
        verdict = found.value
        made = next((each for each in verdict.outputs if each.output == self.board.output), None)
        named = {"mean_absolute_error": "mean absolute error"}
        within = {named.get(name, name): ends for name, ends in (made.intervals if made else {}).items()}
        spread = verdict.spreads.get(self.board.output)
        return within | ({"R²": spread} if spread else {})

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
        if text:
            self.headline.say(text)
        else:
            self.headline.say(self._line, *self._shorter)

    def _contents(self) -> Contents | None:
        """What can be exported now."""
        if self.board is None:
            return None
        figures = (self.matrix, self.pairs)
        shown = next((each for each in figures if self.figures.isVisible() and each.isVisible()), None)
        return Contents(f"{self.board.output} {self.board.part}", shown, self.side.table.rows.table())

    def _on_part(self, _: Any = None) -> None:
        self.forget()
        self.refresh()

    def _on_output(self, _: Any = None) -> None:
        self.side.open = self._close = None
        self._show_board()
        self.refresh()

    def _on_way(self, _: Any = None) -> None:
        self._show_board()

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
        for each in (self.matrix, self.pairs, self.side):
            each.set_theme(theme)
