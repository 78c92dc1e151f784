"""Sweep: Python's search for circles that nobody holds any more, only in the window's thread and never for long."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from PySide6.QtCore import QTimer

LONG = 0.008
"""From so many seconds on a search is felt."""
EVERY, SELDOM = 50, 400
"""Milliseconds between two looks whether there is enough to search, and at most where looks find nothing: each of them
takes Python's lock from a training."""
_gone: list[str] = []
"""One word where something that had come to stay is there no more."""
_loads: list[str] = []
"""One word for each that loads so much that nothing is searched meanwhile."""


class Sweep:
    """While it is on, what outlives a long search is left out of the next ones, until another document is opened.

    Python itself searches in whatever thread is making things, and what is found there may be widgets of a window
    that was closed; Qt breaks down when they go in a thread that is not theirs."""

    def __init__(self) -> None:
        self._began = 0.0
        gc.disable()
        gc.callbacks.append(self._on)
        self._timer = QTimer(interval=EVERY)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _on(self, phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            self._began = perf_counter()
        elif perf_counter() - self._began > LONG:
            gc.freeze()

    @property
    def every(self) -> int:
        """Milliseconds until the next look."""
        return self._timer.interval()

    def _look(self) -> None:
        """Comes again soon where there was something, and ever later where there was nothing."""
        wait = EVERY if _search() else min(SELDOM, 2 * self.every)
        if wait != self.every:
            self._timer.setInterval(wait)

    def stop(self) -> None:
        """Everything is searched again, by Python."""
        self._timer.stop()
        gc.callbacks.remove(self._on)
        gc.unfreeze()
        gc.enable()


def _search() -> bool:
    """As Python would: the oldest that has waited long enough. Whether there was anything to search, or will be."""
    if _loads:
        return True
    due = [
        age for age, (waits, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if waits > most
    ]
    if due:
        gc.collect(due[-1])
    return bool(due)


def settle() -> None:
    """Searches once, while a document opens: everything where something went for good, otherwise what is new; what is
    left has come to stay."""
    if _on():
        if _gone:
            gc.unfreeze()
            _gone.clear()
        gc.collect()
        gc.freeze()


def went() -> None:
    """A document went for good; it is found with the next that opens."""
    _gone[:] = ["document"]


@contextmanager
def unswept() -> Iterator[None]:
    """No search meanwhile, for what loads so much that one would be long; what was loaded has come to stay."""
    enabled = gc.isenabled()
    gc.disable()
    _loads.append("unswept")
    try:
        yield
    finally:
        _loads.pop()
        if _on():
            gc.freeze()
        if enabled:
            gc.enable()


def _on() -> bool:
    return any(isinstance(getattr(heard, "__self__", None), Sweep) for heard in gc.callbacks)
