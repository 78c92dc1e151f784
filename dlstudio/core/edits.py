"""Edits: pure functions from a project to a changed project that shares all that they did not touch."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial, reduce

from dlstudio.core.document import (
    BLOCK,
    INPUT,
    OUTPUT,
    Network,
    Node,
    Point,
    Project,
    Sheet,
    Wire,
    gather,
    natural,
    port_order,
)
from dlstudio.core.extras import renamed
from dlstudio.core.frozen import Frozen, Value, freeze, same
from dlstudio.core.topology import refuse

SAME_WEIGHTS = "same_weights_as"
"""The field by which a node uses the weights of another."""


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
    words = re.sub(r"(?<=[a-z])(?=[A-Z][a-z]|[A-Z]{3})|(?<=[A-Z])(?=[A-Z][a-z])", "_", kind).lower()
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
    gone = {node for node in ids if node in network.nodes}
    if not gone:
        return project
    inbound = {t: keep(ws, lambda wire: wire.source not in gone) for t, ws in network.inbound.items() if t not in gone}
    nodes = inherit(network, gone).drop(*gone)
    bare = replace(network, nodes=nodes, inbound=Frozen({t: ws for t, ws in inbound.items() if ws}))
    for wire in _bridges(network, gone) if heal else ():
        bare = bare if refuse(bare, wire) else _connect(bare, wire)
    sheet = project.sheet(where)
    trimmed = replace(sheet, positions=sheet.positions.drop(*gone))
    return with_sheet(project.with_network(where, bare), where, trimmed)


def keep(wires: tuple[Wire, ...], wanted: Callable[[Wire], bool]) -> tuple[Wire, ...]:
    """The wanted wires of a group; the group itself when it wants them all."""
    kept = tuple(wire for wire in wires if wanted(wire))
    return wires if len(kept) == len(wires) else kept


def _bridges(network: Network, gone: set[str]) -> Iterator[Wire]:
    """A wire past the nodes that go, for each wire from them to a node that stays."""
    for wire in network.wires:
        origin: Wire | None = wire
        passed: set[str] = set()
        while origin and origin.source in gone and origin.source not in passed:
            passed.add(origin.source)
            origin = next(iter(network.inbound.get(origin.source, ())), None)
        if passed and origin and origin.source not in gone and wire.target not in gone:
            yield Wire(origin.source, origin.output, wire.target, wire.input)


def inherit(network: Network, gone: set[str]) -> Frozen[str, Node]:
    """The nodes, where the first that used the weights of one that goes has them now, and the others use those."""
    users = (node for node in network.nodes.values() if node.fields.get(SAME_WEIGHTS) in gone and node.id not in gone)
    heirs: dict[str, str] = {}
    changed: dict[str, Node] = {}
    for node in sorted(users, key=lambda node: natural(node.id)):
        owner = _owner(network, node.fields[SAME_WEIGHTS], gone)
        heir = heirs.setdefault(owner, node.id) if owner in gone else owner
        fields = node.fields.drop(SAME_WEIGHTS) if heir == node.id else node.fields.put(SAME_WEIGHTS, heir)
        changed[node.id] = replace(node, fields=fields)
    return network.nodes.merge(changed) if changed else network.nodes


def _owner(network: Network, node: str, gone: set[str]) -> str:
    """Whose weights a node uses in the end, as far as the way leads through nodes that go."""
    seen = {node}
    while node in gone and (further := network.nodes[node].fields.get(SAME_WEIGHTS)) and further not in seen:
        seen.add(further)
        node = further
    return node


def connect(project: Project, where: str, *wires: Wire) -> Project:
    """Wires drawn; what was wired into the same inputs is replaced."""
    return within(project, where, lambda network: reduce(_connect, wires, network))


def _connect(network: Network, wire: Wire) -> Network:
    old = network.inbound.get(wire.target, ())
    others = tuple(w for w in old if w.input != wire.input)
    group = tuple(sorted((*others, wire), key=port_order))
    return network if group == old else replace(network, inbound=network.inbound.put(wire.target, group))


def disconnect(project: Project, where: str, *wires: Wire) -> Project:
    """Wires taken away."""
    return within(project, where, lambda network: reduce(_disconnect, wires, network))


def _disconnect(network: Network, wire: Wire) -> Network:
    old = network.inbound.get(wire.target, ())
    rest = keep(old, lambda other: other != wire)
    return network if rest is old else regroup(network, wire.target, rest)


def regroup(network: Network, target: str, wires: Iterable[Wire]) -> Network:
    """The network with other wires into one node."""
    group = tuple(sorted(wires, key=port_order))
    inbound = network.inbound.put(target, group) if group else network.inbound.drop(target)
    return replace(network, inbound=inbound)


def joined(network: Network, wires: Iterable[Wire]) -> Network:
    """The network with more wires, beside those that are there."""
    groups = {t: {*network.inbound.get(t, ()), *ws} for t, ws in gather(wires).items()}
    changed = {target: tuple(sorted(group, key=port_order)) for target, group in groups.items()}
    return replace(network, inbound=network.inbound.merge(changed))


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


def change(project: Project, where: str, ids: Iterable[str], new: Callable[[Node], Node]) -> Project:
    """Several nodes made anew at once; the same project when that changes none of them."""
    network = project.networks[where]
    made = {node: new(network.nodes[node]) for node in ids}
    changed = {name: node for name, node in made.items() if not _alike(node, network.nodes[name])}
    return project.with_network(where, replace(network, nodes=network.nodes.merge(changed))) if changed else project


def _alike(one: Node, other: Node) -> bool:
    return one == other and same(one.fields, other.fields)


def put(project: Project, where: str, node: str, **fields: Value) -> Project:
    """Fields of a node given new values."""
    return put_all(project, where, [node], fields)


def put_all(project: Project, where: str, nodes: Iterable[str], fields: Mapping[str, Value]) -> Project:
    """Fields of several nodes given the same new values."""
    values = freeze(fields)
    return change(project, where, nodes, lambda old: replace(old, fields=old.fields.merge(values)))


def reset(project: Project, where: str, node: str, *fields: str) -> Project:
    """Fields of a node given back their defaults."""
    return change(project, where, [node], lambda old: replace(old, fields=old.fields.drop(*fields)))


def mute(project: Project, where: str, nodes: Iterable[str], muted: bool = True) -> Project:
    """Nodes bypassed, or brought back."""
    return change(project, where, nodes, lambda old: replace(old, muted=muted))


def annotate(project: Project, where: str, node: str, note: str) -> Project:
    """A node's note rewritten."""
    return change(project, where, [node], lambda old: replace(old, note=note))


