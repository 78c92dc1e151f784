"""Paths: the ways of wires as Qt draws them, made once for each way."""

from PySide6.QtGui import QPainterPath

from dlstudio.core.document import Wire
from dlstudio.ui.canvas.brushwork import path
from dlstudio.ui.canvas.curve import Curve

_MOST = 20_000


class Paths:
    """The path of each wire that was drawn, for as long as its way stays the same."""

    def __init__(self) -> None:
        self._kept: dict[Wire, tuple[Curve, QPainterPath]] = {}

    def of(self, wire: Wire, way: Curve) -> QPainterPath:
        """The path of a wire that goes this way."""
        kept = self._kept.get(wire)
        if kept and kept[0] is way:
            return kept[1]
        if len(self._kept) >= _MOST:
            self._kept.clear()
        made = path(way)
        self._kept[wire] = (way, made)
        return made
