"""Meeting: values and fixed tensors that come together in one step, brought to the same axes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from dlstudio.core.tensor import usual_axes
from dlstudio.exchange.arriving.onnx_drawing import FORM_OF, Axes, Drawing, Unknown, form_word
from dlstudio.exchange.arriving.onnx_tensors import Array
from dlstudio.exchange.arriving.onnx_views import BATCH, View

WRITTEN = 64
"""How many numbers of a fixed tensor stand in the project; more come from the file of weights."""


@dataclass(frozen=True)
class Met:
    """Values with the same axes, and the axes of the file that were left out since none of them has any there."""

    views: list[View]
    gone: tuple[int, ...] = ()


def met(d: Drawing, names: Sequence[str]) -> Met:
    """The values behind names, brought to the same axes in the same order; fixed ones become nodes."""
    known = [d.view(name) for name in names if name not in d.constants]
    if not known:
        raise Unknown("it reads fixed tensors only")
    if len(known) == len(names) and _alike(d, known):
        return Met(known)
    rank = max(d.constants[name].ndim if name in d.constants else d.view(name).rank for name in names)
    gone = tuple(axis for axis in range(rank) if all(_virtual(d, name, axis - rank) for name in names))
    wide = [_slim(view.widened(range(rank - view.rank)), gone) for view in known]
    place = next((view.place for view in wide if view.place is not None), None)
    wide = [_batched(view, place) for view in wide]
    first = max(wide, key=lambda view: prod(view.sample))
    axes = _axes(d, first)
    settled = iter([d.settled(view, axes) for view in wide])
    like = d.settled(first, axes)
    views = [
        fixed(d, name, like, _slim_array(d.constants[name], rank, gone)) if name in d.constants else next(settled)
        for name in names
    ]
    return Met(views, gone)


def _virtual(d: Drawing, name: str, axis: int) -> bool:
    """Whether an axis, counted from the last one, has length 1 and no place in the value."""
    if name in d.constants:
        shape = d.constants[name].shape
        return -axis > len(shape) or shape[axis] == 1
    view = d.view(name)
    return -axis > view.rank or view.axes[axis] == ()


def _slim(view: View, gone: Sequence[int]) -> View:
    return replace(view, axes=tuple(axis for i, axis in enumerate(view.axes) if i not in gone))


def _slim_array(value: Array, rank: int, gone: Sequence[int]) -> Array:
    shape = (1,) * (rank - value.ndim) + value.shape
    return value.reshape(tuple(n for i, n in enumerate(shape) if i not in gone))


def _alike(d: Drawing, views: Sequence[View]) -> bool:
    """Whether values lie in memory as the others do, so that nothing has to be turned."""
    first = views[0]
    return all(
        (view.sizes, view.axes) == (first.sizes, first.axes) and d.tensor(view).shape == d.tensor(first).shape
        for view in views
    ) and all(d.tensor(view).axes == d.tensor(first).axes for view in views)


def _batched(view: View, place: int | None) -> View:
    if view.place == place or place is None:
        return view
    if view.place is None and view.shape[place] == 1:
        axes = list(view.axes)
        axes[place] = (BATCH, *axes[place])
        return replace(view, axes=tuple(axes))
    raise Unknown("the batch is another axis of one input than of the other")


def _axes(d: Drawing, view: View) -> Axes:
    """What the axes of the result are called: as they are called already, where they can be called so."""
    tensor = d.tensor(d.settled(view))
    usual = usual_axes(tensor.rank, tensor.dtype)
    return tensor.axes if tensor.axes in FORM_OF else usual


def fixed(d: Drawing, name: str, like: View, given: Array) -> View:
    """A node for a fixed tensor that meets a settled value: a Parameter for weights, a Constant for the rest."""
    value = sample_of(given, like)
    tensor = d.tensor(like)
    dtype = {"f": "float", "b": "bool"}.get(value.dtype.kind, "int")
    trained = name in d.trained and value.size > 1
    usual = usual_axes(value.ndim, dtype)  # type: ignore[arg-type]
    word = form_word(value.shape, dtype, tensor.axes if tensor.rank == value.ndim else usual)
    if not value.ndim:
        raise Unknown("it reads a single number where a tensor is needed")
    fields = {"size": value.shape, "form": word, **({} if dtype == "float" else {"dtype": dtype})}
    weights = {"": value}
    if not trained and value.size <= WRITTEN and np.isfinite(value).all():
        fields["value"] = tuple(value.reshape(-1)[:1].tolist()) if _even(value) else _rows(value)
        weights = {}
    kind = "Parameter" if trained else "Constant"
    if trained:
        fields.pop("dtype", None)
    made = d.node(kind, name, fields, {"x": like}, weights=weights)[0]
    return replace(like, value=made, sizes=value.shape)


def _even(value: Array) -> bool:
    return bool((value == value.reshape(-1)[0]).all())


def _rows(value: Array) -> object:
    return value.tolist()


def sample_of(value: Array, like: View) -> Array:
    """A fixed tensor with the axes of one sample of a settled view."""
    if value.ndim > like.rank:
        raise Unknown(f"a fixed tensor of {value.ndim} axes meets {like.rank}")
    wide = value.reshape((1,) * (like.rank - value.ndim) + value.shape) if any(value.strides) else _wide(value, like)
    place = like.place
    if place is None:
        return wide
    if wide.shape[place] != 1:
        if wide.shape[place] != like.batch or not (wide == np.take(wide, [0], place)).all():
            raise Unknown("a fixed tensor differs from sample to sample")
        wide = np.take(wide, [0], place)
    return wide if like.joined else wide.reshape(wide.shape[:place] + wide.shape[place + 1 :])


def _wide(value: Array, like: View) -> Array:
    return np.broadcast_to(value, (1,) * (like.rank - value.ndim) + value.shape)


def scalar(value: Array) -> float | None:
    """The number that a fixed tensor is, if it is a single one."""
    return short(value.reshape(-1)[0]) if value.size == 1 else None


def short(number: object) -> float:
    """A number as shortly as its precision allows: 0.1 rather than 0.10000000149."""
    if isinstance(number, np.floating):
        return float(str(number))
    return float(number)  # type: ignore[arg-type]
