"""Folding: steps that read only fixed numbers are worked out at once, as far as the result stays small."""

from collections.abc import Collection, Sequence

import numpy as np

from dlstudio.exchange.arriving.onnx_folds import FOLDS
from dlstudio.exchange.arriving.onnx_graph import Op
from dlstudio.exchange.arriving.onnx_tensors import Array

_LAYS_OUT = {"Expand", "Reshape", "Unsqueeze", "Squeeze", "Transpose", "Identity", "Cast", "Flatten", "Slice", "Gather"}


def still_trained(op: Op, trained: Collection[str]) -> bool:
    """Whether what comes out are weights: those that go in, laid out in another way, or such as are made up."""
    return op.kind == "ConstantOfShape" or (op.kind in _LAYS_OUT and op.input(0) in trained)


def fold(op: Op, given: Sequence[Array | None]) -> list[Array] | None:
    """What a step makes of fixed numbers, by output; None where it is not known how to work that out."""
    work = FOLDS.get(op.kind) if not op.domain else None
    if work is None:
        return None
    try:
        with np.errstate(all="ignore"):
            made = work(op, given)
    except (ValueError, IndexError, TypeError, KeyError, OverflowError, MemoryError, AttributeError):
        return None
    found = list(made) if isinstance(made, tuple | list) else [made]
    return [np.asarray(each) for each in found]
