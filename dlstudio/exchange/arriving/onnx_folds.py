"""How steps work on fixed numbers: those that shapes are calculated with, and that prepare weights."""

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
import onnx

from dlstudio.exchange.arriving.onnx_graph import Op, dtype_of
from dlstudio.exchange.arriving.onnx_tensors import Array

MOST = 2**24
"""How many numbers a worked out tensor may have, unless those that it is made of have as many."""
WIDEST = 2**29
"""How many places one number may be spread over."""

FAR = 2**40
"""Where a slice ends that goes on to the end."""

Fold = Callable[[Op, Sequence[Any]], Any]


class TooLarge(Exception):
    """What would come out has more numbers than a network's weights."""


def _small(*arrays: Any) -> None:
    there = max((each.size for each in arrays if any(each.strides)), default=0)
    if prod(np.broadcast_shapes(*(np.shape(each) for each in arrays))) > max(MOST, there):
        raise TooLarge


def _spread(value: Any, shape: Sequence[int]) -> Array:
    if prod(shape) > WIDEST or any(n < 0 for n in shape):
        raise TooLarge
    return np.broadcast_to(value, tuple(shape))


def _pair(work: Callable[[Any, Any], Any]) -> Fold:
    def made(_op: Op, given: Sequence[Any]) -> Any:
        _small(*given)
        result = work(given[0], given[1])
        return result if result.dtype == bool else result.astype(given[0].dtype)

    return made


def _each(work: Callable[[Any], Any]) -> Fold:
    def made(_op: Op, given: Sequence[Any]) -> Any:
        _small(given[0])
        return work(given[0])

    return made


def _ints(value: Any) -> list[int]:
    return [int(n) for n in np.reshape(value, -1)]


def _divide(a: Any, b: Any) -> Any:
    if a.dtype.kind == "f":
        return a / b
    if not np.all(b):
        raise ValueError
    return np.trunc(a / b) if np.any(a < 0) or np.any(b < 0) else a // b


def _axes(op: Op, given: Sequence[Any]) -> list[int] | None:
    if "axes" in op.attributes:
        return list(op.get("axes"))
    return _ints(given[1]) if len(given) > 1 and given[1] is not None else None


def _constant(op: Op, _given: Sequence[Any]) -> Any:
    for name, kind in (("value", None), ("value_float", np.float32), ("value_int", np.int64)):
        if name in op.attributes:
            return np.asarray(op.get(name), kind)
    for name, kind in (("value_floats", np.float32), ("value_ints", np.int64)):
        if name in op.attributes:
            return np.array(op.get(name), kind)
    raise KeyError


def _constant_of_shape(op: Op, given: Sequence[Any]) -> Any:
    value = op.get("value", np.zeros(1, np.float32))
    return _spread(np.reshape(value, -1)[0], _ints(given[0]))


def _unsqueeze(op: Op, given: Sequence[Any]) -> Any:
    axes = _axes(op, given) or []
    rank = given[0].ndim + len(axes)
    return np.expand_dims(given[0], tuple(axis % rank for axis in axes))


def _squeeze(op: Op, given: Sequence[Any]) -> Any:
    axes = _axes(op, given)
    return np.squeeze(given[0], None if axes is None else tuple(axes))


def _reshape(op: Op, given: Sequence[Any]) -> Any:
    wanted = _ints(given[1]) if len(given) > 1 else list(op.get("shape"))
    if not op.get("allowzero", 0):
        wanted = [given[0].shape[i] if n == 0 else n for i, n in enumerate(wanted)]
    if given[0].size and not any(given[0].strides):
        left = given[0].size // max(prod(n for n in wanted if n > 0), 1)
        return _spread(given[0].reshape(-1)[0], [left if n == -1 else n for n in wanted])
    return given[0].reshape(wanted)


def _slice(op: Op, given: Sequence[Any]) -> Any:
    x = given[0]
    if len(given) > 1:
        starts, ends = _ints(given[1]), _ints(given[2])
        axes = _ints(given[3]) if len(given) > 3 and given[3] is not None else list(range(len(starts)))
        steps = _ints(given[4]) if len(given) > 4 and given[4] is not None else [1] * len(starts)
    else:
        starts, ends = list(op.get("starts")), list(op.get("ends"))
        axes, steps = list(op.get("axes", range(len(starts)))), [1] * len(starts)
    index = [slice(None)] * x.ndim
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        index[axis] = slice(start, end if abs(end) < FAR else None, step)
    return x[tuple(index)]


def _split(op: Op, given: Sequence[Any]) -> Any:
    axis = op.get("axis", 0)
    sizes = _ints(given[1]) if len(given) > 1 and given[1] is not None else op.get("split")
    if sizes is None:
        return np.array_split(given[0], len(op.outputs), axis)
    return np.split(given[0], np.cumsum(sizes)[:-1], axis)


def _range(_op: Op, given: Sequence[Any]) -> Any:
    start: Any
    limit: Any
    step: Any
    start, limit, step = (each.reshape(-1)[0] for each in given)
    if not step or abs(float(limit) - float(start)) / abs(float(step)) > MOST:
        raise TooLarge
    return np.arange(start, limit, step, dtype=given[0].dtype)


def _tile(_op: Op, given: Sequence[Any]) -> Any:
    if given[0].size * prod(_ints(given[1])) > MOST:
        raise TooLarge
    return np.tile(given[0], _ints(given[1]))


def _expand(_op: Op, given: Sequence[Any]) -> Any:
    wanted = _ints(given[1])
    if prod(wanted) > WIDEST:
        raise TooLarge
    return _spread(given[0], np.broadcast_shapes(given[0].shape, wanted))


