"""Move: what is selected goes with the mouse, on a grid and in line; the whole way is one step of the history."""

from functools import partial

from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QPainter

from dlstudio.core import clipboard
from dlstudio.core.document import Point, Project, Rect
from dlstudio.ui.canvas.camera import Camera
from dlstudio.ui.canvas.gestures.choose import mixed
from dlstudio.ui.canvas.gestures.gesture import Gesture
from dlstudio.ui.canvas.marks import all_in, carried
from dlstudio.ui.canvas.shift import Load
from dlstudio.ui.canvas.snap import Line, snap
from dlstudio.ui.canvas.stage import Stage, Tone
from dlstudio.ui.session import Choice
from dlstudio.ui.theme.ink import pen


class Move(Gesture):
    """Pressed on a node, a note or the title of a frame: pulls all that is selected, and what lies in its frames.

    Let go where it began, it only selects. Control pulls off a second one of the nodes; Alt leaves grid and lines."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, canvas: Stage, at: Point, hit: Choice, keys: Qt.KeyboardModifier) -> None:
        super().__init__(canvas, at)
        self.hit, self.moved = hit, False
        self.lines: tuple[Line, ...] = ()
        self.refusal = ""
        self.copied: Project | None = None
        self.before = self.session.state.choice
        self.copies = bool(keys & Qt.KeyboardModifier.ControlModifier)
        if not self.copies and (hit - self.before or keys):
            self.session.choose(mixed(self.before, hit, keys))
        self._others: tuple[Camera, list[Rect]] | None = None
        choice = self.session.state.choice
        self.load = Load.of(self.scene, self._pulled_off() if self.copies else all_in(self.scene, choice))

    def _pulled_off(self) -> Choice:
        """What a second one is made of: the selected nodes, if the one under the mouse is among them."""
        nodes = max(self.before.nodes, self.hit.nodes)
        return Choice(nodes, marks=carried(self.scene, Choice(nodes)))

    def move(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        super().move(at, keys)
        if not (self.moved or self.pulled) or not self.load:
            return
        dx, dy = at.x - self.start.x, at.y - self.start.y
        if keys & Qt.KeyboardModifier.AltModifier:
            dx, dy, self.lines = round(dx), round(dy), ()
        else:
            dx, dy, self.lines = snap(self.load.box, dx, dy, self._neighbours(), self.canvas.camera.zoom)
        if self.copies and not self.moved:
            self._copy()
        put = partial(self._put, dx=dx, dy=dy)
        self.moved = self.change(f"Move {self.load.words}", put)
        self.refusal = self.canvas.land(self.load.nodes, done=False)

    def _copy(self) -> None:
        """Puts second ones of the nodes where the first are, and pulls those from now on."""
        state, box = self.session.state, self.load.box
        load, at = self.load, Point(box.x, box.y)
        made = clipboard.duplicate(state.project, state.where, load.nodes, at, marks=load.marks)
        self.moved = self.change(f"Duplicate {load.words}", lambda _: made.project)
        choice = Choice(frozenset(made.nodes), marks=frozenset(made.marks))
        self.session.choose(choice)
        self.load, self.copied, self._others = Load.of(self.scene, choice), made.project, None

    def _neighbours(self) -> list[Rect]:
        """The cards, frames and notes in view that stay where they are."""
        camera, load, scene = self.canvas.camera, self.load, self.scene
        if self._others is None or self._others[0] != camera:
            boxes = [scene.boxes[node] for node in scene.nodes_in(self.canvas.seen) if node not in load.nodes]
            marks = {**scene.frames, **scene.notes}
            self._others = (camera, [*boxes, *(m.rect for name, m in marks.items() if name not in load.marks)])
        return self._others[1]

    def _put(self, project: Project, *, dx: float, dy: float) -> Project:
        return self.load.put(self.copied or project, self.session.state.where, dx, dy)

    def finish(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        if self.moved:
            self.canvas.land(self.load.nodes, done=True)
            return
        if self.copies:
            self.session.choose(mixed(self.before, self.hit, keys))
        elif not keys:
            self.session.choose(self.hit)

    def cancel(self) -> None:
        self.canvas.land((), done=True)
        self.take_back()
        self.session.choose(self.before)

    @property
    def hint(self) -> str:
        return self.refusal

    @property
    def tone(self) -> Tone:
        return "bad"

    def paint(self, painter: QPainter) -> None:
        painter.setPen(pen(self.canvas.theme.accent, 1.0, fixed=True))
        painter.drawLines([QLineF(*line.start, *line.end) for line in self.lines])
