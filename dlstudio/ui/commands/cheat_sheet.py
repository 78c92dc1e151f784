"""Cheat sheet: all keys and what the mouse does, on one page over the window."""

from collections.abc import Sequence
from itertools import count as count_from
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from dlstudio.ui.mishap import guarded
from dlstudio.ui.popup import Popup

COLUMN = 280
"""How wide a column is at least, in pixels."""


class Group(NamedTuple):
    """Some lines under a title: keys, and what they do."""

    title: str
    lines: Sequence[tuple[str, str]]


class CheatSheet(Popup):
    """Covers the window until any key or click."""

    def __init__(self, window: QWidget, groups: Sequence[Group]) -> None:
        super().__init__(window, "All keys")
        self.groups = groups
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        title = QLabel("Keys and mouse")
        title.setProperty("role", "title")
        hint = QLabel("Help › Keyboard changes the keys. Any key closes this page.")
        hint.setProperty("role", "muted")
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 26, 0)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(hint)
        self.page = QScrollArea()
        self.page.setWidgetResizable(True)
        self.page.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.page.setProperty("role", "clear")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 8, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.page, 1)
        window.installEventFilter(self)
        self._cover()
        self.appear(self)

    def _cover(self) -> None:
        """Takes the window's room and lays the groups in as many columns as fit."""
        room = self.over.rect().adjusted(40, 40, -40, -40)
        self.setGeometry(room)
        self.page.setWidget(self._laid(max(1, (room.width() - 40) // COLUMN)))

    def _laid(self, count: int) -> QWidget:
        inner = QWidget()
        inner.setProperty("role", "clear")
        row = QHBoxLayout(inner)
        row.setContentsMargins(0, 0, 16, 0)
        row.setSpacing(40)
        for groups in shared_out(self.groups, count):
            side = QVBoxLayout()
            side.setSpacing(16)
            for group in groups:
                side.addLayout(_lines(group))
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
        self.leave()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.leave()


def shared_out(groups: Sequence[Group], count: int) -> list[list[Group]]:
    """Groups in columns of about the same height, in order."""
    tallest = max((_height(group) for group in groups), default=1)
    tries = (_filled(groups, most) for most in count_from(tallest))
    return next(columns for columns in tries if len(columns) <= max(1, count))


def _height(group: Group) -> int:
    return len(group.lines) + 2


def _filled(groups: Sequence[Group], most: int) -> list[list[Group]]:
    """Groups in columns none of which is higher than that."""
    columns: list[list[Group]] = [[]]
    for group in groups:
        if columns[-1] and sum(map(_height, columns[-1])) + _height(group) > most:
            columns.append([])
        columns[-1].append(group)
    return columns


def _lines(group: Group) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(5)
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
