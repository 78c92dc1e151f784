"""ONNX steps that multiply matrices: fully connected layers, and products of two results."""

from dataclasses import replace

import numpy as np

from dlstudio.exchange.arriving.onnx_drawing import Drawing, Unknown, translates
from dlstudio.exchange.arriving.onnx_graph import Op
from dlstudio.exchange.arriving.onnx_rows import back, rows, tables
from dlstudio.exchange.arriving.onnx_tensors import Array
from dlstudio.exchange.arriving.onnx_views import BATCH, View


def linear(d: Drawing, op: Op, view: View, weight: Array, bias: Array | None) -> View:
    """A fully connected layer along the last axis; `weight` has a row for each output."""
    view = d.batched(view)
    if weight.ndim != 2 or weight.shape[1] != view.shape[-1]:
        raise ValueError(f"a matrix for {weight.shape[-1]} numbers, and {view.shape[-1]} come")
    fields = {"out_features": weight.shape[0], "bias": bias is not None}
    weights = {"weight": weight, **({} if bias is None else {"bias": bias})}
    made = d.node("Linear", op.name, fields, {"x": rows(d, view)}, weights=weights)[0]
    return back(view, made, (weight.shape[0],))


@translates("Gemm")
def gemm(d: Drawing, op: Op) -> None:
    if op.get("transA", 0):
        raise Unknown("it turns the batch over")
    weight = d.constant(op.input(1), "its matrix")
    weight = weight if op.get("transB", 0) else weight.T
    if op.get("alpha", 1.0) != 1.0:
        weight = weight * np.float32(op.get("alpha"))
    bias = None
    if op.input(2):
        bias = _offset(d.constant(op.input(2), "the offset"), weight.shape[0])
        bias = bias if op.get("beta", 1.0) == 1.0 else bias * np.float32(op.get("beta"))
    d.views[op.output] = linear(d, op, d.view(op.input(0)), weight, bias)


def _offset(value: Array, outputs: int) -> Array:
    if value.size not in (1, outputs) or (value.ndim > 1 and value.shape[-1] == 1 and outputs != 1 != value.size):
        raise Unknown("its offset differs from sample to sample")
    return np.broadcast_to(value.reshape(-1), (outputs,))


@translates("MatMul")
def matmul(d: Drawing, op: Op) -> None:
    a, b = op.inputs[:2]
    if b in d.constants and d.constants[b].ndim == 2:
        _fully_connected(d, op)
    elif a in d.constants and d.constants[a].ndim == 2 and d.view(b).rank >= 3:
        view = d.view(b)
        over = [*range(view.rank - 2), view.rank - 1, view.rank - 2]
        d.views[op.output] = linear(d, op, view.turned(over), d.constants[a], None).turned(over)
    elif a in d.constants or b in d.constants:
        raise Unknown("one of its matrices is a fixed stack of tables")
    else:
        _of_results(d, op, d.view(a), d.view(b))


def _fully_connected(d: Drawing, op: Op) -> None:
    """With the offset that is added right behind it, if there is one."""
    weight = d.constants[op.inputs[1]].T
    after, bias = _added(d, op, weight.shape[0])
    made = linear(d, op, d.view(op.inputs[0]), weight, bias)
    d.views[op.output] = made
    if after is not None:
        d.views[after.output] = made
        d.done.add(after.output)


def _added(d: Drawing, op: Op, outputs: int) -> tuple[Op | None, Array | None]:
    """The step that adds a fixed offset to each output, where nobody else reads the product."""
    if d.graph.users[op.output] != 1:
        return None, None
    after = d.readers.get(op.output)
    if after is None or after.kind != "Add" or after.domain:
        return None, None
    other = next((name for name in after.inputs if name != op.output), "")
    value = d.constants.get(other)
    if value is None or value.size != outputs or value.shape[-1:] != (outputs,):
        return None, None
    return after, value.reshape(-1)


def _of_results(d: Drawing, op: Op, a: View, b: View) -> None:
    """The product of two tables, or of two stacks of them, such as the heads of an attention."""
    if a.rank != b.rank or a.rank < 3:
        raise Unknown("it multiplies tables of different stacks")
    if a.shape[:-2] != b.shape[:-2] or [BATCH in x for x in a.axes] != [BATCH in x for x in b.axes]:
        raise Unknown("it stretches one stack of tables over the other")
    turned = not b.straight and swapped(b).straight
    inputs = {"a": tables(d, a), "b": tables(d, swapped(b) if turned else b)}
    made = d.node("MatMul", op.name, {"transpose_b": turned}, inputs)[0]
    d.views[op.output] = back(a, made, (a.shape[-2], b.shape[-1]))


def swapped(view: View) -> View:
    """With its last two axes the other way round."""
    return replace(view, axes=(*view.axes[:-2], view.axes[-1], view.axes[-2]))
