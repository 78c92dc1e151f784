"""Steady: a frame that tells of another least size, and not of every word inside that changed.

Whatever is laid out anew says so up to its window, also where nothing but a number changed; a QMainWindow then lays
out all its docks and paints what lies between them, as many times a second as there is news of a training."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class Steady(QWidget):
    """Holds one widget that fills it."""

    def __init__(self, inside: QWidget | None = None) -> None:
        super().__init__()
        self.inside: QWidget | None = None
        self._kept: tuple[QSize, QSize] | None = None
        self._told = self._needs()
        if inside is not None:
            self.hold(inside)

    def hold(self, inside: QWidget) -> None:
        """From now on this fills it."""
        self.inside, self._kept = inside, None
        if inside.parentWidget() is not self:
            inside.setParent(self)
        inside.resize(self.size())
        inside.show()
        self._tell()

    def lay_aside(self) -> None:
        """Takes what is inside out of the window for a while, and keeps its place."""
        if self.inside is not None and self._kept is None:
            self._kept = self.sizeHint(), self.minimumSizeHint()
            self.inside.setParent(None)

    def take_back(self) -> None:
        """Puts in again what was laid aside."""
        if self.inside is not None:
            self.hold(self.inside)

    def _needs(self) -> tuple[QSize, int]:
        return self.minimumSizeHint(), self.sizeHint().height()

    def _tell(self) -> None:
        needs = self._needs()
        if needs != self._told:
            self._told = needs
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        if self._kept is not None:
            return self._kept[0]
        return self.inside.sizeHint() if self.inside else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        if self.inside is None:
            return super().minimumSizeHint()
        if self._kept is not None:
            return self._kept[1]
        hint, least = self.inside.minimumSizeHint(), self.inside.minimumSize()
        return QSize(least.width() or hint.width(), least.height() or hint.height())  # as in any layout of Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self.inside:
            self.inside.resize(event.size())

    def event(self, event: QEvent) -> bool:
        """What is inside was laid out anew."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._tell()
        return super().event(event)
