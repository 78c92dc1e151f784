"""Canvas: the widget on which a network is seen and worked on."""

from collections.abc import Collection

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QCursor,
    QEnterEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from dlstudio.core.document import Point, Rect
from dlstudio.ui.canvas.adding.adding import Adding
from dlstudio.ui.canvas.brushwork import DETAIL
from dlstudio.ui.canvas.bubble import bubble
from dlstudio.ui.canvas.camera import Camera, free
from dlstudio.ui.canvas.drift import Drift
from dlstudio.ui.canvas.gestures.begin import Press, begin
from dlstudio.ui.canvas.gestures.gesture import Gesture
from dlstudio.ui.canvas.glow_legend import GlowLegend
from dlstudio.ui.canvas.hover import Hovered, cursor, tip, under
from dlstudio.ui.canvas.minimap import Minimap
from dlstudio.ui.canvas.motion import Motion
from dlstudio.ui.canvas.nudge import Nudge
from dlstudio.ui.canvas.over import Over
from dlstudio.ui.canvas.painting import Painting, View
from dlstudio.ui.canvas.plane import around, grown
from dlstudio.ui.canvas.scene import Scene, Spot
from dlstudio.ui.canvas.twice import twice
from dlstudio.ui.glow.glow import Glow
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme import appearance, tokens
from dlstudio.ui.theme.ink import color


