"""Strips: rows of small pictures, each with a name; what has no room to its right is left out or goes on below."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from dlstudio.ui.theme.fonts import numbers, words
from dlstudio.ui.theme.ink import color
from dlstudio.ui.theme.tokens import SMALL, TINY, Theme

NAME, GAP, BETWEEN, EDGE = 104, 4, 12, 12
LEAST, LARGEST = 28, 72


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """A row: its name, a word under it, its pictures, and what is told of each."""

    name: str
    note: str
    images: Sequence[QImage]
    tells: Sequence[str] = ()


class Strips(QWidget):
    """Strips of one group belong together column by column, and are broken into lines together."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.groups: Sequence[Sequence[Strip]] = ()
        self._boxes: list[tuple[QRectF, QImage, str]] = []
        self._names: list[tuple[QRectF, Strip]] = []
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName("What is made")

    def sizeHint(self) -> QSize:
        return QSize(320, self.minimumHeight())

    def show_groups(self, groups: Sequence[Sequence[Strip]]) -> None:
        """Other pictures."""
        self.groups = groups
        self.setAccessibleDescription(", ".join(strip.name for group in groups for strip in group))
        self.lay_out()
        self.update()

    def lay_out(self) -> None:
        """Tiles are as large as lets everything be seen at once, if that is not too small."""
        above = self.parentWidget()
        room = above.height() if above is not None else self.height()
        side = next((s for s in range(LARGEST, LEAST, -4) if self._place(s) <= room), LEAST)
        self.setMinimumHeight(round(self._place(side)))

    def _place(self, side: int) -> float:
        """Places everything with tiles of this height; how high it all is."""
        self._boxes, self._names, top = [], [], 8.0
        for group in self.groups:
            images = [strip.images for strip in group if strip.images]
            if not images:
                continue
            first = images[0][0]
            wide = side * max(0.5, min(6.0, first.width() / max(1, first.height())))
            high = side if first.height() > 1 else 14
            across = max(1, int((self.width() - NAME - 2 * EDGE + GAP) // (wide + GAP)))
            for start in range(0, max(map(len, images)), across):
                for strip in group:
                    self._names.append((QRectF(EDGE, top, NAME - 8, high), strip)) if not start else None
                    for place, image in enumerate(strip.images[start : start + across]):
                        box = QRectF(EDGE + NAME + place * (wide + GAP), top, wide, high)
                        tell = strip.tells[start + place] if start + place < len(strip.tells) else ""
                        self._boxes.append((box, image, tell))
                    top += max(high, 28 if not start else high) + GAP
                top += BETWEEN - GAP if len(group) > 1 else 0
            top += BETWEEN
        return top

    def resizeEvent(self, _event: object) -> None:
        self.lay_out()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        tell = next((tell for box, _, tell in self._boxes if box.contains(event.position())), "")
        QToolTip.showText(event.globalPosition().toPoint(), tell, self)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        for box, strip in self._names:
            painter.setFont(words(SMALL))
            painter.setPen(color(self.theme.text))
            name = painter.fontMetrics().elidedText(strip.name, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(QRectF(box.left(), box.top(), box.width(), 16), left, name)
            painter.setFont(numbers(TINY))
            painter.setPen(color(self.theme.muted))
            painter.drawText(QRectF(box.left(), box.top() + 15, box.width() + 4, 14), left, strip.note)
        for box, image, _ in self._boxes:
            if box.intersects(QRectF(event.rect())):
                painter.drawImage(box, image)
