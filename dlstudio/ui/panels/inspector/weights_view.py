"""WeightView: one weight: its name and shape, how its values spread, its picture, and what can be done with it."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from dlstudio.ui.panels.inspector.page import label, link
from dlstudio.ui.panels.inspector.weights_picture import number
from dlstudio.ui.panels.inspector.weights_portrait import MOST_COPIED, MOST_TYPED, Portrait
from dlstudio.ui.plots.bars import Bars, Histogram
from dlstudio.ui.plots.heat import Heat
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.tokens import Theme

FIGURES = ("min", "mean", "std", "max")

LONGEST = 8
"""How many letters of a figure have room."""

Does = Callable[[Portrait], object]


class WeightView(QWidget):
    """Shows one portrait after the other."""

    def __init__(self, theme: Theme, copy: Does, type_in: Does, reset: Does) -> None:
        super().__init__()
        self.portrait: Portrait | None = None
        self.name, self.shape = label(), label(role="number")
        self.copy = QToolButton()
        self.copy.setIcon(icon("copy", theme))
        self.copy.setIconSize(QSize(14, 14))
        self.copy.clicked.connect(lambda: self.portrait and copy(self.portrait))
        self.figures = {figure: label(role="share") for figure in FIGURES}
        for figure in self.figures.values():
            figure.setMinimumWidth(56)
        self.histogram = Histogram(theme)
        self.heat, self.bars = Heat(theme), Bars(theme)
        self.read = label(role="share")
        self.read.setMinimumWidth(0)
        self.note = label(role="small", wrap=True)
        self.type_in = link("Type by hand…", lambda: self.portrait and type_in(self.portrait))
        self.reset = link("Back to the initialiser", lambda: self.portrait and reset(self.portrait))
        self.reset.setToolTip("Takes the numbers that were typed by hand away; the weight starts by chance again")
        for picture in (self.heat, self.bars):
            picture.pointed.connect(self._read)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.name)
        head.addStretch(1)
        head.addWidget(self.shape)
        head.addWidget(self.copy)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        for i, figure in enumerate(FIGURES):
            grid.addWidget(label(figure, "small"), 0, i)
            grid.addWidget(self.figures[figure], 1, i)
            grid.setColumnStretch(i, 1)
        tools = QHBoxLayout()
        tools.setContentsMargins(-4, 0, 0, 0)
        tools.setSpacing(4)
        tools.addWidget(self.type_in)
        tools.addWidget(self.reset)
        tools.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(grid)
        for widget in (self.histogram, self.heat, self.bars, self.read, self.note):
            column.addWidget(widget)
        column.addLayout(tools)

    def show_portrait(self, shown: Portrait, *, by_hand: bool, given: bool) -> None:
        """Shows a weight; `by_hand` where its numbers can be typed in, `given` where they are."""
        self.portrait = shown
        self.name.setText(shown.name)
        self.shape.setText("×".join(map(str, shown.shape)) or "1 number")
        self.shape.setToolTip(f"{shown.count:,} numbers")
        for figure, value in zip(FIGURES, (shown.low, shown.mean, shown.spread, shown.high), strict=True):
            self.figures[figure].setText(short(value))
        self.histogram.show_counts(shown.counts, shown.zero)
        self.heat.setVisible(not shown.bars)
        self.bars.setVisible(bool(shown.bars))
        if shown.bars:
            self.bars.show_bars(shown.picture, shown.bars)
        else:
            self.heat.show_picture(shown.picture)
        bad = f"{shown.unsound:,} of {shown.count:,} are infinite or no numbers" if shown.unsound else ""
        notes = ", ".join(filter(None, (shown.note, bad)))
        self.note.setText(notes[:1].upper() + notes[1:])
        self.note.setVisible(bool(notes))
        self._name(shown)
        self._offer(shown, by_hand, given)
        self._read("")

    def _name(self, shown: Portrait) -> None:
        for picture in (self.heat, self.bars):
            picture.setAccessibleName(f"Picture of {shown.name}")
        self.histogram.setAccessibleName(f"Histogram of {shown.name}")
        self.copy.setAccessibleName(f"Copy {shown.name}")
        few = shown.count <= MOST_COPIED
        self.copy.setEnabled(few)
        self.copy.setToolTip("Copy, for a spreadsheet" if few else f"More than {MOST_COPIED:,} numbers are not copied")

    def _offer(self, shown: Portrait, by_hand: bool, given: bool) -> None:
        self.type_in.setVisible(by_hand and shown.count <= MOST_TYPED)
        self.type_in.setEnabled(shown.given is not None)
        self.type_in.setToolTip(
            "Writes these numbers into the project, to be changed one by one"
            if shown.given is not None
            else "Some of the numbers are infinite or none"
        )
        self.reset.setVisible(given)

    def _read(self, text: str) -> None:
        """What the mouse is over, or what the colours mean."""
        self.read.setText(text or (self.portrait.scale if self.portrait else ""))


def short(value: float) -> str:
    """A figure in a narrow column: one digit less where so many noughts stand before it."""
    return next((text for digits in (3, 2) if len(text := number(value, digits)) <= LONGEST), number(value, 1))
