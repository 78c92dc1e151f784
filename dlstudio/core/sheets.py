"""Edits of what lies on the canvas beside the nodes: frames and notes, bends of wires, folded cards, kept views."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dlstudio.core.document import Frame, Network, Point, Project, Rect, Sheet, Wire
from dlstudio.core.edits import with_sheet
from dlstudio.core.extras import BENDS, FOLDED, VIEWS, View, aimed, bends, folded, views, written
from dlstudio.core.frozen import Frozen, Value


def put_frames(project: Project, where: str, frames: Mapping[str, Frame]) -> Project:
    """Frames laid down, or laid anew where they are already: moved, resized, retitled, recoloured."""
    sheet = project.sheet(where)
    return with_sheet(project, where, replace(sheet, frames=sheet.frames.merge(frames)))


def drop_frames(project: Project, where: str, *names: str) -> Project:
    """Frames taken away; the nodes in them stay."""
    sheet = project.sheet(where)
    return with_sheet(project, where, replace(sheet, frames=sheet.frames.drop(*names)))


def put_notes(project: Project, where: str, notes: Mapping[str, Frame]) -> Project:
    """Notes laid down, or laid anew where they are already."""
    sheet = project.sheet(where)
    return with_sheet(project, where, replace(sheet, notes=sheet.notes.merge(notes)))


def drop_notes(project: Project, where: str, *names: str) -> Project:
    """Notes taken away."""
    sheet = project.sheet(where)
    return with_sheet(project, where, replace(sheet, notes=sheet.notes.drop(*names)))


def fresh_name(sheet: Sheet, wanted: str) -> str:
    """A free name for a frame or a note: frame1, frame2 ..."""
    number = 1
    while f"{wanted}{number}" in sheet.frames or f"{wanted}{number}" in sheet.notes:
        number += 1
    return f"{wanted}{number}"


def put_marks(project: Project, where: str, rects: Mapping[str, Rect]) -> Project:
    """Frames and notes laid elsewhere, or made larger or smaller."""
    sheet = project.sheet(where)
    frames = {n: replace(sheet.frames[n], rect=rect) for n, rect in rects.items() if n in sheet.frames}
    notes = {n: replace(sheet.notes[n], rect=rect) for n, rect in rects.items() if n in sheet.notes}
    return put_notes(put_frames(project, where, frames), where, notes)


def restyle(project: Project, where: str, name: str, *, title: str | None = None, color: str | None = None) -> Project:
    """A frame or a note with other words or another colour."""
    sheet = project.sheet(where)
    old = sheet.frames.get(name) or sheet.notes[name]
    new = replace(old, title=old.title if title is None else title, color=old.color if color is None else color)
    return (put_frames if name in sheet.frames else put_notes)(project, where, {name: new})


def bend(project: Project, where: str, changed: Mapping[Wire, Iterable[Point]]) -> Project:
    """Wires led through other places; through none, they are as before. Wires that are gone are forgotten."""
    now = {**bends(project.sheet(where)), **{wire: tuple(points) for wire, points in changed.items()}}
    network = project.networks[where]
    kept = {wire: points for wire, points in now.items() if points and _there(network, wire)}
    return _extra(project, where, BENDS, written(kept))


def _there(network: Network, wire: Wire) -> bool:
    return wire in network.inbound.get(wire.target, ())


def fold(project: Project, where: str, nodes: Iterable[str], on: bool = True) -> Project:
    """Nodes shown as their heads only, or whole again."""
    now = folded(project.sheet(where))
    wanted = now | frozenset(nodes) if on else now - frozenset(nodes)
    known = project.networks[where].nodes
    return _extra(project, where, FOLDED, tuple(sorted(node for node in wanted if node in known)))


def take_over(project: Project, where: str, sheet: Sheet, names: Mapping[str, str]) -> Project:
    """Bends and folds of nodes that were brought from another sheet and have other names and places here."""
    here = project.sheet(where).positions
    node = next((node for node in names if node in sheet.positions and names[node] in here), None)
    if node is None:
        return project
    dx, dy = here[names[node]].x - sheet.positions[node].x, here[names[node]].y - sheet.positions[node].y
    led = {aimed(w, names): [Point(p.x + dx, p.y + dy) for p in points] for w, points in bends(sheet).items()}
    project = bend(project, where, led) if led else project
    return fold(project, where, [names[node] for node in folded(sheet) if node in names])


def swept(project: Project, where: str) -> Project:
    """The project without bends of wires that are gone and folds of nodes that are gone."""
    return fold(bend(project, where, {}), where, ())


def keep_view(project: Project, where: str, key: str, view: View) -> Project:
    """A view kept under a key."""
    return _extra(project, where, VIEWS, Frozen({**views(project.sheet(where)), key: view}))


def _extra(project: Project, where: str, key: str, value: Value) -> Project:
    sheet = project.sheet(where)
    extra = sheet.extra.put(key, value) if value else sheet.extra.drop(key)
    return with_sheet(project, where, replace(sheet, extra=extra))
