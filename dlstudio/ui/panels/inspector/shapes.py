"""Shapes: what goes into a node and what comes out; a click on a number tells where it comes from."""

from collections.abc import Iterable
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel

from dlstudio.compiler.plan import Origin, Plan
from dlstudio.core.document import Wire
from dlstudio.core.tensor import Tensor
from dlstudio.ui.panels.inspector.ends import LINKS, Ends
from dlstudio.ui.panels.inspector.origin import source
from dlstudio.ui.panels.inspector.page import Section, anchor, label
from dlstudio.ui.panels.panel import Panel, clear

Line = tuple[str, tuple[str, ...], Origin, Tensor | None]
"""A port, the nodes at its other end, the output whose tensor it is, and that."""

MOST = 12
"""How many ports are listed, and how many nodes behind one of them."""


class Shapes(Section):
    """A line for each port."""

    def __init__(self, panel: Panel, title: str = "Shapes") -> None:
        super().__init__(title, panel)
        self.lines: tuple[Line, ...] = ()
        self.plan: Plan | None = None
        self.asked: tuple[Origin, int] | None = None
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(4)
        self.grid.setColumnStretch(0, 1)
        self.body.addLayout(self.grid)
        self.told = label(role="told", wrap=True)
        self.told.setTextFormat(Qt.TextFormat.RichText)
        self.told.setTextInteractionFlags(LINKS)
        self.told.linkActivated.connect(self.panel.session.choose_nodes)
        self.told.hide()
        self.body.addWidget(self.told)

    def show_node(self, plan: Plan | None, node: str, wires: Iterable[Wire], leaving: Iterable[Wire]) -> None:
        """The ports of one node."""
        shapes = plan.shapes if plan else {}
        ins = [(w.input, (f"← {w.source}",), (w.source, w.output), shapes.get((w.source, w.output))) for w in wires]
        targets: dict[str, list[str]] = {}
        for wire in leaving:
            targets.setdefault(wire.output, []).append(f"→ {wire.target}")
        step = plan.steps.get(node) if plan else None
        names = [*(step.outs if step else ()), *(name for name in targets if not step or name not in step.outs)]
        outs = [(name, tuple(targets.get(name, ())), (node, name), shapes.get((node, name))) for name in names]
        self.show_lines(plan, (*ins[:MOST], *outs[:MOST]))

    def show_lines(self, plan: Plan | None, lines: tuple[Line, ...]) -> None:
        """Some ports; nothing is done where they are those that are seen."""
        if (lines, self.panel.theme.name) != (self.lines, self.property("theme")):
            if [line[2] for line in lines] != [line[2] for line in self.lines]:
                self.asked = None
            self.lines = lines
            self.setProperty("theme", self.panel.theme.name)
            self.plan = plan
            self._list()
        self.plan = plan
        self.setVisible(bool(lines))
        if self.asked:
            self._tell()

    def _list(self) -> None:
        clear(self.grid)
        for row, (port, others, origin, tensor) in enumerate(self.lines):
            self.grid.addWidget(self._ends(port, others), row, 0)
            self.grid.addWidget(self._tensor(port, origin, tensor), row, 1, Qt.AlignmentFlag.AlignRight)

    def _ends(self, port: str, others: tuple[str, ...]) -> QLabel:
        made = Ends(port, others, self.panel.theme)
        made.linkActivated.connect(self.panel.session.choose_nodes)
        return made

    def _tensor(self, port: str, origin: Origin, tensor: Tensor | None) -> QLabel:
        if tensor is None:
            return label("?", "muted")
        theme = self.panel.theme
        parts = [
            anchor(str(i), str(n), theme.accent if self.asked == (origin, i) else theme.text)
            for i, n in enumerate(tensor.shape)
        ]
        times = f'<span style="color:{theme.muted}">×</span>'
        kind = "" if tensor.dtype == "float" else f' <span style="color:{theme.muted}">{tensor.dtype}</span>'
        made = label((times.join(parts) or "1 number") + kind, "number")
        made.setTextFormat(Qt.TextFormat.RichText)
        made.setTextInteractionFlags(LINKS)
        axes = ", ".join(f"{axis} {n}" for axis, n in zip(tensor.axes, tensor.shape, strict=True))
        made.setToolTip(f"{tensor.describe()}\n{axes}\nClick a number to see where it comes from.")
        made.setAccessibleName(f"Shape of {port}: {tensor.describe()}")
        made.linkActivated.connect(lambda axis: self.ask(origin, int(axis)))
        return made

    def ask(self, origin: Origin, axis: int) -> None:
        """Where does this number come from? Asked again, the answer goes away."""
        self.asked = None if self.asked == (origin, axis) else (origin, axis)
        self._list()
        self._tell()

    def _tell(self) -> None:
        if self.asked is None or self.plan is None:
            self.told.hide()
            return
        found = source(self.plan, *self.asked)
        there = anchor(found.node, f"{found.node} →", self.panel.theme.accent).replace(" →", "&nbsp;→")
        self.told.setText(f"{escape(found.text)} {there}")
        self.told.show()
