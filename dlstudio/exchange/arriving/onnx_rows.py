"""Rows: values as layers want them that treat each step of a sequence by itself, and back to the file's axes."""

from collections.abc import Sequence
from dataclasses import replace

from dlstudio.catalog.refusal import IMAGE, SEQUENCE, VECTOR
from dlstudio.exchange.arriving.onnx_drawing import Drawing, Unknown, whole
from dlstudio.exchange.arriving.onnx_views import BATCH, View


def rows(d: Drawing, view: View, last: int = 1) -> View:
    """A view as a vector, or as a sequence of all that is before its last axes."""
    before, after = _apart(view, last)
    joined = tuple(atom for axis in after for atom in axis)
    return _laid(d, view, before, (joined,), VECTOR, SEQUENCE)


def tables(d: Drawing, view: View) -> View:
    """A view as a table, or as a stack of tables."""
    before, after = _apart(view, 2)
    return _laid(d, view, before, after, SEQUENCE, IMAGE)


Axes = tuple[tuple[int, ...], ...]


def _apart(view: View, last: int) -> tuple[tuple[int, ...], Axes]:
    """The atoms of a sample in the first axes, and the last axes."""
    if any(BATCH in axis for axis in view.axes[view.rank - last :]):
        raise Unknown("it mixes the samples of a batch")
    before = tuple(atom for axis in view.axes[: view.rank - last] for atom in axis if atom != BATCH)
    return tuple(atom for atom in before if view.sizes[atom] != 1), view.axes[view.rank - last :]


def _laid(
    d: Drawing, view: View, before: tuple[int, ...], after: Axes, alone: tuple[str, ...], many: tuple[str, ...]
) -> View:
    axes = ((BATCH,), before, *after) if before else ((BATCH,), *after)
    laid = replace(view, axes=axes)
    if view in d.called:
        d.called.setdefault(laid, d.called[view])
    return d.settled(laid, many if before else alone)


def back(view: View, made: str, lengths: Sequence[int]) -> View:
    """What a layer made of rows or tables, with the axes of the view; the last ones may have other lengths."""
    sizes = (*view.sample[: len(view.sample) - len(lengths)], *lengths)
    return replace(whole(made, view), sizes=sizes)
