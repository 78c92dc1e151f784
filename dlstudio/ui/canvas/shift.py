"""Shift: things of the canvas that go somewhere together: nodes, marks, and the bends of wires between the nodes."""

from collections.abc import Mapping
from dataclasses import dataclass

from dlstudio.core import edits, sheets
from dlstudio.core.document import Point, Project, Rect, Wire
from dlstudio.ui.canvas.plane import around, shifted
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.session import Choice


@dataclass(frozen=True)
class Load:
    """Where everything was before it goes."""

    nodes: Mapping[str, Point]
    marks: Mapping[str, Rect]
    bends: Mapping[Wire, tuple[Point, ...]]
    box: Rect

    @classmethod
    def of(cls, scene: Scene, what: Choice) -> "Load":
        """Takes up what is on the canvas."""
        nodes = {node: Point(*scene.boxes[node][:2]) for node in what.nodes}
        rects = {name: mark.rect for name, mark in {**scene.frames, **scene.notes}.items() if name in what.marks}
        bends = {wire: led for wire, led in scene.bends.items() if wire.source in nodes and wire.target in nodes}
        return cls(nodes, rects, bends, around([*(scene.boxes[node] for node in nodes), *rects.values()]))

    def __bool__(self) -> bool:
        return bool(self.nodes or self.marks)

    def put(self, project: Project, where: str, dx: float, dy: float) -> Project:
        """The project with everything so far away from where it was."""
        project = edits.move(project, where, {name: Point(p.x + dx, p.y + dy) for name, p in self.nodes.items()})
        project = sheets.put_marks(project, where, {name: shifted(rect, dx, dy) for name, rect in self.marks.items()})
        led = {wire: tuple(Point(p.x + dx, p.y + dy) for p in points) for wire, points in self.bends.items()}
        return sheets.bend(project, where, led) if led else project

    @property
    def words(self) -> str:
        """What it is called in the history."""
        names = [*self.nodes, *self.marks]
        return names[0] if len(names) == 1 else f"{len(names)} {'things' if self.marks else 'nodes'}"
