"""Mishap: a mistake of the program's own is written down and told in a sentence; the work is safe and goes on."""

import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import TypeVar, cast

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication

from dlstudio.ui.settings import folder

LOOK = 200
"""Milliseconds between two looks whether something went wrong."""
MOST_BYTES = 2**20
"""A log that is longer begins anew; the one before it is kept."""

Kind = type[BaseException]
Tell = Callable[["Mishap"], object]


class Mishap:
    """What went wrong once, as it can be sent to whoever mends it."""

    def __init__(self, error: BaseException, where: str, about: str = "") -> None:
        self.title = f"{type(error).__name__}: {error}"
        lines = traceback.format_exception(type(error), error, error.__traceback__)
        self.details = "\n".join(part for part in (where, "".join(lines), about) if part)

    def copy(self) -> None:
        """Puts it on the clipboard."""
        QGuiApplication.clipboard().setText(self.details)


class Watch(QObject):
    """Hears of every exception that nobody caught, in any thread, and tells of them one at a time."""

    def __init__(self, tell: Tell, about: Callable[[], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tell, self._about = tell, about
        self._heard: list[tuple[BaseException, str]] = []
        self._before = sys.excepthook, threading.excepthook
        self._known: set[str] = set()
        self._timer = QTimer(self, interval=LOOK)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        sys.excepthook, threading.excepthook = self._hear, self._hear_thread

    def stop(self) -> None:
        """What was there before hears again."""
        self._timer.stop()
        sys.excepthook, threading.excepthook = self._before

    def _hear(self, kind: Kind, error: BaseException, trace: TracebackType | None) -> None:
        """Whoever raised it may stand in the middle of anything: it is looked at later."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            self._heard.append((error.with_traceback(trace), ""))

    def _hear_thread(self, what: threading.ExceptHookArgs) -> None:
        if what.exc_value is not None and not isinstance(what.exc_value, SystemExit):
            name = what.thread.name if what.thread else "unknown"
            self._heard.append((what.exc_value.with_traceback(what.exc_traceback), f"In the thread “{name}”"))

    def _look(self) -> None:
        """Writes everything down; tells only what is new, so that what fails at every look does not ask for ever."""
        while self._heard:
            error, where = self._heard.pop(0)
            trace = traceback.extract_tb(error.__traceback__)
            place = f"{type(error).__name__} {trace[-1].filename}:{trace[-1].lineno}" if trace else str(error)
            if place not in self._known:
                self._known.add(place)
                mishap = Mishap(error, where, self._about())
                log(mishap.details)
                self._tell(mishap)


Filter = TypeVar("Filter", bound=Callable[..., bool])


def guarded(filter_: Filter) -> Filter:
    """An event filter whose mistakes are heard of, and end nothing: Qt breaks down where one comes out of it."""

    @wraps(filter_)
    def guard(self: QObject, watched: QObject, event: QEvent) -> bool:
        try:
            return filter_(self, watched, event)
        except Exception:  # noqa: BLE001 - told as every mistake is
            sys.excepthook(*sys.exc_info())
            return False

    return cast(Filter, guard)


def journal() -> Path:
    """Where mishaps are written down."""
    return folder() / "mishaps.log"


def log(details: str) -> None:
    """Adds one to the journal, and to what the terminal shows."""
    with suppress(OSError, AttributeError, ValueError):  # a program without a terminal
        sys.stderr.write(f"{details}\n")
    with suppress(OSError):  # the mishap itself may be a full disk
        path = journal()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > MOST_BYTES:
            path.replace(path.with_suffix(".old.log"))
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S}\n{details}\n\n")
