"""Tidy: places for the nodes of a network, as large as the window can show them."""

from collections.abc import Iterable

from dlstudio.compiler.ports import ports
from dlstudio.core import edits
from dlstudio.core.arrange import Direction, Size, arrange, bow, fold
from dlstudio.core.document import Network, Point, Project
from dlstudio.ui.canvas.card import WIDTH, height

LAYER_GAP, NODE_GAP = 48.0, 32.0
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
    sizes = {node: Size(WIDTH, _height(project, network, node)) for node in nodes}
    wires = [(wire.source, wire.target) for wire in network.wires if wire.source in sizes and wire.target in sizes]
    places = arrange(sizes, wires, direction=direction, layer_gap=LAYER_GAP, node_gap=NODE_GAP)
    if direction == "right":
        places = fold(bow(places, sizes, wires), sizes, wires, room)
    corner = _corner(project, where, nodes) if only else (0.0, 0.0)
    return edits.move(project, where, {n: Point(x + corner[0], y + corner[1]) for n, (x, y) in places.items()})


def _height(project: Project, network: Network, node: str) -> float:
    goes_in, comes_out = ports(project, network.nodes[node], network.arguments)
    many = len(network.inbound.get(node, ())) if any(port.many for port in goes_in) else 0
    return height(max(len(goes_in), many + 1 if many else 0), len(comes_out))


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
