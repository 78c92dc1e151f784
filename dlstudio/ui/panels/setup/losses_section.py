"""LossesSection: what each Output of the model is compared with, by which loss, and how much it counts."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dlstudio.catalog.layers.structure import Output
from dlstudio.core import edits
from dlstudio.core.document import MODEL, OUTPUT, Network, Node
from dlstudio.core.fields import Choice
from dlstudio.core.frozen import Value
from dlstudio.core.spec import Field
from dlstudio.ui.forms.form import Form
from dlstudio.ui.panels.inspector.page import Section, label, link
from dlstudio.ui.panels.inspector.stroke import Stroke
from dlstudio.ui.panels.panel import Panel, clear
from dlstudio.ui.panels.setup.settings_form import AROUND
from dlstudio.ui.session import Edit

AUTO = "auto"
NAMES = ("loss", "target", "weight")


class LossesSection(Section):
    """A form for each Output; an edit goes into its fields."""

    def __init__(self, panel: Panel, stroke: Stroke) -> None:
        super().__init__("Losses", panel)
        self.stroke = stroke
        self.columns: tuple[str, ...] = ()
        self.outputs: dict[str, OutputForm] = {}

    def show_outputs(self, network: Network | None, losses: Mapping[str, str], columns: tuple[str, ...]) -> bool:
        """The Outputs of a network, and what is known of their losses and of the data; whether there were others."""
        nodes = {node.id: node for node in network.of_kind(OUTPUT)} if network else {}
        fresh = list(nodes) != list(self.outputs) or columns != self.columns
        if fresh:
            self.columns = columns
            clear(self.body)
            self.outputs = {name: OutputForm(self.panel, self.stroke, name, columns) for name in nodes}
            for form in self.outputs.values():
                self.body.addWidget(form)
        for name, form in self.outputs.items():
            form.show_node(nodes[name], losses.get(name, ""), fresh=fresh)
        self.setVisible(bool(nodes))
        return fresh


class OutputForm(QWidget):
    """One Output."""

    def __init__(self, panel: Panel, stroke: Stroke, name: str, columns: tuple[str, ...]) -> None:
        super().__init__()
        self.panel, self.stroke, self.name = panel, stroke, name
        self.title = link(name, self._go, "Shows the Output on the canvas")
        self.form = Form(own_fields(columns))
        self.told = label(role="small", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        self.title.setStyleSheet("padding-left: 0;")
        column.addWidget(self.title, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.told)
        column.addWidget(self.form)
        self.form.edited.connect(self._put)
        self.form.cleared.connect(lambda field: self._edit(field, lambda p: edits.reset(p, MODEL, name, field)))
        self.form.settled.connect(stroke.settle)
        self.form.reverted.connect(lambda field: stroke.take_back((name, field)))

    def show_node(self, node: Node, told: str, *, fresh: bool) -> None:
        """The fields of the Output as it is, and what comes of them."""
        shown = {"target": AUTO, **{field: node.fields[field] for field in NAMES if node.fields.get(field)}}
        self.form.show_values(shown, AROUND, fresh=fresh)
        self.told.setText(told)
        self.told.setVisible(bool(told))

    def _put(self, field: str, value: Value) -> None:
        name = self.name
        if value in (AUTO, "") or value == Output.specs[field].default:
            self._edit(field, lambda project: edits.reset(project, MODEL, name, field))
        else:
            self._edit(field, lambda project: edits.put(project, MODEL, name, **{field: value}))

    def _edit(self, field: str, edit: Edit) -> None:
        self.stroke.put((self.name, field), f"Set {self.name} {field}", edit)

    def _go(self) -> None:
        self.panel.session.show(MODEL)
        self.panel.session.choose_nodes(self.name)
        self.panel.wants.emit(self.name)


def own_fields(columns: tuple[str, ...]) -> list[Field]:
    """The fields of an Output that say how it learns; the target is chosen from the columns where they are known."""
    found = {name: Output.specs[name] for name in NAMES}
    if columns:
        help_text = found["target"].marker.help
        found["target"] = Field("target", Choice(options=(AUTO, *columns), help=help_text), AUTO)
    else:
        found["target"] = replace(found["target"], default=AUTO)
    return list(found.values())
