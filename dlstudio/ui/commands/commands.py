"""Commands: what a window asks of all that can be done in it."""

from typing import Protocol

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QMenuBar

from dlstudio.ui.commands.cheat_sheet import Group
from dlstudio.ui.commands.editor import Row
from dlstudio.ui.commands.entry import Entry
from dlstudio.ui.commands.keymap import Keymap
from dlstudio.ui.session import State


class Commands(Protocol):
    """All that can be done in a window, as menus and keys."""

    keymap: Keymap

    def fill(self, bar: QMenuBar) -> None:
        """Puts the menus into a bar."""

    def refresh(self, state: State) -> None:
        """Enables what can be done in a state."""

    def set_theme(self) -> bool:
        """Takes some more icons of the window's theme; whether there are others left to take."""

    def run(self, name: str) -> None:
        """Does one of them by its name."""

    def tooltip(self, name: str, reason: str = "") -> str:
        """What one of them says of itself: title, keys, help, and why it cannot be done."""

    def bind(self) -> None:
        """Takes over other keys."""

    def entries(self) -> list[Entry]:
        """All that can be found by its name."""

    def rows(self) -> list[Row]:
        """All actions, for changing their keys."""

    def groups(self) -> list[Group]:
        """All keys, for the sheet of keys."""

    def context(self, what: str, at: QPoint) -> QMenu:
        """Opens the menu of what the mouse is on."""
