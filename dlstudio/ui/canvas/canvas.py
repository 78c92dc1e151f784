"""Canvas: the widget on which a network is seen and worked on."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QEasingCurve, QEvent, QPointF, QRectF, Qt, QVariantAnimation, Signal
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

from dlstudio.core.document import Point, Rect, Wire
from dlstudio.ui.canvas import brushwork
from dlstudio.ui.canvas.adding.adding import Adding
from dlstudio.ui.canvas.brushwork import DETAIL, NAMES, Look
from dlstudio.ui.canvas.bubble import bubble
from dlstudio.ui.canvas.camera import Camera, free
from dlstudio.ui.canvas.dots import dots
from dlstudio.ui.canvas.drift import Drift
from dlstudio.ui.canvas.explain import Explain
from dlstudio.ui.canvas.far import Far
from dlstudio.ui.canvas.frames import frame
from dlstudio.ui.canvas.gestures.begin import Press, begin
from dlstudio.ui.canvas.gestures.gesture import Gesture
from dlstudio.ui.canvas.hover import Hovered, cursor, tip, under
from dlstudio.ui.canvas.labels import labels
from dlstudio.ui.canvas.minimap import Minimap
from dlstudio.ui.canvas.notes import note
from dlstudio.ui.canvas.nudge import Nudge
from dlstudio.ui.canvas.paths import Paths
from dlstudio.ui.canvas.plane import around, grown, touch
from dlstudio.ui.canvas.scene import Scene, Spot
from dlstudio.ui.canvas.twice import twice
from dlstudio.ui.canvas.writing import Writing
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme import appearance, tokens
from dlstudio.ui.theme.ink import color, pen

WAYS = 24
"""How many wires look for their ways in one frame; the others follow in the next ones."""
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
        self._paths = Paths()
        self.gesture: Gesture | None = None
        self.hovered: Hovered = None
        self._held: Qt.Key | None = None
        self._whole: Camera | None = self.camera
        """The view that shows everything; while nobody looks elsewhere, it follows the size of the window."""
        self._motion = QVariantAnimation(self, duration=MOTION, startValue=0.0, endValue=1.0)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.valueChanged.connect(self._on_motion)
        self._way = (self.camera, self.camera)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Canvas")
        self.setMinimumSize(240, 160)
        self._drift, self._nudge = Drift(self, self._drifted), Nudge(session, self.scene)
        self._writing: Writing | None = None
        self._explain: Explain | None = None
        self.minimap = Minimap(self, self)
        self.looked.connect(self.minimap.follow)
        self.adding = Adding(self, self)
        self._end = session.listen(self._on_state)
        self.destroyed.connect(self._end)
        self.scene.show(None, session.state)

    def _on_state(self, old: State, new: State) -> None:
        self.scene.show(old, new)
        if old.trail != new.trail or old.history.now.before is None is not new.history.now:
            self._describe()
        if old.trail != new.trail:
            self.fit()
        if self._explain and not self._explain.follows(new):
            self.told()
        self.minimap.stale()
        self.update()

    def _describe(self) -> None:
        count = len(self.scene.cards)
        self.setAccessibleDescription(f"{self.session.state.where}: {count} nodes")

    def set_theme(self, theme: tokens.Theme) -> None:
        self.theme = theme
        self.minimap.draw()
        self.update()

    # The view

    def look(self, camera: Camera) -> None:
        """Shows another part of the canvas at once."""
        self.camera = camera
        self.looked.emit()
        self.update()

    def glide(self, camera: Camera) -> None:
        """Goes to another part of the canvas in a short motion."""
        if not self.isVisible() or appearance.calm():
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

    @property
    def room(self) -> tuple[float, float]:
        """How large a drawing may be to be seen whole at 100 %."""
        room = free(self.width(), self.height())
        return max(400.0, room.width), max(240.0, room.height)

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
        if not self.draw(painter, self.seen, self.camera.zoom, ways=WAYS):
            self.update()
        if self.gesture:
            self.gesture.paint(painter)
            if self.gesture.hint:
                painter.resetTransform()
                at, hint, tone = self.pixel(self.gesture.at), self.gesture.hint, self.gesture.tone
                bubble(painter, hint, tone, at, QRectF(self.rect()), self.theme)
        painter.end()

    def draw(self, painter: QPainter, seen: Rect, zoom: float, *, ways: int | None = None) -> bool:
        """The scene, in the detail that the zoom allows; False where some of the wires are still without their ways."""
        choice, scene = self.session.state.choice, self.scene
        brushwork.grid(painter, seen, zoom, self.theme)
        if zoom < NAMES:
            self._draw_marks(painter, seen, zoom)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            self._far.paint(painter, scene, self.theme)
            self._rings(painter, [node for node in choice.nodes if node in scene.boxes])
            return True
        near = grown(seen, 24)
        self._draw_marks(painter, seen, zoom)
        known = self._draw_wires(painter, scene.wires_in(near), zoom, ways)
        for node in scene.nodes_in(near):
            faint = self.gesture is not None and self.gesture.fades(node)
            look = Look(chosen=node in choice.nodes, hovered=node == self.hovered, faint=faint)
            brushwork.card(painter, scene.cards[node], scene.boxes[node], look, zoom, self.theme)
        return known

    def _draw_marks(self, painter: QPainter, seen: Rect, zoom: float) -> None:
        """Frames, the large ones first, and notes."""
        marks, scene = self.session.state.choice.marks, self.scene
        for name, shown in sorted(scene.frames.items(), key=lambda item: -item[1].rect.width * item[1].rect.height):
            if touch(shown.rect, seen):
                frame(painter, shown, chosen=name in marks, zoom=zoom, theme=self.theme)
        for name, shown in scene.notes.items():
            if touch(shown.rect, seen):
                note(painter, shown, chosen=name in marks, zoom=zoom, theme=self.theme)

    def _rings(self, painter: QPainter, nodes: list[str]) -> None:
        painter.setPen(pen(self.theme.accent, 2.0, fixed=True))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects([QRectF(*self.scene.boxes[node]) for node in nodes])

    def _draw_wires(self, painter: QPainter, wires: Sequence[Wire], zoom: float, ways: int | None) -> bool:
        """Wires, of which only some may look for their ways now; those that are lit lie above the others."""
        scene, theme = self.scene, self.theme
        for wire in [wire for wire in wires if not scene.has_way(wire)][:ways]:
            scene.curve(wire)
        known = [wire for wire in wires if scene.has_way(wire)]
        lit = {wire for wire in known if self._lit(wire)}
        hidden = self.gesture.hidden if self.gesture else frozenset()
        doomed = self.gesture.doomed if self.gesture else frozenset()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for wire in sorted(known, key=lit.__contains__) if lit else known:
            if wire in hidden:
                continue
            lost, way = wire in doomed, scene.curve(wire)
            tint = theme.bad if lost else theme.accent if wire in lit else theme.muted
            painter.setPen(pen(tint, 2.0, dashed=lost, opacity=1.0 if lost or wire in lit else 0.75))
            painter.drawPath(self._paths.of(wire, way))
            if wire in scene.bends:
                dots(painter, scene.bends[wire], theme)
        if zoom >= DETAIL:
            bent = [(way, scene.text(wire)) for wire in known if not (way := scene.curve(wire)).smooth]
            labels(painter, bent, zoom, theme)
        return len(known) == len(wires)

    def _lit(self, wire: Wire) -> bool:
        """Whether a wire is selected, or under the mouse, or at a node that is selected."""
        chosen = self.session.state.choice
        held = wire.source in chosen.nodes or wire.target in chosen.nodes
        return held or wire in chosen.wires or wire == self.hovered

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.gesture is None:
            self._still()
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

    def _still(self) -> None:
        """Ends what stands open over the canvas."""
        self._drift.stop()
        if self._writing:
            self._writing.keep()
        self.told()

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
        elif key == Qt.Key.Key_Escape and self._explain:
            self.told()
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
            words = "" if self.gesture else tip(self.session.state, self.hovered)
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    # What stands over the canvas

    def explain(self, node: str) -> None:
        """Tells what is wrong with a node, with buttons that mend it."""
        self._explain = Explain(self, self, node)
        self._explain.left.connect(self.told)
        self.looked.connect(self._explain.place)

    def told(self) -> None:
        """Nothing is told any more."""
        told, self._explain = self._explain, None
        if told:
            told.hide()
            told.deleteLater()
            self.setFocus()

    def offer(self, spot: Spot, at: Point) -> None:
        """Asks what is to be added at the end of a wire that was let go over the empty."""
        self.adding.offer(spot, at)

    def land(self, nodes: Collection[str], *, done: bool) -> str:
        """Puts a node that is moved onto a wire between its ends when it is let go; says why that will not do."""
        return self.adding.land(nodes, done=done)

    def write(self, mark: str) -> None:
        """Lets the words of a frame or a note be typed where they stand."""
        self._writing = Writing(self, self, mark)
        self._writing.ended.connect(self._written)
        self.looked.connect(self._writing.place)

    def _written(self, back: bool) -> None:
        """The words are as they are now; the keys go back to the canvas where they were not taken elsewhere."""
        writing, self._writing = self._writing, None
        if writing:
            writing.hide()
            writing.deleteLater()
            if back:
                self.setFocus()
