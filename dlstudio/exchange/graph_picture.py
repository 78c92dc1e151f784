"""Graph picture: a network as SVG without Qt, for pages that are read in a browser; its colours are the page's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from dlstudio.catalog.gist import gist
from dlstudio.catalog.layers import layers
from dlstudio.compiler.plan import Plan
from dlstudio.compiler.planner import Planner
from dlstudio.compiler.ports import declared, ports
from dlstudio.core.arrange import Size, arrange, fold
from dlstudio.core.document import BLOCK, Node, Project, Wire
from dlstudio.core.frozen import Value

WIDTH, HEAD, ROW, FOOT, MARGIN = 176, 24, 16, 8, 24
"""The measures of a card, those of the canvas, so that places given there fit here."""
PORT = HEAD + ROW // 2
ROLE = 'xmlns="http://www.w3.org/2000/svg" role="img" aria-label'
LONGEST, LONGEST_NAME = 28, 22
"""Letters of a line on a card, and of its name."""


@dataclass(frozen=True)
class Card:
    """One node as it is drawn."""

    name: str
    kind: str
    family: str
    line: str
    shape: str
    x: float
    y: float
    height: float


def graph_picture(project: Project, network: str, room: tuple[float, float] = (1030.0, 640.0)) -> str:
    """A network with its nodes, wires and shapes; nothing where it is empty."""
    found = project.networks[network]
    if not found.nodes:
        return ""
    plan = Planner(project).plan(network)
    places = _places(project, network, room)
    cards = {node.id: _card(project, plan, node, places[node.id]) for node in found.nodes.values()}
    wide = max(card.x for card in cards.values()) + WIDTH + MARGIN
    high = max(card.y + card.height for card in cards.values()) + MARGIN
    told = f'{ROLE}="{escape(f"The network {network}: {len(cards)} nodes")}"'
    lines = [f'<svg class="graph" viewBox="0 0 {wide:.0f} {high:.0f}" width="{wide:.0f}" height="{high:.0f}" {told}>']
    lines += [_wire(project, found.nodes, cards, found.inbound, wire) for wire in found.wires]
    lines += [line for card in cards.values() for line in _drawn(card)]
    return "\n".join([*lines, "</svg>"])


def _places(project: Project, network: str, room: tuple[float, float]) -> dict[str, tuple[float, float]]:
    """Where the nodes stand: as on the canvas, or where some have no place yet, laid out anew."""
    found, given = project.networks[network], project.sheet(network).positions
    if all(node in given for node in found.nodes):
        places = {node: (given[node].x, given[node].y) for node in found.nodes}
    else:
        places = _laid(project, network, room)
    left, top = min(x for x, _ in places.values()), min(y for _, y in places.values())
    return {node: (x - left + MARGIN, y - top + MARGIN) for node, (x, y) in places.items()}


def _laid(project: Project, network: str, room: tuple[float, float]) -> dict[str, tuple[float, float]]:
    found = project.networks[network]
    heights = {node.id: _height(project, network, node) for node in found.nodes.values()}
    sizes = {node: Size(WIDTH, 2 * max(height - PORT, PORT)) for node, height in heights.items()}
    wires = [(wire.source, wire.target) for wire in found.wires]
    places = fold(arrange(sizes, wires, layer_gap=40, node_gap=24), sizes, wires, room)
    return {node: (x, y + sizes[node].height / 2 - PORT) for node, (x, y) in places.items()}


def _height(project: Project, network: str, node: Node) -> float:
    found = project.networks[network]
    goes_in, comes_out = ports(project, node, found.arguments)
    many = len(found.inbound.get(node.id, ())) if any(port.many for port in goes_in) else 0
    rows = max(1, len(goes_in), many, len(comes_out))
    return HEAD + ROW * (rows + bool(_line(node, found.arguments))) + FOOT


def _line(node: Node, arguments: Mapping[str, Any]) -> str:
    """What matters of a node."""
    if node.kind == BLOCK:
        repeat: Value = node.fields.get("repeat", 1)
        return f"{node.fields.get('network', '')}{f' ×{repeat}' if repeat != 1 else ''}"
    layer = declared(node, arguments)
    return gist(layer) if layer else ""


def _card(project: Project, plan: Plan, node: Node, place: tuple[float, float]) -> Card:
    cls = layers.get(node.kind)
    verdict = plan.verdicts.get(node.id)
    shapes = list(verdict.step.outs.values()) if verdict and verdict.step else []
    height = _height(project, plan.name, node)
    line = _line(node, project.networks[plan.name].arguments)
    family, title = (cls.family, cls.title) if cls else ("", node.kind)
    return Card(node.id, title, family, line, str(shapes[0]) if shapes else "", *place, height)


def _wire(
    project: Project,
    nodes: Mapping[str, Node],
    cards: Mapping[str, Card],
    inbound: Mapping[str, tuple[Wire, ...]],
    wire: Wire,
) -> str:
    source, target = cards[wire.source], cards[wire.target]
    comes_out, goes_in = ports(project, nodes[wire.source], {})[1], ports(project, nodes[wire.target], {})[0]
    leaving = [port.name for port in comes_out]
    many = any(port.many for port in goes_in)
    arriving: list[Any] = list(inbound[wire.target]) if many else [port.name for port in goes_in]
    wanted: Any = wire if many else wire.input
    x1, y1 = source.x + WIDTH, source.y + PORT + ROW * _at(leaving, wire.output)
    x2, y2 = target.x, target.y + PORT + ROW * _at(arriving, wanted)
    if x2 >= x1:
        bend = max(16.0, (x2 - x1) / 2)
        return f'<path class="wire" d="M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"/>'
    return f'<path class="wire" d="{_back(source, target, (x1, y1), (x2, y2))}"/>'


def _at(names: list[Any], name: Any) -> int:
    return names.index(name) if name in names else 0


def _back(source: Card, target: Card, start: tuple[float, float], end: tuple[float, float]) -> str:
    """A wire that runs back to where a row begins: down, along the gap between the rows, and in."""
    (x1, y1), (x2, y2) = start, end
    below = target.y > source.y + source.height
    lane = target.y - 16 if below else max(source.y + source.height, target.y + target.height) + 12
    turn = 10 if lane > y1 else -10
    rise = 10 if y2 > lane else -10
    return (
        f"M{x1:g} {y1:g}h4q10 0 10 {turn:g}V{lane - turn:g}q0 {turn:g} -10 {turn:g}H{x2 - 4:g}"
        f"q-10 0 -10 {rise:g}V{y2 - rise:g}q0 {rise:g} 10 {rise:g}H{x2:g}"
    )


def _drawn(card: Card) -> Iterator[str]:
    """A card: its bar, its name, its kind, what matters of it, and the shape that comes out."""
    told = " · ".join(part for part in (card.kind, card.line, card.shape) if part)
    family = "".join(letter for letter in card.family.lower() if letter.isalpha()) or "other"
    yield f'<g class="node family-{family}" transform="translate({card.x:g} {card.y:g})">'
    yield f"<title>{escape(f'{card.name}: {told}')}</title>"
    yield f'<rect class="card" width="{WIDTH}" height="{card.height:g}" rx="7"/>'
    yield f'<rect class="stripe" width="4" height="{card.height - 12:g}" x="0" y="6" rx="2"/>'
    yield f'<text class="name" x="14" y="17">{escape(_cut(card.name, LONGEST_NAME))}</text>'
    room = LONGEST - 2 - round(1.2 * len(card.shape))  # shapes stand in wider letters
    yield f'<text class="kind" x="14" y="{PORT + 4}">{escape(_cut(card.kind, room))}</text>'
    yield f'<text class="shape" x="{WIDTH - 10}" y="{PORT + 4}">{escape(card.shape)}</text>'
    if card.line:
        yield f'<text class="kind" x="14" y="{card.height - FOOT - 2:g}">{escape(_cut(card.line, LONGEST))}</text>'
    yield "</g>"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: max(1, most - 1)]}…"
