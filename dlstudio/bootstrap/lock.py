"""One start at a time makes the environment, and the next one knows whether it came to its end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from dlstudio.bootstrap.speech import say

MAKING = "making"


class Lock:
    """A held lock file. It lies beside the environment, so its note outlives a half-made or half-deleted one."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    @property
    def interrupted(self) -> bool:
        """Whether an earlier holder began to change the environment and did not end."""
        self._file.seek(0)
        return self._file.read() == MAKING

    def begin(self) -> None:
        """Note that from here on the environment cannot be trusted."""
        self._write(MAKING)

    def end(self) -> None:
        """Note that the environment is whole again."""
        self._write("")

    def inherited(self) -> tuple[int, ...]:
        """What a child keeps open to hold the lock too: were we killed, the next start waits until the child ends."""
        return () if sys.platform == "win32" else (self._file.fileno(),)

    def _write(self, note: str) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._file.write(note)
        self._file.flush()


@contextmanager
def locked(path: str) -> Iterator[Lock]:
    """Wait for the lock and hold it; the system lets go of it however the holder ends."""
    with Path(path).open("a+", encoding="utf-8") as file:
        if not _acquire(file, wait=False):
            say("another start is making the environment, waiting for it")
            while not _acquire(file, wait=True):
                pass
        yield Lock(file)


if sys.platform == "win32":
    import msvcrt

    def _acquire(file: IO[str], *, wait: bool) -> bool:
        # Far behind the note: Windows lets nobody else read a locked byte.
        file.seek(1 << 30)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _acquire(file: IO[str], *, wait: bool) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True
