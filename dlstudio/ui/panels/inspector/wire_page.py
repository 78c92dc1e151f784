"""Wire page: a wire that is chosen: what it carries, its two ends, and a way to take it away."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from dlstudio.core import edits
from dlstudio.core.document import Wire
from dlstudio.ui.panels.inspector.page import Page, label
from dlstudio.ui.panels.inspector.shapes import Line, Shapes
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.session import State


class WirePage(Page):
    """One wire, or several."""

    def __init__(self, panel: Panel) -> None:
        super().__init__(panel)
        self.title = label(role="head")
        self.told = label(role="small", wrap=True)
        self.shapes = Shapes(panel, "Carries")
        self.cut = QPushButton("Disconnect")
        self.cut.setToolTip("Takes away what is chosen (Delete)")
        self.cut.clicked.connect(self._disconnect)
        self.column.addWidget(self.title)
        self.column.addWidget(self.told)
        self.column.addWidget(self.shapes)
        self.column.addWidget(self.cut, alignment=Qt.AlignmentFlag.AlignLeft)
        self.column.addStretch(1)

    @staticmethod
    def fits(state: State) -> bool:
        return bool(state.choice.wires) and not state.choice.nodes

    def show_state(self, old: State | None, new: State) -> None:
        wires = sorted(new.choice.wires)
        plan = new.plan
        self.title.setText("Wire" if len(wires) == 1 else f"{len(wires)} wires")
        tensor = plan.shapes.get((wires[0].source, wires[0].output)) if plan and len(wires) == 1 else None
        self.told.setText(tensor.describe() if tensor else "" if len(wires) > 1 else "Its shape is not known yet.")
        self.told.setVisible(bool(self.told.text()))
        self.shapes.show_lines(plan, tuple(_line(wire, new) for wire in wires))

    def _disconnect(self) -> None:
        state = self.session.state
        wires = sorted(state.choice.wires)
        label = f"Disconnect {wires[0]}" if len(wires) == 1 else f"Disconnect {len(wires)} wires"
        self.session.do(label, lambda project: edits.disconnect(project, state.where, *wires), choose=())


def _line(wire: Wire, state: State) -> Line:
    at = (wire.source, wire.output)
    ends = (f"  {wire.source}", f"→ {wire.target}")
    return "", ends, at, state.plan.shapes.get(at) if state.plan else None
