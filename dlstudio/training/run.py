"""Run: a training as scripts see it: start one, open one, read its curves, take its model, go on with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from torch import nn

from dlstudio.compiler.load import build
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.metrics import MetricReader
from dlstudio.training.control import Control
from dlstudio.training.loop import Ending
from dlstudio.training.training import Listener, Training, Wanted

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
        """The trained network, by default as it was when it validated best."""
        module = build(self.project, network, allow_code=allow_code)
        checkpoints = Checkpoints(self.folder.checkpoints)
        entry = (checkpoints.best() if best else None) or checkpoints.latest()
        if entry is None:
            raise ProjectProblem(f"The run {self.path.name} has no checkpoint yet, so there is no trained model.")
        weights, _ = checkpoints.load(entry)
        prefix = f"{network}."
        module.load_state_dict({k.removeprefix(prefix): t for k, t in weights.items() if k.startswith(prefix)})
        return module.eval()

    def resume(
        self,
        *,
        epochs: int | None = None,
        steps: int | None = None,
        device: str | None = None,
        listen: Listener | None = None,
        control: Control | None = None,
        allow_code: bool = False,
    ) -> "Run":
        """Goes on from the last checkpoint, to more epochs if asked, and returns when it ends."""
        wanted = Wanted(epochs, steps, device)
        training = Training.ready(
            self.project, folder=self.data_folder, wanted=wanted, control=control, allow_code=allow_code
        )
        _go(training, self.folder, resume=True, listen=listen)
        return self

    @property
    def data_folder(self) -> Path | None:
        """Where relative paths of the data started."""
        kept = self.folder.settings().get("folder")
        return Path(str(kept)) if kept else None

    def _reader(self) -> MetricReader:
        return MetricReader(self.folder.metrics)


def train(
    project: Project,
    *,
    runs: str | Path = DEFAULT_RUNS,
    epochs: int | None = None,
    steps: int | None = None,
    device: str | None = None,
    seed: int | None = None,
    name: str | None = None,
    folder: str | Path | None = None,
    listen: Listener | None = None,
    control: Control | None = None,
    allow_code: bool = False,
) -> Run:
    """Trains a project to the end, in a new folder under `runs`."""
    where = Path(folder).resolve() if folder else None
    wanted = Wanted(epochs, steps, device, seed)
    training = Training.ready(project, folder=where, wanted=wanted, control=control, allow_code=allow_code)
    settings = {"folder": str(where) if where else "", "device": str(training.device), "seed": training.recipe.seed}
    made = RunFolder.create(Path(runs), training.project, training.text, name=name, settings=settings)
    _go(training, made, resume=False, listen=listen)
    return Run(made)


def open_run(path: str | Path) -> Run:
    """A run folder, also one that another process is still writing."""
    return Run(RunFolder.open(Path(path)))


def _go(training: Training, folder: RunFolder, *, resume: bool, listen: Listener | None) -> Ending:
    with folder.lock():
        ending = training.run(folder, resume=resume, listen=listen)
    if ending.status == "failed":
        raise ProjectProblem(f"{ending.reason} The run is kept in {folder.path}.")
    return ending
