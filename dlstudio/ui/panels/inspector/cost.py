"""Cost: what nodes take of the whole: parameters, work, memory."""

from collections.abc import Callable, Collection

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar

from dlstudio.compiler.cost import Row, Summary, short, size, summarize
from dlstudio.compiler.plan import Plan
from dlstudio.ui.panels.inspector.page import Section, label
from dlstudio.ui.panels.panel import Panel

PARTS: tuple[tuple[str, Callable[[Row], int], Callable[[int], str], str], ...] = (
    ("parameters", lambda row: row.parameters, lambda n: f"{n:,}", "Numbers that training changes"),
    ("MACs", lambda row: row.macs, short, "Multiply-accumulates for one sample"),
    ("activations", lambda row: row.activation_bytes, size, "Kept for the backward pass, one sample"),
)
WAIT = 60
"""Milliseconds after which numbers of the whole are counted anew: while somebody types, only the last ones matter."""


class Cost(Section):
    """Three numbers with their share of the whole."""

    def __init__(self, panel: Panel) -> None:
        super().__init__("Cost", panel)
        self.plan: Plan | None = None
        self.nodes: frozenset[str] = frozenset()
        self.summary: Summary | None = None
        self.summary_of: Plan | None = None
        self.lines: list[tuple[QLabel, QLabel, QProgressBar]] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for row, (name, _, _, tip) in enumerate(PARTS):
            line = label("", "number"), label("", "share"), bar(name)
            title = label(name, "muted")
            title.setToolTip(tip)
            grid.addWidget(title, row, 0)
            for column, widget in enumerate((line[0], line[2], line[1]), 1):
                grid.addWidget(widget, row, column)
            line[1].setFixedWidth(44)
            for number in line[:2]:
                number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.lines.append(line)
        self.body.addLayout(grid)
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(WAIT)
        self.timer.timeout.connect(self._count)

    def show_nodes(self, plan: Plan | None, nodes: Collection[str]) -> None:
        """What some nodes of a plan take together."""
        changed = plan is not self.plan
        self.plan, self.nodes = plan, frozenset(nodes)
        if changed and self.summary is not None:
            self.timer.start()
        else:
            self._count()

    def _count(self) -> None:
        if self.plan is None:
            self.hide()
            return
        if self.summary is None or self.summary_of is not self.plan:
            self.summary, self.summary_of = summarize(self.plan), self.plan
        mine = [row for row in self.summary.rows if row.node in self.nodes]
        self.setVisible(bool(mine))
        for (_, count, say, _), (number, share, strip) in zip(PARTS, self.lines, strict=True):
            own, whole = sum(map(count, mine)), sum(map(count, self.summary.rows))
            number.setText(say(own))
            share.setText(percent(own, whole))
            strip.setValue(round(1000 * own / whole) if whole else 0)


def bar(name: str) -> QProgressBar:
    """A thin strip for a share."""
    made = QProgressBar()
    made.setRange(0, 1000)
    made.setTextVisible(False)
    made.setFixedSize(48, 4)
    made.setAccessibleName(f"Share of the {name}")
    return made


def percent(part: int, whole: int) -> str:
    """A share in words: 42 %, < 1 %."""
    if not whole or not part:
        return "0 %"
    return f"{100 * part / whole:.0f} %" if part * 100 >= whole else "< 1 %"