class Canvas(QWidget):
    """Shows the network of a session, and turns mouse and keys into gestures."""

    looked = Signal()
    """The view moved or was zoomed."""

    def __init__(self, session: Session, theme: tokens.Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.theme = session, theme
        self.scene, self.camera = Scene(), Camera()
        self._painting = Painting(self.scene)
        self.gesture: Gesture | None = None
        self.hovered: Hovered = None
        self._held: Qt.Key | None = None
        self.whole = False
        """Whether the last frame had the time to show all ways and words."""
        self._whole: Camera | None = self.camera
        """The view that shows everything; while nobody looks elsewhere, it follows the size of the window."""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Canvas")
        self.setMinimumSize(240, 160)
        self._motion, self._drift = Motion(self, self._see), Drift(self, self._drifted)
        self._nudge, self._over = Nudge(session, self.scene), Over(self, self)
        self.minimap = Minimap(self, self)
        self.looked.connect(self.minimap.follow)
        self.looked.connect(self._over.place)
        self.adding = Adding(self, self)
        self.minimap.stand_above(self.adding.bar)
        self.glow: Glow | None = None
        self.legend = GlowLegend(self, self.adding.bar)
        self._end = session.listen(self._on_state)
        self.destroyed.connect(self._end)
        self.scene.show(None, session.state)

    def _on_state(self, old: State, new: State) -> None:
        self.scene.show(old, new)
        if old.trail != new.trail or old.history.now.before is None is not new.history.now:
            self._describe()
        if old.trail != new.trail:
            self.fit()
        self._over.follow(new)
        self.minimap.stale()
        self.update()

    def _describe(self) -> None:
        count = len(self.scene.cards)
        self.setAccessibleDescription(f"{self.session.state.where}: {count} nodes")

    def set_theme(self, theme: tokens.Theme) -> None:
        self.theme = theme
        self.minimap.draw()
        self.legend.show_glow(self.glow, theme)
        self.update()

    def show_glow(self, glow: Glow | None) -> None:
        """Shows what nodes and wires do from now on, or only the document."""
        if glow is not self.glow:
            self.glow = glow
            self.legend.show_glow(glow, self.theme)
            self.update()

    # The view

    def look(self, camera: Camera) -> None:
        """Shows another part of the canvas at once; a motion that was under way ends."""
        self._motion.stop()
        self._see(camera)

    def _see(self, camera: Camera) -> None:
        self.camera = camera
        self.looked.emit()
        self.update()

    def glide(self, camera: Camera) -> None:
        """Goes to another part of the canvas in a short motion."""
        if not self.isVisible() or appearance.calm():
            self.look(camera)
        else:
            self._motion.go(self.camera, camera)

    @property
    def moving(self) -> bool:
        """Whether the view is on its way elsewhere."""
        return self._motion.state() == Motion.State.Running

    def fit(self, *, nodes: frozenset[str] = frozenset(), at_once: bool = True) -> None:
        """Shows everything, or some nodes."""
        boxes = [self.scene.rect(node) for node in nodes if node in self.scene.cards]
        rect = around(boxes) if boxes else self.scene.bounds
        camera = Camera.fit(rect, self.width(), self.height() - self.adding.bar.grown)
        self._whole = None if boxes else camera
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

    def in_sight(self) -> list[str]:
        """The nodes that are seen now."""
        return list(self.scene.nodes_in(self.seen))

    @property
    def room(self) -> tuple[float, float]:
        """How large a drawing may be to be seen whole at 100 %."""
        room = free(self.width(), self.height() - self.adding.bar.grown)
        return max(400.0, room.width), max(240.0, room.height)

    @property
    def calm(self) -> bool:
        """Whether nothing is being pulled."""
        return self.gesture is None

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
        if self.camera == self._whole:
            self.fit()
        self.looked.emit()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color(self.theme.window))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.camera.zoom, self.camera.zoom)
        painter.translate(-self.camera.x, -self.camera.y)
        choice, gesture = self.session.state.choice, self.gesture
        view = View(self.seen, self.camera.zoom, self.theme, choice, self.hovered, gesture, self.glow)
        self.whole = self._painting.paint(painter, view)
        if not self.whole:
            self.update()
        if self.gesture:
            self.gesture.paint(painter)
            if self.gesture.hint:
                painter.resetTransform()
                at, hint, tone = self.pixel(self.gesture.at), self.gesture.hint, self.gesture.tone
                bubble(painter, hint, tone, at, QRectF(self.rect()), self.theme)
        painter.end()

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.gesture is None:
            self._motion.stop()
            self._drift.stop()
            self._over.close()
            press = Press(self.place(event), event.button(), event.modifiers(), self._held)
            self.gesture = begin(self, press)
            if self.gesture and self.gesture.cursor is not None:
                self.setCursor(self.gesture.cursor)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self.place(event)
        if self.gesture:
            self.gesture.move(at, event.modifiers())
            if self.gesture.roams and self.gesture.pulled:
                self._drift.at(event.position(), QRectF(self.rect()))
        else:
            self.hovered = under(self.scene, at, self.camera.zoom)
            self.setCursor(self._cursor())
        self.update()

    def _cursor(self) -> Qt.CursorShape:
        return Qt.CursorShape.OpenHandCursor if self._held == Qt.Key.Key_Space else cursor(self.hovered)

    def _drifted(self, dx: float, dy: float) -> None:
        """The view moves along with a gesture at the edge."""
        if self.gesture:
            at = self.camera.to_screen(self.gesture.at)
            self.look(self.camera.panned(dx, dy))
            self.gesture.move(self.camera.to_scene(*at), QGuiApplication.keyboardModifiers())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.gesture is None:
            return
        done, self.gesture = self.gesture, None
        self._drift.stop()
        self.setCursor(self._cursor())
        done.finish(self.place(event), event.modifiers())
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not twice(self, self.place(event)):
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
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self.gesture:
            gesture, self.gesture = self.gesture, None
            gesture.cancel()
            self._drift.stop()
            self.setCursor(self._cursor())
            self.update()
        elif key == Qt.Key.Key_Escape and self._over.tells:
            self._over.told()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Q):
            self._held = key
            self.setCursor(self._cursor())
        elif not self._nudge.key(key, event.modifiers()):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == self._held and not event.isAutoRepeat():
            self._held = None
            self.setCursor(self._cursor())
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._held = None
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            words = "" if self.gesture else tip(self.session.state, self.hovered, self.glow)
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    # What stands over the canvas

    def explain(self, node: str) -> None:
        """Tells what is wrong with a node, with buttons that mend it."""
        self._over.explain(node)

    def told(self) -> None:
        """Nothing is told about a node any more."""
        self._over.told()

    def offer(self, spot: Spot, at: Point) -> None:
        """Asks what is to be added at the end of a wire that was let go over the empty."""
        self.adding.offer(spot, at)

    def land(self, nodes: Collection[str], *, done: bool) -> str:
        """Puts a node that is moved onto a wire between its ends when it is let go; says why that will not do."""
        return self.adding.land(nodes, done=done)

    def write(self, mark: str) -> None:
        """Lets the words of a frame or a note be typed where they stand."""
        self._over.write(mark)
