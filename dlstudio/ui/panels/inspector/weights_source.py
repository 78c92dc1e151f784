"""weights_source: where weights come from: the network built with its seed, or the latest run that has ended."""

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dlstudio.catalog.by_hand import Weight
from dlstudio.compiler.plan import weight_owner
from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import ProjectProblem
from dlstudio.ui.loading import load_torch
from dlstudio.ui.panels.inspector.weights_portrait import Portrait, portray
from dlstudio.ui.runner import THREAD
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from torch import Tensor, nn

    from dlstudio.runs.entry import Entry
    from dlstudio.runs.folder import RunFolder

MOST = 8
"""How many weights of a block are shown."""
ENDED = ("finished", "early", "stopped")


Built = tuple[object, str, bool, int]
"""What a network was built from: the networks of the project, the one at the root, own code, the seed."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Which weights are wanted: those of a node, in the instance that the way of blocks leads to."""

    project: Project
    networks: tuple[str, ...]
    """The network at the root, and those that were entered from it."""
    blocks: tuple[str, ...]
    node: str
    trained: bool
    runs: Path
    allow_code: bool
    theme: Theme
    declared: Mapping[str, Weight] = Frozen()
    """What is known of the weights by their names, where a layer has several."""
    pick: str = ""
    """The one weight that is wanted, where there are many."""

    def same(self, other: "Question | None") -> bool:
        """Whether the answer would be the same."""
        return other is not None and self.parts() == other.parts() and self.project.networks is other.project.networks

    def parts(self) -> tuple[object, ...]:
        project = self.project.name, self.project.training
        which = self.networks, self.blocks, self.node, self.pick, self.declared
        return *project, *which, self.trained, self.runs, self.allow_code, self.theme


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What was found; `problem` says in a sentence why there is nothing."""

    portraits: tuple[Portrait, ...] = ()
    seed: int = 0
    run: str = ""
    """The latest run that has ended, with its step."""
    note: str = ""
    names: tuple[str, ...] = ()
    """All weights, also those that are not shown."""
    problem: str = ""


class Source:
    """Answers in a thread; it keeps the network that was built last."""

    def __init__(self) -> None:
        self._built: tuple[Built, nn.Module] | None = None
        self._read: tuple[Path, Mapping[str, Tensor]] | None = None

    def forget(self) -> None:
        """Lets go of what it keeps."""
        self._built = self._read = None

    def answer(self, asked: Question) -> Answer:
        """The weights of a node, or a sentence."""
        seed, label = 0, ""
        try:
            load_torch()
            module, seed = self._module(asked)
            run = latest(asked)
            label = f"{run[0].name} · step {run[1].step:,}" if run else ""
            prefix, weights, note = _weights(module, asked)
            names = tuple(weights)
            weights = {name: weights[name] for name in names if asked.pick in ("", name)} or weights
            if asked.trained:
                if run is None:
                    raise ProjectProblem("No run of this project has ended yet. Train it (F5), and look again.")
                weights = self._trained(asked, run, prefix, weights)
            first = list(weights.items())[:MOST]
            shown = tuple(portray(name, weight, asked.theme, asked.declared.get(name)) for name, weight in first)
        except ProjectProblem as problem:
            return Answer(seed=seed, run=label, problem=str(problem))
        except Exception as mistake:  # noqa: BLE001 - own code of the user's may raise anything
            return Answer(seed=seed, run=label, problem=f"The weights cannot be shown: {mistake}")
        return Answer(shown, seed, label, note, names)

    def _module(self, asked: Question) -> "tuple[nn.Module, int]":
        """The network as a training would begin with it; what others draw at random stays as it was."""
        import torch

        from dlstudio.compiler.load import build
        from dlstudio.training import randomness
        from dlstudio.training.training import recipe_of

        seed = recipe_of(asked.project).seed
        key = asked.project.networks, asked.networks[0], asked.allow_code, seed
        kept = self._built
        if kept and kept[0][0] is key[0] and kept[0][1:] == key[1:]:
            return kept[1], seed
        if any(thread.name == THREAD for thread in threading.enumerate()):
            raise ProjectProblem("A training goes on; weights are shown when it has ended.")
        before = randomness.state(torch.device("cpu"))
        try:
            randomness.seed(seed)
            module = build(asked.project, asked.networks[0], allow_code=asked.allow_code)
        finally:
            randomness.restore(before, torch.device("cpu"))
        self._built = key, module
        return module, seed

    def _trained(
        self, asked: Question, run: "tuple[RunFolder, Entry]", prefix: str, now: "Mapping[str, Tensor]"
    ) -> "dict[str, Tensor]":
        """The same weights as a run left them."""
        from dlstudio.runs.checkpoints import Checkpoints
        from dlstudio.runs.finished import finished

        folder, entry = run
        read = self._read
        if read is None or read[0] != entry.path:
            read = self._read = entry.path, finished(*Checkpoints(folder.checkpoints).load(entry))
        found = {}
        for name, weight in now.items():
            other = read[1].get(f"{asked.networks[0]}.{prefix}{name}")
            if other is None or other.shape != weight.shape:
                was = f"had no {name} in {asked.node}" if other is None else f"had {_times(other)} in {name}"
                raise ProjectProblem(
                    f"The run {folder.name} belongs to an earlier graph: it {was}, "
                    f"which has {_times(weight)} now. Train again to see its weights."
                )
            found[name] = other
        return found


def latest(asked: Question) -> "tuple[RunFolder, Entry] | None":
    """The run of the project that ended last, with its best checkpoint."""
    from dlstudio.runs.checkpoints import Checkpoints
    from dlstudio.runs.folder import STATE, RunFolder, is_run

    with suppress(OSError):
        there = [path for path in asked.runs.iterdir() if is_run(path)]
        for path in sorted(there, key=lambda path: (path / STATE).stat().st_mtime, reverse=True):
            with suppress(ProjectProblem):
                folder = RunFolder(path)
                if folder.status().status not in ENDED or folder.project().name != asked.project.name:
                    continue
                checkpoints = Checkpoints(folder.checkpoints)
                if entry := checkpoints.best() or checkpoints.latest():
                    return folder, entry
    return None


def _weights(module: "nn.Module", asked: Question) -> "tuple[str, dict[str, Tensor], str]":
    """The path to the node, its weights by name, and what to know about them."""
    from torch import nn

    path, note = "", ""
    for network, block in zip(asked.networks, asked.blocks, strict=False):
        module, name = _inside(module, asked.project, network, block)
        path += f"{name}."
        if isinstance(module, nn.Sequential | nn.ModuleList):
            note = f"The first of {len(module)} copies that {block} makes."
            module, path = module[0], f"{path}0."
    owned, name = _inside(module, asked.project, asked.networks[-1], asked.node)
    if name != asked.node:
        note = f"Shared: these are the weights of {name}."
    if isinstance(owned, nn.Parameter):
        return path, {name: owned}, note
    found: dict[str, Tensor] = dict(owned.named_parameters())
    if not found:
        raise ProjectProblem(f"{asked.node} has no weights.")
    return f"{path}{name}.", found, note


def _inside(module: "nn.Module", project: Project, network: str, node: str) -> "tuple[nn.Module, str]":
    owner = weight_owner(project.networks[network], node) or node
    found = getattr(module, owner, None)
    if found is None:
        raise ProjectProblem(f"{node} is no part of the network that is built: it is muted, or no output needs it.")
    return found, owner


def _times(weight: "Tensor") -> str:
    return "×".join(map(str, weight.shape))
