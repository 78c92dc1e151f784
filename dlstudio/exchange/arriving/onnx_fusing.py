"""Fusing: what exporters take apart into small steps becomes one step again."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from dlstudio.exchange.arriving.onnx_graph import Graph, Op
from dlstudio.exchange.arriving.onnx_tensors import Array


def fused(graph: Graph) -> Graph:
    """The graph with its patterns as single steps; steps that nothing reads any more are left out."""
    for pattern in _PATTERNS:
        found: dict[str, Op] = {}
        constants: dict[str, Array] = {}
        for op in graph.ops:
            made = pattern(graph, op) if not op.domain else None
            if made is not None:
                found[op.output], new = made
                constants.update(new)
        ops = [found.get(op.outputs[0], op) if op.outputs else op for op in graph.ops]
        known = graph.constants | constants
        graph = Graph(_needed(ops, graph.outputs), known, graph.entries, graph.outputs, graph.trained)
    return graph


def _needed(ops: list[Op], outputs: list[str]) -> list[Op]:
    wanted, kept = set(outputs), []
    for op in reversed(ops):
        if wanted.intersection(op.outputs):
            wanted.update(op.reads)
            kept.append(op)
    return kept[::-1]


Found = tuple[Op, dict[str, Array]] | None
Pattern = Callable[[Graph, Op], Found]


def _number(graph: Graph, name: str) -> float | None:
    value = graph.constants.get(name)
    return float(value.reshape(-1)[0]) if value is not None and value.size == 1 else None


def _near(number: float | None, wanted: float) -> bool:
    return number is not None and abs(number - wanted) < 1e-3 * abs(wanted)


def _maker(graph: Graph, name: str, *kinds: str) -> Op | None:
    op = graph.makers.get(name)
    return op if op is not None and op.kind in kinds and not op.domain else None


def _sides(op: Op) -> Iterator[tuple[str, str]]:
    """The two inputs of a step, either way round."""
    if len(op.inputs) == 2:
        yield op.inputs[0], op.inputs[1]
        yield op.inputs[1], op.inputs[0]


def _factors(graph: Graph, op: Op, depth: int = 3) -> list[str]:
    """What a product of products multiplies."""
    found = []
    for name in op.inputs:
        inner = _maker(graph, name, "Mul") if depth else None
        found += _factors(graph, inner, depth - 1) if inner is not None and graph.users[name] == 1 else [name]
    return found


def _gelu(graph: Graph, op: Op) -> Found:
    """x/2·(1 + erf(x/√2))"""
    if op.kind != "Mul":
        return None
    factors = _factors(graph, op)
    if len(factors) != 3:
        return None
    for plus_one in factors:
        x = _erf_of(graph, plus_one)
        rest = [name for name in factors if name != plus_one]
        if x in rest:
            [half] = [name for name in rest if name != x] or [""]
            if _near(_number(graph, half), 0.5):
                return replace(op, kind="Gelu", inputs=(x,)), {}
    return None


def _erf_of(graph: Graph, name: str) -> str:
    """The x of 1 + erf(x/√2)."""
    add = _maker(graph, name, "Add")
    for erf, one in _sides(add) if add else ():
        inner = _maker(graph, erf, "Erf")
        if inner is None or not _near(_number(graph, one), 1.0):
            continue
        scaled = _maker(graph, inner.inputs[0], "Div", "Mul")
        for x, number in _sides(scaled) if scaled else ():
            if scaled and _near(_number(graph, number), 2**0.5 if scaled.kind == "Div" else 0.5**0.5):
                return x
    return ""


def _silu(graph: Graph, op: Op) -> Found:
    """x·σ(x), and x·tanh(softplus(x))"""
    if op.kind != "Mul":
        return None
    for x, gate in _sides(op):
        sigmoid = _maker(graph, gate, "Sigmoid")
        if sigmoid and sigmoid.inputs[0] == x:
            return replace(op, kind="Swish", inputs=(x,)), {}
        tanh = _maker(graph, gate, "Tanh")
        softplus = _maker(graph, tanh.inputs[0], "Softplus") if tanh else None
        if softplus and softplus.inputs[0] == x:
            return replace(op, kind="Mish", inputs=(x,)), {}
    return None


def _layer_norm(graph: Graph, op: Op) -> Found:
    """(x − mean)/√(variance + ε)·γ + β, over the last axis"""
    if op.kind != "Add":
        return None
    for product, beta in _sides(op):
        mul = _maker(graph, product, "Mul")
        for quotient, gamma in _sides(mul) if mul else ():
            found = _standardised(graph, quotient)
            scale, shift = graph.constants.get(gamma), graph.constants.get(beta)
            if found and scale is not None and shift is not None and scale.ndim == shift.ndim == 1:
                x, eps = found
                settings = {"axis": -1, "epsilon": eps}
                made = replace(op, kind="LayerNormalization", inputs=(x, gamma, beta), attributes=settings)
                return made, {}
    return None


def _standardised(graph: Graph, name: str) -> tuple[str, float] | None:
    """The x and the ε of (x − mean)/√(variance + ε)."""
    div = _maker(graph, name, "Div")
    root = _maker(graph, div.inputs[1], "Sqrt") if div else None
    add = _maker(graph, root.inputs[0], "Add") if root else None
    centred = _maker(graph, div.inputs[0], "Sub") if div else None
    for variance, eps in _sides(add) if add and centred and div else ():
        mean = _maker(graph, variance, "ReduceMean")
        number = _number(graph, eps)
        if mean is None or number is None or not _last(graph, mean):
            continue
        square = _maker(graph, mean.inputs[0], "Pow", "Mul")
        inner = _maker(graph, centred.inputs[1], "ReduceMean") if centred else None
        if square is None or inner is None or not _last(graph, inner) or centred is None:
            continue
        minus = _maker(graph, square.inputs[0], "Sub")
        same = minus is not None and minus.inputs == centred.inputs
        squared = _near(_number(graph, square.inputs[1]), 2.0) if square.kind == "Pow" else len(set(square.inputs)) == 1
        if same and squared and inner.inputs[0] == centred.inputs[0]:
            return centred.inputs[0], number
    return None


def _last(graph: Graph, mean: Op) -> bool:
    axes = mean.get("axes")
    if axes is None and len(mean.inputs) > 1:
        given = graph.constants.get(mean.inputs[1])
        axes = None if given is None else tuple(given.reshape(-1).tolist())
    return axes is not None and tuple(axes) == (-1,) and bool(mean.get("keepdims", 1))


def _scaled_norm(graph: Graph, op: Op) -> Found:
    """A scale or an offset for each channel right behind a BatchNormalization is part of it."""
    if op.kind not in ("Mul", "Add"):
        return None
    for value, other in _sides(op):
        norm, number = _maker(graph, value, "BatchNormalization"), graph.constants.get(other)
        if norm is None or number is None or graph.users[value] != 1:
            continue
        scale, shift = graph.constants.get(norm.inputs[1]), graph.constants.get(norm.inputs[2])
        if scale is None or shift is None or not _by_channel(number, scale.size):
            continue
        each = np.broadcast_to(number.reshape(-1), scale.shape)
        made = {f"{op.output}\0scale": scale * each, f"{op.output}\0shift": shift * each}
        if op.kind == "Add":
            made = {f"{op.output}\0scale": scale, f"{op.output}\0shift": shift + each}
        inputs = (norm.inputs[0], *made, *norm.inputs[3:])
        return replace(norm, inputs=inputs, outputs=op.outputs), made
    return None


def _by_channel(value: Array, channels: int) -> bool:
    """Whether a tensor has a number for each channel, along the axis that they have."""
    shape = value.shape[1:] if value.ndim > 2 and value.shape[0] == 1 and value.size == channels else value.shape
    return value.size == channels and shape[:1] == (channels,) and len(shape) in (2, 3, 4)


_PATTERNS: tuple[Pattern, ...] = (_gelu, _silu, _layer_norm, _scaled_norm, _scaled_norm)
"""In the order in which they are looked for; a norm may have both a scale and an offset behind it."""
