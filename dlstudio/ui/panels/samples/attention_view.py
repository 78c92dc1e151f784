"""AttentionView: the heads of an attention layer as small maps, and one of them large with its symbols or image."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from dlstudio.ui.own_keys import taken
from dlstudio.ui.panels.features.tiles import image, picture
from dlstudio.ui.panels.samples.text_view import SIGNS
from dlstudio.ui.theme.fonts import numbers, words
from dlstudio.ui.theme.ink import color, pen
from dlstudio.ui.theme.tokens import TINY, Theme

if TYPE_CHECKING:
    from dlstudio.training.questions.attention import Looked

EDGE, GAP, TILE, LINE, LEAST = 12, 8, 56, 16, 9
KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
MEAN = -1


class AttentionView(QWidget):
    """The mean of all heads or one of them; the row under the mouse is shown over the image, where there is one."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.looked: Looked | None = None
        self.head, self.row = MEAN, 0
        """Which head is large, and which step asks."""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Attention")

    def sizeHint(self) -> QSize:
        return QSize(480, 220)

    def show_looked(self, looked: "Looked") -> None:
        """Another attention."""
        self.looked = looked
        weights = looked.weights.float().numpy()
        self.maps = [weights.mean(0), *weights]
        self.head = min(self.head, len(weights) - 1)
        self.row = min(self.row, weights.shape[1] - 1)
        self.setAccessibleDescription(self.said())
        self.update()

    @property
    def chosen(self) -> Any:
        """The weights that are shown large: what asks by what is seen."""
        return self.maps[self.head + 1]

    def said(self) -> str:
        """Where the step that asks looks most."""
        if self.looked is None:
            return ""
        place = int(self.chosen[self.row].argmax())
        asks, sees = self._name(self.looked.asking, self.row), self._name(self.looked.seen, place)
        return f"{asks} looks most at {sees}: {100 * float(self.chosen[self.row, place]):.0f} %"

    @staticmethod
    def _name(names: tuple[str, ...], number: int) -> str:
        return f"“{SIGNS.get(names[number], names[number])}”" if names else f"step {number + 1}"

    # Where everything is

    def _tiles(self) -> list[QRectF]:
        """The mean and the heads, in columns at the left."""
        if self.looked is None:
            return []
        down = max(1, int((self.height() - LINE - GAP) // (TILE + LINE)))
        return [
            QRectF(EDGE + n // down * (TILE + GAP), 4 + n % down * (TILE + LINE), TILE, TILE)
            for n in range(len(self.maps))
        ]

    def _names_wide(self) -> float:
        metrics = QFontMetricsF(numbers(TINY))
        names = self.looked.asking if self.looked is not None else ()
        return min(96.0, max((metrics.horizontalAdvance(SIGNS.get(n, n)) for n in names), default=0.0)) + 6

    def _large(self) -> QRectF:
        """The large map: its cells are as high as wide, where there is room."""
        left = max((tile.right() for tile in self._tiles()), default=0.0) + 2 * GAP + self._names_wide()
        rows, columns = self.chosen.shape
        room = (
            self.width() - left - EDGE - (self._image_room() if self.looked and self.looked.picture is not None else 0)
        )
        high = self.height() - LINE - 2 * GAP
        cell = min(room / columns, high / rows)
        across = min(room / columns, max(cell, 22.0 if rows > 1 else cell))
        return QRectF(left, LINE + 4, across * columns, (cell if rows > 1 else min(high, 40.0)) * rows)

    def _image_room(self) -> float:
        return min(float(self.height() - LINE - 2 * GAP), self.width() * 0.35) + 2 * GAP

    # The mouse and the keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.looked is None:
            return
        large = self._large()
        if large.contains(event.position()):
            self.row = min(
                self.chosen.shape[0] - 1,
                int((event.position().y() - large.top()) / large.height() * self.chosen.shape[0]),
            )
            column = min(
                self.chosen.shape[1] - 1,
                int((event.position().x() - large.left()) / large.width() * self.chosen.shape[1]),
            )
            asks, sees = self._name(self.looked.asking, self.row), self._name(self.looked.seen, column)
            self.setToolTip(f"{asks} looks at {sees}: {100 * float(self.chosen[self.row, column]):.1f} %")
            self.update()
        else:
            self.setToolTip("")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = next((n for n, tile in enumerate(self._tiles()) if tile.contains(event.position())), None)
        if found is not None:
            self._choose(found - 1)

    def _choose(self, head: int) -> None:
        self.head = max(MEAN, min(head, len(self.maps) - 2))
        self.setAccessibleDescription(self.said())
        self.update()

    def event(self, event: QEvent) -> bool:
        """The arrows mean something here, and nothing on the canvas."""
        return taken(event, KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in KEYS and self.looked is not None:
            self._choose(self.head + KEYS[key])
        else:
            super().keyPressEvent(event)

    # How it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.looked is None:
            return
        painter, theme = QPainter(self), self.theme
        center = Qt.AlignmentFlag.AlignCenter
        for number, tile in enumerate(self._tiles()):
            made = self.maps[number]
            painter.drawImage(tile, image(made, 0.0, float(made.max())))
            painter.setFont(words(TINY))
            painter.setPen(color(theme.text if number == self.head + 1 else theme.muted))
            painter.drawText(
                QRectF(tile.left(), tile.bottom(), tile.width(), LINE), center, f"head {number}" if number else "mean"
            )
            if number == self.head + 1:
                painter.setPen(pen(theme.accent, 2.0))
                painter.drawRect(tile.adjusted(-1, -1, 1, 1))
        large = self._large()
        painter.drawImage(large, image(self.chosen, 0.0, float(self.chosen.max())))
        self._symbols(painter, large)
        self._ring(painter, large)
        if self.looked.picture is not None:
            self._image(painter, QRectF(large.right() + 2 * GAP, large.top(), self._image_room() - 2 * GAP, 0))

    def _symbols(self, painter: QPainter, large: QRectF) -> None:
        """The symbols beside the rows and over the columns, where they have room."""
        assert self.looked is not None
        painter.setFont(numbers(TINY))
        rows, columns = self.chosen.shape
        high, wide = large.height() / rows, large.width() / columns
        for number, name in enumerate(self.looked.asking if high >= LEAST else ()):
            painter.setPen(color(self.theme.text if number == self.row else self.theme.muted))
            box = QRectF(large.left() - 6 - self._names_wide(), large.top() + number * high, self._names_wide(), high)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, SIGNS.get(name, name))
        painter.setPen(color(self.theme.muted))
        for number, name in enumerate(self.looked.seen if wide >= LEAST else ()):
            box = QRectF(large.left() + number * wide - 8, large.top() - LINE, wide + 16, LINE)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, SIGNS.get(name, name))

    def _ring(self, painter: QPainter, large: QRectF) -> None:
        """The row that asks."""
        high = large.height() / self.chosen.shape[0]
        painter.setPen(pen(self.theme.text, 1.0))
        painter.drawRect(QRectF(large.left(), large.top() + self.row * high, large.width(), high))

    def _image(self, painter: QPainter, room: QRectF) -> None:
        """The image, and over it where the step that asks looks."""
        assert self.looked is not None
        assert self.looked.picture is not None
        shown = picture(self.looked.picture.numpy())
        side = room.width()
        box = QRectF(room.left(), room.top(), side, side * shown.height() / shown.width())
        painter.drawImage(box, shown)
        grid = self.looked.grid
        weights = self.chosen[self.row][self.looked.before :].reshape(grid)
        painter.setOpacity(0.62)
        painter.drawImage(box, image(weights, 0.0, float(weights.max()) or 1.0))
        painter.setOpacity(1.0)
        place = self.row - self.looked.before
        if self.chosen.shape[0] == self.chosen.shape[1] and place >= 0:
            high, wide = box.height() / grid[0], box.width() / grid[1]
            corner = QPointF(box.left() + place % grid[1] * wide, box.top() + place // grid[1] * high)
            painter.setPen(pen(self.theme.accent, 2.0))
            painter.drawRect(QRectF(corner.x(), corner.y(), wide, high))
