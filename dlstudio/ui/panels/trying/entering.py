"""Entering: one input of a network, drawn, typed or chosen by hand."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDoubleValidator, QImage
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dlstudio.ui.panels.features.tiles import picture
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.panels.soft import soft
from dlstudio.ui.panels.trying.pad import WIDTH, Pad, rows
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.letters import hold
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.training.questions.answer import Given
    from dlstudio.training.questions.entries import Entry

THIN, THICK = 3, 14
"""The widths of the pen, in hundredths of the pad."""
CAPTION, DIGITS = 112, 6
"""The width of the names of numbers, and how many digits are filled in."""


class Entering(QWidget):
    """The base of all; what it gives is None where the sample stands as it is."""

    changed = Signal()

    def __init__(self, theme: Theme, entry: "Entry") -> None:
        super().__init__()
        self.theme, self.entry = theme, entry
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)

    def show_entry(self, entry: "Entry") -> None:
        """Another sample."""
        self.entry = entry

    def given(self) -> "Given | None":
        """What was put in by hand."""
        return None

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme


class Drawing(Entering):
    """A pad with its tools."""

    def __init__(self, theme: Theme, entry: "Entry") -> None:
        super().__init__(theme, entry)
        self.pad, self.touched = Pad(theme, entry.name), False
        self.width_of_pen = QSlider(Qt.Orientation.Horizontal)
        self.width_of_pen.setRange(THIN, THICK)
        self.width_of_pen.setValue(round(100 * WIDTH))
        self.width_of_pen.setAccessibleName("Width of the pen")
        self.width_of_pen.setToolTip("The width of the pen")
        self.undo, self.clear = QToolButton(), QToolButton()
        for button, name, tip in (
            (self.undo, "Undo", "Take the last stroke back (Ctrl+Z)"),
            (self.clear, "Clear", "Begin anew (Delete)"),
        ):
            button.setAccessibleName(name)
            button.setToolTip(tip)
        tools = QHBoxLayout()
        tools.setSpacing(4)
        tools.addWidget(self.width_of_pen, 1)
        tools.addWidget(self.undo)
        tools.addWidget(self.clear)
        self.column.addWidget(self.pad, 1)
        self.column.addLayout(tools)
        self.setMinimumWidth(112)
        self.setMaximumWidth(200)
        self.width_of_pen.valueChanged.connect(self._on_width)
        self.undo.clicked.connect(self.pad.undo)
        self.clear.clicked.connect(self.pad.clear)
        self.pad.changed.connect(self._on_drawn)
        self.set_theme(theme)

    def show_entry(self, entry: "Entry") -> None:
        super().show_entry(entry)
        self.touched = False
        self.pad.show_image(picture(entry.picture.numpy()) if entry.picture is not None else None)

    def given(self) -> "Given | None":
        from dlstudio.training.questions.answer import Picture
        from dlstudio.ui.panels.trying.pad import INK

        if not self.touched or self.pad.empty:
            return None
        image = self.pad.image
        if image is None:
            return Picture((1, INK, INK), self.pad.ink(), drawn=True)
        return Picture((3, image.height(), image.width()), planes(image))

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.pad.theme = theme
        self.pad.update()
        self.undo.setIcon(icon("undo-2", theme))
        self.clear.setIcon(icon("trash-2", theme))

    def _on_width(self, value: int) -> None:
        self.pad.pen = value / 100

    def _on_drawn(self) -> None:
        self.touched = True
        self.changed.emit()


def planes(image: QImage) -> bytes:
    """The red, the green and the blue of a picture one after the other."""
    body = rows(image.convertToFormat(QImage.Format.Format_RGB888), 3)
    return body[0::3] + body[1::3] + body[2::3]


class Numbers(Entering):
    """A field for each number."""

    def __init__(self, theme: Theme, entry: "Entry") -> None:
        super().__init__(theme, entry)
        self.fields: list[QLineEdit] = []
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        for number, name in enumerate(entry.features):
            field = QLineEdit()
            field.setProperty("role", "number")
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            validator = QDoubleValidator(field)
            field.setValidator(validator)
            field.setAccessibleName(name)
            field.setMinimumWidth(72)
            field.textEdited.connect(self.changed)
            caption = label(soft(name), "muted", wrap=True)
            hold(caption, CAPTION)
            grid.addWidget(caption, number, 0)
            grid.addWidget(field, number, 1)
            self.fields.append(field)
        grid.setRowStretch(grid.rowCount(), 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setMinimumWidth(inside.sizeHint().width() + 16)
        self.column.addWidget(scroll)

    def show_entry(self, entry: "Entry") -> None:
        super().show_entry(entry)
        for field, value in zip(self.fields, entry.numbers.tolist(), strict=False):
            field.setText(f"{value:.{DIGITS}g}")

    def given(self) -> "Given | None":
        from dlstudio.training.questions.answer import Typed

        texts = [field.text().strip().replace("−", "-") for field in self.fields]
        try:
            return Typed(tuple(float(text) for text in texts))
        except ValueError:
            return None


class Chosen(Entering):
    """One of several words."""

    def __init__(self, theme: Theme, entry: "Entry") -> None:
        super().__init__(theme, entry)
        self.box = QComboBox()
        self.box.addItems(entry.features)
        self.box.setAccessibleName(entry.name)
        self.box.activated.connect(self.changed)
        self.column.addWidget(label(entry.name, "muted"))
        self.column.addWidget(self.box)
        self.column.addStretch(1)

    def show_entry(self, entry: "Entry") -> None:
        super().show_entry(entry)
        self.box.setCurrentIndex(int(entry.numbers[0]))

    def given(self) -> "Given | None":
        from dlstudio.training.questions.answer import Typed

        return Typed((float(self.box.currentIndex()),))


class Text(Entering):
    """A few lines of text."""

    def __init__(self, theme: Theme, entry: "Entry") -> None:
        super().__init__(theme, entry)
        self.edit = QPlainTextEdit()
        self.edit.setAccessibleName(entry.name)
        self.edit.setPlaceholderText(f"Type {entry.name} …")
        self.edit.textChanged.connect(self._on_text)
        self._filling = False
        self.column.addWidget(label(entry.name, "muted"))
        self.column.addWidget(self.edit, 1)
        self.setMinimumWidth(112)

    def show_entry(self, entry: "Entry") -> None:
        super().show_entry(entry)
        self._filling = True
        self.edit.setPlainText(entry.text)
        self._filling = False

    def given(self) -> "Given | None":
        from dlstudio.training.questions.answer import Typed

        text = self.edit.toPlainText()
        return None if text == self.entry.text else Typed(text=text)

    def _on_text(self) -> None:
        if not self._filling:
            self.changed.emit()


class Fixed(Entering):
    """What cannot be put in by hand: it is that of the sample."""

    def __init__(self, theme: Theme, entry: "Entry") -> None:
        super().__init__(theme, entry)
        size = "×".join(str(n) for n in entry.shape)
        told = label(f"{entry.name} ({size}) is taken from the sample: there is no way to type it.", "muted", wrap=True)
        told.setMaximumWidth(200)
        self.column.addWidget(told)
        self.column.addStretch(1)


KINDS: dict[str, type[Entering]] = {
    "picture": Drawing,
    "numbers": Numbers,
    "choice": Chosen,
    "text": Text,
    "other": Fixed,
}


def entering(theme: Theme, entry: "Entry") -> Entering:
    """What an input is put in with."""
    made = KINDS[entry.form](theme, entry)
    made.show_entry(entry)
    return made
