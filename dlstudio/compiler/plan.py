"""Plan: a network with the shape on every wire, in the order in which it runs, and all that stands in the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from dlstudio.catalog.code import Call
from dlstudio.catalog.layer import Layer, Port
from dlstudio.catalog.layers import layers
from dlstudio.catalog.refusal import Refused
from dlstudio.compiler import findings
from dlstudio.compiler.names import better_name, usable_name
from dlstudio.core.document import BLOCK, DELAY, INPUT, OUTPUT, Network, Node, Project, Wire, natural
from dlstudio.core.expression import ExpressionProblem
from dlstudio.core.fields import calculate, is_calculated
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import Issue
from dlstudio.core.spec import BadFields, make
from dlstudio.core.tensor import TIME, Tensor
from dlstudio.core.topology import closure, cycles, order, upstream

Ins = Mapping[str, Any]
"""What a shape rule is given: a Tensor for each wired port, a tuple of them for a many-port."""

Origin = tuple[str, str]
"""An output port: node and port name."""


@dataclass(frozen=True, slots=True)
class Step:
    """One node at work: its declaration, what comes in from where, and what goes out."""

    node: Node
    layer: Layer | None
    ins: Ins = field(default_factory=dict)
    origins: Mapping[str, tuple[Origin, ...]] = field(default_factory=dict)
    outs: Mapping[str, Tensor] = field(default_factory=dict)
    inner: tuple["Plan", ...] = ()

    @property
    def id(self) -> str:
        return self.node.id

    @property
    def sound(self) -> bool:
        return self.layer is not None

    @property
    def feeds(self) -> tuple[Origin, ...]:
        return tuple(origin for group in self.origins.values() for origin in group)


@dataclass(frozen=True)
class Plan:
    """A network worked out for given inputs and arguments; what is unsound is missing from `shapes`."""

    name: str
    network: Network
    arguments: Mapping[str, Value]
    steps: Mapping[str, Step]
    shapes: Mapping[Origin, Tensor]
    inputs: Mapping[str, Tensor]
    outputs: Mapping[str, Tensor]
    findings: tuple[Issue, ...]
    inner: Mapping[str, tuple["Plan", ...]]
    """What each block places, one plan for each repeat; for an unsound block, up to the round that failed."""
    live: frozenset[str]
    """The nodes that some output depends on; the others are not part of the model."""
    loops: bool = False
    """Whether the network runs once for each time step."""
    time: int | None = None

    @property
    def sound(self) -> bool:
        return not any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What a layer says to some inputs: its outputs, or its refusal."""

    layer: Layer | None
    outs: Mapping[str, Tensor]
    refusal: Refused | BadFields | None


@lru_cache(maxsize=65536)
def _judge(kind: str, fields: Frozen[str, Value], arguments: Frozen[str, Value], ins: tuple[Any, ...]) -> _Judged:
    try:
        layer = make(layers[kind], fields, arguments)
    except BadFields as problems:
        return _Judged(None, {}, problems)
    try:
        result = layer.shape(**dict(ins))
    except Refused as refusal:
        return _Judged(layer, {}, refusal)
    if isinstance(result, Tensor):
        return _Judged(layer, {layer.ports_out()[0].name: result}, None)
    return _Judged(layer, result, None)


_NOTHING: Frozen[str, Value] = Frozen()


