"""Box: pyqtgraph's ViewBox with the ways of the house: pulled, zoomed by the wheel, and by a box with Shift."""

import math
from typing import Any, Protocol

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt

from dlstudio.ui.plots.scale import Span
from dlstudio.ui.theme.ink import brush, pen
from dlstudio.ui.theme.tokens import Theme

NEARER = 0.8
"""How much one turn of the wheel or one key zooms."""
FAR = 4
"""How large a box is at least, in pixels."""
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class Around(Protocol):
    """The plot around a box, which knows what there is to see."""

    flat: bool
    following: bool

    def all_steps(self) -> Span | None: ...
    def all_values(self, x: Span) -> Span | None: ...


class Box(pg.ViewBox):  # type: ignore[misc]
    """Its automatic ranges are those that the plot says; what is flat is moved along the steps only."""

    def __init__(self, plot: Around) -> None:
        super().__init__(enableMenu=False, defaultPadding=0)
        self.plot, self.given_up = plot, False
        self.state["wheelScaleFactor"] = math.log(NEARER) / math.log(1.02) / 120
        self.setAutoVisible(y=True)
        self.setMouseEnabled(y=not plot.flat)

    def set_theme(self, theme: Theme) -> None:
        self.rbScaleBox.setPen(pen(theme.accent, fixed=True))
        self.rbScaleBox.setBrush(brush(theme.accent, 0.12))

    def settle(self) -> None:
        """Takes its new ranges over now and not while it is painted; those of the values follow those of the steps."""
        self._autoRangeNeedsUpdate = False
        self.updateMatrix()

    @property
    def boxing(self) -> bool:
        """Whether a box is being pulled."""
        return bool(self.rbScaleBox.isVisible())

    def give_up(self) -> None:
        """Forgets the pull that goes on."""
        self.given_up = True
        self.rbScaleBox.hide()

    # What pyqtgraph asks

    def childrenBounds(self, frac: object = None, orthoRange: Any = (None, None), items: object = None) -> Any:  # noqa: N802, N803
        """All steps; or all values where the steps are in sight."""
        seen = orthoRange[1]
        found = self.plot.all_values(Span(*seen)) if seen else self.plot.all_steps()
        both: list[list[float] | None] = [None, None]
        both[1 if seen else 0] = [found.low, found.high] if found else None
        return both

    def suggestPadding(self, axis: int) -> float:  # noqa: N802
        return 0.0

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        ev.accept()
        if ev.isStart():
            self.given_up = False
            pressed = self.scene().clickEvents[0]
            self.setMouseMode(self.RectMode if pressed.modifiers() & SHIFT else self.PanMode)
        if not self.given_up:
            boxed = self.state["mouseMode"] == self.RectMode
            self.setCursor(Qt.CursorShape.CrossCursor if boxed else Qt.CursorShape.ClosedHandCursor)
            self.plot.following = self.plot.following and boxed
            super().mouseDragEvent(ev, axis)
        if ev.isFinish():
            self.unsetCursor()

    def wheelEvent(self, ev: Any, axis: int | None = None) -> None:
        keys = ev.modifiers()
        super().wheelEvent(ev, 0 if keys & SHIFT else 1 if keys & CONTROL else axis)

    def translateBy(self, t: object = None, x: float | None = None, y: float | None = None) -> None:  # noqa: N802
        """What is not moved stays fitted."""
        super().translateBy(t, x or None, y or None)

    def showAxRect(self, ax: QRectF, **more: object) -> None:
        """The box is what is seen then, unless it is too small to be meant."""
        seen = self.viewRect()
        box = ax.normalized() & seen
        if box.width() / seen.width() * self.width() < FAR or box.height() / seen.height() * self.height() < FAR:
            return
        if self.plot.flat:
            self.setXRange(box.left(), box.right(), padding=0)
        else:
            self.setRange(box, padding=0)
        self.sigRangeChangedManually.emit(self.state["mouseEnabled"])
