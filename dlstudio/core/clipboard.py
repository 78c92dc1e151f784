"""The clipboard: nodes, frames and notes as text that other programs can hold, and what comes in with them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from dlstudio.core.document import BLOCK, Network, Point, Project, Sheet
from dlstudio.core.edits import SAME_WEIGHTS, in_order, move, with_sheet
from dlstudio.core.extras import part
from dlstudio.core.files import dumps, loads
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.networks import fresh_network
from dlstudio.core.sheets import fresh_name, put_frames, put_notes, take_over
from dlstudio.core.topology import closure, placed
from dlstudio.core.transplant import Names, transplant

_MARK = "fragment"
"""The key that tells copied nodes from a project; it names the network that holds them."""

_STEP = Point(32, 32)
"""How far from the original a copy lies when no place is said."""


class Pasted(NamedTuple):
    """A project with new things, and the names of the nodes and of the frames and notes among them."""

    project: Project
    nodes: tuple[str, ...]
    marks: tuple[str, ...]


def copy(project: Project, where: str, ids: Iterable[str], marks: Iterable[str] = ()) -> str:
    """Nodes as text, with the wires between them, their places, the networks that their blocks place, and marks."""
    return dumps(_fragment(project, where, ids, marks))


def paste(project: Project, where: str, text: str, at: Point | None = None) -> Pasted:
    """The things of a copied text as new ones, their upper left corner at a place."""
    return _place(project, where, _read(text), at)


def duplicate(
    project: Project, where: str, ids: Iterable[str], at: Point | None = None, *, marks: Iterable[str] = ()
) -> Pasted:
    """Nodes, frames and notes a second time, with the wires between the nodes."""
    return _place(project, where, _fragment(project, where, ids, marks), at)


def _fragment(project: Project, where: str, ids: Iterable[str], marks: Iterable[str]) -> Project:
    network = project.networks[where]
    chosen = {node for node in ids if node in network.nodes}
    wires = (wire for wire in network.wires if wire.source in chosen and wire.target in chosen)
    cut = Network.of((network.nodes[node] for node in chosen), wires, kind=network.kind)
    sheet = project.sheet(where)
    positions = {node: point for node, point in sheet.positions.items() if node in chosen}
    taken = frozenset(marks)
    frames, notes = (
        Frozen({name: mark for name, mark in every.items() if name in taken}) for every in (sheet.frames, sheet.notes)
    )
    carried = {name for place in placed(cut) for name in closure(project, place)}
    key = fresh_network(project, _MARK)
    return Project(
        name="nodes",
        networks=Frozen({key: cut, **{name: project.networks[name] for name in carried}}),
        sheets=Frozen(
            {
                key: Sheet(Frozen(positions), frames, notes, extra=part(sheet, chosen)),
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
    sheet = fragment.sheet(key)
    dx, dy = _shift(sheet, at)
    laid_at = {names[node]: Point(p.x + dx, p.y + dy) for node, p in sheet.positions.items() if node in names}
    laid = take_over(move(project.with_network(where, grown), where, laid_at), where, sheet, names)
    laid, marks = _with_marks(laid, where, sheet, dx, dy)
    return Pasted(laid, tuple(names.values()), marks)


def _without_strangers(part: Network, target: Network) -> Network:
    """The nodes without the weights of nodes that neither came along nor are in the target."""
    known = part.nodes.keys() | target.nodes.keys()
    lost = [node for node in part.nodes.values() if node.fields.get(SAME_WEIGHTS, "") not in {"", *known}]
    alone = {node.id: replace(node, fields=node.fields.drop(SAME_WEIGHTS)) for node in lost}
    return replace(part, nodes=part.nodes.merge(alone))


def _shift(sheet: Sheet, at: Point | None) -> Point:
    """How far everything goes so that its upper left corner comes to a place."""
    corners = [Point(mark.rect.x, mark.rect.y) for mark in (*sheet.frames.values(), *sheet.notes.values())]
    corners += sheet.positions.values()
    if at is None or not corners:
        return _STEP
    return Point(at.x - min(corner.x for corner in corners), at.y - min(corner.y for corner in corners))


def _with_marks(project: Project, where: str, sheet: Sheet, dx: float, dy: float) -> tuple[Project, tuple[str, ...]]:
    """The project with the frames and notes of a sheet under free names, and those names."""
    names: list[str] = []
    for put, stem, marks in ((put_frames, "frame", sheet.frames), (put_notes, "note", sheet.notes)):
        for mark in marks.values():
            rect = mark.rect._replace(x=mark.rect.x + dx, y=mark.rect.y + dy)
            names.append(fresh_name(project.sheet(where), stem))
            project = put(project, where, {names[-1]: replace(mark, rect=rect)})
    return project, tuple(names)


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
