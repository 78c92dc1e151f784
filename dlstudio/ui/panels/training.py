"""Training: how the loss falls, while it falls."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.run_bar import number
from dlstudio.ui.runner import Runner, hindrance
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.ui.plots.loss import LossPlot

EMPTY = "Press Train (F5) to see the loss fall."
STARTING = "Loading torch and the data …"
LOWEST = 168
"""The least height in which a curve can be read."""
MOST = 12
"""How many numbers stand beside the curve."""


class Training(Panel):
    """The curve of the loss, and what was measured last."""

    name, title, icon, area = "dashboard", "Training", "chart-line", "bottom"

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.runner: Runner | None = None
        self.plot: LossPlot | None = None
        self.empty = QLabel(EMPTY)
        self.empty.setProperty("role", "muted")
        self.empty.setWordWrap(True)
        self.empty.setContentsMargins(16, 0, 16, 0)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sheet = QWidget()
        self.row = QHBoxLayout(self.sheet)
        self.row.setContentsMargins(8, 4, 16, 8)
        self.row.setSpacing(16)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(4)
        self._values: dict[str, QLabel] = {}
        beside = QVBoxLayout()
        beside.addLayout(self.grid)
        beside.addStretch(1)
        self.row.addLayout(beside)
        self.setMinimumHeight(LOWEST)
        self.stack = QStackedLayout(self)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.sheet)

    def follow(self, runner: Runner) -> None:
        self.runner = runner
        runner.listen(self._on_news)

    def show_state(self, old: State | None, new: State) -> None:
        self.empty.setText(STARTING if new.phase == "starting" else hindrance(new) or EMPTY)
        if old is None or old.phase != new.phase:
            self._on_news()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        if self.plot:
            self.plot.set_theme(theme)

    def _on_news(self) -> None:
        """Draws what there is, if anybody looks."""
        if self.runner is None or not self.isVisible():
            return
        if not self.runner.last:
            self.stack.setCurrentWidget(self.empty)
            return
        if self.plot is None:
            from dlstudio.ui.plots.loss import LossPlot

            self.plot = LossPlot(self.theme)
            self.row.insertWidget(0, self.plot, 1)
        self.stack.setCurrentWidget(self.sheet)
        self.plot.show_curves(self.runner.curves)
        self._tell(self.runner.last)

    def _tell(self, last: dict[str, float]) -> None:
        for name in [*last][:MOST]:
            if name not in self._values:
                self._add(name)
            self._values[name].setText(number(name, last[name]))

    def _add(self, name: str) -> None:
        title, value = QLabel(name.replace("/", " ").replace("_", " ")), QLabel()
        title.setProperty("role", "muted")
        value.setProperty("role", "number")
        value.setAlignment(Qt.AlignmentFlag.AlignRight)
        value.setMinimumWidth(72)
        row = len(self._values)
        self.grid.addWidget(title, row, 0)
        self.grid.addWidget(value, row, 1)
        self._values[name] = value
