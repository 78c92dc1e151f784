"""Cheat sheet: all keys and what the mouse does, on one page over the window."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractSlider, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from dlstudio.ui.mishap import guarded
from dlstudio.ui.popup import Popup
from dlstudio.ui.theme.appearance import scale

COLUMN = 260
"""How wide a column is at least, in pixels."""
APART = 24
"""How far the page stays from the edges of the window."""
SLIDER = 10
"""How wide the slider beside the page is, where the window is too low for all of it."""
Turn = QAbstractSlider.SliderAction
SCROLLS = {
    Qt.Key.Key_Down: Turn.SliderSingleStepAdd,
    Qt.Key.Key_Up: Turn.SliderSingleStepSub,
    Qt.Key.Key_PageDown: Turn.SliderPageStepAdd,
    Qt.Key.Key_PageUp: Turn.SliderPageStepSub,
}
"""The keys that scroll where there is more than is seen."""
HINT = "Help › Keyboard changes the keys. "
CLOSES, SCROLL = "Any key closes this page.", "The arrows scroll, any other key closes this page."
GAPS = (5, 3, 1)
"""What lies between two lines; the first at which all is seen at once is taken."""


class Group(NamedTuple):
    """Some lines under a title: keys, and what they do."""

    title: str
    lines: Sequence[tuple[str, str]]


class CheatSheet(Popup):
    """Covers the window until any key or click; where it is too low for all of them, some keys scroll."""

    def __init__(self, window: QWidget, groups: Sequence[Group]) -> None:
        super().__init__(window, "All keys")
        self.groups = groups
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        title = QLabel("Keys and mouse")
        title.setProperty("role", "title")
        self.hint = QLabel()
        self.hint.setProperty("role", "muted")
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 26, 0)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.hint)
        self.page = QScrollArea()
        self.page.setWidgetResizable(True)
        self.page.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.page.setProperty("role", "clear")
        self.column = column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 8, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.page, 1)
        window.installEventFilter(self)
        self.appear(self)  # its letters have their size from now on
        self._cover()

    def _cover(self) -> None:
        """Takes the window's room and lays the groups in as many columns as fit."""
        room = self.over.rect().adjusted(APART, APART, -APART, -APART)
        self.setGeometry(room)
        self.column.activate()
        count, spare = self._columns(), 0
        for gap in GAPS:
            inner = self._laid(count, gap)
            self.page.setWidget(inner)
            spare = self.page.height() - inner.sizeHint().height()
            if spare >= 0:
                self.setGeometry(room.adjusted(0, 0, 0, -spare))
                break
        self.hint.setText(HINT + (CLOSES if spare >= 0 else SCROLL))

    def _columns(self) -> int:
        """Into how many columns the words of all groups fit beside each other."""
        for count in range(max(1, self.page.width() // round(COLUMN * scale())), 1, -1):
            inner = self._laid(count, GAPS[-1])
            self.page.setWidget(inner)
            if inner.sizeHint().width() <= self.page.width() - SLIDER:
                return count
        return 1

    def _laid(self, count: int, gap: int) -> QWidget:
        inner = QWidget()
        inner.setProperty("role", "clear")
        row = QHBoxLayout(inner)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(24)
        for groups in shared_out(self.groups, count):
            side = QVBoxLayout()
            side.setSpacing(16)
            for group in groups:
                side.addLayout(_lines(group, gap))
            side.addStretch(1)
            row.addLayout(side, 1)
        return inner

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._cover()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta):
            return
        bar, turn = self.page.verticalScrollBar(), SCROLLS.get(Qt.Key(event.key()))
        if turn and bar.maximum():
            bar.triggerAction(turn)
        else:
            self.leave()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.leave()


def shared_out(groups: Sequence[Group], count: int) -> list[list[Group]]:
    """Groups in columns of about the same height: the large ones first, each where there is most room."""
    columns: list[list[int]] = [[] for _ in range(max(1, min(count, len(groups))))]
    heights = [_height(group) for group in groups]
    for number in sorted(range(len(groups)), key=lambda number: -heights[number]):
        min(columns, key=lambda column: sum(heights[i] for i in column)).append(number)
    return [[groups[i] for i in sorted(column)] for column in sorted(map(sorted, columns))]


def _height(group: Group) -> int:
    return len(group.lines) + 2


def _lines(group: Group, gap: int) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(gap)
    grid.setColumnStretch(0, 1)
    title = QLabel(group.title)
    title.setProperty("role", "head")
    grid.addWidget(title, 0, 0, 1, 2)
    for number, (keys, does) in enumerate(group.lines, 1):
        what, how = QLabel(does), QLabel(keys)
        how.setProperty("role", "keys")
        how.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(what, number, 0)
        grid.addWidget(how, number, 1)
    return grid
