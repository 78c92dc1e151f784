"""Question: what somebody wants to know of a network as it stands; asked of a training or of a run's weights alike."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import nn

from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.prepare import Part, Prepared
from dlstudio.training import randomness
from dlstudio.training.method import Method
from dlstudio.training.probes.features import judging


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question is asked of: a training as it stands behind a step."""

    method: Method
    step: int

    @property
    def project(self) -> Project:
        return self.method.task.project

    @property
    def prepared(self) -> Prepared:
        return self.method.task.prepared

    @property
    def device(self) -> torch.device:
        return self.method.task.device

    def module(self, network: str) -> nn.Module:
        """A network of the training as plain torch runs it, or a ProjectProblem that names those there are."""
        modules = self.method.task.modules
        if network not in modules:
            raise ProjectProblem(f"The network “{network}” is not trained here; {', '.join(modules)} is.")
        plain: nn.Module = getattr(modules[network], "_orig_mod", modules[network])
        return plain

    def part(self, name: str) -> Part:
        """A part of the data that has samples: the one that is named, or that which was learnt from."""
        part = self.prepared.parts[name]
        return part if len(part) else self.prepared.train

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Networks as they are when they are used; afterwards everything goes on as if nobody had asked."""
        kept = randomness.state(self.device)
        with torch.no_grad(), ExitStack() as stack:
            for module in self.method.task.modules.values():
                stack.enter_context(judging(module))
            stack.enter_context(self.method.measuring())
            try:
                yield
            finally:
                randomness.restore(kept, self.device)


@dataclass(frozen=True)
class Question(ABC):
    """A frozen value: two that are equal have the same answer at the same step."""

    @abstractmethod
    def ask(self, subject: Subject) -> Any:
        """The answer as frozen dataclasses of plain values and tensors in main memory; a ProjectProblem says why there
        is none. It is called `at_rest`."""

    @property
    def topic(self) -> str:
        """The name under which its answers are kept on disk."""
        said = ",".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self))
        return f"{type(self).__name__}({said})"


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a question: the answer, or why there is none, and the step that it belongs to."""

    step: int
    value: Any = None
    problem: str = ""
    seconds: float = 0.0
    mistake: Exception | None = None
    """One of ours: whoever shows answers raises it; the training goes on."""


def answered(question: Question, subject: Subject, clock: Callable[[], float]) -> Answered:
    """Asks; what cannot be answered is a sentence."""
    began = clock()
    try:
        with subject.at_rest():
            return Answered(subject.step, question.ask(subject), seconds=clock() - began)
    except ProjectProblem as problem:
        return Answered(subject.step, problem=str(problem), seconds=clock() - began)
    except Exception as mistake:  # noqa: BLE001 - a training of hours does not end for a question
        said = f"{type(mistake).__name__}: {mistake}"
        return Answered(subject.step, problem=said, seconds=clock() - began, mistake=mistake)
