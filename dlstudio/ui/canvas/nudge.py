"""Nudge: what is selected goes a little way by the arrow keys; a burst of them is one step of the history."""

from time import monotonic

from PySide6.QtCore import Qt

from dlstudio.core.document import Project
from dlstudio.core.history import Step
from dlstudio.ui.canvas.marks import all_in
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.canvas.shift import Load
from dlstudio.ui.canvas.snap import STEP
from dlstudio.ui.session import NOTHING, Session

FAR = 40
"""How far the arrows go with Shift."""
PAUSE = 1.0
"""After so many seconds a new burst begins."""

WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Nudge:
    """Remembers the burst that is under way."""

    def __init__(self, session: Session, scene: Scene) -> None:
        self.session, self.scene = session, scene
        self.load: Load | None = None
        self.step: Step | None = None
        self.choice = NOTHING
        self.way, self.time = (0, 0), 0.0

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier) -> bool:
        """Moves what is selected; False when the key is none of its own or nothing is selected."""
        keys &= ~Qt.KeyboardModifier.KeypadModifier
        if key not in WAYS or keys not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
            return False
        far = FAR if keys else STEP
        return self._go(WAYS[key][0] * far, WAYS[key][1] * far)

    def _go(self, dx: int, dy: int) -> bool:
        state, now = self.session.state, monotonic()
        same = state.history.now is self.step and state.choice == self.choice
        goes_on = self.load and same and now - self.time < PAUSE
        if goes_on:
            self.way = (self.way[0] + dx, self.way[1] + dy)
            self.session.amend(self._put)
        else:
            self.load, self.way = Load.of(self.scene, all_in(self.scene, state.choice)), (dx, dy)
            if not self.load or not self.session.do(f"Move {self.load.words}", self._put):
                return False
        self.step, self.choice, self.time = self.session.state.history.now, state.choice, now
        return True

    def _put(self, project: Project) -> Project:
        return self.load.put(project, self.session.state.where, *self.way) if self.load else project
