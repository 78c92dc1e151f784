"""Typing in: what a line says becomes nodes and wires, each word taken in the sense that fits what flows there."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dlstudio.catalog.layer import Layer, Port
from dlstudio.catalog.layers import layers
from dlstudio.catalog.refusal import Insert, Refused
from dlstudio.compiler.judge import by_port, judge
from dlstudio.compiler.plan import Origin, Plan
from dlstudio.compiler.planner import Planner
from dlstudio.compiler.words import Chain, From, Item, parse
from dlstudio.core import edits
from dlstudio.core.document import BLOCK, DELAY, INPUT, MODEL, OUTPUT, Node, Project, Wire, port_order
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.spec import BadFields, make
from dlstudio.core.tensor import Tensor

INPUT_NAMES = {"an image": "image", "a row of steps": "tokens", "a sequence": "sequence", "a signal": "signal"}
BRIDGES = ("Flatten",)
"""What a line puts in by itself, since everybody means it: an image into a fully connected layer."""


def line(text: str) -> Project:
    """A project whose model is what the line says; an Output is added at each loose end."""
    made = extend(Project(name="untitled"), MODEL, text).project
    return close(made, MODEL)


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


def extend(project: Project, where: str, text: str, after: str = "", plan: Plan | None = None) -> Typed:
    """The project with what the line says added to a network, going on from a node where one is given.

    With a plan of the network as it is, only what is new is worked out."""
    typed = Typed(project, where, plan)
    others = tuple(name for name in project.networks if name != where)
    for chain in parse(text, others, tuple(project.networks[where].nodes)):
        _chain(typed, chain, after)
        after = ""
    return typed


def _chain(typed: Typed, chain: Chain, after: str) -> None:
    origin: Origin | None = typed.first_output(after) if after else None
    for item in chain:
        if not isinstance(item, From):
            origin = _item(typed, item, origin)
        else:
            origin = _lead_back(typed, item.name, origin) if origin else typed.origin(item.name)


def _lead_back(typed: Typed, text: str, origin: Origin) -> Origin:
    """Wires what flows into a node that is there already, by its first free input or the one behind the dot."""
    name, _, port = text.partition(".")
    node = typed.nodes[name]
    taken = {wire.input for wire in typed.inbound.get(name, ())}
    if not port:
        ports = _ports(typed, node.kind, node.fields, len(taken) + 1, name)
        port = next(each for each in ports if each not in taken)
    typed.wire(origin, name, port)
    typed.shapes.clear()
    return typed.first_output(name)


def _item(typed: Typed, item: Item, origin: Origin | None) -> Origin | None:
    if not origin and not item.joins and all(layers[kind].inputs and kind != DELAY for kind, _ in item.meanings):
        raise ProjectProblem(f"“{item.word}” needs something before it; begin with input, such as input 1x28x28.")
    kind, fields, bridge = _sense(typed, item, origin)
    if bridge and origin:
        between = typed.add(bridge, {}, "")
        typed.wire(origin, between, layers[bridge].inputs[0].name)
        origin = typed.first_output(between)
    node = typed.add(kind, fields, item.name)
    sources = [origin] if origin and kind != INPUT else []
    sources += [typed.origin(name) for name in item.joins]
    for source, port in zip(sources, _ports(typed, kind, fields, len(sources), item.word), strict=True):
        typed.wire(source, node, port)
    return None if kind == OUTPUT else typed.first_output(node)


def _ports(typed: Typed, kind: str, fields: Mapping[str, Value], count: int, word: str) -> list[str]:
    """The names of the first so many inputs."""
    if kind == BLOCK:
        inner = typed.start.networks.get(str(fields.get("network", "")))
        ports: tuple[Port, ...] = tuple(Port(each.id) for each in inner.of_kind(INPUT)) if inner else (Port("x"),)
    else:
        try:
            ports = make(layers[kind], fields, {}).ports_in()
        except (BadFields, Refused):
            ports = layers[kind].inputs
    if ports and ports[0].many:
        return [f"{ports[0].name}{i + 1}" for i in range(count)]
    if count > len(ports):
        raise ProjectProblem(f"“{word}” has {len(ports)} inputs, but {count} things would be wired into it.")
    return [port.name for port in ports[:count]]


def _sense(typed: Typed, item: Item, origin: Origin | None) -> tuple[str, Mapping[str, Value], str]:
    """The meaning of a word that fits what flows there, and what has to stand between."""
    if origin is None or (len(item.meanings) == 1 and item.meanings[0][0] in (BLOCK, OUTPUT)):
        return *item.meanings[0], ""
    x = typed.shape(origin)
    if x is None:
        return *item.meanings[0], ""
    fitting = [(kind, fields) for kind, fields in item.meanings if takes(kind, fields, x)]
    fitting.sort(key=lambda meaning: _farfetched(meaning[0], item, x))
    if not fitting and (fitting := _as_signal(typed, item, origin, x)):
        return *fitting[0], ""
    if fitting:
        return *fitting[0], ""
    for kind, fields in item.meanings:
        if bridge := _bridge(kind, fields, x):
            return kind, fields, bridge
    return *_closest(item, x), ""


def _farfetched(kind: str, item: Item, x: Tensor) -> tuple[int, bool]:
    """How little a kind that takes what flows there is meant: one that lacks inputs, or is for other axes."""
    needed = sum(not port.optional for port in layers[kind].inputs)
    return max(0, needed - 1 - len(item.joins)), not kind.endswith(f"{x.rank - 1}d")


def takes(kind: str, fields: Mapping[str, Value], x: Tensor) -> bool:
    """Whether a layer takes this tensor at its first input, as far as that can be said of one input alone."""
    ports = layers[kind].inputs
    if len([port for port in ports if not port.optional]) != 1:
        return True
    return _refused(kind, fields, x) is None


def _refused(kind: str, fields: Mapping[str, Value], x: Tensor) -> object:
    """Why a layer does not take this tensor at its first input."""
    port = layers[kind].inputs[0] if layers[kind].inputs else Port("x")
    what: Any = (x, x) if port.many else x
    return judge(kind, Frozen(fields), Frozen(), ((port.name, what),)).refusal


def _as_signal(typed: Typed, item: Item, origin: Origin, x: Tensor) -> list[tuple[str, Frozen[str, Value]]]:
    """An input of two axes that nobody gave a form is a signal where only that makes sense."""
    node = typed.nodes[origin[0]]
    if node.kind != INPUT or "form" in node.fields or x.rank != 2:
        return []
    signal = replace(x, axes=("channel", "time"))
    fitting = [(kind, fields) for kind, fields in item.meanings if takes(kind, fields, signal)]
    if fitting:
        typed.put(node.id, form="signal")
        typed.shapes.clear()
    return fitting


def _bridge(kind: str, fields: Mapping[str, Value], x: Tensor) -> str:
    refusal = _refused(kind, fields, x)
    if not isinstance(refusal, Refused):
        return ""
    offered = [remedy.kind for remedy in refusal.remedies if isinstance(remedy, Insert)]
    return next((bridge for bridge in BRIDGES if bridge in offered), "")


def _closest(item: Item, x: Tensor) -> tuple[str, Frozen[str, Value]]:
    """Of the meanings that refuse, the one that has no quarrel with the form."""
    for kind, fields in item.meanings:
        refusal = _refused(kind, fields, x)
        if isinstance(refusal, Refused) and refusal.code != "shape":
            return kind, fields
    by_rank = [meaning for meaning in item.meanings if meaning[0].endswith(f"{x.rank - 1}d")]
    return (by_rank or list(item.meanings))[0]


def close(project: Project, where: str) -> Project:
    """An Output put at each loose end."""
    network = project.networks[where]
    typed = Typed(project, where)
    for node in network.nodes.values():
        if node.id not in network.outbound and node.kind != OUTPUT:
            origin = typed.first_output(node.id)
            typed.wire(origin, typed.add(OUTPUT, {}, ""), "x")
    return typed.project


def _input_name(fields: Mapping[str, Value]) -> str:
    try:
        made = make(layers[INPUT], fields, {}).shape()
    except (BadFields, Refused):
        return "x"
    return INPUT_NAMES.get(made.form, "x") if isinstance(made, Tensor) else "x"
