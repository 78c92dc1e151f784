"""Shapes: axes reshaped, turned, added, stretched and joined."""

from math import prod
from typing import Any

from dlstudio.catalog.refusal import SEQUENCE, SIGNAL
from dlstudio.core.tensor import usual_axes
from dlstudio.exchange.arriving.scribe import WORD_OF, Scribe, Unfit
from dlstudio.exchange.arriving.steps.arithmetic import CASTS, beside
from dlstudio.exchange.arriving.steps.rule import RULES, Told, does, name_of, only, plain_name
from dlstudio.exchange.arriving.trace import Step, Value


@does("contiguous", "clone", "detach", "requires_grad", "to_dense", "alias", "lift_fresh_copy", "resolve_conj", "data")
def nothing(scribe: Scribe, step: Step) -> None:
    """What changes no number."""
    scribe.give(only(step), scribe.known(Told(step, "input").value("input")))


@does("to", "type", "float", "long", "int", "bool", "double", "half", "type_as", "to_copy", "_to_copy", "bfloat16")
def cast(scribe: Scribe, step: Step) -> None:
    """Another kind of number, where it is another one for the document."""
    value, out = Told(step, "input").value("input"), only(step)
    name = scribe.known(value)
    if scribe.tensor(name).dtype != out.kind:
        name = scribe.layer(CASTS[out.kind], name_of(scribe, step), {}, {"x": name})[0]
    scribe.give(out, name)


@does(
    "view", "reshape", "flatten", "unflatten", "unsqueeze", "squeeze", "view_as", "reshape_as", "_unsafe_view", "ravel"
)
def reshape(scribe: Scribe, step: Step) -> None:
    """The same numbers in the same order under other axes."""
    value, out = Told(step, "input").value("input"), only(step)
    name = scribe.known(value)
    _keep_samples(value, out)
    shape = out.sample
    if scribe.tensor(name).shape == shape:
        scribe.give(out, name)
        return
    kind, fields = "Reshape", dict[str, Any](size=shape)
    if not shape:
        kind, fields = "Squeeze", {}
    elif len(shape) == 1 and value.batch == 0 and out.kind == "float" and scribe.tensor(name).rank > 1:
        kind, fields = "Flatten", {}
    scribe.give(out, scribe.layer(kind, name_of(scribe, step), fields, {"x": name})[0])


def _keep_samples(value: Value, out: Value) -> None:
    """Unfit where numbers of one sample would become another's."""
    real = [each for each in (value, out) if each.batch is not None and not each.lone]
    if not real:
        return
    if value.batch is None or out.batch is None or len(real) == 1:
        raise Unfit("the samples of a batch are lost in it")
    if prod(value.shape[: value.batch]) != prod(out.shape[: out.batch]):
        raise Unfit("it mixes the samples of a batch with something else")


@does("permute", "transpose", "t", "T", "mT", "swapaxes", "swapdims", "movedim", "moveaxis", "adjoint")
def permute(scribe: Scribe, step: Step) -> None:
    """The axes in another order."""
    value = Told(step, "input").value("input")
    turned(scribe, step, value, _order(step, value))


def _order(step: Step, value: Value) -> tuple[int, ...]:
    name, rank = plain_name(step), value.rank
    order = list(range(rank))
    if name == "permute":
        given = Told(step, "input dims").list("dims")
        return tuple(dim % rank for dim in given)
    if name in ("movedim", "moveaxis"):
        told = Told(step, "input source destination")
        if not isinstance(told["source"], int):
            raise Unfit("it moves several axes")
        order.insert(told["destination"] % rank, order.pop(told["source"] % rank))
        return tuple(order)
    told = Told(step, "input dim0 dim1", dim0=-2 if rank > 1 else 0, dim1=-1)
    one, other = told["dim0"] % rank, told["dim1"] % rank
    order[one], order[other] = order[other], order[one]
    return tuple(order)


