"""Matrix: who is taken for whom, as coloured cells with the classes' names."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from dlstudio.ui.announce import describe
from dlstudio.ui.own_keys import taken
from dlstudio.ui.panels.answers.board import Array
from dlstudio.ui.panels.answers.confusion import Cell, Confusion, Way
from dlstudio.ui.panels.features.tiles import from_pixels
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import color, pen
from dlstudio.ui.theme.tokens import TINY, Theme

MANY = 30
LEAST = 2
"""Pixels of the smallest cell."""
WRITTEN, LINE, TITLE, APART, LONGEST = 17, 12, 16, 4, 88
"""From how high on a cell has its number in it; the height of a name and of a title; the longest name."""
STEPS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}


class Matrix(QWidget):
    """A click or Enter picks a cell; the arrow keys go from one to the next."""

    pointed = Signal(str)
    """What the cell under the mouse says."""
    picked = Signal(int, int)
    """The samples of this target that were answered so are wanted; -1, -1: all."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.found = Confusion()
        self.at: Cell | None = None
        self.chosen: Cell | None = None
        self._drawn: QPixmap | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Confusion matrix")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 140)

    def sizeHint(self) -> QSize:
        return QSize(300, 260)

    def show_counts(self, counts: Array, classes: Sequence[str], unit: str) -> None:
        """Other counts."""
        if len(counts) != len(self.found):
            self.at = self.chosen = None
        self.found, self._drawn = Confusion(counts, classes, unit, self.found.way), None
        if self.at:
            describe(self, self.found.told(self.at))
        self.update()

    def show_way(self, way: Way) -> None:
        """Counts, or shares of each row or of each column."""
        self.found, self._drawn = replace(self.found, way=way), None
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self.theme, self._drawn = theme, None
        self.update()

    def _fitting(self, cells: Sequence[Cell], room: float, metrics: QFontMetrics) -> dict[Cell, str]:
        """What stands in the cells, in short where it is too long; nothing where that is too long as well."""
        for write in (self.found.written, self.found.brief):
            said = {cell: write(cell) for cell in cells}
            if all(metrics.horizontalAdvance(text) <= room for text in said.values()):
                return said
        return {}

    # Where it lies

    def _names(self, most: float) -> float:
        """The width of the longest name."""
        metrics = QFontMetricsF(fonts.words(TINY))
        longest = sorted(self.found.classes, key=len)[-40:]
        return min(most, max((metrics.horizontalAdvance(name) for name in longest), default=0.0) + 1)

    def _longest(self, size: QSize) -> float:
        """How wide a name may be; many classes need the room themselves."""
        return min(LONGEST if len(self.found) <= MANY else LONGEST / 2, size.width() * 0.3)

    def room(self, size: QSize | None = None) -> QRectF:
        """The square of cells, whole pixels each where they are large."""
        size, count = size or self.size(), max(1, len(self.found))
        names = self._names(self._longest(size))
        left = names + TITLE + APART
        top = TITLE + APART + (LINE if self._flat(size, names) else names)
        cell = min((size.width() - left - 4) / count, (size.height() - top - 4) / count)
        cell = float(int(cell)) if cell >= LEAST else max(0.5, cell)
        wide = (size.width() - left - cell * count) / 2
        return QRectF(round(left + min(24.0, max(0.0, wide))), round(top), cell * count, cell * count)

    def _flat(self, size: QSize, names: float) -> bool:
        """Whether the names of the answers stand side by side."""
        count = max(1, len(self.found))
        return names + 3 <= min((size.width() - names - TITLE) / count, (size.height() - TITLE - LINE) / count)

    def rect_of(self, cell: Cell) -> QRectF:
        """Where a cell stands."""
        room = self.room()
        side = room.width() / max(1, len(self.found))
        return QRectF(room.left() + cell[1] * side, room.top() + cell[0] * side, side, side)

    def cell_at(self, point: QPointF) -> Cell | None:
        """The cell under a point."""
        room, count = self.room(), len(self.found)
        if not count or not room.contains(point):
            return None
        side = room.width() / count
        row, column = int((point.y() - room.top()) / side), int((point.x() - room.left()) / side)
        return min(row, count - 1), min(column, count - 1)

    # How it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self.found):
            return
        if self._drawn is None:
            ratio = self.devicePixelRatioF()
            self._drawn = QPixmap(self.size() * ratio)
            self._drawn.setDevicePixelRatio(ratio)
            self._drawn.fill(color(self.theme.panel))
            with QPainter(self._drawn) as painter:
                self.draw(painter)
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._drawn)
            for cell, tint in ((self.chosen, self.theme.accent), (self.at, self.theme.text)):
                if cell is not None:
                    painter.setPen(pen(tint, 1.5))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawRect(self.rect_of(cell).adjusted(0, 0, -1, -1))
            if self.hasFocus() and self.at is None:
                painter.setPen(color(self.theme.accent))
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def draw(self, painter: QPainter) -> None:
        """All that an exported picture has too."""
        room, count, tints = self.room(), len(self.found), self.found.tints(self.theme)
        pixels = np.uint32(0xFF000000) | tints[..., 0] << 16 | tints[..., 1] << 8 | tints[..., 2]
        painter.drawImage(room, from_pixels(pixels))
        side = room.width() / count
        if side >= 6:
            painter.setPen(color(self.theme.panel))
            for line in range(count + 1):
                place = round(line * side)
                painter.drawLine(QPointF(room.left() + place, room.top()), QPointF(room.left() + place, room.bottom()))
                painter.drawLine(QPointF(room.left(), room.top() + place), QPointF(room.right(), room.top() + place))
        self._draw_numbers(painter, room, tints, side)
        self._draw_names(painter, room, side)

    def _draw_numbers(self, painter: QPainter, room: QRectF, tints: Array, side: float) -> None:
        painter.setFont(fonts.numbers(TINY))
        metrics = painter.fontMetrics()
        cells = self.found.filled if side >= WRITTEN else []
        for (row, column), text in self._fitting(cells, side - 2, metrics).items():
            red, green, blue = tints[row, column] / 255
            bright = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
            painter.setPen(color("#ffffff" if bright < 0.18 else "#000000"))
            box = QRectF(room.left() + column * side, room.top() + row * side, side, side)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_names(self, painter: QPainter, room: QRectF, side: float) -> None:
        """As many names as can be read; the titles say which side is what."""
        painter.setFont(fonts.words(TINY))
        metrics, muted, text = painter.fontMetrics(), color(self.theme.muted), color(self.theme.text)
        names = self._names(self._longest(self.size()))
        flat = self._flat(self.size(), names)
        every = max(1, -int(-LINE // side))
        across = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
        for i in range(0, len(self.found.classes[: len(self.found)]), every):
            name = metrics.elidedText(self.found.classes[i], Qt.TextElideMode.ElideMiddle, int(names) + 1)
            middle = (i + 0.5) * side
            painter.setPen(text)
            box = QRectF(TITLE, room.top() + middle - 8, room.left() - TITLE - APART, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
            if flat:
                painter.drawText(QRectF(room.left() + i * side, TITLE, side, LINE), across, name)
            else:
                painter.save()
                painter.translate(room.left() + middle, room.top() - APART)
                painter.rotate(-90)
                painter.drawText(QRectF(0, -8, names + 2, 16), Qt.AlignmentFlag.AlignVCenter, name)
                painter.restore()
        painter.setPen(muted)
        painter.drawText(QRectF(room.left(), 0, room.width(), TITLE), Qt.AlignmentFlag.AlignCenter, "answer")
        painter.save()
        painter.translate(0, room.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-60, 0, 120, TITLE), Qt.AlignmentFlag.AlignCenter, "target")
        painter.restore()

    # The mouse and the keys

    def point(self, cell: Cell | None) -> None:
        """The mouse or the keys are at a cell."""
        if cell == self.at:
            return
        self.at = cell
        said = self.found.told(cell) if cell else ""
        self.pointed.emit(said)
        if said:
            describe(self, said)
        self.update()

    def choose(self, cell: Cell | None) -> None:
        """Picks the samples of a cell; the same once more lets them go."""
        self.chosen = None if cell == self.chosen else cell
        self.picked.emit(*(self.chosen or (-1, -1)))
        self.update()

    def show_chosen(self, cell: Cell | None) -> None:
        """A cell was picked elsewhere."""
        self.chosen = cell
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if cell else Qt.CursorShape.ArrowCursor)
        self.point(cell)

    def leaveEvent(self, event: QEvent) -> None:
        self.point(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (cell := self.cell_at(event.position())):
            self.choose(cell)

    def event(self, event: QEvent) -> bool:
        """The arrows mean something here, and nothing on the canvas."""
        keys = (*STEPS, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
        return taken(event, keys) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = event.key(), len(self.found) - 1
        if key in STEPS and last >= 0:
            row, column = self.at or (0, 0)
            down, across = STEPS[Qt.Key(key)] if self.at else (0, 0)
            self.point((min(max(row + down, 0), last), min(max(column + across, 0), last)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.at:
            self.choose(self.at)
        elif key == Qt.Key.Key_Escape and self.chosen:
            self.choose(None)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._drawn = None

    def table(self) -> list[list[str]]:
        """What is shown, as rows of a file."""
        return self.found.table()
