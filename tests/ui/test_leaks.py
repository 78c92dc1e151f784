"""Windows that come and go leave nothing behind."""

from __future__ import annotations

import gc
import threading
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from dlstudio.ui.app import open_window
from dlstudio.ui.window import Window
from tests.ui.conftest import Opener, made

T = TypeVar("T")

TEMPLATES = ("lenet5", "residual20", "gpt", "small_unet", "gan")


def settle() -> None:
    """Lets everything go that was let go of."""
    QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    gc.collect()


def alive(kind: type[T]) -> list[T]:
    """All objects of a kind; their types alone are asked, since some of torch's objects answer for others."""
    return [each for each in gc.get_objects() if issubclass(type(each), kind)]


def there() -> dict[str, int]:
    """How much of what must not grow there is."""
    settle()
    app = QApplication.instance()
    assert app
    return {
        "top-level widgets": len(QApplication.topLevelWidgets()),
        "widgets": len(QApplication.allWidgets()),
        "timers": sum(1 for each in alive(QTimer) if isValid(each)),
        "windows": len(alive(Window)),
        "threads": threading.active_count(),
        "children of the program": len(app.children()),
    }


def open_and_close(what: str) -> None:
    window = open_window(made(what), theme="dark")
    QApplication.processEvents()
    window.session.was_saved(Path("nowhere.dls"))
    window.close()


def test_twenty_windows_leave_nothing_behind(qapp: QApplication) -> None:
    for what in TEMPLATES:
        open_and_close(what)
    before = there()
    for number in range(20):
        open_and_close(TEMPLATES[number % len(TEMPLATES)])
    after = there()
    assert {name: after[name] for name in after if after[name] > before[name]} == {}


def test_twenty_changes_of_theme_leave_nothing_behind(opened: Opener) -> None:
    hand = opened("lenet5")
    for name in ("light", "dark"):
        hand.window.set_theme(name)
        hand.settle()
    before = there()
    for number in range(20):
        hand.window.set_theme(("light", "dark")[number % 2])
        hand.settle()
    after = there()
    assert {name: after[name] for name in after if after[name] >= before[name] + 20} == {}, "each left something"
