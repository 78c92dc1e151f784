"""Tidy: places for the nodes of a network, as large as the window can show them."""

from collections.abc import Iterable

from dlstudio.compiler.ports import ports
from dlstudio.core import edits
from dlstudio.core.arrange import Direction, Size, arrange, fold
from dlstudio.core.document import Point, Project
from dlstudio.ui.canvas.card import PORT, WIDTH, height
from dlstudio.ui.canvas.subtitle import subtitle

LAYER_GAP, NODE_GAP = 40.0, 24.0
ROOM = (900.0, 520.0)
"""The room that a canvas has in a small window with all panels."""


def tidied(
    project: Project,
    where: str,
    room: tuple[float, float] = ROOM,
    *,
    only: Iterable[str] = (),
    direction: Direction = "right",
) -> Project:
    """The project with the nodes of a network, or some of them, laid out in the order in which they run."""
    network = project.networks[where]
    nodes = [node for node in network.nodes if node in set(only)] if only else list(network.nodes)
    if not nodes:
        return project
    heights = {node: card_height(project, where, node) for node in nodes}
    sizes = {node: Size(WIDTH, _even(tall)) for node, tall in heights.items()}
    wires = [(wire.source, wire.target) for wire in network.wires if wire.source in sizes and wire.target in sizes]
    places = arrange(sizes, wires, direction=direction, layer_gap=LAYER_GAP, node_gap=NODE_GAP)
    places = fold(places, sizes, wires, room, direction=direction)
    corner = _corner(project, where, nodes) if only else (0.0, 0.0)
    return edits.move(
        project,
        where,
        {n: Point(x + corner[0], y + corner[1] + sizes[n].height / 2 - PORT) for n, (x, y) in places.items()},
    )


def card_height(project: Project, where: str, node: str) -> float:
    """How high the card of a node is."""
    network = project.networks[where]
    goes_in, comes_out = ports(project, network.nodes[node], network.arguments)
    many = len(network.inbound.get(node, ())) if any(port.many for port in goes_in) else 0
    line = subtitle(project, where, network.nodes[node], network.arguments)
    return height(max(len(goes_in), many + 1 if many else 0), len(comes_out), line)


def _even(tall: float) -> float:
    """The height of a card with as much room above its first ports as below, so that those are laid in line."""
    return 2 * max(tall - PORT, PORT)


def _corner(project: Project, where: str, nodes: Iterable[str]) -> tuple[float, float]:
    """Where the upper left of some nodes is now."""
    positions = project.sheet(where).positions
    known = [positions[node] for node in nodes if node in positions]
    return (min(p.x for p in known), min(p.y for p in known)) if known else (0.0, 0.0)


def placed(project: Project, room: tuple[float, float] = ROOM) -> Project:
    """The project with every network laid out that has no places yet, or lacks some."""
    for name, network in project.networks.items():
        if any(node not in project.sheet(name).positions for node in network.nodes):
            project = tidied(project, name, room)
    return project
