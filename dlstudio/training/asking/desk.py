"""Desk: where questions lie until the thread that trains has a moment for them, between two steps."""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from dlstudio.training.asking.question import Answered, Question, Subject, answered

SHARE = 0.005
"""The share of the time that answers may take which are asked for again and again."""
MOST_WAITING = MOST_KEPT = 64
"""How many questions may wait, and to how many that nobody asks any more the answers are kept."""
FIRST, LONGEST = 0.02, 8.0
"""What a first answer is taken to cost, which may import what it needs; and how long a question waits at most."""


@dataclass(eq=False)
class Desk:
    """Others lay questions down and take answers up, from any thread; only the one that trains answers."""

    standing: tuple[Question, ...] = ()
    """What is asked again and again, as often as its share of the time allows."""
    once: deque[Question] = field(default_factory=lambda: deque(maxlen=MOST_WAITING))
    """What is asked one time, and answered at the next occasion."""
    answers: dict[Question, Answered] = field(default_factory=dict)
    """The newest answer to each question."""
    share: float = SHARE
    kept: Callable[[Question, Answered], object] | None = None
    """Takes each answer to a standing question to where it is kept."""
    spent: float = 0.0
    """Seconds that all answers took so far."""
    _known: tuple[Question, ...] = ()
    """What stood when it was last looked at."""
    _dues: dict[Question, float] = field(default_factory=dict)
    """When each standing question may have its next turn."""
    _soonest: float = math.inf
    _costs: dict[Question, float] = field(default_factory=dict)
    _kept: dict[Question, None] = field(default_factory=dict)
    """What was answered, the newest last."""

    @property
    def wanted(self) -> bool:
        """Whether there is something to answer now; asked at every step, so it is cheap."""
        return bool(self.once) or self.standing is not self._known or time.perf_counter() >= self._soonest

    def serve(self, subject: Subject) -> None:
        """Answers what is asked one time, and one standing question: a new one at once, others when they may."""
        while self.once:
            once = self.once.popleft()
            self._keep(once, self._ask(once, subject))
        if self.standing is not self._known:
            self._known = self.standing
            self._dues = {each: self._dues.get(each, 0.0) for each in self._known}
        question = min(self._dues, key=self._dues.__getitem__, default=None)
        if question is not None and self._dues[question] <= time.perf_counter():
            found = self._stand(question, subject)
            usual = min(found.seconds, self._costs.get(question, FIRST))
            self._costs[question] = found.seconds
            wait = min(usual * len(self._dues) / self.share, LONGEST)
            self._dues[question] = time.perf_counter() + wait
        self._soonest = min(self._dues.values(), default=math.inf)

    def settle(self, subject: Subject) -> None:
        """Answers every standing question once more, since nothing comes after this step."""
        for question in self.standing:
            self._stand(question, subject)

    def _keep(self, question: Question, found: Answered) -> None:
        """The newest answer; the oldest of those that nobody asks for again and again goes."""
        self.answers[question] = found
        self._kept.pop(question, None)
        self._kept[question] = None
        gone = [each for each in self._kept if each not in self.standing][:-MOST_KEPT]
        for each in gone:
            del self._kept[each]
            self.answers.pop(each, None)

    def _stand(self, question: Question, subject: Subject) -> Answered:
        found = self._ask(question, subject)
        before = self.answers.get(question)
        if found.problem and before and before.problem == found.problem:
            return found
        self._keep(question, found)
        if self.kept and not found.problem:
            self.kept(question, found)
        return found

    def _ask(self, question: Question, subject: Subject) -> Answered:
        found = answered(question, subject, time.perf_counter)
        self.spent += found.seconds
        return found
