"""Outliner: a painter that draws letters as shapes, so that a picture needs no font where it is looked at."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath

SHAPE = re.compile(r'<path vector-effect="none" fill-rule="evenodd" d="([^"]{80,})"\s*/>')
PARTS = re.compile(r"\d(?=\d*$)|.+?(?=\d*$)")
"""The digits of the number that ends a text, one by one, and what stands before it."""
FONT = re.compile(r'\s*font-family="[^"]*" font-size="[^"]*" font-weight="[^"]*" font-style="[^"]*"')
"""What is said of letters where there are only shapes."""


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
        for row in rows:
            left = room.width() - metrics.horizontalAdvance(row)
            share = 1.0 if wanted & int(Qt.AlignmentFlag.AlignRight) else 0.0
            share = 0.5 if wanted & int(Qt.AlignmentFlag.AlignHCenter) else share
            self._row(row, room.x() + left * share, y)
            y += metrics.lineSpacing()

    def _row(self, text: str, x: float, y: float) -> None:
        """Words, each drawn from nought, so that the same word has the same shape wherever it stands."""
        metrics, drawn = QFontMetricsF(self.font(), self.device()), ""
        for part in PARTS.findall(text):
            shape, at = QPainterPath(), x + metrics.horizontalAdvance(drawn)
            shape.addText(0, 0, self.font(), part)
            self.translate(at, y)
            self.fillPath(shape, self.pen().color())
            self.translate(-at, -y)
            drawn += part


def shared(svg: str) -> str:
    """The picture with every shape that it has more than once written down once."""
    svg = FONT.sub("", svg)
    shapes = Counter(SHAPE.findall(svg))
    names = {shape: f"s{number}" for number, (shape, count) in enumerate(shapes.items()) if count > 1}
    kept = "".join(f'<path id="{name}" fill-rule="evenodd" d="{shape}"/>\n' for shape, name in names.items())
    end = svg.index("<defs>") + len("<defs>")
    lean = SHAPE.sub(lambda found: f'<use xlink:href="#{names[found[1]]}"/>' if found[1] in names else found[0], svg)
    return f"{lean[:end]}\n{kept}{lean[end:]}"


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
