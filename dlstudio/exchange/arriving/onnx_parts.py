"""ONNX steps that take parts of tensors, and put them together."""

from dataclasses import replace
from math import prod

import numpy as np

from dlstudio.catalog.refusal import IMAGE, SIGNAL, STEPS, VOLUME
from dlstudio.core.tensor import usual_axes
from dlstudio.exchange.arriving.onnx_axes import atom, called, loose, resized, without
from dlstudio.exchange.arriving.onnx_drawing import FORM_OF, Drawing, Unknown, translates
from dlstudio.exchange.arriving.onnx_graph import Op
from dlstudio.exchange.arriving.onnx_meeting import fixed, scalar
from dlstudio.exchange.arriving.onnx_shapes import stretched
from dlstudio.exchange.arriving.onnx_tensors import Array
from dlstudio.exchange.arriving.onnx_views import BATCH, View


@translates("Slice")
def slice_(d: Drawing, op: Op) -> None:
    view = d.view(op.input(0))
    if op.input(1):
        starts, ends = d.numbers(op.input(1)), d.numbers(op.input(2))
        axes = d.numbers(op.input(3), range(len(starts)))
        steps = d.numbers(op.input(4), (1,) * len(starts))
    else:
        starts, ends = op.get("starts"), op.get("ends")
        axes, steps = op.get("axes", range(len(starts))), (1,) * len(starts)
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        view = _sliced(d, op, view, axis % view.rank, slice(start, end, step))
    d.views[op.output] = view


def _sliced(d: Drawing, op: Op, view: View, axis: int, part: slice) -> View:
    length = view.shape[axis]
    start, stop, step = part.indices(length)
    kept = len(range(start, stop, step))
    if kept == length and step == 1:
        return view
    if not kept:
        raise Unknown("it leaves nothing")
    view = loose(d, view, axis)
    name = called(d, view, axis)
    if step < 0:
        if kept != length:
            raise Unknown("it takes a part backwards")
        return d.like(d.node("Flip", op.name, {"axis": name}, {"x": view})[0], view)
    fields = {"start": start, "stop": 0 if stop >= length else stop, "step": step, "axis": name}
    made = d.node("Slice", op.name, fields, {"x": view})[0]
    return resized(view, made, atom(view, axis), kept)


