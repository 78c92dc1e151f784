"""Cost: what nodes take of the whole: parameters, work, memory."""

from collections.abc import Callable, Collection

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar

from dlstudio.compiler.cost import Row, Summary, short, size
from dlstudio.compiler.plan import Plan
from dlstudio.ui.panels.inspector.counted import Counted
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.theme.letters import hold

PARTS: tuple[tuple[str, Callable[[Row], int], Callable[[int], str], str], ...] = (
    ("parameters", lambda row: row.parameters, lambda n: f"{n:,}", "Numbers that training changes"),
    ("MACs", lambda row: row.macs, short, "Multiply-accumulates for one sample"),
    ("activations", lambda row: row.activation_bytes, size, "Kept for the backward pass, one sample"),
)
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Cost(Counted):
    """Three numbers with their share of the whole."""

    def __init__(self, panel: Panel) -> None:
        super().__init__("Cost", panel)
        self.nodes: frozenset[str] = frozenset()
        self.lines: list[tuple[QLabel, QProgressBar, QLabel]] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for row, (name, _, _, tip) in enumerate(PARTS):
            line = label(role="number"), _strip(name), label(role="share")
            title = label(name, "muted")
            title.setToolTip(tip)
            for column, widget in enumerate((title, *line)):
                grid.addWidget(widget, row, column)
            line[0].setAlignment(RIGHT)
            line[2].setAlignment(RIGHT)
            hold(line[2], 36)
            self.lines.append(line)
        self.body.addLayout(grid)

    def show_nodes(self, plan: Plan | None, nodes: Collection[str]) -> None:
        """What some nodes of a plan take together."""
        self.nodes = frozenset(nodes)
        self.show_plan(plan)

    def show_summary(self, found: Summary) -> None:
        mine = [row for row in found.rows if row.node in self.nodes]
        self.setVisible(bool(mine))
        for (_, count, say, _), (number, strip, share) in zip(PARTS, self.lines, strict=True):
            own, whole = sum(map(count, mine)), sum(map(count, found.rows))
            number.setText(say(own))
            share.setText(percent(own, whole))
            strip.setValue(round(1000 * own / whole) if whole else 0)


def _strip(name: str) -> QProgressBar:
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
    return f"{100 * part / whole:.0f} %" if part * 100 >= whole else "<1 %"
