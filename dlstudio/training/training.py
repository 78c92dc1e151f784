"""Training: one run of a project from its start, or from where it was, to its end."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from dlstudio.catalog.recipes import Recipe, recipes
from dlstudio.compiler.emit import Source, emit
from dlstudio.compiler.load import blame, load
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.augment.augment import build, shuffled
from dlstudio.data.batches import Batches
from dlstudio.data.prepare import Part, Prepared, prepare
from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.metrics import MetricWriter
from dlstudio.training import randomness
from dlstudio.training.control import Control
from dlstudio.training.declared import declared
from dlstudio.training.devices import describe, pick
from dlstudio.training.loop import Ending, Limits, Loop, Position
from dlstudio.training.method import Method, Task, method_of
from dlstudio.training.recorder import Numbers

Listener = Callable[[int, int, Numbers], None]
"""Hears a step, its epoch and what was measured, in the training's thread."""


@dataclass(frozen=True)
class Wanted:
    """What a caller wants otherwise than the project says; None leaves it as it is."""

    epochs: int | None = None
    steps: int | None = None
    device: str | None = None
    seed: int | None = None

    def applied(self, project: Project) -> Project:
        """The project with these settings written into its training."""
        changed = {n: v for n in ("epochs", "device", "seed") if (v := getattr(self, n)) is not None}
        return replace(project, training=project.training.merge(changed)) if changed else project


def recipe_of(project: Project) -> Recipe:
    """The form of training that the project asks for."""
    spec = project.training if "kind" in project.training else project.training.put("kind", "Supervised")
    made: Recipe = declared(recipes, spec, "recipe")
    return made


@dataclass
class Training:
    """A project made ready: data loaded, networks built, everything in its place for the loop."""

    project: Project
    recipe: Recipe
    device: torch.device
    prepared: Prepared
    sources: Mapping[str, Source]
    method: Method
    feed: Batches
    control: Control = field(default_factory=Control)
    steps: int | None = None

    @classmethod
    def ready(
        cls,
        project: Project,
        *,
        folder: Path | None = None,
        wanted: Wanted | None = None,
        control: Control | None = None,
        allow_code: bool = False,
    ) -> "Training":
        """Loads the data and builds the networks; a ProjectProblem says what stands in the way."""
        wanted = wanted or Wanted()
        project = wanted.applied(project)
        recipe = recipe_of(project)
        device = pick(recipe.device)
        prepared = prepare(project, folder=folder, seed=recipe.seed)
        require(recipe, project)
        way = method_of(recipe.kind)
        project, wiring = way.bound(project, prepared.columns)
        refuse(way.accepts(project))
        randomness.seed(recipe.seed)
        sources = {role: emit(project, role) for role in recipe.roles}
        modules = {role: load(source, allow_code=allow_code)().to(device) for role, source in sources.items()}
        freeze(modules.values(), recipe.frozen)
        control = control or Control()
        feed = training_batches(project, prepared.train, recipe, device)
        task = Task(
            project,
            recipe,
            device,
            prepared,
            wiring,
            {role: torch.compile(module) for role, module in modules.items()} if recipe.compile else modules,  # type: ignore[misc]
            wanted.steps or recipe.epochs * len(feed),
            len(feed),
            lambda: control.rate,
        )
        return cls(project, recipe, device, prepared, sources, way(task), feed, control, wanted.steps)

    @property
    def text(self) -> str:
        """The source of all networks that are trained."""
        return "\n\n".join(source.text for source in self.sources.values())

    @property
    def modules(self) -> dict[str, nn.Module]:
        return self.method.task.modules

    def weights(self) -> dict[str, Tensor]:
        """All weights and buffers under the names of their networks' nodes."""
        return {
            f"{role}.{key.removeprefix('_orig_mod.')}": tensor
            for role, module in self.modules.items()
            for key, tensor in module.state_dict().items()
        }

    def put_weights(self, weights: Mapping[str, Tensor]) -> None:
        for role, module in self.modules.items():
            plain = getattr(module, "_orig_mod", module)
            own = {key.removeprefix(f"{role}."): t for key, t in weights.items() if key.startswith(f"{role}.")}
            plain.load_state_dict(own)

    def run(self, folder: RunFolder, *, resume: bool = False, listen: Listener | None = None) -> Ending:
        """Trains into a run folder, from its last checkpoint when resuming."""
        keeper = _Keeper(self, folder, listen)
        position = keeper.resume() if resume else Position()
        validation = batches(self.prepared.validation, self.recipe, self.device)
        limits = Limits(
            self.recipe.epochs,
            self.steps,
            self.recipe.evaluate_every,
            self.recipe.checkpoint_every,
            self.recipe.patience,
        )
        loop = Loop(self.method, self.feed, validation, keeper, limits, self.control, position)
        folder.set_status("running", step=position.step, epoch=position.epoch)
        try:
            ending = self._watched(loop, keeper)
        finally:
            keeper.close()
        if ending.status != "failed":
            ending.reason = f"{ending.reason} {self.method.verdict()}".strip()
        folder.set_status(ending.status, reason=ending.reason, step=position.step, epoch=position.epoch)
        return ending

    def _watched(self, loop: Loop, keeper: "_Keeper") -> Ending:
        """Runs the loop; what a model or a device does wrong becomes a sentence, what we do wrong is raised."""
        try:
            return loop.run()
        except torch.OutOfMemoryError:
            return Ending("failed", out_of_memory(self.recipe.batch_size, self.device))
        except ProjectProblem as problem:
            return Ending("failed", str(problem))
        except Exception as problem:
            place = blame(problem)
            if place is None:
                raise
            return Ending("failed", f"{place.network}/{place.node}: {problem}")


