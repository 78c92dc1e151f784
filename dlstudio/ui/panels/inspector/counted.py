"""Counted: a section about what a network takes; while somebody types, only the last state is counted."""

from PySide6.QtCore import QTimer

from dlstudio.catalog.optimizers import Optimizer
from dlstudio.catalog.optimizers.adaptive import Adam
from dlstudio.compiler.cost import Summary, summarize
from dlstudio.compiler.plan import Plan
from dlstudio.ui.panels.inspector.page import Section
from dlstudio.ui.panels.panel import Panel

BATCH = 64
"""The batch for which memory is told when the project names none."""
USUAL: Optimizer = Adam()
WAIT = 60
"""Milliseconds after which an edited network is counted anew."""


class Counted(Section):
    """Counts a plan once, the first one at once and the others when it has been quiet for a moment."""

    def __init__(self, title: str, panel: Panel) -> None:
        super().__init__(title, panel)
        self.plan: Plan | None = None
        self.batch, self.optimizer = BATCH, USUAL
        self._found: tuple[Plan, int, Optimizer, Summary] | None = None
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(WAIT)
        self.timer.timeout.connect(self._count)

    @property
    def counted(self) -> Summary | None:
        """What was counted last."""
        return self._found[-1] if self._found else None

    def show_plan(self, plan: Plan | None, batch: int = BATCH, optimizer: Optimizer = USUAL) -> None:
        """Shows what a plan takes, trained in such batches by such an optimizer."""
        other = plan is not self.plan or (batch, optimizer) != (self.batch, self.optimizer)
        self.plan, self.batch, self.optimizer = plan, max(1, batch), optimizer
        if other and self._found is not None:
            self.timer.start()
        else:
            self._count()

    def _count(self) -> None:
        if self.plan is None:
            self.hide()
            return
        found, how = self._found, (self.batch, self.optimizer)
        if found is None or found[0] is not self.plan or found[1:3] != how:
            found = self.plan, *how, summarize(self.plan, batch=self.batch, optimizer=self.optimizer)
            self._found = found
        self.show_summary(found[-1])

    def show_summary(self, found: Summary) -> None:
        """Shows the numbers."""
        raise NotImplementedError
