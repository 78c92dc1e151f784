"""Mend: does what an issue offers; nodes that come with it are laid where there is room for them."""

from collections.abc import Iterator

from dlstudio.core import edits
from dlstudio.core.document import Point, Project, Rect
from dlstudio.core.issue import Fix
from dlstudio.ui.canvas.adding.room import behind, between, free, on_grid, pushed, size
from dlstudio.ui.canvas.plane import touch
from dlstudio.ui.canvas.tidy import LAYER_GAP
from dlstudio.ui.session import Session

BAND = 480.0
"""How far above and below a new node cards may be in its way."""


def mend(session: Session, fix: Fix) -> None:
    """Makes a fix one step of the history; what is new on the canvas is selected, and so seen."""
    state = session.state
    project = settled(state.project, fix.edit(state.project))
    here = project.networks.get(state.where)
    fresh = [node for node in here.nodes if node not in state.network.nodes] if here else []
    session.do(fix.label, lambda _: project, choose=fresh or None)


def settled(before: Project, after: Project) -> Project:
    """The project after an edit, what is new in it laid between its neighbours or beside them."""
    for where, node in _new(before, after):
        after = _laid(after, where, node)
    return after


def _new(before: Project, after: Project) -> Iterator[tuple[str, str]]:
    for where, network in after.networks.items():
        old = before.networks.get(where)
        if old is not None and old is not network:
            yield from ((where, node) for node in network.nodes if node not in old.nodes)


def _laid(project: Project, where: str, node: str) -> Project:
    network, sheet = project.networks[where], project.sheet(where)
    before = [wire.source for wire in network.inbound.get(node, ())]
    after = [wire.target for wire in network.outbound.get(node, ())]
    level = next((sheet.positions[n].y for n in (*before, *after) if n in sheet.positions), 0.0)
    near = {n: at for n, at in sheet.positions.items() if n in network.nodes and n != node and abs(at.y - level) < BAND}
    boxes = {n: size(project, where, n, at) for n, at in near.items()}
    sources = [boxes[n] for n in before if n in boxes]
    targets = [boxes[n] for n in after if n in boxes]
    if not sources and not targets:
        return project
    card = size(project, where, node)
    if sources and targets:
        box = Rect(*on_grid(between(sources[0], targets[0])), card.width, card.height)
        others = {name: rect for name, rect in boxes.items() if rect is not sources[0]}
        moved = pushed(box, others, lambda rect: [name for name, other in others.items() if touch(rect, other)])
        return edits.move(project, where, {**moved, node: Point(box.x, box.y)})
    at = behind(sources[0], card.height) if sources else Point(targets[0].x - LAYER_GAP - card.width, targets[0].y)
    wanted = Rect(at.x, at.y, card.width, card.height)
    return edits.move(project, where, {node: free(wanted, lambda rect: [b for b in boxes.values() if touch(rect, b)])})
