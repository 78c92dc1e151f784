"""Layer: what of a plot is painted by hand, in the pixels of the whole plot, as an item of its scene."""

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPixmap


class Layer(pg.GraphicsObject):  # type: ignore[misc]
    """Covers the plot, and is not in the way of the mouse; what `keeps` is painted once for every change."""

    def __init__(
        self, over: pg.GraphicsWidget, paint: Callable[[QPainter], object], depth: float, *, keeps: bool = False
    ) -> None:
        super().__init__(over)
        self._over, self._paint, self._keeps = over, paint, keeps
        self._same, self._kept = False, QPixmap()
        self.setZValue(depth)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        over.geometryChanged.connect(self.prepareGeometryChange)

    def renew(self) -> None:
        """Paints anew the next time."""
        self._same, self._kept = False, QPixmap()

    def boundingRect(self) -> QRectF:
        return QRectF(self._over.rect())

    def shape(self) -> QPainterPath:
        return QPainterPath()

    def paint(self, painter: QPainter, option: object, widget: object) -> None:
        if self._same:
            self._keep(painter.device().devicePixelRatio())
            painter.drawPixmap(0, 0, self._kept)
        else:
            painter.save()
            try:
                self._paint(painter)
            finally:
                painter.restore()
            self._same = self._keeps

    def _keep(self, ratio: float) -> None:
        if self._kept.isNull():
            self._kept = QPixmap(self.boundingRect().size().toSize() * ratio)
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(Qt.GlobalColor.transparent)
            with QPainter(self._kept) as painter:
                self._paint(painter)
