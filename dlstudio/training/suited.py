"""Suited: whether optimizer, regularizers and rates of a recipe go with its network and its method, before Start."""

from collections.abc import Iterator

from dlstudio.catalog.optimizers import Optimizer
from dlstudio.catalog.optimizers.optimizer import Closure
from dlstudio.catalog.recipes import Recipe, recipes
from dlstudio.catalog.regularizers import Chosen
from dlstudio.compiler.cost import summary
from dlstudio.core.document import Project
from dlstudio.core.issue import Fix, Issue, ProjectProblem
from dlstudio.training.declared import chosen_optimizer, declared, schedule
from dlstudio.training.doctor.fixes import train_with
from dlstudio.training.restraint import chosen

WHOLE = 2**24
"""The largest batch there is: all samples at once."""
ADAM = train_with("Use Adam", optimizer="Adam")


def suited(project: Project, closures: tuple[Closure, ...] = ()) -> list[Issue]:
    """What is wrong with the settings of a training whose method answers optimizers that ask in these ways."""
    spec = project.training if "kind" in project.training else project.training.put("kind", "Supervised")
    try:
        recipe: Recipe = declared(recipes, spec, "recipe")
        schedule(recipe.schedule)
        form = chosen_optimizer(recipe.optimizer)
        return [*_asking(recipe, form, closures), *_large(project, recipe, form), *_named(project, recipe)]
    except ProjectProblem as problem:
        return list(problem.issues) or [_error("training", str(problem))]


def _error(code: str, text: str, *fixes: Fix) -> Issue:
    return Issue("error", code, text, fixes=fixes)


def _asking(recipe: Recipe, form: Optimizer, closures: tuple[Closure, ...]) -> Iterator[Issue]:
    """Optimizers that ask for the loss several times in a step, or want all samples in each."""
    if form.full_batch and recipe.batch_size < WHOLE:
        whole = train_with("Take all samples in every step", batch_size=WHOLE)
        yield Issue("warning", "optimizer-batch", form.full_batch, fixes=(whole,))
    if form.closure == "none":
        return
    if form.closure not in closures:
        text = f"{form.kind} asks for the loss several times in a step, which {recipe.title} cannot answer."
        yield _error("optimizer-closure", f"{text} Choose another optimizer, such as Adam.", ADAM)
    wants = {place for each in chosen(recipe.regularizers) for place in (each.place,)}
    strange = {
        "regularizers: limits on gradients": "gradient" in wants,
        "regularizers: penalties, since it sees nothing but residuals": "loss" in wants and form.closure == "residuals",
        "rates or decay_on: it treats all weights alike": bool(recipe.rates) or recipe.decay_on != "all",
        "accumulate above 1": recipe.accumulate > 1,
        "the precision fp16": recipe.precision == "fp16",
    }
    for what in (name for name, there in strange.items() if there):
        yield _error("optimizer-closure", f"{form.kind} does not go with {what}. Take that out, or choose Adam.", ADAM)


def _large(project: Project, recipe: Recipe, form: Optimizer) -> Iterator[Issue]:
    """Optimizers that keep a matrix over all weights, for networks that have too many."""
    if form.most_parameters is None:
        return
    rows = [row for role in recipe.roles if role in project.networks for row in summary(project, role).rows]
    count = sum(row.parameters for row in rows if row.node not in recipe.frozen)
    if recipe.learning == "all" and count > form.most_parameters:
        text = f"{form.kind} is meant for at most {form.most_parameters:,} weights; there are {count:,}."
        yield _error("optimizer-size", f"{text} Choose LBFGS or Adam, or a smaller network.", ADAM)


def _named(project: Project, recipe: Recipe) -> Iterator[Issue]:
    """Nodes that rates and regularizers name but no network has."""
    nodes = [node for role in recipe.roles if role in project.networks for node in project.networks[role].nodes]
    listed = [(name, "rates") for name in recipe.rates]
    listed += [
        (name, f"the regularizer {each.kind}")
        for each in chosen(recipe.regularizers)
        if isinstance(each, Chosen)
        for name in each.nodes
        if not {"*", "?", "["} & set(name)
    ]
    for name, where in listed:
        if name.split(".")[0] not in nodes:
            yield _error("training-node", f"There is no node “{name}”, which {where} names; there is {_list(nodes)}.")
    for name, factor in recipe.rates.items():
        if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0 <= factor < float("inf"):
            yield _error("training-rate", f"The rate of {name} must be a factor from 0 on, not {factor!r}.")


def _list(nodes: list[str]) -> str:
    return ", ".join(nodes[:12]) + (" and others" if len(nodes) > 12 else "")
