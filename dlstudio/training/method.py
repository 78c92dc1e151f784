"""Method: what a training step does, bound to a recipe by name; the loop knows nothing else of learning."""

import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from dlstudio.catalog.recipes import Recipe, recipes
from dlstudio.core.document import MODEL, Project
from dlstudio.core.issue import Issue
from dlstudio.data.prepare import Prepared
from dlstudio.data.wiring import Columns, Wiring, bind, wire

Batch = Mapping[str, Tensor]


@dataclass
class Task:
    """Everything that a method works with: the project's networks as modules, its data, and where to compute."""

    project: Project
    recipe: Recipe
    device: torch.device
    prepared: Prepared
    wiring: Wiring
    modules: dict[str, nn.Module]
    total_steps: int
    steps_per_epoch: int
    rate: Callable[[], float] = field(default=lambda: 1.0)
    """A factor on the learning rate that may be changed from outside while it trains."""


class Method(ABC):
    """One way to train: everything that happens between a batch and changed weights."""

    recipe: ClassVar[str]
    """The kind of recipe that this is the work of."""
    curves: ClassVar[tuple[str, ...]] = ("loss",)
    """What it measures at each step."""
    fed: ClassVar[str] = MODEL
    """The role whose network the data goes into."""

    def __init__(self, task: Task) -> None:
        self.task = task

    @classmethod
    def bound(cls, project: Project, columns: Columns) -> tuple[Project, Wiring]:
        """The project with its inputs as large as the data, and which column goes where."""
        project = bind(project, columns, cls.fed)
        return project, wire(project, columns, cls.fed)

    @classmethod
    def accepts(cls, project: Project) -> list[Issue]:
        """What keeps a project from being trained this way."""
        return []

    @abstractmethod
    def step(self, batch: Batch) -> dict[str, Tensor]:
        """Learns from one batch and says what was measured, as tensors that nobody has waited for yet."""

    @abstractmethod
    def evaluate(self, batches: Iterable[Batch]) -> dict[str, float]:
        """Measures without learning."""

    def optimizers(self) -> Sequence[torch.optim.Optimizer]:
        """All that move weights, for those who watch how far they move."""
        return ()

    def rates(self) -> dict[str, float]:
        """The learning rates of the last step, one for each optimizer."""
        found = [float(each.param_groups[0]["lr"]) for each in self.optimizers() if each.param_groups]
        return {f"learning_rate/{i}" if i else "learning_rate": rate for i, rate in enumerate(found)}

    @contextmanager
    def measuring(self) -> Iterator[None]:
        """Networks as they are when they are used; no gradient is kept."""
        with torch.no_grad():
            yield

    def judged(self, loss: float) -> None:  # noqa: B027
        """Hears the validation loss after each evaluation, for schedules that wait for it."""

    def culprit(self) -> str | None:
        """The node in which the last step's numbers ceased to be numbers, where that can be told."""
        return None

    def verdict(self) -> str:
        """What there is to say of the result at the end of a training, in a sentence."""
        return ""

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """All that the method remembers beside the weights, in plain containers and tensors."""

    @abstractmethod
    def load(self, state: Mapping[str, Any]) -> None:
        """Takes up what `state` gave."""


methods: dict[str, type[Method]] = {}


def method_of(recipe: str) -> type[Method]:
    """The method of a recipe; a new file in this package is found without being named anywhere."""
    if recipe not in methods:
        package = import_module("dlstudio.training")
        for found in pkgutil.iter_modules(package.__path__):
            if not found.ispkg:
                import_module(f"{package.__name__}.{found.name}")
    return methods[recipe]


def method(cls: type[Method]) -> type[Method]:
    """Binds a method to its recipe."""
    assert cls.recipe in recipes
    cls.fed = recipes[cls.recipe].fed
    methods[cls.recipe] = cls
    return cls
