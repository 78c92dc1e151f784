"""Plan: a network with the shape on every wire, in the order in which it runs, and all that stands in the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dlstudio.catalog.code import Call
from dlstudio.catalog.layer import Layer, Port
from dlstudio.core.document import DELAY, INPUT, OUTPUT, Network, Node
from dlstudio.core.frozen import Value
from dlstudio.core.issue import Issue
from dlstudio.core.tensor import TIME, Tensor

Ins = Mapping[str, Any]
"""What a shape rule is given: a Tensor for each wired port, a tuple of them for a many-port."""

Origin = tuple[str, str]
"""An output port: node and port name."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Step:
    """One node at work: its declaration, what comes in from where, and what goes out."""

    node: Node
    layer: Layer
    ins: Ins = field(default_factory=dict)
    origins: Mapping[str, tuple[Origin, ...]] = field(default_factory=dict)
    outs: Mapping[str, Tensor] = field(default_factory=dict)
    inner: tuple["Plan", ...] = ()
    """For a block, the plan of what it places, once for each repeat."""

    @property
    def id(self) -> str:
        return self.node.id

    @property
    def muted(self) -> bool:
        """Whether the step only passes its first input on; inputs, outputs and delays cannot be muted."""
        return self.node.muted and self.node.kind not in (INPUT, OUTPUT, DELAY)

    @property
    def feeds(self) -> tuple[Origin, ...]:
        return tuple(origin for group in self.origins.values() for origin in group)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one node: its step when it is sound, what was found, and inputs that nothing is wired into."""

    step: Step | None = None
    issues: tuple[Issue, ...] = ()
    unwired: tuple[Port, ...] = ()
    inner: tuple["Plan", ...] = ()
    """What a block places, one plan for each repeat; for an unsound one, up to the round that failed."""


@dataclass(frozen=True)
class Plan:
    """A network worked out for given inputs and arguments; what is unsound is missing from `steps` and `shapes`."""

    name: str
    network: Network
    arguments: Mapping[str, Value]
    order: tuple[Node, ...]
    verdicts: Mapping[str, Verdict]
    steps: Mapping[str, Step]
    shapes: Mapping[Origin, Tensor]
    inputs: Mapping[str, Tensor]
    outputs: Mapping[str, Tensor]
    issues: tuple[Issue, ...]
    live: frozenset[str]
    """The nodes that some output depends on; the others are not part of the model."""
    given: Mapping[str, Tensor] = field(default_factory=dict)
    """What the wires outside carry to its inputs, where it was worked out as a block."""
    time: int | None = None
    """How many time steps the network runs, where it holds delays."""

    @property
    def loops(self) -> bool:
        """Whether the network runs once for each time step."""
        return self.time is not None

    @property
    def sound(self) -> bool:
        return not any(issue.severity == "error" for issue in self.issues)

    @property
    def inner(self) -> Mapping[str, tuple["Plan", ...]]:
        """What each block places."""
        return {node: verdict.inner for node, verdict in self.verdicts.items() if verdict.inner}


def construction(step: Step) -> Call | None:
    """The constructor call that makes the step's submodule, if it has one."""
    return step.layer.construct(**step.ins)


def weight_owner(network: Network, node: str) -> str | None:
    """The node whose weights this one uses: itself, or whom it names, or whom that one names; None in a circle."""
    seen = {node}
    while wanted := network.nodes[node].fields.get("same_weights_as"):
        if wanted in seen or wanted not in network.nodes:
            return None
        seen.add(wanted)
        node = wanted
    return node


def one_step(x: Tensor) -> Tensor:
    """What one time step of a tensor holds."""
    axis = x.axes.index(TIME)
    rest = x.shape[:axis] + x.shape[axis + 1 :]
    if len(rest) == 1 and x.dtype == "float":
        return Tensor.of(*rest)
    return Tensor(rest, x.axes[:axis] + x.axes[axis + 1 :], x.dtype)


def stacked(x: Tensor, time: int) -> Tensor:
    """Many time steps of a tensor in a row."""
    return Tensor((time, *x.shape), (TIME, *x.axes), x.dtype)
