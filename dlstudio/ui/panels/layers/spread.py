"""Spread: how one thing of a node is spread over time, under its name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from dlstudio.ui.panels.layers.counts import Counts, Tally
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.training.probes import Histogram
    from dlstudio.ui.plots.line import Mark

WHATS = ("weights", "gradients", "activations")
DECADES = "gradients"
"""What is shown by decades at first: it shrinks by many of them while a training goes on."""

WAITS, LACKS = "Counted at the next look …", "Not counted in this run: nobody looked at this layer."


class Spread(QWidget):
    """Histograms over steps, or why there are none."""

    def __init__(self, theme: Theme, what: str) -> None:
        from dlstudio.ui.plots.ridge import Ridge

        super().__init__()
        self.counts: Counts | None = None
        self._tally = Tally()
        self._found: Sequence[tuple[int, Histogram]] = ()
        self._alive = False
        self.ridge = Ridge(theme, what.capitalize())
        title, self.instead = QLabel(what.capitalize()), QLabel()
        title.setProperty("role", "small")
        self.log = QPushButton("log")
        self.log.setProperty("role", "segment")
        self.log.setCheckable(True)
        self.log.setChecked(what == DECADES)
        self.log.setAccessibleName(f"{what.capitalize()} by decades")
        self.log.setToolTip("Values by decades of either sign, or evenly")
        self.log.clicked.connect(self._on_log)
        self.instead.setProperty("role", "muted")
        self.instead.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.instead.setWordWrap(True)
        column, self.pages = QVBoxLayout(self), QStackedLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.log)
        column.addLayout(head)
        column.addLayout(self.pages, 1)
        self.pages.addWidget(self.ridge)
        self.pages.addWidget(self.instead)

    def show_histograms(
        self, found: "Sequence[tuple[int, Histogram]]", marks: "Sequence[Mark]", *, alive: bool
    ) -> None:
        """What was counted so far."""
        self._found, self._alive = found, alive
        self._show()
        self.ridge.show_marks(marks)

    def _show(self) -> None:
        self.counts = made = self._tally.counts(self._found, log=self.log.isChecked())
        self.pages.setCurrentIndex(0 if made else 1)
        if made is not None:
            self.ridge.show_histograms(made.steps, made.edges, made.counts, threshold=made.threshold)
        else:
            self.instead.setText(WAITS if self._alive else LACKS)

    def _on_log(self) -> None:
        self._show()
        self.ridge.plane.fit()

    def set_theme(self, theme: Theme) -> None:
        self.ridge.set_theme(theme)

    def stop(self) -> None:
        self.ridge.stop()
