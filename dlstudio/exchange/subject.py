"""Subject: what is exported: a network with its weights, the samples it is tried with, and how to read its answers."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor, nn

from dlstudio.catalog.recipes import recipes
from dlstudio.compiler.emit import Source, emit
from dlstudio.compiler.load import load
from dlstudio.core.document import MODEL, Project
from dlstudio.core.files import load as load_project
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.templates import SUFFIX
from dlstudio.data.prepare import Prepared, prepare
from dlstudio.data.transformed import Step, steps
from dlstudio.data.wiring import Columns, Wiring, bind, judged
from dlstudio.exchange.samples import Samples, samples
from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.runs.finished import finished
from dlstudio.runs.folder import RunFolder


class HasPath(Protocol):
    """A run as scripts hold it."""

    @property
    def path(self) -> Path: ...


Exportable = Project | HasPath | str | Path
"""A project, whose weights are fresh; or a run, whose weights are trained."""


@dataclass(frozen=True)
class Subject:
    """A network on the CPU with its weights, as it is used, and all that is known of what goes in and comes out."""

    project: Project
    network: str
    source: Source
    module: nn.Module
    samples: Samples
    wiring: Wiring
    origin: str
    """Where the weights come from, in words."""
    prepared: Prepared | None = None
    folder: Path | None = None
    run: RunFolder | None = None
    step: int | None = None
    """The step of the run that the weights are of."""

    def steps(self, column: str) -> list[Step]:
        """The normalizations of a column, in their order."""
        found = steps(self.prepared.fitted) if self.prepared else []
        return [step for step in found if step.column == column]

    @property
    def classes(self) -> dict[str, tuple[str, ...]]:
        """The classes of each output that has some."""
        columns = self.prepared.columns if self.prepared else {}
        found = {output: columns[column].classes for output, column in self.wiring.targets.items() if column in columns}
        return {output: names for output, names in found.items() if names and output in self.source.outputs}

    def answers(self, given: tuple[Tensor, ...]) -> dict[str, Tensor]:
        """What the network says to a batch, by output."""
        with torch.no_grad():
            made = self.module(*given)
        return dict(zip(self.source.outputs, made if isinstance(made, tuple) else (made,), strict=True))


def subject(
    what: Exportable,
    network: str = MODEL,
    *,
    best: bool = True,
    folder: Path | None = None,
    seed: int = 0,
    allow_code: bool = False,
) -> Subject:
    """Makes ready what is exported; a ProjectProblem says what stands in the way."""
    run, project = run_and_project(what)
    kept = run.settings().get("folder") if run else ""
    folder = Path(str(kept)) if kept else folder
    drawn = int(project.training.get("seed", 0))  # what is measured on samples drawn by it is what was trained with
    prepared = prepare(project, folder=folder, seed=drawn, settle=False) if project.data else None
    columns = prepared.columns if prepared else {}
    if run is None:
        project = _bound(project, columns, network)
    source = emit(project, network)
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        module = load(source, allow_code=allow_code)().eval()
    origin, step = f"fresh weights of the seed {seed}, never trained", None
    if run:
        origin, step = _put_weights(module, run, network, best)
    wiring = _wiring(project, columns, network, source)
    shown = samples(source.inputs, wiring.inputs, prepared)
    return Subject(project, network, source, module, shown, wiring, origin, prepared, folder, run, step)


def run_and_project(what: Exportable) -> tuple[RunFolder | None, Project]:
    """The run that is meant, if it is one, and its project."""
    if isinstance(what, Project):
        return None, what
    path = Path(what) if isinstance(what, str | Path) else what.path
    if path.suffix == SUFFIX and not path.is_dir():
        return None, load_project(path)
    run = RunFolder.open(path)
    return run, run.project()


def _bound(project: Project, columns: Columns, network: str) -> Project:
    """A project that was never trained takes the sizes of its data, where the data goes into that network."""
    kind = str(project.training.get("kind", "Supervised"))
    fed = network == MODEL and kind in recipes and MODEL in recipes[kind].roles
    try:
        return bind(project, columns, network) if fed and columns else project
    except ProjectProblem:  # inputs without a column, such as states: those stay as they are drawn
        return project


def _put_weights(module: nn.Module, run: RunFolder, network: str, best: bool) -> tuple[str, int]:
    checkpoints = Checkpoints(run.checkpoints)
    entry = checkpoints.chosen(best=best)
    if entry is None:
        raise ProjectProblem(f"The run {run.name} has no checkpoint yet, so there is nothing to export.")
    weights = finished(*checkpoints.load(entry))
    prefix = f"{network}."
    own = {name.removeprefix(prefix): tensor for name, tensor in weights.items() if name.startswith(prefix)}
    module.load_state_dict(own)
    return f"the {'best' if entry.best else 'last'} weights of the run {run.name}, of step {entry.step:,}", entry.step


def _wiring(project: Project, columns: Columns, network: str, source: Source) -> Wiring:
    """Which column goes into each input and is compared with each output, as far as shapes agree."""
    if not columns:
        return Wiring({}, {})
    found = judged(project, columns, network)[0]
    inputs: dict[str, str] = {}
    for name, shape in source.inputs.items():
        likely = [found.inputs[name]] if name in found.inputs else [n for n, c in columns.items() if c.role == "input"]
        fits = [n for n in likely if n not in inputs.values() and columns[n].tensor.shape == shape.shape]
        fits = [n for n in fits if columns[n].tensor.dtype == shape.dtype]
        inputs.update({name: fits[0]} if fits else {})
    return Wiring(inputs, {name: column for name, column in found.targets.items() if name in source.outputs})
