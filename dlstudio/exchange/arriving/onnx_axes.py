"""Axes of the file, as the fields of layers name them."""

from collections.abc import Sequence
from dataclasses import replace

from dlstudio.catalog.axes import NAMED
from dlstudio.core.tensor import Tensor, usual_axes
from dlstudio.exchange.arriving.onnx_drawing import Drawing, Unknown
from dlstudio.exchange.arriving.onnx_views import BATCH, Axis, View


def loose(d: Drawing, view: View, *over: int) -> View:
    """A view whose atoms are the axes of its value; it is laid out anew only where that is not so."""
    whole = d.tensor(view).shape == view.sizes and all(len(view.axes[axis]) == 1 for axis in over)
    return view if whole else d.settled(view)


def atom(view: View, axis: int) -> int:
    """The axis of the value that is an axis of the file."""
    found = view.axes[axis]
    if len(found) != 1 or BATCH in found:
        raise Unknown("it works along the samples of a batch" if BATCH in found else "it works along a joined axis")
    return found[0]


def called(d: Drawing, view: View, axis: int) -> str:
    """What a field says for an axis of the file: its name, or its number where it has none of its own."""
    tensor, place = d.tensor(view), atom(view, axis)
    name = tensor.axes[place]
    return name if name in NAMED and tensor.axes.count(name) == 1 else str(place)


def named(d: Drawing, view: View) -> View:
    """A loose view whose axes all have names."""
    tensor = d.tensor(view)
    if _distinct(tensor):
        return view
    settled = d.settled(view, usual_axes(len(view.sample), tensor.dtype))
    if not _distinct(d.tensor(settled)):
        raise Unknown(f"it works along axes that have no names in a tensor of {tensor.rank} axes")
    return settled


def _distinct(tensor: Tensor) -> bool:
    return len(set(tensor.axes)) == tensor.rank and all(axis in NAMED for axis in tensor.axes)


def resized(view: View, value: str, place: int, length: int) -> View:
    """The view of a value that has another length along one of its axes."""
    return replace(view, value=value, sizes=(*view.sizes[:place], length, *view.sizes[place + 1 :]))


def without(view: View, value: str, gone: Sequence[int], axes: Sequence[int]) -> View:
    """The view of a value that has lost atoms, and of which the file has lost axes."""
    left = [i for i in range(len(view.sizes)) if i not in gone]
    number = {old: new for new, old in enumerate(left)} | {BATCH: BATCH}
    kept: list[Axis] = [axis for i, axis in enumerate(view.axes) if i not in axes]
    named_anew = tuple(tuple(number[each] for each in axis) for axis in kept)
    return View(value, tuple(view.sizes[i] for i in left), named_anew, view.batch)
