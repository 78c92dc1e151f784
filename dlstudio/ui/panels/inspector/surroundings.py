"""Surroundings: what the form of some nodes may need to know of the project."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from dlstudio.catalog.by_hand import ManyWeights, Weight
from dlstudio.catalog.layer import Trained
from dlstudio.compiler.judge import by_port
from dlstudio.compiler.plan import Plan
from dlstudio.compiler.ports import declared
from dlstudio.core.document import BLOCK, Network, Node
from dlstudio.core.edits import in_order
from dlstudio.core.frozen import Frozen, Value
from dlstudio.ui.forms.around import Around
from dlstudio.ui.session import State


def surroundings(state: State, nodes: Sequence[Node]) -> Around:
    """Arguments of the network, nodes of the same kind, networks, and the weights that can be typed."""
    network, plan, first = state.network, state.plan, nodes[0]
    arguments = plan.arguments if plan else network.arguments
    chosen = {node.id for node in nodes}
    alike = frozenset(node.id for node in network.nodes.values() if node.kind == first.kind)
    return Around(
        arguments=Frozen(arguments),
        nodes=tuple(name for name in _ordered(alike) if name not in chosen),
        networks=tuple(name for name in state.project.networks if name != state.where),
        parameters=_parameters(state, first),
        weights=typed_weights(network, first, plan, arguments) if len(nodes) == 1 else Frozen(),
    )


@lru_cache(maxsize=16)
def _ordered(names: frozenset[str]) -> tuple[str, ...]:
    return tuple(in_order(names))


def _parameters(state: State, node: Node) -> Mapping[str, Value] | None:
    """The arguments of the network that a block places."""
    if node.kind != BLOCK:
        return None
    inner = state.project.networks.get(str(node.fields.get("network", "")))
    return inner.arguments if inner else Frozen()


def typed_weights(
    network: Network, node: Node, plan: Plan | None, arguments: Mapping[str, Value]
) -> Frozen[str, Weight]:
    """The weights that may be typed number by number, by the path of the field that holds their numbers."""
    layer = declared(node, arguments)
    ins = _ins(network, node, plan) if isinstance(layer, Trained) and plan else None
    if ins is None or not isinstance(layer, Trained):
        return Frozen()
    if isinstance(layer, ManyWeights):
        return Frozen({f"given_numbers.{name}": weight for name, weight in layer.weights(**ins).items()})
    found: dict[str, Weight] = {}
    for (field, *_), (_, names) in zip(layer.choices(), layer.starts(), strict=False):
        shape = layer.weight_shape(names[0], **ins) if len(names) == 1 else None
        if shape:
            found[field] = Weight(shape)
    return Frozen(found)


def _ins(network: Network, node: Node, plan: Plan) -> dict[str, Any] | None:
    """What comes into a node, sound or not; None where something is missing."""
    step = plan.steps.get(node.id)
    if step:
        return None if step.muted else dict(step.ins)
    layer = declared(node, plan.arguments)
    ports = layer.ports_in() if layer else ()
    groups, _ = by_port(network.inbound.get(node.id, ()), ports)
    ins: dict[str, Any] = {}
    for port in ports:
        tensors = tuple(plan.shapes.get((wire.source, wire.output)) for wire in groups.get(port.name, ()))
        if any(tensor is None or not tensor.rank for tensor in tensors) or (not tensors and not port.optional):
            return None
        if tensors:
            ins[port.name] = tensors if port.many else tensors[0]
    return ins
