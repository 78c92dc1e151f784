"""Int8: steps of eight bits, as what they stand for in numbers of single precision.

Every value of eight bits is read as the real number that it means; weights are multiplied out, and what a rounding cuts
off at its ends is still cut off."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from dlstudio.exchange.arriving.onnx_graph import Graph, Op
from dlstudio.exchange.arriving.onnx_tensors import Array

NOTE = "The file calculates with whole numbers of 8 bits; here it is as it was before they were rounded."


@dataclass
class _Floating:
    constants: dict[str, Array]
    trained: set[str]
    ops: list[Op] = field(default_factory=list)

    def fixed(self, *names: str) -> bool:
        return all(not name or name in self.constants for name in names)

    def meant(self, name: str, scale: str, zero: str, axis: int | None = None, home: str = "") -> str:
        """The name of the real numbers that fixed ones of eight bits stand for."""
        value = self.constants[name].astype(np.float32)
        low, step = (self._spread(each, value, axis) for each in (zero, scale))
        made = f"{home or name}\0real"
        self.constants[made] = ((value - (0 if low is None else low)) * (1 if step is None else step)).astype(
            np.float32
        )
        self.trained.add(made)
        return made

    def _spread(self, name: str, value: Array, axis: int | None) -> Array | None:
        """A factor for all, or one for each place along an axis."""
        if not name:
            return None
        found = self.constants[name].astype(np.float32)
        if found.size == 1:
            return found.reshape(())
        place = value.ndim - 1 if axis is None else axis % value.ndim
        return found.reshape([-1 if i == place else 1 for i in range(value.ndim)])

    def cut(self, op: Op, value: str, scale: str, zero: str, output: str) -> None:
        """A value with nothing beyond the ends of its eight bits."""
        kind = self.constants[zero].dtype if zero in self.constants else np.dtype(np.uint8)
        if not self.fixed(scale, zero) or self.constants[scale].size != 1 or kind.kind not in "iu":
            self.ops.append(Op(op.name, "Identity", (value,), (output,), {}, op.version))
            return
        step, low = float(self.constants[scale].reshape(-1)[0]), int(self.constants[zero].reshape(-1)[0]) if zero else 0
        ends = {f"{output}\0{end}": (each - low) * step for end, each in _ends(kind)}
        self.constants |= {name: np.array(number, np.float32) for name, number in ends.items()}
        self.ops.append(Op(f"{op.name}_range", "Clip", (value, *ends), (output,), {}, max(op.version, 11)))


def _ends(kind: "np.dtype[np.generic]") -> tuple[tuple[str, int], tuple[str, int]]:
    info = np.iinfo(kind)  # type: ignore[type-var]
    return ("low", int(info.min)), ("high", int(info.max))


def floated(graph: Graph) -> tuple[Graph, list[str]]:
    """The graph without steps of eight bits, and what there is to say of it."""
    if not any(op.kind in _WORK and not op.domain for op in graph.ops):
        return graph, []
    f = _Floating(dict(graph.constants), set(graph.trained))
    for op in graph.ops:
        work = _WORK.get(op.kind) if not op.domain else None
        if work is None or not work(f, op):
            f.ops.append(op)
    return Graph(f.ops, f.constants, graph.entries, graph.outputs, frozenset(f.trained)), [NOTE]


def _dynamic(f: _Floating, op: Op) -> bool:
    f.ops.append(Op(op.name, "Identity", op.inputs[:1], op.outputs[:1], {}, op.version))
    for name, number in zip(op.outputs[1:], (np.array(1, np.float32), np.array(0, np.float32)), strict=False):
        if name:
            f.constants[name] = number
    return True


def _rounded(f: _Floating, op: Op) -> bool:
    f.cut(op, op.input(0), op.input(1), op.input(2), op.output)
    return True


def _real(f: _Floating, op: Op) -> bool:
    """What is fixed is multiplied out; anything else is a real number already."""
    name = op.input(0)
    if f.fixed(name, op.input(1), op.input(2)):
        made = f.constants[f.meant(name, op.input(1), op.input(2), op.get("axis", 1), op.output)]
        f.constants[op.output] = made
        f.trained.add(op.output)
        return True
    f.ops.append(Op(op.name, "Identity", (name,), (op.output,), {}, op.version))
    return True


def _whole_product(f: _Floating, op: Op) -> bool:
    """MatMulInteger and ConvInteger: what is multiplied by their scales comes after them."""
    convolution = op.kind == "ConvInteger"
    if not f.fixed(op.input(1), op.input(3)) or not f.fixed(op.input(2)):
        return False
    weight = f.meant(op.input(1), "", op.input(3), 0 if convolution else None, op.output)
    kind = "Conv" if convolution else "MatMul"
    f.ops.append(replace(op, kind=kind, inputs=(op.input(0), weight)))
    return True


def _product(f: _Floating, op: Op) -> bool:
    """QLinearMatMul and QLinearConv: input, weight and result have scales of their own."""
    convolution = op.kind == "QLinearConv"
    x, x_scale, _, w, w_scale, w_zero, y_scale, y_zero = op.inputs[:8]
    if not f.fixed(x_scale, w, w_scale, w_zero):
        return False
    inputs = [x, f.meant(w, w_scale, w_zero, 0 if convolution else None, op.output)]
    if op.input(8):
        scale = (f.constants[x_scale] * f.constants[w_scale]).astype(np.float32).reshape(-1)
        bias = f"{op.output}\0bias"
        f.constants[bias] = (f.constants[op.input(8)].astype(np.float32) * scale).astype(np.float32)
        f.trained.add(bias)
        inputs.append(bias)
    made = f"{op.output}\0whole"
    f.ops.append(replace(op, kind="Conv" if convolution else "MatMul", inputs=tuple(inputs), outputs=(made,)))
    f.cut(op, made, y_scale, y_zero, op.output)
    return True


_WORK: Mapping[str, Callable[[_Floating, Op], bool]] = {
    "DynamicQuantizeLinear": _dynamic,
    "QuantizeLinear": _rounded,
    "DequantizeLinear": _real,
    "MatMulInteger": _whole_product,
    "ConvInteger": _whole_product,
    "QLinearMatMul": _product,
    "QLinearConv": _product,
}