@translates("Split")
def split(d: Drawing, op: Op) -> None:
    view = d.view(op.input(0))
    axis = op.get("axis", 0) % view.rank
    sizes = d.numbers(op.input(1), op.get("split"))
    if sizes is None:
        part = -(-view.shape[axis] // len(op.outputs))
        sizes = tuple(min(part, view.shape[axis] - part * i) for i in range(len(op.outputs)))
    if len(sizes) == 1:
        d.views[op.output] = view
        return
    view = loose(d, view, axis)
    even = len(set(sizes)) == 1
    fields = {"axis": called(d, view, axis), **({"parts": len(sizes)} if even else {"sizes": tuple(sizes)})}
    ports = [f"y{i + 1}" for i in range(len(sizes))]
    made = d.node("Split", op.name, fields, {"x": view}, ports)
    for output, value, size in zip(op.outputs, made, sizes, strict=False):
        d.views[output] = resized(view, value, atom(view, axis), size)


@translates("Concat")
def concat(d: Drawing, op: Op) -> None:
    views = [d.view(name) for name in op.inputs if name not in d.constants]
    if len(op.inputs) == 1 and views:
        d.views[op.output] = views[0]
        return
    if not views:
        raise Unknown("it reads fixed tensors only")
    views = [d.batched(view) for view in views]
    first = d.settled(views[0])
    tensor = d.tensor(first)
    axes = tensor.axes if tensor.axes in FORM_OF else usual_axes(tensor.rank, tensor.dtype)
    settled = iter([d.settled(view, axes) for view in views])
    like = d.settled(views[0], axes)
    met = [fixed(d, name, like, d.constants[name]) if name in d.constants else next(settled) for name in op.inputs]
    if len({view.axes for view in met}) > 1:
        raise Unknown("the batch is another axis of one input than of the other")
    axis = op.get("axis", 0) % like.rank
    made = d.node("Concat", op.name, {"axis": called(d, like, axis)}, {f"x{i + 1}": x for i, x in enumerate(met)})[0]
    d.views[op.output] = resized(like, made, atom(like, axis), sum(x.shape[axis] for x in met))


@translates("Gather")
def gather(d: Drawing, op: Op) -> None:
    table, index = op.inputs[:2]
    if table in d.constants:
        _looked_up(d, op, table, index)
    elif index in d.constants:
        _entries(d, op)
    else:
        raise Unknown("it looks up in a calculated table")


def _looked_up(d: Drawing, op: Op, table: str, index: str) -> None:
    """Rows of a fixed table: an embedding."""
    rows = d.constants[table]
    if op.get("axis", 0) % rows.ndim or rows.ndim < 2:
        raise Unknown("it does not look up whole rows")
    view = d.settled(d.batched(d.view(index)))
    flat = d.settled(View.of(view.value, (prod(view.sizes),) if view.sizes else (), d.batch))
    rest = rows.shape[1:]
    fields = {"num_embeddings": len(rows), "embedding_dim": prod(rest)}
    made = d.node("Embedding", op.name, fields, {"x": flat}, weights={"weight": rows.reshape(len(rows), -1)})[0]
    count = len(view.sizes)
    axes = (*view.axes, *((count + i,) for i in range(len(rest))))
    d.views[op.output] = View(made, (*view.sizes, *rest), axes, d.batch)


@translates("OneHot")
def one_hot(d: Drawing, op: Op) -> None:
    depth = int(d.constant(op.input(1), "the number of classes").reshape(-1)[0])
    view, values = d.view(op.input(0)), d.constant(op.input(2), "what stands for yes and no")
    if values.reshape(-1).tolist() != [0, 1] or op.get("axis", -1) not in (-1, view.rank):
        raise Unknown("it writes other numbers than 0 and 1, or along another axis than the last")
    view = d.settled(d.batched(view))
    if d.tensor(view).dtype != "int":
        view = d.like(d.node("ToInt", f"{op.name}_whole", {}, {"x": view})[0], view)
    steps = d.settled(
        View.of(view.value, (prod(view.sizes),) if view.sizes else (), d.batch), STEPS if view.sizes else ()
    )
    made = d.node("OneHot", op.name, {"classes": (depth,)}, {"x": steps})[0]
    d.views[op.output] = View(made, (*view.sizes, depth), (*view.axes, (len(view.sizes),)), d.batch)


def _entries(d: Drawing, op: Op) -> None:
    """Entries of an axis that are always the same ones."""
    view, index = d.view(op.input(0)), d.constants[op.input(1)]
    axis = op.get("axis", 0) % view.rank
    if index.ndim > 1:
        d.views[op.output] = _dealt_out(view, index, axis)
        return
    length = view.shape[axis]
    picked = [int(i) % length if -length <= int(i) < length else length for i in index.reshape(-1)]
    if index.ndim == 1:
        step = picked[1] - picked[0] if len(picked) > 1 else 1
        if step < 1 or picked != list(range(picked[0], picked[-1] + 1, step)):
            raise Unknown("it takes entries in an order of its own")
        d.views[op.output] = _sliced(d, op, view, axis, slice(picked[0], picked[-1] + 1, step))
        return
    if view.axes[axis] == (BATCH,) and view.batch == 1 and not d.any and not picked[0]:
        d.views[op.output] = without(view, view.value, (), (axis,))
        return
    view = loose(d, view, axis)
    made = d.node("Select", op.name, {"index": int(index.reshape(-1)[0]), "axis": called(d, view, axis)}, {"x": view})
    d.views[op.output] = without(view, made[0], (atom(view, axis),), (axis,))


def _dealt_out(view: View, index: Array, axis: int) -> View:
    """Entries that are all taken once and laid out as a table, row by row or column by column."""
    if index.ndim == 2 and index.size == view.shape[axis]:
        count = np.arange(index.size)
        before, after = view.shape[:axis], view.shape[axis + 1 :]
        for turned in (False, True):
            shape = index.shape[::-1] if turned else index.shape
            made = view.reshaped((*before, *shape, *after))
            if made is None or not np.array_equal(count.reshape(shape), index.T if turned else index):
                continue
            order = list(range(made.rank))
            order[axis : axis + 2] = order[axis + 1], order[axis]
            return made.turned(order) if turned else made
    raise Unknown("it looks up a table of entries")


_MODES = {"constant": "constant", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}
_BORDERED = {2: SIGNAL, 3: IMAGE, 4: VOLUME}


@translates("Pad")
def pad(d: Drawing, op: Op) -> None:
    view = d.view(op.input(0))
    pads = d.numbers(op.input(1), op.get("pads", op.get("paddings")))
    axes = d.numbers(op.input(3), tuple(range(view.rank)))
    sides = {a % view.rank: (pads[i], pads[i + len(axes)]) for i, a in enumerate(axes)}
    sides = {axis: laps for axis, laps in sides.items() if any(laps)}
    if not sides:
        d.views[op.output] = view
        return
    mode = op.get("mode", "constant")
    fill = scalar(d.constant(op.input(2), "what fills the border")) if op.input(2) else op.get("value", 0.0)
    settled = d.settled(d.batched(view))
    if any(n < 0 for laps in sides.values() for n in laps) or mode not in _MODES or fill is None:
        raise Unknown("it cuts a border off")
    laps = {atom(settled, axis): both for axis, both in sides.items()}
    sizes = settled.sizes if 0 not in laps and len(settled.sizes) > 1 else (1, *settled.sizes)
    shift = len(sizes) - len(settled.sizes)
    if len(sizes) not in _BORDERED:
        raise Unknown(f"it puts a border around a tensor of {len(settled.sizes)} axes")
    framed = d.settled(View.of(settled.value, sizes, d.batch), _BORDERED[len(sizes)])
    padding = [n for i in reversed(range(1, len(sizes))) for n in laps.get(i - shift, (0, 0))]
    made = d.node("Pad", op.name, {"padding": padding, "mode": _MODES[mode], "value": fill}, {"x": framed})[0]
    grown = tuple(n + sum(laps.get(i, (0, 0))) for i, n in enumerate(settled.sizes))
    d.views[op.output] = replace(settled, value=made, sizes=grown)


MOST_COPIES = 16


@translates("Tile")
def tile(d: Drawing, op: Op) -> None:
    view, times = d.view(op.input(0)), d.numbers(op.input(1))
    shape = tuple(n * t for n, t in zip(view.shape, times, strict=True))
    if all(n == 1 or t == 1 for n, t in zip(view.shape, times, strict=True)):
        if shape == view.shape:
            d.views[op.output] = view
        else:
            stretched(d, op, view, shape)
        return
    for axis, count in enumerate(times):
        view = _copied(d, op, view, axis, count)
    d.views[op.output] = view


def _copied(d: Drawing, op: Op, view: View, axis: int, count: int) -> View:
    if count == 1:
        return view
    if count > MOST_COPIES:
        raise Unknown(f"it repeats its input {count} times")
    view = loose(d, view, axis)
    inputs = dict.fromkeys((f"x{i + 1}" for i in range(count)), view)
    made = d.node("Concat", op.name, {"axis": called(d, view, axis)}, inputs)[0]
    return resized(view, made, atom(view, axis), view.shape[axis] * count)


@translates("CumSum")
def cumulated(d: Drawing, op: Op) -> None:
    axis = int(np.reshape(d.constant(op.input(1), "the axis"), -1)[0])
    if op.get("exclusive", 0) or op.get("reverse", 0):
        raise Unknown("it sums up backwards, or without the entry itself")
    view = d.view(op.input(0))
    view = loose(d, view, axis % view.rank)
    made = d.node("CumSum", op.name, {"axis": called(d, view, axis % view.rank)}, {"x": view})[0]
    d.views[op.output] = d.like(made, view)
