"""Facts: what was found about a project's data, as plain values that the window can show; without torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dlstudio.core.document import MODEL, Project
from dlstudio.core.issue import Fix, Issue

if TYPE_CHECKING:
    from dlstudio.ui.panels.data.survey import Survey

Face = Literal["pictures", "waves", "texts", "rows"]
"""How samples are seen best."""

PARTS = {"train": "training", "validation": "validation", "test": "test"}
"""The parts by their names in the engine, in words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A project whose data is to be looked at, and where its relative paths start."""

    project: Project
    folder: Path


@dataclass(frozen=True, slots=True)
class ColumnFact:
    """One column: what it is called, what it is for, and what it holds."""

    name: str
    role: str
    holds: str
    classes: tuple[str, ...] = ()
    label: bool = False


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table file: the role it has, and its first cell."""

    name: str
    role: str
    example: str


@dataclass(frozen=True, slots=True)
class Fit:
    """An input or output of a network with its column, and why that does not fit; or with a note of what it is."""

    node: str
    what: Literal["input", "target", "noise"]
    """Noise is what an input gets that no column was given to."""
    column: str = ""
    reason: str = ""
    fixes: tuple[Fix, ...] = ()
    network: str = MODEL
    note: str = ""


@dataclass(frozen=True)
class Facts:
    """All that is known of the data; a mistake in one place leaves the others known.

    `mistakes` holds a sentence by its place: source, split, draw, transforms/0, augment/1."""

    total: int = 0
    parts: Mapping[str, int] = field(default_factory=dict)
    columns: tuple[ColumnFact, ...] = ()
    issues: tuple[Issue, ...] = ()
    mistakes: Mapping[str, str] = field(default_factory=dict)
    balance: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    """How many samples each class has: by column, part and class."""
    table: tuple[TableColumn, ...] = ()
    fits: tuple[Fit, ...] = ()
    face: Face = "rows"
    plane: bool = False
    """Whether samples are points of a plane."""
    split: str = ""
    """The kind of split that divides the samples, said or usual."""
    halted: bool = False
    """Whether the reading was ended before anything was known."""
    survey: "Survey | None" = None
    """Whom further questions are put to, in a thread."""

    @property
    def labels(self) -> tuple[ColumnFact, ...]:
        """The columns with one class for each sample."""
        return tuple(column for column in self.columns if column.label)

    @property
    def labels_by_name(self) -> dict[str, ColumnFact]:
        return {column.name: column for column in self.labels}
