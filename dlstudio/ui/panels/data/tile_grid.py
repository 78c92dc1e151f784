"""TileGrid: samples as pictures in rows, scrolled; only those in sight are wanted and painted."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent

from dlstudio.ui.panels.data.pages import Pages
from dlstudio.ui.panels.data.tile_brush import CAPTION, paint_tile
from dlstudio.ui.panels.tiled import GAP, Tiled
from dlstudio.ui.theme.ink import brush, pen
from dlstudio.ui.theme.tokens import Theme

SIDE, WIDE = 92, 212
"""Pixels: the side of a picture, and how wide words and waves are at least."""


class TileGrid(Tiled):
    """Shows tiles; a double-click opens one."""

    def __init__(self, pages: Pages, theme: Theme) -> None:
        super().__init__(theme, "Samples")
        self.pages = pages
        pages.renewed.connect(self._renew)
        pages.came.connect(self._came)

    @property
    def total(self) -> int:
        return self.pages.total

    @property
    def least(self) -> int:
        return WIDE if self.wide else SIDE

    def height_of(self, wide: float) -> float:
        return SIDE + CAPTION + GAP if self.wide else wide + CAPTION

    # What is shown

    def _renew(self) -> None:
        self.at = 0
        self.measure()
        self.verticalScrollBar().setValue(0)
        self.viewport().update()

    def _came(self) -> None:
        self.describe_one()
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(480, 320)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        sight = self.in_sight()
        self.pages.need(sight.start, sight.stop)
        for at in sight:
            room = self.rect_of(at)
            tile = self.pages.tile(at)
            if at == self.at and self.hasFocus():
                painter.fillRect(room.adjusted(-3, -3, 3, 1), brush(self.theme.chosen))
            if tile:
                paint_tile(painter, room, tile, self.theme)
            else:
                painter.fillRect(room.adjusted(0, 0, 0, -CAPTION), brush(self.theme.window))
            if at == self.at and self.hasFocus():
                painter.setPen(pen(self.theme.accent))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(room.adjusted(-3, -3, 2, 0))
        painter.end()

    def describe_one(self) -> None:
        tile = self.pages.tile(self.at)
        self.setAccessibleDescription(f"{tile.where}: {tile.title or tile.text[:80]}" if tile else "")

    # What is done

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = self.place(event.position().toPoint())
        if at is not None:
            self.opened.emit(at)
