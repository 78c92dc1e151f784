"""TileBrush: paints a sample: its picture with boxes, its wave or its words, and its class under it."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPolygonF

from dlstudio.ui.panels.data.tile import Box, Tile
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import OKABE_ITO, TINY, Theme

CAPTION = 20
"""Pixels for the words under a picture."""


def class_color(label: int) -> str:
    """The colour of a class; it comes again after eight."""
    return OKABE_ITO[label % len(OKABE_ITO)]


def paint_tile(painter: QPainter, room: QRectF, tile: Tile, theme: Theme) -> None:
    """The sample with its caption."""
    upper = room.adjusted(0, 0, 0, -CAPTION)
    if tile.picture is not None:
        paint_picture(painter, upper, tile.picture, tile.boxes, theme)
    elif tile.curve:
        painter.fillRect(upper, brush(theme.window))
        paint_curve(painter, upper.adjusted(4, 4, -4, -4), tile.curve, theme)
    else:
        painter.fillRect(upper, brush(theme.window))
        painter.setFont(fonts.words(TINY))
        painter.setPen(color(theme.text))
        flags = Qt.TextFlag.TextWordWrap
        painter.save()
        painter.setClipRect(upper.adjusted(6, 4, -6, -4))
        painter.drawText(upper.adjusted(8, 6, -8, -6), flags, tile.text)
        painter.restore()
    painter.setFont(fonts.words(TINY))
    painter.setPen(color(theme.muted))
    lower = QRectF(room.x(), upper.bottom(), room.width(), CAPTION)
    text = tile.title or tile.where
    metrics = painter.fontMetrics()
    elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(lower.width()) - 4)
    painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, elided)


def paint_picture(painter: QPainter, room: QRectF, image: QImage, boxes: tuple[Box, ...], theme: Theme) -> QRectF:
    """The picture as large as there is room, in its own shape, with its boxes; where it stands is given back."""
    scale = min(room.width() / max(1, image.width()), room.height() / max(1, image.height()))
    wide, high = image.width() * scale, image.height() * scale
    place = QRectF(room.center().x() - wide / 2, room.center().y() - high / 2, wide, high)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
    painter.drawImage(place, image)
    for i, box in enumerate(boxes):
        corner = QPointF(place.x() + box.left * wide, place.y() + box.top * high)
        size = QPointF(place.x() + box.right * wide, place.y() + box.bottom * high)
        painter.setPen(pen(OKABE_ITO[1:][i % 7], 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(corner, size))
        if box.name and wide >= 200:
            painter.setFont(fonts.words(TINY))
            label = QRectF(corner.x(), corner.y() - 16, painter.fontMetrics().horizontalAdvance(box.name) + 8, 16)
            label.moveTop(max(label.top(), place.top()))
            painter.fillRect(label, brush(theme.raised, 0.85))
            painter.setPen(color(theme.text))
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, box.name)
    return place


def paint_curve(painter: QPainter, room: QRectF, curve: tuple[tuple[float, float], ...], theme: Theme) -> None:
    """A wave between its lowest and highest values."""
    if not curve:
        return
    middle, half = room.center().y(), room.height() / 2
    step = room.width() / max(1, len(curve) - 1)
    above = [QPointF(room.x() + i * step, middle - high * half - 0.5) for i, (_, high) in enumerate(curve)]
    below = [QPointF(room.x() + i * step, middle - low * half + 0.5) for i, (low, _) in enumerate(curve)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush(theme.accent, 0.9))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawPolygon(QPolygonF([*above, *reversed(below)]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
