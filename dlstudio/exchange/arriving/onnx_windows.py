"""ONNX steps with a sliding window: convolutions and poolings."""

from collections.abc import Sequence
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from dlstudio.catalog.layers.convolution import FORM, Slide
from dlstudio.exchange.arriving.onnx_drawing import Drawing, Unknown, translates
from dlstudio.exchange.arriving.onnx_graph import Op
from dlstudio.exchange.arriving.onnx_pointwise import arithmetic
from dlstudio.exchange.arriving.onnx_tensors import Array
from dlstudio.exchange.arriving.onnx_views import View

LOWEST = float(np.float32(-3.4028234e38))
"""A border of this number is never the largest of a window."""

MOST_PLACES = 2**22
"""How many places a window may have whose border does not count."""

Laps = tuple[tuple[int, int], ...]


def spatial(d: Drawing, op: Op) -> View:
    """What the step reads, as a signal, an image or a volume."""
    view = d.view(op.input(0))
    dims = view.rank - 2
    if dims not in FORM:
        raise Unknown(f"it works along {dims} directions, and layers along one, two or three")
    return d.plain(view, FORM[dims])


def each(op: Op, attribute: str, dims: int, usual: int = 1) -> tuple[int, ...]:
    found = tuple(op.get(attribute, (usual,) * dims))
    if len(found) != dims:
        raise Unknown(f"its {attribute} are not one for each direction")
    return found


