"""PerceptronRule: a single neuron, corrected by each sample that it gets wrong."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from dlstudio.catalog.recipes import PerceptronRule as Recipe
from dlstudio.core.document import INPUT, MODEL, OUTPUT, Node, Project
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.data.dataset import Column
from dlstudio.training.method import Batch, Method, Task, method

NEURON, FIRES = "Linear", ("Step", "Sign")
MOST_SEEN = 4096


@method
class PerceptronRule(Method):
    """W ← W + x where it should have fired and did not, W ← W − x where it fired and should not have."""

    recipe = "PerceptronRule"
    curves = ("mistakes", "corrections", "cycling")

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        assert isinstance(task.recipe, Recipe)
        self.rate = task.recipe.rate
        self.neuron = _neuron(task)
        (self.input,), (self.target,) = task.wiring.inputs.values(), task.wiring.targets.values()
        self.middle = _middle(task.prepared.columns[self.target])
        if task.recipe.first == "zeros" and not task.recipe.start:
            nn.init.zeros_(self.neuron.weight)
            if self.neuron.bias is not None:
                nn.init.zeros_(self.neuron.bias)
        self.corrections = self.clean = 0
        self.seen: list[str] = [self._place()]
        self.cycling = False

    @classmethod
    def accepts(cls, project: Project) -> list[Issue]:
        """The rule is for one neuron that fires or does not."""
        network = project.networks[MODEL]
        neurons = network.of_kind(NEURON)
        strange = [n.id for n in network.nodes.values() if n.kind not in (INPUT, OUTPUT, "Flatten", NEURON, *FIRES)]
        alone = len(neurons) == 1 and _size(neurons[0]) == 1 and len(network.of_kind(INPUT)) == 1
        if alone and not strange and any(network.of_kind(kind) for kind in FIRES):
            return []
        text = (
            "The perceptron rule teaches a single neuron: one input, a Linear with 1 output, then Step or Sign. "
            f"{f'Take out {strange[0]}' if strange else 'Make the network so'}, or choose the recipe Supervised."
        )
        return [Issue("error", "perceptron-shape", text, MODEL, strange[0] if strange else "")]

    @torch.no_grad()
    def step(self, batch: Batch) -> dict[str, Tensor]:
        """Goes through a batch in its order; each mistake moves the border before the next sample is looked at."""
        x, wanted = batch[self.input].flatten(1), self._signs(batch[self.target])
        at, mistakes = 0, 0
        while at < len(x):
            wrong = (self._fires(x[at:]) != (wanted[at:] > 0)).nonzero()
            if not len(wrong):
                break
            at += int(wrong[0])
            self._correct(x[at], wanted[at])
            mistakes, at = mistakes + 1, at + 1
        self._remember(mistakes)
        found = {"mistakes": mistakes, "corrections": self.corrections, "cycling": self.cycling}
        return {name: torch.tensor(float(value)) for name, value in found.items()}

    def _correct(self, x: Tensor, sign: Tensor) -> None:
        self.neuron.weight.add_(self.rate * sign * x)
        if self.neuron.bias is not None:
            self.neuron.bias.add_(self.rate * sign)

    def _remember(self, mistakes: int) -> None:
        """Weights that come back to where they were show that no line parts the classes.

        With a line that does, each correction brings the weights nearer to its direction, so they never come back."""
        self.corrections += mistakes
        if not mistakes:
            self.clean += 1
            return
        self.clean = 0
        place = self._place()
        self.cycling = self.cycling or place in self.seen
        self.seen = [*self.seen[-MOST_SEEN:], place]

    def _place(self) -> str:
        """A short name for the weights as they are."""
        digest = hashlib.blake2b(digest_size=8)
        for weight in self.neuron.parameters():
            digest.update((weight.detach().cpu() + 0.0).numpy().tobytes())
        return digest.hexdigest()

    def _fires(self, x: Tensor) -> Tensor:
        made: Tensor = self.neuron(x)
        return made.flatten() > 0

    def _signs(self, target: Tensor) -> Tensor:
        """+1 for samples at which it should fire, −1 for the others."""
        return torch.where(target.flatten() > self.middle, 1.0, -1.0)

    @torch.no_grad()
    def evaluate(self, batches: Iterable[Batch]) -> dict[str, float]:
        """The share of samples that it gets wrong, which is its loss."""
        count = wrong = 0
        for batch in batches:
            missed = self._fires(batch[self.input].flatten(1)) != (self._signs(batch[self.target]) > 0)
            count, wrong = count + len(missed), wrong + int(missed.sum())
        return {"loss": wrong / count, "accuracy": 1 - wrong / count} if count else {}

    def verdict(self) -> str:
        made = f"{self.corrections:,} correction{'' if self.corrections == 1 else 's'}"
        if self.clean >= self.task.steps_per_epoch:
            return f"After {made} it makes no more mistakes."
        if self.cycling:
            return (
                f"It is cycling: after {made} the weights came back to where they were, so no line parts the classes."
            )
        return f"After {made} it still makes mistakes; it may need more epochs, or no line parts the classes."

    def state(self) -> dict[str, Any]:
        names = ("corrections", "clean", "seen", "cycling")
        return {name: getattr(self, name) for name in names}

    def load(self, state: Mapping[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, list(value) if name == "seen" else value)


def bound(x: Tensor, fires: Tensor, weights: Tensor) -> float:
    """(R/γ)², the most mistakes that the rule can make, from any weights (the offset last) that part the samples."""
    wide = torch.cat([x, torch.ones(len(x), 1)], 1).double()
    signs = torch.where(fires, 1.0, -1.0).double()
    margin = (signs * (wide @ weights.double())).min() / torch.linalg.vector_norm(weights.double())
    if margin <= 0:
        raise ValueError("these weights do not part the samples")
    return float(wide.square().sum(1).max() / margin.square())


def _neuron(task: Task) -> nn.Linear:
    node = task.project.networks[MODEL].of_kind(NEURON)[0].id
    found = getattr(task.modules[MODEL], node)
    assert isinstance(found, nn.Linear)
    return found


def _size(node: Node) -> Any:
    return node.fields.get("out_features", 0)


def _middle(column: Column) -> float:
    """The value above which the neuron should fire: 0 and 1, or −1 and 1."""
    if column.classes and len(column.classes) != 2:
        raise ProjectProblem(
            f"The perceptron rule tells two classes apart; {column.name} has {len(column.classes)}. Choose another."
        )
    return 0.5 if column.tensor.dtype != "float" else 0.0
