"""Pad: ink on a square that the mouse draws, or a picture that was dropped or pasted on it."""

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from dlstudio.ui.theme.fonts import words
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import SMALL, Theme

INK = 140
"""The side of a drawing, in pixels."""
LARGEST = 384
"""The longer side of a picture that is handed on."""
LEAST, WIDTH = 96, 0.075
"""The least side of the pad, and the width of the pen as a share of it."""
KEYS = {QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Paste, QKeySequence.StandardKey.Delete}


class Pad(QWidget):
    """Strokes one after the other; each can be taken back."""

    changed = Signal()

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.theme, self.name = theme, name
        self.strokes: list[tuple[float, list[QPointF]]] = []
        """Each with the width of its pen, in shares of the side."""
        self.image: QImage | None = None
        self.pen = WIDTH
        self._drawing = False
        self.setAcceptDrops(True)
        self.setMinimumSize(LEAST, LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(f"Drawing for {name}")
        self.setToolTip("Draw with the mouse; drop a picture, or paste one (Ctrl+V); Ctrl+Z takes a stroke back")

    def sizeHint(self) -> QSize:
        return QSize(200, 200)

    @property
    def square(self) -> QRectF:
        """Where it is drawn on."""
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) / 2, 0, side, side).adjusted(0.5, 0.5, -0.5, -0.5)

    @property
    def empty(self) -> bool:
        return not self.strokes and self.image is None

    # What is on it

    def show_image(self, image: QImage | None) -> None:
        """A picture in the place of strokes."""
        self.image, self.strokes = image, []
        self.update()

    def take(self, image: QImage) -> bool:
        """A picture from outside; whether it is one."""
        if image.isNull():
            return False
        if max(image.width(), image.height()) > LARGEST:
            image = image.scaled(
                LARGEST, LARGEST, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        self.show_image(image.convertToFormat(QImage.Format.Format_RGB888))
        self.changed.emit()
        return True

    def clear(self) -> None:
        self.show_image(None)
        self.changed.emit()

    def undo(self) -> None:
        """Takes the last stroke back."""
        if self.strokes:
            self.strokes.pop()
            self.update()
            self.changed.emit()

    def ink(self) -> bytes:
        """The strokes as bytes, light on nothing, row by row."""
        made = QImage(INK, INK, QImage.Format.Format_Grayscale8)
        made.fill(0)
        painter = QPainter(made)
        self._strokes(painter, QRectF(0, 0, INK, INK), color("#ffffff").name())
        painter.end()
        return rows(made, 1)

    # The mouse, and what is dropped

    def _place(self, event: QMouseEvent) -> QPointF:
        square = self.square
        at = event.position() - square.topLeft()
        return QPointF(at.x() / square.width(), at.y() / square.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.square.contains(event.position()):
            self.image, self._drawing = None, True
            self.strokes.append((self.pen, [self._place(event)]))
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drawing:
            self.strokes[-1][1].append(self._place(event))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drawing and event.button() == Qt.MouseButton.LeftButton:
            self._drawing = False
            self.changed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasImage() or event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.take(carried(event.mimeData())):
            event.acceptProposedAction()

    def event(self, event: QEvent) -> bool:
        """These keys mean something here, and nothing on the canvas."""
        key = event if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride else None
        if key is not None and any(key.matches(each) for each in KEYS):
            key.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif event.matches(QKeySequence.StandardKey.Delete):
            self.clear()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        else:
            super().keyPressEvent(event)

    def paste(self) -> None:
        """The picture on the clipboard."""
        self.take(carried(QGuiApplication.clipboard().mimeData()))

    # How it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, square, theme = QPainter(self), self.square, self.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(theme.accent if self.hasFocus() else theme.line, 1.0))
        painter.setBrush(brush(theme.window))
        painter.drawRoundedRect(square, 6, 6)
        if self.image is not None:
            scale = min(square.width() / self.image.width(), square.height() / self.image.height())
            size = QRectF(0, 0, self.image.width() * scale - 2, self.image.height() * scale - 2)
            size.moveCenter(square.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
            painter.drawImage(size, self.image)
        elif not self.strokes:
            painter.setFont(words(SMALL))
            painter.setPen(color(theme.muted))
            text = "Draw here,\nor drop a picture"
            painter.drawText(square, Qt.AlignmentFlag.AlignCenter, text)
        painter.setClipRect(square)
        self._strokes(painter, square, theme.text)

    def _strokes(self, painter: QPainter, square: QRectF, tint: str) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for wide, points in self.strokes:
            painter.setPen(
                QPen(
                    color(tint), wide * square.width(), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap,
                    Qt.PenJoinStyle.RoundJoin,
                )
            )  # fmt: skip
            path = QPainterPath(self._on(square, points[0]))
            for point in points[1:] or points:
                path.lineTo(self._on(square, point) + QPointF(0, 0.01))
            painter.drawPath(path)

    @staticmethod
    def _on(square: QRectF, point: QPointF) -> QPointF:
        return square.topLeft() + QPointF(point.x() * square.width(), point.y() * square.height())


def carried(data: QMimeData) -> QImage:
    """The picture that is dropped or pasted: itself, or the file of it."""
    if data.hasImage():
        found = data.imageData()
        return found if isinstance(found, QImage) else QImage(found)
    files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    return QImage(files[0]) if files else QImage()


def rows(image: QImage, channels: int) -> bytes:
    """The pixels of a picture without what fills up its lines."""
    wide, line = image.width() * channels, image.bytesPerLine()
    body = bytes(image.constBits())
    return b"".join(body[n * line : n * line + wide] for n in range(image.height()))
