"""whole: what is wrong with a network as a whole: loose ends, cycles, names, time, shared weights."""

from collections.abc import Iterator

from dlstudio.compiler import findings
from dlstudio.compiler.names import better_name, usable_for
from dlstudio.compiler.plan import Plan, Step, construction, weight_owner
from dlstudio.core.document import DELAY, INPUT, OUTPUT
from dlstudio.core.frozen import Value
from dlstudio.core.issue import Issue
from dlstudio.core.tensor import TIME
from dlstudio.core.topology import cycles, downstream


def whole(plan: Plan) -> Iterator[Issue]:
    """Everything that no single node can know."""
    kinds = {node.kind for node in plan.network.nodes.values()}
    yield from _wires(plan)
    yield from _names(plan)
    yield from _ends(plan, kinds)
    if DELAY in kinds:
        yield from _timing(plan, kinds)
    yield from _sharing(plan)


def _wires(plan: Plan) -> Iterator[Issue]:
    """Inputs that nothing is wired into, wires into nowhere, and cycles."""
    network, nodes = plan.network, plan.network.nodes
    unwired = [(node, port) for node in plan.order for port in plan.verdicts[node.id].unwired]
    ends = [step for step in plan.steps.values() if step.id not in network.outbound] if unwired else []
    shapes = {(step.id, port): x for step in ends for port, x in step.outs.items()}
    for node, port in unwired:
        yield findings.missing(plan.name, network, node, port, shapes)
    for target in network.inbound:
        if target not in nodes:
            yield from (findings.lost_wire(plan.name, wire) for wire in network.inbound[target])
    if len(plan.order) < len(nodes):
        yield from (findings.cycle(plan.name, network, loop) for loop in cycles(network))


def _names(plan: Plan) -> Iterator[Issue]:
    for name, node in plan.network.nodes.items():
        if not usable_for(name, node.kind):
            yield findings.bad_name(plan.name, node, better_name(plan.network, name))


def _ends(plan: Plan, kinds: set[str]) -> Iterator[Issue]:
    """Chains that lead to no output, and networks without a beginning or an end."""
    nodes = plan.network.nodes
    if OUTPUT in kinds and len(plan.live) < len(nodes):
        yield from (findings.unused(plan.name, nodes[name]) for name in nodes if _loose(plan, name))
    if nodes and INPUT not in kinds:
        yield findings.no_input(plan.name)
    if nodes and OUTPUT not in kinds:
        shapes = {(step.id, port): x for step in plan.steps.values() for port, x in step.outs.items()}
        yield findings.no_output(plan.name, plan.network, shapes)


def _loose(plan: Plan, name: str) -> bool:
    """Whether a chain of nodes that lead to no output ends here."""
    leaving = plan.network.outbound.get(name, ())
    return name not in plan.live and not any(wire.target in plan.network.nodes for wire in leaving)


def _timing(plan: Plan, kinds: set[str]) -> Iterator[Issue]:
    """A network with delays needs time steps, and first values that do not wait for them."""
    delays = plan.network.of_kind(DELAY)
    if plan.time is None and INPUT in kinds:
        yield findings.no_time(plan.name, delays[0].id)
    timed = [name for name, x in plan.inputs.items() if TIME in x.axes]
    moving = downstream(plan.network, [*timed, *(delay.id for delay in delays)])
    for delay in delays:
        first = [wire for wire in plan.network.inbound.get(delay.id, ()) if wire.input == "initial"]
        if any(wire.source in moving for wire in first):
            yield findings.timed_initial(plan.name, delay)


def _sharing(plan: Plan) -> Iterator[Issue]:
    """Nodes that use another's weights must be able to."""
    for node in plan.network.nodes.values():
        wanted = node.fields.get("same_weights_as")
        if wanted and node.id in plan.steps and (reason := _cannot_share(plan, plan.steps[node.id], wanted)):
            yield findings.shared(plan.name, node, str(wanted), reason)


def _cannot_share(plan: Plan, step: Step, wanted: Value) -> str | None:
    if wanted not in plan.network.nodes:
        return "there is no such node"
    if wanted not in plan.steps:
        return "that node is not sound itself"
    owner = plan.steps[wanted]
    if owner.node.kind != step.node.kind:
        return f"that is a {owner.node.kind}, not a {step.node.kind}"
    if owner.muted:
        return "that node is muted"
    if weight_owner(plan.network, step.id) is None:
        return "the nodes point at each other in a circle"
    same = owner.inner == step.inner if step.inner else construction(owner) == construction(step)
    return None if same else "its weights have another size or meaning"
