"""Asking: questions to a run on disk, answered one after the other in a thread of the window."""

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from dlstudio.ui.background import Background
from dlstudio.ui.loading import load_torch
from dlstudio.ui.viewing.source import Source

if TYPE_CHECKING:
    from dlstudio.training.asking.question import Answered, Question
    from dlstudio.training.questions.rest import Rest

MOST_ONCE = 8
"""How many questions that are asked one time wait at most."""
Waiting = tuple["Asked", Path, "Question", int | None]
"""Who is asked, where its run lies, what, and as of which step."""


class Asked:
    """One run and its answers; its network is built when it is first asked, by the thread that asks."""

    def __init__(self) -> None:
        self.answers: dict[tuple[Question, int | None], Answered] = {}
        self.left = False
        """Whether another run is seen by now."""
        self._rest: Rest | None = None

    def ask(self, path: Path, question: "Question", step: int | None) -> "Answered":
        """In the thread; the answer is kept even if something else is wanted meanwhile."""
        load_torch()
        from dlstudio.training.questions.rest import Rest

        if self._rest is None:
            self._rest = Rest(path)
        found = self.answers[question, step] = self._rest.ask(question, step)
        if self.left:
            self.close()
        return found

    def close(self) -> None:
        if self._rest is not None:
            self._rest.close()
            self._rest = None


class Asking:
    """Asks what is wanted and not answered yet; what is asked one time comes first."""

    def __init__(self, tell: Callable[[], object], parent: QObject) -> None:
        self._tell = tell
        self._source: Source | None = None
        self._asked = Asked()
        self._wanted: tuple[Question, ...] = ()
        self._once: deque[tuple[Question, int | None]] = deque(maxlen=MOST_ONCE)
        self._step: int | None = None
        self._work: Background[Waiting, Answered] = Background(self._answer, self._on_answer, parent)

    def show(self, source: Source) -> None:
        """Another run; one that is being asked right now is left when it has answered, and nobody waits for that."""
        self._asked.left = True
        if not self._work.busy:
            self._asked.close()
        self._source, self._asked, self._wanted = source, Asked(), ()
        self._once.clear()

    def answer(self, question: "Question", step: int | None) -> "Answered | None":
        return self._asked.answers.get((question, step))

    def want(self, questions: "tuple[Question, ...]", step: int | None) -> None:
        """Wants these answered, and of others only what is asked one time."""
        self._wanted, self._step = questions, step
        self._next()

    def ask(self, question: "Question", step: int | None) -> None:
        """Asks one time, and anew if it was answered before."""
        self._asked.answers.pop((question, step), None)
        self._once.append((question, step))
        self._next()

    def stop(self) -> None:
        self._work.stop()
        self._asked.close()

    def _next(self) -> None:
        """The first of those that wait."""
        while self._once and self._once[0] in self._asked.answers:
            self._once.popleft()
        waiting = [*self._once, *((each, self._step) for each in self._wanted)]
        first = next((each for each in waiting if each not in self._asked.answers), None)
        if first is not None and self._source and self._source.path:
            self._work.ask((self._asked, self._source.path, *first))

    def _answer(self, waiting: Waiting) -> "Answered":
        asked, path, question, step = waiting
        return asked.ask(path, question, step)

    def _on_answer(self, waiting: Waiting, found: "Answered") -> None:
        self._next()
        if waiting[0] is self._asked:
            self._tell()
        if found.mistake:
            raise found.mistake
