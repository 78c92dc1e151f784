"""Unpacking: a block made into the nodes that it places, or given a network of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dlstudio.core import expression
from dlstudio.core.document import BLOCK, INPUT, OUTPUT, Network, Node, Point, Project, Sheet, Wire
from dlstudio.core.edits import SAME_WEIGHTS, inherit, joined, move, remove, with_sheet
from dlstudio.core.expression import ExpressionProblem
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.networks import fresh_network
from dlstudio.core.transplant import Names, transplant

Origin = tuple[str, str]
"""An output port: node and port name."""


def unpack(project: Project, where: str, block: str) -> tuple[Project, tuple[str, ...]]:
    """The nodes of a block in its place, its arguments filled in; and their names. Its network stays in the project."""
    network = project.networks[where]
    place = _placed(project, network, block)
    _may_unpack(network, project.networks[place], block)
    inner, node = project.networks[place], network.nodes[block]
    said = node.fields.get("given")
    given = inner.arguments.merge(said) if isinstance(said, Frozen) else inner.arguments
    nodes = [_filled(each, given) for each in inner.nodes.values() if each.kind not in (INPUT, OUTPUT)]

    bare = remove(project, where, [block])
    grown, names = transplant(bare.networks[where], Network.of(nodes, inner.wires))
    opening = _Opening(network, inner, block, names)
    whole = bare.with_network(where, joined(grown, opening.wires()))
    at = project.sheet(where).positions.get(block)
    return move(whole, where, _places(project.sheet(place), names, at)), tuple(names.values())


def make_unique(project: Project, where: str, block: str) -> Project:
    """The block placing a copy of its network, so that a change to it is a change to no other block."""
    network = project.networks[where]
    place = _placed(project, network, block)
    name = fresh_network(project, place)
    nodes = inherit(network, {block})
    node = nodes[block]
    alone = replace(node, fields=node.fields.drop(SAME_WEIGHTS).put("network", name))
    changed = project.with_network(where, replace(network, nodes=nodes.put(block, alone)))
    return with_sheet(changed.with_network(name, project.networks[place]), name, project.sheet(place))


def _placed(project: Project, network: Network, block: str) -> str:
    """The name of the network that a block places."""
    node = network.nodes[block]
    if node.kind != BLOCK:
        raise ProjectProblem(f"“{block}” is no block; choose one.")
    place = node.fields.get("network", "")
    if not isinstance(place, str) or place not in project.networks:
        raise ProjectProblem(f"“{block}” places no network of this project; choose one for it first.")
    return place


def _may_unpack(network: Network, inner: Network, block: str) -> None:
    node = network.nodes[block]
    sharing = [n.id for n in network.of_kind(BLOCK) if n.fields.get(SAME_WEIGHTS) == block]
    sharing += [owner for owner in [node.fields.get(SAME_WEIGHTS)] if owner]
    if node.fields.get("repeat", 1) != 1:
        raise ProjectProblem(f"“{block}” repeats its network; set its repeat to 1 first.")
    if node.muted:
        raise ProjectProblem(f"“{block}” is muted; unmute it first.")
    if sharing:
        raise ProjectProblem(f"“{block}” and “{sharing[0]}” share their weights; part them first.")
    if inner.kind != network.kind:
        raise ProjectProblem(
            f"“{block}” places a {inner.kind} network, which cannot stand open here; leave it a block."
        )


@dataclass(frozen=True, slots=True)
class _Opening:
    """The border of a block that is taken away: which wire outside goes on as which wire inside."""

    network: Network
    inner: Network
    block: str
    names: Names

    def wires(self) -> Iterator[Wire]:
        for wire in self.inner.wires:
            if wire.target in self.names and wire.source not in self.names:
                origin = self._inside((wire.source, wire.output), ())
                yield from _wire(origin, self.names[wire.target], wire.input)
        for wire in self.network.outbound.get(self.block, ()):
            if wire.target != self.block:
                yield from _wire(self._outside((wire.source, wire.output), ()), wire.target, wire.input)

    def _inside(self, origin: Origin, seen: tuple[Origin, ...]) -> Origin | None:
        """Where a wire of the inner network comes from, once that lies open."""
        source, output = origin
        if source in self.names:
            return self.names[source], output
        feeding = [wire for wire in self.network.inbound.get(self.block, ()) if wire.input == source]
        if not feeding or source not in self.inner.nodes:
            return None
        return self._outside((feeding[0].source, feeding[0].output), seen)

    def _outside(self, origin: Origin, seen: tuple[Origin, ...]) -> Origin | None:
        """Where a wire of the outer network comes from, once the block is gone."""
        source, port = origin
        if source != self.block:
            return origin
        feeding = self.inner.inbound.get(port, ()) if port not in self.names else ()
        if not feeding or origin in seen:
            return None
        return self._inside((feeding[0].source, feeding[0].output), (*seen, origin))


def _wire(origin: Origin | None, target: str, port: str) -> Iterator[Wire]:
    if origin:
        yield Wire(*origin, target, port)


def _filled(node: Node, given: Mapping[str, Value]) -> Node:
    return replace(node, fields=_fill(node.fields, given))


def _fill(value: Value, given: Mapping[str, Value]) -> Value:
    """The value with what the block gives put in for the arguments in its expressions."""
    if isinstance(value, Frozen):
        return Frozen({key: _fill(item, given) for key, item in value.items()})
    if isinstance(value, tuple):
        return tuple(_fill(item, given) for item in value)
    if not isinstance(value, str) or not value.startswith("="):
        return value
    try:
        return _calculated(value[1:], given)
    except ExpressionProblem:
        return value


def _calculated(text: str, given: Mapping[str, Value]) -> Value:
    used = {name: given[name] for name in expression.names(text) if name in given}
    changed = {name: value for name, value in used.items() if value != f"={name}"}
    numbers = {name: value for name, value in changed.items() if isinstance(value, int | float)}
    if not changed:
        return f"={text}"
    if len(numbers) == len(expression.names(text)):
        return expression.evaluate(text, numbers)
    texts = {name: value[1:] for name, value in changed.items() if isinstance(value, str) and value.startswith("=")}
    return "=" + expression.substitute(text, texts | {name: repr(value) for name, value in numbers.items()})


def _places(sheet: Sheet, names: Names, at: Point | None) -> dict[str, Point]:
    """The nodes laid out as in their network, their middle where the block was."""
    inside = {names[node]: point for node, point in sheet.positions.items() if node in names}
    if at is None or not inside:
        return inside
    x = at.x - sum(point.x for point in inside.values()) / len(inside)
    y = at.y - sum(point.y for point in inside.values()) / len(inside)
    return {node: Point(point.x + x, point.y + y) for node, point in inside.items()}