def laps_of(op: Op, lengths: Sequence[int], kernel: Sequence[int], strides: Sequence[int], gaps: Sequence[int]) -> Laps:
    """The border before and after each direction, however the step says it."""
    dims, auto = len(kernel), op.get("auto_pad", "NOTSET")
    if auto == "VALID":
        return ((0, 0),) * dims
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        made = []
        for n, k, s, g in zip(lengths, kernel, strides, gaps, strict=True):
            whole = max((-(-n // s) - 1) * s + g * (k - 1) + 1 - n, 0)
            small, large = whole // 2, whole - whole // 2
            made.append((small, large) if auto == "SAME_UPPER" else (large, small))
        return tuple(made)
    pads = each(op, "pads", 2 * dims, 0)
    return tuple(zip(pads[:dims], pads[dims:], strict=True))


def bordered(d: Drawing, op: Op, view: View, laps: Laps, value: float = 0.0) -> tuple[View, tuple[int, ...]]:
    """The view with a border of its own where the sides differ, and the border that is left for the layer."""
    if all(before == after >= 0 for before, after in laps):
        return view, tuple(before for before, _ in laps)
    return padded(d, op, view, laps, value), (0,) * len(laps)


def padded(d: Drawing, op: Op, view: View, laps: Laps, value: float = 0.0) -> View:
    """The view with a border of a number around it."""
    if any(n < 0 for sides in laps for n in sides):
        raise Unknown("it cuts a border off")
    if not any(n for sides in laps for n in sides):
        return view
    padding = [n for sides in reversed(laps) for n in sides]
    made = d.node("Pad", f"{op.name}_pad", {"padding": padding, "value": value}, {"x": view})[0]
    shape = d.draft.tensors[d.draft.values[made]].shape
    return replace(view, value=made, sizes=shape)


@translates("Conv")
def conv(d: Drawing, op: Op) -> None:
    view = spatial(d, op)
    weight, bias = d.constant(op.input(1), "the filter"), op.input(2)
    dims = view.rank - 2
    kernel = weight.shape[2:]
    if len(kernel) != dims or weight.shape[1] * op.get("group", 1) != view.shape[1]:
        raise ValueError(f"filters {weight.shape} over {view.shape}")
    strides, gaps = each(op, "strides", dims), each(op, "dilations", dims)
    view, padding = bordered(d, op, view, laps_of(op, view.shape[2:], kernel, strides, gaps))
    fields = {
        "out_channels": weight.shape[0],
        "kernel_size": kernel,
        "stride": strides,
        "padding": padding,
        "dilation": gaps,
        "groups": op.get("group", 1),
        "bias": bool(bias),
    }
    weights = {"weight": weight, **({"bias": d.constant(bias, "the offset")} if bias else {})}
    d.give(op, d.node(f"Conv{dims}d", op.name, fields, {"x": view}, weights=weights)[0])


@translates("ConvTranspose")
def transposed(d: Drawing, op: Op) -> None:
    view = spatial(d, op)
    weight, bias = d.constant(op.input(1), "the filter"), op.input(2)
    dims, groups = view.rank - 2, op.get("group", 1)
    kernel = weight.shape[2:]
    if len(kernel) != dims or weight.shape[0] != view.shape[1]:
        raise ValueError(f"filters {weight.shape} over {view.shape}")
    strides, gaps = each(op, "strides", dims), each(op, "dilations", dims)
    cut, added = _cut(op, view.shape[2:], kernel, strides, gaps)
    fields = {
        "out_channels": weight.shape[1] * groups,
        "kernel_size": kernel,
        "stride": strides,
        "padding": cut,
        "output_padding": added,
        "groups": groups,
        "bias": bool(bias),
        "dilation": gaps,
    }
    weights = {"weight": weight, **({"bias": d.constant(bias, "the offset")} if bias else {})}
    d.give(op, d.node(f"ConvTranspose{dims}d", op.name, fields, {"x": view}, weights=weights)[0])


def _cut(
    op: Op, lengths: Sequence[int], kernel: Sequence[int], strides: Sequence[int], gaps: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What is cut off at each border, and the rows that are added to reach an exact size."""
    dims = len(kernel)
    added = each(op, "output_padding", dims, 0)
    whole = [(n - 1) * s + g * (k - 1) + 1 for n, k, s, g in zip(lengths, kernel, strides, gaps, strict=True)]
    wanted = op.get("output_shape")
    if wanted is None and op.get("auto_pad", "NOTSET") in ("SAME_UPPER", "SAME_LOWER"):
        wanted = [n * s for n, s in zip(lengths, strides, strict=True)]
    if wanted is None:
        laps = laps_of(op, lengths, kernel, strides, gaps)
        if all(before == after for before, after in laps):
            return tuple(before for before, _ in laps), added
        wanted = [n + a - sum(sides) for n, a, sides in zip(whole, added, laps, strict=True)]
    off = [n + a - w for n, a, w in zip(whole, added, list(wanted)[-dims:], strict=True)]
    cut = tuple(max(-(-n // 2), 0) for n in off)
    rest = tuple(a + 2 * c - n for a, c, n in zip(added, cut, off, strict=True))
    if any(r and op.get("auto_pad", "NOTSET") == "SAME_UPPER" for r in rest) or any(r < 0 for r in rest):
        raise Unknown("it cuts more off at one side than at the other")
    return cut, rest


def _window(d: Drawing, op: Op, view: View) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], Laps]:
    dims = view.rank - 2
    kernel, strides = each(op, "kernel_shape", dims), each(op, "strides", dims)
    gaps = each(op, "dilations", dims)
    return kernel, strides, gaps, laps_of(op, view.shape[2:], kernel, strides, gaps)


def _even(
    op: Op, view: View, kernel: Sequence[int], strides: Sequence[int], gaps: Sequence[int], laps: Laps
) -> tuple[tuple[int, ...], bool] | None:
    """A border that is the same at both sides, and whether sizes are rounded up, which give what the step gives.

    A border at the far side only is a last window that hangs over the edge."""
    lengths = zip(view.shape[2:], kernel, strides, gaps, laps, strict=True)
    made = []
    for n, k, s, g, (before, after) in lengths:
        slide = Slide(k, s, before, g)
        room = n + before + after - slide.reach
        wanted = room // s + 1
        if op.get("ceil_mode", 0):
            wanted = -(-room // s) + 1
            wanted -= (wanted - 1) * s >= n + before
        made.append((slide.over(n) == wanted, slide._replace(ceil=True).over(n) == wanted))
    padding = tuple(before for before, _ in laps)
    if any(before > k // 2 for before, k in zip(padding, kernel, strict=True)):
        return None
    for way, ceil in ((0, False), (1, True)):
        if all(each[way] for each in made):
            return padding, ceil
    return None


@translates("MaxPool")
def max_pool(d: Drawing, op: Op) -> None:
    view = spatial(d, op)
    if len(op.outputs) > 1 and op.outputs[1] and d.graph.users[op.outputs[1]]:
        raise Unknown("it counts where each maximum was in another way")
    dims = view.rank - 2
    kernel, strides, gaps, laps = _window(d, op, view)
    even = _even(op, view, kernel, strides, gaps, laps)
    if even is None:
        if op.get("ceil_mode", 0):
            raise Unknown("it rounds up with a border that differs from side to side")
        view, even = padded(d, op, view, laps, LOWEST), ((0,) * dims, False)
    padding, ceil = even
    fields = {"kernel_size": kernel, "stride": strides, "padding": padding, "dilation": gaps, "ceil_mode": ceil}
    d.give(op, d.node(f"MaxPool{dims}d", op.name, fields, {"x": view})[0])


@translates("AveragePool")
def average_pool(d: Drawing, op: Op) -> None:
    view = spatial(d, op)
    dims = view.rank - 2
    kernel, strides, gaps, laps = _window(d, op, view)
    if set(gaps) != {1}:
        raise Unknown("its window has gaps, and averages here have none")
    counted = bool(op.get("count_include_pad", 0))
    uneven = any(before != after for before, after in laps)
    even = None if uneven and counted else _even(op, view, kernel, strides, gaps, laps)
    if even is None and op.get("ceil_mode", 0):
        raise Unknown("it rounds up with a border that differs from side to side")
    shares = None if even or counted else _shares(view.shape[2:], kernel, strides, laps)
    if shares is not None and shares.size == 1 and all(map(_covers, view.shape[2:], kernel, laps)):
        _global(d, op, view, "GlobalAvgPool")
        return
    if even is None:
        view, even = padded(d, op, view, laps), ((0,) * dims, False)
    padding, ceil = even
    if kernel == view.shape[2:] and not any(padding) and shares is None:
        _global(d, op, view, "GlobalAvgPool")
        return
    fields: dict[str, Any] = {"kernel_size": kernel, "stride": strides, "padding": padding, "ceil_mode": ceil}
    fields["count_include_pad"] = counted or not any(padding)
    d.give(op, d.node(f"AvgPool{dims}d", op.name, fields, {"x": view})[0])
    if shares is not None:
        d.constants[f"{op.name}_shares"] = shares
        arithmetic(d, Op(f"{op.name}_real", "Mul", (op.output, f"{op.name}_shares"), op.outputs))


def _covers(length: int, kernel: int, sides: tuple[int, int]) -> bool:
    return kernel - sides[0] >= length


def _shares(lengths: Sequence[int], kernel: Sequence[int], strides: Sequence[int], laps: Laps) -> Array:
    """By how much each mean grows when the border does not count."""
    if prod(n + sum(sides) for n, sides in zip(lengths, laps, strict=True)) > MOST_PLACES:
        raise Unknown("its border is larger than any picture")
    made = np.ones((1,), np.float32)
    for n, k, s, (before, after) in zip(lengths, kernel, strides, laps, strict=True):
        starts = np.arange(0, n + before + after - k + 1, s) - before
        there = np.minimum(starts + k, n) - np.maximum(starts, 0)
        made = made[..., None] * (k / np.maximum(there, 1)).astype(np.float32)
    return made


@translates("LpPool")
def lp_pool(d: Drawing, op: Op) -> None:
    view = spatial(d, op)
    dims = view.rank - 2
    kernel, strides, gaps, laps = _window(d, op, view)
    if set(gaps) != {1} or dims > 2:
        raise Unknown("there is no such pooling with gaps or along three directions")
    view = padded(d, op, view, laps)
    fields = {"norm_type": op.get("p", 2), "kernel_size": kernel, "stride": strides}
    d.give(op, d.node(f"LPPool{dims}d", op.name, fields, {"x": view})[0])


@translates("GlobalAveragePool", "GlobalMaxPool")
def global_pool(d: Drawing, op: Op) -> None:
    _global(d, op, spatial(d, op), {"GlobalAveragePool": "GlobalAvgPool"}.get(op.kind, op.kind))


def _global(d: Drawing, op: Op, view: View, kind: str) -> None:
    """Global pooling gives a vector here; the file sees axes of length 1 behind the channels."""
    dims = view.rank - 2
    if dims == 1:
        operation = "mean" if kind == "GlobalAvgPool" else "max"
        made = d.node("Reduce", op.name, {"axes": ("time",), "operation": operation}, {"x": view})[0]
    else:
        made = d.node(kind, op.name, {}, {"x": view})[0]
    vector = View.of(made, d.draft.tensors[d.draft.values[made]].shape, d.batch)
    d.views[op.output] = vector.widened(range(2, 2 + dims))
