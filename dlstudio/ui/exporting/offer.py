"""Offer: what can be exported: the runs that have weights, the newest first, and the project with fresh ones."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dlstudio.catalog.recipes import recipes
from dlstudio.core.document import BLOCK, MODEL, Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.entry import entries
from dlstudio.runs.folder import ALIVE, RunFolder
from dlstudio.runs.library import DAMAGED, RunSummary, list_runs
from dlstudio.runs.library import summary as summed_up

MOST = 200
"""How many runs are offered."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A run or the project, and which weights there are."""

    title: str
    project: Project
    run: Path | None = None
    best: int | None = None
    """The step of those that validated best, where any did."""
    last: int | None = None
    trains: bool = False
    """Whether its training goes on."""

    @property
    def networks(self) -> tuple[str, ...]:
        """Those that can be exported: what is only placed in others as a block goes with them."""
        kind = str(self.project.training.get("kind", "Supervised"))
        roles = recipes[kind].roles if kind in recipes else ()
        inner = {
            str(node.fields.get("network", ""))
            for network in self.project.networks.values()
            for node in network.of_kind(BLOCK)
        }
        names = [name for name in self.project.networks if name in roles or name not in inner]
        return tuple(sorted(names, key=lambda name: name != MODEL))


def fresh(project: Project) -> Offer:
    """The project as it stands, with weights that were never trained."""
    return Offer("This project, with fresh weights", project)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where runs are looked for, and which one is to come first."""

    folders: tuple[Path, ...]
    first: Path | None = None


def offers(wanted: Wanted) -> tuple[Offer, ...]:
    """The runs that have weights, the newest first; to be asked in a thread."""
    found: dict[Path, RunSummary] = {}
    for folder in dict.fromkeys(wanted.folders):
        with suppress(ProjectProblem):  # a folder that cannot be read offers nothing
            found.update((each.path.absolute(), each) for each in list_runs(folder))
    if wanted.first and wanted.first not in found:
        found[wanted.first] = summed_up(RunFolder(wanted.first))
    ranked = sorted(found.values(), key=lambda each: each.started, reverse=True)
    ranked.sort(key=lambda each: each.path.absolute() != wanted.first)
    return tuple(_offered(ranked[:MOST]))


def _offered(runs: Iterable[RunSummary]) -> Iterable[Offer]:
    for run in runs:
        kept = entries(RunFolder(run.path).checkpoints) if run.status != DAMAGED else []
        if not kept:
            continue
        with suppress(ProjectProblem):
            project = RunFolder(run.path).project()
            best = next((entry.step for entry in kept if entry.best), None)
            title = f"{run.name} · {run.status}, epoch {run.epoch:,}"
            yield Offer(title, project, run.path.absolute(), best, kept[-1].step, run.status in ALIVE)
