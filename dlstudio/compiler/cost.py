"""cost: what a network takes: parameters, multiply-accumulates and memory, node by node and as a whole.

Conventions. Memory is what tensors take, without the allocator's slack and the scratch space of kernels. A node keeps
its outputs for the backward pass; inputs are held by whoever calls the network. The peaks come from a sweep over the
order of the steps: a tensor is alive from the step that makes it to the last that uses it, and in the backward pass its
gradient is alive just as long. Weights, gradients and optimizer state count parameters, not buffers. A network that
cannot be built yet is counted whole, a sound one without what is left out of the model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dlstudio.catalog.layers import layers
from dlstudio.catalog.optimizers import Optimizer, optimizers
from dlstudio.catalog.optimizers.adaptive import Adam
from dlstudio.catalog.optimizers.held import Held
from dlstudio.catalog.recipes import ADAM
from dlstudio.compiler.ledger import NOTHING, Entry, Ledger, counted
from dlstudio.compiler.plan import Plan
from dlstudio.compiler.planner import Planner
from dlstudio.core.document import MODEL, OUTPUT, Node, Project, natural
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.spec import BadFields, make

Plain = Literal["sgd", "momentum", "adam"]
Precision = Literal["float32", "bf16"]

COPIES: dict[Plain, int] = {"sgd": 0, "momentum": 1, "adam": 2}
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
    optimizer: str
    precision: Precision
    weights: int
    gradients: int
    state: int
    activations: int
    training: int
    inference: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What a network takes as a whole."""

    parameters: int
    macs: int
    memory: Memory


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
    optimizer: Plain | Optimizer = "adam",
    precision: Precision = "float32",
) -> Summary:
    """What a network of the project takes; of a half-drawn one, what its sound part takes."""
    if network not in project.networks:
        raise ProjectProblem(f"The project has no network “{network}” (it has: {', '.join(project.networks)}).")
    return summarize(Planner(project).plan(network), batch=batch, optimizer=optimizer, precision=precision)


def summarize(
    plan: Plan, *, batch: int = 64, optimizer: Plain | Optimizer = "adam", precision: Precision = "float32"
) -> Summary:
    """What a planned network takes, node by node."""
    total, added, working = _totals(plan, batch, optimizer, precision)
    rows = tuple(_row(plan, node, added.get(node.id, NOTHING), node.id in working) for node in _in_order(plan))
    return Summary(plan.name, plan.sound, total.parameters, total.macs, rows, total.memory)


def totals(
    plan: Plan, *, batch: int = 64, optimizer: Plain | Optimizer = "adam", precision: Precision = "float32"
) -> Totals:
    """What a planned network takes as a whole: quick enough for after every edit."""
    return _totals(plan, batch, optimizer, precision)[0]


def ahead(plan: Plan, most: int, *, precision: Precision = "float32") -> bool:
    """Counts so many nodes at most of those that were never counted; whether more are left. The whole is then quick."""
    return Ledger(WIDTH[precision]).ahead(plan, most)


def _totals(
    plan: Plan, batch: int, optimizer: Plain | Optimizer, precision: Precision
) -> tuple[Totals, dict[str, Entry], set[str]]:
    """The totals, what each node adds, and which nodes count."""
    if batch < 1:
        raise ValueError(f"a batch has at least one sample, not {batch}")
    ledger = Ledger(WIDTH[precision])
    entries = ledger.entries(plan)
    total = ledger.total(plan, entries)
    working = {step.id for step in counted(plan)}
    brought = {name: Entry(kept=ledger.bytes(x)) for name, x in plan.inputs.items() if name in working}
    held = sum(entry.kept for entry in brought.values())
    weights = total.parameters * WIDTH[precision]
    name, kept = _remembered(optimizer, total.held)
    state = kept * WIDTH[precision]
    memory = Memory(
        batch=batch,
        optimizer=name,
        precision=precision,
        weights=weights,
        gradients=weights,
        state=state,
        activations=batch * (held + total.kept),
        training=2 * weights + state + batch * (held + total.training),
        inference=weights + batch * (held + total.alive),
    )
    return Totals(total.parameters, total.macs, memory), {**entries, **brought}, working


def _remembered(optimizer: Plain | Optimizer, held: Held) -> tuple[str, int]:
    """The name of an optimizer, and how many numbers it remembers for what there is to train."""
    if isinstance(optimizer, str):
        return optimizer, COPIES[optimizer] * held.numbers
    return optimizer.title, optimizer.remembers(held)


def named_optimizer(project: Project) -> Optimizer:
    """The optimizer that the training of a project names; Adam where it names none that is known."""
    spec = project.training.get("optimizer", ADAM)
    kind, fields = spec.get("kind"), spec.drop("kind")
    try:
        return make(optimizers[kind], fields, {}) if kind in optimizers else Adam()
    except BadFields:
        return Adam()


def _in_order(plan: Plan) -> list[Node]:
    """The nodes as they run, then those on or behind a cycle."""
    placed = {node.id for node in plan.order}
    rest = sorted((name for name in plan.network.nodes if name not in placed), key=natural)
    return [*plan.order, *(plan.network.nodes[name] for name in rest)]


def _row(plan: Plan, node: Node, entry: Entry, live: bool) -> Row:
    cls, step = layers.get(node.kind), plan.steps.get(node.id)
    title = cls.title if cls else node.kind
    if step is None:
        return Row(node.id, node.kind, title, None, {}, "")
    outs = {"x": plan.outputs[node.id]} if node.kind == OUTPUT else step.outs
    shapes = {port: x.shape for port, x in outs.items()}
    return Row(
        node=node.id,
        kind=node.kind,
        title=title,
        shape=next(iter(shapes.values()), None),
        shapes=shapes,
        text=", ".join(map(str, outs.values())),
        parameters=entry.parameters,
        macs=entry.macs,
        activation_bytes=entry.kept,
        live=live,
    )


def short(number: int) -> str:
    """A count as a status bar shows it: 61,706 or 0.42 M or 4.09 G."""
    if number < 100_000:
        return f"{number:,}"
    unit, scale = next((unit, scale) for unit, scale in _SCALES if number >= scale / 10)
    return f"{number / scale:,.2f} {unit}"


_SCALES = (("E", 10**18), ("P", 10**15), ("T", 10**12), ("G", 10**9), ("M", 10**6))


def size(number: int) -> str:
    """Bytes as people read them: 14 MB, 1.3 GB."""
    for unit, scale in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 1000)):
        if number >= scale:
            return f"{number / scale:.{0 if number >= 10 * scale else 1}f} {unit}"
    return f"{number} bytes"
