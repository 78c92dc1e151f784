"""Node form: the fields of what is chosen; one edit changes all of it."""

from collections.abc import Iterable, Sequence
from functools import reduce

from PySide6.QtWidgets import QVBoxLayout, QWidget

from dlstudio.catalog.layers import layers
from dlstudio.core import edits
from dlstudio.core.document import Node
from dlstudio.core.frozen import Value, same
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import MIXED, Around, Mixed
from dlstudio.ui.forms.form import Form
from dlstudio.ui.panels.inspector.stroke import Stroke
from dlstudio.ui.panels.inspector.surroundings import surroundings
from dlstudio.ui.session import Edit, Session, State

KEPT = 24
"""How many forms wait for a node of their kind to be chosen again."""


class NodeForm(QWidget):
    """Holds one form for each set of fields, so that a click on a node of a kind seen before builds nothing."""

    def __init__(self, session: Session, stroke: Stroke) -> None:
        super().__init__()
        self.session, self.stroke = session, stroke
        self.forms: dict[tuple[str, ...], Form] = {}
        self.form: Form | None = None
        self.nodes: tuple[str, ...] = ()
        self.around = Around()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)

    def show_nodes(self, state: State, nodes: Sequence[Node], *, fresh: bool) -> None:
        """The fields that the nodes have in common."""
        self.nodes = tuple(node.id for node in nodes)
        form = self._form_for(nodes)
        if form is not self.form:
            for other in (self.form, form):
                if other is not None:
                    other.setVisible(other is form)
            self.form, fresh = form, True
        if form is not None:
            around = surroundings(state, nodes)
            self.around = self.around if around == self.around else around
            form.show_values(_values(nodes, form.fields), self.around, fresh=fresh)

    def prepare(self, kinds: Iterable[str]) -> bool:
        """Makes one more row for nodes of these kinds before they are chosen; whether there was one to make."""
        for kind in kinds:
            form = self.forms.get((kind,))
            if form is None and len(self.forms) < KEPT:
                form = self._made((kind,))
            if form is not None and form.grow(1):
                polish(form.rows[form.fields[len(form.rows) - 1].name])
                return True
        return False

    def _made(self, kinds: tuple[str, ...]) -> Form | None:
        fields = common(kinds)
        if not fields:
            return None
        made = Form(fields)
        made.hide()
        made.edited.connect(self._put)
        made.cleared.connect(self._clear)
        made.settled.connect(self.stroke.settle)
        made.reverted.connect(lambda name: self.stroke.take_back((self.nodes, name)))
        self.column.addWidget(made)
        self.forms[kinds] = made
        return made

    def _form_for(self, nodes: Sequence[Node]) -> Form | None:
        kinds = tuple(sorted({node.kind for node in nodes}))
        found = self.forms.get(kinds) or self._made(kinds)
        if found is None:
            return None
        self.forms[kinds] = self.forms.pop(kinds)
        if len(self.forms) > KEPT:
            oldest = self.forms.pop(next(iter(self.forms)))
            if oldest is not self.form:
                oldest.deleteLater()
        return found

    def _put(self, name: str, value: Value) -> None:
        where, nodes = self.session.state.where, self.nodes
        default = self.form.rows[name].field.default if self.form else None
        if same(value, default):
            self._clear(name)
        else:
            self._edit(name, lambda project: edits.put_all(project, where, nodes, {name: value}))

    def _clear(self, name: str) -> None:
        where, nodes = self.session.state.where, self.nodes
        self._edit(name, lambda project: reduce(lambda p, node: edits.reset(p, where, node, name), nodes, project))

    def _edit(self, name: str, edit: Edit) -> None:
        label = self.form.rows[name].field.label if self.form else name
        what = f"{self.nodes[0]} {label}" if len(self.nodes) == 1 else f"{label} of {len(self.nodes)} nodes"
        self.stroke.put((self.nodes, name), f"Set {what}", edit)


def polish(widget: QWidget) -> None:
    """Dresses a widget and all within it now, since that takes longer than making them."""
    widget.ensurePolished()
    for each in widget.findChildren(QWidget):
        each.ensurePolished()


def common(kinds: Sequence[str]) -> tuple[Field, ...]:
    """The fields that all kinds have, with the same meaning."""
    known = [layers.get(kind) for kind in kinds]
    if not known or known[0] is None:
        return ()
    return tuple(
        field
        for field in known[0].specs.values()
        if all(cls is not None and cls.specs.get(field.name) == field for cls in known)
    )


def _values(nodes: Sequence[Node], fields: Sequence[Field]) -> dict[str, Value | Mixed]:
    """What the nodes hold; MIXED where that differs."""
    found: dict[str, Value | Mixed] = {}
    for field in fields:
        first, *others = (node.fields.get(field.name, field.default) for node in nodes)
        found[field.name] = first if all(same(first, other) for other in others) else MIXED
    return found
