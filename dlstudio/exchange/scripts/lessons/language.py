"""Language as a script: windows read in chunks; states go on from one to the next, gradients do not."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from dlstudio.catalog.recipes import Language
from dlstudio.compiler.memory import carried, keepers
from dlstudio.core import edits
from dlstudio.core.document import MODEL
from dlstudio.data.wiring import Wiring, wire
from dlstudio.exchange.scripts.closure import Carried, closure
from dlstudio.exchange.scripts.lesson import Lesson, refused, teaches
from dlstudio.exchange.scripts.loss_code import Compared

MEMORY = "dlstudio.compiler.memory"


@teaches("Language")
class LanguageLesson(Lesson):
    """A network that foretells the next symbol of each place in a text."""

    files = ("learner.py", "training.py", "language.py")
    recipe: Language

    @cached_property
    def states(self) -> Mapping[str, str]:
        """The inputs that take a state, each with the output that gives it."""
        return carried(self.subject.project.networks[MODEL])

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """The layers whose state is handed on from outside."""
        named = {part: name for name, part in self.module.named_modules()}
        return tuple(named[part] for part in keepers(self.subject.project, self.module))

    @cached_property
    def wiring(self) -> Wiring:
        """Which column is read, and which is foretold; states have nothing to do with the data."""
        project = edits.remove(self.subject.project, MODEL, [*self.states.keys(), *self.states.values()])
        return wire(project, self.prepared.columns)

    @property
    def target(self) -> tuple[str, str]:
        """The output that foretells, and the column of what it should foretell."""
        for found in self.wiring.targets.items():
            return found
        raise refused("no column of its data is what it should foretell")

    def columns(self) -> list[str]:
        wired = {*self.wiring.inputs.values(), self.target[1]}
        return [name for name in self.prepared.columns if name in wired]

    def settings(self) -> Mapping[str, Any]:
        ((entry, text),) = self.wiring.inputs.items()
        source = self.sources[MODEL]
        made = list(source.outputs)
        states = {name: (made.index(giver), source.inputs[name].shape) for name, giver in self.states.items()}
        return {
            "TEXT": text,
            "NEXT": self.target[1],
            "CHUNK": self.chunk,
            "KEEPERS": self.kept,
            "WITH_STATES": bool(states),
            "STATES": states,
            "ENTRY": entry,
            "GIVEN": tuple(source.inputs),
            "ANSWER": made.index(self.target[0]),
        }

    @property
    def length(self) -> int:
        """How many symbols a window has."""
        (text,) = self.wiring.inputs.values()
        return self.prepared.columns[text].tensor.shape[0]

    @property
    def chunk(self) -> int:
        """How many of them are read at once."""
        return min(self.recipe.chunk, self.length) if self.states or self.kept else self.length

    def updates(self) -> int:
        return math.ceil(self.length / self.chunk)

    def carried(self) -> Sequence[Carried]:
        return [closure(MEMORY, [(MEMORY, "Memory")])] if self.kept else []

    def functions(self) -> Iterator[str]:
        columns, targets = self.prepared.columns, dict([self.target])
        yield Compared(self.subject.project, columns, targets, self.counts, self.carry, self.blended).code()
        yield from super().functions()
