"""Transplants: the nodes of one network brought into another under free names."""

import re
from collections.abc import Iterable
from dataclasses import replace

from dlstudio.core.document import Network, Node, Wire, gather, natural
from dlstudio.core.edits import SAME_WEIGHTS, stem

Names = dict[str, str]
"""What each node was called, and what it is called now."""


def transplant(network: Network, part: Network) -> tuple[Network, Names]:
    """The network with the nodes of the other and the wires between them; those that share weights still do."""
    names = _free_names(network, part)
    nodes = ((names[old], _renamed(node, names)) for old, node in part.nodes.items())
    wires = gather(rewired(part.wires, names))
    return replace(network, nodes=network.nodes.merge(nodes), inbound=network.inbound.merge(wires)), names


def rewired(wires: Iterable[Wire], names: Names) -> list[Wire]:
    """The wires between renamed nodes, without those that lead elsewhere."""
    inner = (wire for wire in wires if wire.source in names and wire.target in names)
    return [wire._replace(source=names[wire.source], target=names[wire.target]) for wire in inner]


def _renamed(node: Node, names: Names) -> Node:
    owner = node.fields.get(SAME_WEIGHTS)
    fields = node.fields.put(SAME_WEIGHTS, names[owner]) if owner in names else node.fields
    return replace(node, id=names[node.id], fields=fields)


def _free_names(network: Network, part: Network) -> Names:
    """A name for each node: its own where that is free, else the next number of its kind."""
    taken = {*network.nodes, *(end for wire in network.wires for end in (wire.source, wire.target))}
    names: Names = {}
    numbers: dict[str, int] = {}
    for old in sorted(part.nodes, key=natural):
        wanted = old
        start = re.sub(r"[0-9]+$", "", old) or stem(part.nodes[old].kind)
        while wanted in taken:
            numbers[start] = numbers.get(start, 0) + 1
            wanted = f"{start}{numbers[start]}"
        taken.add(wanted)
        names[old] = wanted
    return names
