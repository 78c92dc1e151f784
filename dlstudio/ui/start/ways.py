"""Ways: where an arrow key leads from one thing to the next."""

from collections.abc import Mapping
from typing import TypeVar

from PySide6.QtCore import QRect, Qt

T = TypeVar("T")

DIRECTIONS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
ASIDE = 3
"""How much worse a step aside is than a step ahead."""


def nearest(boxes: Mapping[T, QRect], start: T, key: Qt.Key) -> T | None:
    """The thing that lies next in the direction of an arrow key."""
    across, down = DIRECTIONS[key]
    here = boxes[start]
    best: tuple[int, T | None] = (0, None)
    for thing, box in boxes.items():
        ahead = _gap(here, box, across, down)
        if thing is start or ahead < 0:
            continue
        aside = abs((box.center().y() - here.center().y()) if across else (box.left() - here.left()))
        cost = ahead + ASIDE * aside
        if best[1] is None or cost < best[0]:
            best = cost, thing
    return best[1]


def _gap(here: QRect, there: QRect, across: int, down: int) -> int:
    """How far it is from one box ahead to another; negative where that one does not lie ahead."""
    if across:
        return there.left() - here.right() if across > 0 else here.left() - there.right()
    return there.top() - here.bottom() if down > 0 else here.top() - there.bottom()