def out_of_memory(batch_size: int, device: torch.device) -> str:
    fits = f"A batch of {batch_size // 2} should fit. " if batch_size > 1 else ""
    return (
        f"{describe(device)} ran out of memory with a batch of {batch_size}. {fits}"
        "The last checkpoint is kept; choose a smaller batch and resume."
    )


def training_batches(project: Project, part: Part, recipe: Recipe, device: torch.device) -> Batches:
    """The batches to learn from: shuffled, classes drawn equally often where that is asked for, and augmented."""
    return Batches(
        shuffled(project, part),
        recipe.batch_size,
        device=device,
        seed=recipe.seed,
        shuffle=True,
        augment=build(project, part),
    )


def batches(part: Part, recipe: Recipe, device: torch.device) -> Batches:
    """The batches to measure on, always in the same order."""
    return Batches(part, recipe.batch_size, device=device, seed=recipe.seed, shuffle=False)


def refuse(issues: list[Any]) -> None:
    errors = tuple(issue for issue in issues if issue.severity == "error")
    if errors:
        raise ProjectProblem(str(errors[0]), errors)


def require(recipe: Recipe, project: Project) -> None:
    """Refuses a project that lacks a network which the recipe needs."""
    for role in recipe.roles:
        if role not in project.networks:
            raise ProjectProblem(
                f"The recipe {recipe.title} trains a network named “{role}”; the project has "
                f"{', '.join(project.networks)}. Add one of that name, or rename one."
            )


def freeze(modules: Collection[nn.Module], nodes: tuple[str, ...]) -> None:
    """Keeps the weights of some nodes as they are, in whichever network they stand."""
    for node in nodes:
        parts = [part for module in modules if isinstance(part := getattr(module, node, None), nn.Module)]
        if not parts:
            known = ", ".join(name for module in modules for name, _ in module.named_children())
            raise ProjectProblem(f"There is no node “{node}” with weights to freeze (there is: {known}).")
        for part in parts:
            part.requires_grad_(False)


class _Keeper:
    """Puts numbers and checkpoints of one training into its run folder."""

    def __init__(self, training: Training, folder: RunFolder, listen: Listener | None) -> None:
        self.training, self.listen = training, listen
        self.folder = folder
        self.checkpoints = Checkpoints(folder.checkpoints)
        self.writer = MetricWriter(folder.metrics)

    def numbers(self, step: int, epoch: int, values: Numbers) -> None:
        self.writer.append(step, values, epoch=epoch)
        if self.listen:
            self.listen(step, epoch, values)

    def checkpoint(self, position: Position, *, best: bool) -> None:
        training = self.training
        self.writer.flush()
        state = {
            "position": position.state(),
            "method": training.method.state(),
            "random": randomness.state(training.device),
        }
        self.checkpoints.save(position.step, weights=training.weights(), state=state, best=best)
        self.folder.set_status("running", step=position.step, epoch=position.epoch)

    def resume(self) -> Position:
        """Puts the training back to its last whole checkpoint, and forgets what was measured after it."""
        loaded = self.checkpoints.load_latest()
        if loaded.entry is None:
            return Position()
        weights, state = loaded.weights, loaded.state
        self.training.put_weights(weights)
        self.training.method.load(state["method"])
        randomness.restore(state["random"], self.training.device)
        position = Position(**state["position"])
        self.writer.truncate(position.step)
        return position

    def close(self) -> None:
        self.writer.close()
