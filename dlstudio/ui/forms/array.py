"""Array: an editor for numbers in rows: a line to type them all, and a grid where their shape is known."""

import json
from math import prod

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dlstudio.catalog.by_hand import Weight
from dlstudio.core.fields import Array, FieldProblem, shape_of
from dlstudio.core.frozen import Value, freeze
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import MIXED, Around, Mixed
from dlstudio.ui.forms.grid import Grid
from dlstudio.ui.forms.line import Line, LineEditor
from dlstudio.ui.forms.number import number_text, written
from dlstudio.ui.theme.letters import hold


class ArrayEditor(LineEditor):
    """Weights typed in by hand; a selection is filled or pasted from a spreadsheet."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        assert isinstance(field.marker, Array)
        self.most = field.marker.most
        self.weight: Weight | None = None
        self.value: Value = ()
        self.grid = Grid()
        self.grid.setAccessibleName(field.label)
        self.grid.edited.connect(self._from_grid)
        self.fill = Line()
        self.fill.setProperty("role", "number")
        self.fill.setPlaceholderText("fill")
        self.fill.setAccessibleName("Fill the selected numbers, or all")
        self.fill.setToolTip("A number for all selected cells, or for all when at most one is selected (Enter)")
        hold(self.fill, 80)
        self.fill.returnPressed.connect(self._fill)
        self.told = QLabel()
        self.told.setProperty("role", "small")
        self.told.setWordWrap(True)
        self.below = QWidget()
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.told, 1)
        tools.addWidget(self.fill)
        column = QVBoxLayout(self.below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.grid)
        column.addLayout(tools)
        self.below.hide()

    def set_around(self, around: Around) -> None:
        weight = around.weights.get("")
        if weight != self.weight:
            self.weight = weight
            self._show_grid()

    def show_value(self, value: Value | Mixed) -> None:
        super().show_value(value)
        self.value = () if value is MIXED else value
        self._show_grid()

    def write(self, value: Value) -> str:
        if isinstance(value, tuple):
            return "" if not value else f"[{', '.join(map(self.write, value))}]"
        return written(value)

    def parse(self, text: str) -> Value:
        try:
            found = json.loads(text or "[]")
        except ValueError:
            raise FieldProblem("must be numbers in rows, such as [[1, 2], [3, 4]]") from None
        self.value = self.field.marker.accept(freeze(found))
        self._show_grid()
        return self.value

    def read(self) -> Value:
        return self.parse(self.line.text().strip())

    def _show_grid(self) -> None:
        assert self.below is not None
        weight = self.weight
        fits = weight is not None and prod(weight.shape) <= self.most
        self.below.setVisible(weight is not None)
        self.grid.setVisible(fits)
        self.fill.setVisible(fits)
        if weight is None:
            return
        size = "×".join(map(str, weight.shape))
        several = ", ".join(filter(None, (size, weight.legend())))
        self.told.setText(several if fits else f"{size} are more than the {self.most:,} numbers that can be typed in")
        if fits:
            self.grid.show_numbers(_rows(self.value, weight.shape), weight)

    def _from_grid(self, rows: list[list[float]]) -> None:
        assert self.weight is not None
        self._give(_nested([n for row in rows for n in row], self.weight.shape))

    def _fill(self) -> None:
        try:
            number = float(number_text(self.fill.text().strip()))
        except ValueError:
            self.failed.emit("must be filled with a number")
            return
        self.grid.fill(number)

    def _give(self, value: Value) -> None:
        self.value = value
        self._set(self.write(value))
        self._show_grid()
        self.changed.emit(value)
        self.settled.emit()


def _rows(value: Value, shape: tuple[int, ...]) -> list[list[float | None]]:
    """The numbers with all axes but the last one laid out in rows; None where the value has none."""
    width = shape[-1]
    if shape_of(value) == shape:
        flat: list[float | None] = list(_flat(value))
        return [flat[i : i + width] for i in range(0, len(flat), width)]
    blank: list[list[float | None]] = [[None] * width for _ in range(prod(shape[:-1]))]
    if len(shape) <= 2 and isinstance(value, tuple):
        for row, given in zip(blank, value if len(shape) == 2 else (value,), strict=False):
            for i, number in enumerate(given[:width] if isinstance(given, tuple) else ()):
                row[i] = number if isinstance(number, int | float) else None
    return blank


def _flat(value: Value) -> list[float]:
    return [n for each in value for n in _flat(each)] if isinstance(value, tuple) else [value]


def _nested(flat: list[float], shape: tuple[int, ...]) -> Value:
    if len(shape) == 1:
        return tuple(flat)
    width = len(flat) // shape[0]
    return tuple(_nested(flat[i * width : (i + 1) * width], shape[1:]) for i in range(shape[0]))