class Planner:
    """Plans the networks of one project value; inner networks are planned once for each way they are used."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def plan(self, name: str) -> Plan:
        """The plan of a network as it stands, with its inputs' own sizes and its arguments' defaults."""
        return _Work(self, name, {}, _NOTHING).plan()

    def inner(self, name: str, inputs: Mapping[str, Tensor], given: Frozen[str, Value]) -> Plan:
        """The plan of a network as a block, with the shapes that the wires outside carry."""
        key = (name, Frozen(inputs), given)
        held = tuple(self.project.networks[part] for part in closure(self.project, name))
        found = _remembered(key, held)
        if found is None:
            found = _Work(self, name, inputs, given).plan()
            _remember(key, held, found)
        return found


_memory: dict[Any, tuple[tuple[Network, ...], Plan]] = {}
_MOST = 4096


def _remembered(key: Any, held: tuple[Network, ...]) -> Plan | None:
    found = _memory.get(key)
    if found is None or len(found[0]) != len(held) or any(a is not b for a, b in zip(found[0], held, strict=True)):
        return None
    return found[1]


def _remember(key: Any, held: tuple[Network, ...], plan: Plan) -> None:
    if len(_memory) >= _MOST:
        _memory.clear()
    _memory[key] = (held, plan)


class _Work:
    """One walk over one network."""

    def __init__(
        self,
        planner: Planner,
        name: str,
        inputs: Mapping[str, Tensor],
        given: Mapping[str, Value],
    ) -> None:
        self.planner, self.name, self.given_inputs = planner, name, inputs
        self.network = planner.project.networks[name]
        self.arguments = Frozen({**self.network.arguments, **given})
        self.steps: dict[str, Step] = {}
        self.shapes: dict[Origin, Tensor] = {}
        self.findings: list[Issue] = []
        self.outputs: dict[str, Tensor] = {}
        self.inputs: dict[str, Tensor] = {}
        self.kinds = {node.kind for node in self.network.nodes.values()}
        self.loops = DELAY in self.kinds
        self.time: int | None = None
        self.inner: dict[str, tuple[Plan, ...]] = {}
        self.ordered = order(self.network)

    def plan(self) -> Plan:
        for node in self.ordered:
            self._step(node)
        for node in self.network.nodes.values():
            if node.kind == DELAY and node.id in self.steps:
                self._close(self.steps[node.id])
        outputs = [node.id for node in self.network.nodes.values() if node.kind == OUTPUT]
        self.live = frozenset(upstream(self.network, outputs))
        self._structure()
        self._sharing()
        return Plan(
            self.name,
            self.network,
            self.arguments,
            self.steps,
            self.shapes,
            dict(sorted(self.inputs.items(), key=lambda item: natural(item[0]))),
            dict(sorted(self.outputs.items(), key=lambda item: natural(item[0]))),
            tuple(self.findings),
            self.inner,
            self.live,
            self.loops,
            self.time,
        )

    def _step(self, node: Node) -> None:
        cls = layers.get(node.kind)
        if cls is None:
            self.findings.append(findings.unknown_kind(self.name, node))
            return
        if node.kind == INPUT and node.id in self.given_inputs:
            self._input(node, self.given_inputs[node.id])
            return
        ports = self._ports(node, cls)
        if ports is None:
            return
        gathered = self._gather(node, ports)
        if gathered is None:
            return
        ins, origins = gathered
        if node.muted and node.kind not in (INPUT, OUTPUT):
            self._mute(node, cls, ins, origins)
        elif node.kind == BLOCK:
            self._block(node, ins, origins)
        else:
            self._judge(node, ins, origins)

    def _ports(self, node: Node, cls: type[Layer]) -> tuple[Port, ...] | None:
        if node.kind == BLOCK:
            place = node.fields.get("network", "")
            inner = self.planner.project.networks.get(place) if isinstance(place, str) else None
            if inner is None:
                self.findings.append(findings.no_network(self.name, node, place, self.planner.project))
                return None
            if self.name in closure(self.planner.project, place):
                self.findings.append(findings.self_block(self.name, node, place))
                return None
            return tuple(Port(each.id) for each in inner.of_kind(INPUT))
        if cls.ports_in is Layer.ports_in:
            return cls.inputs
        try:
            return make(cls, node.fields, self.arguments).ports_in()
        except BadFields as problems:
            self.findings.extend(findings.bad_fields(self.name, node, problems))
            return None

    def _gather(self, node: Node, ports: tuple[Port, ...]) -> tuple[Ins, Mapping[str, tuple[Origin, ...]]] | None:
        """The tensors at the ports, or None where something is missing or known to be unsound."""
        wires = self.network.inbound.get(node.id, ())
        sorted_in = _sort_wires(wires, ports)
        ins: dict[str, Any] = {}
        origins: dict[str, tuple[Origin, ...]] = {}
        ready = True
        taken = {wire.input for wire in wires}
        for wire in sorted_in.strange:
            self.findings.append(findings.strange_wire(self.name, node, wire, ports, taken))
        for port in ports:
            if node.kind == DELAY and port.name == "x":
                continue
            found = sorted_in.by_port.get(port.name, ())
            if not found:
                if not port.optional:
                    self.findings.append(findings.missing(self.name, self.network, node, port, self.shapes))
                    ready = False
                continue
            if (len(found) > 1 and not port.many) or len({wire.input for wire in found}) < len(found):
                self.findings.append(findings.doubled(self.name, node, port, found))
                ready = False
                continue
            tensors = [self.shapes.get((wire.source, wire.output)) for wire in found]
            if None in tensors:
                for wire in found:
                    self._check_source(node, wire)
                ready = False
                continue
            ins[port.name] = tuple(tensors) if port.many else tensors[0]
            origins[port.name] = tuple((wire.source, wire.output) for wire in found)
        return (ins, origins) if ready else None

    def _check_source(self, node: Node, wire: Wire) -> None:
        """A wire from nowhere is a mistake; a wire from something unsound is only waiting."""
        step = self.steps.get(wire.source)
        if wire.source not in self.network.nodes or (step is not None and step.sound and wire.output not in step.outs):
            self.findings.append(findings.dangling(self.name, self.network, wire, step.outs if step else ()))

    def _judge(self, node: Node, ins: Ins, origins: Mapping[str, tuple[Origin, ...]]) -> None:
        arguments = self.arguments if self.arguments and is_calculated(node.fields) else _NOTHING
        judged = _judge(node.kind, node.fields, arguments, tuple(ins.items()))
        if isinstance(judged.refusal, Refused):
            assert judged.layer is not None
            self.findings.append(findings.refused(self.name, self.network, node, judged.layer, judged.refusal, ins))
        elif isinstance(judged.refusal, BadFields):
            self.findings.extend(findings.bad_fields(self.name, node, judged.refusal))
        elif node.kind == INPUT:
            self._input(node, judged.outs["y"])
        else:
            self._record(Step(node, judged.layer, ins, origins, judged.outs))
            if node.kind == OUTPUT:
                self._output(node, ins["x"], judged.layer)

    def _record(self, step: Step) -> None:
        self.steps[step.id] = step
        for port, tensor in step.outs.items():
            self.shapes[step.id, port] = tensor

    def _input(self, node: Node, whole: Tensor) -> None:
        """An input's tensor; in a network with delays, what one time step of it holds."""
        self.inputs[node.id] = whole
        each = whole
        if self.loops and (axis := whole.position(TIME)) is not None:
            length = whole.shape[axis]
            if self.time is not None and length != self.time:
                self.findings.append(findings.unequal_times(self.name, node, length, self.time))
                return
            self.time = length
            each = one_step(whole, axis)
        self._record(Step(node, _judge(INPUT, _NOTHING, _NOTHING, ()).layer, {}, {}, {"y": each}))

    def _output(self, node: Node, x: Tensor, layer: Layer | None) -> None:
        every = self.loops and getattr(layer, "steps", "every") == "every" and self.time is not None
        self.outputs[node.id] = stacked(x, self.time or 1) if every else x

    def _mute(self, node: Node, cls: type[Layer], ins: Ins, origins: Mapping[str, tuple[Origin, ...]]) -> None:
        """A muted node passes its first input on."""
        first = next(iter(ins.values()), None)
        x = first[0] if isinstance(first, tuple) else first
        if x is None:
            self.findings.append(findings.cannot_mute(self.name, node))
            return
        outputs = [port.name for port in cls.outputs] if node.kind != BLOCK else self._block_outputs(node)
        first_origin = {next(iter(origins)): next(iter(origins.values()))[:1]}
        self._record(Step(node, _judge(node.kind, _NOTHING, _NOTHING, ()).layer, {}, first_origin, {outputs[0]: x}))

    def _block_outputs(self, node: Node) -> list[str]:
        inner = self.planner.project.networks[node.fields["network"]]
        return [each.id for each in inner.of_kind(OUTPUT)] or ["y"]

    def _block(self, node: Node, ins: Ins, origins: Mapping[str, tuple[Origin, ...]]) -> None:
        try:
            layer: Any = make(layers[BLOCK], node.fields, self.arguments)
            given = calculate(layer.given, self.arguments)
        except BadFields as problems:
            self.findings.extend(findings.bad_fields(self.name, node, problems))
            return
        except ExpressionProblem as problem:
            self.findings.append(findings.bad_given(self.name, node, str(problem)))
            return
        inner = self.planner.project.networks[layer.network]
        strange = findings.arguments(self.name, node, inner, given)
        if strange:
            self.findings.extend(strange)
            return
        rounds = self._rounds(layer, given, dict(ins))
        self.inner[node.id] = tuple(rounds)
        last = rounds[-1]
        if not all(each.sound for each in rounds):
            self.findings.append(self._unsound(node, layer.network, rounds))
            return
        if layer.repeat > 1 and len(last.outputs) != 1:
            self.findings.append(findings.cannot_repeat(self.name, node, layer.network, len(last.outputs)))
            return
        if layer.repeat > 1 and layer.share == "shared" and len({id(each) for each in rounds}) > 1:
            self.findings.append(
                findings.cannot_share_rounds(
                    self.name, node, *(next(iter(each.inputs.values())) for each in rounds[:2])
                )
            )
            return
        self._record(Step(node, layer, ins, origins, last.outputs, tuple(rounds)))

    def _unsound(self, node: Node, place: str, rounds: list[Plan]) -> Issue:
        errors = [issue for issue in rounds[-1].findings if issue.severity == "error"]
        return findings.unsound_block(self.name, node, place, errors, len(rounds))

    def _rounds(self, layer: Any, given: Frozen[str, Value], ins: dict[str, Tensor]) -> list[Plan]:
        """The inner plan of each repeat: the first output of one is the first input of the next."""
        rounds: list[Plan] = []
        for _ in range(layer.repeat):
            plan = self.planner.inner(layer.network, ins, given)
            rounds.append(plan)
            if not plan.sound or not plan.outputs or not ins:
                break
            ins = {**ins, next(iter(plan.inputs)): next(iter(plan.outputs.values()))}
            if ins[next(iter(plan.inputs))] == plan.inputs[next(iter(plan.inputs))]:
                rounds.extend([plan] * (layer.repeat - len(rounds)))
                break
        return rounds

    def _structure(self) -> None:
        """What is wrong with the network as a whole."""
        network, nodes = self.network, self.network.nodes
        for wire in network.wires:
            if wire.target not in nodes:
                self.findings.append(findings.lost_wire(self.name, wire))
        if len(self.ordered) < len(nodes):
            self.findings.extend(findings.cycle(self.name, network, loop) for loop in cycles(network))
        for node in nodes.values():
            if not usable_name(node.id):
                self.findings.append(findings.bad_name(self.name, node, better_name(network, node.id)))
            if node.id not in self.live and OUTPUT in self.kinds:
                self.findings.append(findings.unused(self.name, node))
        if nodes and INPUT not in self.kinds:
            self.findings.append(findings.no_input(self.name))
        if nodes and OUTPUT not in self.kinds:
            self.findings.append(findings.no_output(self.name, network, self.shapes))
        if self.loops and INPUT in self.kinds and self.time is None:
            delay = network.of_kind(DELAY)[0].id
            self.findings.append(findings.no_time(self.name, delay))

    def _sharing(self) -> None:
        """Nodes that use another's weights must be able to."""
        for step in list(self.steps.values()):
            wanted = step.node.fields.get("same_weights_as")
            if wanted and (reason := self._cannot_share(step, str(wanted))):
                self.findings.append(findings.shared(self.name, step.node, str(wanted), reason))

    def _cannot_share(self, step: Step, wanted: str) -> str | None:
        owner = self.steps.get(wanted)
        if wanted not in self.network.nodes:
            return "there is no such node"
        if owner is None:
            return "that node is not sound itself"
        if owner.node.kind != step.node.kind:
            return f"that is a {owner.node.kind}, not a {step.node.kind}"
        if weight_owner(self.network, step.id) is None:
            return "the nodes point at each other in a circle"
        same = owner.inner == step.inner if step.inner else construction(owner) == construction(step)
        return None if same else "its weights have another size or meaning"

    def _close(self, step: Step) -> None:
        """A delay's loop: what comes back must have the shape of what is given out."""
        wires = [wire for wire in self.network.inbound.get(step.id, ()) if wire.input == "x"]
        if len(wires) != 1:
            port = Port("x")
            found = findings.doubled(self.name, step.node, port, tuple(wires)) if wires else None
            self.findings.append(found or findings.missing(self.name, self.network, step.node, port, self.shapes))
            return
        origin = (wires[0].source, wires[0].output)
        back = self.shapes.get(origin)
        if back is None:
            self._check_source(step.node, wires[0])
            return
        if back.shape != step.outs["y"].shape:
            self.findings.append(findings.delay_mismatch(self.name, step.node, step.outs["y"], back))
            return
        closed = Step(step.node, step.layer, {**step.ins, "x": back}, {**step.origins, "x": (origin,)}, step.outs)
        self.steps[step.id] = closed


