"""Network page: the network on the canvas and the project, while nothing is chosen."""

from dlstudio.compiler.cost import named_optimizer
from dlstudio.compiler.plan import Plan
from dlstudio.core import networks
from dlstudio.core.document import INPUT, MODEL, OUTPUT, Network, Project
from dlstudio.core.fields import Values
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import Around
from dlstudio.ui.forms.form import Form
from dlstudio.ui.panels.inspector.counted import BATCH
from dlstudio.ui.panels.inspector.naming import Naming
from dlstudio.ui.panels.inspector.page import Notes, Page, Section, label
from dlstudio.ui.panels.inspector.project_section import ProjectSection
from dlstudio.ui.panels.inspector.shapes import Line, Shapes
from dlstudio.ui.panels.inspector.stroke import Stroke
from dlstudio.ui.panels.inspector.totals import Totals
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.session import State

ARGUMENTS = Field(
    "arguments",
    Values(help="What blocks that place this network may say; a field uses one as =name, or in =name*2"),
    Frozen(),
)


class NetworkPage(Page):
    """Name, note, arguments, inputs and outputs, totals."""

    def __init__(self, panel: Panel) -> None:
        super().__init__(panel)
        self.stroke = Stroke(self.session)
        self.naming = Naming("network", self._refuse)
        self.kind = label(role="small", wrap=True)
        self.note = Notes("Add a note on the network")
        self.arguments = Form([ARGUMENTS])
        self.arguments.grow()
        self.arguments.rows["arguments"].label.hide()
        self.given = Section("Arguments", panel, opened=False)
        self.given.body.addWidget(self.arguments)
        self.shapes = Shapes(panel, "Inputs and outputs")
        self.totals = Totals(panel)
        self.project = ProjectSection(panel)
        for widget in (self.naming, self.kind, self.note, self.shapes, self.totals, self.given, self.project):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.naming.renamed.connect(self._rename)
        self.note.written.connect(self._annotate)
        self.note.left.connect(self.stroke.settle)
        self.note.escaped.connect(lambda: self.stroke.take_back("note"))
        self.arguments.edited.connect(lambda _, value: self._argue(value))
        self.arguments.cleared.connect(lambda _: self._argue(Frozen()))
        self.arguments.settled.connect(self.stroke.settle)
        self.arguments.reverted.connect(lambda _: self.stroke.take_back("arguments"))

    @staticmethod
    def fits(state: State) -> bool:
        return not state.choice

    def show_state(self, old: State | None, new: State) -> None:
        fresh = old is None or old.where != new.where
        network, where = new.network, new.where
        if fresh:
            self.stroke.settle()
            self.given.head.setChecked(bool(network.arguments))
        self.naming.show_name(where)
        self.kind.setText(_kind(new.project, where, network))
        self.note.show_text(network.note)
        values: dict[str, Value] = {"arguments": network.arguments}
        self.arguments.show_values(values, Around(), fresh=fresh)
        if fresh or old is None or old.plan is not new.plan:
            self.shapes.show_lines(new.plan, tuple(_ends(network, new.plan)))
        batch = int(new.project.training.get("batch_size", BATCH))
        self.totals.show_plan(new.plan, batch, named_optimizer(new.project))
        self.project.show_project(new.project)

    def _refuse(self, name: str) -> str:
        if not name:
            return "A network needs a name."
        if name in self.session.state.project.networks:
            return f"There is a network {name} already."
        return "A name has at most 80 letters." if len(name) > 80 else ""

    def _rename(self, name: str) -> None:
        old = self.session.state.where
        if self.session.do(f"Rename {old} to {name}", lambda p: networks.rename_network(p, old, name)):
            self.session.show(name)

    def _annotate(self, text: str) -> None:
        where = self.session.state.where
        self.stroke.put("note", f"Note on {where}", lambda p: networks.note_network(p, where, text))

    def _argue(self, values: Frozen[str, Value]) -> None:
        where = self.session.state.where
        self.stroke.put("arguments", f"Set arguments of {where}", lambda p: _argued(p, where, values))


def _argued(project: Project, where: str, values: Frozen[str, Value]) -> Project:
    gone = [name for name in project.networks[where].arguments if name not in values]
    project = networks.drop_arguments(project, where, *gone) if gone else project
    return networks.put_arguments(project, where, **values)


def _kind(project: Project, where: str, network: Network) -> str:
    count = len(network.nodes)
    nodes = "1 node" if count == 1 else f"{count:,} nodes"
    blocks = sum(len(blocks) for _, blocks in networks.placings(project, where))
    if where == MODEL or not blocks:
        return f"Network · {nodes}"
    return f"Network · {nodes}, placed by {'1 block' if blocks == 1 else f'{blocks} blocks'}"


def _ends(network: Network, plan: Plan | None) -> list[Line]:
    """A line for each input and output of a network."""
    found: list[Line] = []
    for node in network.of_kind(INPUT):
        at = (node.id, "y")
        found.append(("", (f"→ {node.id}",), at, plan.shapes.get(at) if plan else None))
    for node in network.of_kind(OUTPUT):
        wires = network.inbound.get(node.id, ())
        at = (wires[0].source, wires[0].output) if wires else (node.id, "x")
        found.append(("", (f"← {node.id}",), at, plan.shapes.get(at) if plan else None))
    return found
