"""Place: where the document keeps the numbers of one weight that were typed by hand, and the edits of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from dlstudio.catalog.by_hand import ManyWeights, Weight
from dlstudio.catalog.initializers import Given
from dlstudio.catalog.layer import Trained
from dlstudio.compiler.ports import declared
from dlstudio.core import edits
from dlstudio.core.document import Node, Project
from dlstudio.core.frozen import Frozen, Value
from dlstudio.ui.panels.inspector.surroundings import typed_weights
from dlstudio.ui.session import State

MANY = "given_numbers"


@dataclass(frozen=True, slots=True)
class Place:
    """A field that starts one weight, or the name of a weight within the field that holds several."""

    field: str
    name: str = ""

    def given(self, node: Node) -> bool:
        """Whether numbers stand there."""
        held = node.fields.get(self.field)
        if not isinstance(held, Frozen):
            return False
        return self.name in held if self.name else held.get("kind") == Given.kind

    def put(self, project: Project, where: str, node: str, numbers: Value) -> Project:
        """The project with numbers of one's own."""
        held = project.networks[where].nodes[node].fields.get(self.field, Frozen())
        value = held.put(self.name, numbers) if self.name else Frozen({"kind": Given.kind, "values": numbers})
        return edits.put_all(project, where, [node], {self.field: value})

    def reset(self, project: Project, where: str, node: str) -> Project:
        """The project without them."""
        held = project.networks[where].nodes[node].fields.get(self.field, Frozen())
        if self.name and len(held) > 1:
            return edits.put_all(project, where, [node], {self.field: held.drop(self.name)})
        return edits.reset(project, where, node, self.field)


def places(state: State, node: Node) -> Mapping[str, Place]:
    """Where the numbers of a node's weights may be typed, by the names that the weights have in the module."""
    plan = state.plan
    arguments = plan.arguments if plan else state.network.arguments
    layer = declared(node, arguments)
    if not isinstance(layer, Trained) or layer.same_weights_as:
        return {}
    fits = typed_weights(state.network, node, plan, arguments)
    if isinstance(layer, ManyWeights):
        names = [path.removeprefix(f"{MANY}.") for path in fits]
        return {layer.stored(name): Place(MANY, name) for name in names}
    pairs = zip(layer.choices(), layer.starts(), strict=False)
    return {names[0]: Place(field) for (field, *_), (_, names) in pairs if field in fits}


def declared_weights(state: State, node: Node) -> Mapping[str, Weight]:
    """What a layer of several weights says of them, by the names that they have in the module."""
    plan = state.plan
    arguments = plan.arguments if plan else state.network.arguments
    layer = declared(node, arguments)
    if not isinstance(layer, ManyWeights):
        return Frozen()
    fits = typed_weights(state.network, node, plan, arguments)
    return Frozen({layer.stored(path.removeprefix(f"{MANY}.")): weight for path, weight in fits.items()})


def elsewhere(state: State, node: Node) -> str:
    """What is to be known where the numbers of a node belong to another one."""
    layer = declared(node, state.plan.arguments if state.plan else state.network.arguments)
    if isinstance(layer, Trained) and layer.same_weights_as:
        return f"To be typed by hand at {layer.same_weights_as}, whose weights they are."
    return ""
