"""Recent menu: the projects that were open last, in the File menu."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QMenu

from dlstudio.ui.files.desk import Desk
from dlstudio.ui.files.recent import recent
from dlstudio.ui.moment import when
from dlstudio.ui.window import Window

MOST = 12


def recent_menu(window: Window, desk: Desk) -> None:
    """Puts the list under Open, filled when the menu is opened."""
    file = next(menu for menu in window.header.menus.findChildren(QMenu) if menu.title() == "File")
    menu = QMenu("Open recent", file)
    before = next(action for action in file.actions() if action.objectName() == "save")
    file.insertMenu(before, menu)
    file.aboutToShow.connect(partial(_fill, menu, window, desk))


def _fill(menu: QMenu, window: Window, desk: Desk) -> None:
    menu.clear()
    for entry in recent()[:MOST]:
        action = menu.addAction(f"{entry.path.name}\t{when(entry.when)}")
        action.setToolTip(str(entry.path))
        action.triggered.connect(partial(_open, entry.path, window, desk))
    menu.setEnabled(not menu.isEmpty())


def _open(path: Path, window: Window, desk: Desk, *_: object) -> None:
    desk.open([path], window)
