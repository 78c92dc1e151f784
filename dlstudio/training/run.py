"""Run: a training as scripts see it: start one, open one, read its curves, take its model, go on with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from torch import nn

from dlstudio.compiler.load import build
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.runs.findings import read_findings
from dlstudio.runs.finished import finished
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.metrics import MetricReader
from dlstudio.training.control import Control
from dlstudio.training.doctor import Finding
from dlstudio.training.evaluation import Evaluation, evaluate
from dlstudio.training.imprint import imprint
from dlstudio.training.keeper import Listener
from dlstudio.training.loop import Ending
from dlstudio.training.ranks.folder import begun, writing
from dlstudio.training.ranks.job import next_key, recall
from dlstudio.training.ranks.rank import current, joined
from dlstudio.training.sight import Sight, Tell
from dlstudio.training.training import Training, Wanted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DEFAULT_RUNS = "runs"


@dataclass(frozen=True)
class Run:
    """One training on disk, finished or still going on."""

    folder: RunFolder

    @property
    def path(self) -> Path:
        return self.folder.path

    @property
    def project(self) -> Project:
        """The project as it was trained."""
        return self.folder.project()

    @property
    def status(self) -> str:
        return str(self.folder.status().status)

    @property
    def names(self) -> Sequence[str]:
        """What was measured."""
        return self._reader().names()

    def metrics(self, name: str) -> "tuple[NDArray[np.int64], NDArray[np.float64]]":
        """The steps at which something was measured, and its values."""
        return self._reader().read(name)

    def model(self, network: str = "model", *, best: bool = True, allow_code: bool = False) -> nn.Module:
        """The trained network, by default as it was when it validated best; averaged where the recipe keeps one."""
        module = build(self.project, network, allow_code=allow_code)
        checkpoints = Checkpoints(self.folder.checkpoints)
        entry = checkpoints.chosen(best=best)
        if entry is None:
            raise ProjectProblem(f"The run {self.path.name} has no checkpoint yet, so there is no trained model.")
        weights, state = checkpoints.load(entry)
        weights = finished(weights, state)
        prefix = f"{network}."
        module.load_state_dict({k.removeprefix(prefix): t for k, t in weights.items() if k.startswith(prefix)})
        return module.eval()

    def evaluate(
        self,
        part: str = "test",
        *,
        best: bool = True,
        device: str | None = None,
        metrics: Sequence[str] = (),
        any_data: bool = False,
        allow_code: bool = False,
    ) -> Evaluation:
        """How it answers a part of its data: all metrics that fit (or those named), confusions, the worst mistakes."""
        return evaluate(
            self.folder,
            part,
            best=best,
            data_folder=self.data_folder,
            device=device,
            metrics=metrics,
            any_data=any_data,
            allow_code=allow_code,
        )

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the doctor finds wrong as it stands; also that of a run which another process trains."""
        rows = read_findings(self.path)
        return tuple(Finding(r.code, r.text, r.node, r.since_step, r.evidence) for r in rows if r.now)

    @property
    def log(self) -> list[str]:
        """What happened, line by line: findings, warnings, from where it went on."""
        return self.folder.said()

    @joined()
    def resume(
        self,
        *,
        epochs: int | None = None,
        steps: int | None = None,
        device: str | None = None,
        batch_size: int | None = None,
        listen: Listener | None = None,
        tell: Tell | None = None,
        probes: bool | None = None,
        sight: Sight | None = None,
        control: Control | None = None,
        allow_code: bool = False,
    ) -> "Run":
        """Goes on from the last checkpoint, to more epochs or in other batches if asked, and returns when it ends."""
        wanted = Wanted(epochs, steps, device, batch_size=batch_size)
        with writing(self.folder) as folder:
            training = current().together(
                partial(
                    Training.ready,
                    self.project,
                    folder=self.data_folder,
                    wanted=wanted,
                    control=control,
                    allow_code=allow_code,
                    resume=True,
                )
            )
            ending = training.run(folder, resume=True, listen=listen, tell=tell, sight=sight or Sight(probes))
        return _ended(self, ending)

    @property
    def data_folder(self) -> Path | None:
        """Where relative paths of the data started."""
        kept = self.folder.settings().get("folder")
        return Path(str(kept)) if kept else None

    def _reader(self) -> MetricReader:
        return MetricReader(self.folder.metrics)


@joined()
def train(
    project: Project,
    *,
    runs: str | Path = DEFAULT_RUNS,
    epochs: int | None = None,
    steps: int | None = None,
    device: str | None = None,
    seed: int | None = None,
    batch_size: int | None = None,
    name: str | None = None,
    folder: str | Path | None = None,
    listen: Listener | None = None,
    tell: Tell | None = None,
    probes: bool | None = None,
    sight: Sight | None = None,
    control: Control | None = None,
    allow_code: bool = False,
) -> Run:
    """Trains a project to the end, in a new folder under `runs`.

    `listen` hears every step's numbers, `tell` each finding and warning, both in the training's thread; a window takes
    the same from `sight` when it likes. `probes` looks inside as often as 3 % of the time allow; None only now and
    then, False never."""
    key = next_key()
    if gone_on := recall(key):
        return open_run(gone_on).resume(
            epochs=epochs,
            steps=steps,
            device=device,
            batch_size=batch_size,
            listen=listen,
            tell=tell,
            sight=sight or Sight(probes),
            control=control,
            allow_code=allow_code,
        )
    where = Path(folder).resolve() if folder else None
    wanted = Wanted(epochs, steps, device, seed, batch_size)
    ready = partial(Training.ready, project, folder=where, wanted=wanted, control=control, allow_code=allow_code)
    training = current().together(ready)
    settings = {"folder": str(where) if where else "", "device": str(training.device), "seed": training.recipe.seed}
    settings["steps"] = steps
    settings["data"] = imprint(training.prepared)
    if training.warm:
        settings["start"] = training.warm.plain()
    create = partial(RunFolder.create, Path(runs), training.project, training.text, name=name, settings=settings)
    made = begun(key, create)
    with writing(made) as kept:
        ending = training.run(kept, listen=listen, tell=tell, sight=sight or Sight(probes))
    return _ended(Run(made), ending)


def open_run(path: str | Path) -> Run:
    """A run folder, also one that another process is still writing."""
    return Run(RunFolder.open(Path(path)))


def _ended(run: Run, ending: Ending) -> Run:
    if ending.status == "failed":
        raise ProjectProblem(f"{ending.reason} The run is kept in {run.path}.")
    return run
