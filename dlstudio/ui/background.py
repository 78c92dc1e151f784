"""Background: work off the window's thread, of which only the latest counts."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer

from dlstudio.data.progress import Cancelled, Progress, watched

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

POLL, SELDOM = 8, 64
"""Milliseconds between two looks whether an answer is there: at first, and at most where it takes long."""


class Background(QObject, Generic[Asked, Answer]):
    """Answers questions in a thread; of those that wait only the latest is worked on, and it alone is shown."""

    def __init__(
        self,
        work: Callable[[Asked], Answer],
        show: Callable[[Asked, Answer], object],
        parent: QObject,
        *,
        delay: int = 0,
    ) -> None:
        super().__init__(parent)
        self.work, self.show = work, show
        self.progress = Progress()
        """How far the work is, where it goes through data."""
        self._asked: Asked | None = None
        self._answers: list[tuple[Asked, Answer | Exception]] = []
        self._thread: threading.Thread | None = None
        self._wait = QTimer(self, singleShot=True, interval=delay)
        self._wait.timeout.connect(self._begin)
        self._poll = QTimer(self, interval=POLL)
        self._poll.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._asked is not None or self._thread is not None

    def ask(self, question: Asked) -> None:
        """Wants an answer, after the delay without another question; older questions are forgotten."""
        self._asked = question
        if self._thread is None:
            self._wait.start()

    def cancel(self) -> None:
        """Ends what is under way, where it goes through data; a question that waits is answered."""
        self.progress.cancel()

    def cancelled(self, question: Asked) -> None:
        """Hears that a question was not worked on to the end, and that none waits."""

    def stop(self) -> None:
        """Forgets everything, and returns when the thread has ended."""
        self._asked = None
        self.cancel()
        self._wait.stop()
        self._poll.stop()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _begin(self) -> None:
        if self._asked is None:
            return
        question, self._asked = self._asked, None
        self.progress = Progress()
        self._thread = threading.Thread(target=self._run, args=(question,), name="dlstudio background")
        self._thread.start()
        self._poll.start(POLL)

    def _run(self, question: Asked) -> None:
        """In the thread: what goes wrong is raised in the window's."""
        try:
            with watched(self.progress):
                self._answers.append((question, self.work(question)))
        except Exception as problem:  # noqa: BLE001 - raised again where it is seen
            self._answers.append((question, problem))

    def _look(self) -> None:
        """In the window's thread: takes the answer that is there, unless a newer question waits."""
        if self._thread is None:
            return
        if self._thread.is_alive():
            self._poll.setInterval(min(SELDOM, 2 * self._poll.interval()))
            return
        self._thread = None
        self._poll.stop()
        question, answer = self._answers.pop()
        if self._asked is not None:
            self._wait.start()
        elif isinstance(answer, Cancelled):
            self.cancelled(question)
        elif isinstance(answer, Exception):
            raise answer
        else:
            self.show(question, answer)
