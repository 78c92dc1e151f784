"""Minimap: all of the network in a corner, and which part of it is seen."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from dlstudio.core.document import Point, Rect
from dlstudio.ui.canvas.camera import Camera
from dlstudio.ui.canvas.frames import tint
from dlstudio.ui.canvas.plane import grown, holds
from dlstudio.ui.canvas.stage import Stage
from dlstudio.ui.mishap import guarded
from dlstudio.ui.settings import settings
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import family_color

SIZE, MARGIN, INSIDE = QSize(160, 100), 12, 6
LATER = 80
"""How many milliseconds after the last change it is drawn anew; until then it shows what was."""


class Minimap(QWidget):
    """Stands in the lower right corner while not everything is seen; a click or a pull there moves the view."""

    def __init__(self, parent: QWidget, canvas: Stage) -> None:
        super().__init__(parent)
        self.canvas, self.room = canvas, parent
        self.wanted = bool(settings().value("minimap", True, type=bool))
        self.bounds = Rect(0, 0, 1, 1)
        self.picture = QPixmap()
        self._drawn: tuple[object, ...] = ()
        self._timer = QTimer(self, interval=LATER, singleShot=True)
        self._timer.timeout.connect(self.draw)
        self._below: QWidget | None = None
        self.setFixedSize(SIZE)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Minimap")
        self.setToolTip("The whole network; click or pull to go there (Shift+M hides it)")
        self.hide()

    def toggle(self) -> None:
        """Shows it, or not, from now on."""
        self.wanted = not self.wanted
        settings().setValue("minimap", self.wanted)
        self.draw()

    def stale(self) -> None:
        """Something on the canvas has changed; it is drawn anew a little later."""
        if self._drawn != self._now:
            self._timer.start()

    @property
    def _now(self) -> tuple[object, ...]:
        return self.canvas.scene.version, self.canvas.theme, self.devicePixelRatioF()

    @property
    def _camera(self) -> Camera:
        """How the whole network is seen in so little room."""
        return Camera.fit(self.bounds, self.width(), self.height(), margin=INSIDE, most=1.0)

    def draw(self) -> None:
        """Keeps a picture of the whole network."""
        self._drawn = self._now
        self.bounds = self.canvas.scene.bounds
        self.follow()
        if self.isHidden():
            return
        ratio = self.devicePixelRatioF()
        self.picture = QPixmap(self.size() * ratio)
        self.picture.setDevicePixelRatio(ratio)
        self.picture.fill(color(self.canvas.theme.panel))
        painter = QPainter(self.picture)
        camera = self._camera
        painter.scale(camera.zoom, camera.zoom)
        painter.translate(-camera.x, -camera.y)
        self._boxes(painter, 2 / camera.zoom)
        painter.end()
        self.update()

    def _boxes(self, painter: QPainter, least: float) -> None:
        theme, scene = self.canvas.theme, self.canvas.scene
        painter.setPen(Qt.PenStyle.NoPen)
        for mark in (*scene.frames.values(), *scene.notes.values()):
            painter.fillRect(QRectF(*mark.rect), brush(tint(mark.color, theme.muted), 0.25))
        found: dict[str, list[QRectF]] = {}
        for node, box in scene.boxes.items():
            rect = QRectF(box.x, box.y, max(box.width, least), max(box.height, least))
            found.setdefault(scene.cards.roughly(node).family, []).append(rect)
        for family, rects in found.items():
            painter.setBrush(brush(family_color(family, theme)))
            painter.drawRects(rects)

    def follow(self) -> None:
        """Shows which part is seen; steps aside when that is all."""
        self._place()
        empty = not self.canvas.scene.boxes
        shown = self.wanted and not empty and not holds(grown(self.canvas.seen, 1), self.bounds)
        if shown and self.isHidden():
            self.show()
            self.draw()
        elif not shown:
            self.hide()
        self.update()

    def stand_above(self, widget: QWidget) -> None:
        """Makes room for a widget at the lower edge while that is so wide that it comes here."""
        self._below = widget
        widget.installEventFilter(self)

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._place()
        return False

    def _place(self) -> None:
        corner = QPoint(self.room.width() - self.width() - MARGIN, self.room.height() - self.height() - MARGIN)
        below = self._below.geometry() if self._below else QRect()
        if below.right() + MARGIN > corner.x():
            corner.setY(below.top() - MARGIN - self.height())
        self.move(corner)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, camera, seen = self.canvas.theme, self._camera, self.canvas.seen
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self.picture)
        painter.setBrush(brush(theme.accent, 0.14))
        painter.setPen(pen(theme.accent, 1.0))
        at = camera.to_screen(Point(seen.x, seen.y))
        view = QRectF(at.x, at.y, seen.width * camera.zoom, seen.height * camera.zoom)
        painter.drawRect(view.intersected(QRectF(0.5, 0.5, self.width() - 1, self.height() - 1)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(theme.line, 1.0))
        painter.drawRect(QRectF(0.5, 0.5, self.width() - 1, self.height() - 1))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event)

    def _go(self, event: QMouseEvent) -> None:
        """The view with this place in its middle."""
        place = self._camera.to_scene(event.position().x(), event.position().y())
        seen, zoom = self.canvas.seen, self.canvas.camera.zoom
        self.canvas.look(Camera(place.x - seen.width / 2, place.y - seen.height / 2, zoom))
