"""Heat: numbers as colours, in one matrix or in tiles; the one under the mouse is told."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dlstudio.ui.own_keys import taken
from dlstudio.ui.theme.ink import pen
from dlstudio.ui.theme.tokens import Theme

ACROSS, GAP = 8, 4
"""How many tiles stand side by side, and how far apart."""
TALL = 200
"""How high a matrix becomes at most."""
LARGEST, LEAST = 16, 4
"""The size of a number at most, and at least where all tiles are seen at once."""
KEYS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}

Cell = tuple[int, int, int]
"""A tile, a row and a column."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Tiles of one size, coloured already, and what to say about a cell."""

    tiles: tuple[QImage, ...]
    rows: int
    columns: int
    say: Callable[[int, int, int], str]


class Heat(QWidget):
    """Shows a picture as wide as there is room; the arrow keys go from number to number."""

    pointed = Signal(str)
    """What is under the mouse, or nothing."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.picture: Picture | None = None
        self.at: Cell | None = None
        self.room = 0
        """How high the window on it is: tiles stand so that they are as large as can be there; 0 is any height."""
        self._size = (1.0, 1.0)
        self._across = 1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_picture(self, picture: Picture) -> None:
        """Shows another one."""
        self.picture = picture
        self._point(None)
        self._fit()
        self.update()

    def make_room(self, high: int) -> None:
        """The window on it is so high."""
        self.room = high
        self._fit()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(ACROSS, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    # Where a number lies

    def _fit(self) -> None:
        """Chooses the size of a number, and so the height."""
        shown = self.picture
        if shown is None or not shown.tiles:
            return
        self._across = self._columns(shown)
        room = (self.width() - GAP * (self._across - 1)) / self._across
        wide = min(float(LARGEST), room / max(1, shown.columns))
        if len(shown.tiles) == 1:
            high = min(float(LARGEST), TALL / shown.rows, max(wide, 48 / shown.rows))
        else:
            lines = -(-len(shown.tiles) // self._across)
            low = (self.room - GAP * (lines - 1)) / lines / shown.rows
            wide = low if self.room and LEAST <= low < wide else wide
            wide = high = float(int(wide)) if wide >= 2 else wide
        self._size = wide, high
        lines = -(-len(shown.tiles) // self._across)
        self.setFixedHeight(max(1, round(lines * (shown.rows * high + GAP) - GAP)))

    def _columns(self, shown: Picture) -> int:
        """How many tiles stand side by side."""
        count = len(shown.tiles)
        if not self.room or count == 1:
            return min(count, ACROSS)

        def side(across: int) -> float:
            """How large a number is then, where all tiles are seen."""
            lines = -(-count // across)
            wide = (self.width() - GAP * (across - 1)) / across / shown.columns
            return min(float(LARGEST), wide, (self.room - GAP * (lines - 1)) / lines / shown.rows)

        best = max(range(1, count + 1), key=lambda across: (side(across), -(-count % across), across))
        return best if side(best) >= LEAST else min(count, ACROSS)

    def box(self, cell: Cell) -> QRectF:
        """The place of a number."""
        tile = self._tile(cell[0])
        wide, high = self._size
        return QRectF(tile.x() + cell[2] * wide, tile.y() + cell[1] * high, wide, high)

    def _tile(self, tile: int) -> QRectF:
        assert self.picture is not None
        wide, high = self.picture.columns * self._size[0], self.picture.rows * self._size[1]
        row, column = divmod(tile, self._across)
        return QRectF(column * (wide + GAP), row * (high + GAP), wide, high)

    def cell(self, point: QPoint) -> Cell | None:
        """The number at a place."""
        shown = self.picture
        if shown is None or not shown.tiles:
            return None
        wide, high = self._size
        column = int(point.x() // (shown.columns * wide + GAP))
        tile = int(point.y() // (shown.rows * high + GAP)) * self._across + column
        if point.x() < 0 or point.y() < 0 or column >= self._across or tile >= len(shown.tiles):
            return None
        box = self._tile(tile)
        found = tile, int((point.y() - box.y()) // high), int((point.x() - box.x()) // wide)
        return found if found[1] < shown.rows and found[2] < shown.columns else None

    # What is pointed at

    def _point(self, cell: Cell | None) -> None:
        if cell != self.at:
            self.at = cell
            self.pointed.emit(self.picture.say(*cell) if cell and self.picture else "")
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.cell(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point(None)

    def event(self, event: QEvent) -> bool:
        """The arrows mean something here, and nothing on the canvas."""
        return taken(event, KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shown = self.picture
        if event.key() not in KEYS or shown is None or not shown.tiles:
            super().keyPressEvent(event)
            return
        if self.at is None:
            self._point((0, 0, 0))
            return
        (tile, row, column), (down, right) = self.at, KEYS[Qt.Key(event.key())]
        row, column = row + down, column + right
        if not 0 <= column < shown.columns:
            tile, column = tile + right, column % shown.columns
        if not 0 <= row < shown.rows:
            tile, row = tile + down * self._across, row % shown.rows
        if 0 <= tile < len(shown.tiles):
            self._point((tile, row, column))

    # How it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.picture is None:
            return
        painter = QPainter(self)
        self.draw(painter, self.picture)
        if self.at is not None:
            painter.setPen(pen(self.theme.text))
            painter.drawRect(self.box(self.at).adjusted(-0.5, -0.5, 0.5, 0.5))
        if self.hasFocus():
            painter.setPen(pen(self.theme.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def draw(self, painter: QPainter, picture: Picture) -> None:
        """The tiles."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, min(self._size) < 1)
        for i, image in enumerate(picture.tiles):
            painter.drawImage(self._tile(i), image)
