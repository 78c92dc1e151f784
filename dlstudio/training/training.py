"""Training: one run of a project from its start, or from where it was, to its end."""

from collections.abc import Collection, Mapping
from contextlib import ExitStack, closing, suppress
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
from dlstudio.data.wiring import Wiring
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.warm import Report, warm_start
from dlstudio.training import randomness
from dlstudio.training.capture import step_of
from dlstudio.training.compiling import compiled
from dlstudio.training.control import Control
from dlstudio.training.declared import chosen_optimizer, declared
from dlstudio.training.devices import describe, pick
from dlstudio.training.keeper import Keeper, Listener
from dlstudio.training.layout import lay_out
from dlstudio.training.loop import Ending, Limits, Loop, Position
from dlstudio.training.method import Method, Task, method_of
from dlstudio.training.ranks.crew import keeper_for, loop_for, shared_method, shared_task, spread, watch_for
from dlstudio.training.ranks.fitness import require_shareable
from dlstudio.training.ranks.method import SharedMethod
from dlstudio.training.ranks.rank import current, gone
from dlstudio.training.shortage import ran_short, shortage
from dlstudio.training.sight import Plan, Said, Sight, Tell
from dlstudio.training.threads import fitting, using

SPARED = 2.0
"""Seconds after a checkpoint in which short epochs need none of their own: writing one takes longer than they do."""


