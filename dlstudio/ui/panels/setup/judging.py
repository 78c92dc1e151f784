"""Judging: which recipes fit a project and why the others do not, how many samples there are, what each loss is.

Only the training knows, so this runs in the background."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dlstudio.catalog.recipes import Recipe, recipes
from dlstudio.compiler.faults import recipe_of
from dlstudio.core.document import MODEL, OUTPUT, Project
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.ui.known_data import DataReader
from dlstudio.ui.loading import load_torch

if TYPE_CHECKING:
    from dlstudio.compiler.plan import Plan
    from dlstudio.data.dataset import Column
    from dlstudio.data.wiring import Columns, Wiring


@dataclass(frozen=True, eq=False)
class Asked:
    """A project, and where the relative paths of its data start."""

    project: Project
    folder: Path | None


@dataclass(frozen=True, eq=False)
class Data:
    """What is known of the data of a project."""

    columns: "Mapping[str, Column]" = field(default_factory=dict)
    samples: int = 0
    """How many there are to learn from."""
    trouble: str = ""
    """Why they cannot be read."""


@dataclass(frozen=True, eq=False)
class Judged:
    """The answer."""

    data: Data
    misfits: Mapping[str, tuple[Issue, ...]]
    """By recipe, what keeps the project from being trained so, or is unwise."""
    losses: Mapping[str, str]
    """By Output, what it is compared with and how."""


def judge(asked: Asked, reader: DataReader) -> Judged:
    """Answers in a thread."""
    load_torch()
    project = asked.project
    data = _data(asked, reader)
    fit = [recipe for recipe in recipes if not missing(recipe, project)]
    misfits = {recipe.kind: misfit(recipe, project, data) for recipe in fit}
    now = recipe_of(project.training)
    compares = now is not None and now in fit and now.compares
    return Judged(data, misfits, losses(project, data) if compares else {})


def _data(asked: Asked, reader: DataReader) -> Data:
    """The columns of a project's data, and how many samples learn."""
    if "source" not in asked.project.data:
        return Data()
    try:
        found = reader.read(asked.project, asked.folder)
    except ProjectProblem as problem:
        return Data(trouble=str(problem))
    return Data(found.columns, found.samples)


def missing(recipe: type[Recipe], project: Project) -> str:
    """Which networks of a recipe a project does not have, in a sentence."""
    names = [role for role in recipe.roles if role not in project.networks]
    if not names:
        return ""
    what = "a network" if len(names) == 1 else "networks"
    return f"It needs {what} named {' and '.join(names)}."


def misfit(recipe: type[Recipe], project: Project, data: Data) -> tuple[Issue, ...]:
    """What a recipe has against a project."""
    from dlstudio.training.method import method_of

    own = {name: value for name, value in project.training.items() if name in recipe.specs}
    project = replace(project, training=Frozen({**own, "kind": recipe.kind}))
    way = method_of(recipe.kind)
    try:
        if data.columns:
            project, _ = way.bound(project, data.columns)
        return tuple(way.accepts(project))
    except ProjectProblem as problem:
        return problem.issues or (Issue("error", "recipe", str(problem)),)


def losses(project: Project, data: Data) -> dict[str, str]:
    """What each Output is compared with, and by which loss."""
    from dlstudio.compiler.planner import Planner
    from dlstudio.training.method import method_of

    try:
        project, wiring = method_of(str(project.training.get("kind", "Supervised"))).bound(project, data.columns)
    except ProjectProblem:
        return {}
    plan = Planner(project).plan(MODEL)
    outputs = [node.id for node in project.networks[MODEL].of_kind(OUTPUT) if node.id in plan.outputs]
    return {
        name: _loss(project, plan, name, compared_with(project, plan, name, wiring, data.columns), data)
        for name in outputs
    }


def compared_with(project: Project, plan: "Plan", output: str, wiring: "Wiring", columns: "Columns") -> str:
    """The column that an output is compared with: an autoencoder's is what goes in."""
    if project.training.get("kind") != "Autoencoder":
        return wiring.targets.get(output, "")
    said = str(project.networks[MODEL].nodes[output].fields.get("target", ""))
    shape = plan.outputs[output].shape if output in plan.outputs else None
    there = [name for name in wiring.inputs.values() if name in columns]
    alike = [name for name in there if columns[name].tensor.shape == shape]
    return said or next(iter(alike or there), "")


def _loss(project: Project, plan: "Plan", output: str, target: str, data: Data) -> str:
    from dlstudio.training.criteria import before, is_price, loss_of

    node, answer = project.networks[MODEL].nodes[output], plan.outputs[output]
    if is_price(plan, node):
        return "One number for a sample, compared with nothing: it is added as a price."
    if target not in data.columns:
        return "No column of the data is left for it to be compared with."
    column = data.columns[target]
    try:
        form = loss_of(node, column, answer, before(plan, node))
    except ProjectProblem as problem:
        return str(problem)
    refused = form.refuses(answer, column.tensor, len(column.classes))
    return refused or f"{form.title} with “{target}”, {_kind(column)}."


def _kind(column: "Column") -> str:
    """What a column holds, in words."""
    if column.classes:
        return f"one of {len(column.classes):,} classes" if column.label else f"{len(column.classes):,} classes"
    numbers = {"int": "whole numbers", "bool": "yes or no"}.get(column.tensor.dtype, "real numbers")
    return numbers if column.tensor.shape in ((), (1,)) else f"{numbers} {column.tensor}"
