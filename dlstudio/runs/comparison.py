"""Comparison: in what two runs differ, in their settings, their projects and what came out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlstudio.core.document import Network, Node, Wire, natural
from dlstudio.core.frozen import same
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.metrics import last_numbers

Differences = dict[str, tuple[Any, Any]]
"""What differs by its path, with both values; None stands for one that is not there."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a node that is there in both runs."""

    node: str
    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class NetworkChange:
    """What became of a network."""

    network: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[FieldChange, ...]
    wires_added: tuple[Wire, ...]
    wires_removed: tuple[Wire, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """In what a second run differs from a first; every part is empty where they agree."""

    settings: Differences
    data: Differences
    training: Differences
    networks: tuple[NetworkChange, ...]
    metrics: Differences

    @property
    def same(self) -> bool:
        """Whether both were asked for the same; what came out may differ nevertheless."""
        return not (self.settings or self.data or self.training or self.networks)


def compare(one: RunFolder, other: RunFolder) -> Comparison:
    """The differences of settings, of the two projects network by network, and of the last metrics."""
    before, after = one.project(), other.project()
    names = sorted({*before.networks, *after.networks}, key=natural)
    empty = Network()
    changes = (_network(n, before.networks.get(n, empty), after.networks.get(n, empty)) for n in names)
    return Comparison(
        differences(one.settings(), other.settings()),
        differences(before.data, after.data),
        differences(before.training, after.training),
        tuple(change for change in changes if change is not None),
        differences(last_numbers(one.metrics), last_numbers(other.metrics)),
    )


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> Differences:
    """What differs between two trees of plain values, by dotted path."""
    left, right = dict(leaves(one)), dict(leaves(other))
    paths = sorted({*left, *right}, key=natural)
    return {path: (left.get(path), right.get(path)) for path in paths if not _agree(path, left, right)}


def _agree(path: str, left: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    """Whether both have the same there; two numbers that are none are the same here."""
    if path not in left or path not in right:
        return False
    one, other = left[path], right[path]
    return same(one, other) or (one != one and other != other)


def leaves(tree: Mapping[str, Any], place: str = "") -> list[tuple[str, Any]]:
    """Every plain value of a tree, by dotted path."""
    found = []
    for key, value in tree.items():
        path = f"{place}.{key}" if place else str(key)
        inside = leaves(value, path) if isinstance(value, Mapping) and value else [(path, _tupled(value))]
        found.extend(inside)
    return found


def _tupled(value: Any) -> Any:
    """Lists as tuples: settings come from JSON, projects from the document."""
    return tuple(map(_tupled, value)) if isinstance(value, list | tuple) else value


def _network(name: str, before: Network, after: Network) -> NetworkChange | None:
    if before == after:
        return None
    both = sorted(before.nodes.keys() & after.nodes.keys(), key=natural)
    wires = {*before.wires}, {*after.wires}
    change = NetworkChange(
        name,
        tuple(sorted(after.nodes.keys() - before.nodes.keys(), key=natural)),
        tuple(sorted(before.nodes.keys() - after.nodes.keys(), key=natural)),
        tuple(change for node in both for change in _node(before.nodes[node], after.nodes[node])),
        tuple(sorted(wires[1] - wires[0])),
        tuple(sorted(wires[0] - wires[1])),
    )
    said = change.added or change.removed or change.changed or change.wires_added or change.wires_removed
    return change if said else None


def _node(before: Node, after: Node) -> list[FieldChange]:
    left = {"kind": before.kind, "muted": before.muted, **before.fields}
    right = {"kind": after.kind, "muted": after.muted, **after.fields}
    return [FieldChange(before.id, path, *values) for path, values in differences(left, right).items()]
