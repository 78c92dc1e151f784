"""Plane: a plot on pyqtgraph that is worked with the mouse and the keys: moved, zoomed, fitted, followed, pointed at.

A view, a box and axes of pyqtgraph without its PlotItem, which makes twenty hidden widgets of forms and menus for
every plot and takes nearly twice as long (12 ms to 7 ms)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGraphicsGridLayout, QSizePolicy

from dlstudio.ui.plots.axis import EDGE, TOP, Axis
from dlstudio.ui.plots.box import CONTROL, NEARER, Box
from dlstudio.ui.plots.layer import Layer
from dlstudio.ui.plots.line import Mark
from dlstudio.ui.plots.marks import paint_marks
from dlstudio.ui.plots.scale import Scale, Span
from dlstudio.ui.plots.table import Column
from dlstudio.ui.theme.ink import color, mixed
from dlstudio.ui.theme.tokens import Theme

pg.setConfigOptions(mouseRateLimit=0)
STEP = 0.1
"""How far an arrow goes."""
SETTLES = 120
"""Milliseconds after the last move until it is drawn as finely as it can be."""
ARROWS = {
    Qt.Key.Key_Left: (-STEP, 0.0),
    Qt.Key.Key_Right: (STEP, 0.0),
    Qt.Key.Key_Up: (0.0, STEP),
    Qt.Key.Key_Down: (0.0, -STEP),
}


LEAST = 8
"""Pixels between the axes from which on something is drawn."""


def roomy(room: QRectF) -> bool:
    """Whether there is enough between the axes to draw anything."""
    return room.width() >= LEAST and room.height() >= LEAST


class Plane(pg.GraphicsView):  # type: ignore[misc]
    """Knows what is in sight; what is drawn there is said by those who derive from it."""

    changed = Signal()
    """Another view, scale or manner of following."""
    clicked = Signal(QPointF)
    resized = Signal()
    """The room between the axes has another size."""

    flat = False
    """Whether the values cannot be zoomed, only the steps."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.x_scale, self.y_scale = Scale(whole=True), Scale()
        self.following = True
        """Whether the newest stays in sight."""
        self.at: QPointF | None = None
        """Where the mouse is, or the cross that the keys move."""
        self.marks: tuple[Mark, ...] = ()
        self._flags: list[tuple[Mark, QRectF]] = []
        self._ringed = False
        self._settling = QTimer(self, interval=SETTLES, singleShot=True)
        self._settling.timeout.connect(self.redraw)
        self.box = Box(self)
        self.left = self.left_axis()
        self.bottom = Axis("bottom", lambda: self.x_span, lambda: self.x_scale)
        self.bottom.title = "step"
        self.axes = [self.left, self.bottom]
        self.sheet = pg.GraphicsWidget()
        self.grid = QGraphicsGridLayout(self.sheet)
        self._lay_out()
        self.drawn = Layer(self.sheet, self.draw, -50, keeps=True)
        self.over = Layer(self.sheet, self._draw_over, 50)
        self.box.sigRangeChangedManually.connect(self._on_move)
        self.scene().sigMouseClicked.connect(self._on_mouse)
        # All that changes asks to be painted: a scene that asks too does so later, and all is painted once more.
        self.setViewportUpdateMode(self.ViewportUpdateMode.NoViewportUpdate)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what it stands on need not be painted
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(80, 60)
        self.set_theme(theme)

    def _lay_out(self) -> None:
        self.grid.setContentsMargins(0, TOP, 0, 0)
        self.grid.setSpacing(0)
        self.grid.addItem(self.left, 0, 0)
        self.grid.addItem(self.box, 0, 1)
        self.grid.addItem(self.bottom, 1, 1)
        self.grid.setColumnMinimumWidth(2, EDGE)
        self.grid.setRowStretchFactor(0, 1)
        self.grid.setColumnStretchFactor(1, 1)
        self.setCentralItem(self.sheet)
        for axis in self.axes:
            axis.linkToView(self.box)

    def left_axis(self) -> Axis:
        return Axis("left", lambda: self.y_span, lambda: self.y_scale)

    # What those who derive from it say

    def extent(self) -> tuple[float, float] | None:
        """The first and the last step, where there is one."""
        raise NotImplementedError

    def all_values(self, x: Span) -> Span:
        """What the values cover where the steps are in sight, in units of their scale."""
        raise NotImplementedError

    def draw(self, painter: QPainter) -> None:
        """All that an exported picture has too, over what pyqtgraph draws."""
        raise NotImplementedError

    def draw_over(self, painter: QPainter) -> None:
        """What only stands there while somebody points."""

    def table(self) -> Callable[[], Sequence[Column]]:
        """The numbers of what is shown now; they may be put together later, in a thread."""
        raise NotImplementedError

    def snapped(self, step: float) -> float:
        """The step with values that is nearest."""
        return step

    # What is seen

    def paintEvent(self, event: QPaintEvent) -> None:
        """Where the axes leave no room nothing is drawn: Qt breaks down over a box that is turned inside out."""
        if roomy(self.room):
            super().paintEvent(event)
        else:
            QPainter(self.viewport()).fillRect(event.rect(), self.backgroundBrush())

    @property
    def room(self) -> QRectF:
        """Where the box lies; also before Qt has told that the plot has another size."""
        whole = QRectF(self.rect())
        if self.sheet.rect() != whole:
            self.sheet.setGeometry(whole)
        return QRectF(self.box.geometry())

    @property
    def x_span(self) -> Span:
        return Span(*self.box.viewRange()[0])

    @property
    def y_span(self) -> Span:
        return Span(*self.box.viewRange()[1])

    def seen_steps(self) -> tuple[float, float]:
        """The first and the last step in sight."""
        return self.x_scale.value(self.x_span.low), self.x_scale.value(self.x_span.high)

    @property
    def whole(self) -> bool:
        """Whether all steps are seen, and new ones too."""
        return bool(self.box.autoRangeEnabled()[0])

    @property
    def moving(self) -> bool:
        """Whether somebody moves it right now: quick frames matter more than fine ones."""
        return self._settling.isActive()

    def all_steps(self) -> Span | None:
        extent = self.extent()
        if extent is None:
            return None
        low, high = extent
        if self.x_scale.kind == "log":
            low = max(low, 1.0) if high >= 1 else low if low > 0 else high / 10
        low, high = self.x_scale.place(low), self.x_scale.place(high)
        return Span(low, high) if high > low else Span(low - 0.5, high + 0.5)

    def refresh(self, newest_before: float | None = None) -> None:
        """Something else is shown: what follows it is fitted or moved."""
        extent = self.extent()
        if extent is not None:
            if not self.whole and self.following and newest_before is not None:
                by = self.x_scale.place(extent[1]) - self.x_scale.place(newest_before)
                self.box.translateBy(x=by if np.isfinite(by) else None)
            self.box.updateAutoRange()
        self.arrange()

    def arrange(self) -> None:
        """Everything stands where it belongs now."""
        for axis in self.axes:
            axis.refresh()
        self.grid.activate()
        self.box.settle()
        self.redraw()

    def redraw(self) -> None:
        self.drawn.renew()
        self.viewport().update()

    def _on_move(self) -> None:
        """Moved by hand; following goes on while the newest is in sight."""
        extent = self.extent()
        if extent:
            self.following = self.following and self.x_span.share(self.x_scale.place(extent[1])) <= 1.001
        self.box.updateAutoRange()
        self._settling.start()
        self.redraw()
        self.changed.emit()

    def _show(self, *, x: bool | None = None, y: bool | None = None) -> None:
        """Shows all steps, all values, or both, and goes on showing them."""
        self.box.enableAutoRange(x=x, y=y)
        self.refresh()
        self.changed.emit()

    def fit(self) -> None:
        """Shows everything, and goes on showing everything."""
        self.following = True
        self._show(x=True, y=True)

    def follow(self) -> None:
        """Goes to the newest and stays there."""
        extent = self.extent()
        if extent is not None:
            self.box.translateBy(x=self.x_scale.place(extent[1]) - self.x_span.high)
            self.following = True
            self._show(y=True)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Nearer or farther, about a place or the middle."""
        room = self.room
        place = at or room.center()
        across = min(1.0, max(0.0, (place.x() - room.left()) / room.width()))
        up = min(1.0, max(0.0, (room.bottom() - place.y()) / room.height()))
        center = QPointF(self.x_span.at(across), self.y_span.at(up))
        self.box.scaleBy(x=factor, y=None if self.flat else factor, center=center)
        self._on_move()

    def set_log_x(self, wanted: bool) -> None:
        self.x_scale = replace(self.x_scale, kind="log" if wanted else "linear")
        self.following = True
        self._show(x=True)

    def set_log_y(self, wanted: bool) -> None:
        self.y_scale = replace(self.y_scale, kind="log" if wanted else "linear")
        self._show(y=True)

    def show_marks(self, marks: Sequence[Mark]) -> None:
        self.marks = tuple(marks)
        self.redraw()

    # The mouse

    def sizeHint(self) -> QSize:
        return QSize(400, 200)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.point(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.point(None)

    def _on_mouse(self, event: Any) -> None:
        """A click, as pyqtgraph tells it."""
        if event.button() == Qt.MouseButton.LeftButton and not event.double():
            self.clicked.emit(QPointF(event.scenePos()))

    def point(self, at: QPointF | None) -> None:
        """The cross stands there."""
        if at != self.at:
            self.at = at
            self.viewport().update()

    def step_at(self, at: QPointF) -> float:
        """The step under a place."""
        room = self.room
        return self.x_scale.value(self.x_span.at((at.x() - room.left()) / room.width()))

    # The keys

    def hears(self, event: QKeyEvent) -> bool:
        """Whether a key means something here."""
        return event.key() in (*ARROWS, Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus) or (
            event.key() == Qt.Key.Key_Escape and (self.box.boxing or self.at is not None)
        )

    def event(self, event: QEvent) -> bool:
        """The keys mean something here, and nothing on the canvas."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.hears(event):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys = Qt.Key(event.key()), event.modifiers()
        if not self.hears(event):
            event.ignore()
        elif key == Qt.Key.Key_Escape:
            self.box.give_up()
            self.point(None)
        elif key in ARROWS and keys & CONTROL:
            self._step(1 if ARROWS[key][0] > 0 else -1)
        elif key in ARROWS:
            x, y = ARROWS[key]
            self.following = self.following and not x
            self.box.translateBy(x=x * self.x_span.size, y=None if self.flat else y * self.y_span.size)
            self._on_move()
        else:
            self.zoom(1 / NEARER if key == Qt.Key.Key_Minus else NEARER, self.at)

    def _step(self, way: int) -> None:
        """Moves the cross along the steps by at least a pixel."""
        room = self.room
        at = self.at or QPointF(room.left() - 1 if way > 0 else room.right() + 1, room.center().y())
        before = self.snapped(self.step_at(at))
        for _ in range(int(room.width())):
            at = QPointF(at.x() + way, at.y())
            if not room.left() <= at.x() <= room.right():
                return
            if self.at is None or self.snapped(self.step_at(at)) != before:
                break
        self.point(at)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ringed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    # How it looks

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.setBackground(color(theme.panel))
        self.box.set_theme(theme)
        for axis in self.axes:
            axis.set_theme(theme)
        self.redraw()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None:
            self.arrange()
            self.resized.emit()

    def draw_grid(self, painter: QPainter) -> None:
        """Hairlines through the values, which are there when one looks for them."""
        room, span = self.room, self.y_span
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(color(mixed(self.theme.panel, self.theme.line, 0.4 if self.theme.name == "contrast" else 0.7)))
        for tick in self.left.ticks():
            if tick.text:
                y = round(room.bottom() - span.share(tick.place) * room.height())
                painter.drawLine(round(room.left()), y, round(room.right()), y)

    def draw_marks(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._flags = paint_marks(painter, self.marks, self.room, self.x_span, self.x_scale, self.theme)

    def mark_at(self, at: QPointF) -> Mark | None:
        """The mark whose flag is at a place."""
        return next((mark for mark, box in self._flags if box.contains(at)), None)

    def _draw_over(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw_over(painter)
        if self.hasFocus() and self._ringed:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(color(self.theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def paint_sheet(self, painter: QPainter) -> None:
        """What an export shows: everything but what stands there while somebody points."""
        self.over.hide()
        self.drawn.renew()
        self.render(painter, QRectF(self.rect()), self.rect())
        self.over.show()
