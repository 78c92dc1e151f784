"""Frames: titled rectangles behind nodes that belong together, as they are painted."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from dlstudio.core.document import Frame, Rect
from dlstudio.ui.canvas.brushwork import LEAST, advance, elided
from dlstudio.ui.canvas.marks import title
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import SMALL, Theme

CORNER, SHADE = 8.0, 0.08
UNTITLED = "Frame"


@lru_cache(maxsize=64)
def tint(said: str, plain: str) -> str:
    """The colour that a frame or a note has, or a plain one where it has none that can be painted."""
    return said if QColor.isValidColorName(said) else plain


def frame(painter: QPainter, shown: Frame, *, chosen: bool, zoom: float, theme: Theme) -> None:
    """One frame without its title, which lies over the wires."""
    box, ink = QRectF(*shown.rect), tint(shown.color, theme.muted)
    painter.setPen(pen(theme.accent if chosen else ink, 2.0 if chosen else 1.0, opacity=1.0 if chosen else 0.7))
    painter.setBrush(brush(ink, SHADE))
    painter.drawRoundedRect(box, CORNER, CORNER)
    if chosen and zoom >= 0.5:
        _corner(painter, box, ink)


def heading(painter: QPainter, shown: Frame, zoom: float, theme: Theme) -> Rect | None:
    """The title of a frame, which stays readable from far away and over wires; gives out the room that it takes."""
    size = max(SMALL, round(LEAST / zoom))
    if size > shown.rect.height or shown.rect.width * zoom < 40:
        return None
    row = title(shown.rect, zoom)
    text = elided(shown.title or UNTITLED, size, int(row.width - 24), bold=True)
    room = Rect(row.x + 8, row.y + 3, advance(text, size, bold=True) + 8, row.height - 6)
    painter.setPen(Qt.PenStyle.NoPen)
    for ground in (brush(theme.window), brush(tint(shown.color, theme.muted), SHADE)):
        painter.setBrush(ground)
        painter.drawRect(QRectF(*room))
    painter.setFont(fonts.words(size, bold=True))
    painter.setPen(color(theme.text))
    painter.drawText(QRectF(*room), Qt.AlignmentFlag.AlignCenter, text)
    return room


def _corner(painter: QPainter, box: QRectF, ink: str) -> None:
    """Three short strokes that say: it can be pulled here."""
    painter.setPen(pen(ink, 1.0))
    for step in (4, 7, 10):
        painter.drawLine(QPointF(box.right() - 3, box.bottom() - step), QPointF(box.right() - step, box.bottom() - 3))
