"""Runner: trains the document in a thread; the window pulls what there is to see, some times a second."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from dlstudio.core.document import Project
from dlstudio.core.issue import Issue
from dlstudio.ui.digits import lack
from dlstudio.ui.job import Ended, Job
from dlstudio.ui.session import Phase, Session, State
from dlstudio.ui.settings import folder

if TYPE_CHECKING:
    from dlstudio.training.doctor import Finding
    from dlstudio.training.sight import Plan

__all__ = ["Ended", "Job", "Runner", "hindrance", "issue"]

TICK, CALM = 33, 400
"""Milliseconds between two looks at a training: while somebody waits for it to begin or takes single steps, and while
it goes on, where each look holds it up."""
RUNS = "runs"
THREAD = "dlstudio training"
"""What the thread of a training is called."""


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
        if not self.alive:
            self._begin(Job(self.session.state.project, self._home, self.runs, allow_code), paused=paused)

    def resume(self, run: Path | None = None, *, allow_code: bool = False) -> None:
        """Goes on with a run: the one named, else the last one of this window, else the newest of this project."""
        if self.alive:
            return
        last = self.job.ended.path if self.job and self.job.ended else None
        project = self.session.state.project
        job = Job(project, self._home, self.runs, allow_code, resumes=True, run_folder=run or last)
        self._begin(job)

    def restart(self, *, allow_code: bool = False) -> None:
        """Ends the training that goes on, and begins anew with the settings as they are now."""
        if self.alive:
            self.stop(then=lambda: self.start(allow_code=allow_code))
        else:
            self.start(allow_code=allow_code)

    @property
    def _home(self) -> Path | None:
        path = self.session.state.path
        return path.parent if path else None

    @property
    def runs(self) -> Path:
        """Where its runs are kept: beside the file of the document."""
        return (self._home or folder()) / RUNS

    def _begin(self, job: Job, *, paused: bool = False) -> None:
        self.job = job
        if paused:
            job.control.pause()
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

    @property
    def rate(self) -> float:
        """By what the learning rate of the training that goes on is multiplied beside its schedule."""
        return self.job.control.rate if self.job else 1.0

    def set_rate(self, factor: float) -> None:
        """Another factor on the learning rate, from the next step on."""
        if self.job and self.alive and factor != self.rate:
            self.job.control.set_rate(factor)
            self._tell()

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
            job.over = True
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
            job.fresh.append((self.step, values))
        job.step, job.epoch = self.step, self.epoch
        return True

    def _phase(self) -> None:
        if self.job and self.alive and self.session.state.phase != "ending":
            begun = self.job.sight is not None and self.job.sight.plan is not None
            now: Phase = "paused" if self.job.control.paused else "training"
            self.session.trains(now if begun else "starting")
            every = CALM if begun and now == "training" and self.step else TICK
            if self._timer.interval() != every:
                self._timer.setInterval(every)

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
            if self.job:
                self.job.over = True


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
