"""Pointed: what a place on the canvas is the place of, for the menu that opens there."""

from dlstudio.core.document import Point
from dlstudio.ui.canvas.plane import inside
from dlstudio.ui.canvas.stage import Stage
from dlstudio.ui.session import NOTHING, Choice

REACH = 6.0
"""How near a wire must be, in pixels of the screen."""


def pointed(stage: Stage, at: Point) -> str:
    """Selects what lies at a place, unless it is selected, and says what it is: node, wire, mark or canvas."""
    scene, session = stage.scene, stage.session
    chosen = session.state.choice
    if node := scene.node_at(at):
        if node not in chosen.nodes:
            session.choose_nodes(node)
        return "node"
    if wire := scene.wire_at(at, REACH / stage.camera.zoom):
        session.choose(Choice(wires=frozenset([wire])))
        return "wire"
    marks = {**scene.frames, **scene.notes}
    if mark := next((name for name, each in marks.items() if inside(at, each.rect)), ""):
        if mark not in chosen.marks:
            session.choose(Choice(marks=frozenset([mark])))
        return "mark"
    session.choose(NOTHING)
    return "canvas"


def held(stage: Stage) -> tuple[str, Point | None]:
    """What is selected, and the place of one of it, for a menu that is asked for with the keys."""
    scene, chosen = stage.scene, stage.session.state.choice
    if node := next(iter(chosen.nodes), None):
        box = scene.rect(node)
        return "node", Point(box.x + box.width / 2, box.y + box.height / 2)
    if wire := next(iter(chosen.wires), None):
        return "wire", scene.wires[wire].start
    if mark := next(iter(chosen.marks), None):
        box = {**scene.frames, **scene.notes}[mark].rect
        return "mark", Point(box.x, box.y)
    return "canvas", None
