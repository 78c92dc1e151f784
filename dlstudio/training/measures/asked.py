"""What a training asks to be measured: the outputs that have a target, by the metrics that its recipe names."""

from collections.abc import Iterable

from dlstudio.compiler.planner import Planner
from dlstudio.core.document import MODEL
from dlstudio.training.criteria import Criterion, before
from dlstudio.training.measures.meters import Meters
from dlstudio.training.measures.subject import subject
from dlstudio.training.method import Task


def meters(task: Task, terms: Iterable[object]) -> Meters:
    """The meters of all outputs that are compared with a column."""
    plan, nodes = Planner(task.project).plan(MODEL), task.project.networks[MODEL].nodes
    asked = [
        subject(term.output, term.column, term.answer, term.form, before(plan, nodes[term.output]))
        for term in terms
        if isinstance(term, Criterion)
    ]
    return Meters(asked, getattr(task.recipe, "metrics", ()))
