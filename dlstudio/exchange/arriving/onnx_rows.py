"""Rows: values as layers want them that treat each step of a sequence by itself, and back to the file's axes."""

from collections.abc import Sequence
from math import prod

from dlstudio.catalog.refusal import SEQUENCE, VECTOR
from dlstudio.exchange.arriving.onnx_drawing import Drawing, Unknown
from dlstudio.exchange.arriving.onnx_views import BATCH, View


def rows(d: Drawing, settled: View, last: int = 1) -> View:
    """A settled view as a vector, or as a sequence of all that is before its last axes."""
    if any(BATCH in axis for axis in settled.axes[settled.rank - last :]):
        raise Unknown("it mixes the samples of a batch")
    before = settled.sizes[: len(settled.sizes) - last]
    length = prod(settled.sizes[len(before) :])
    shape, axes = ((prod(before), length), SEQUENCE) if before else ((length,), VECTOR)
    return d.settled(View.of(settled.value, shape, settled.batch), axes)


def back(settled: View, made: str, lengths: Sequence[int] | None = None) -> View:
    """What a layer made of rows, with the axes of the settled view; the last ones may have other lengths."""
    sizes = settled.sizes if lengths is None else (*settled.sizes[: -len(lengths)], *lengths)
    return View(made, sizes, settled.axes, settled.batch)
