"""Progress: how far a long reading of data is; whoever looks on may end it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")


class Cancelled(Exception):
    """Nobody wants any more what was being read."""


class Progress:
    """Written by the thread that reads; any other may look at it, and end the reading."""

    def __init__(self, unwanted: Callable[[], bool] = lambda: False) -> None:
        self.what, self.done, self.total = "", 0, 0
        self._unwanted, self._cancelled = unwanted, False

    def cancel(self) -> None:
        """Ends the reading before the next thing that it comes to."""
        self._cancelled = True

    @property
    def cancelled(self) -> bool:
        return self._cancelled or self._unwanted()

    def words(self) -> str:
        """How far it is: Reading pictures: 1,200 of 60,000; nothing before the first thing is counted."""
        if not self.done and not self.total:
            return f"{self.what} …" if self.what else ""
        return f"{self.what}: {self.done:,} of {self.total:,}" if self.total else f"{self.what}: {self.done:,}"


_watching: ContextVar[Progress | None] = ContextVar("watching", default=None)


@contextmanager
def watched(progress: Progress) -> Iterator[None]:
    """What is read inside, in this thread, tells how far it is, and ends with Cancelled where that is wanted."""
    before = _watching.set(progress)
    try:
        yield
    finally:
        _watching.reset(before)


@contextmanager
def unless(unwanted: Callable[[], bool]) -> Iterator[None]:
    """What is read inside ends with Cancelled also where it is not wanted any more for a reason of its own."""
    outer = _watching.get()
    with watched(Progress(lambda: unwanted() or (outer is not None and outer.cancelled))):
        yield


def begun(what: str) -> None:
    """Something begins of which nothing can be counted."""
    progress = _watching.get()
    if progress is not None:
        if progress.cancelled:
            raise Cancelled
        progress.what, progress.done, progress.total = what, 0, 0


def counted(things: Iterable[T], what: str, total: int = 0, *, each: int = 1) -> Iterator[T]:
    """The things one by one; each stands for so many of the total."""
    progress = _watching.get()
    if progress is None:
        yield from things
        return
    progress.what, progress.done, progress.total = what, 0, total
    for thing in things:
        if progress.cancelled:
            raise Cancelled
        yield thing
        progress.done = min(progress.done + each, total) if total else progress.done + each
