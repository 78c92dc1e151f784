"""Job: one training that goes on in a thread, from its start or from where a run stood."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dlstudio.core.document import INPUT, Network, Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.progress import Cancelled, Progress, begun, watched
from dlstudio.training.control import Control
from dlstudio.ui.loading import load_torch

if TYPE_CHECKING:
    from dlstudio.training.curves import Curves
    from dlstudio.training.doctor import Finding
    from dlstudio.training.run import Run
    from dlstudio.training.sight import Sight

FRESH = 8_192
UNREAD = "Stopped before the first step: nothing was trained."
READS = "Reading the data"
"""What the training does first, as the window says it; the data may say more."""


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
    resumes: bool = False
    """Whether it goes on with a run that is there."""
    run_folder: Path | None = None
    """The run that it goes on with; where none is named, the newest one of this project."""
    control: Control = field(default_factory=Control)
    said: deque[str] = field(default_factory=lambda: deque(maxlen=100))
    """Sentences that nobody has taken out yet."""
    sight: "Sight | None" = None
    curves: "Curves | None" = None
    fresh: "deque[tuple[int, Mapping[str, float]]]" = field(default_factory=lambda: deque(maxlen=FRESH))
    """Steps and what was measured there, which the panels have not taken out yet."""
    step: int = 0
    epoch: int = 0
    ended: Ended | None = None
    over: bool = False
    """Whether it ended and the window has taken out all that it measured."""
    reading: Progress = field(init=False)
    """How far the data is read, before the first step."""

    def __post_init__(self) -> None:
        self.reading = Progress(lambda: self.control.stopped and not self.begun)

    @property
    def begun(self) -> bool:
        """Whether the data is there and the run has its folder."""
        return self.sight is not None and self.sight.folder is not None

    def run(self) -> None:
        """In the thread: loads torch, trains, and says how it ended."""
        try:
            with watched(self.reading):
                load_torch()
                begun(READS)
                run = self._resume() if self.resumes else self._train()
            status = run.folder.status()
            self.ended = Ended(status.status, status.reason, run.path)
        except Cancelled:
            self.ended = Ended("stopped", UNREAD)
        except ProjectProblem as problem:
            self.ended = Ended("failed", str(problem))
        except Exception as mistake:  # noqa: BLE001 - raised again in the window's thread
            self.ended = Ended("failed", f"{type(mistake).__name__}: {mistake}", mistake=mistake)

    def _train(self) -> "Run":
        from dlstudio.training.curves import Curves
        from dlstudio.training.run import train
        from dlstudio.training.sight import Sight

        self.curves, self.sight = Curves(), Sight()
        return train(
            self.project,
            runs=self.runs,
            folder=self.home,
            tell=self._hear,
            sight=self.sight,
            control=self.control,
            allow_code=self.allow_code,
        )

    def _resume(self) -> "Run":
        """The run goes on as it began, to as many epochs as the document says now."""
        from dlstudio.training.curves import Curves
        from dlstudio.training.run import open_run
        from dlstudio.training.sight import Sight

        run = open_run(self.run_folder or newest(self.runs, self.project.name))
        document, self.project = self.project, run.project
        told = f"{run.path.name} goes on" + ("" if same_graph(document, self.project) else ", of the graph as it was")
        self.said.append(f"{told}.")
        curves, sight = Curves(), Sight()
        recall(curves, run)
        self.curves, self.sight = curves, sight
        return run.resume(
            epochs=more_epochs(document, self.project),
            tell=self._hear,
            sight=sight,
            control=self.control,
            allow_code=self.allow_code,
        )

    def _hear(self, what: "str | Finding") -> None:
        if isinstance(what, str):
            self.said.append(what)


def newest(runs: Path, project: str) -> Path:
    """The run of a project that was begun last."""
    from dlstudio.runs.folder import RunFolder
    from dlstudio.runs.library import DAMAGED, list_runs

    sound = (run.path for run in reversed(list_runs(runs)) if run.status != DAMAGED)
    found = next((path for path in sound if RunFolder(path).project().name == project), None)
    if found is None:
        raise ProjectProblem("There is no run to go on with yet. Train first (F5).")
    return found


def recall(curves: "Curves", run: "Run") -> None:
    """What a run measured up to its last checkpoint, from which it goes on."""
    from dlstudio.runs.checkpoints import Checkpoints
    from dlstudio.runs.metrics import MetricReader

    kept = Checkpoints(run.folder.checkpoints).latest()
    curves.recall(MetricReader(run.folder.metrics), kept.step if kept else 0)


def same_graph(one: Project, other: Project) -> bool:
    """Whether two projects train the same networks, wherever their nodes lie; the data say what an Input holds."""
    return {name: _drawn(each) for name, each in one.networks.items()} == {
        name: _drawn(each) for name, each in other.networks.items()
    }


def _drawn(network: Network) -> tuple[object, ...]:
    """What is drawn of a network, in no order."""
    nodes = {name: node.kind if node.kind == INPUT else node for name, node in network.nodes.items()}
    return nodes, frozenset(network.wires)


def more_epochs(document: Project, run: Project) -> int | None:
    """To how many epochs a run goes on, where the document now asks for more than it did."""
    wanted = document.training.get("epochs")
    return wanted if isinstance(wanted, int) and wanted > int(run.training.get("epochs", wanted)) else None
