"""Over: what stands over the canvas for a while: what is wrong with a node, and words that are being typed."""

from PySide6.QtWidgets import QWidget

from dlstudio.ui.canvas.explain import Explain
from dlstudio.ui.canvas.stage import Stage
from dlstudio.ui.canvas.writing import Writing
from dlstudio.ui.session import State


class Over:
    """Opens and closes it; the keys go back to the canvas."""

    def __init__(self, parent: QWidget, stage: Stage) -> None:
        self._room, self._stage = parent, stage
        self._writing: Writing | None = None
        self._explain: Explain | None = None

    @property
    def tells(self) -> bool:
        """Whether something is told about a node."""
        return self._explain is not None

    def explain(self, node: str) -> None:
        """Tells what is wrong with a node, with buttons that mend it."""
        self.told()
        self._explain = Explain(self._room, self._stage, node)
        self._explain.left.connect(self.told)

    def told(self) -> None:
        """Nothing is told any more."""
        told, self._explain = self._explain, None
        if told:
            self._away(told, back=True)

    def write(self, mark: str) -> None:
        """Lets the words of a frame or a note be typed where they stand."""
        self._writing = Writing(self._room, self._stage, mark)
        self._writing.ended.connect(self._written)

    def _written(self, back: bool) -> None:
        """The words are as they are now; the keys go back to the canvas where they were not taken elsewhere."""
        writing, self._writing = self._writing, None
        if writing:
            self._away(writing, back=back)

    def _away(self, widget: QWidget, *, back: bool) -> None:
        widget.hide()
        widget.deleteLater()
        if back:
            self._room.setFocus()

    def close(self) -> None:
        """Ends all of it; what was typed is kept."""
        if self._writing:
            self._writing.keep()
        self.told()

    def place(self) -> None:
        """The view moved."""
        for part in (self._explain, self._writing):
            if part:
                part.place()

    def follow(self, state: State) -> None:
        """The document changed: what is no longer so is told no longer."""
        if self._explain and not self._explain.follows(state):
            self.told()
