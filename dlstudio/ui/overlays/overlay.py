"""Overlay: a sheet over the darkened window; nothing beneath it can be worked until it is left."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from dlstudio.ui.mishap import guarded
from dlstudio.ui.popup import give_back
from dlstudio.ui.theme.ink import color

APART = 24
"""How far a sheet stays from the edges of the window."""
SHADE = 0.45


class Sheet(QFrame):
    """As high as what stands on it needs at its width, which layouts around it would ask for another one."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.setProperty("role", "sheet")
        self.setFixedWidth(width)

    def hasHeightForWidth(self) -> bool:
        return False

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return QSize(self.width(), layout.totalHeightForWidth(self.width()) if layout else 0)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class Overlay(QFrame):
    """Covers a window and keeps the keys to itself; whoever had them before gets them back."""

    left = Signal()
    """It is gone."""

    def __init__(self, over: QWidget, name: str) -> None:
        super().__init__(over)
        self.over: QWidget = over
        self._before = over.focusWidget()
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)

    def appear(self, focus: QWidget) -> None:
        """Shows itself and takes the keys."""
        self.over.installEventFilter(self)
        self.setGeometry(self.over.rect())
        self.show()
        self.raise_()
        focus.setFocus()

    def leave(self) -> None:
        """Gives the keys back and goes."""
        self.over.removeEventFilter(self)
        self.hide()
        self.deleteLater()
        give_back(self._before, self.over)
        self.left.emit()

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.ChildPolished):
            self.setGeometry(self.over.rect())
            QTimer.singleShot(0, self, self._rise)
        return False

    def _rise(self) -> None:
        """Over all that has risen meanwhile, as the start page does and edges between panels, which Qt makes when it
        needs them; under overlays that came later."""
        later = [each for each in self.over.findChildren(Overlay) if each.isVisible()]
        if later and later[-1] is self:
            self.raise_()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # nothing else can be done before it is left
            return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """The next of its own widgets; from the last one back to the first."""
        start = QApplication.focusWidget() or self
        now = _beside(start, forward)
        while now is not start:
            if self.isAncestorOf(now) and _takes_keys(now):
                now.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
                return True
            now = _beside(now, forward)
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("#000000", SHADE))
        painter.end()


def covering(window: QWidget) -> Overlay | None:
    """What covers a window now."""
    return next((each for each in reversed(window.findChildren(Overlay)) if each.isVisible()), None)


def _beside(widget: QWidget, forward: bool) -> QWidget:
    """The next one in Qt's own ring, or the one before."""
    return (widget.nextInFocusChain() if forward else widget.previousInFocusChain()) or widget


def _takes_keys(widget: QWidget) -> bool:
    reached = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return reached and widget.isEnabled() and widget.isVisible() and widget.focusProxy() is None
