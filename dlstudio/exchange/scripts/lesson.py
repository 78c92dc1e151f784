"""Lesson: what a script has to say of one way to train, bound to its recipe by name."""

import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, ClassVar

import torch
from torch import nn

from dlstudio.catalog.optimizers import Optimizer, optimizers
from dlstudio.catalog.recipes import Recipe
from dlstudio.catalog.schedules import Schedule, schedules
from dlstudio.compiler.channels import last_is_faster
from dlstudio.compiler.emit import Source
from dlstudio.compiler.formula import Formula
from dlstudio.compiler.holding import held
from dlstudio.core.document import MODEL
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.data.augment.doubts import entries
from dlstudio.data.declared import declared
from dlstudio.data.prepare import Prepared
from dlstudio.exchange.scripts.closure import Carried
from dlstudio.exchange.scripts.optimizer_code import Weights, optimizer_code, restraint_code
from dlstudio.exchange.scripts.schedule_code import schedule_code, validation_code
from dlstudio.exchange.subject import Subject

MIXING = ("Mixup", "CutMix")


def refused(reason: str) -> ProjectProblem:
    """Why no script can be made of a training."""
    text = f"A training script cannot carry this: {reason}. Export the trained network as python instead."
    return ProjectProblem(text, (Issue("error", "export", text),))


@dataclass
class Lesson(ABC):
    """One way to train as parts of a script: files that it carries, settings, and functions of its own."""

    subject: Subject
    recipe: Any
    prepared: Prepared
    sources: Mapping[str, Source]
    modules: Mapping[str, nn.Module]
    """Networks of the sources as they are before a training."""
    total: int | None = None
    """How many steps the run was to take, where that was said."""
    ours: dict[str, set[str]] = field(default_factory=dict)
    """What is carried along of our own modules, by file."""

    files: ClassVar[tuple[str, ...]] = ("learner.py", "training.py")
    kind: ClassVar[str]
    judges: ClassVar[bool] = True
    """Whether what it measures on validation samples can change what it learns."""

    @abstractmethod
    def columns(self) -> list[str]:
        """The columns of the data that it uses."""

    def settings(self) -> Mapping[str, Any]:
        """The values of constants."""
        return {}

    def aliases(self) -> Mapping[str, str]:
        """What stands for names of the files that it carries."""
        return {}

    def functions(self) -> Iterator[str]:
        """Functions that are written for this training."""
        yield self.optimizer()

    def carried(self) -> Sequence[Carried]:
        """Definitions of ours that stand before all others."""
        return ()

    def epochs(self) -> int:
        """How many epochs it can come to."""
        return int(self.recipe.epochs)

    def updates(self) -> int:
        """How many steps of the optimizer there are for each batch."""
        return 1

    @property
    def module(self) -> nn.Module:
        return self.modules[MODEL]

    @property
    def counts(self) -> str:
        """The column that says how much each sample counts."""
        return next((name for name, column in self.prepared.columns.items() if column.role == "weight"), "")

    @property
    def blended(self) -> bool:
        """Whether samples are mixed with each other."""
        return any(each.get("kind") in MIXING for each in entries(self.subject.project))

    def weights(self, role: str = MODEL) -> Weights:
        """The weights of a network that learn."""
        module, kept = self.modules[role], self.held(role)
        if self.recipe.learning != "all":
            kept = [*kept, *(name for name, _ in module.named_parameters(recurse=False))]
        return {
            name: weight
            for name, weight in module.named_parameters()
            if not any(name == node or name.startswith(f"{node}.") for node in kept)
        }

    def held(self, role: str = MODEL) -> list[str]:
        """The nodes that keep their weights."""
        return held(self.subject.project, self.recipe, role, self.modules[role])

    def lies_last(self, role: str = MODEL) -> bool:
        """Whether pictures lie in memory with their channels last."""
        recipe: Recipe = self.recipe
        fast = recipe.layout == "auto" and last_is_faster(self.modules[role], recipe, torch.device("cpu"))
        return recipe.layout == "channels last" or fast

    @property
    def asks(self) -> str:
        """What the optimizer asks for several times."""
        made: Optimizer = declared(optimizers, self.recipe.optimizer)
        return made.closure

    def optimizer(self) -> str:
        """The function that makes the optimizer."""
        return optimizer_code(self.recipe, self.recipe.optimizer, self.weights(), self.callee)

    def restraints(self) -> dict[str, str]:
        """The functions of what holds weights and gradients back, by place."""
        return restraint_code(self.recipe, [self.weights(role) for role in self.modules], self.callee)

    @property
    def schedule(self) -> Schedule:
        """How the learning rate changes."""
        found: Schedule = declared(schedules, self.recipe.schedule)
        return found

    @property
    def waits(self) -> bool:
        """Whether the rate follows what is measured."""
        return bool(self.schedule.measures) and self.judges and len(self.prepared.validation) > 0

    def rates(self) -> list[str]:
        """The functions of the schedule."""
        return validation_code(self.schedule) if self.waits else schedule_code(self.schedule)

    def carry(self, made: Formula) -> Formula:
        """Takes note of what a formula calls of ours."""
        for file, name in made.carried:
            self.ours.setdefault(file, set()).add(name)
        return made

    def callee(self, source: str) -> str:
        """What is written for torch's or one of our functions, which is carried along."""
        if not source.startswith("."):
            return source
        file, name = source[1:].split(".")
        self.ours.setdefault(file, set()).add(name)
        return name


lessons: dict[str, type[Lesson]] = {}


def teaches(kind: str) -> Callable[[type[Lesson]], type[Lesson]]:
    """Binds a lesson to its recipe."""

    def register(cls: type[Lesson]) -> type[Lesson]:
        cls.kind = kind
        lessons[kind] = cls
        return cls

    return register


def lesson_of(kind: str) -> type[Lesson]:
    """The lesson of a recipe; a new file in this package is found without being named anywhere."""
    package = import_module("dlstudio.exchange.scripts.lessons")
    for found in pkgutil.iter_modules(package.__path__):
        import_module(f"{package.__name__}.{found.name}")
    if kind not in lessons:
        raise refused(f"nobody has written down yet how the recipe {kind} trains")
    return lessons[kind]