@dataclass(frozen=True)
class Wanted:
    """What a caller wants otherwise than the project says; None leaves it as it is."""

    epochs: int | None = None
    steps: int | None = None
    device: str | None = None
    seed: int | None = None
    batch_size: int | None = None

    def applied(self, project: Project) -> Project:
        """The project with these settings written into its training."""
        changed = {n: v for n in ("epochs", "device", "seed", "batch_size") if (v := getattr(self, n)) is not None}
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
    validation: Batches
    control: Control = field(default_factory=Control)
    steps: int | None = None
    warm: Report | None = None
    """What came of the weights that it starts from, where it starts from some."""

    @classmethod
    def ready(
        cls,
        project: Project,
        *,
        folder: Path | None = None,
        wanted: Wanted | None = None,
        control: Control | None = None,
        allow_code: bool = False,
        resume: bool = False,
    ) -> "Training":
        """Loads the data and builds the networks; a ProjectProblem says what stands in the way.

        A run that is resumed has weights of its own and asks for no others to start from."""
        wanted = wanted or Wanted()
        project = wanted.applied(project)
        recipe, ranks = recipe_of(project), current()
        device = ranks.device(pick(recipe.device))
        require_shareable(recipe, ranks)
        prepared = prepare(project, folder=folder, seed=recipe.seed)
        require(recipe, project)
        way = method_of(recipe.kind)
        project, wiring = way.bound(project, prepared.columns)
        refuse(way.accepts(project))
        randomness.seed(recipe.seed)
        sources = {role: emit(project, role) for role in recipe.roles}
        modules = {role: load(source, allow_code=allow_code)().to(device) for role, source in sources.items()}
        warm = None if resume else warm_start(modules, recipe.start, folder)
        for module in modules.values():
            lay_out(module, recipe, device)
        if ranks.many:
            modules = spread(modules, project, recipe.sharding, device)
        control = control or Control()
        used = used_columns(prepared, wiring)
        feed = training_batches(project, prepared.train, recipe, device, used)
        validation = batches(prepared.validation, recipe, device, used)
        task = Task(
            project,
            recipe,
            device,
            prepared,
            wiring,
            compiled(modules, device) if recipe.compile else modules,
            wanted.steps or recipe.epochs * len(feed),
            len(feed),
            lambda: control.rate,
        )
        method = way(shared_task(task, ranks, feed, validation)) if ranks.many else way(task)
        if ranks.many:
            method = shared_method(method, control, validation)
        return cls(project, recipe, device, prepared, sources, method, feed, validation, control, wanted.steps, warm)

    @property
    def text(self) -> str:
        """The source of all networks that are trained."""
        return "\n\n".join(source.text for source in self.sources.values())

    @property
    def modules(self) -> dict[str, nn.Module]:
        return self.method.task.modules

    def weights(self) -> dict[str, Tensor]:
        """All weights and buffers under the names of their networks' nodes."""
        if isinstance(self.method, SharedMethod):
            return self.method.weights()
        return {
            f"{role}.{key.removeprefix('_orig_mod.')}": tensor.contiguous()
            for role, module in self.modules.items()
            for key, tensor in module.state_dict().items()
        }

    def put_weights(self, weights: Mapping[str, Tensor]) -> None:
        if isinstance(self.method, SharedMethod):
            self.method.put_weights(weights)
            return
        for role, module in self.modules.items():
            plain = getattr(module, "_orig_mod", module)
            own = {key.removeprefix(f"{role}."): t for key, t in weights.items() if key.startswith(f"{role}.")}
            plain.load_state_dict(own)

    def run(
        self,
        folder: RunFolder,
        *,
        resume: bool = False,
        listen: Listener | None = None,
        tell: Tell | None = None,
        sight: Sight | None = None,
    ) -> Ending:
        """Trains into a run folder, from its last checkpoint when resuming; nothing is left open however it ends."""
        sight, said = sight or Sight(), Said(folder, tell)
        with ExitStack() as opened:
            opened.enter_context(using(fitting(self.project, self.recipe, self.device)))
            opened.callback(self.close)
            watch = watch_for(self.method, folder, sight, said)
            opened.callback(watch.leave)
            keeper = opened.enter_context(closing(keeper_for(self, folder, watch, listen, said)))
            position = keeper.resume() if resume else Position()
            if self.warm:
                said(str(self.warm))
            if len(self.feed) > 1 and (wish := chosen_optimizer(self.recipe.optimizer).full_batch):
                said(wish)
            sight.plan = Plan(position.step, self.method.task.total_steps, len(self.feed))
            loop = Loop(self.method, self.feed, self.validation, keeper, self._limits(), self.control, position, watch)
            loop.step = step_of(self.method, said)
            loop = loop_for(loop)
            folder.set_status("running", step=position.step, epoch=position.epoch)
            ending = self._watched(loop, keeper)
            if ending.status == "failed":
                with suppress(ProjectProblem):  # a full disk takes no more words either
                    folder.set_status("failed", reason=ending.reason, step=position.step, epoch=position.epoch)
                    watch.ask(ending.node)
                return ending
            ending.reason = f"{ending.reason} {self.method.verdict()}".strip()
            watch.end(position.step)
        folder.set_status(ending.status, reason=ending.reason, step=position.step, epoch=position.epoch)
        return ending

    def close(self) -> None:
        """Ends the processes that read the data."""
        self.feed.close()
        self.validation.close()

    def _limits(self) -> Limits:
        recipe = self.recipe
        every = recipe.evaluate_every, recipe.checkpoint_every
        return Limits(recipe.epochs, self.steps, *every, recipe.patience, spared=SPARED)

    def _watched(self, loop: Loop, keeper: Keeper) -> Ending:
        """Runs the loop; what a model or a device does wrong becomes a sentence, what we do wrong is raised."""
        try:
            return loop.run()
        except ProjectProblem as problem:
            return Ending("failed", str(problem))
        except Exception as problem:
            if not ran_short(problem):
                place = blame(problem)
                if place is None or gone(problem):
                    raise
                return Ending("failed", f"{place.network}/{place.node}: {problem}", place.node)
        # The exception is gone by now, and with it the frames that held the memory.
        kept = keeper.checkpoints.latest()
        if isinstance(self.method, SharedMethod):  # the others cannot try with it
            reason = f"{describe(self.device)} ran out of memory. Choose a smaller batch_size and resume."
            return Ending("failed", reason)
        return Ending("failed", shortage(self.method, loop.batch, kept.step if kept else None))


def used_columns(prepared: Prepared, wiring: Wiring) -> list[str]:
    """What batches carry: the columns that are wired, weights, and classes, by which methods may tell samples apart."""
    wired = {*wiring.inputs.values(), *wiring.targets.values()}
    return [n for n, column in prepared.columns.items() if n in wired or column.label or column.role == "weight"]


def training_batches(
    project: Project, part: Part, recipe: Recipe, device: torch.device, used: Collection[str]
) -> Batches:
    """The batches to learn from: shuffled, classes drawn equally often where that is asked for, and augmented."""
    augment = build(project, part)
    return Batches(
        shuffled(project, part),
        recipe.batch_size,
        device=device,
        seed=recipe.seed,
        shuffle=True,
        augment=augment,
        workers=recipe.workers,
        columns=None if augment else used,
    )


def batches(part: Part, recipe: Recipe, device: torch.device, used: Collection[str]) -> Batches:
    """The batches to measure on, always in the same order."""
    return Batches(
        part,
        recipe.batch_size,
        device=device,
        seed=recipe.seed,
        shuffle=False,
        workers=recipe.workers,
        columns=used,
    )


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
