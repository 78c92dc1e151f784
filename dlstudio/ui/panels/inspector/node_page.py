"""Node page: one node, or several with what they have in common."""

from collections import Counter
from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from dlstudio.catalog.layers import layers
from dlstudio.compiler.names import better_name, usable_name
from dlstudio.core import edits
from dlstudio.core.document import BLOCK, Node, Project
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.core.unpacking import make_unique, unpack
from dlstudio.ui.panels.inspector.cost import Cost
from dlstudio.ui.panels.inspector.heading import Heading
from dlstudio.ui.panels.inspector.help import Help
from dlstudio.ui.panels.inspector.node_form import NodeForm
from dlstudio.ui.panels.inspector.page import Page, label
from dlstudio.ui.panels.inspector.shapes import Shapes
from dlstudio.ui.panels.inspector.stroke import Stroke
from dlstudio.ui.panels.inspector.weights import Weights
from dlstudio.ui.panels.issues import IssueRow
from dlstudio.ui.panels.panel import Panel, clear
from dlstudio.ui.session import State
from dlstudio.ui.theme.tokens import family_color

MOST_ISSUES = 5


class NodePage(Page):
    """Heading, issues, form, shapes, cost, help."""

    def __init__(self, panel: Panel) -> None:
        super().__init__(panel)
        self.stroke = Stroke(self.session)
        self.heading = Heading(self._refuse)
        self.blocks = BlockButtons(panel)
        self.issues = QVBoxLayout()
        self.issues.setSpacing(0)
        self.shown: tuple[Issue, ...] = ()
        self.form = NodeForm(self.session, self.stroke)
        self.shapes, self.cost, self.help = Shapes(panel), Cost(panel), Help(panel)
        self.weights = Weights(panel)
        self.weights.typed.connect(self._reveal)
        self.column.addWidget(self.heading)
        self.column.addLayout(self.issues)
        for widget in (self.blocks, self.form, self.shapes, self.cost, self.weights, self.help):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.heading.naming.renamed.connect(self._rename)
        self.heading.muted.connect(self._mute)
        self.heading.note.written.connect(self._annotate)
        self.heading.note.left.connect(self.stroke.settle)
        self.heading.note.escaped.connect(lambda: self.stroke.take_back("note"))

    @staticmethod
    def fits(state: State) -> bool:
        return bool(state.choice.nodes)

    def show_state(self, old: State | None, new: State) -> None:
        nodes = tuple(new.network.nodes[name] for name in edits.in_order(new.choice.nodes))
        fresh = old is None or old.choice.nodes != new.choice.nodes or old.where != new.where
        if fresh:
            self.stroke.settle()
        self._head(nodes)
        self._issues(new)
        one = nodes[0] if len(nodes) == 1 else None
        self.blocks.show_block(one if one and one.kind == BLOCK else None)
        self.form.show_nodes(new, nodes, fresh=fresh)
        self.cost.show_nodes(new.plan, new.choice.nodes)
        self.weights.show_node(new, one, self.cost.counted)
        self.help.show_kind(one.kind if one else "")
        if one:
            network = new.network
            self.shapes.show_node(new.plan, one.id, network.inbound.get(one.id, ()), network.outbound.get(one.id, ()))
        else:
            self.shapes.hide()

    def stop(self) -> None:
        self.weights.stop()

    def _reveal(self, name: str) -> None:
        """Gives the keys to a field."""
        row = self.form.form.rows.get(name) if self.form.form else None
        if row is not None:
            row.editor.setFocus()
            self.wants.emit(row)

    def prepare(self, state: State) -> bool:
        """Makes a little of what will be needed soon; whether there was something to make."""
        return self.form.prepare(sorted({node.kind for node in state.network.nodes.values()}))

    def _head(self, nodes: tuple[Node, ...]) -> None:
        theme = self.panel.theme
        known = [cls for node in nodes if (cls := layers.get(node.kind))]
        families = {cls.family for cls in known} if len(known) == len(nodes) else set()
        tint = family_color(families.pop(), theme) if len(families) == 1 else theme.line
        if len(nodes) == 1:
            kind = f"{known[0].title} · {known[0].purpose()}" if known else f"{nodes[0].kind} · an unknown kind"
            self.heading.show_one(nodes[0].id, kind, nodes[0].note)
        else:
            counts = Counter(cls.title for cls in known)
            self.heading.show_many(len(nodes), ", ".join(f"{n} {title}" for title, n in counts.most_common(6)))
        self.heading.show_look(tint, all(node.muted for node in nodes), theme)

    def _issues(self, state: State) -> None:
        names = edits.in_order(state.choice.nodes)
        found = tuple(issue for name in names for issue in state.issues_here.get(name, ()))[:MOST_ISSUES]
        if found != self.shown:
            self.shown = found
            clear(self.issues)
            for issue in found:
                self.issues.addWidget(IssueRow(issue, self.session, self.panel.theme))

    def _refuse(self, name: str) -> str:
        network = self.session.state.network
        if name in network.nodes:
            return f"There is a node {name} already."
        if not usable_name(name):
            return (
                f"“{name}” cannot be a name in Python: use letters, digits and _, a letter first, and no word that "
                f"torch or Python knows. {better_name(network, name)} would do."
            )
        return ""

    def _rename(self, name: str) -> None:
        state = self.session.state
        if state.one:
            old = state.one.id
            self.session.do(f"Rename {old} to {name}", lambda p: edits.rename(p, state.where, old, name), choose=[name])

    def _mute(self, muted: bool) -> None:
        state = self.session.state
        names = edits.in_order(state.choice.nodes)
        what = names[0] if len(names) == 1 else f"{len(names)} nodes"
        label = f"{'Mute' if muted else 'Unmute'} {what}"
        self.session.do(label, lambda project: edits.mute(project, state.where, names, muted))

    def _annotate(self, text: str) -> None:
        state = self.session.state
        if state.one:
            node, where = state.one.id, state.where
            self.stroke.put("note", f"Note on {node}", lambda project: edits.annotate(project, where, node, text))


class BlockButtons(QWidget):
    """What can be done to a block as a whole."""

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self.panel, self.block = panel, ""
        self.told = label(role="bad", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(4)
        for text, run, tip in (
            ("Enter", self._enter, "Shows the network that the block places"),
            ("Make unique", self._make_unique, "Gives the block a network of its own"),
            ("Unpack", self._unpack, "Puts the nodes of the network in the block's place"),
        ):
            button = QPushButton(text)
            button.setToolTip(tip)
            button.clicked.connect(run)
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.told)

    def show_block(self, node: Node | None) -> None:
        """The block that is chosen, if there is one."""
        self.setVisible(node is not None)
        self.block = node.id if node else ""
        self.told.hide()

    def _enter(self) -> None:
        if not self.panel.session.enter(self.block):
            self._tell(f"“{self.block}” places no network of this project; choose one for it first.")

    def _make_unique(self) -> None:
        where, block = self.panel.session.state.where, self.block
        self._try(f"Make {block} unique", lambda project: (make_unique(project, where, block), (block,)))

    def _unpack(self) -> None:
        where, block = self.panel.session.state.where, self.block
        self._try(f"Unpack {block}", lambda project: unpack(project, where, block))

    def _try(self, label: str, run: Callable[[Project], tuple[Project, tuple[str, ...]]]) -> None:
        try:
            project, nodes = run(self.panel.session.state.project)
        except ProjectProblem as problem:
            self._tell(str(problem))
            return
        self.panel.session.do(label, lambda _: project, choose=nodes)

    def _tell(self, text: str) -> None:
        self.told.setText(text)
        self.told.show()
