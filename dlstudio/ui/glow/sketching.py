"""Sketching: tiny pictures from tensors, as plain bytes that anybody may hold."""

from typing import TYPE_CHECKING

from dlstudio.ui.glow.sketch import Sketch

if TYPE_CHECKING:
    from dlstudio.training.questions.thumbs import Thumb


def sketch(thumb: "Thumb") -> Sketch:
    """A thumb as the canvas paints it."""
    values = thumb.values
    if values.ndim == 2:
        height, width = values.shape
        return Sketch(width, height, values.numpy().tobytes(), low=thumb.low, high=thumb.high)
    counts = values.tolist()
    most = max(*counts, 1)
    return Sketch(bars=tuple(count / most for count in counts), low=thumb.low, high=thumb.high)
