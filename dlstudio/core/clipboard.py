"""The clipboard: nodes as text that other programs can hold, and what comes in with them when they are pasted."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dlstudio.core.document import BLOCK, Network, Point, Project, Sheet
from dlstudio.core.edits import SAME_WEIGHTS, in_order, move, with_sheet
from dlstudio.core.extras import part
from dlstudio.core.files import dumps, loads
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.networks import fresh_network
from dlstudio.core.sheets import take_over
from dlstudio.core.topology import closure, placed
from dlstudio.core.transplant import Names, transplant

_MARK = "fragment"
"""The key that tells copied nodes from a project; it names the network that holds them."""

_STEP = Point(32, 32)
"""How far from the original a copy lies when no place is said."""

Pasted = tuple[Project, tuple[str, ...]]
"""A project with new nodes, and their names."""


def copy(project: Project, where: str, ids: Iterable[str]) -> str:
    """Nodes as text, with the wires between them, their places, and the networks that their blocks place."""
    return dumps(_fragment(project, where, ids))


def paste(project: Project, where: str, text: str, at: Point | None = None) -> Pasted:
    """The nodes of a copied text as new nodes, their upper left corner at a place."""
    return _place(project, where, _read(text), at)


def duplicate(project: Project, where: str, ids: Iterable[str], at: Point | None = None) -> Pasted:
    """Nodes a second time, with the wires between them."""
    return _place(project, where, _fragment(project, where, ids), at)


def _fragment(project: Project, where: str, ids: Iterable[str]) -> Project:
    network = project.networks[where]
    chosen = {node for node in ids if node in network.nodes}
    wires = (wire for wire in network.wires if wire.source in chosen and wire.target in chosen)
    cut = Network.of((network.nodes[node] for node in chosen), wires, kind=network.kind)
    sheet = project.sheet(where)
    positions = {node: point for node, point in sheet.positions.items() if node in chosen}
    carried = {name for place in placed(cut) for name in closure(project, place)}
    key = fresh_network(project, _MARK)
    return Project(
        name="nodes",
        networks=Frozen({key: cut, **{name: project.networks[name] for name in carried}}),
        sheets=Frozen(
            {
                key: Sheet(Frozen(positions), extra=part(sheet, chosen)),
                **{n: project.sheets[n] for n in carried & project.sheets.keys()},
            }
        ),
        extra=Frozen({_MARK: key}),
    )


def _read(text: str) -> Project:
    try:
        fragment = loads(text)
    except ProjectProblem as problem:
        if f'"{_MARK}"' in text:
            raise ProjectProblem(f"The copied nodes cannot be pasted. {problem}") from None
        raise _foreign() from None
    if fragment.extra.get(_MARK) not in fragment.networks:
        raise _foreign()
    return fragment


def _foreign() -> ProjectProblem:
    return ProjectProblem("The clipboard holds no nodes; select some nodes in dlstudio and copy them first.")


def _place(project: Project, where: str, fragment: Project, at: Point | None) -> Pasted:
    key = fragment.extra[_MARK]
    target, part = project.networks[where], fragment.networks[key]
    if part.kind != target.kind:
        raise ProjectProblem(
            f"Nodes of a {part.kind} network fit no {target.kind} network; paste them into one of theirs."
        )
    project, places = _bring(project, fragment, key)
    fitted = _without_strangers(_placing(part, places), target)
    grown, names = transplant(target, fitted)
    moved = _moved(fragment.sheet(key), names, at)
    laid = move(project.with_network(where, grown), where, moved)
    return take_over(laid, where, fragment.sheet(key), names), tuple(names.values())


def _without_strangers(part: Network, target: Network) -> Network:
    """The nodes without the weights of nodes that neither came along nor are in the target."""
    known = part.nodes.keys() | target.nodes.keys()
    lost = [node for node in part.nodes.values() if node.fields.get(SAME_WEIGHTS, "") not in {"", *known}]
    alone = {node.id: replace(node, fields=node.fields.drop(SAME_WEIGHTS)) for node in lost}
    return replace(part, nodes=part.nodes.merge(alone))


def _moved(sheet: Sheet, names: Names, at: Point | None) -> dict[str, Point]:
    positions = {names[node]: point for node, point in sheet.positions.items() if node in names}
    if not positions:
        return {}
    corner = Point(min(p.x for p in positions.values()), min(p.y for p in positions.values()))
    to = at or Point(corner.x + _STEP.x, corner.y + _STEP.y)
    return {node: Point(p.x - corner.x + to.x, p.y - corner.y + to.y) for node, p in positions.items()}


def _bring(project: Project, fragment: Project, key: str) -> tuple[Project, Names]:
    """The project with the networks that came along, and their names in it."""
    carried = fragment.networks.drop(key)
    different = _different(project, carried)
    brought = [name for name in carried if name not in project.networks]
    places = {name: name for name in carried}
    project = replace(project, networks=project.networks.merge({name: carried[name] for name in brought}))
    for name in in_order(different):
        places[name] = fresh_network(project, name)
        project = project.with_network(places[name], carried[name])
    for name in (*brought, *different):
        project = project.with_network(places[name], _placing(carried[name], places))
        if name in fragment.sheets:
            project = with_sheet(project, places[name], fragment.sheets[name])
    return project, places


def _different(project: Project, carried: Mapping[str, Network]) -> set[str]:
    """The networks that the project knows as something else, or whose blocks place such a one."""
    known = {name for name in carried if name in project.networks}
    different = {name for name in known if carried[name] != project.networks[name]}
    while more := {name for name in known - different if different.intersection(placed(carried[name]))}:
        different |= more
    return different


def _placing(network: Network, places: Names) -> Network:
    """The network with its blocks placing networks by their new names."""
    moved = {
        block.id: replace(block, fields=block.fields.put("network", places[place]))
        for block in network.of_kind(BLOCK)
        if (place := block.fields.get("network")) in places and places[place] != place
    }
    return replace(network, nodes=network.nodes.merge(moved)) if moved else network
