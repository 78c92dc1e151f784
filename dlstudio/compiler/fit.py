"""fit: whether a wire that is not there yet would do: whether it may be drawn, and whether the shapes go together.

Only what the graph itself forbids (a loop within a time step, an end that is not there) cannot be drawn. Shapes that do
not go together can: a half-drawn graph is allowed, and the badge of the node then offers what mends it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from dlstudio.catalog.layer import Port
from dlstudio.catalog.layers import layers
from dlstudio.compiler import findings
from dlstudio.compiler.judge import belongs, by_port, judge
from dlstudio.compiler.plan import Ins, Plan
from dlstudio.compiler.planner import Planner
from dlstudio.compiler.ports import declared, ports
from dlstudio.core.document import BLOCK, DELAY, Network, Node, Project, Wire
from dlstudio.core.fields import is_calculated
from dlstudio.core.frozen import Frozen
from dlstudio.core.ports import free
from dlstudio.core.topology import closes_loop, downstream, refuse, upstream

_NOTHING: Frozen[str, Any] = Frozen()


def fits(plan: Plan, project: Project, wire: Wire) -> str | None:
    """Why a wire would not do, in the user's words, or None: what forbids it first, then what its shapes say."""
    return refuse(project.networks[plan.name], wire) or mismatch(plan, project, wire)


def mismatch(plan: Plan, project: Project, wire: Wire) -> str | None:
    """What the target's shape rule says against the wire, its other inputs as they are.

    Nothing when that is not known yet: the source has no shape, or the target has other inputs that are not wired."""
    network = project.networks[plan.name]
    node = network.nodes[wire.target]
    tensor = plan.shapes.get((wire.source, wire.output))
    if tensor is None or node.muted or node.kind not in layers:
        return None
    goes_in, _ = ports(project, node, plan.arguments)
    if not any(belongs(wire.input, port) for port in goes_in):
        return f"{node.id} has no input “{wire.input}”."
    if closes_loop(network, wire):
        return _fed_back(plan, node, wire)
    ins = _gathered(plan, network, wire, goes_in)
    if ins is None:
        return None
    return _block(plan, project, node, ins) if node.kind == BLOCK else _judged(plan, node, ins)


def _fed_back(plan: Plan, node: Node, wire: Wire) -> str | None:
    """What comes back to a delay must be what it gives out."""
    verdict = plan.verdicts.get(node.id)
    if verdict is None or verdict.step is None:
        return None
    gives, back = verdict.step.outs["y"], plan.shapes[wire.source, wire.output]
    if (gives.shape, gives.dtype) == (back.shape, back.dtype):
        return None
    return findings.delay_mismatch(plan.name, node, gives, back, wired=True).text


def _gathered(plan: Plan, network: Network, wire: Wire, goes_in: tuple[Port, ...]) -> Ins | None:
    """What would come in, or None where some of it is not there or not known."""
    others = [other for other in network.inbound.get(wire.target, ()) if other.input != wire.input]
    groups, _ = by_port([*others, wire], goes_in)
    ins: dict[str, Any] = {}
    for port in goes_in:
        if port.name == "x" and network.nodes[wire.target].kind == DELAY:
            continue
        found = groups.get(port.name, ())
        tensors = tuple(plan.shapes.get((each.source, each.output)) for each in found)
        if None in tensors or (not found and not port.optional):
            return None
        if found:
            ins[port.name] = tensors if port.many else tensors[0]
    return ins


def _judged(plan: Plan, node: Node, ins: Ins) -> str | None:
    arguments = Frozen(plan.arguments) if plan.arguments and is_calculated(node.fields) else _NOTHING
    answer = judge(node.kind, node.fields, arguments, tuple(ins.items()))
    return str(answer.refusal) if answer.refusal and answer.layer else None


def _block(plan: Plan, project: Project, node: Node, ins: Mapping[str, Any]) -> str | None:
    """What stands against the wire inside a block, in its first round."""
    layer = declared(node, plan.arguments)
    inner = str(node.fields.get("network", ""))
    if layer is None or plan.name == inner:
        return None
    found = Planner(project).inner(inner, ins, layer.values()["given"])
    first = next((issue for issue in found.issues if issue.severity == "error"), None)
    return f"{first.node or inner}: {first.text}" if first else None


def inputs(project: Project, plan: Plan, node: str) -> Iterator[tuple[str, bool]]:
    """The inputs of a node by the names that wires use, and whether each is free; the next number of a many-port."""
    network = project.networks[plan.name]
    taken = {wire.input for wire in network.inbound.get(node, ())}
    for port in ports(project, network.nodes[node], plan.arguments)[0]:
        if port.many:
            yield free(network, node, port.name), True
        else:
            yield port.name, port.name not in taken


def likeliest(project: Project, plan: Plan, source: str, output: str, node: str) -> str | None:
    """The input of a node that a wire is most likely meant for: the first free one that fits, then the first free one,
    then the first that would take the place of another wire."""
    allowed: list[tuple[bool, bool, int, str]] = []
    for name, is_free in inputs(project, plan, node):
        wire = Wire(source, output, node, name)
        reason = fits(plan, project, wire)
        if is_free and reason is None:
            return name
        if reason is None or not refuse(project.networks[plan.name], wire):
            allowed.append((not is_free, reason is not None, len(allowed), name))
    return min(allowed)[-1] if allowed else None


def outputs(project: Project, plan: Plan, node: str) -> tuple[str, ...]:
    """The outputs of a node."""
    network = project.networks[plan.name]
    return tuple(port.name for port in ports(project, network.nodes[node], plan.arguments)[1])


def best(project: Project, plan: Plan, source: str, target: str) -> Wire | None:
    """The wire from one node to another that fits best, or None where there can be none."""
    found = []
    for rank, output in enumerate(outputs(project, plan, source)):
        name = likeliest(project, plan, source, output, target)
        if name:
            wire = Wire(source, output, target, name)
            found.append((fits(plan, project, wire) is not None, rank, wire))
    return min(found)[-1] if found else None


def looped(network: Network, node: str, *, out: bool) -> frozenset[str]:
    """The nodes that a wire from an output (or into an input) of a node cannot meet without closing a loop.

    Found once for a pull, where `refuse` would walk the graph for every port that is looked at."""
    cut = _within_step(network)
    return frozenset(upstream(cut, [node]) if out else downstream(cut, [node]))


def _within_step(network: Network) -> Network:
    """The network without the wires that carry to the next time step."""
    delays = [node.id for node in network.of_kind(DELAY)]
    kept = {node: tuple(w for w in network.inbound.get(node, ()) if not closes_loop(network, w)) for node in delays}
    return replace(network, inbound=network.inbound.merge(kept)) if delays else network
