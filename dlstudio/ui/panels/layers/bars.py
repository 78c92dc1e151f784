"""LayerBars: one quantity of every layer at the look that is shown: who learns fast, and who hardly does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from dlstudio.ui.own_keys import taken
from dlstudio.ui.panels.layers.quantities import QUANTITIES, Quantity
from dlstudio.ui.plots.colors import hue_color
from dlstudio.ui.plots.scale import Scale, said
from dlstudio.ui.theme.fonts import numbers, words
from dlstudio.ui.theme.ink import brush, color, mixed, pen
from dlstudio.ui.theme.tokens import TINY, Theme

LEGIBLE, THICK = 12.0, 12.0
"""From how high a row on it has words, and how thick a bar is at most."""
NAMES, GAP = 0.36, 8
WAYS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


@dataclass(frozen=True, slots=True)
class Bar:
    """One layer."""

    name: str
    value: float | None
    """None where it was not seen at this look."""
    spread: float | None = None
    hue: int = -1
    lit: bool = False


@dataclass(frozen=True, slots=True)
class Ends:
    """Where bars begin and end at most, in units of the scale."""

    scale: Scale
    low: float
    high: float

    def share(self, value: float) -> float:
        place = self.scale.place(value)
        return min(1.0, max(0.0, (place - self.low) / (self.high - self.low)))


def ends(values: Sequence[float], quantity: Quantity) -> Ends:
    """Whole decades on a log scale; all else begins at zero."""
    known = [value for value in values if isfinite(value) and (value > 0 or not quantity.log)]
    known += quantity.healthy or ()
    scale = Scale("log" if quantity.log else "linear")
    if quantity.log:
        places = [log10(value) for value in known] or [0.0]
        low = float(floor(min(places)))
        return Ends(scale, low, max(low + 1, float(ceil(max(places)))))
    if quantity.percent:
        return Ends(scale, 0.0, 100.0)
    low, high = min(0.0, *known, 0.0), max(0.0, *known, 0.0)
    return Ends(scale, low, high if high > low else low + 1)


class LayerBars(QWidget):
    """Rows at the places that somebody else gives them; a click or the arrow keys choose a layer."""

    chosen = Signal(str)
    moved = Signal(int)
    """So many layers up or down from the one that is chosen."""

    def __init__(self, theme: Theme, place: Callable[[], tuple[float, float]]) -> None:
        super().__init__()
        self.theme = theme
        self.place = place
        """Says where the first row begins and how high each one is."""
        self.bars: tuple[Bar, ...] = ()
        self.quantity = QUANTITIES[0]
        self.ends = Ends(Scale(), 0.0, 1.0)
        self.named = False
        """Whether names stand before the bars."""
        self.over = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Layers at this step")

    def sizeHint(self) -> QSize:
        return QSize(200, 120)

    def show_bars(self, bars: Sequence[Bar], quantity: Quantity, at: Ends, *, named: bool) -> None:
        """Other bars."""
        self.bars, self.quantity, self.ends, self.named = tuple(bars), quantity, at, named
        lit = [bar for bar in bars if bar.lit]
        self.setAccessibleDescription(". ".join(map(self.told, lit or bars[:8])))
        self.update()

    def told(self, bar: Bar) -> str:
        """A bar in words."""
        if bar.value is None:
            return f"{bar.name}: not seen at this step"
        spread = f" ± {said(bar.spread)}" if bar.spread is not None else ""
        return f"{bar.name}: {said(bar.value)}{spread} {self.quantity.unit}".rstrip()

    def row_at(self, y: float) -> int:
        """The row at a height, or -1."""
        top, each = self.place()
        row = floor((y - top) / each)
        return row if 0 <= row < len(self.bars) else -1

    # The mouse and the keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.row_at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(-1)

    def _point(self, row: int) -> None:
        if row != self.over:
            self.over = row
            self.setCursor(Qt.CursorShape.PointingHandCursor if row >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position().y())
        if row >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self.bars[row].name)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self.row_at(event.pos().y())
            QToolTip.showText(event.globalPos(), self.told(self.bars[row]) if row >= 0 else "", self)
            return True
        return taken(event, WAYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in WAYS:
            self.moved.emit(WAYS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # How it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), brush(self.theme.panel))
        top, each = self.place()
        wide = QFontMetricsF(numbers(TINY)).horizontalAdvance("0.0000e−9") if each >= LEGIBLE else 0.0
        left = self.width() * NAMES if self.named else 0.0
        room = QRectF(left, top, self.width() - left - wide - GAP, each * len(self.bars))
        if self.bars and room.width() > 8:
            self._paint_ground(painter, room)
            for row, bar in enumerate(self.bars):
                line = QRectF(0, top + row * each, self.width(), each)
                self._paint_row(painter, bar, line, room, over=row == self.over)
        if self.hasFocus():
            painter.setPen(color(self.theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _x(self, value: float, room: QRectF) -> float:
        return room.left() + self.ends.share(value) * room.width()

    def _paint_ground(self, painter: QPainter, room: QRectF) -> None:
        """What is healthy, and hairlines at whole decades or quarters."""
        if self.quantity.healthy:
            low, high = (self._x(value, room) for value in self.quantity.healthy)
            painter.fillRect(QRectF(low, room.top(), high - low, room.height()), brush(self.theme.good, 0.14))
        painter.setPen(pen(self.theme.line))
        low, high = self.ends.low, self.ends.high
        whole = high - low <= 12
        places = [low + n for n in range(int(high - low) + 1)] if self.quantity.log and whole else [low, high]
        if not self.quantity.log and low < 0 < high:
            places.append(0.0)
        for place in places:
            x = round(room.left() + (place - low) / (high - low) * room.width()) + 0.5
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))

    def _tint(self, bar: Bar) -> str:
        theme = self.theme
        if bar.hue >= 0:
            return hue_color(bar.hue, theme)
        healthy = self.quantity.healthy
        if healthy and bar.value is not None and not healthy[0] <= bar.value <= healthy[1]:
            return theme.warn
        return theme.accent if bar.lit else mixed(theme.panel, theme.accent, 0.55)

    def _paint_row(self, painter: QPainter, bar: Bar, line: QRectF, room: QRectF, *, over: bool) -> None:
        if over or bar.lit:
            painter.fillRect(line, brush(self.theme.chosen if bar.lit else self.theme.hover))
        high = min(THICK, line.height() - (2 if line.height() >= 6 else 0))
        y = line.center().y() - high / 2
        if bar.value is not None and isfinite(bar.value):
            self._paint_value(painter, bar, QRectF(room.left(), y, room.width(), high))
        if line.height() >= LEGIBLE:
            self._paint_words(painter, bar, line, room)

    def _paint_value(self, painter: QPainter, bar: Bar, room: QRectF) -> None:
        assert bar.value is not None
        tint = brush(self._tint(bar))
        zero = 0.0 if self.quantity.log else self.ends.share(0.0)
        start, end = sorted((room.left() + zero * room.width(), self._x(bar.value, room)))
        if self.quantity.log and bar.value <= 0:
            return
        if bar.spread is None:
            painter.fillRect(QRectF(start, room.top(), max(1.0, end - start), room.height()), tint)
            return
        low, high = (self._x(bar.value + sign * bar.spread, room) for sign in (-1, 1))
        faint = brush(mixed(self._tint(bar), self.theme.panel, 0.6))
        painter.fillRect(QRectF(low, room.top(), max(1.0, high - low), room.height()), faint)
        painter.fillRect(QRectF(self._x(bar.value, room) - 1, room.top(), 2, room.height()), tint)

    def _paint_words(self, painter: QPainter, bar: Bar, line: QRectF, room: QRectF) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(numbers(TINY))
        painter.setPen(color(self.theme.text if bar.lit else self.theme.muted))
        value = "–" if bar.value is None else said(bar.value)
        painter.drawText(line.adjusted(0, 0, -4, 0), middle | Qt.AlignmentFlag.AlignRight, value)
        if self.named:
            painter.setFont(words(TINY))
            place = QRectF(4, line.top(), room.left() - 8, line.height())
            shown = QFontMetricsF(words(TINY)).elidedText(bar.name, Qt.TextElideMode.ElideMiddle, place.width())
            painter.drawText(place, middle | Qt.AlignmentFlag.AlignLeft, shown)
