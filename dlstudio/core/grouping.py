"""Grouping: nodes made into a block that places a new network."""

import keyword
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dlstudio.core import expression
from dlstudio.core.document import BLOCK, INPUT, OUTPUT, Network, Node, Point, Project, Sheet, Wire, natural
from dlstudio.core.edits import SAME_WEIGHTS, fresh, in_order, joined, move, remove, stem, with_sheet
from dlstudio.core.expression import ExpressionProblem
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.topology import closes_loop, order

Origin = tuple[str, str]
"""An output port: node and port name."""

_APART = 160
"""How far the block's own inputs and outputs lie from its nodes."""


def group(project: Project, where: str, ids: Iterable[str], name: str) -> tuple[Project, str]:
    """The nodes moved into a new network, with a block in their place; and the block's name.

    Inputs and outputs stay where they are: a block has its own for the wires that cross its border."""
    network = project.networks[where]
    chosen = {node for node in ids if node in network.nodes and network.nodes[node].kind not in (INPUT, OUTPUT)}
    _may_group(project, network, chosen, name)
    border = _border(network, chosen)
    arguments = _arguments(network, chosen)
    inner = _inner(network, chosen, border, arguments)
    sheet = _sheet(project.sheet(where), chosen, border)

    bare = remove(project, where, chosen)
    block = _block(bare.networks[where], name, arguments)
    outer = bare.networks[where]
    holding = replace(outer, nodes=outer.nodes.put(block.id, block))
    wired = joined(holding, border.outside(network, block.id))
    made = bare.with_network(where, wired).with_network(name, inner)
    made = with_sheet(made, name, sheet)
    middle = _middle(project.sheet(where), chosen)
    return (move(made, where, {block.id: middle}) if middle else made), block.id


def _may_group(project: Project, network: Network, chosen: set[str], name: str) -> None:
    if not chosen:
        raise ProjectProblem("Nothing is selected that can go into a block; select some layers first.")
    if not name.strip():
        raise ProjectProblem("The block needs a name; type one.")
    if name in project.networks:
        raise ProjectProblem(f"There is a network “{name}” already; choose another name for the block.")
    if network.kind != "tensor":
        raise ProjectProblem(f"A {network.kind} network has no blocks; group nodes in a network of layers.")
    if parted := _parted(network, chosen):
        raise ProjectProblem("“{}” uses the weights of “{}”; select both of them or neither.".format(*parted))
    if between := _between(network, chosen):
        raise ProjectProblem(
            f"“{between}” lies on a way out of the selected nodes and back, so the block would wait for itself; "
            "select it too."
        )


def _parted(network: Network, chosen: set[str]) -> tuple[str, str] | None:
    """A node and the owner of its weights, one of them selected and the other not."""
    for node in in_order(network.nodes):
        owner = str(network.nodes[node].fields.get(SAME_WEIGHTS, ""))
        if owner in network.nodes and (node in chosen) != (owner in chosen):
            return node, owner
    return None


def _between(network: Network, chosen: set[str]) -> str | None:
    """A node outside through which a path leaves the selection and comes back within one time step."""
    waiting = [w.target for node in chosen for w in network.outbound.get(node, ()) if not closes_loop(network, w)]
    behind: set[str] = set()
    while waiting:
        node = waiting.pop()
        if node not in chosen and node not in behind:
            behind.add(node)
            waiting += (w.target for w in network.outbound.get(node, ()) if not closes_loop(network, w))
    feeding = {wire.source for node in chosen for wire in network.inbound.get(node, ())}
    return next(iter(in_order(behind & feeding)), None)


@dataclass(frozen=True, slots=True)
class _Border:
    """The ports of a block to be: inputs by the origin outside, outputs by the origin inside."""

    inputs: dict[Origin, str]
    outputs: dict[Origin, str]
    chosen: set[str]

    def inside(self, network: Network) -> Iterator[Wire]:
        """The wires of the new network."""
        for wire in network.wires:
            if wire.target in self.chosen:
                inner = wire.source in self.chosen
                yield wire if inner else wire._replace(source=self.inputs[wire[:2]], output="y")
        for (source, output), port in self.outputs.items():
            yield Wire(source, output, port, "x")

    def outside(self, network: Network, block: str) -> Iterator[Wire]:
        """The wires of the block in the old network."""
        for (source, output), port in self.inputs.items():
            yield Wire(source, output, block, port)
        for wire in network.wires:
            if wire.source in self.chosen and wire.target not in self.chosen:
                yield wire._replace(source=block, output=self.outputs[wire[:2]])


