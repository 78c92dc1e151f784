"""Runner: trains the document in a thread; the window pulls what there is to see, thirty times a second."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from dlstudio.core.document import Project
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.training.control import Control
from dlstudio.ui.digits import lack
from dlstudio.ui.loading import load_torch
from dlstudio.ui.session import Phase, Session, State
from dlstudio.ui.settings import folder

if TYPE_CHECKING:
    from dlstudio.training.curves import Curves
    from dlstudio.training.doctor import Finding
    from dlstudio.training.sight import Plan, Sight

TICK = 33
"""Milliseconds between two looks at a training."""
RUNS = "runs"
THREAD = "dlstudio training"
"""What the thread of a training is called."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a training ended: its status, a sentence, and where it is kept; `mistake` is one of ours."""

    status: str
    text: str
    path: Path | None = None
    mistake: Exception | None = None


@dataclass
class Job:
    """One training that goes on in a thread; the thread writes each field once."""

    project: Project
    home: Path | None
    runs: Path
    allow_code: bool
    control: Control = field(default_factory=Control)
    said: deque[str] = field(default_factory=lambda: deque(maxlen=100))
    """Sentences that nobody has taken out yet."""
    sight: "Sight | None" = None
    curves: "Curves | None" = None
    ended: Ended | None = None

    def run(self) -> None:
        """In the thread: loads torch, trains, and says how it ended."""
        try:
            load_torch()
            from dlstudio.training.curves import Curves
            from dlstudio.training.run import train
            from dlstudio.training.sight import Sight

            self.curves, sight = Curves(), Sight()
            self.sight = sight
            run = train(
                self.project,
                runs=self.runs,
                folder=self.home,
                tell=self._hear,
                sight=sight,
                control=self.control,
                allow_code=self.allow_code,
            )
            status = run.folder.status()
            self.ended = Ended(status.status, status.reason, run.path)
        except ProjectProblem as problem:
            self.ended = Ended("failed", str(problem))
        except Exception as mistake:  # noqa: BLE001 - raised again in the window's thread
            self.ended = Ended("failed", f"{type(mistake).__name__}: {mistake}", mistake=mistake)

    def _hear(self, what: "str | Finding") -> None:
        if isinstance(what, str):
            self.said.append(what)


class Runner(QObject):
    """Starts, pauses, steps and stops the one training of a window."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.job: Job | None = None
        """The training that goes on, or the last one."""
        self.step = self.epoch = 0
        self.last: dict[str, float] = {}
        """What was measured last, by name."""
        self._thread: threading.Thread | None = None
        self._then: Callable[[], object] | None = None
        self._seen: tuple[Finding, ...] = ()
        self._listeners: list[Callable[[], None]] = []
        self._timer = QTimer(self, interval=TICK)
        self._timer.timeout.connect(self._pull)

    def listen(self, listener: Callable[[], None]) -> None:
        """Calls a listener, in the window's thread, whenever there is something new to see."""
        self._listeners.append(listener)

    @property
    def alive(self) -> bool:
        return self._thread is not None

    @property
    def plan(self) -> "Plan | None":
        """How far it goes, once that is known."""
        return self.job.sight.plan if self.job and self.job.sight else None

    @property
    def curves(self) -> "Mapping[str, tuple[list[int], list[float]]]":
        """By name the steps and the values of what was measured."""
        return self.job.curves.all() if self.job and self.job.curves else {}  # type: ignore[return-value]

    # What is done

    def start(self, *, paused: bool = False, allow_code: bool = False) -> None:
        """Trains the document as it is now; its own Python runs only where that is allowed."""
        if self.alive:
            return
        state = self.session.state
        home = state.path.parent if state.path else None
        self.job = Job(state.project, home, (home or folder()) / RUNS, allow_code)
        if paused:
            self.job.control.pause()
        self.step, self.epoch, self.last, self._seen = 0, 0, {}, ()
        self._thread = threading.Thread(target=self.job.run, name=THREAD)
        self._thread.start()
        self._timer.start()
        self.session.trains("starting")
        self.session.finds(())
        self._tell()

    def pause(self) -> None:
        """Waits after the step that is under way, or goes on."""
        if self.job and self.alive:
            control = self.job.control
            control.resume() if control.paused else control.pause()
            self._phase()

    def single(self) -> None:
        """Takes one step, and waits."""
        if self.job:
            self.job.control.pause()
            self.job.control.step()
            self._phase()

    def stop(self, then: Callable[[], object] | None = None) -> None:
        """Ends the training after the step that is under way; what was learnt is kept. Then something can follow."""
        if self.job and self.alive:
            self._then = then or self._then
            self.job.control.stop()
            self.session.trains("ending")

    # What is seen

    def _pull(self) -> None:
        """Takes out what there is, and notices the end."""
        job, thread = self.job, self._thread
        if job is None or thread is None:
            return
        over = not thread.is_alive()
        news = self._take(job)
        if job.sight and job.sight.findings != self._seen:
            self._seen = job.sight.findings
            self.session.finds(tuple(issue(each, job.project) for each in self._seen))
        self._phase()
        if over:
            thread.join()
            self._thread = None
            self._timer.stop()
            self.session.trains("")
        if news or over:
            self._tell()
        if over:
            self._follow(job)

    def _follow(self, job: Job) -> None:
        """What was wanted for the end; a mistake of ours is raised where it is seen."""
        then, self._then = self._then, None
        if then:
            then()
        if job.ended and job.ended.mistake:
            raise job.ended.mistake

    def _take(self, job: Job) -> bool:
        numbers = job.sight.numbers if job.sight else ()
        if not numbers or job.curves is None:
            return False
        while numbers:
            self.step, self.epoch, values = numbers.popleft()
            self.last.update(values)
            job.curves.add(self.step, values)
        return True

    def _phase(self) -> None:
        if self.job and self.alive and self.session.state.phase != "ending":
            begun = self.job.sight is not None and self.job.sight.plan is not None
            now: Phase = "paused" if self.job.control.paused else "training"
            self.session.trains(now if begun else "starting")

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    def join(self) -> None:
        """Stops, and returns when the thread has ended."""
        if self._thread is not None:
            self.stop()
            self._thread.join()
            self._thread = None
            self._timer.stop()


def issue(found: "Finding", project: Project) -> Issue:
    """What the doctor finds, as the issues panel shows it."""
    where = next((name for name, network in project.networks.items() if found.node in network.nodes), "")
    return Issue("warning", found.code, found.text, where, found.node, "", found.fixes)


def hindrance(state: State) -> str:
    """Why the document cannot be trained now, or nothing."""
    worst = state.checked.issues[0] if state.checked.issues else None
    if worst and worst.severity == "error":
        return f"{worst.place}: {worst.text}"
    if not any(network.nodes for network in state.project.networks.values()):
        return "The network is empty: add an Input to begin."
    return lack(state.project)
