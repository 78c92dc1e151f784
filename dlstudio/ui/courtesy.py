"""Courtesy: what takes long in a thread lets the window go first while that has much to do."""

from time import monotonic, sleep
from weakref import ref

from PySide6.QtCore import QObject
from shiboken6 import isValid

MOST, LOOK = 3.0, 0.005
"""How long it waits at most, and between two looks, in seconds."""
first: set[ref[QObject]] = set()
"""Those that have work left for the window's thread; one that is gone is never done with it."""


def after_you() -> None:
    """Returns when the window has done what it has to do; to be called in a thread.

    Python runs only one thread at a time: beside an import, a turn of the window would take twice as long."""
    end = monotonic() + MOST
    while _awaited() and monotonic() < end:
        sleep(LOOK)


def _awaited() -> bool:
    held = [each() for each in list(first)]
    return any(each is not None and isValid(each) for each in held)
