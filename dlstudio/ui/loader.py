"""Loader: brings much into memory in a thread of its own, for whoever may need it and for all who wait for it."""

from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Thread

from dlstudio.data.progress import Cancelled
from dlstudio.ui.courtesy import LOOK
from dlstudio.ui.gate import Gate, Shut

NAME = "what takes long to load"
"""What its thread is called."""


class Loader:
    """Does its work once, however many ask for it; what went wrong is told to those who wait, and then tried again."""

    def __init__(self, work: Callable[[Gate], object]) -> None:
        self._work = work
        self._try: Try | None = None
        self._lock = Lock()

    @property
    def alive(self) -> bool:
        """Whether it is under way."""
        return self._try is not None and self._try.alive

    def begin(self) -> bool:
        """Begins, if that was not done; nobody waits for it yet. Whether it is under way."""
        return self._begun().alive

    def wait(self, look: Callable[[], object] = lambda: None) -> None:
        """Begins where that is needed, and returns at the end; `look` is asked all the while, and may raise."""
        self._begun(again=True).wait(look)

    def leave(self) -> None:
        """The program ends: what is not there yet does not come."""
        if self._try is not None:
            self._try.gate.shut()

    def _begun(self, *, again: bool = False) -> "Try":
        with self._lock:
            if self._try is None or (again and self._try.failed):
                self._try = Try(self._work)
            return self._try


class Try:
    """One attempt, in its thread."""

    def __init__(self, work: Callable[[Gate], object]) -> None:
        self.gate = Gate()
        self._work, self._done = work, False
        self._problem: Exception | None = None
        self._thread = Thread(target=self._run, name=NAME)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def failed(self) -> bool:
        """Whether it ended, and not well."""
        return not self.alive and not self._done

    def wait(self, look: Callable[[], object]) -> None:
        """From now on somebody waits."""
        self.gate.hurry()
        while self.alive:
            look()
            self._thread.join(LOOK)
        if self._problem:
            raise self._problem
        if not self._done:
            raise Cancelled

    def _run(self) -> None:
        try:
            with suppress(Shut):
                self._work(self.gate)
                self._done = True
        except Exception as problem:  # noqa: BLE001 - raised again where somebody waits for it
            self._problem = problem
