"""Lesson: what a template learns from: its data, its training, and what to look at meanwhile."""

from dataclasses import dataclass, replace
from typing import Any

from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen, Value, freeze


@dataclass(frozen=True)
class Lesson:
    """The data and the training of one template, and a hint of two to four sentences for its notes."""

    data: Frozen[str, Value]
    training: Frozen[str, Value]
    hint: str

    def taught(self, made: Project) -> Project:
        """The template with its lesson; the hint is the last paragraph of its notes."""
        return replace(made, notes=f"{made.notes}\n\n{self.hint}", data=self.data, training=self.training)


COSINE: dict[str, Any] = {"kind": "Cosine"}
"""The rate falls to nothing at the end, so that the last epochs calm down."""

lessons: dict[str, Lesson] = {}
"""By the name of the template."""


def lesson(
    name: str,
    source: dict[str, Any],
    hint: str,
    *,
    recipe: str = "Supervised",
    rate: float = 0.001,
    data: dict[str, Any] | None = None,
    **training: Any,
) -> None:
    """Gives a template its lesson; it is taught by Adam at a rate, unless an optimizer is named."""
    said = {"kind": recipe, "optimizer": {"kind": "Adam", "lr": rate}, **training}
    lessons[name] = Lesson(freeze({"source": source, **(data or {})}), freeze(said), hint)
