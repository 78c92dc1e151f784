"""The loss that most people would choose, where a project leaves the choice to the studio."""

from dlstudio.catalog.losses.sides import is_class
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import Tensor

PROBABLE = ("Sigmoid", "Hardsigmoid")


def suggest(t: Tensor, classes: int = 0, y: Tensor | None = None, before: str = "") -> Frozen[str, Value]:
    """A loss for a target (of so many classes), the output y, and the kind of node that gives it."""
    if t.dtype == "float":
        return Frozen({"kind": "MeanSquare"})
    several = is_class(y, t) if y is not None else t.dtype == "int" and classes != 2
    if not several and (t.dtype == "bool" or classes == 2):
        on = {"on": "probabilities"} if before in PROBABLE else {}
        return Frozen({"kind": "BinaryCrossEntropy", **on})
    if not several and y is not None and not classes:
        return Frozen({"kind": "MeanSquare"})
    if before in ("Softmax", "LogSoftmax"):
        on = {"on": "probabilities"} if before == "Softmax" else {}
        return Frozen({"kind": "NegativeLogLikelihood", **on})
    return Frozen({"kind": "CrossEntropy"})