def turned(scribe: Scribe, step: Step, value: Value, order: tuple[int, ...]) -> None:
    """The axes of a sample in the order that is left when that of the samples is taken out."""
    out, name = only(step), scribe.known(value)
    if value.fold > 1:
        places = order
    elif value.lone:
        if order[0] != 0:
            name, places = scribe.shaped(name, value.shape), order
        else:
            places = tuple(dim - 1 for dim in order[1:])
    else:
        places = tuple(place for dim in order if (place := value.place(dim)) is not None)
    if places == tuple(range(len(places))):
        scribe.give(out, name)
        return
    tensor = scribe.tensor(name)
    if places == (1, 0) and tensor.axes in (SEQUENCE, SIGNAL):
        scribe.give(out, scribe.layer("Transpose", name_of(scribe, step), {}, {"x": name})[0])
        return
    axes = usual_axes(len(places), tensor.dtype)
    fields = {"order": places, "form": WORD_OF.get(axes, "auto")}
    scribe.give(out, scribe.layer("Permute", name_of(scribe, step), fields, {"x": name})[0])


@does("expand", "expand_as", "broadcast_to", "repeat", "tile", "repeat_interleave")
def expand(scribe: Scribe, step: Step) -> None:
    """Axes of length 1 stretched; what is the same for all samples is there for each of them already."""
    value, out = Told(step, "input").value("input"), only(step)
    new = value.batch is None and out.batch is not None
    if new and out.fold > 1:
        raise Unfit("it stretches along the samples and something else")
    name = beside(scribe, value, out)
    if scribe.tensor(name).shape == out.sample:
        scribe.give(out, name)
        return
    if plain_name(step) == "repeat_interleave":
        raise Unfit("it repeats each entry")
    made = scribe.layer("Expand", name_of(scribe, step), {"size": out.sample}, {"x": name})
    scribe.give(out, made[0])


@does("getattr")
def attribute(scribe: Scribe, step: Step) -> None:
    """What a tensor calls its own, such as x.T."""
    told = Told(step, "input name")
    if told["name"] not in RULES:
        raise Unfit(f"its {told['name']} is not known")
    RULES[told["name"]](scribe, Step(step.name, told["name"], step.args[:1], {}, step.out, path=step.path))


@does("cat", "concat", "concatenate")
def cat(scribe: Scribe, step: Step) -> None:
    """Side by side along an axis."""
    told = Told(step, "tensors dim", dim=0)
    out = only(step)
    joined(scribe, step, [_laid(scribe, value, out) for value in told["tensors"]], scribe.sample_axis(out, told["dim"]))


def _laid(scribe: Scribe, value: Value, out: Value) -> str:
    name = scribe.known(value)
    if value.batch is not None and value.batch != out.batch:
        raise Unfit("the samples are along different axes of what is joined")
    return name


def joined(scribe: Scribe, step: Step, names: list[str], place: int) -> None:
    """A Concat of values along an axis of a sample."""
    inputs = {f"x{i + 1}": name for i, name in enumerate(names)}
    made = scribe.layer("Concat", name_of(scribe, step), {"axis": str(place)}, inputs)
    scribe.give(only(step), made[0])


@does("stack")
def stack(scribe: Scribe, step: Step) -> None:
    """One behind the other along a new axis."""
    told = Told(step, "tensors dim", dim=0)
    out = only(step)
    place = scribe.sample_axis(out, told["dim"])
    shape = (*out.sample[:place], 1, *out.sample[place + 1 :])
    joined(scribe, step, [scribe.shaped(scribe.known(value), shape) for value in told["tensors"]], place)


@does("flip", "roll")
def along(scribe: Scribe, step: Step) -> None:
    """Turned round, or shifted, along one axis after the other."""
    if plain_name(step) == "flip":
        told = Told(step, "input dims")
        kind, each = "Flip", [(dim, dict[str, Any]()) for dim in told.list("dims")]
    else:
        told = Told(step, "input shifts dims")
        shifts, dims = (
            given if isinstance(given, list | tuple) else (given,) for given in (told["shifts"], told["dims"])
        )
        kind, each = "Roll", [(dim, {"shift": shift}) for dim, shift in zip(dims, shifts, strict=True)]
    value = told.value("input")
    name = scribe.known(value)
    for dim, fields in each:
        axis = str(scribe.sample_axis(value, dim))
        name = scribe.layer(kind, name_of(scribe, step), {**fields, "axis": axis}, {"x": name})[0]
    scribe.give(only(step), name)
