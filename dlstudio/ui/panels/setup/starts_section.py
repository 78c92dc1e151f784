"""StartsSection: how the weights of all layers begin, and those of each kind."""

from collections.abc import Iterator
from functools import reduce

from dlstudio.catalog.layer import Trained, unfit
from dlstudio.catalog.layers import layers
from dlstudio.core import edits
from dlstudio.core.document import Node, Project
from dlstudio.core.fields import Declared
from dlstudio.core.frozen import Frozen, Value, same
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import MIXED, Mixed
from dlstudio.ui.forms.form import Form
from dlstudio.ui.panels.inspector.page import Section
from dlstudio.ui.panels.inspector.stroke import Stroke
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.panels.setup.settings_form import AROUND

WEIGHTS = "weight_init"
ALL = "all layers"
Place = tuple[str, Node]
"""A network and a node of it."""


class StartsSection(Section):
    """One line for all layers, and one for each kind that there is."""

    def __init__(self, panel: Panel, stroke: Stroke) -> None:
        super().__init__("First weights", panel, opened=False)
        self.stroke = stroke
        self.form: Form | None = None
        """Made when it is first open."""
        self.kinds: tuple[str, ...] = ()
        self.project = Project()
        self.head.toggled.connect(lambda _: self._show())

    def show_project(self, project: Project) -> None:
        """The layers of a project."""
        self.project = project
        self.setVisible(next(trained(project), None) is not None)
        self._show()

    def _show(self) -> None:
        if not self.head.isChecked():
            return
        places = list(trained(self.project))
        kinds = tuple(sorted({node.kind for _, node in places}))
        fresh = kinds != self.kinds
        if fresh:
            self._rebuild(kinds)
        if self.form is not None:
            said = {kind: agreed([node for _, node in places if node.kind == kind]) for kind in kinds}
            if ALL in {field.name for field in self.form.fields}:
                said[ALL] = agreed([node for _, node in places])
            self.form.show_values(said, AROUND, fresh=fresh)

    def _rebuild(self, kinds: tuple[str, ...]) -> None:
        self.kinds = kinds
        if self.form is not None:
            self.body.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
        names = (ALL, *kinds) if len(kinds) > 1 else kinds
        self.form = Form([_field(name) for name in names])
        self.form.edited.connect(self._put)
        self.form.cleared.connect(lambda name: self._put(name, Frozen()))
        self.form.settled.connect(self.stroke.settle)
        self.form.reverted.connect(lambda name: self.stroke.take_back((WEIGHTS, name)))
        self.body.addWidget(self.form)

    def _put(self, name: str, value: Value) -> None:
        how = str(value.get("kind", "")) or "as torch does"
        label = f"Begin {name} by {how}" if value else f"Begin {name} {how}"
        self.stroke.put((WEIGHTS, name), label, lambda project: begun(project, name, value))


def _field(name: str) -> Field:
    help_text = "How the weights start; default leaves torch's own way. Where it does not fit a layer, that one stays"
    return Field(name, Declared(registry="initializer", help=help_text), Frozen())


def trained(project: Project) -> Iterator[Place]:
    """All nodes whose weights may start in ways of their own."""
    for where, network in project.networks.items():
        for node in network.nodes.values():
            cls = layers.get(node.kind)
            if cls is not None and issubclass(cls, Trained) and not node.fields.get("same_weights_as"):
                yield where, node


def agreed(nodes: list[Node]) -> Value | Mixed:
    """What the nodes say in common; MIXED where they differ."""
    first, *others = (node.fields.get(WEIGHTS, Frozen()) for node in nodes)
    return first if all(same(first, other) for other in others) else MIXED


def begun(project: Project, name: str, value: Frozen[str, Value]) -> Project:
    """The project with the layers of a kind, or all, starting so, where that fits them."""
    fitting = [(where, node.id) for where, node in trained(project) if name in (ALL, node.kind) and _fits(node, value)]
    if not value:
        return reduce(lambda p, at: edits.reset(p, *at, WEIGHTS), fitting, project)
    for where in project.networks:
        nodes = [node for place, node in fitting if place == where]
        project = edits.put_all(project, where, nodes, {WEIGHTS: value})
    return project


def _fits(node: Node, value: Frozen[str, Value]) -> bool:
    cls = layers[node.kind]
    return not value or (issubclass(cls, Trained) and not unfit(value, cls.weight_rank))
