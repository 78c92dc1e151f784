"""TextView: what a language model writes, each symbol as dark as it was held likely, and what else it held likely."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from dlstudio.ui.theme.fonts import numbers, words
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import BODY, TINY, Theme

if TYPE_CHECKING:
    from dlstudio.training.questions.texts import Text

EDGE, LINE, ROW, CELL, NAMES = 12, 22, 17, 26, 76
FAINT = 0.35
SIGNS = {"\n": "↵", " ": "␣", "\t": "⇥", "": "∅"}
WIDEST = 72


class Writing(QWidget):
    """The text; the symbol under the mouse is told of below."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.text: Text | None = None
        self.at = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("What the network writes")
        self._boxes: list[QRectF] = []

    def show_text(self, text: "Text") -> None:
        """Another text."""
        self.text = text
        self.setAccessibleDescription(text.apart.join(text.symbols))
        self.lay_out()
        self.update()

    def lay_out(self) -> None:
        """Where each symbol stands; a new line begins where the text says so, or where there is no more room."""
        self._boxes, x, y = [], float(EDGE), 6.0
        if self.text is None:
            return
        metrics = QFontMetricsF(numbers(BODY))
        apart = metrics.horizontalAdvance(self.text.apart) if self.text.apart else 0.0
        for symbol in self.text.symbols:
            wide = metrics.horizontalAdvance(SIGNS.get(symbol, symbol)) if symbol != " " else metrics.averageCharWidth()
            if x + wide > self.width() - EDGE:
                x, y = float(EDGE), y + LINE
            self._boxes.append(QRectF(x, y, wide, LINE))
            x += wide + apart
            if symbol == "\n":
                x, y = float(EDGE), y + LINE
        self.setFixedHeight(round(y + LINE + 6))

    def resizeEvent(self, event: QEvent) -> None:
        self.lay_out()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.at = next((n for n, box in enumerate(self._boxes) if box.contains(event.position())), -1)
        text = self.text
        if text is not None and self.at > 0:
            held = float(text.taken[self.at - 1])
            self.setToolTip(
                f"“{SIGNS.get(text.symbols[self.at], text.symbols[self.at])}” was held {100 * held:.0f} % likely"
            )
        else:
            self.setToolTip("")

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.text is None:
            return
        painter, theme = QPainter(self), self.theme
        painter.setFont(numbers(BODY))
        for number, (symbol, box) in enumerate(zip(self.text.symbols, self._boxes, strict=False)):
            given = number < self.text.given
            held = 1.0 if number == 0 else float(self.text.taken[number - 1])
            tint = theme.muted if given else theme.text
            painter.setPen(color(tint, 1.0 if given else FAINT + (1 - FAINT) * held))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, SIGNS["\n"] if symbol == "\n" else symbol)
            if number == self.text.given - 1:
                painter.setPen(pen(theme.accent, 1.5))
                painter.drawLine(QPointF(box.right() + 1, box.top() + 4), QPointF(box.right() + 1, box.bottom() - 4))


class Foretold(QWidget):
    """Place by place the symbols that were held likeliest, as cells with their chance (VIS-58)."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.text: Text | None = None
        self.setAccessibleName("How likely each symbol was held")

    def show_text(self, text: "Text") -> None:
        """Another text."""
        self.text = text
        metrics = QFontMetricsF(numbers(TINY))
        longest = max((metrics.horizontalAdvance(SIGNS.get(name, name)) for name in text.names), default=0.0)
        self.cell = max(CELL, min(WIDEST, round(longest) + 10))
        high, wide = text.best.shape[1] + 1, len(text.best)
        self.setFixedSize(NAMES + wide * self.cell + EDGE, high * ROW + 8)
        self.update()

    @property
    def all(self) -> bool:
        """Whether each row is one symbol."""
        return self.text is not None and self.text.best.shape[1] == len(self.text.names)

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.text is None:
            return
        painter, text = QPainter(self), self.text
        painter.setFont(words(TINY))
        painter.setPen(color(self.theme.muted))
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for row in range(text.best.shape[1] + 1):
            name = (
                "stands there"
                if not row
                else SIGNS.get(text.names[row - 1], text.names[row - 1])
                if self.all
                else f"{row}."
            )
            painter.drawText(QRectF(EDGE, 4 + row * ROW, NAMES - EDGE, ROW), middle, name)
        painter.setFont(numbers(TINY))
        first = max(0, (event.rect().left() - NAMES) // self.cell)
        last = min(len(text.best), (event.rect().right() - NAMES) // self.cell + 1)
        for place in range(first, last):
            self._column(painter, text, place)

    def _column(self, painter: QPainter, text: "Text", place: int) -> None:
        x, here = NAMES + place * self.cell, text.symbols[place + 1]
        painter.setPen(color(self.theme.text))
        painter.drawText(QRectF(x, 4, self.cell - 2, ROW), Qt.AlignmentFlag.AlignCenter, SIGNS.get(here, here))
        for row, (number, chance) in enumerate(
            zip(text.best[place].tolist(), text.chances[place].tolist(), strict=True)
        ):
            box = QRectF(x, 4 + (row + 1) * ROW, self.cell - 2, ROW - 2)
            name = text.names[number]
            painter.fillRect(box, brush(self.theme.accent, 0.06 + 0.74 * chance))
            if name == here:
                painter.setPen(pen(self.theme.text, 1.0))
                painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
            strong = chance > 0.6
            painter.setPen(color(self.theme.on_accent if strong else self.theme.text))
            said = f"{100 * chance:.0f}" if self.all else SIGNS.get(name, name)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, said)


class TextView(QWidget):
    """The text above, what was foretold below it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.writing, self.foretold = Writing(theme), Foretold(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        for widget, stretch in ((self.writing, 1), (self.foretold, 1)):
            scroll = QScrollArea()
            scroll.setWidgetResizable(widget is self.writing)
            scroll.setWidget(widget)
            column.addWidget(scroll, stretch)

    def show_text(self, text: "Text") -> None:
        """Another text."""
        self.writing.show_text(text)
        self.foretold.show_text(text)

    def set_theme(self, theme: Theme) -> None:
        for widget in (self.writing, self.foretold):
            widget.theme = theme
            widget.update()
