"""Stroke: what is done to one field while it has the focus, as one step of the history."""

from dlstudio.core.history import Step
from dlstudio.ui.session import Edit, Session


class Stroke:
    """Goes on with its own last step as long as the same field is edited and nothing came between."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._key: object = None
        self._step: Step | None = None

    def put(self, key: object, label: str, edit: Edit) -> None:
        """An edit of the field that the key stands for."""
        if self._is_open(key):
            self._go_on(edit)
        elif not self.session.do(label, edit):
            return
        self._key, self._step = key, self.session.state.history.now

    def settle(self) -> None:
        """The next edit is a step of its own."""
        self._step = None

    def take_back(self, key: object) -> None:
        """The field as it was before."""
        if self._is_open(key):
            self.session.undo()
        self.settle()

    def _is_open(self, key: object) -> bool:
        return self._step is not None and key == self._key and self.session.state.history.now is self._step

    def _go_on(self, edit: Edit) -> None:
        assert self._step is not None
        before = self._step.before
        if before is not None and edit(before.project) is before.project:
            self.session.undo()
        else:
            self.session.amend(edit)
