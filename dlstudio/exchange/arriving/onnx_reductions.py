"""ONNX steps that work along axes: sums and means, softmaxes, the place of the largest."""

from dataclasses import replace

from dlstudio.catalog.axes import mixing
from dlstudio.exchange.arriving.onnx_axes import atom, called, loose, named, without
from dlstudio.exchange.arriving.onnx_drawing import Drawing, Unknown, translates
from dlstudio.exchange.arriving.onnx_graph import Op
from dlstudio.exchange.arriving.onnx_pointwise import apply, formula
from dlstudio.exchange.arriving.onnx_shapes import axes_of
from dlstudio.exchange.arriving.onnx_views import BATCH, View
from dlstudio.exchange.arriving.onnx_written import over_samples

_OPERATIONS = {"Mean": "mean", "Sum": "sum", "Max": "max", "Min": "min", "Prod": "prod", "L2": "norm"} | {
    "LogSumExp": "logsumexp",
    "L1": "sum",
    "SumSquare": "sum",
    "LogSum": "sum",
}
_BEFORE = {"L1": "Abs", "SumSquare": "Square"}
_AFTER = {"LogSum": formula("log(x)")}


@translates(*(f"Reduce{name}" for name in _OPERATIONS))
def reduce(d: Drawing, op: Op) -> None:
    kind = op.kind.removeprefix("Reduce")
    view, axes = d.view(op.input(0)), axes_of(d, op)
    if not axes and op.get("noop_with_empty_axes", 0):
        d.views[op.output] = view
        return
    over = tuple(sorted({axis % view.rank for axis in (axes or range(view.rank))}))
    if kind in _BEFORE:
        changed = d.node(_BEFORE[kind], f"{op.name}_before", {}, {"x": view})[0]
        view = d.like(changed, view)
    made = reduced(d, op, view, over, _OPERATIONS[kind])
    made = made.widened(over) if op.get("keepdims", 1) else made
    d.views[op.output] = made
    if kind in _AFTER:
        apply(d, replace(op, inputs=(op.output,), name=f"{op.name}_after"), *_AFTER[kind])


def reduced(d: Drawing, op: Op, view: View, over: tuple[int, ...], operation: str) -> View:
    """The view of what is left when axes of the file are summed up."""
    mixed = tuple(axis for axis in over if view.axes[axis] == (BATCH,))
    if mixed and (view.batch > 1 or d.any):
        view = d.like(over_samples(d, op, view, operation), view)
    gone = tuple(axis for axis in over if view.axes[axis] and axis not in mixed)
    view = loose(d, view, *gone)
    atoms = tuple(atom(view, axis) for axis in gone)
    if not atoms:
        return without(view, view.value, (), over)
    if len(atoms) < len(view.sizes):
        view = named(d, view)
        atoms = tuple(atom(view, axis) for axis in gone)
    tensor = d.tensor(view)
    names = tuple(tensor.axes[i] for i in atoms) if len(atoms) < tensor.rank else ()
    pooled = {"mean": "GlobalAvgPool", "max": "GlobalMaxPool"}.get(operation)
    if pooled and tensor.axes[:1] == ("channel",) and tensor.rank > 2 and atoms == tuple(range(1, tensor.rank)):
        made = d.node(pooled, op.name, {}, {"x": view})[0]
    else:
        made = d.node("Reduce", op.name, {"operation": operation, "axes": names}, {"x": view})[0]
    return without(view, made, atoms, over)


@translates("Softmax", "LogSoftmax", "Hardmax")
def softmax(d: Drawing, op: Op) -> None:
    if op.kind == "Hardmax":
        raise Unknown("there is no layer that sets the largest to one")
    view = d.view(op.input(0))
    axis = op.get("axis", -1 if op.version >= 13 else 1) % view.rank
    flat = None
    if op.version < 13 and any(n > 1 for n in view.shape[axis + 1 :]):
        flat = view.reshaped((*view.shape[:axis], _rest(view, axis)))
        if flat is None:
            raise Unknown("it works along several axes at once")
    seen = loose(d, flat or view, axis)
    kind, tensor = op.kind, d.tensor(seen)
    fields = {} if atom(seen, axis) == mixing(tensor) else {"axis": called(d, seen, axis)}
    made = d.like(d.node(kind, op.name, fields, {"x": seen})[0], seen)
    if flat is not None:
        again = made.reshaped(view.shape)
        assert again is not None
        made = again
    d.views[op.output] = made


def _rest(view: View, axis: int) -> int:
    rest = 1
    for length in view.shape[axis:]:
        rest *= length
    return rest


@translates("ArgMax", "ArgMin")
def arg_max(d: Drawing, op: Op) -> None:
    if op.get("select_last_index", 0):
        raise Unknown("it takes the last one of several")
    view = d.view(op.input(0))
    axis = op.get("axis", 0) % view.rank
    if op.kind == "ArgMin":
        view = d.like(d.node("Expression", f"{op.name}_less", {"expression": "-x"}, {"x": view})[0], view)
    view = loose(d, view, axis)
    place = atom(view, axis)
    fields = {} if place == mixing(d.tensor(view)) else {"axis": called(d, view, axis)}
    made = without(view, d.node("ArgMax", op.name, fields, {"x": view})[0], (place,), (axis,))
    d.views[op.output] = made.widened((axis,)) if op.get("keepdims", 1) else made


@translates("LpNormalization")
def normalize(d: Drawing, op: Op) -> None:
    view = d.view(op.input(0))
    axis = op.get("axis", -1) % view.rank
    view = loose(d, view, axis)
    fields = {"p": float(op.get("p", 2)), "axis": called(d, view, axis)}
    d.views[op.output] = d.like(d.node("Normalize", op.name, fields, {"x": view})[0], view)
