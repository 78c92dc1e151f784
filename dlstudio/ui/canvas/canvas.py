"""Canvas: the widget on which a network is seen and worked on."""

from collections.abc import Iterable

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QCursor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from dlstudio.core.document import Point, Rect, Wire
from dlstudio.ui.canvas import brushwork
from dlstudio.ui.canvas.brushwork import DETAIL, NAMES, Far, Look
from dlstudio.ui.canvas.camera import Camera
from dlstudio.ui.canvas.gestures.choose import Box
from dlstudio.ui.canvas.gestures.gesture import Gesture
from dlstudio.ui.canvas.gestures.move import Move
from dlstudio.ui.canvas.gestures.pan import Pan
from dlstudio.ui.canvas.gestures.wiring import Wiring
from dlstudio.ui.canvas.plane import around, grown
from dlstudio.ui.canvas.scene import Scene, Spot
from dlstudio.ui.session import Choice, Session, State
from dlstudio.ui.theme import tokens
from dlstudio.ui.theme.ink import color, pen

MOTION = 120
"""How long the view takes to go somewhere, in milliseconds."""


class Canvas(QWidget):
    """Shows the network of a session, and turns mouse and keys into gestures."""

    looked = Signal()
    """The view moved or was zoomed."""

    def __init__(self, session: Session, theme: tokens.Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.theme = session, theme
        self.scene, self.camera, self._far = Scene(), Camera(), Far()
        self.gesture: Gesture | None = None
        self.hovered: str | Wire | Spot | None = None
        self._space = False
        self._fitted = False
        self._motion = QVariantAnimation(self, duration=MOTION, startValue=0.0, endValue=1.0)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.valueChanged.connect(self._on_motion)
        self._way = (self.camera, self.camera)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Canvas")
        self.setMinimumSize(240, 160)
        self._end = session.listen(self._on_state)
        self.destroyed.connect(self._end)
        self.scene.show(None, session.state)

    def _on_state(self, old: State, new: State) -> None:
        self.scene.show(old, new)
        if old.trail != new.trail or old.history.now.before is None is not new.history.now:
            self._describe()
        if old.trail != new.trail:
            self.fit()
        self.update()

    def _describe(self) -> None:
        count = len(self.scene.cards)
        self.setAccessibleDescription(f"{self.session.state.where}: {count} nodes")

    def set_theme(self, theme: tokens.Theme) -> None:
        self.theme = theme
        self.update()

    # The view

    def look(self, camera: Camera) -> None:
        """Shows another part of the canvas at once."""
        self.camera = camera
        self.looked.emit()
        self.update()

    def glide(self, camera: Camera) -> None:
        """Goes to another part of the canvas in a short motion."""
        if not self.isVisible():
            self.look(camera)
            return
        self._way = (self.camera, camera)
        self._motion.start()

    def _on_motion(self, share: float) -> None:
        self.look(self._way[0].between(self._way[1], share))

    def fit(self, *, nodes: frozenset[str] = frozenset(), at_once: bool = True) -> None:
        """Shows everything, or some nodes."""
        boxes = [self.scene.rect(node) for node in nodes if node in self.scene.cards]
        rect = around(boxes) if boxes else self.scene.bounds
        camera = Camera.fit(rect, self.width(), self.height())
        self.look(camera) if at_once else self.glide(camera)

    def reveal(self, node: str) -> None:
        """Moves the view so that a node is seen."""
        box, seen = grown(self.scene.rect(node), 24), self.seen
        inside = (
            seen.x <= box.x and seen.y <= box.y and box.x + box.width <= seen.x + seen.width
            and box.y + box.height <= seen.y + seen.height
        )  # fmt: skip
        if not inside:
            zoom = max(self.camera.zoom, DETAIL)
            middle = Point(box.x + box.width / 2, box.y + box.height / 2)
            self.glide(Camera(middle.x - self.width() / zoom / 2, middle.y - self.height() / zoom / 2, zoom))

    @property
    def seen(self) -> Rect:
        return self.camera.seen(self.width(), self.height())

    @property
    def room(self) -> tuple[float, float]:
        """How large a drawing may be to be seen whole at 100 %."""
        return max(400.0, self.width() - 80.0), max(240.0, self.height() - 80.0)

    @property
    def pointed(self) -> Point | None:
        """The place on the canvas under the mouse, or None when it is elsewhere."""
        pixel = self.mapFromGlobal(QCursor.pos())
        return self.camera.to_scene(pixel.x(), pixel.y()) if self.rect().contains(pixel) else None

    def pixel(self, point: Point) -> QPointF:
        """Where a place on the canvas is on the widget."""
        return QPointF(*self.camera.to_screen(point))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._fitted and self.width() > 300:
            self._fitted = self.isVisible()
            self.fit()
        self.looked.emit()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color(self.theme.window))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.camera.zoom, self.camera.zoom)
        painter.translate(-self.camera.x, -self.camera.y)
        self.draw(painter, self.seen, self.camera.zoom)
        if self.gesture:
            self.gesture.paint(painter)
        painter.end()

    def draw(self, painter: QPainter, seen: Rect, zoom: float) -> None:
        """The scene, in the detail that the zoom allows."""
        choice, scene = self.session.state.choice, self.scene
        brushwork.grid(painter, seen, zoom, self.theme)
        if zoom < NAMES:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            self._far.paint(painter, scene, self.theme)
            self._rings(painter, [node for node in choice.nodes if node in scene.boxes])
            return
        near = grown(seen, 24)
        self._draw_wires(painter, scene.wires_in(near), zoom)
        for node in scene.nodes_in(near):
            look = Look(chosen=node in choice.nodes, hovered=node == self.hovered)
            brushwork.card(painter, scene.cards[node], scene.boxes[node], look, zoom, self.theme)

    def _rings(self, painter: QPainter, nodes: list[str]) -> None:
        painter.setPen(pen(self.theme.accent, 2.0, fixed=True))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects([QRectF(*self.scene.boxes[node]) for node in nodes])

    def _draw_wires(self, painter: QPainter, wires: Iterable[Wire], zoom: float) -> None:
        chosen, hidden = self.session.state.choice, getattr(self.gesture, "old", None)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for wire in wires:
            if wire == hidden:
                continue
            lit = wire in chosen.wires or wire == self.hovered
            lit = lit or wire.source in chosen.nodes or wire.target in chosen.nodes
            tint = self.theme.accent if lit else self.theme.muted
            painter.setPen(pen(tint, 2.0, opacity=1.0 if lit else 0.75))
            painter.drawPath(brushwork.path(self.scene.curve(wire)))

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.place(event)
        if self.gesture is None:
            self.gesture = self._gesture(event, at)
            if self.gesture and self.gesture.cursor is not None:
                self.setCursor(self.gesture.cursor)
        self.update()

    def _gesture(self, event: QMouseEvent, at: Point) -> Gesture | None:
        """What a press at this place begins."""
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space):
            return Pan(self, at)
        if not left:
            return None
        spot = self.scene.spot_at(at, 9 / self.camera.zoom) if self.camera.zoom >= NAMES else None
        if spot:
            return Wiring(self, at, spot)
        node = self.scene.node_at(at)
        if node:
            return Move(self, at, node, event.modifiers())
        wire = self.scene.wire_at(at, 6 / self.camera.zoom)
        if wire:
            self.session.choose(Choice(wires=frozenset([wire])))
            return None
        return Box(self, at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self.place(event)
        if self.gesture:
            self.gesture.move(at, event.modifiers())
            if self.gesture.hint:
                QToolTip.showText(event.globalPosition().toPoint(), self.gesture.hint, self)
        else:
            self._hover(at)
        self.update()

    def _hover(self, at: Point) -> None:
        reach = 9 / self.camera.zoom
        found = self.scene.spot_at(at, reach) or self.scene.node_at(at) or self.scene.wire_at(at, reach)
        self.hovered = found
        self.setCursor(Qt.CursorShape.CrossCursor if isinstance(found, Spot) else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.gesture is None:
            return
        done, self.gesture = self.gesture, None
        self.unsetCursor()
        done.finish(self.place(event), event.modifiers())
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        node = self.scene.node_at(self.place(event))
        if node is None or not self.session.enter(node):
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        at, turn = event.position(), event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or turn.x():
            self.look(self.camera.panned(turn.x() or turn.y(), 0))
        else:
            self.look(self.camera.zoomed(1.0015 ** turn.y(), at.x(), at.y()))

    def place(self, event: QMouseEvent) -> Point:
        """The place on the canvas that the mouse is at."""
        return self.camera.to_scene(event.position().x(), event.position().y())

    def leaveEvent(self, event: QEnterEvent) -> None:  # type: ignore[override]
        self.hovered = None
        self.update()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.gesture:
            gesture, self.gesture = self.gesture, None
            gesture.cancel()
            self.unsetCursor()
            self.update()
        elif event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self.unsetCursor()
        else:
            super().keyReleaseEvent(event)