def construction(step: Step) -> Call | None:
    """The constructor call that makes the step's submodule, if it has one."""
    assert step.layer is not None
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


@dataclass(frozen=True, slots=True)
class _Sorted:
    by_port: Mapping[str, tuple[Wire, ...]]
    strange: tuple[Wire, ...]


def _sort_wires(wires: tuple[Wire, ...], ports: tuple[Port, ...]) -> _Sorted:
    """Wires by the port that they belong to; x1, x2 ... belong to the many-port x."""
    groups: dict[str, tuple[Wire, ...]] = {}
    strange: list[Wire] = []
    single = {port.name for port in ports if not port.many}
    many = [port.name for port in ports if port.many]
    for wire in wires:
        home = wire.input if wire.input in single else next((m for m in many if belongs(wire.input, m)), None)
        if home is None:
            strange.append(wire)
        else:
            groups[home] = (*groups.get(home, ()), wire)
    return _Sorted(groups, tuple(strange))


def belongs(name: str, many: str) -> bool:
    """Whether a wired name such as x2 is a member of the many-port x."""
    return name.startswith(many) and name[len(many) :].isdecimal()


def one_step(x: Tensor, axis: int) -> Tensor:
    """What one time step of a tensor holds."""
    rest = x.shape[:axis] + x.shape[axis + 1 :]
    axes = x.axes[:axis] + x.axes[axis + 1 :]
    usual = Tensor.of(*rest, dtype=x.dtype)
    return usual if len(rest) == 1 and x.dtype == "float" else Tensor(rest, axes, x.dtype)


def stacked(x: Tensor, time: int) -> Tensor:
    """Many time steps of a tensor in a row."""
    return Tensor((time, *x.shape), (TIME, *x.axes), x.dtype)
