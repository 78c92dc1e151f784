"""Costs: what each node of a network takes, blocks with all that is in them, as lines of a table."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dlstudio.catalog.layers import layers
from dlstudio.catalog.optimizers import Optimizer
from dlstudio.compiler.cost import Memory, Precision, Row, size, summarize
from dlstudio.compiler.plan import Plan
from dlstudio.core.document import BLOCK, natural

Column = Literal["node", "kind", "shape", "parameters", "macs", "memory"]
COLUMNS: tuple[Column, ...] = ("node", "kind", "shape", "parameters", "macs", "memory")
NUMBERS: tuple[Column, ...] = ("parameters", "macs", "memory")
TITLES = {
    "node": "Node", "kind": "Kind", "shape": "Output", "parameters": "Parameters", "macs": "MACs",
    "memory": "Activations",
}  # fmt: skip

Way = tuple[str, ...]
"""The blocks that lead to a node, and the node."""


@dataclass(frozen=True, slots=True)
class Line:
    """One node in all rounds of the blocks that it stands in."""

    way: Way
    kind: str
    family: str
    shape: str
    parameters: int
    macs: int
    memory: int
    live: bool
    children: tuple["Line", ...] = ()

    @property
    def node(self) -> str:
        return self.way[-1]


@dataclass(frozen=True, slots=True)
class Question:
    """Of what, and for which batches, the costs are wanted."""

    plan: Plan
    batch: int
    precision: Precision
    optimizer: Optimizer

    def same(self, other: "Question") -> bool:
        """Whether the answer is the same; plans are told apart by identity."""
        return self.plan is other.plan and (
            self.batch,
            self.precision,
            self.optimizer,
        ) == (other.batch, other.precision, other.optimizer)


@dataclass(frozen=True, slots=True)
class Costs:
    """The lines of a network, and its sums."""

    lines: tuple[Line, ...]
    parameters: int
    macs: int
    activations: int
    memory: Memory
    sound: bool

    def whole(self, column: Column) -> int:
        """What all nodes take together."""
        return {"parameters": self.parameters, "macs": self.macs, "memory": self.activations}.get(column, 0)


def costs(asked: Question) -> Costs:
    """What a network takes, node by node."""
    found = summarize(asked.plan, batch=asked.batch, optimizer=asked.optimizer, precision=asked.precision)
    lines = _lines(asked.plan, asked, (), {})
    activations = sum(line.memory for line in lines)
    return Costs(lines, found.parameters, found.macs, activations, found.memory, found.sound)


def _lines(plan: Plan, asked: Question, way: Way, known: dict[int, tuple[Row, ...]]) -> tuple[Line, ...]:
    if id(plan) not in known:
        known[id(plan)] = summarize(plan, batch=1, precision=asked.precision).rows
    return tuple(_line(plan, row, asked, (*way, row.node), known) for row in known[id(plan)])


def _line(plan: Plan, row: Row, asked: Question, way: Way, known: dict[int, tuple[Row, ...]]) -> Line:
    verdict = plan.verdicts.get(row.node)
    rounds = verdict.inner if verdict else ()
    fields = plan.network.nodes[row.node].fields
    inside = [_lines(inner, asked, way, known) for inner in rounds]
    children = _together(inside, shared=fields.get("share") == "shared") if inside else ()
    cls = layers.get(row.kind)
    kind = _placed(rounds) if row.kind == BLOCK and rounds else row.title
    memory = row.activation_bytes * asked.batch
    family = cls.family if cls else ""
    return Line(way, kind, family, row.text, row.parameters, row.macs, memory, row.live, children)


def _placed(rounds: Sequence[Plan]) -> str:
    times = f" ×{len(rounds)}" if len(rounds) > 1 else ""
    return f"{rounds[0].name}{times}"


def _together(rounds: Sequence[tuple[Line, ...]], *, shared: bool) -> tuple[Line, ...]:
    """The rounds of a block as one: what repeats is summed up, shared weights are counted once."""
    return tuple(
        replace(
            lines[0],
            shape=lines[-1].shape or lines[0].shape,
            parameters=lines[0].parameters if shared else sum(line.parameters for line in lines),
            macs=sum(line.macs for line in lines),
            memory=sum(line.memory for line in lines),
            children=_together([line.children for line in lines], shared=shared),
        )
        for lines in zip(*rounds, strict=True)
    )


def sifted(lines: Iterable[Line], words: str) -> tuple[Line, ...]:
    """The lines that hold the words in their name or kind, and those that lead to such."""
    wanted = words.lower().split()
    return tuple(_sift(lines, wanted)) if wanted else tuple(lines)


def _sift(lines: Iterable[Line], wanted: Sequence[str]) -> Iterator[Line]:
    for line in lines:
        text = f"{line.node} {line.kind}".lower()
        if all(word in text for word in wanted):
            yield line
        elif inside := tuple(_sift(line.children, wanted)):
            yield replace(line, children=inside)


def ordered(lines: Iterable[Line], column: Column | None, *, falling: bool) -> list[Line]:
    """Lines in the order of a column; without one, as the network runs."""
    if column is None:
        return list(lines)
    if column in NUMBERS:
        return sorted(lines, key=lambda line: getattr(line, column), reverse=falling)
    return sorted(lines, key=lambda line: natural(getattr(line, column)), reverse=falling)


def cell(line: Line, column: Column) -> str:
    """What stands in a cell."""
    if column == "memory":
        return size(line.memory) if line.memory else "·"
    if column in NUMBERS:
        return f"{getattr(line, column):,}" if getattr(line, column) else "·"
    if column == "shape":
        return f"{line.shape} (left out)" if line.shape and not line.live else line.shape or "?"
    return str(getattr(line, column))


def flat(lines: Iterable[Line]) -> Iterator[Line]:
    """All lines, what is in a block after it."""
    for line in lines:
        yield line
        yield from flat(line.children)


def as_csv(found: Costs) -> str:
    """The table for other programs: whole numbers, and bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["node", "kind", "output", "parameters", "macs", "activation_bytes"])
    for line in flat(found.lines):
        writer.writerow(["/".join(line.way), line.kind, line.shape, line.parameters, line.macs, line.memory])
    return text.getvalue()


def as_markdown(found: Costs) -> str:
    """The table for a text."""
    lines = [
        "| " + " | ".join(TITLES.values()) + " |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
        *("| " + " | ".join(["/".join(x.way), *(cell(x, c) for c in COLUMNS[1:])]) + " |" for x in flat(found.lines)),
        f"| **Total** | | | {found.parameters:,} | {found.macs:,} | {size(found.activations)} |",
    ]
    return "\n".join(lines) + "\n"
