"""Report: what came of a model on its way into a project, node by node and in words."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

SHOWN = 5
LISTS = ("kept", "left", "hints")
"""The lists of a report that name nodes."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing worth saying: about which node, what it was there, and why it is as it is."""

    node: str
    what: str
    why: str = ""

    def __str__(self) -> str:
        said = f"{self.what} ({self.why})" if self.why else self.what
        return f"{self.node}: {said}" if self.node else said

    def within(self, prefix: str) -> "Remark":
        """The same of a node in a block."""
        return Remark(f"{prefix}{self.node}" if self.node else prefix.rstrip("/"), self.what, self.why)


@dataclass
class Report:
    """What was taken as layers, what is kept without being known, and what was left out."""

    source: str = "the model"
    taken: Counter[str] = field(default_factory=Counter)
    """How many nodes of each kind."""
    kept: list[Remark] = field(default_factory=list)
    left: list[Remark] = field(default_factory=list)
    hints: list[Remark] = field(default_factory=list)
    """What is worth knowing of single nodes that became layers."""
    renamed: dict[str, str] = field(default_factory=dict)
    """What names of weights begin with there, and in the project, where that differs."""
    notes: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether every part of the model became a layer that runs."""
        return not (self.kept or self.left)

    def merge(self, other: "Report", prefix: str = "") -> None:
        """Takes over what is said of a part."""
        self.taken.update(other.taken)
        for name in LISTS:
            mine, theirs = getattr(self, name), [each.within(prefix) for each in getattr(other, name)]
            mine.extend(each for each in dict.fromkeys(theirs) if each not in mine)
        self.notes.extend(note for note in other.notes if note not in self.notes)

    def __str__(self) -> str:
        count = self.taken.total()
        parts = [f"{count:,} {'node' if count == 1 else 'nodes'} of {self.source} became layers."]
        if self.kept:
            parts.append(f"Kept, but not known, so they do not run: {_some(self.kept)}.")
        if self.left:
            parts.append(f"Left out: {_some(self.left)}.")
        if self.renamed:
            pairs = [f"{old} is {new}" for old, new in self.renamed.items()]
            parts.append(f"Names that had to change: {_some(pairs)}.")
        if self.hints:
            parts.append(f"To know: {_some([str(each).rstrip('.') for each in self.hints])}.")
        return " ".join([*parts, *self.notes])

    def plain(self) -> dict[str, Any]:
        """The report for machines."""
        lists = {name: [asdict(remark) for remark in getattr(self, name)] for name in LISTS}
        taken = dict(sorted(self.taken.items()))
        return {"source": self.source, "taken": taken, **lists, "renamed": self.renamed, "notes": self.notes}

    @classmethod
    def of(cls, told: dict[str, Any]) -> "Report":
        """The report that was told for machines."""
        made = cls(str(told["source"]), Counter(told["taken"]), renamed=dict(told["renamed"]))
        for name in LISTS:
            setattr(made, name, [Remark(**each) for each in told[name]])
        made.notes = [str(note) for note in told["notes"]]
        return made


def _some(things: "list[Remark] | list[str]") -> str:
    more = f"; and {len(things) - SHOWN:,} more" if len(things) > SHOWN else ""
    return "; ".join(map(str, things[:SHOWN])) + more
