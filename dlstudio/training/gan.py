"""Gan: a critic learns to tell real samples from made ones, a generator learns to trick it, in turns."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from dlstudio.catalog.recipes import Gan as Recipe
from dlstudio.compiler.emit import Source, emit
from dlstudio.core import edits
from dlstudio.core.document import INPUT, OUTPUT, Project
from dlstudio.core.issue import Fix, Issue, ProjectProblem
from dlstudio.core.tensor import Tensor as Kind
from dlstudio.data.wiring import Columns, Wiring, bind, wire
from dlstudio.modules import forgery
from dlstudio.training.devices import precise
from dlstudio.training.method import Batch, Task, method
from dlstudio.training.suited import suited
from dlstudio.training.tally import Tally
from dlstudio.training.update import Updater
from dlstudio.training.updating import Updating

GENERATOR, CRITIC = "generator", "critic"


@dataclass(frozen=True)
class Game:
    """What both players pay: the critic for the scores of real and made samples, the generator for those of its own."""

    critic: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor], Tensor]
    border: float
    """The score above which the critic says “real”."""


GAMES = {
    "trick": Game(forgery.trick_critic, forgery.trick_generator, 0.0),
    "least squares": Game(forgery.least_squares_critic, forgery.least_squares_generator, 0.5),
    "wasserstein": Game(forgery.wasserstein_critic, forgery.wasserstein_generator, 0.0),
}


@method
class Gan(Updating):
    """The critic learns on real and made samples mixed; then the generator against the critic as it stands."""

    recipe = "Gan"
    curves = ("critic", "generator", "critic accuracy")

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        assert isinstance(task.recipe, Recipe)
        self.settings = task.recipe
        self.game = GAMES[task.recipe.loss]
        self.generator, self.critic = task.modules[GENERATOR], task.modules[CRITIC]
        made_from = emit(task.project, GENERATOR).inputs
        self.noise = {name: kind.shape for name, kind in made_from.items() if name not in task.prepared.columns}
        self.given = list(made_from)
        self.seen = task.wiring.inputs
        self.shown = looked_at(self.seen, self.given)
        self.critic_update = Updater(_critics(task), [self.critic])
        self.generator_update = Updater(_generators(task), [self.generator])
        self.updaters = {GENERATOR: self.generator_update, CRITIC: self.critic_update}
        self.count = 0

    @classmethod
    def bound(cls, project: Project, columns: Columns) -> tuple[Project, Wiring]:
        """The data goes into the critic; inputs of the generator that are named like a column get that column."""
        project = bind(project, columns, CRITIC)
        for node in project.networks[GENERATOR].of_kind(INPUT):
            if node.id in columns:
                like = columns[node.id].tensor
                project = edits.put(project, GENERATOR, node.id, size=like.shape, dtype=like.dtype)
        return project, Wiring(wire(project, columns, CRITIC).inputs, {})

    @classmethod
    def accepts(cls, project: Project) -> list[Issue]:
        try:
            made, looked = emit(project, GENERATOR), emit(project, CRITIC)
        except ProjectProblem as problem:
            return list(problem.issues)
        return [
            *_shapes(made, looked),
            *_squashed(project),
            *_unbounded(project),
            *suited(project),
            *suited(_of_the_critic(project)),
        ]

    def step(self, batch: Batch) -> dict[str, Tensor]:
        with precise(self.task.device, self.settings.precision):
            made = self.make(batch)
            found = self._judge(batch, made.detach())
        self.critic_update(found.pop("paid"))
        found |= {f"critic {name}": value for name, value in self.critic_update.told.items()}
        if self.settings.clip_weights:
            self._clip(self.settings.clip_weights)
        self.count += 1
        if self.count % self.settings.critic_steps == 0:
            found["generator"] = self._trick(batch, made)
            found |= {f"generator {name}": value for name, value in self.generator_update.told.items()}
        return found

    def _judge(self, batch: Batch, made: Tensor) -> dict[str, Tensor]:
        """What the critic pays for telling real from made, both in one batch."""
        real = batch[self.seen[self.shown]]
        scores = self._scores(torch.cat([real, made]), batch, twice=True)
        of_real, of_made = scores[: len(real)], scores[len(real) :]
        loss = paid = self.game.critic(of_real, of_made)
        if self.settings.gradient_penalty and torch.is_grad_enabled():
            slope = forgery.slope_penalty(lambda x: self._scores(x, batch), real, made)
            paid = loss + self.settings.gradient_penalty * slope
        right = ((of_real > self.game.border).float().mean() + (of_made <= self.game.border).float().mean()) / 2
        return {"paid": paid, "critic": loss, "critic accuracy": right}

    @torch.no_grad()
    def _clip(self, most: float) -> None:
        for weight in self.critic_update.weights:
            weight.clamp_(-most, most)

    def _trick(self, batch: Batch, made: Tensor) -> Tensor:
        with held(self.critic):
            with precise(self.task.device, self.settings.precision):
                loss = self.game.generator(self._scores(made, batch))
            self.generator_update(loss)
        return loss

    def _scores(self, samples: Tensor, batch: Batch, *, twice: bool = False) -> Tensor:
        """The critic's one number for each sample; further inputs are conditions, the same for real and made."""
        inputs = (samples if node == self.shown else batch[name] for node, name in self.seen.items())
        made: Tensor = self.critic(*(torch.cat([x, x]) if twice and x is not samples else x for x in inputs))
        return made.float()

    def make(self, batch: Batch, generator: torch.Generator | None = None) -> Tensor:
        """As many samples as the batch holds, from noise and the conditions in the batch."""
        count = len(next(iter(batch.values())))
        made: Tensor = self.generator(*self._sources(count, batch, generator))
        return made

    def _sources(self, count: int, batch: Batch, generator: torch.Generator | None) -> Iterator[Tensor]:
        for name in self.given:
            if name in self.noise:
                yield torch.randn(count, *self.noise[name], generator=generator, device=self.task.device)
            else:
                yield batch[name]

    def sample(self, count: int, seed: int = 0) -> Tensor:
        """Made samples, the same for the same seed (GEN-06); for a generator that takes noise alone."""
        drawn = torch.Generator(self.task.device).manual_seed(seed)
        with self.measuring():
            made: Tensor = self.generator(*self._sources(count, {}, drawn))
        return made

    def evaluate(self, batches: Iterable[Batch]) -> dict[str, float]:
        drawn = torch.Generator(self.task.device).manual_seed(self.settings.seed)
        tally = Tally()
        with self.measuring():
            for batch in batches:
                with precise(self.task.device, self.settings.precision):
                    made = self.make(batch, drawn)
                    found = self._judge(batch, made)
                    found["generator"] = self.game.generator(self._scores(made, batch))
                del found["paid"]
                tally.add(len(made), found)
        self.measured = tally.means()
        return self.measured

    def judged(self, loss: float) -> None:
        """“loss” is each player's own."""
        for name, updater in self.updaters.items():
            updater.judged({"loss": self.measured.get(name, loss), **self.measured})

    def state(self) -> dict[str, Any]:
        return {**super().state(), "count": self.count}

    def load(self, state: Mapping[str, Any]) -> None:
        super().load(state)
        self.count = state["count"]


