"""cost: what a network takes: parameters, multiply-accumulates and memory, node by node and as a whole.

Conventions. Memory is what tensors take, without the allocator's slack and the scratch space of kernels. A node keeps
its outputs for the backward pass; inputs are held by whoever calls the network. The peaks come from a sweep over the
order of the steps: a tensor is alive from the step that makes it to the last that uses it, and in the backward pass its
gradient is alive just as long. Weights, gradients and optimizer state count parameters, not buffers. A network that
cannot be built yet is counted whole, a sound one without what is left out of the model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from dlstudio.catalog.layer import Layer
from dlstudio.catalog.layers import layers
from dlstudio.compiler.plan import Origin, Plan, Step, weight_owner
from dlstudio.compiler.planner import Planner
from dlstudio.core.document import DELAY, INPUT, MODEL, OUTPUT, Node, Project, natural
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.tensor import BYTES, TIME, Tensor
from dlstudio.core.topology import downstream

Optimizer = Literal["sgd", "momentum", "adam"]
Precision = Literal["float32", "bf16"]

COPIES: dict[Optimizer, int] = {"sgd": 0, "momentum": 1, "adam": 2}
"""How many numbers an optimizer remembers for each parameter."""

WIDTH: dict[Precision, int] = {"float32": 4, "bf16": 2}
"""How many bytes a real number takes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One node: what leaves it, and what it adds to the model (nothing where it borrows weights or is left out)."""

    node: str
    kind: str
    title: str
    shape: tuple[int, ...] | None
    """The first output, without the batch; of an Output, what it gives; None where the node is not sound."""
    shapes: Mapping[str, tuple[int, ...]]
    text: str
    """All outputs in words: "6×28×28"."""
    parameters: int = 0
    macs: int = 0
    activation_bytes: int = 0
    """What the node keeps for the backward pass of one sample."""
    live: bool = True
    """Whether the node is part of the model."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes at one batch size: what training holds, and the peaks of training and of inference."""

    batch: int
    optimizer: Optimizer
    precision: Precision
    weights: int
    gradients: int
    state: int
    activations: int
    training: int
    inference: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a network takes; the rows stand in the order in which the network runs."""

    network: str
    sound: bool
    parameters: int
    macs: int
    rows: tuple[Row, ...]
    memory: Memory


def summary(
    project: Project,
    network: str = MODEL,
    *,
    batch: int = 64,
    optimizer: Optimizer = "adam",
    precision: Precision = "float32",
) -> Summary:
    """What a network of the project takes; of a half-drawn one, what its sound part takes."""
    if network not in project.networks:
        raise ProjectProblem(f"The project has no network “{network}” (it has: {', '.join(project.networks)}).")
    return summarize(Planner(project).plan(network), batch=batch, optimizer=optimizer, precision=precision)


def summarize(
    plan: Plan, *, batch: int = 64, optimizer: Optimizer = "adam", precision: Precision = "float32"
) -> Summary:
    """What a planned network takes."""
    if batch < 1:
        raise ValueError(f"a batch has at least one sample, not {batch}")
    ledger = Ledger(WIDTH[precision])
    entries = ledger.entries(plan)
    rows = tuple(_row(plan, node, entries.get(node.id), ledger) for node in _in_order(plan))
    total = ledger.total(plan)
    held = sum(ledger.bytes(plan.inputs[name]) for name in entries if name in plan.inputs)
    weights = total.parameters * WIDTH[precision]
    state = weights * COPIES[optimizer]
    memory = Memory(
        batch=batch,
        optimizer=optimizer,
        precision=precision,
        weights=weights,
        gradients=weights,
        state=state,
        activations=batch * (held + total.kept),
        training=2 * weights + state + batch * (held + total.training),
        inference=weights + batch * (held + total.alive),
    )
    return Summary(plan.name, plan.sound, total.parameters, total.macs, rows, memory)


def _in_order(plan: Plan) -> list[Node]:
    """The nodes as they run, then those on or behind a cycle."""
    placed = {node.id for node in plan.order}
    rest = sorted((name for name in plan.network.nodes if name not in placed), key=natural)
    return [*plan.order, *(plan.network.nodes[name] for name in rest)]


def _row(plan: Plan, node: Node, entry: "Entry | None", ledger: "Ledger") -> Row:
    cls, step = layers.get(node.kind), plan.steps.get(node.id)
    title = cls.title if cls else node.kind
    if step is None:
        return Row(node.id, node.kind, title, None, {}, "", live=node.id in plan.live)
    outs = {"x": plan.outputs[node.id]} if node.kind == OUTPUT else step.outs
    shapes = {port: x.shape for port, x in outs.items()}
    text = ", ".join(map(str, outs.values()))
    shape = next(iter(shapes.values()), None)
    if entry is None:
        owned = ledger.borrowed(plan, node.id)
        return Row(node.id, node.kind, title, shape, shapes, text, owned, live=False)
    kept = ledger.bytes(plan.inputs[node.id]) if node.kind == INPUT else entry.kept
    return Row(node.id, node.kind, title, shape, shapes, text, entry.parameters, entry.macs, kept)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a step or a whole plan adds at batch 1, without the tensors that are handed to it."""

    parameters: int = 0
    macs: int = 0
    kept: int = 0
    """Bytes that stay until the backward pass."""
    alive: int = 0
    """The most bytes at one moment of the forward pass when nothing stays."""
    training: int = 0
    """The most bytes at one moment of the backward pass: what is still kept, and gradients on their way."""


class Ledger:
    """Adds up plans; what a block places is added up once for each way it is used."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._totals: dict[int, Entry] = {}

    def bytes(self, x: Tensor) -> int:
        return x.size * (self.width if x.dtype == "float" else BYTES[x.dtype])

    def total(self, plan: Plan) -> Entry:
        """The whole plan as one entry."""
        found = self._totals.get(id(plan))
        if found is None:
            found = self._totals[id(plan)] = self._total(plan)
        return found

    def _total(self, plan: Plan) -> Entry:
        entries = self.entries(plan)
        alive, training = Sweep(plan, entries, self).peaks()
        return Entry(
            sum(entry.parameters for entry in entries.values()) + self._all_borrowed(plan, entries),
            sum(entry.macs for entry in entries.values()),
            sum(entry.kept for entry in entries.values()),
            alive,
            training,
        )

    def entries(self, plan: Plan) -> dict[str, Entry]:
        """What each node of the model adds; in a loop over time, for all the steps of it."""
        counted = [step for step in plan.steps.values() if step.id in plan.live or not plan.sound]
        owners = {weight_owner(plan.network, step.id) for step in counted if not step.node.muted}
        turning = moving(plan)
        return {step.id: self._entry(plan, step, step.id in owners, step.id in turning) for step in counted}
