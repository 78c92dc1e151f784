"""Reducing: many numbers along axes become one."""

from math import sqrt
from typing import Any

from dlstudio.exchange.arriving.scribe import Scribe, Unfit
from dlstudio.exchange.arriving.steps.rule import Told, does, name_of, only, plain_name
from dlstudio.exchange.arriving.trace import Step, Value

OPERATIONS = {"mean": "mean", "sum": "sum", "amax": "max", "amin": "min", "prod": "prod", "logsumexp": "logsumexp"}


@does(*OPERATIONS)
def reduce(scribe: Scribe, step: Step) -> None:
    """A mean, a sum, the largest ... along some axes."""
    told = Told(step, "input dim keepdim", dim=None, keepdim=False)
    made = _reduced(scribe, step, told, OPERATIONS[plain_name(step)])
    scribe.give(only(step), made)


def _reduced(scribe: Scribe, step: Step, told: Told, operation: str) -> str:
    value = told.value("input")
    dims = told.get("dim")
    dims = (
        tuple(range(value.rank)) if dims is None or dims == [] else dims if isinstance(dims, list | tuple) else (dims,)
    )
    places = [scribe.sample_axis(value, dim) for dim in dims]
    name, tensor = scribe.named(scribe.known(value))
    fields: dict[str, Any] = {"operation": operation, "keepdim": bool(told.get("keepdim"))}
    if len(places) < tensor.rank:
        fields["axes"] = tuple(tensor.axes[place] for place in places)
    return scribe.layer("Reduce", name_of(scribe, step), fields, {"x": name})[0]


@does("std", "var")
def spread(scribe: Scribe, step: Step) -> None:
    """The standard deviation or its square; torch divides by n − 1, the layer by n."""
    told = Told(step, "input dim unbiased keepdim", dim=None, unbiased=True, keepdim=False)
    value = told.value("input")
    correction = told.get("correction", 1 if told.get("unbiased") else 0)
    made = _reduced(scribe, step, told, "std")
    before, after = scribe.tensor(scribe.known(value)).size, scribe.tensor(made).size
    count = before // max(after, 1)
    if count <= correction:
        raise Unfit("there are too few numbers to say how far they spread")
    factor = count / (count - correction)
    square = plain_name(step) == "var"
    if square or correction:
        text = f"x ** 2 * {factor!r}" if square else f"x * {sqrt(factor)!r}"
        made = scribe.layer("Expression", scribe.fresh(f"{plain_name(step)}_scale"), {"expression": text}, {"x": made})[
            0
        ]
    scribe.give(only(step), made)


@does("norm", "linalg_vector_norm", "vector_norm")
def norm(scribe: Scribe, step: Step) -> None:
    names = "input p dim keepdim" if plain_name(step) == "norm" else "input ord dim keepdim"
    told = Told(step, names, dim=None, keepdim=False, p="fro", ord=2)
    if told.get("p") not in ("fro", 2, 2.0, None) or told.get("ord") not in (2, 2.0, None):
        raise Unfit("it is no euclidean length")
    scribe.give(only(step), _reduced(scribe, step, told, "norm"))


@does("max", "min")
def best(scribe: Scribe, step: Step) -> None:
    """The largest of two, of all, or along an axis with its place."""
    from dlstudio.exchange.arriving.steps.arithmetic import two

    name = plain_name(step)
    told = Told(step, "input dim keepdim", dim=None, keepdim=False)
    if isinstance(told.get("dim"), Value) or isinstance(told.get("other"), Value):
        two(scribe, Step(step.name, f"{name}imum", step.args, step.kwargs, step.out, path=step.path))
        return
    if isinstance(step.out, Value):
        scribe.give(step.out, _reduced(scribe, step, told, name))
        return
    scribe.give(step.out[0], _reduced(scribe, step, told, name))
    if name == "max" and not told.get("keepdim"):
        _place(scribe, step, told, step.out[1])
    else:
        scribe.draft.leave(f"the places of {step.name}", "the layer gives the numbers only")


@does("argmax")
def argmax(scribe: Scribe, step: Step) -> None:
    told = Told(step, "input dim keepdim", dim=None, keepdim=False)
    if told.get("dim") is None:
        raise Unfit("it looks through all samples")
    _place(scribe, step, told, only(step))


def _place(scribe: Scribe, step: Step, told: Told, out: Value) -> None:
    value = told.value("input")
    fields = {"axis": str(scribe.sample_axis(value, told["dim"]))}
    name = scribe.fresh(f"{plain_name(step)}_place")
    scribe.give(out, scribe.layer("ArgMax", name, fields, {"x": scribe.known(value)})[0])


@does("cumsum")
def cumsum(scribe: Scribe, step: Step) -> None:
    told = Told(step, "input dim")
    value = told.value("input")
    fields = {"axis": str(scribe.sample_axis(value, told["dim"]))}
    scribe.give(only(step), scribe.layer("CumSum", name_of(scribe, step), fields, {"x": scribe.known(value)})[0])
