"""Counted: a section about what a network takes; while somebody types, only the last state is counted."""

from PySide6.QtCore import QTimer

from dlstudio.compiler.cost import Summary, summarize
from dlstudio.compiler.plan import Plan
from dlstudio.ui.panels.inspector.page import Section
from dlstudio.ui.panels.panel import Panel

BATCH = 64
"""The batch for which memory is told when the project names none."""
WAIT = 60
"""Milliseconds after which an edited network is counted anew."""


class Counted(Section):
    """Counts a plan once, the first one at once and the others when it has been quiet for a moment."""

    def __init__(self, title: str, panel: Panel) -> None:
        super().__init__(title, panel)
        self.plan: Plan | None = None
        self.batch = BATCH
        self._found: tuple[Plan, int, Summary] | None = None
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(WAIT)
        self.timer.timeout.connect(self._count)

    @property
    def counted(self) -> Summary | None:
        """What was counted last."""
        return self._found[2] if self._found else None

    def show_plan(self, plan: Plan | None, batch: int = BATCH) -> None:
        """Shows what a plan takes."""
        other = plan is not self.plan or batch != self.batch
        self.plan, self.batch = plan, max(1, batch)
        if other and self._found is not None:
            self.timer.start()
        else:
            self._count()

    def _count(self) -> None:
        if self.plan is None:
            self.hide()
            return
        if self._found is None or self._found[0] is not self.plan or self._found[1] != self.batch:
            self._found = self.plan, self.batch, summarize(self.plan, batch=self.batch)
        self.show_summary(self._found[2])

    def show_summary(self, found: Summary) -> None:
        """Shows the numbers."""
        raise NotImplementedError
