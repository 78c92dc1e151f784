"""ONNX's Resize and Upsample, which know more ways to place pixels than torch does."""

from collections.abc import Callable, Mapping, Sequence
from math import floor
from typing import Any

import numpy as np

from dlstudio.exchange.arriving.onnx_drawing import Drawing, Unknown, translates
from dlstudio.exchange.arriving.onnx_graph import Op
from dlstudio.exchange.arriving.onnx_tensors import Array
from dlstudio.exchange.arriving.onnx_windows import spatial

LARGEST = 65536
"""The longest side that a picture is resized to."""

_NEAREST: Mapping[str, Callable[[Array], Array]] = {
    "round_prefer_floor": lambda x: np.ceil(x - 0.5),
    "round_prefer_ceil": lambda x: np.floor(x + 0.5),
    "floor": np.floor,
    "ceil": np.ceil,
}


@translates("Resize", "Upsample")
def resize(d: Drawing, op: Op) -> None:
    view = spatial(d, op)
    lengths = view.shape[2:]
    scales, sizes = _wanted(d, op, view.shape)
    if max(sizes) > LARGEST or min(sizes) < 1:
        raise Unknown(f"it makes sides of {max(sizes):,}")
    mode = {"bilinear": "linear"}.get(op.get("mode", "nearest"), op.get("mode", "nearest"))
    turn = op.get("coordinate_transformation_mode", "half_pixel" if op.version >= 11 else "asymmetric")
    if op.get("antialias", 0) or turn == "tf_crop_and_resize" or op.get("exclude_outside", 0):
        raise Unknown("it smooths or crops while it resizes")
    if mode == "nearest":
        found = _nearest(op, turn, lengths, sizes, scales)
    else:
        found = _blended(op, mode, turn, lengths, sizes, scales)
    factors = {new / old for old, new in zip(lengths, sizes, strict=True)}
    if (
        len(factors) == 1
        and found["mode"] == mode
        and all(floor(n * min(factors)) == m for n, m in zip(lengths, sizes, strict=True))
    ):
        d.give(op, d.node("Upsample", op.name, {"scale_factor": min(factors), **found}, {"x": view})[0])
    else:
        d.give(op, d.node("Resize", op.name, {"size": sizes, **found}, {"x": view})[0])


def _wanted(d: Drawing, op: Op, shape: Sequence[int]) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """How many times as large each direction becomes, and how large."""
    dims = len(shape) - 2
    sizes = d.numbers(op.input(3)) if op.input(3) else None
    if sizes is not None and len(sizes):
        whole = _along(op, sizes, shape)
        return tuple(m / n for n, m in zip(shape[2:], whole[2:], strict=True)), tuple(int(n) for n in whole[2:])
    name = op.input(2) if op.version >= 11 and op.kind == "Resize" else op.input(1)
    given = d.constant(name, "the scale").reshape(-1).tolist() if name else op.get("scales")
    if given is None or not len(given):
        raise Unknown("it does not say how large it makes things")
    whole = _along(op, given, (1.0,) * len(shape))
    if tuple(whole[:2]) != (1.0, 1.0):
        raise Unknown("it resizes channels or samples")
    return tuple(whole[2:]), tuple(floor(n * s) for n, s in zip(shape[2:], whole[2 : 2 + dims], strict=True))


def _along(op: Op, given: Sequence[Any], usual: Sequence[Any]) -> list[Any]:
    if op.get("keep_aspect_ratio_policy", "stretch") != "stretch":
        raise Unknown("it keeps the ratio of the sides")
    axes = op.get("axes", tuple(range(len(usual))))
    made = list(usual)
    for axis, value in zip(axes, given, strict=True):
        made[axis] = value
    return made


def _nearest(
    op: Op, turn: str, lengths: Sequence[int], sizes: Sequence[int], scales: Sequence[float]
) -> dict[str, Any]:
    """The mode of torch that takes the same pixels."""
    wanted = [_taken(op, turn, n, m, s) for n, m, s in zip(lengths, sizes, scales, strict=True)]
    for mode, shift in (("nearest", 0.0), ("nearest-exact", 0.5)):
        there = [
            np.minimum(np.floor((np.arange(m) + shift) * n / m), n - 1) for n, m in zip(lengths, sizes, strict=True)
        ]
        if all(np.array_equal(a, b) for a, b in zip(wanted, there, strict=True)):
            return {"mode": mode}
    raise Unknown("it takes other pixels than torch does")


def _taken(op: Op, turn: str, length: int, size: int, scale: float) -> Array:
    """Which pixel each one is a copy of."""
    x = np.arange(size, dtype=np.float64)
    if turn == "align_corners":
        at = x * (length - 1) / max(size - 1, 1)
    elif turn == "asymmetric":
        at = x / scale
    else:
        at = (x + 0.5) / scale - 0.5
    usual = "round_prefer_floor" if op.version >= 11 else "floor"
    found: Array = np.clip(_NEAREST[op.get("nearest_mode", usual)](at), 0, length - 1)
    return found


def _blended(
    op: Op, mode: str, turn: str, lengths: Sequence[int], sizes: Sequence[int], scales: Sequence[float]
) -> dict[str, Any]:
    exact = all(abs(m / n - s) < 1e-6 for n, m, s in zip(lengths, sizes, scales, strict=True))
    aligned = turn == "align_corners"
    if mode == "cubic" and abs(op.get("cubic_coeff_a", -0.75) + 0.75) > 1e-6:
        raise Unknown("its cubic curve is another one than torch's")
    known = (
        aligned or turn in ("half_pixel", "half_pixel_symmetric") or (turn == "pytorch_half_pixel" and 1 not in sizes)
    )
    if not exact or not known:
        raise Unknown(f"it places pixels in the way “{turn}”")
    return {"mode": mode, **({"align_corners": True} if aligned else {})}
