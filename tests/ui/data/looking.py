"""Looking: the data panel of a window, waited for until it has nothing more to find out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen, freeze
from dlstudio.ui.background import Background
from dlstudio.ui.panels.data.panel import Data
from dlstudio.ui.panels.data.tile import Tile
from dlstudio.ui.window import Window
from tests.ui.conftest import Opener
from tests.ui.hand import FREE, LEFT, Hand

PATIENCE = 60.0


def project(line: str = "", **source: Any) -> Project:
    """A project on a source; without a kind it names no data."""
    made = dl.line(line) if line else Project()
    return replace(made, data=freeze({"source": source})) if source else made


def look(opened: Opener, made: Project, path: Path | None = None) -> tuple[Hand, Data]:
    """A window in the Data arrangement, reached by its button, and the panel when it has found everything."""
    hand = opened(made, path=path)
    hand.press(next(b for b in hand.window.header.arrangements.buttons() if b.text() == "Data"))
    panel = hand.window.panels["data"]
    assert isinstance(panel, Data)
    wait(panel)
    return hand, panel


def wait(panel: Data) -> None:
    """Until nothing is looked for any more."""
    end, quiet = monotonic() + PATIENCE, 0
    while quiet < 8 and monotonic() < end:
        QApplication.processEvents()
        sleep(0.004)
        quiet = 0 if busy(panel) else quiet + 1
    assert quiet == 8, "it never ended"


def busy(panel: Data) -> bool:
    timers, window = (panel.seen.samples.pages._next, panel.background._wait), panel.window()
    if isinstance(window, Window) and window.turns.busy:
        return True  # what the panel shows comes in turns
    return any(each.busy for each in panel.findChildren(Background)) or any(timer.isActive() for timer in timers)


def said(hand: Hand) -> Frozen[str, Any]:
    """What the project says about its data."""
    return hand.window.session.state.project.data


def undo_label(hand: Hand) -> str:
    return hand.window.session.state.history.undo_label or ""


def tab(hand: Hand, panel: Data, name: str) -> None:
    """Clicks one of the views, and waits for what it shows."""
    hand.press(panel.seen.tabs[name])
    wait(panel)


def tiles(panel: Data) -> list[Tile]:
    """The samples in sight."""
    pages = panel.seen.samples.pages
    return [tile for at in panel.seen.samples.grid.in_sight() if (tile := pages.tile(at))]


def pick(hand: Hand, combo: Any, text: str) -> None:
    """Chooses an entry of a list by its words, with the keys."""
    combo.setFocus()
    at = next(i for i in range(combo.count()) if combo.itemText(i) == text)
    hand.key(Qt.Key.Key_Home, widget=combo)
    for _ in range(at):
        hand.key(Qt.Key.Key_Down, widget=combo)


def drop(panel: Data, path: Path) -> None:
    """Lets a file go over the panel, as the desktop does."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    at, action = panel.rect().center(), Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(at), action, mime, LEFT, FREE)
    QApplication.sendEvent(panel, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(panel, QDropEvent(QPointF(at), action, mime, LEFT, FREE))
    wait(panel)


def pull(widget: QWidget, down: int) -> None:
    """Drags a widget by so many pixels with the mouse."""
    start = widget.rect().center()
    QTest.mousePress(widget, LEFT, FREE, start)
    for step in range(1, 5):
        QTest.mouseMove(widget, start + QPoint(0, down * step // 4))
        QApplication.processEvents()
    QTest.mouseRelease(widget, LEFT, FREE, start + QPoint(0, down))
    QApplication.processEvents()
