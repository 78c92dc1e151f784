"""Courtesy: what takes long in a thread lets the window go first while that has much to do.

Python runs only one thread at a time: beside an import, a turn of the window would take twice as long."""

from time import monotonic
from weakref import ref

from PySide6.QtCore import QObject
from shiboken6 import isValid

MOST, LOOK = 3.0, 0.005
"""How long what somebody waits for goes second at most, and between two looks, in seconds."""
HAND = 0.3
"""For how many seconds after a key or a move of the mouse the window is in use."""
first: set[ref[QObject]] = set()
"""Those that have work left for the window's thread; one that is gone is never done with it."""
_hand = [float("-inf")]
"""When somebody last used the window."""


def awaited() -> bool:
    """Whether the window's thread has work left."""
    held = [each() for each in list(first)]
    return any(each is not None and isValid(each) for each in held)


def touched() -> None:
    """Somebody uses the window just now."""
    _hand[0] = monotonic()


def rested() -> float:
    """For how many seconds nobody has used the window."""
    return monotonic() - _hand[0]


def handled() -> bool:
    """Whether somebody uses the window."""
    return rested() < HAND
