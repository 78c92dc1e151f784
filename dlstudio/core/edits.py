"""Edits: pure functions from a project to a changed project that shares all that they did not touch."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from dlstudio.core.document import Network, Node, Point, Project, Sheet, Wire, gather, natural, port_order
from dlstudio.core.frozen import Frozen, Value, freeze


def within(project: Project, where: str, change: Callable[[Network], Network]) -> Project:
    """The project with one of its networks changed; the same project when nothing changed."""
    old = project.networks[where]
    new = change(old)
    return project if new is old else project.with_network(where, new)


def add(project: Project, where: str, node: Node, at: Point | None = None) -> Project:
    """A new node; its id must be free."""
    network = project.networks[where]
    if node.id in network.nodes:
        raise KeyError(f"{where} has a node {node.id} already")
    added = project.with_network(where, replace(network, nodes=network.nodes.put(node.id, node)))
    return added if at is None else move(added, where, {node.id: at})


def new_node(network: Network, kind: str, fields: Mapping[str, Value] | None = None) -> Node:
    """A node of this kind under a free name."""
    return Node(fresh(network, stem(kind)), kind, Frozen(freeze(fields or {})))


def stem(kind: str) -> str:
    """The start of a node's name: Conv2d -> conv, BatchNorm -> batch_norm, LSTM -> lstm."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", kind).lower()
    return re.sub(r"[^a-z0-9_]|(?<=[a-z])[123]d$", "", words).lstrip("_0123456789") or "node"


def fresh(network: Network, wanted: str) -> str:
    """A free node name that starts as wanted: conv1, conv2 ..."""
    number = 1
    while f"{wanted}{number}" in network.nodes:
        number += 1
    return f"{wanted}{number}"


def remove(project: Project, where: str, ids: Iterable[str], *, heal: bool = False) -> Project:
    """Nodes and their wires taken away; healed, what fed a node's first input feeds what it fed."""
    network = project.networks[where]
    gone = [node for node in ids if node in network.nodes]
    for node in gone if heal else ():
        network = _bridge(network, node)
    kept = {t: tuple(w for w in ws if w.source not in gone) for t, ws in network.inbound.items() if t not in gone}
    inbound = Frozen({target: wires for target, wires in kept.items() if wires})
    bare = replace(network, nodes=network.nodes.drop(*gone), inbound=inbound)
    sheet = project.sheet(where)
    trimmed = replace(sheet, positions=sheet.positions.drop(*gone)) if gone else sheet
    return _with_sheet(project.with_network(where, bare), where, trimmed)


def _bridge(network: Network, node: str) -> Network:
    feeding = network.inbound.get(node, ())
    if not feeding:
        return network
    first = feeding[0]
    for wire in network.outbound.get(node, ()):
        network = _connect(network, Wire(first.source, first.output, wire.target, wire.input))
    return network


def connect(project: Project, where: str, wire: Wire) -> Project:
    """A wire drawn; what was wired into the same input is replaced."""
    return within(project, where, lambda network: _connect(network, wire))


def _connect(network: Network, wire: Wire) -> Network:
    others = tuple(w for w in network.inbound.get(wire.target, ()) if w.input != wire.input)
    group = tuple(sorted((*others, wire), key=port_order))
    return replace(network, inbound=network.inbound.put(wire.target, group))


def disconnect(project: Project, where: str, *wires: Wire) -> Project:
    """Wires taken away."""
    return within(project, where, lambda network: _disconnect(network, wires))


def _disconnect(network: Network, wires: Iterable[Wire]) -> Network:
    inbound = network.inbound
    for wire in wires:
        rest = tuple(w for w in inbound.get(wire.target, ()) if w != wire)
        inbound = inbound.put(wire.target, rest) if rest else inbound.drop(wire.target)
    return replace(network, inbound=inbound)


def insert(project: Project, where: str, wire: Wire, node: Node, ports: tuple[str, str] = ("x", "y")) -> Project:
    """A new node put on a wire, between its two ends."""
    into, out = ports
    placed = add(project, where, node, _between(project.sheet(where), wire))
    first = connect(placed, where, Wire(wire.source, wire.output, node.id, into))
    return connect(first, where, Wire(node.id, out, wire.target, wire.input))


def _between(sheet: Sheet, wire: Wire) -> Point | None:
    ends = [sheet.positions[end] for end in (wire.source, wire.target) if end in sheet.positions]
    if len(ends) < 2:
        return None
    return Point((ends[0].x + ends[1].x) / 2, (ends[0].y + ends[1].y) / 2)


def put(project: Project, where: str, node: str, **fields: Value) -> Project:
    """Fields of a node given new values."""
    return _change(project, where, node, lambda old: replace(old, fields=old.fields.merge(freeze(fields))))


def reset(project: Project, where: str, node: str, *fields: str) -> Project:
    """Fields of a node given back their defaults."""
    return _change(project, where, node, lambda old: replace(old, fields=old.fields.drop(*fields)))


def mute(project: Project, where: str, nodes: Iterable[str], muted: bool = True) -> Project:
    """Nodes bypassed, or brought back."""
    for node in nodes:
        project = _change(project, where, node, lambda old: replace(old, muted=muted))
    return project


def annotate(project: Project, where: str, node: str, note: str) -> Project:
    """A node's note rewritten."""
    return _change(project, where, node, lambda old: replace(old, note=note))


def convert(project: Project, where: str, node: str, kind: str, fields: Mapping[str, Value]) -> Project:
    """A node made into another kind, its name and wires kept."""
    return _change(project, where, node, lambda old: replace(old, kind=kind, fields=Frozen(freeze(fields))))


def _change(project: Project, where: str, node: str, change: Callable[[Node], Node]) -> Project:
    network = project.networks[where]
    old = network.nodes[node]
    new = change(old)
    if new == old:
        return project
    return project.with_network(where, replace(network, nodes=network.nodes.put(node, new)))


def rename(project: Project, where: str, old: str, new: str) -> Project:
    """A node under a new name, everywhere that it is named."""
    network = project.networks[where]
    if old == new:
        return project
    if new in network.nodes:
        raise KeyError(f"{where} has a node {new} already")
    nodes = {(new if n == old else n): _renamed(node, old, new) for n, node in network.nodes.items()}
    wires = (
        w._replace(source=new if w.source == old else w.source, target=new if w.target == old else w.target)
        for w in network.wires
    )
    sheet = project.sheet(where)
    moved = {(new if n == old else n): point for n, point in sheet.positions.items()}
    changed = project.with_network(where, replace(network, nodes=Frozen(nodes), inbound=gather(wires)))
    return _with_sheet(changed, where, replace(sheet, positions=Frozen(moved)))


def _renamed(node: Node, old: str, new: str) -> Node:
    fields = node.fields
    if fields.get("same_weights_as") == old:
        fields = fields.put("same_weights_as", new)
    return replace(node, id=new if node.id == old else node.id, fields=fields)


def move(project: Project, where: str, places: Mapping[str, Point]) -> Project:
    """Nodes put at new places on the canvas."""
    sheet = project.sheet(where)
    return _with_sheet(project, where, replace(sheet, positions=sheet.positions.merge(places)))


def _with_sheet(project: Project, where: str, sheet: Sheet) -> Project:
    if sheet == project.sheet(where):
        return project
    return replace(project, sheets=project.sheets.put(where, sheet))


def in_order(names: Iterable[str]) -> list[str]:
    """Names as people count them: conv2 before conv10."""
    return sorted(names, key=natural)
