"""Wall: the feature maps of one or several nodes as pictures; a click chooses a unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dlstudio.ui.own_keys import taken
from dlstudio.ui.panels.features.tiles import Row
from dlstudio.ui.plots.export import Sheet
from dlstudio.ui.theme.fonts import numbers, words
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import SMALL, TINY, Theme

LABEL, GAP, BETWEEN, COLUMN = 104, 4, 12, 400
"""The width of names, how far tiles and rows stand apart, and the least width of a column of nodes."""
SMALL_TILE, LEAST, LARGEST = 48, 24, 168
"""The side of a tile in an overview, and the least and the largest of a single node."""
FINER = 2
"""How many pixels of an exported tile stand for one of the screen."""
KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


@dataclass(frozen=True, slots=True)
class Spot:
    """A tile by its row and number."""

    row: int
    tile: int


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a map."""

    node: str
    map: int
    row: int
    column: int


class Wall(QWidget):
    """Each node one row of tiles; a single node fills the room with as large tiles as fit."""

    pointed = Signal(str)
    """What is under the mouse, or nothing."""
    picked = Signal(object)
    """A unit was clicked."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.rows: tuple[Row, ...] = ()
        self.at: Spot | None = None
        self.unit: Unit | None = None
        """The unit that is chosen."""
        self.room = 200
        """How high the window on this wall is."""
        self._boxes: list[list[QRectF]] = []
        self._names: list[QRectF] = []
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Feature maps")

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Other maps; what is under the mouse stays under it."""
        same = [(row.node, len(row.tiles)) for row in rows] == [(row.node, len(row.tiles)) for row in self.rows]
        self.rows = tuple(rows)
        if not same:
            self.at = None
            self.lay_out()
        self.update()

    def lay_out(self) -> None:
        """Chooses where each tile stands: several nodes in as many columns as there is room for, one node alone."""
        alone = len(self.rows) == 1
        columns = 1 if alone else max(1, min(len(self.rows), self.width() // COLUMN))
        each = self.width() / columns
        wide = max(1.0, each - LABEL - 24)
        sizes = [self._size(row, wide) if alone else self._small(row, wide) for row in self.rows]
        lines = max(len(row.tiles) for row in self.rows) if self.rows else 1
        top = self._place(columns, each, sizes, lines)
        while not alone and lines > 1 and top > self.room:
            lines = lines // 2
            top = self._place(columns, each, sizes, lines)
        self.setFixedHeight(round(top))

    def _place(self, columns: int, each: float, sizes: Sequence[QSize], lines: int) -> float:
        """Puts the tiles of each node into so many lines at most; where the last one ends."""
        self._boxes, self._names, top = [], [], 8.0
        for start in range(0, len(self.rows), columns):
            bottom = top + 44
            for i, row in enumerate(self.rows[start : start + columns]):
                boxes = _tiles(len(row.tiles), sizes[start + i], each - LABEL - 24, lines)
                self._boxes.append([box.translated(i * each + LABEL + 12, top) for box in boxes])
                self._names.append(QRectF(i * each + 12, top, LABEL - 8, 44))
                bottom = max(bottom, self._boxes[-1][-1].bottom())
            top = bottom + BETWEEN
        return top

    def _small(self, row: Row, wide: float) -> QSize:
        high, across = row.tiles[0].values.shape
        if high == 1:
            return QSize(round(min(wide, max(SMALL_TILE, across * 4))), 16)
        return QSize(round(min(wide, SMALL_TILE * min(4.0, max(0.5, across / high)))), SMALL_TILE)

    def _size(self, row: Row, wide: float) -> QSize:
        """The largest tiles of which all are seen at once, if they are not too small then."""
        high, across = row.tiles[0].values.shape
        if high == 1:
            return QSize(round(wide), 32)
        ratio = min(4.0, max(0.25, across / high))
        room = max(LEAST, self.room - 16)
        for side in range(min(LARGEST, room), LEAST - 1, -2):
            columns = max(1, int((wide + GAP) // (side * ratio + GAP)))
            if -(-len(row.tiles) // columns) * (side + GAP) <= room + GAP:
                return QSize(round(side * ratio), side)
        return QSize(round(LEAST * ratio), LEAST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self.lay_out()

    # What is pointed at

    def spot(self, point: QPointF) -> Spot | None:
        """The tile at a place."""
        for i, boxes in enumerate(self._boxes):
            for j, box in enumerate(boxes):
                if box.contains(point):
                    return Spot(i, j)
        return None

    def unit_at(self, point: QPointF) -> Unit | None:
        """The unit at a place."""
        spot = self.spot(point)
        if spot is None:
            return None
        box, row = self._boxes[spot.row][spot.tile], self.rows[spot.row]
        high, wide = row.tiles[spot.tile].values.shape
        down = min(high - 1, int((point.y() - box.top()) / box.height() * high))
        across = min(wide - 1, int((point.x() - box.left()) / box.width() * wide))
        return Unit(row.node, spot.tile, down, across)

    def describe(self, unit: Unit) -> str:
        """A unit in words, with its value now."""
        row = next((each for each in self.rows if each.node == unit.node), None)
        if row is None or unit.map >= len(row.tiles):
            return ""
        value = float(row.tiles[unit.map].values[unit.row, unit.column])
        where = f"row {unit.row}, column {unit.column}" if row.tiles[unit.map].values.shape[0] > 1 else ""
        which = f"map {unit.map}" if row.units > 1 else f"unit {unit.column}"
        return " · ".join(part for part in (unit.node, which, where, f"{value:.4g}".replace("-", "−")) if part)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        unit = self.unit_at(event.position())
        self._point(self.spot(event.position()))
        self.pointed.emit(self.describe(unit) if unit else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        unit = self.unit_at(event.position())
        if unit and event.button() == Qt.MouseButton.LeftButton:
            self.choose(unit)

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)
        self.pointed.emit("")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point(None)

    def event(self, event: QEvent) -> bool:
        """The arrows mean something here, and nothing on the canvas."""
        keys = (*KEYS, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        return taken(event, keys) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        spots = [Spot(i, j) for i, boxes in enumerate(self._boxes) for j in range(len(boxes))]
        key = Qt.Key(event.key())
        if key in KEYS and spots:
            place = spots.index(self.at) + KEYS[key] if self.at in spots else 0
            self._point(spots[max(0, min(place, len(spots) - 1))])
            if unit := self._middle():
                self.pointed.emit(self.describe(unit))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and (unit := self._middle()):
            self.choose(unit)
        else:
            super().keyPressEvent(event)

    def choose(self, unit: Unit | None) -> None:
        """A unit is looked at more closely."""
        self.unit = unit
        self.picked.emit(unit)
        self.update()

    def _middle(self) -> Unit | None:
        """The unit in the middle of the tile that the keys are at."""
        if self.at is None:
            return None
        row = self.rows[self.at.row]
        high, wide = row.tiles[self.at.tile].values.shape
        return Unit(row.node, self.at.tile, high // 2, wide // 2)

    def _point(self, spot: Spot | None) -> None:
        if spot != self.at:
            self.at = spot
            self.update()

    # How it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._maps(painter, event.rect())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.at is not None and self.at.row < len(self._boxes) and self.at.tile < len(self._boxes[self.at.row]):
            painter.setPen(pen(self.theme.text, 1.0))
            painter.drawRect(self._boxes[self.at.row][self.at.tile].adjusted(-1.5, -1.5, 1.5, 1.5))
        self._ring(painter)
        if self.hasFocus():
            painter.setPen(pen(self.theme.accent, 1.0))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _maps(self, painter: QPainter, seen: QRect, finer: int = 0) -> None:
        """All names and tiles of which something is in sight; for who smooths pictures with so many pixels to one."""
        for row, boxes, name in zip(self.rows, self._boxes, self._names, strict=True):
            if boxes[-1].bottom() < seen.top() or name.top() > seen.bottom():
                continue
            self._name(painter, row, name)
            for tile, box in zip(row.tiles, boxes, strict=False):
                image = tile.image
                painter.drawImage(box, image.scaled((box.size() * finer).toSize()) if finer else image)

    def sheet(self) -> Sheet:
        """All maps as a picture that can leave the program."""

        def paint(painter: QPainter) -> None:
            painter.fillRect(self.rect(), brush(self.theme.panel))
            self._maps(painter, self.rect(), FINER)

        return Sheet("Feature maps", self.width(), self.height(), paint, self.theme, self.set_theme)

    def _name(self, painter: QPainter, row: Row, box: QRectF) -> None:
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(words(SMALL, bold=True))
        painter.setPen(color(self.theme.text))
        name = painter.fontMetrics().elidedText(row.node, Qt.TextElideMode.ElideMiddle, int(box.width()))
        painter.drawText(QRectF(box.left(), box.top(), box.width(), 16), left, name)
        painter.setFont(numbers(TINY))
        painter.setPen(color(self.theme.muted))
        wide, letters = box.width() + 4, painter.fontMetrics()
        for i, text in enumerate((row.shape, row.extent(lambda said: letters.horizontalAdvance(said) <= wide))):
            painter.drawText(QRectF(box.left(), box.top() + 16 + 14 * i, wide, 14), left, text)

    def _ring(self, painter: QPainter) -> None:
        """A ring about the unit that is chosen."""
        unit = self.unit
        for row, boxes in zip(self.rows, self._boxes, strict=False):
            if unit is not None and row.node == unit.node and unit.map < len(boxes):
                box, (high, wide) = boxes[unit.map], row.tiles[unit.map].values.shape
                each = QRectF(0, 0, box.width() / wide, box.height() / high)
                each.moveTo(box.left() + unit.column * each.width(), box.top() + unit.row * each.height())
                painter.setPen(pen(self.theme.accent, 2.0))
                painter.drawRect(box.adjusted(-1.5, -1.5, 1.5, 1.5))
                painter.drawRect(each.adjusted(-1, -1, 1, 1))


def _tiles(count: int, size: QSize, wide: float, lines: int) -> list[QRectF]:
    """Where so many tiles stand side by side in at most so many lines; those that have no room are left out."""
    across = max(1, int((wide + GAP) // (size.width() + GAP)))
    return [
        QRectF(n % across * (size.width() + GAP), n // across * (size.height() + GAP), size.width(), size.height())
        for n in range(min(count, across * lines))
    ]
