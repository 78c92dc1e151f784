"""Losses: which one an output and its column are compared by: the one that is named, or the usual one."""

from dlstudio.catalog.losses import Loss, chosen, named, suggest
from dlstudio.core.document import MODEL, Node
from dlstudio.core.fields import Declared
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.core.spec import BadFields
from dlstudio.core.tensor import Tensor
from dlstudio.data.dataset import Column

LOSS = Declared(registry="loss")


def loss_of(node: Node, column: Column, answer: Tensor, giver: str) -> Loss:
    """The loss that the node names, or the one that most people would choose."""
    try:
        said = named(LOSS.accept(node.fields.get("loss", "")))
        if said is not None:
            return _passing_over(said, column)
        usual = suggest(column.tensor, len(column.classes), answer, giver)
        return _passing_over(chosen(usual["kind"], usual.drop("kind")), column)
    except BadFields as problems:
        raise misfit(node.id, str(problems)) from None


def _passing_over(form: Loss, column: Column) -> Loss:
    """The loss with the column's padding left out, unless the project says itself what is left out."""
    if column.padding is None or "ignore_index" in form.changed() or "ignore_index" not in form.specs:
        return form
    return chosen(form.kind, Frozen({**form.changed(), "ignore_index": column.padding}))


def misfit(node: str, text: str) -> ProjectProblem:
    """A ProjectProblem about one output."""
    return ProjectProblem(text, (Issue("error", "loss", text, MODEL, node),))
