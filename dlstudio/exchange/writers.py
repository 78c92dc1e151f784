"""Writers: the work of each export format, bound to its declaration by name."""

import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from torch import Tensor

from dlstudio.catalog.formats import Format
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.asking import Answers, ask
from dlstudio.exchange.difference import Difference, differences
from dlstudio.exchange.subject import Subject
from dlstudio.runs.folder import RunFolder

Tell = Callable[[str, float], None]
"""Hears what is being done, and which share of all work is behind."""


@dataclass
class Product:
    """What a writer leaves behind: further files beside the main one, and what its proof needs."""

    files: tuple[Path, ...] = ()
    job: Mapping[str, Any] = field(default_factory=dict)
    """Plain values for the program that asks the file."""
    expected: Mapping[str, Tensor] = field(default_factory=dict)
    """Values within the network, by their names in the file, for the largest batch."""
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The node that each of them belongs to."""
    asked: str = ""
    """What the file was asked, where that is not what it says to batches of samples."""
    notes: tuple[str, ...] = ()


class Writer(ABC):
    """Writes one format."""

    program: ClassVar[str]
    """The file in `proof/` that asks such a file in a process of its own."""

    @abstractmethod
    def write(self, form: Any, subject: Subject, path: Path) -> Product:
        """Writes the file and what belongs beside it; a ProjectProblem names the node that the format cannot carry."""

    def prove(
        self, form: Any, subject: Subject, file: Path, product: Product, folder: Path
    ) -> tuple[Answers, list[Difference]]:
        """Asks the file in a process of its own, and compares what it says with what the trained model says."""
        inputs, outputs = subject.source.inputs, list(subject.source.outputs)
        batches = self.batches(form, subject, raw=self.raw(form))
        given = [dict(zip(inputs, batch, strict=True)) for batch in batches]
        answers = ask(self.program, file, folder, given, outputs, product.job)
        if answers.problem:
            return answers, []
        expected = [subject.answers(batch) for batch in self.batches(form, subject, raw=False)]
        return answers, differences(expected, answers.batches)

    def batches(self, form: Any, subject: Subject, *, raw: bool) -> list[tuple[Tensor, ...]]:
        """What the file is asked."""
        return subject.samples.batches(raw=raw)

    def network(self, project: Project, wanted: str) -> str:
        """The network of a project that is asked, where another was named or none."""
        return wanted

    def raw(self, form: Any) -> bool:
        """Whether the file takes samples as the data holds them."""
        return bool(form.values().get("preprocessing", False))


@dataclass(frozen=True)
class Telling:
    """How an account is to be given of a run."""

    best: bool = True
    folder: Path | None = None
    allow_code: bool = False


class Account(ABC):
    """Writes what people read of a run: no machine can be asked it, so it has no proof."""

    @abstractmethod
    def tell(self, run: RunFolder, path: Path, how: Telling) -> None:
        """Writes the file."""


writers: dict[str, Writer | Account] = {}

W = TypeVar("W", bound=Writer | Account)


def writes(kind: str) -> Callable[[type[W]], type[W]]:
    """Binds a writer to its format."""

    def register(cls: type[W]) -> type[W]:
        writers[kind] = cls()
        return cls

    return register


def writer(form: Format) -> Writer | Account:
    """The writer of a format; a new file in this package is found without being named anywhere."""
    for package in form.needs:
        try:
            import_module(package)
        except ImportError:
            raise ProjectProblem(
                f"{form.title} needs the package {package}: install it with pip install 'dlstudio[{form.extra}]'."
            ) from None
    if form.kind not in writers:
        here = import_module("dlstudio.exchange")
        for found in pkgutil.iter_modules(here.__path__):
            if found.name.endswith("_file"):
                import_module(f"{here.__name__}.{found.name}")
    return writers[form.kind]
