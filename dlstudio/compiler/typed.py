"""Typed: a network that a line extends, as cheaply as its length allows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dlstudio.catalog.layer import Layer
from dlstudio.catalog.layers import layers
from dlstudio.catalog.refusal import Refused
from dlstudio.compiler.judge import by_port, judge
from dlstudio.compiler.plan import Origin, Plan
from dlstudio.compiler.planner import Planner
from dlstudio.core import edits
from dlstudio.core.document import BLOCK, DELAY, INPUT, OUTPUT, Node, Project, Wire, port_order
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.spec import BadFields, make
from dlstudio.core.tensor import Tensor

INPUT_NAMES = {"an image": "image", "a row of steps": "tokens", "a sequence": "sequence", "a signal": "signal"}


class Typed:
    """A network being extended by a line: the nodes that are new, and what flows out of them.

    What is added goes into plain mappings and is made a project when somebody asks for it, so that a long line is read
    in a time that grows with its length alone."""

    def __init__(self, project: Project, where: str, plan: Plan | None = None) -> None:
        self.where = where
        self.plan = plan
        """The shapes as they were before, where they are known."""
        self.new: list[str] = []
        self.shapes: dict[Origin, Tensor | None] = dict(plan.shapes) if plan else {}
        self.start, self._made = project, project
        network = project.networks[where]
        self.nodes, self.inbound = dict(network.nodes), dict(network.inbound)
        self._fresh: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._delayed = any(node.kind == DELAY for node in network.nodes.values())
        self._changed = False

    @property
    def project(self) -> Project:
        """The project with all that was added so far."""
        if self._changed:
            network = self.start.networks[self.where]
            grown = replace(network, nodes=Frozen(self.nodes), inbound=Frozen(self.inbound))
            self._made, self._changed = self.start.with_network(self.where, grown), False
        return self._made

    def shape(self, origin: Origin) -> Tensor | None:
        """What flows out there, as far as it is known: of a new layer by itself, else by the plan of the network."""
        if origin not in self.shapes:
            if not self._judge(origin[0]):
                self.plan = Planner(self.project).plan(self.where, self.plan)
                self.shapes |= self.plan.shapes
            self.shapes.setdefault(origin, None)
        return self.shapes[origin]

    def _judge(self, name: str) -> bool:
        """Finds what a new layer gives out by what it gets; False where that takes a plan."""
        node = self.nodes[name]
        cls = layers[node.kind]
        plain = name in self._fresh and not self.start.networks[self.where].arguments and not self._delayed
        if not plain or node.kind == BLOCK or cls.ports_in is not Layer.ports_in:
            return False
        groups, _ = by_port(self.inbound.get(name, ()), cls.inputs)
        ins: dict[str, Any] = {}
        for port in cls.inputs:
            tensors = tuple(self.shape((wire.source, wire.output)) for wire in groups.get(port.name, ()))
            if None in tensors or not (tensors or port.optional):
                return True
            if tensors:
                ins[port.name] = tensors if port.many else tensors[0]
        judged = judge(node.kind, node.fields, Frozen(), tuple(ins.items()))
        self.shapes |= {(name, port): tensor for port, tensor in judged.outs.items()}
        return True

    def add(self, kind: str, fields: Mapping[str, Value], name: str) -> str:
        if name and name in self.nodes:
            raise ProjectProblem(f"The name “{name}” is taken already; give the new node another one.")
        node = Node(name or self._free(kind, fields), kind, Frozen(fields))
        self.nodes[node.id] = node
        self.new.append(node.id)
        self._fresh.add(node.id)
        self._delayed = self._delayed or kind == DELAY
        self._changed = True
        return node.id

    def _free(self, kind: str, fields: Mapping[str, Value]) -> str:
        if kind not in (INPUT, OUTPUT):
            return self._numbered(edits.stem(str(fields.get("network") or kind)))
        wanted = "output" if kind == OUTPUT else _input_name(fields)
        return wanted if wanted not in self.nodes else self._numbered(wanted)

    def _numbered(self, stem: str) -> str:
        """conv1, conv2 ...: the first that is free, looked for from the last one on."""
        number = self._numbers.get(stem, 0) + 1
        while f"{stem}{number}" in self.nodes:
            number += 1
        self._numbers[stem] = number
        return f"{stem}{number}"

    def put(self, name: str, **fields: Value) -> None:
        """Gives fields of a node other values."""
        self.nodes[name] = replace(self.nodes[name], fields=self.nodes[name].fields.merge(fields))
        self._changed = True

    def wire(self, origin: Origin, target: str, port: str) -> None:
        others = [wire for wire in self.inbound.get(target, ()) if wire.input != port]
        self.inbound[target] = tuple(sorted((*others, Wire(*origin, target, port)), key=port_order))
        self._changed = True

    def origin(self, text: str) -> Origin:
        """The port that a name means: a node's first output, or the one behind the dot in lstm.h."""
        node, dot, port = text.partition(".")
        if dot and port not in self.outputs(node):
            there = ", ".join(self.outputs(node))
            raise ProjectProblem(f"“{node}” has no output “{port}” (it has: {there}).")
        return (node, port) if dot else self.first_output(node)

    def first_output(self, node: str) -> Origin:
        """The port that a chain goes on from."""
        return node, next(iter(self.outputs(node)), "y")

    def outputs(self, node: str) -> tuple[str, ...]:
        """The names of the ports by which something leaves a node."""
        placed = self.nodes[node]
        if placed.kind == BLOCK:
            inner = self.start.networks.get(str(placed.fields.get("network", "")))
            return tuple(each.id for each in inner.of_kind(OUTPUT)) if inner else ()
        try:
            return tuple(port.name for port in make(layers[placed.kind], placed.fields, {}).ports_out())
        except (KeyError, BadFields, Refused):
            return ()


def _input_name(fields: Mapping[str, Value]) -> str:
    try:
        made = make(layers[INPUT], fields, {}).shape()
    except (BadFields, Refused):
        return "x"
    return INPUT_NAMES.get(made.form, "x") if isinstance(made, Tensor) else "x"
