"""Labels: small chips on long wires that say what flows there, where nothing else is in their way."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from dlstudio.core.document import Rect
from dlstudio.ui.canvas.brushwork import advance, readable
from dlstudio.ui.canvas.curve import Curve
from dlstudio.ui.canvas.plane import touch
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color
from dlstudio.ui.theme.tokens import Theme

HIGH, ROOM = 14.0, 96.0
"""How high a chip is, and how much longer than it the piece of wire must be on which it lies."""

Said = tuple[Curve, str]
"""A wire and what flows along it."""


def labels(painter: QPainter, wires: Sequence[Said], zoom: float, theme: Theme, beside: Sequence[Rect] = ()) -> None:
    """The chips of some wires, over all of those and beside what else is written there."""
    small = readable(zoom)
    painter.setFont(fonts.numbers(small))
    for room, text in placed(wires, lambda text: advance(text, small, mono=True) + 12, beside):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(theme.window))
        painter.drawRect(QRectF(*room))
        painter.setPen(color(theme.muted))
        painter.drawText(QRectF(*room), Qt.AlignmentFlag.AlignCenter, text)


def placed(
    wires: Sequence[Said], width: Callable[[str], float], beside: Sequence[Rect] = ()
) -> Iterator[tuple[Rect, str]]:
    """Where chips lie: on the longest level piece of a wire, beside other wires and chips."""
    taken = [(way, list(_rects(way))) for way, _ in wires]
    chips = list(beside)
    for way, text in wires:
        length, a, b = max(
            ((abs(a.x - b.x), a, b) for a, b in pairwise(way.points) if a.y == b.y),
            default=(0.0, way.points[0], way.points[0]),
        )
        wide = width(text)
        if not text or length < wide + ROOM:
            continue
        left = min(a.x, b.x)
        for share in (0.5, 0.3, 0.7):
            room = Rect(left + length * share - wide / 2, a.y - HIGH / 2, wide, HIGH)
            others = (rect for other, rects in taken if other is not way for rect in rects)
            if not _meets(room, others) and not _meets(room, chips):
                chips.append(room)
                yield room, text
                break


def _rects(way: Curve) -> Iterator[Rect]:
    return (Rect(min(a.x, b.x), min(a.y, b.y), abs(a.x - b.x), abs(a.y - b.y)) for a, b in pairwise(way.points))


def _meets(room: Rect, others: Iterable[Rect]) -> bool:
    return any(touch(room, other) for other in others)
