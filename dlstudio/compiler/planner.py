"""Planner: works out plans, and after an edit only what the edit touched."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from dlstudio.catalog.layer import Layer, Port
from dlstudio.catalog.layers import layers
from dlstudio.catalog.refusal import Refused
from dlstudio.compiler import block_findings, findings
from dlstudio.compiler.judge import by_port, judge, reshape
from dlstudio.compiler.plan import Ins, Origin, Plan, Step, Verdict, one_step, stacked
from dlstudio.compiler.refusals import refused
from dlstudio.compiler.remembering import remember, remembered
from dlstudio.compiler.whole import whole
from dlstudio.core.document import BLOCK, DELAY, INPUT, OUTPUT, Network, Node, Project, Wire, natural
from dlstudio.core.expression import ExpressionProblem
from dlstudio.core.fields import is_calculated
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import Issue
from dlstudio.core.spec import BadFields, make
from dlstudio.core.tensor import TIME, Tensor
from dlstudio.core.topology import closure, order, upstream

_NOTHING: Frozen[str, Value] = Frozen()
_SPECIAL = frozenset({BLOCK, DELAY, INPUT, OUTPUT})
"""Kinds that mean more to a network than what their shape rules say."""


class Planner:
    """Plans the networks of one project value; inner networks are planned once for each way they are used."""

    def __init__(self, project: Project, before: Project | None = None) -> None:
        self.project, self.before = project, before

    def plan(self, name: str, earlier: Plan | None = None) -> Plan:
        """The plan of a network as it stands; what an `earlier` plan of it shares is not worked out again."""
        return _Walk(self, name, {}, _NOTHING, earlier).plan()

    def inner(self, name: str, inputs: Mapping[str, Tensor], given: Frozen[str, Value]) -> Plan:
        """The plan of a network as a block, with the shapes that the wires outside carry."""
        key = (name, Frozen(inputs), given, given.exact)
        held = tuple(self.project.networks[part] for part in closure(self.project, name))
        found = remembered(key, held)
        if found is None:
            found = _Walk(self, name, inputs, given, None).plan()
            remember(key, held, found)
        return found

    def same_blocks(self, name: str) -> bool:
        """Whether all networks but this one are what they were before."""
        if self.before is None:
            return False
        now, then = self.project.networks, self.before.networks
        return len(now) == len(then) and all(now[n] is then.get(n) for n in now if n != name)


class _Walk:
    """One walk over one network, in the order in which it runs."""

    def __init__(
        self,
        planner: Planner,
        name: str,
        inputs: Mapping[str, Tensor],
        given: Mapping[str, Value],
        earlier: Plan | None,
    ) -> None:
        self.planner, self.name, self.given_inputs = planner, name, inputs
        self.network = planner.project.networks[name]
        self.arguments = Frozen({**self.network.arguments, **given})
        self.kinds = {node.kind for node in self.network.nodes.values()}
        self.earlier = earlier if earlier and self._comparable(earlier) else None
        self.same_wires = self.earlier is not None and _same_graph(self.earlier.network, self.network)
        self.order = self._kept_order() if self.same_wires else order(self.network)
        self.verdicts: dict[str, Verdict] = {}
        self.shapes: dict[Origin, Tensor] = {}
        self.inputs: dict[str, Tensor] = {}
        self.outputs: dict[str, Tensor] = {}
        self.time: int | None = None

    def _comparable(self, earlier: Plan) -> bool:
        """Whether it is for the same inputs; time loops are worked out whole: changes travel backwards in them."""
        alike = earlier.arguments == self.arguments and earlier.given == self.given_inputs
        return alike and DELAY not in self.kinds and not earlier.loops

    def _kept_order(self) -> tuple[Node, ...]:
        assert self.earlier is not None
        return tuple(self.network.nodes[node.id] for node in self.earlier.order)

    def plan(self) -> Plan:
        """Works out what is new, takes over the rest, and looks at the network as a whole."""
        self._reuse() if self.earlier else self._walk(self.order)
        for node in self.network.of_kind(DELAY) if DELAY in self.kinds else ():
            self._close(node)
        live = self.earlier.live if self.earlier and self.same_wires else self._live()
        steps = {node.id: step for node in self.order if (step := self.verdicts[node.id].step)}
        each = [issue for node in self.order for issue in self.verdicts[node.id].issues]
        plan = Plan(
            self.name,
            self.network,
            self.arguments,
            self.order,
            self.verdicts,
            steps,
            self.shapes,
            _sorted(self.inputs),
            _sorted(self.outputs),
            tuple(each),
            live,
            self.given_inputs,
            self.time,
        )
        return replace(plan, issues=(*each, *whole(plan)))

    def _live(self) -> frozenset[str]:
        ends = (node.id for node in self.network.nodes.values() if node.kind == OUTPUT)
        return frozenset(upstream(self.network, ends))

    def _walk(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            self._record(node.id, self._verdict(node))

    def _record(self, node: str, verdict: Verdict) -> None:
        self.verdicts[node] = verdict
        if verdict.step:
            for port, tensor in verdict.step.outs.items():
                self.shapes[node, port] = tensor

    def _reuse(self) -> None:
        """Starts from the earlier plan and follows the changes down the wires, no further than they reach."""
        assert self.earlier is not None
        earlier, places = self.earlier, {node.id: i for i, node in enumerate(self.order)}
        self.verdicts, self.shapes = dict(earlier.verdicts), dict(earlier.shapes)
        if not earlier.verdicts.keys() <= places.keys():
            self.verdicts = {node: v for node, v in earlier.verdicts.items() if node in places}
            self.shapes = {origin: t for origin, t in earlier.shapes.items() if origin[0] in places}
        self.inputs = {node: t for node, t in earlier.inputs.items() if node in places}
        self.outputs = {node: t for node, t in earlier.outputs.items() if node in places}
        waiting = bytearray(len(self.order))
        for node in self._touched(places):
            if node in places:
                waiting[places[node]] = True
        place = waiting.find(True)
        while place >= 0:
            if self._again(self.order[place]):
                for wire in self.network.outbound.get(self.order[place].id, ()):
                    if wire.target in places:
                        waiting[places[wire.target]] = True
            place = waiting.find(True, place + 1)

    def _again(self, node: Node) -> bool:
        """Judges a node anew; whether it has become sound or unsound, or gives out something else."""
        old = self.verdicts.get(node.id)
        before = old.step.outs if old and old.step else None
        for port in before or ():
            self.shapes.pop((node.id, port), None)
        self.inputs.pop(node.id, None)
        self.outputs.pop(node.id, None)
        verdict = self._reshaped(node, old) or self._verdict(node)
        self._record(node.id, verdict)
        return (verdict.step.outs if verdict.step else None) != before

    def _reshaped(self, node: Node, old: Verdict | None) -> Verdict | None:
        """What comes of a sound node into which just other shapes come; None where all of it must be looked at."""
        assert self.earlier is not None
        if old is None or old.step is None or old.issues or old.inner or node.muted or node.kind in _SPECIAL:
            return None
        then, step = self.earlier.network, old.step
        if then.nodes.get(node.id) is not node or then.inbound.get(node.id) is not self.network.inbound.get(node.id):
            return None
        shapes, ins = self.shapes, dict(step.ins)
        try:
            for port, group in step.origins.items():
                many = isinstance(ins[port], tuple)
                ins[port] = tuple([shapes[origin] for origin in group]) if many else shapes[group[0]]
            return Verdict(Step(node, step.layer, ins, step.origins, reshape(step.layer, ins)))
        except (KeyError, Refused, BadFields):
            return None

    def _touched(self, places: Mapping[str, int]) -> Iterator[str]:
        """The nodes that an edit may have changed directly."""
        assert self.earlier is not None
        old = self.earlier.network
        yield from (name for name, node in self.network.nodes.items() if old.nodes.get(name) is not node)
        yield from (name for name in places if name not in self.earlier.verdicts)
        if not self.same_wires:
            now, then = self.network.inbound, old.inbound
            yield from (name for name in self.network.nodes if now.get(name) is not then.get(name))
            gone = [name for name in self.earlier.verdicts if name not in places]
            yield from (wire.target for name in gone for wire in self.network.outbound.get(name, ()))
        if BLOCK in self.kinds and not self.planner.same_blocks(self.name):
            yield from (node.id for node in self.network.nodes.values() if node.kind == BLOCK)

    def _verdict(self, node: Node) -> Verdict:
        """What comes of one node, given all before it."""
        cls = layers.get(node.kind)
        if cls is None:
            return Verdict(issues=(findings.unknown_kind(self.name, node),))
        if node.kind == INPUT and node.id in self.given_inputs:
            return self._input(node, self.given_inputs[node.id])
        try:
            ports = self._ports(node, cls)
        except BadFields as problems:
            return Verdict(issues=tuple(findings.bad_fields(self.name, node, problems)))
        except Refused as refusal:
            return Verdict(issues=(findings.error(refusal.code, refusal.text, self.name, node.id, refusal.port),))
        if isinstance(ports, Issue):
            return Verdict(issues=(ports,))
        ins, origins, issues, unwired = self._gather(node, ports)
        if ins is None:
            return Verdict(issues=issues, unwired=unwired)
        made = self._made(node, cls, ins, origins)
        return Verdict(made.step, (*issues, *made.issues), (), made.inner) if issues else made

    def _made(self, node: Node, cls: type[Layer], ins: Ins, origins: Mapping[str, tuple[Origin, ...]]) -> Verdict:
        if node.muted and node.kind not in (INPUT, OUTPUT, DELAY):
            return self._muted(node, cls, ins, origins)
        if node.kind == BLOCK:
            return self._block(node, ins, origins)
        return self._judged(node, ins, origins)

    def _ports(self, node: Node, cls: type[Layer]) -> tuple[Port, ...] | Issue:
        if node.kind == BLOCK:
            place = node.fields.get("network", "")
            inner = self.planner.project.networks.get(place) if isinstance(place, str) else None
            if inner is None:
                return block_findings.no_network(self.name, node, place, self.planner.project)
            if self.name in closure(self.planner.project, place):
                return block_findings.self_block(self.name, node, place)
            return tuple(Port(each.id) for each in inner.of_kind(INPUT))
        if cls.ports_in is Layer.ports_in:
            return cls.inputs
        return make(cls, node.fields, self.arguments).ports_in()

    def _gather(
        self, node: Node, ports: tuple[Port, ...]
    ) -> tuple[Ins | None, Mapping[str, tuple[Origin, ...]], tuple[Issue, ...], tuple[Port, ...]]:
        """The tensors at the ports (None where something is missing or unsound), whence, and what was found."""
        wires = self.network.inbound.get(node.id, ())
        groups, strange = by_port(wires, ports)
        taken = [wire.input for wire in wires]
        issues = [findings.strange_wire(self.name, node, wire, ports, taken) for wire in strange]
        ins: dict[str, Any] = {}
        origins: dict[str, tuple[Origin, ...]] = {}
        unwired: tuple[Port, ...] = ()
        ready = True
        for port in ports:
            found = groups.get(port.name, ())
            if node.kind == DELAY and port.name == "x":
                continue
            if not found:
                unwired = unwired if port.optional else (*unwired, port)
            elif len({wire.input for wire in found}) < len(found):
                issues.append(findings.doubled(self.name, node, port, found))
                ready = False
            else:
                tensors = tuple(self.shapes.get((wire.source, wire.output)) for wire in found)
                ready = ready and None not in tensors
                issues += [issue for wire in found if (issue := self._nowhere(wire))]
                ins[port.name] = tensors if port.many else tensors[0]
                origins[port.name] = tuple((wire.source, wire.output) for wire in found)
        return (ins if ready and not unwired else None), origins, tuple(issues), unwired

    def _nowhere(self, wire: Wire) -> Issue | None:
        """A wire from nowhere is a mistake; a wire from something unsound is only waiting."""
        if (wire.source, wire.output) in self.shapes:
            return None
        verdict = self.verdicts.get(wire.source)
        outputs = tuple(verdict.step.outs) if verdict and verdict.step else ()
        if wire.source in self.network.nodes and not (verdict and verdict.step):
            return None
        return findings.dangling(self.name, self.network, wire, outputs)

    def _judged(self, node: Node, ins: Ins, origins: Mapping[str, tuple[Origin, ...]]) -> Verdict:
        arguments = self.arguments if self.arguments and is_calculated(node.fields) else _NOTHING
        judged = judge(node.kind, node.fields, arguments, tuple(ins.items()))
        if isinstance(judged.refusal, BadFields):
            return Verdict(issues=tuple(findings.bad_fields(self.name, node, judged.refusal)))
        assert judged.layer is not None
        if judged.refusal:
            return Verdict(issues=(refused(self.name, self.network, node, judged.layer, judged.refusal, ins),))
        if node.kind == INPUT:
            return self._input(node, judged.outs["y"])
        if node.kind == OUTPUT:
            self._output(node, ins["x"], judged.layer)
        return Verdict(Step(node, judged.layer, ins, origins, judged.outs))

    def _input(self, node: Node, whole: Tensor) -> Verdict:
        """An input's tensor; in a network with delays, what one time step of it holds."""
        self.inputs[node.id] = whole
        each = whole
        if DELAY in self.kinds and TIME in whole.axes:
            length = whole.length(TIME)
            if self.time is not None and length != self.time:
                return Verdict(issues=(findings.unequal_times(self.name, node, length, self.time),))
            self.time = length
            each = one_step(whole)
        layer = judge(INPUT, _NOTHING, _NOTHING, ()).layer
        assert layer is not None
        return Verdict(Step(node, layer, {}, {}, {"y": each}))

    def _output(self, node: Node, x: Tensor, layer: Layer) -> None:
        every = self.time is not None and layer.values()["steps"] == "every"
        self.outputs[node.id] = stacked(x, self.time or 1) if every else x

    def _muted(self, node: Node, cls: type[Layer], ins: Ins, origins: Mapping[str, tuple[Origin, ...]]) -> Verdict:
        """A muted node passes its first input on."""
        first = next(iter(ins.values()), None)
        x = first[0] if isinstance(first, tuple) else first
        if x is None:
            return Verdict(issues=(findings.cannot_mute(self.name, node),))
        port = cls.outputs[0].name
        if node.kind == BLOCK:
            port = next((each.id for each in self._placed(node).of_kind(OUTPUT)), port)
        name, group = next(iter(origins.items()))
        return Verdict(Step(node, cls(), {}, {name: group[:1]}, {port: x}))

    def _placed(self, node: Node) -> Network:
        return self.planner.project.networks[node.fields["network"]]

    def _block(self, node: Node, ins: Ins, origins: Mapping[str, tuple[Origin, ...]]) -> Verdict:
        try:
            layer: Any = make(layers[BLOCK], node.fields, self.arguments)
        except BadFields as problems:
            return Verdict(issues=tuple(findings.bad_fields(self.name, node, problems)))
        except ExpressionProblem as problem:
            return Verdict(issues=(block_findings.bad_given(self.name, node, str(problem)),))
        strange = block_findings.arguments(self.name, node, self._placed(node), layer.given)
        if strange:
            return Verdict(issues=tuple(strange))
        rounds = tuple(self._rounds(layer, dict(ins)))
        issue = self._unfit(node, layer, rounds)
        if issue:
            return Verdict(issues=(issue,), inner=rounds)
        return Verdict(Step(node, layer, ins, origins, rounds[-1].outputs, rounds), inner=rounds)

    def _rounds(self, layer: Any, ins: dict[str, Tensor]) -> list[Plan]:
        """The inner plan of each repeat: the first output of one is the first input of the next."""
        rounds: list[Plan] = []
        while len(rounds) < layer.repeat:
            plan = self.planner.inner(layer.network, ins, layer.given)
            rounds.append(plan)
            if not plan.sound or not plan.outputs or not ins:
                break
            first = next(iter(plan.inputs))
            came, goes = ins[first], next(iter(plan.outputs.values()))
            if came == goes:
                return [*rounds, *[plan] * (layer.repeat - len(rounds))]
            ins = {**ins, first: goes}
        return rounds

    def _unfit(self, node: Node, layer: Any, rounds: tuple[Plan, ...]) -> Issue | None:
        last = rounds[-1]
        if not last.sound or not last.outputs:
            return block_findings.unsound_block(self.name, node, layer.network, last.issues, len(rounds))
        if layer.repeat > 1 and (len(last.outputs) != 1 or not last.inputs):
            return block_findings.cannot_repeat(self.name, node, layer.network, len(last.outputs))
        if layer.share == "shared" and any(each is not last for each in rounds):
            first, second = (next(iter(each.inputs.values())) for each in rounds[:2])
            return block_findings.cannot_share_rounds(self.name, node, first, second)
        return None

    def _close(self, node: Node) -> None:
        """A delay's loop: what comes back must have the shape of what is given out."""
        verdict = self.verdicts.get(node.id)
        if verdict is None or verdict.step is None:
            return
        step = verdict.step
        wires = [wire for wire in self.network.inbound.get(node.id, ()) if wire.input == "x"]
        if len(wires) != 1:
            issues = (findings.doubled(self.name, node, Port("x"), wires),) if wires else ()
            self.verdicts[node.id] = Verdict(step, issues, () if wires else (Port("x"),))
            return
        origin = (wires[0].source, wires[0].output)
        back = self.shapes.get(origin)
        if back is None:
            nowhere = self._nowhere(wires[0])
            self.verdicts[node.id] = Verdict(step, (nowhere,) if nowhere else ())
        elif back.shape != step.outs["y"].shape or back.dtype != step.outs["y"].dtype:
            wired = "initial" in step.origins
            self.verdicts[node.id] = Verdict(
                step, (findings.delay_mismatch(self.name, node, step.outs["y"], back, wired),)
            )
        else:
            origins = {**step.origins, "x": (origin,)}
            self.verdicts[node.id] = Verdict(Step(node, step.layer, {**step.ins, "x": back}, origins, step.outs))


def _same_graph(old: Network, new: Network) -> bool:
    """Whether two networks differ in nothing but the fields of their nodes."""
    if old.inbound is not new.inbound or old.nodes.keys() != new.nodes.keys():
        return False
    return all(node is (was := old.nodes[name]) or node.kind == was.kind for name, node in new.nodes.items())


def _sorted(named: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return dict(sorted(named.items(), key=lambda item: natural(item[0])))
