"""The document as a value: Project, Network, Node, Wire and where things lie on the canvas."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from dlstudio.core.frozen import Frozen, Value

MODEL = "model"
"""The name of the network that a project trains unless its recipe says otherwise."""

INPUT, OUTPUT, DELAY, BLOCK = "Input", "Output", "Delay", "Block"
"""The kinds of node that the document itself gives a meaning."""


class Point(NamedTuple):
    """A place on the canvas in pixels at 100 %."""

    x: float
    y: float


class Rect(NamedTuple):
    """A rectangle on the canvas in pixels at 100 %."""

    x: float
    y: float
    width: float
    height: float


class Wire(NamedTuple):
    """Carries the tensor of one output port to one input port."""

    source: str
    output: str
    target: str
    input: str

    def __str__(self) -> str:
        return f"{self.source}.{self.output} → {self.target}.{self.input}"


@dataclass(frozen=True, slots=True)
class Node:
    """One box on the canvas; its id is also its name in the source and in the state dict."""

    id: str
    kind: str
    fields: Frozen[str, Value] = Frozen()
    muted: bool = False
    note: str = ""
    extra: Frozen[str, Value] = Frozen()


@dataclass(frozen=True)
class Network:
    """Nodes and the wires between them; `inbound` holds the wires of each target in port order."""

    kind: str = "tensor"
    nodes: Frozen[str, Node] = Frozen()
    inbound: Frozen[str, tuple[Wire, ...]] = Frozen()
    arguments: Frozen[str, Value] = Frozen()
    note: str = ""
    extra: Frozen[str, Value] = Frozen()

    @classmethod
    def of(cls, nodes: Iterable[Node], wires: Iterable[Wire] = (), **rest: Any) -> "Network":
        """A network from plain nodes and wires."""
        return cls(nodes=Frozen({node.id: node for node in nodes}), inbound=gather(wires), **rest)

    @property
    def wires(self) -> Iterator[Wire]:
        return (wire for wires in self.inbound.values() for wire in wires)

    @cached_property
    def outbound(self) -> Mapping[str, tuple[Wire, ...]]:
        """The wires that leave each node, made when first asked for."""
        return _leaving(self.inbound)

    def of_kind(self, kind: str) -> tuple[Node, ...]:
        """The nodes of one kind, in natural order of their names."""
        return tuple(sorted((n for n in self.nodes.values() if n.kind == kind), key=lambda n: natural(n.id)))


@dataclass(frozen=True, slots=True)
class Frame:
    """A titled rectangle behind nodes that belong together."""

    title: str
    rect: Rect
    color: str = ""
    extra: Frozen[str, Value] = Frozen()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where the things of one network lie: kept apart, since moving a node changes no meaning."""

    positions: Frozen[str, Point] = Frozen()
    frames: Frozen[str, Frame] = Frozen()
    notes: Frozen[str, Frame] = Frozen()
    extra: Frozen[str, Value] = Frozen()


@dataclass(frozen=True, slots=True)
class Project:
    """Everything a user makes: networks, data, training, search, and the layout of the canvas."""

    name: str = "untitled"
    notes: str = ""
    networks: Frozen[str, Network] = field(default_factory=lambda: Frozen({MODEL: Network()}))
    data: Frozen[str, Value] = Frozen()
    training: Frozen[str, Value] = Frozen()
    search: Frozen[str, Value] = Frozen()
    sheets: Frozen[str, Sheet] = Frozen()
    panels: Frozen[str, Value] = Frozen()
    extra: Frozen[str, Value] = Frozen()

    def with_network(self, name: str, network: Network) -> "Project":
        return replace(self, networks=self.networks.put(name, network))

    def sheet(self, network: str) -> Sheet:
        return self.sheets.get(network, Sheet())


_left: dict[int, tuple[Mapping[str, tuple[Wire, ...]], Mapping[str, tuple[Wire, ...]]]] = {}
"""What leaves each node of the networks last looked at: an edit of a field leaves all wires as they are."""

_MOST = 16


def _leaving(inbound: Mapping[str, tuple[Wire, ...]]) -> Mapping[str, tuple[Wire, ...]]:
    """Wires grouped by where they begin."""
    held = _left.get(id(inbound))
    if held and held[0] is inbound:
        return held[1]
    leaving: dict[str, list[Wire]] = {}
    for wires in inbound.values():
        for wire in wires:
            leaving.setdefault(wire.source, []).append(wire)
    found = {node: tuple(wires) for node, wires in leaving.items()}
    if len(_left) >= _MOST:
        _left.clear()
    _left[id(inbound)] = (inbound, found)
    return found


_DIGITS = re.compile(r"(\d+)")


def natural(text: str) -> tuple[object, ...]:
    """A sort key that puts conv2 before conv10."""
    parts = _DIGITS.split(text)
    return tuple(_number(part) if i % 2 else part for i, part in enumerate(parts)), text


def _number(digits: str) -> tuple[int, str]:
    significant = digits.lstrip("0")
    return len(significant), significant


def port_order(wire: Wire) -> tuple[object, ...]:
    return natural(wire.input), natural(wire.source), natural(wire.output)


def gather(wires: Iterable[Wire]) -> Frozen[str, tuple[Wire, ...]]:
    """Wires grouped by target, each group once and in port order."""
    groups: dict[str, set[Wire]] = {}
    for wire in wires:
        groups.setdefault(wire.target, set()).add(wire)
    return Frozen({target: tuple(sorted(group, key=port_order)) for target, group in groups.items()})
