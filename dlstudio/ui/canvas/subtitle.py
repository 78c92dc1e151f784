"""Subtitle: the one line on a card that says what matters of a node."""

from collections.abc import Mapping

from dlstudio.catalog.gist import gist
from dlstudio.catalog.layer import Layer
from dlstudio.catalog.layers import layers
from dlstudio.compiler.faults import recipe_of
from dlstudio.core.document import BLOCK, INPUT, OUTPUT, Node, Project
from dlstudio.core.expression import ExpressionProblem
from dlstudio.core.fields import is_calculated
from dlstudio.core.frozen import Value
from dlstudio.core.networks import placings
from dlstudio.core.spec import BadFields, make

NOISE = "noise"


def subtitle(project: Project, where: str, node: Node, arguments: Mapping[str, Value]) -> str:
    """What matters of a node: its fields; what an input is bound to; how an output is judged; what a block places."""
    cls = layers.get(node.kind)
    if cls is None:
        return "unknown kind"
    try:
        layer: Layer = make(cls, node.fields, arguments)
    except (BadFields, ExpressionProblem):
        return ", ".join(f"{name} {written(value)}" for name, value in node.fields.items())
    if node.kind == BLOCK:
        return _block(layer)
    if node.kind in (INPUT, OUTPUT):
        inner = any(placings(project, where)) and not (node.kind == INPUT and _trained(project, where))
        return "" if inner else _end(project, where, node, layer)
    formulas = ", ".join(str(value) for value in node.fields.values() if is_calculated(value))
    return f"{gist(layer)} ({formulas})" if formulas else gist(layer)


def written(value: Value) -> str:
    """A value as it stands in the document."""
    return "×".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _block(layer: Layer) -> str:
    values = layer.values()
    times = f" ×{values['repeat']}" if values["repeat"] != 1 else ""
    given = [f"{name} {value}" for name, value in values["given"].items()]
    return ", ".join([f"{values['network']}{times}", *given])


def _end(project: Project, where: str, node: Node, layer: Layer) -> str:
    """Where an input gets its values from, and how an output is judged."""
    if node.kind == INPUT:
        return _start(project, where, node.id) or gist(layer)
    values = layer.values()
    loss = str(values["loss"].get("kind", "auto")).removesuffix("Loss")
    steps = "" if values["steps"] == "every" else "last step"
    target = f"target {values['target']}" if values["target"] else ""
    return ", ".join(part for part in (f"loss {loss}", target, steps) if part)


def _start(project: Project, where: str, node: str) -> str:
    """What an input gets: a column of the data; where the data go into another network, noise."""
    recipe = recipe_of(project.training)
    if recipe is not None and where != recipe.fed:
        noise = NOISE if node.startswith(NOISE) else f"column {node}, else {NOISE}"
        return noise if _trained(project, where) else ""
    source = str(project.data.get("source", {}).get("kind", ""))
    column = project.data.get("inputs", {}).get(node, "")
    return f"{column} of {source}" if column and source else f"from {source}" if source else ""


def _trained(project: Project, where: str) -> bool:
    """Whether the recipe trains a network by its name, also where another one places it as a block."""
    recipe = recipe_of(project.training)
    return recipe is not None and where in recipe.roles
