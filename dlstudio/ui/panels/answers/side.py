"""Side: beside the figure: the samples themselves, the numbers of each class, the residuals; or one sample large."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from dlstudio.ui.elided import Elided
from dlstudio.ui.elided_combo import ElidedCombo
from dlstudio.ui.panels.answers.board import CHOOSING, HALF, MEASURED, Board, Order, Pick
from dlstudio.ui.panels.answers.figure_table import CLASS_HEADS, NUMBER_HEADS, FigureTable
from dlstudio.ui.panels.answers.gallery import Gallery, caption
from dlstudio.ui.panels.answers.one import One
from dlstudio.ui.panels.answers.pairs import Spread
from dlstudio.ui.panels.answers.portraits import Portrait
from dlstudio.ui.panels.panel import instead
from dlstudio.ui.theme.tokens import OKABE_ITO, Theme

if TYPE_CHECKING:
    from dlstudio.training.questions.closeup import OfOne

ORDERS: dict[str, dict[Order, str]] = {
    "choosing": {"wrong": "Wrong, surest first", "right": "Right, surest first", "all": "All, in order"},
    "others": {"wrong": "Worst first", "right": "Best first", "all": "In order"},
}
FIGURE = "Figure"
"""The view that is the figure itself, where it has no room beside the others."""
NONE = "No sample is like that."
EDGE_TIP = "From how likely on a label counts as answered; the numbers of each label change with it"


class Side(QWidget):
    """A row of what can be seen over it."""

    changed = Signal()
    """Other samples are in sight, or another one is large: what is asked for changes."""
    unpicked = Signal()
    told = Signal(str)

    def __init__(self, theme: Theme, known: Callable[[int], Portrait | None]) -> None:
        super().__init__()
        self.theme = theme
        self.board: Board | None = None
        self.pick = Pick()
        self.open: int | None = None
        """The place in the part of the sample that is seen large."""
        self.gallery, self.table, self.spread, self.one = (
            Gallery(theme, known),
            FigureTable(),
            Spread(theme),
            One(theme),
        )
        self.nothing = instead(NONE)
        self.order, self.edge, self.count, self.of = ElidedCombo(), QDoubleSpinBox(), Elided(), QPushButton()
        self.switch, self.group = QFrame(), QButtonGroup(self)
        self.figure: QWidget | None = None
        """The figure, where it is one of the views."""
        self.buttons: dict[str, QPushButton] = {}
        self._set_up()
        self._lay_out()

    def _set_up(self) -> None:
        self.order.setAccessibleName("Which samples")
        self.order.activated.connect(
            lambda _: self._pick(Pick(self.order.currentData(), self.pick.target, self.pick.answer))
        )
        self.edge.setRange(0.01, 0.99)
        self.edge.setSingleStep(0.05)
        self.edge.setValue(HALF)
        self.edge.setPrefix("yes from ")
        self.edge.setAccessibleName("Threshold of labels")
        self.edge.setToolTip(EDGE_TIP)
        self.edge.valueChanged.connect(lambda _: self._fill_table())
        self.count.setProperty("role", "muted")
        self.of.setProperty("role", "link")
        self.of.setToolTip("Show the samples of all classes again")
        self.of.clicked.connect(self.unpicked.emit)
        self.gallery.opened.connect(self._open)
        self.gallery.needed.connect(self.changed.emit)
        self.one.told.connect(self.told)
        self.one.left.connect(self.close_one)
        self.one.turned.connect(self._turn)
        self.table.picked.connect(self._on_row)

    def _lay_out(self) -> None:
        self.switch.setProperty("role", "segments")
        segments = QHBoxLayout(self.switch)
        segments.setContentsMargins(1, 1, 1, 1)
        segments.setSpacing(0)
        for name in (FIGURE, "Samples", "Classes", "Residuals"):
            button = QPushButton(name)
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
            button.clicked.connect(lambda _=False, name=name: self.show_view(name))
            self.group.addButton(button)
            self.buttons[name] = button
            segments.addWidget(button)
        self.buttons["Samples"].setChecked(True)
        self.head = QWidget()
        row = self.row = QHBoxLayout(self.head)
        row.setContentsMargins(8, 0, 8, 4)
        row.setSpacing(8)
        for widget in (self.switch, self.order, self.edge, self.of, self.count):
            row.addWidget(widget)
        row.addStretch(1)
        self.stack = QStackedLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addLayout(self.stack, 1)  # before it has pages: without a parent it would show the first as a window
        for view in (self.gallery, self.table, self.spread, self.one, self.nothing):
            self.stack.addWidget(view)

    def take(self, figure: QWidget) -> None:
        """From now on the figure is one of the views, and the one that is seen."""
        self.figure = figure
        self.stack.addWidget(figure)
        self._rearrange()
        self.show_view(FIGURE if self.board and self.board.figure and self.open is None else self.now)

    def hand_back(self) -> None:
        """The figure stands beside the views again; whoever puts it there takes it."""
        self.figure = None
        self._rearrange()
        self.show_view(self.now)

    def _rearrange(self) -> None:
        self.row.setContentsMargins(12 if self.figure else 8, 0, 8, 4)
        self._offer_figure()
        self._show_orders()

    # What is shown

    @property
    def now(self) -> str:
        """The view that is chosen."""
        return next(name for name, button in self.buttons.items() if button.isChecked())

    def show_board(self, board: Board) -> None:
        """Other answers; another output begins anew."""
        before, self.board = self.board, board
        fresh = before is None or (before.output, before.kind, before.part) != (board.output, board.kind, board.part)
        if fresh:
            self._begin(board)
        self._fill_table()
        if board.kind in MEASURED and board.answers.shape[1]:
            self.spread.show_errors((board.answers - board.targets).ravel())
        self._fill_gallery(anew=fresh)
        self.show_view(self.now)

    def _begin(self, board: Board) -> None:
        self.pick, self.open = Pick(), None
        self._show_orders()
        numbers = board.kind in MEASURED
        names = {"labels": "Labels", "numbers": "Numbers", "box": "Numbers"}
        self.buttons["Classes"].setText(names.get(board.kind, "Classes"))
        self.buttons["Classes"].setVisible(bool(board.classes) or numbers)
        self.buttons["Residuals"].setVisible(numbers)
        self._offer_figure()
        if self.figure and board.figure:
            self.buttons[FIGURE].setChecked(True)

    def _offer_figure(self) -> None:
        """The segments that there are now."""
        title = self.board.figure if self.board else ""
        self.buttons[FIGURE].setText(title or FIGURE)
        self.buttons[FIGURE].setVisible(self.figure is not None and bool(title))
        if not self.buttons[self.now].isVisibleTo(self.switch):
            self.buttons["Samples"].setChecked(True)

    def _show_orders(self) -> None:
        """Which samples there may be; in a word where there is little room."""
        if self.board is None:
            return
        self.order.clear()
        for order, title in ORDERS["choosing" if self.board.kind in (*CHOOSING, "labels") else "others"].items():
            self.order.addItem(title.partition(",")[0] if self.figure else title, order)
            self.order.setItemData(self.order.count() - 1, title, Qt.ItemDataRole.ToolTipRole)
        self.order.setCurrentIndex(self.order.findData(self.pick.order))

    def show_view(self, name: str) -> None:
        """The figure, the samples, the table, or the residuals."""
        self.buttons[name].setChecked(True)
        samples, large = name == "Samples", self.open is not None
        picked = self.pick.target >= 0 or self.pick.answer >= 0
        self.of.setVisible(samples and picked)
        self.order.setVisible(samples and not (picked and self.figure))
        self.count.setVisible(samples)
        self.edge.setVisible(name == "Classes" and self.board is not None and self.board.kind == "labels")
        self.head.setVisible(not (samples and large))
        views: dict[str, QWidget] = {"Classes": self.table, "Residuals": self.spread}
        if self.figure:
            views[FIGURE] = self.figure
        perfect = self.pick.order == "wrong" and self.pick.target < 0
        self.nothing.setText("Every sample is answered rightly." if perfect else NONE)
        inside = self.one if large else self.gallery if len(self.gallery.samples) else self.nothing
        self.stack.setCurrentWidget(views.get(name, inside))
        self.changed.emit()

    def _fill_table(self) -> None:
        board = self.board
        if board is None:
            return
        if board.kind in MEASURED:
            self.table.show_rows(board.number_rows, NUMBER_HEADS)
        else:
            rows = board.label_rows(self.edge.value()) if board.kind == "labels" else board.class_rows
            self.table.show_rows(rows, CLASS_HEADS)

    def _fill_gallery(self, *, anew: bool) -> None:
        assert self.board is not None
        found = self.board.picked(self.pick)
        self.gallery.show_samples(self.board, found.tolist(), anew=anew)
        legend = (
            f"  <span style='color:{OKABE_ITO[1]}'>▢ target</span>  <span style='color:{OKABE_ITO[2]}'>▢ answer</span>"
        )
        self.count.setText(f"{len(found):,} of {len(self.board.rows):,}" + legend * (self.board.kind == "box"))
        target, answer = self.pick.target, self.pick.answer
        names = [
            f"{self.board.named(target)}" if target >= 0 else "",
            f"as {self.board.named(answer)}" if answer >= 0 else "",
        ]
        self.of.setText(" ".join(filter(None, names)) + "  ✕")

    def rows(self) -> list[int]:
        """The places of the samples whose pictures are in sight."""
        return self.gallery.rows() if self.isVisible() and self.now == "Samples" and self.open is None else []

    # What is done

    def show_cell(self, target: int, answer: int) -> None:
        """The samples of a cell of the matrix, right or wrong; -1 is any."""
        order: Order = "all" if target >= 0 or answer >= 0 else "wrong"
        self.open = None
        self._pick(Pick(order, target, answer))
        self.show_view("Samples")

    def _pick(self, pick: Pick) -> None:
        self.pick = pick
        self.order.setCurrentIndex(self.order.findData(pick.order))
        if self.board is not None:
            self._fill_gallery(anew=True)
            self.show_view(self.now)

    def _on_row(self, at: int) -> None:
        if self.board is not None and self.board.kind in CHOOSING:
            self.show_cell(at, -1)

    def _open(self, at: int) -> None:
        if self.board is not None:
            self.show_sample(self.gallery.samples[at])

    def show_sample(self, sample: int) -> None:
        """One sample large; the answers to it come in a moment."""
        assert self.board is not None
        self.open = int(self.board.rows[sample])
        self.show_view("Samples")
        self.one.setFocus()

    def close_one(self) -> None:
        """Back to all samples."""
        self.open = None
        self.show_view("Samples")
        self.gallery.setFocus()

    def _turn(self, by: int) -> None:
        to = self.gallery.at + by
        if 0 <= to < len(self.gallery.samples):
            self.gallery.choose(to)
            self._open(to)

    def show_one(self, found: "OfOne", output: int) -> None:
        """The answers to the sample that is open."""
        if self.board is None or found.looks.rows[0] != self.open:
            return
        at = next((i for i, row in enumerate(self.board.rows.tolist()) if row == self.open), None)
        words = caption(self.board, at, self.theme)[0] if at is not None else ""
        self.one.show_one(found, output, words, self.board.course)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        for view in (self.gallery, self.spread, self.one):
            view.set_theme(theme)
