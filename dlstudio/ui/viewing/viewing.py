"""Viewing: the one place from which panels see a training; they say what they want to see, and are told of news."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from dlstudio.core.document import INPUT, Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.ui.runner import Runner
from dlstudio.ui.session import Session, State
from dlstudio.ui.viewing.asking import Asking
from dlstudio.ui.viewing.live import Live
from dlstudio.ui.viewing.looks import Looks
from dlstudio.ui.viewing.origin import Origin
from dlstudio.ui.viewing.overlay import Overlay
from dlstudio.ui.viewing.past import Past
from dlstudio.ui.viewing.series import Series
from dlstudio.ui.viewing.source import Source, Standing, Wanted

if TYPE_CHECKING:
    from dlstudio.training.asking.question import Answered, Question
    from dlstudio.training.doctor import Finding
    from dlstudio.training.probes import Snapshot
    from dlstudio.ui.job import Job

SHARE, ELSEWHERE = 0.01, 0.3
"""The share of the window's time in which all panels together draw a training that goes on: one in its own process is
held up by every drawing, one elsewhere is not."""
TICK, SPARED = 200, 1000
"""Milliseconds between two looks at a run, and until the next one after news of the training of this window."""


class Viewing(QObject):
    """What is seen of one run: the training of this window, or any run on disk; now, or at an earlier step."""

    def __init__(self, session: Session, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.runner = session, runner
        self.source: Source | None = None
        self.at: int | None = None
        """The earlier step that is shown, or None for the newest."""
        self.onlookers: set[str] = set()
        """The panels that are in sight."""
        self._wants: dict[str, Wanted] = {}
        self._listeners: list[Callable[[], None]] = []
        self._asking = Asking(self._tell, self)
        self._past: Past | None = None
        self._live: Live | None = None
        """The last training of this window, which is shown when it begins, until another run is wanted."""
        self.overlaid = Overlay(self._tell, self)
        self._timer = QTimer(self, interval=TICK)
        self._timer.timeout.connect(self._look)
        runner.listen(self._on_runner)
        self._end = session.listen(self._on_state)

    # What is seen

    def listen(self, listener: Callable[[], None]) -> None:
        """Calls a listener, in the window's thread, whenever there is something new to see."""
        self._listeners.append(listener)

    @property
    def alive(self) -> bool:
        """Whether there may be more to come."""
        return self.source is not None and self.source.alive

    @property
    def standing(self) -> Standing | None:
        """Where the run stands, or None where there is none."""
        return self.source.standing if self.source else None

    @property
    def series(self) -> dict[str, Series]:
        """Every curve by its name, whole; a panel marks `at` in it."""
        return self.source.series if self.source else {}

    @property
    def looks(self) -> Looks:
        """The looks inside, whole; a panel marks `at` in them."""
        return self.source.looks if self.source else Looks()

    @property
    def look(self) -> "Snapshot | None":
        """The look inside that is shown: the newest, or the last one at or before the earlier step."""
        if self.at is None or self._past is None:
            return self.looks.last
        return self._past.look(self.at)

    @property
    def findings(self) -> "tuple[Finding, ...]":
        """What the doctor finds wrong now."""
        return tuple(self.source.findings) if self.source else ()

    @property
    def path(self) -> Path | None:
        """The folder of the run that is seen."""
        return self.source.path if self.source else None

    @property
    def project(self) -> Project | None:
        """The project that was trained."""
        return self.source.project if self.source else None

    @property
    def edited(self) -> bool:
        """Whether the graph on the canvas is another one than that which was trained."""
        return self.project is not None and graph(self.project) != graph(self.session.state.project)

    @property
    def origin(self) -> str:
        """Where everything that is shown comes from."""
        return self.origins[0]

    @property
    def origins(self) -> tuple[str, ...]:
        """The same in ever fewer words, for where there is less room."""
        if self.standing is None:
            return ("",)
        name = self.path.name if self.path else "the run that begins"
        return Origin(name, self.standing, self.at, self.edited).lines

    def answer(self, question: "Question") -> "Answered | None":
        """The answer that is shown to a question that somebody wants; None while there is none yet."""
        if self.source is None:
            return None
        if self.at is not None and self._past is not None:
            found = self._past.answer(question, self.at)
            return found or self._asking.answer(question, self.at)
        return self.source.answer(question) or self._asking.answer(question, None)

    # What is wanted

    def want(
        self,
        owner: str,
        *,
        questions: "Iterable[Question]" = (),
        histograms: Iterable[str] = (),
        looks: bool = False,
        ranks: Iterable[str] = (),
    ) -> None:
        """What a panel wants to see from now on, instead of what it wanted; one that is not in sight wants nothing."""
        wanted = Wanted(tuple(dict.fromkeys(questions)), frozenset(histograms), looks, frozenset(ranks))
        if wanted == self._wants.get(owner, Wanted()):
            return
        self._wants[owner] = wanted
        self._spread()

    def ask(self, question: "Question") -> None:
        """Asks one time, whoever has the network; the answer comes by `answer`."""
        if self.source and not (self.at is None and self.source.ask(question)):
            self._asking.ask(question, self.at)

    @property
    def share(self) -> float:
        """The share of the window's time in which one panel draws."""
        all_of_them = SHARE if isinstance(self.source, Live) else ELSEWHERE
        return all_of_them / max(1, len(self.onlookers))

    @property
    def wanted(self) -> Wanted:
        """What all together want."""
        found = self._wants.values()
        return Wanted(
            tuple(dict.fromkeys(question for each in found for question in each.questions)),
            frozenset(node for each in found for node in each.histograms),
            any(each.looks for each in found),
            frozenset(node for each in found for node in each.ranks),
        )

    # Where and when

    def watch(self, path: Path) -> None:
        """Shows a run on disk, also one that another process is writing; a ProjectProblem says why it cannot."""
        from dlstudio.ui.viewing.stored import Stored

        self._show(Stored(path))

    def overlay(self, paths: Iterable[Path]) -> None:
        """Draws the curves of these runs over those that are seen; a ProjectProblem says which cannot be."""
        self.overlaid.show(paths)

    @property
    def others(self) -> dict[str, tuple[int, dict[str, Series]]]:
        """By the name of each run that is drawn over the one that is seen its colour and its curves."""
        return self.overlaid.others(self.path)

    def let_go(self) -> None:
        """Shows nothing any more: the run is going away."""
        if self.source:
            self.source.stop()
        self._timer.stop()
        self._asking.stop()
        self.source, self.at, self._past = None, None, None
        self._tell()

    def follow(self) -> None:
        """Shows the training of this window again."""
        job = self.runner.job
        if job is not None and not self._mine():
            self._show(self._own(job))

    def seek(self, step: int | None) -> None:
        """Shows everything as it was at an earlier step, or as it is now."""
        newest = self.standing.step if self.standing else 0
        at = None if step is None or step >= newest else max(0, step)
        if at == self.at:
            return
        self.at = at
        path = self.path
        if at is not None and self._past is None and path is not None:
            self._past = Past(path)
        self._spread()
        self._tell()

    def stop(self) -> None:
        """The window closes."""
        self._end()
        self._timer.stop()
        self.overlaid.stop()
        self._asking.stop()
        if self.source:
            self.source.stop()

    def _show(self, source: Source) -> None:
        if self.source:
            self.source.stop()
        self.source, self.at, self._past = source, None, None
        self._asking.show(source)
        self._spread()
        self._timer.start(TICK)
        self._pull()

    def _spread(self) -> None:
        """Tells whoever has the network what is wanted."""
        if self.source is None:
            return
        wanted = self.wanted
        self.source.want(wanted if self.at is None else Wanted())
        if self.at is not None or not (isinstance(self.source, Live) and self.source.alive):
            self._asking.want(tuple(q for q in wanted.questions if self.answer(q) is None), self.at)

    def _own(self, job: "Job") -> Live:
        """A training of this window as it is seen; after another run was watched its curves are read anew."""
        if self._live is None or self._live.job is not job:
            self._live = Live(job)
        self._live.series = {}
        return self._live

    def _mine(self) -> bool:
        return isinstance(self.source, Live) and self.source.job is self.runner.job

    def _on_runner(self) -> None:
        job = self.runner.job
        if job is not None and job.ended is None and (self._live is None or self._live.job is not job):
            self._show(self._own(job))
        elif self._mine() and self._timer.isActive():
            self._timer.start(SPARED)
            self._pull()

    def _on_state(self, old: State, new: State) -> None:
        if self.source is not None and old.project.networks is not new.project.networks:
            self._tell()

    def _look(self) -> None:
        """Nothing was heard of late, so it looks by itself."""
        self._timer.setInterval(TICK)
        self._pull()

    def _pull(self) -> None:
        """Takes in what is new; at the end of a run looks one last time."""
        source = self.source
        if source is None:
            self._timer.stop()
            return
        alive = source.alive
        try:
            news = source.pull()
        except ProjectProblem:
            news, alive = True, False
        if not alive:
            self._timer.stop()
            self._spread()
        if news or not alive:
            self._tell()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


def graph(project: Project) -> object:
    """What of a project is trained: its networks, but for the sizes that inputs take from the data."""
    return {
        name: (
            {key: (n.kind, {} if n.kind == INPUT else n.fields, n.muted) for key, n in network.nodes.items()},
            tuple(network.wires),
        )
        for name, network in project.networks.items()
    }
