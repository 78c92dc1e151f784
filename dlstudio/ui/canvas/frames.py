"""Frames: titled rectangles behind nodes that belong together, as they are painted."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from dlstudio.core.document import Frame
from dlstudio.ui.canvas.brushwork import LEAST, elided
from dlstudio.ui.canvas.marks import title
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import SMALL, Theme

CORNER = 8.0
UNTITLED = "Frame"


@lru_cache(maxsize=64)
def tint(said: str, plain: str) -> str:
    """The colour that a frame or a note has, or a plain one where it has none that can be painted."""
    return said if QColor.isValidColorName(said) else plain


def frame(painter: QPainter, shown: Frame, *, chosen: bool, zoom: float, theme: Theme) -> None:
    """One frame; its title stays readable from far away."""
    box, ink = QRectF(*shown.rect), tint(shown.color, theme.muted)
    painter.setPen(pen(theme.accent if chosen else ink, 2.0 if chosen else 1.0, opacity=1.0 if chosen else 0.7))
    painter.setBrush(brush(ink, 0.08))
    painter.drawRoundedRect(box, CORNER, CORNER)
    size = max(SMALL, round(LEAST / zoom))
    if size > box.height() or box.width() * zoom < 40:
        return
    painter.setFont(fonts.words(size, bold=True))
    painter.setPen(color(theme.text))
    room = QRectF(*title(shown.rect, zoom)).adjusted(12, 0, -12, 0)
    text = elided(shown.title or UNTITLED, size, int(room.width()), bold=True)
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    if chosen and zoom >= 0.5:
        _corner(painter, box, ink)


def _corner(painter: QPainter, box: QRectF, ink: str) -> None:
    """Three short strokes that say: it can be pulled here."""
    painter.setPen(pen(ink, 1.0))
    for step in (4, 7, 10):
        painter.drawLine(QPointF(box.right() - 3, box.bottom() - step), QPointF(box.right() - step, box.bottom() - 3))
