"""changes: what an edit would change, in words, before it is made."""

from collections.abc import Iterator

from dlstudio.core.document import Network, Node, Project
from dlstudio.core.fields import show

MOST = 8
"""How many changes are listed."""


def changes(before: Project, after: Project) -> list[str]:
    """The differences in meaning between two projects, one to a line; where things lie is none."""
    found = [*_networks(before, after), *_settings("training", before, after), *_settings("data", before, after)]
    return found if len(found) <= MOST else [*found[: MOST - 1], f"and {len(found) - MOST + 1} more"]


def _networks(before: Project, after: Project) -> Iterator[str]:
    for name in before.networks.keys() - after.networks.keys():
        yield f"Removes the network {name}"
    for name, network in after.networks.items():
        old = before.networks.get(name)
        if old is None:
            yield f"Adds the network {name}"
        elif old is not network:
            yield from _nodes(old, network)
            yield from _wires(old, network)


def _nodes(before: Network, after: Network) -> Iterator[str]:
    for name, node in after.nodes.items():
        old = before.nodes.get(name)
        if old is None:
            yield f"Adds {name} ({node.kind})"
        elif old is not node:
            yield from _node(old, node)
    for name in before.nodes:
        if name not in after.nodes:
            yield f"Removes {name}"


def _node(before: Node, after: Node) -> Iterator[str]:
    if before.kind != after.kind:
        yield f"Makes {after.id} a {after.kind}"
    if before.muted != after.muted:
        yield f"{'Mutes' if after.muted else 'Unmutes'} {after.id}"
    for field in dict.fromkeys([*before.fields, *after.fields]):
        if before.fields.get(field) != after.fields.get(field):
            old, new = (show(n.fields[field]) if field in n.fields else "as usual" for n in (before, after))
            yield f"{after.id}: {field.replace('_', ' ')} {old} → {new}"


def _wires(before: Network, after: Network) -> Iterator[str]:
    old, new = set(before.wires), set(after.wires)
    yield from (f"Wires {wire}" for wire in sorted(new - old))
    yield from (f"Cuts {wire}" for wire in sorted(old - new) if {wire.source, wire.target} <= after.nodes.keys())


def _settings(part: str, before: Project, after: Project) -> Iterator[str]:
    old, new = getattr(before, part), getattr(after, part)
    for name in dict.fromkeys([*old, *new]) if old is not new else ():
        if old.get(name) != new.get(name):
            said = [show(each[name]) if name in each else "as usual" for each in (old, new)]
            yield f"{part}: {name.replace('_', ' ')} {said[0]} → {said[1]}"