def _border(network: Network, chosen: set[str]) -> _Border:
    rank = {node.id: place for place, node in enumerate(order(network))}
    wires = sorted(network.wires, key=lambda w: (rank.get(w.target, len(rank)), natural(w.target), natural(w.input)))
    entering = [wire for wire in wires if wire.target in chosen and wire.source not in chosen]
    leaving = [wire for wire in wires if wire.source in chosen and wire.target not in chosen]
    ends = leaving or [Wire(node, "y", "", "") for node in in_order(chosen) if not network.outbound.get(node)]
    taken = set(chosen)
    inputs = _ports([(w[:2], w.input) for w in entering], "x", taken)
    outputs = _ports([(w[:2], w.output) for w in ends], "y", taken)
    return _Border(inputs, outputs, chosen)


def _ports(crossing: list[tuple[Origin, str]], usual: str, taken: set[str]) -> dict[Origin, str]:
    """A port for each origin, called as its wires are: query, key, value; x, or x1 and x2 where there are two."""
    wanted: dict[Origin, set[str]] = {}
    for origin, port in crossing:
        wanted.setdefault(origin, set()).add(_plain(port, usual))
    words = {origin: names.pop() if len(names) == 1 else usual for origin, names in wanted.items()}
    ports: dict[Origin, str] = {}
    for origin, word in words.items():
        single = list(words.values()).count(word) == 1 and word not in taken
        ports[origin] = word if single else _numbered(word, taken)
        taken.add(ports[origin])
    return ports


def _plain(port: str, usual: str) -> str:
    """A port's name without its number, where that is a name that the source can hold."""
    name = re.sub(r"[0-9]+$", "", port)
    return name if name.isascii() and name.isidentifier() and not keyword.iskeyword(name) else usual


def _numbered(word: str, taken: set[str]) -> str:
    number = 1
    while f"{word}{number}" in taken:
        number += 1
    return f"{word}{number}"


def _arguments(network: Network, chosen: set[str]) -> Frozen[str, Value]:
    """The network's arguments that the chosen nodes use."""
    used = {name for node in chosen for name in _names(network.nodes[node].fields)}
    return Frozen({name: value for name, value in network.arguments.items() if name in used})


def _names(value: Value) -> Iterator[str]:
    """The names in every `=expression` of a value."""
    if isinstance(value, str) and value.startswith("="):
        try:
            yield from expression.names(value[1:])
        except ExpressionProblem:
            return
    elif isinstance(value, Frozen | tuple):
        for item in value.values() if isinstance(value, Frozen) else value:
            yield from _names(item)


def _inner(network: Network, chosen: set[str], border: _Border, arguments: Frozen[str, Value]) -> Network:
    nodes = [network.nodes[node] for node in in_order(chosen)]
    nodes += [Node(port, INPUT) for port in border.inputs.values()]
    nodes += [Node(port, OUTPUT) for port in border.outputs.values()]
    return Network.of(nodes, border.inside(network), arguments=arguments)


def _block(network: Network, name: str, arguments: Frozen[str, Value]) -> Node:
    fields: dict[str, Value] = {"network": name}
    if arguments:
        fields["given"] = Frozen({argument: f"={argument}" for argument in arguments})
    return Node(fresh(network, stem(name.replace(" ", "_"))), BLOCK, Frozen(fields))


def _sheet(sheet: Sheet, chosen: set[str], border: _Border) -> Sheet:
    """The places of the nodes as they were, with the inputs to their left and the outputs to their right."""
    places = {node: point for node, point in sheet.positions.items() if node in chosen}
    if not places:
        return Sheet()
    left, right = min(p.x for p in places.values()), max(p.x for p in places.values())
    top = min(p.y for p in places.values())
    for x, ports in ((left - 2 * _APART, border.inputs), (right + 2 * _APART, border.outputs)):
        places.update((port, Point(x, top + i * _APART)) for i, port in enumerate(ports.values()))
    return Sheet(positions=Frozen(places))


def _middle(sheet: Sheet, chosen: set[str]) -> Point | None:
    places = [point for node, point in sheet.positions.items() if node in chosen]
    if not places:
        return None
    return Point(sum(p.x for p in places) / len(places), sum(p.y for p in places) / len(places))
