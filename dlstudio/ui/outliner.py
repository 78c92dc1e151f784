"""Outliner: a painter that draws letters as shapes, so that a picture needs no font where it is looked at."""

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath


class Outliner(QPainter):
    """Stands in for QPainter where texts are drawn into rectangles."""

    def drawText(self, room: QRectF, flags: Any, text: str) -> None:  # type: ignore[override]  # noqa: N802
        """Texts in one line, or broken into lines where the flags say so."""
        wanted, metrics = int(flags), QFontMetricsF(self.font(), self.device())
        wraps = wanted & int(Qt.TextFlag.TextWordWrap)
        rows = list(_broken(text, metrics, room.width())) if wraps else [text]
        y = room.y() + metrics.ascent()
        if wanted & int(Qt.AlignmentFlag.AlignVCenter):
            y += (room.height() - metrics.height() * len(rows)) / 2
        shape = QPainterPath()
        for row in rows:
            left = room.width() - metrics.horizontalAdvance(row)
            share = 1.0 if wanted & int(Qt.AlignmentFlag.AlignRight) else 0.0
            share = 0.5 if wanted & int(Qt.AlignmentFlag.AlignHCenter) else share
            shape.addText(room.x() + left * share, y, self.font(), row)
            y += metrics.lineSpacing()
        self.fillPath(shape, self.pen().color())


def _broken(text: str, metrics: QFontMetricsF, width: float) -> Iterator[str]:
    """The lines of a text that is so wide."""
    for paragraph in text.split("\n"):
        row = ""
        for word in paragraph.split(" "):
            longer = f"{row} {word}" if row else word
            if row and metrics.horizontalAdvance(longer) > width:
                yield row
                row = word
            else:
                row = longer
        yield row
