"""Fits: the inputs and outputs of all networks that a recipe trains, each with its column or with what it is."""

from collections.abc import Iterator, Mapping
from functools import partial

from dlstudio.catalog.forms import shape_fields
from dlstudio.catalog.recipes import Autoencoder, Gan, Recipe, recipes
from dlstudio.compiler.memory import carried
from dlstudio.compiler.planner import Planner
from dlstudio.core import edits
from dlstudio.core.document import INPUT, MODEL, OUTPUT, Network, Node, Project
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import Fix, Issue, ProjectProblem
from dlstudio.data.dataset import Column
from dlstudio.data.wiring import Columns, judged
from dlstudio.training.method import method_of
from dlstudio.ui.panels.data.facts import Fit
from dlstudio.ui.panels.setup.judging import compared_with

NOISE, SCORE = "noise", "its score of each sample"
STATE, AFTER, PRICE = "a state, carried on", "the state after it", "a price of its own"


def fits(project: Project, columns: Columns) -> Iterator[Fit]:
    """Those of the network that the data goes into, then those of the others."""
    recipe = recipes.get(str(project.training.get("kind", "Supervised"))) or recipes["Supervised"]
    if recipe.fed in project.networks:
        yield from _fed(project, columns, recipe.fed, recipe)
    for role in recipe.roles:
        if role != recipe.fed and role in project.networks:
            yield from _drawn(project.networks[role], columns, role)


def _fed(project: Project, columns: Columns, name: str, recipe: type[Recipe]) -> Iterator[Fit]:
    """What the data goes into, and what the answers are compared with."""
    network = project.networks[name]
    beside = _beside(project, columns, name, recipe)
    wiring, issues = judged(edits.remove(project, name, beside), columns, name)
    told = {issue.node: issue for issue in issues}
    if not network.of_kind(INPUT):
        yield from _without_input(columns, name)
    for node in network.of_kind(INPUT):
        if node.id in beside:
            yield Fit(node.id, "input", network=name, note=beside[node.id])
        else:
            yield _input(node, wiring.inputs.get(node.id, ""), told.get(node.id), columns, name)
    plan = Planner(project).plan(name)
    for node in network.of_kind(OUTPUT):
        if node.id in beside:
            yield Fit(node.id, "target", network=name, note=beside[node.id])
        else:
            issue = told.get(node.id)
            column = compared_with(project, plan, node.id, wiring, columns)
            yield Fit(node.id, "target", column, issue.text if issue else "", network=name)
    if "" in told:
        yield Fit("", "target" if "output" in told[""].text else "input", "", told[""].text, network=name)


def _without_input(columns: Columns, name: str) -> Iterator[Fit]:
    first = next((column for column in columns.values() if column.role == "input"), None)
    if first:
        node = Node(first.name if first.name.isidentifier() else "input", INPUT, Frozen(shape_fields(first.tensor)))
        fix = Fix(f"Add an Input of {first.tensor}", lambda p: edits.add(p, name, node))
        text = f"The network has no Input that {first.name} could go into."
        yield Fit("", "input", first.name, text, (fix,), name)


def _input(node: Node, column: str, issue: Issue | None, columns: Columns, name: str) -> Fit:
    fixes: tuple[Fix, ...] = ()
    if issue and column:
        put = partial(_shaped, network=name, node=node.id, column=columns[column])
        fixes = (Fix(f"Give {node.id} the shape {columns[column].tensor}", put),)
    return Fit(node.id, "input", column, issue.text if issue else "", fixes, name)


def _shaped(project: Project, *, network: str, node: str, column: Column) -> Project:
    return edits.put(project, network, node, **shape_fields(column.tensor))


def _drawn(network: Network, columns: Columns, role: str) -> Iterator[Fit]:
    """Inputs that get noise; one that is named like a column gets that column."""
    for node in network.of_kind(INPUT):
        yield Fit(node.id, "noise", node.id if node.id in columns else "", network=role)


def _beside(project: Project, columns: Columns, name: str, recipe: type[Recipe]) -> Mapping[str, str]:
    """The inputs and outputs that have nothing to do with the data, each with what it is."""
    network = project.networks[name]
    if recipe is Gan:
        return {node.id: SCORE for node in network.of_kind(OUTPUT)}
    if name != MODEL:
        return {}
    if recipe.kind == "Language":
        return {end: note for pair in carried(network).items() for end, note in zip(pair, (STATE, AFTER), strict=True)}
    try:
        _, wiring = method_of(recipe.kind).bound(project, columns)
    except ProjectProblem:
        return {}
    plan = Planner(project).plan(name)
    ranks = {node: shape.rank for node, shape in plan.outputs.items()}
    left = (node.id for node in network.of_kind(OUTPUT) if node.id not in wiring.targets or recipe is Autoencoder)
    return {node: PRICE for node in left if ranks.get(node) == 0}
