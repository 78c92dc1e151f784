"""Locks: which documents are open, in this program or in another one that runs beside it."""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QLockFile

from dlstudio.ui.settings import folder


def hold(place: Path) -> QLockFile | None:
    """Marks a file as open until the lock is given back or the program ends; None where it is open elsewhere."""
    locks = folder() / "open"
    with suppress(OSError):  # without settings nobody can be told, and nothing is lost
        locks.mkdir(parents=True, exist_ok=True)
    lock = QLockFile(str(locks / sha256(str(place.absolute()).encode()).hexdigest()[:32]))
    lock.setStaleLockTime(0)
    elsewhere = not lock.tryLock(0) and lock.error() == QLockFile.LockError.LockFailedError
    return None if elsewhere else lock


def free(place: Path) -> bool:
    """Whether nobody has a file open."""
    lock = hold(place)
    if lock is not None:
        lock.unlock()
    return lock is not None