def convert(project: Project, where: str, node: str, kind: str, fields: Mapping[str, Value]) -> Project:
    """A node made into another kind, its name and wires kept."""
    return change(project, where, [node], lambda old: replace(old, kind=kind, fields=Frozen(freeze(fields))))


def rename(project: Project, where: str, old: str, new: str) -> Project:
    """A node under a new name, everywhere that it is named: in wires, shared weights and the ports of blocks."""
    network = project.networks[where]
    if old == new:
        return project
    if new in network.nodes:
        raise KeyError(f"{where} has a node {new} already")
    nodes = {(new if n == old else n): _renamed(node, old, new) for n, node in network.nodes.items()}
    inbound: dict[str, tuple[Wire, ...]] = {}
    for target, wires in _redirected(network, old, new):
        lost = inbound.get(target, ())
        inbound[target] = tuple(sorted({*lost, *wires}, key=port_order)) if lost else wires
    sheet = renamed(project.sheet(where), old, new)
    moved = {(new if n == old else n): point for n, point in sheet.positions.items()}
    project = project.with_network(where, replace(network, nodes=Frozen(nodes), inbound=Frozen(inbound)))
    project = with_sheet(project, where, replace(sheet, positions=Frozen(moved)))
    return _rename_port(project, where, network.nodes[old].kind, old, new)


def _renamed(node: Node, old: str, new: str) -> Node:
    if node.fields.get(SAME_WEIGHTS) == old:
        node = replace(node, fields=node.fields.put(SAME_WEIGHTS, new))
    return replace(node, id=new) if node.id == old else node


def _redirected(network: Network, old: str, new: str) -> Iterator[tuple[str, tuple[Wire, ...]]]:
    for target, wires in network.inbound.items():
        if target != old and all(wire.source != old for wire in wires):
            yield target, wires
            continue
        renamed = (w._replace(source=new) if w.source == old else w for w in wires)
        aimed = (w._replace(target=new) if target == old else w for w in renamed)
        yield (new if target == old else target), tuple(sorted(aimed, key=port_order))


def _rename_port(project: Project, inner: str, kind: str, old: str, new: str) -> Project:
    """An input or output of a network is a port of every block that places it."""
    for where, network in project.networks.items() if kind in (INPUT, OUTPUT) else ():
        for block in network.of_kind(BLOCK):
            if block.fields.get("network") == inner:
                project = within(project, where, partial(_renamed_port, block.id, kind, old, new))
    return project


def _renamed_port(block: str, kind: str, old: str, new: str, network: Network) -> Network:
    ins = network.inbound.get(block, ()) if kind == INPUT else ()
    outs = network.outbound.get(block, ()) if kind == OUTPUT else ()
    renamed = {wire: wire._replace(input=new) for wire in ins if wire.input == old}
    renamed |= {wire: wire._replace(output=new) for wire in outs if wire.output == old}
    for target in {wire.target for wire in renamed}:
        network = regroup(network, target, [renamed.get(wire, wire) for wire in network.inbound[target]])
    return network


def move(project: Project, where: str, places: Mapping[str, Point]) -> Project:
    """Nodes put at new places on the canvas."""
    sheet = project.sheet(where)
    return with_sheet(project, where, replace(sheet, positions=sheet.positions.merge(places)))


def with_sheet(project: Project, where: str, sheet: Sheet) -> Project:
    """The project with another layout of one network."""
    if sheet == project.sheet(where):
        return project
    return replace(project, sheets=project.sheets.put(where, sheet))


def in_order(names: Iterable[str]) -> list[str]:
    """Names as people count them: conv2 before conv10."""
    return sorted(names, key=natural)
