"""Tour: a card that goes from one part of the window to the next and says what it is for."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from dlstudio.ui.announce import announce
from dlstudio.ui.commands.keymap import shown
from dlstudio.ui.mishap import guarded
from dlstudio.ui.popup import Popup
from dlstudio.ui.settings import settings
from dlstudio.ui.theme.letters import hold
from dlstudio.ui.tour.ring import Ring
from dlstudio.ui.tour.stops import STOPS
from dlstudio.ui.window import Window

WIDTH, APART, EDGE = 320, 12, 8
KEY = "tour"
ON = (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Backspace)


def was_seen() -> bool:
    """Whether the tour was taken, or waved away."""
    return settings().value(KEY) is not None


def remember() -> None:
    """The tour is offered no more."""
    settings().setValue(KEY, "seen")


class Tour(Popup):
    """Stands beside what it speaks of until the last stop, Escape, or a click on something else."""

    def __init__(self, window: Window) -> None:
        super().__init__(window, "Tour")
        self.window_, self.at = window, 0
        self.ring = Ring(window, window.theme)
        self.title, self.text, self.count, self.keys = QLabel(), QLabel(), QLabel(), QLabel()
        self.back, self.on, self.end = QPushButton("Back"), QPushButton("Next"), QPushButton("Skip")
        self._lay_out()
        window.installEventFilter(self)
        remember()
        self.go(0)
        self.appear(self)

    def _lay_out(self) -> None:
        hold(self, WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.title.setProperty("role", "title")
        self.text.setWordWrap(True)
        self.count.setProperty("role", "small")
        self.keys.setProperty("role", "key")
        for button, role, does in (
            (self.back, "", lambda: self.go(self.at - 1)), (self.on, "primary", lambda: self.go(self.at + 1)),
            (self.end, "link", self.leave),
        ):  # fmt: skip
            button.setProperty("role", role)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(does)
        self.end.setToolTip("Ends the tour (Esc); it stays in the Help menu")
        self.back.setToolTip("The stop before (←)")
        self.on.setToolTip("The next stop (→ or Enter)")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.keys)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.count)
        foot.addStretch(1)
        foot.addWidget(self.end)
        foot.addWidget(self.back)
        foot.addWidget(self.on)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.text)
        column.addSpacing(4)
        column.addLayout(foot)

    def go(self, at: int) -> None:
        """Another stop; behind the last one the tour is over."""
        if at >= len(STOPS):
            self.leave()
            return
        self.at = max(0, at)
        stop = STOPS[self.at]
        keymap = self.window_.commands.keymap
        keys = shown(keymap.first(stop.action)) if stop.action in keymap.keys else ""
        self.title.setText(stop.title)
        self.text.setText(stop.text)
        self.keys.setText(keys)
        self.keys.setVisible(bool(keys))
        self.count.setText(f"{self.at + 1} of {len(STOPS)}")
        self.back.setEnabled(self.at > 0)
        self.on.setText("Next" if self.at < len(STOPS) - 1 else "Done")
        self.end.setVisible(self.at < len(STOPS) - 1)
        said = f"{stop.title}. {stop.text} {self.count.text()}."
        self.setAccessibleName(f"Tour: {stop.title}")
        self.setAccessibleDescription(said)
        announce(self, said)
        self.place()

    def place(self) -> None:
        """Beside what it speaks of, where there is room; in the middle of what is large."""
        window = self.window_
        target = STOPS[self.at].find(window)
        at = QRect(target.mapTo(window, QPoint(0, 0)), target.size()) & window.rect()
        self.ring.show_at(at, window.theme)
        self.setFixedHeight(self.heightForWidth(self.width()))
        self.move(beside(at, self.size(), window.rect()))
        self.raise_()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in ON:
            self.go(self.at + 1)
        elif key in BACK:
            self.go(self.at - 1)
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if Qt.Key(event.key()) in (*ON, *BACK, Qt.Key.Key_Escape):
                event.accept()
                return True
        elif event.type() == QEvent.Type.FocusOut and self.isVisible() and self.window_.isActiveWindow():
            self.close()
        return super().event(event)

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.StyleChange):
            self.place()
        elif event.type() == QEvent.Type.Close:
            self.close()
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        self.window_.removeEventFilter(self)
        self.ring.hide()
        self.ring.deleteLater()
        super().closeEvent(event)


def beside(target: QRect, size: QSize, room: QRect) -> QPoint:
    """The upper left corner of a card beside a rectangle: right, left, below or above it, else high in it."""
    y = min(max(room.top() + EDGE, target.top() + EDGE), room.bottom() - EDGE - size.height())
    x = min(max(room.left() + EDGE, target.left()), room.right() - EDGE - size.width())
    wide, high = size.width() + APART + EDGE, size.height() + APART + EDGE
    if target.width() < room.width() // 2 and target.height() > size.height():
        if room.right() - target.right() >= wide:
            return QPoint(target.right() + APART, y)
        if target.left() - room.left() >= wide:
            return QPoint(target.left() - APART - size.width(), y)
    if room.bottom() - target.bottom() >= high:
        return QPoint(x, target.bottom() + APART)
    if target.height() < room.height() // 2:
        return QPoint(x, target.top() - APART - size.height())
    return QPoint(target.center().x() - size.width() // 2, target.top() + target.height() // 5)
