"""The loss that an Output names, or all that is wrong with the name and its fields."""

from dlstudio.catalog.losses.loss import NOT_LOSSES, Loss, losses
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.meant import did_you_mean
from dlstudio.core.spec import BadField, BadFields, make

AUTO = "auto"


def named(spec: Frozen[str, Value]) -> Loss | None:
    """The loss of an output; None where the choice is left to the studio. BadFields says what is wrong."""
    kind = str(spec.get("kind", AUTO))
    if kind == AUTO:
        return None
    try:
        found = chosen(kind, spec.drop("kind"))
    except BadFields as problems:
        raise BadFields(tuple(BadField("loss", each.text) for each in problems.problems)) from None
    if found.inputs != ("y", "t"):
        raise _wrong(f"{kind} compares codes with one another. The recipe MetricLearning trains by it.")
    return found


def chosen(kind: str, fields: Frozen[str, Value]) -> Loss:
    """The loss of a kind; BadFields says why there is none, or what is wrong with its fields."""
    if kind in NOT_LOSSES:
        raise _wrong(NOT_LOSSES[kind])
    if kind not in losses:
        raise _wrong(f"There is no loss “{kind}”.{did_you_mean(losses.similar(kind))}")
    found = make(losses[kind], fields, {})
    found.validate()
    return found


def _wrong(text: str) -> BadFields:
    return BadFields((BadField("loss", text),))
