"""Ports: the places for wires of any node, sound or not."""

from collections.abc import Mapping

from dlstudio.catalog.layer import Layer, Port
from dlstudio.catalog.layers import layers
from dlstudio.core.document import BLOCK, INPUT, OUTPUT, Node, Project
from dlstudio.core.expression import ExpressionProblem
from dlstudio.core.frozen import Value
from dlstudio.core.spec import BadFields, make

Ports = tuple[tuple[Port, ...], tuple[Port, ...]]


def ports(project: Project, node: Node, arguments: Mapping[str, Value]) -> Ports:
    """What goes into a node and what comes out; nothing for a kind that nobody knows."""
    if node.kind == BLOCK:
        inner = project.networks.get(str(node.fields.get("network", "")))
        if inner is None:
            return (), ()
        return tuple(Port(n.id) for n in inner.of_kind(INPUT)), tuple(Port(n.id) for n in inner.of_kind(OUTPUT))
    layer = declared(node, arguments)
    return (layer.ports_in(), layer.ports_out()) if layer else ((), ())


def declared(node: Node, arguments: Mapping[str, Value]) -> Layer | None:
    """The node's declaration with its fields, or with the usual ones where its own do not do."""
    cls = layers.get(node.kind)
    if cls is None:
        return None
    try:
        return make(cls, node.fields, arguments)
    except (BadFields, ExpressionProblem):
        return cls()
