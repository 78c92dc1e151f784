"""Legend: the names of lines; a click hides or shows one, with Alt only this one is left."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from dlstudio.ui.plots.axis import LEFT
from dlstudio.ui.plots.colors import dashes, hue_color
from dlstudio.ui.plots.line import Line
from dlstudio.ui.theme.fonts import words
from dlstudio.ui.theme.ink import brush, color, mixed
from dlstudio.ui.theme.tokens import TINY, Theme

ROW, STROKE, PAD, APART, LONGEST = 20, 18, 6, 4, 180
BESIDE = 160
"""How wide it is where it stands beside."""
MORE = 72
"""How wide the words on those that are out of sight are, at the end of the rows."""
HELP = "Click to hide or show; Alt-click to show only this one (Space, Alt+Space)"


class Legend(QWidget):
    """In rows above the plot, or in a column beside it that scrolls."""

    toggled = Signal(str)
    only = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.lines: tuple[Line, ...] = ()
        self.hidden: frozenset[str] = frozenset()
        self.column = False
        self.over, self.chosen = -1, 0
        self._boxes: list[QRectF] = []
        self._scrolled = 0.0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Legend")
        self.setAccessibleDescription(HELP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_names(self, lines: Sequence[Line], hidden: frozenset[str]) -> None:
        """Other lines, or other ones hidden."""
        looks = [(line.name, line.called, line.hue, line.dashed, line.faint) for line in lines]
        if looks != [(line.name, line.called, line.hue, line.dashed, line.faint) for line in self.lines]:
            self.lines = tuple(lines)
            self.chosen = min(self.chosen, max(0, len(lines) - 1))
            self.arrange()
        if hidden != self.hidden:
            self.hidden = hidden
        self.update()

    # Where the names stand

    def rows_for(self, width: int) -> int:
        """How many rows the names take in so much width."""
        boxes = self.in_rows(self.lines, width)
        return int(boxes[-1].bottom() // ROW) if boxes else 0

    def _wide(self, line: Line) -> float:
        return STROKE + PAD + min(LONGEST, QFontMetricsF(words(TINY)).horizontalAdvance(line.called) + 1) + 2 * PAD

    def in_rows(self, lines: Sequence[Line], width: int) -> list[QRectF]:
        """Where names stand in so much width."""
        boxes, x, y = [], 0.0, 0.0
        for line in lines:
            wide = self._wide(line)
            if x and x + wide > width:
                x, y = 0.0, y + ROW
            boxes.append(QRectF(x, y, wide, ROW))
            x += wide + APART
        return boxes

    def arrange(self) -> None:
        """Gives each name its place."""
        if self.column:
            self._boxes = [QRectF(0, ROW * n, BESIDE - 4, ROW) for n in range(len(self.lines))]
        else:
            self._boxes = self.in_rows(self.lines, self.width())
            if self._more:
                self._boxes = self.in_rows(self.lines, self.width() - MORE)
        self._scroll(0)

    @property
    def _more(self) -> bool:
        """Whether there are more names than can be in sight at once."""
        return bool(self._boxes) and self._boxes[-1].bottom() > self.height()

    @property
    def _room(self) -> float:
        """How high what is in sight of the names is."""
        return self.height() - (ROW if self.column and self._more else 0)

    @property
    def turn(self) -> QRect:
        """Where a click brings the next names into sight; nowhere while all are."""
        if not self._more:
            return QRect()
        wide = self.width() if self.column else MORE
        return QRect(self.width() - wide, self.height() - ROW, wide, ROW)

    @property
    def out_of_sight(self) -> int:
        """How many names come after those in sight; below 0 how many are before the last ones."""
        end = self._scrolled + self._room
        after = sum(box.bottom() > end for box in self._boxes)
        return after or -sum(box.top() < self._scrolled for box in self._boxes)

    def end(self) -> float:
        """How far the names reach to the right."""
        return max((box.right() for box in self._boxes), default=0.0)

    def sizeHint(self) -> QSize:
        return QSize(BESIDE, ROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.arrange()

    def _scroll(self, by: float) -> None:
        most = max(0.0, (self._boxes[-1].bottom() if self._boxes else 0.0) - self._room)
        self._scrolled = min(most, max(0.0, self._scrolled + by))
        self.update()

    def box(self, name: str) -> QRect:
        """Where a name stands."""
        number = next(n for n, line in enumerate(self.lines) if line.name == name)
        return self._boxes[number].translated(0, -self._scrolled).toRect()

    # The mouse and the keys

    def _found(self, at: QPointF) -> int:
        if self.turn.contains(at.toPoint()):
            return -1
        place = at + QPointF(0, self._scrolled)
        return next((n for n, box in enumerate(self._boxes) if box.contains(place)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._found(event.position()))
        if self.turn.contains(event.position().toPoint()):
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def leaveEvent(self, event: QEvent) -> None:
        self._point(-1)

    def _point(self, number: int) -> None:
        if number != self.over:
            self.over = number
            self.setCursor(Qt.CursorShape.PointingHandCursor if number >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._found(event.position())
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.turn.contains(event.position().toPoint()):
            self._scroll(self._room if self.out_of_sight > 0 else -self._scrolled)
        elif found >= 0:
            self.chosen = found
            self._tell(bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))

    def _tell(self, only: bool) -> None:
        if self.lines:
            (self.only if only else self.toggled).emit(self.lines[self.chosen].name)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._scroll(-event.angleDelta().y() / 120 * ROW)
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = self._found(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), f"{self.lines[found].name}\n{HELP}" if found >= 0 else "", self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = {Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        if way and self.lines:
            self.chosen = (self.chosen + way) % len(self.lines)
            box = self._boxes[self.chosen]
            self._scroll(min(0.0, box.top() - self._scrolled))
            self._scroll(max(0.0, box.bottom() - self._scrolled - self._room))
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return):
            self._tell(bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))
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
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), brush(self.theme.panel))
        painter.translate(0, -self._scrolled)
        for number, (line, box) in enumerate(zip(self.lines, self._boxes, strict=True)):
            self._paint_ground(painter, number, box)
            self._paint_one(painter, line, box)
        painter.resetTransform()
        if self._more:
            self._paint_more(painter)

    def paint_sheet(self, painter: QPainter, lines: Sequence[Line], room: QRectF) -> None:
        """What an export shows: these names in rows, and nothing of the mouse."""
        painter.fillRect(room, brush(self.theme.panel))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line, box in zip(lines, self.in_rows(lines, round(room.width())), strict=True):
            self._paint_one(painter, line, box)
        painter.restore()

    def _paint_more(self, painter: QPainter) -> None:
        """How many names are out of sight, and how far down those in sight are."""
        count, turn = self.out_of_sight, self.turn
        painter.fillRect(turn, brush(self.theme.panel))
        painter.setFont(words(TINY))
        painter.setPen(color(self.theme.accent))
        text = f"{count:,} more ▾" if count > 0 else f"{-count:,} more ▴"
        painter.drawText(turn.adjusted(PAD, 0, -2 * PAD, 0), Qt.AlignmentFlag.AlignRight | LEFT, text)
        whole = self._boxes[-1].bottom()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(self.theme.muted, 0.6))
        high, share = self._room, self._room / whole
        painter.drawRoundedRect(QRectF(self.width() - 3, self._scrolled * share, 3, max(8.0, high * share)), 1.5, 1.5)

    def _paint_ground(self, painter: QPainter, number: int, box: QRectF) -> None:
        """What the mouse is over, and what the keys would hide."""
        here = self.hasFocus() and number == self.chosen
        if number == self.over or here:
            painter.setPen(color(self.theme.accent) if here else Qt.PenStyle.NoPen)
            painter.setBrush(brush(self.theme.hover))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _paint_one(self, painter: QPainter, line: Line, box: QRectF) -> None:
        theme, off = self.theme, line.name in self.hidden
        painter.setFont(words(TINY))
        metrics = QFontMetricsF(painter.font(), painter.device())
        tint = hue_color(line.hue, theme)
        tint = mixed(tint, theme.panel, 0.7) if off else tint
        made = QPen(color(tint), 2.0)
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
        if broken := dashes(line.hue, line.dashed):
            made.setDashPattern([each / 2 for each in broken])
        painter.setPen(made)
        y = box.center().y()
        painter.drawLine(QPointF(box.left() + PAD, y), QPointF(box.left() + PAD + STROKE, y))
        room = box.adjusted(PAD + STROKE + PAD, 0, -2, 0)
        shown = metrics.elidedText(line.called, Qt.TextElideMode.ElideMiddle, room.width())
        painter.setPen(color(theme.muted if off else theme.text))
        painter.drawText(room, LEFT, shown)
        if off:
            painter.drawLine(QPointF(room.left(), y), QPointF(room.left() + metrics.horizontalAdvance(shown), y))