def _concat(op: Op, given: Sequence[Any]) -> Any:
    if sum(each.size for each in given) > MOST:
        raise TooLarge
    return np.concatenate(given, op.get("axis", 0))


def _cast(op: Op, given: Sequence[Any]) -> Any:
    real = dtype_of(op.get("to")) == "float"
    kind = np.dtype(np.float32) if real else onnx.helper.tensor_dtype_to_np_dtype(op.get("to"))
    if given[0].size > MOST and not any(given[0].strides):
        return _spread(given[0].reshape(-1)[0].astype(kind), given[0].shape)
    return given[0].astype(kind)


def _gather(op: Op, given: Sequence[Any]) -> Any:
    axis, x = op.get("axis", 0), given[0]
    if given[1].size * (x.size // max(x.shape[axis], 1)) > MOST:
        raise TooLarge
    return np.take(x, given[1], axis)


def _reduce(work: Callable[..., Any]) -> Fold:
    def made(op: Op, given: Sequence[Any]) -> Any:
        axes = _axes(op, given)
        if axes is None and op.get("noop_with_empty_axes", 0):
            return given[0]
        return work(given[0], axis=None if axes is None else tuple(axes), keepdims=bool(op.get("keepdims", 1)))

    return made


def _where(_op: Op, given: Sequence[Any]) -> Any:
    _small(*given)
    return np.where(*given)


def _dequantized(op: Op, given: Sequence[Any]) -> Any:
    x, scale = given[0].astype(np.float32), np.asarray(given[1], np.float32)
    shift = np.asarray(given[2], np.float32) if len(given) > 2 and given[2] is not None else np.float32(0)
    if scale.ndim == 1 and x.ndim > 1:
        shape = [1] * x.ndim
        shape[op.get("axis", 1)] = -1
        scale, shift = scale.reshape(shape), shift.reshape(shape) if shift.ndim else shift
    return (x - shift) * scale


def _trilu(op: Op, given: Sequence[Any]) -> Any:
    k = int(given[1].reshape(-1)[0]) if len(given) > 1 and given[1] is not None else 0
    return np.triu(given[0], k) if op.get("upper", 1) else np.tril(given[0], k)


def _shape(op: Op, given: Sequence[Any]) -> Any:
    return np.array(np.shape(given[0]), np.int64)[op.get("start", 0) : op.get("end")]


def _joined(work: Callable[[Any, Any], Any]) -> Fold:
    def made(_op: Op, given: Sequence[Any]) -> Any:
        _small(*given)
        result = given[0]
        for each in given[1:]:
            result = work(result, each)
        return result

    return made


def _product(_op: Op, given: Sequence[Any]) -> Any:
    a, b = given
    if prod(a.shape) * b.shape[-1] > MOST:
        raise TooLarge
    return np.matmul(a, b).astype(a.dtype)


FOLDS: Mapping[str, Fold] = {
    "MatMul": _product,
    "Constant": _constant,
    "ConstantOfShape": _constant_of_shape,
    "Identity": lambda _op, given: given[0],
    "Shape": _shape,
    "Size": lambda _op, given: np.array(given[0].size, np.int64),
    "Unsqueeze": _unsqueeze,
    "Squeeze": _squeeze,
    "Reshape": _reshape,
    "Flatten": lambda op, given: given[0].reshape(prod(given[0].shape[: op.get("axis", 1)]), -1),
    "Transpose": lambda op, given: np.transpose(given[0], op.get("perm")),
    "Slice": _slice,
    "Split": _split,
    "Range": _range,
    "Tile": _tile,
    "Expand": _expand,
    "Concat": _concat,
    "Cast": _cast,
    "CastLike": lambda _op, given: given[0].astype(given[1].dtype),
    "Gather": _gather,
    "Where": _where,
    "Trilu": _trilu,
    "DequantizeLinear": _dequantized,
    "Add": _pair(np.add),
    "Sub": _pair(np.subtract),
    "Mul": _pair(np.multiply),
    "Div": _pair(_divide),
    "Pow": _pair(np.power),
    "Mod": lambda op, given: np.fmod(*given) if op.get("fmod", 0) else np.mod(*given),
    "Min": _joined(np.minimum),
    "Max": _joined(np.maximum),
    "Sum": _joined(np.add),
    "Equal": _pair(np.equal),
    "Greater": _pair(np.greater),
    "GreaterOrEqual": _pair(np.greater_equal),
    "Less": _pair(np.less),
    "LessOrEqual": _pair(np.less_equal),
    "And": _pair(np.logical_and),
    "Or": _pair(np.logical_or),
    "Not": _each(np.logical_not),
    "Neg": _each(np.negative),
    "Abs": _each(np.abs),
    "Sqrt": _each(np.sqrt),
    "Exp": _each(np.exp),
    "Log": _each(np.log),
    "Floor": _each(np.floor),
    "Ceil": _each(np.ceil),
    "Round": _each(np.round),
    "Reciprocal": _each(lambda x: (1 / x).astype(x.dtype)),
    "Sign": _each(np.sign),
    "Tanh": _each(np.tanh),
    "Relu": _each(lambda x: np.maximum(x, 0)),
    "Sigmoid": _each(lambda x: (1 / (1 + np.exp(-x))).astype(x.dtype)),
    "Sin": _each(np.sin),
    "Cos": _each(np.cos),
    "ReduceProd": _reduce(np.prod),
    "ReduceSum": _reduce(np.sum),
    "ReduceMax": _reduce(np.max),
    "ReduceMin": _reduce(np.min),
    "ReduceMean": _reduce(np.mean),
    "CumSum": lambda _op, given: np.cumsum(given[0], int(given[1].reshape(-1)[0])),
}