@contextmanager
def held(module: nn.Module) -> Iterator[None]:
    """Keeps a network as it is, the running statistics of its batch norms too, while gradients flow through it."""
    learning = [weight for weight in module.parameters() if weight.requires_grad]
    buffers = [(buffer, buffer.clone()) for buffer in module.buffers()]
    for weight in learning:
        weight.requires_grad_(False)
    try:
        yield
    finally:
        for weight in learning:
            weight.requires_grad_(True)
        for buffer, before in buffers:
            buffer.copy_(before)


def _critics(task: Task) -> Task:
    """The task as the critic's updater sees it, with an optimizer of its own where one is named."""
    assert isinstance(task.recipe, Recipe)
    own = task.recipe.critic_optimizer
    return replace(task, recipe=replace(task.recipe, optimizer=own)) if own else task


def _of_the_critic(project: Project) -> Project:
    """The project with the critic's own optimizer in the place of the generator's."""
    own = project.training.get("critic_optimizer")
    return replace(project, training=project.training.put("optimizer", own)) if own else project


def _generators(task: Task) -> Task:
    """The task as the generator's updater sees it: fewer steps than batches when the critic takes several."""
    assert isinstance(task.recipe, Recipe)
    every = task.recipe.critic_steps
    return replace(
        task, total_steps=max(1, task.total_steps // every), steps_per_epoch=max(1, task.steps_per_epoch // every)
    )


def looked_at(inputs: Iterable[str], conditions: Iterable[str]) -> str:
    """The critic's input for samples; those that the generator has too are conditions."""
    inputs, conditions = list(inputs), set(conditions)
    return next((name for name in inputs if name not in conditions), inputs[0])


def _shapes(made: Source, looked: Source) -> list[Issue]:
    """The critic looks at what the generator makes, and answers with one number."""
    found = []
    gives, says = list(made.outputs.values()), list(looked.outputs.values())
    takes = looked.inputs[looked_at(looked.inputs, made.inputs)] if looked.inputs else None
    if len(gives) != 1 or takes is None or gives[0].shape != takes.shape:
        text = f"The generator gives {_told(gives)}, and the critic looks at {takes}. Make both the same."
        found.append(Issue("error", "gan-shape", text, GENERATOR))
    if len(says) != 1 or says[0].size != 1:
        text = f"The critic gives {_told(says)}; it needs one number for a sample. End it with Linear 1."
        found.append(Issue("error", "gan-score", text, CRITIC))
    return found


def _told(kinds: list[Kind]) -> str:
    return " and ".join(map(str, kinds)) or "nothing"


def _squashed(project: Project) -> list[Issue]:
    network = project.networks[CRITIC]
    ends = {wire.source for node in network.of_kind(OUTPUT) for wire in network.inbound.get(node.id, ())}
    text = "The loss squashes the critic's score itself, so a Sigmoid at its end would do it twice. Take it out."
    return [
        Issue("error", "gan-sigmoid", text, CRITIC, name, fixes=(Fix("Take the Sigmoid out", _without(name)),))
        for name in sorted(ends)
        if network.nodes[name].kind == "Sigmoid"
    ]


def _without(name: str) -> Callable[[Project], Project]:
    return lambda project: edits.remove(project, CRITIC, [name], heal=True)


def _unbounded(project: Project) -> list[Issue]:
    training = project.training
    bounded = training.get("clip_weights") or training.get("gradient_penalty")
    if training.get("loss") != "wasserstein" or bounded:
        return []
    text = "The Wasserstein loss has no lower end unless the critic is held: set clip weights or a gradient penalty."
    return [Issue("error", "gan-unbounded", text, CRITIC)]
