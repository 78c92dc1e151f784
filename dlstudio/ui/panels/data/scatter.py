"""Scatter: samples as points of the plane, coloured and shaped by their class."""

from math import ceil, floor, log10

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from dlstudio.ui.panels.data.tile import Cloud, Point
from dlstudio.ui.panels.data.tile_brush import class_color
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import TINY, Theme

LEFT, BOTTOM, TOP, RIGHT = 56, 32, 32, 16
DOT, NEAR = 3.0, 10.0


class Scatter(QWidget):
    """Paints a cloud of points with its axes; the one under the mouse is told, a double-click opens it."""

    opened = Signal(int)
    """The sample of this number is wanted large."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.cloud: Cloud | None = None
        self._drawn: QPixmap | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("Points")

    def sizeHint(self) -> QSize:
        return QSize(480, 320)

    def show_cloud(self, cloud: Cloud | None) -> None:
        """Other points."""
        self.cloud, self._drawn = cloud, None
        if cloud:
            self.setAccessibleDescription(f"{len(cloud.points):,} points over {cloud.axes[0]} and {cloud.axes[1]}")
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self.theme, self._drawn = theme, None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._drawn = None

    # Where a point lies

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(LEFT, TOP, -RIGHT, -BOTTOM)

    def _bounds(self, cloud: Cloud) -> tuple[float, float, float, float]:
        xs, ys = [p.x for p in cloud.points], [p.y for p in cloud.points]
        left, right, low, high = min(xs), max(xs), min(ys), max(ys)
        across, up = (right - left) * 0.05 or 0.5, (high - low) * 0.05 or 0.5
        return left - across, right + across, low - up, high + up

    def place(self, point: Point) -> QPointF:
        """The pixel of a point."""
        assert self.cloud is not None
        left, right, low, high = self._bounds(self.cloud)
        room = self._room()
        return QPointF(
            room.x() + (point.x - left) / (right - left) * room.width(),
            room.bottom() - (point.y - low) / (high - low) * room.height(),
        )

    def nearest(self, at: QPointF) -> Point | None:
        """The point under the mouse."""
        if self.cloud is None or not self.cloud.points:
            return None
        left, right, low, high = self._bounds(self.cloud)
        room = self._room()
        across, up = room.width() / (right - left), room.height() / (high - low)
        x, y = left + (at.x() - room.x()) / across, low + (room.bottom() - at.y()) / up
        best = min(self.cloud.points, key=lambda p: ((p.x - x) * across) ** 2 + ((p.y - y) * up) ** 2)
        away = ((best.x - x) * across) ** 2 + ((best.y - y) * up) ** 2
        return best if away <= NEAR**2 else None

    # How it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.cloud is None or not self.cloud.points:
            return
        if self._drawn is None:
            ratio = self.devicePixelRatioF()
            self._drawn = QPixmap(self.size() * ratio)
            self._drawn.setDevicePixelRatio(ratio)
            self._drawn.fill(color(self.theme.panel))
            painter = QPainter(self._drawn)
            self._draw(painter, self.cloud)
            painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)
        painter.end()

    def _draw(self, painter: QPainter, cloud: Cloud) -> None:
        self._axes(painter, cloud)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(self.theme.panel, 0.5))
        left, right, low, high = self._bounds(cloud)
        room = self._room()
        for point in cloud.points:
            x = room.x() + (point.x - left) / (right - left) * room.width()
            y = room.bottom() - (point.y - low) / (high - low) * room.height()
            painter.setBrush(brush(class_color(point.label), 0.9))
            mark(painter, QPointF(x, y), point.label)
        self._legend(painter, cloud)

    def _axes(self, painter: QPainter, cloud: Cloud) -> None:
        left, right, low, high = self._bounds(cloud)
        room = self._room()
        painter.setFont(fonts.numbers(TINY))
        for value in ticks(left, right):
            x = room.x() + (value - left) / (right - left) * room.width()
            painter.setPen(pen(self.theme.line))
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
            painter.setPen(color(self.theme.muted))
            painter.drawText(QRectF(x - 40, room.bottom() + 4, 80, 14), Qt.AlignmentFlag.AlignHCenter, said(value))
        for value in ticks(low, high):
            y = room.bottom() - (value - low) / (high - low) * room.height()
            painter.setPen(pen(self.theme.line))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(color(self.theme.muted))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - 8, LEFT - 8, 16), flags, said(value))
        painter.setFont(fonts.words(TINY))
        painter.drawText(
            QRectF(0, 0, LEFT - 8, TOP), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, cloud.axes[1]
        )
        painter.drawText(
            QRectF(room.left(), room.bottom() + 16, room.width(), 16), Qt.AlignmentFlag.AlignRight, cloud.axes[0]
        )

    def _legend(self, painter: QPainter, cloud: Cloud) -> None:
        painter.setFont(fonts.words(TINY))
        x = float(LEFT)
        for label, name in enumerate(cloud.classes):
            wide = painter.fontMetrics().horizontalAdvance(name)
            if x + wide + 24 > self.width():
                return
            painter.setPen(pen(self.theme.panel, 0.5))
            painter.setBrush(brush(class_color(label)))
            mark(painter, QPointF(x + 6, TOP / 2), label)
            painter.setPen(color(self.theme.muted))
            painter.drawText(QRectF(x + 16, 0, wide + 4, TOP), Qt.AlignmentFlag.AlignVCenter, name)
            x += wide + 32

    # The mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = self.nearest(event.position())
        if point is None or self.cloud is None:
            QToolTip.hideText()
            return
        name = f" · {self.cloud.classes[point.label]}" if self.cloud.classes else ""
        text = f"sample {point.index}: {said(point.x)}, {said(point.y)}{name}"
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = self.nearest(event.position())
        if point:
            self.opened.emit(point.index)

    def leaveEvent(self, event: QEvent) -> None:
        QToolTip.hideText()


def mark(painter: QPainter, at: QPointF, label: int) -> None:
    """A class has a shape as well as a colour."""
    box = QRectF(at.x() - DOT, at.y() - DOT, 2 * DOT, 2 * DOT)
    if label % 4 == 0:
        painter.drawEllipse(at, DOT, DOT)
    elif label % 4 == 1:
        painter.drawRect(box)
    elif label % 4 == 2:
        painter.drawPolygon([QPointF(at.x(), box.top()), box.bottomRight(), box.bottomLeft()])
    else:
        painter.drawPolygon(
            [
                QPointF(at.x(), box.top()),
                QPointF(box.right(), at.y()),
                QPointF(at.x(), box.bottom()),
                QPointF(box.left(), at.y()),
            ]
        )


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers between two ends."""
    rough = (high - low) / most
    power = 10.0 ** floor(log10(rough)) if rough > 0 else 1.0
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough)
    return [i * step for i in range(ceil(low / step), floor(high / step) + 1)]


def said(value: float) -> str:
    """A number on an axis."""
    return f"{value:.3g}".replace("-", "−")
