"""Errand: one long work for a window in a thread: it says how far it is, can be called off, and tells its end."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer

from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.data.progress import Cancelled, Progress, watched
from dlstudio.ui.mishap import Mishap, journal, log

T = TypeVar("T")
Tell = Callable[[str, float], None]
"""Hears what is being done, and which share of all work is behind."""
LOOK = 33
"""Milliseconds between two looks how far it is."""
THREAD = "dlstudio errand"


class CalledOff(Exception):
    """Ends a work where it tells how far it is."""


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """How an errand ended: with what was wanted, with a sentence, or called off."""

    found: T | None = None
    problem: str = ""
    issues: tuple[Issue, ...] = field(default_factory=tuple)
    called_off: bool = False


class Errand(QObject, Generic[T]):
    """Does one thing; `heard` (what, how far, which data are read) and `then` are called in the window's thread."""

    def __init__(
        self, over: QObject, act: Callable[[Tell], T], then: Callable[[Outcome[T]], object],
        *, heard: Callable[[str, float, str], object] = lambda _what, _share, _reading: None,
    ) -> None:  # fmt: skip
        super().__init__(over)
        self._act, self._then, self._heard = act, then, heard
        self._off = threading.Event()
        self.reading = Progress(self._off.is_set)
        """How far data are read for it, where they are."""
        self._said: tuple[str, float] = ("", 0.0)
        self._shown = (*self._said, "")
        self._outcome: Outcome[T] = Outcome()
        self._after: Callable[[], object] | None = None
        self._thread = threading.Thread(target=self._run, name=THREAD)
        self._timer = QTimer(self, interval=LOOK)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether its end was not told yet."""
        return self._timer.isActive()

    def call_off(self, then: Callable[[], object] | None = None) -> None:
        """It ends where it next tells how far it is; then something can follow."""
        self._after = then or self._after
        self._off.set()

    def join(self) -> None:
        """Calls it off, and returns when the thread has ended; nobody hears of it any more."""
        self._timer.stop()
        self._off.set()
        self._thread.join()

    def _tell(self, what: str, share: float) -> None:
        """In the thread."""
        if self._off.is_set():
            raise CalledOff
        self._said = (what, share)
        self.reading.what, self.reading.done, self.reading.total = "", 0, 0

    def _run(self) -> None:
        """In the thread: whatever goes wrong comes to a sentence."""
        try:
            with watched(self.reading):
                self._outcome = Outcome(self._act(self._tell))
        except (CalledOff, Cancelled):
            self._outcome = Outcome(called_off=True)
        except ProjectProblem as problem:
            self._outcome = Outcome(problem=str(problem), issues=problem.issues)
        except MemoryError:
            self._outcome = Outcome(problem="There is not enough memory for it; close other programs and try again.")
        except OSError as error:
            self._outcome = Outcome(problem=_of_the_disk(error))
        except Exception as mistake:  # noqa: BLE001 - told in a sentence, and written down whole
            log(Mishap(mistake, f"In the thread “{THREAD}”").details)
            self._outcome = Outcome(problem=_ours(mistake))

    def _look(self) -> None:
        words = self.reading.words()
        now = (*self._said, words)
        if now != self._shown:
            self._shown = now
            self._heard(*now)
        if self._thread.is_alive():
            return
        self._timer.stop()
        self._thread.join()
        self._then(self._outcome)
        if self._after:
            self._after()
        self.deleteLater()


def _of_the_disk(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}."


def _ours(mistake: Exception) -> str:
    first = str(mistake).strip().partition("\n")[0]
    said = f"{type(mistake).__name__}: {first}" if first else type(mistake).__name__
    return f"It failed through a mistake of the program ({said}); the details are in {journal()}."


def under_way(over: QObject) -> "Errand[object] | None":
    """What a window has under way."""
    return next((each for each in over.findChildren(Errand) if each.alive), None)
