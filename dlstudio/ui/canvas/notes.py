"""Notes: cards with words on the canvas, as they are painted."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from dlstudio.core.document import Frame
from dlstudio.ui.canvas.brushwork import LEAST
from dlstudio.ui.canvas.frames import CORNER, tint
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import SMALL, Theme

ROOM = 8
"""The room around the words."""
EMPTY = "Double-click to write"


def note(painter: QPainter, shown: Frame, *, chosen: bool, zoom: float, theme: Theme) -> None:
    """One note; its words break into lines and are cut where the card ends."""
    box, ink = QRectF(*shown.rect), tint(shown.color, theme.warn)
    painter.setPen(pen(theme.accent if chosen else ink, 2.0 if chosen else 1.0, opacity=1.0 if chosen else 0.55))
    painter.setBrush(brush(theme.raised))
    painter.drawRoundedRect(box, CORNER, CORNER)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush(ink, 0.14))
    painter.drawRoundedRect(box, CORNER, CORNER)
    if SMALL * zoom < LEAST:
        return
    painter.setFont(fonts.words(SMALL))
    painter.setPen(color(theme.text if shown.title else theme.muted))
    room = box.adjusted(ROOM + 4, ROOM, -ROOM - 4, -ROOM)
    painter.save()
    painter.setClipRect(room, Qt.ClipOperation.IntersectClip)
    painter.drawText(room, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft), shown.title or EMPTY)
    painter.restore()
