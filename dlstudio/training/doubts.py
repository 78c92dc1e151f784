"""Doubts: what the data of a project say against its outputs and their losses, before it is trained."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from dlstudio.catalog.losses import Loss, suggest
from dlstudio.catalog.losses.sides import is_class
from dlstudio.compiler.faults import recipe_of
from dlstudio.compiler.plan import Plan
from dlstudio.compiler.planner import Planner
from dlstudio.core import edits
from dlstudio.core.document import MODEL, OUTPUT, Node, Project
from dlstudio.core.frozen import Value
from dlstudio.core.issue import Fix, Issue, ProjectProblem
from dlstudio.core.tensor import Tensor
from dlstudio.data.dataset import Column
from dlstudio.data.wiring import Columns, Wiring
from dlstudio.training.criteria import before, is_price, loss_of
from dlstudio.training.method import method_of

WIDTHS = ("out_features", "out_channels")
"""The fields that say how many numbers a layer gives."""
ALONE = ("BinaryCrossEntropy", "MeanSquare", "HalfSquare", "MeanAbsolute", "SmoothL1", "Huber")
"""Losses that ask of every class apart, or how near a number is, where one class of several is right."""
ITSELF = "Autoencoder"
"""The recipe whose outputs are compared with what went in."""


def doubts(project: Project, columns: Columns) -> tuple[Issue, ...]:
    """What is wrong or unwise at the outputs of a sound project whose data have these columns."""
    recipe = recipe_of(project.training)
    if recipe is None or not recipe.compares or recipe.kind == ITSELF or MODEL not in project.networks:
        return ()
    try:
        bound, wiring = method_of(recipe.kind).bound(project, columns)
    except ProjectProblem as problem:
        return problem.issues or (Issue("error", "data-column", str(problem), MODEL),)
    plan = Planner(bound).plan(MODEL)
    return tuple(found for node in bound.networks[MODEL].of_kind(OUTPUT) for found in _of(plan, node, wiring, columns))


def _of(plan: Plan, node: Node, wiring: Wiring, columns: Columns) -> Iterator[Issue]:
    """One output: a loss that cannot compare it, scores for other classes than there are, a loss for something else."""
    if node.id not in plan.outputs or is_price(plan, node) or wiring.targets.get(node.id) not in columns:
        return
    column, answer = columns[wiring.targets[node.id]], plan.outputs[node.id]
    try:
        form = loss_of(node, column, answer, before(plan, node))
    except ProjectProblem as problem:
        yield from problem.issues
        return
    classes = len(column.classes)
    fitting = _as_many(plan, node, classes) if column.label and answer.rank and answer.channels != classes else ()
    if text := form.refuses(answer, column.tensor, classes):
        yield Issue("error", "loss", text, MODEL, node.id, "x", (*fitting, *_usual(plan, node, column, form)))
    elif column.label and is_class(answer, column.tensor):
        if answer.channels > classes:
            text = f"{node.id} gives {answer.channels} scores, but “{column.name}” has {classes} classes: "
            text += f"{answer.channels - classes} of the scores can never be right."
            yield Issue("warning", "classes", text, MODEL, node.id, "x", fitting)
        if form.kind in ALONE:
            text = f"{form.title} treats the {classes} classes of “{column.name}” as numbers of their own, though each "
            text += "sample has just one class; cross-entropy learns that faster."
            yield Issue("warning", "loss-for-classes", text, MODEL, node.id, "x", _usual(plan, node, column, form))


def _as_many(plan: Plan, node: Node, classes: int) -> tuple[Fix, ...]:
    """Gives the layer before an output one unit for each class."""
    step = plan.steps[node.id]
    while not (field := next((name for name in WIDTHS if name in step.layer.specs), "")):
        given = next(iter(step.ins.values()), None)
        if len(step.feeds) != 1 or not isinstance(given, Tensor) or given.channels != plan.outputs[node.id].channels:
            return ()
        step = plan.steps[step.feeds[0][0]]
    return (Fix(f"Make {step.id} {classes}", partial(_put, node=step.id, field=field, value=classes)),)


def _usual(plan: Plan, node: Node, column: Column, form: Loss) -> tuple[Fix, ...]:
    """The loss that most people would choose, where it can compare the two."""
    answer: Tensor = plan.outputs[node.id]
    usual = suggest(column.tensor, len(column.classes), answer, before(plan, node))
    made = loss_of(replace(node, fields=node.fields.put("loss", usual)), column, answer, before(plan, node))
    if made.kind == form.kind or made.refuses(answer, column.tensor, len(column.classes)):
        return ()
    return (Fix(f"Use {made.title}", partial(_put, node=node.id, field="loss", value=usual)),)


def _put(project: Project, *, node: str, field: str, value: Value) -> Project:
    return edits.put(project, MODEL, node, **{field: value})
