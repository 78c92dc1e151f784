"""Twice: what a double-click does, by what is under it."""

from dlstudio.core.document import Point
from dlstudio.ui.canvas.gestures.begin import DOT, WIRE
from dlstudio.ui.canvas.gestures.bend import toggled
from dlstudio.ui.canvas.marks import grip_at
from dlstudio.ui.canvas.stage import Stage


def twice(stage: Stage, at: Point) -> bool:
    """Enters a block, bends a wire or straightens it, or lets words be written; False where nothing is to be done."""
    node = stage.scene.node_at(at)
    if node:
        return stage.session.enter(node)
    return _wire(stage, at) or _mark(stage, at)


def _wire(stage: Stage, at: Point) -> bool:
    scene, zoom, where = stage.scene, stage.camera.zoom, stage.session.state.where
    dot = scene.bend_at(at, DOT / zoom)
    wire, index = dot or (scene.wire_at(at, WIRE / zoom), None)
    if wire is None:
        return False
    label = "Bend a wire" if index is None else "Unbend a wire"
    return stage.session.do(label, lambda project: toggled(scene, project, where, wire, at, index))


def _mark(stage: Stage, at: Point) -> bool:
    grip = grip_at(stage.scene, at, stage.camera.zoom)
    if grip is None or grip.edge:
        return False
    stage.write(grip.name)
    return True
