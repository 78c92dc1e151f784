"""Keeping: a step that no layer does stays as a node with its operator and settings."""

from typing import Any

import onnx
from onnx import TensorProto, helper, numpy_helper

from dlstudio.core.tensor import Tensor
from dlstudio.exchange.arriving.onnx_drawing import Drawing, Unknown, torched
from dlstudio.exchange.arriving.onnx_flow import AT
from dlstudio.exchange.arriving.onnx_graph import Op, dtype_of
from dlstudio.exchange.arriving.onnx_views import View

SMALL = 2**16
"""How many numbers a fixed tensor may have that tells the shape of a result."""
_TYPES = {"float": TensorProto.FLOAT, "int": TensorProto.INT64, "bool": TensorProto.BOOL}


def keep(d: Drawing, op: Op, reason: str) -> None:
    """A node for a step as it is; what it reads is brought into the file's axes."""
    wired, weights, settings = {}, {}, {name: each for name, each in op.attributes.items() if name != AT}
    for index, name in enumerate(op.inputs):
        port = f"x{index + 1}"
        if name in d.constants:
            settings[port] = d.constants[name]
            weights[port] = torched(d.constants[name])
        elif name in d.views:
            wired[port] = _laid_out(d, d.views[name]).value
    names = {f"y{i + 1}": f"{op.name}\0kept{i}" for i, name in enumerate(op.outputs) if name}
    node = d.draft.keep(op.what, op.name, settings, wired, names, reason, _numeric(weights))
    for i, output in enumerate(op.outputs):
        _guess(d, op, node, output, i)


def _numeric(weights: dict[str, Any]) -> dict[str, Any]:
    return {port: value for port, value in weights.items() if value.numel() > 1}


def _laid_out(d: Drawing, view: View) -> View:
    try:
        return d.settled(view)
    except Unknown:
        return view


def _guess(d: Drawing, op: Op, node: str, output: str, index: int) -> None:
    """Writes down the shape of what comes out, where ONNX itself can tell it."""
    if not output:
        return
    value = f"{op.name}\0kept{index}"
    told = inferred(d, op).get(output)
    if told is None:
        return
    shape, dtype = told
    if shape[:1] == (d.batch,):
        d.draft.tensors[node, f"y{index + 1}"] = Tensor.of(*shape[1:], dtype=dtype)
        d.views[output] = View.of(value, shape[1:], d.batch)


def inferred(d: Drawing, op: Op) -> dict[str, tuple[tuple[int, ...], Any]]:
    """What ONNX's own rules say of the results of one step."""
    if op.domain or not onnx.defs.has(op.kind, op.version) or any(n and not _known(d, n) for n in op.inputs):
        return {}
    try:
        node = helper.make_node(op.kind, op.inputs, op.outputs, **op.attributes_plain)
        model = helper.make_model(_alone(d, op, node), opset_imports=[helper.make_opsetid("", op.version)])
        graph = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
    except (Unknown, ValueError, TypeError, RuntimeError, onnx.shape_inference.InferenceError):
        return {}
    found = {}
    for each in graph.output:
        said = each.type.tensor_type
        dims = tuple(axis.dim_value for axis in said.shape.dim)
        if said.HasField("shape") and all(dims) and (dtype := dtype_of(said.elem_type)):
            found[each.name] = (dims, dtype)
    return found


def _known(d: Drawing, name: str) -> bool:
    return name in d.views or name in d.constants


def _alone(d: Drawing, op: Op, node: Any) -> Any:
    entries, fixed = [], []
    for name in dict.fromkeys(filter(None, op.inputs)):
        if name in d.constants and d.constants[name].size <= SMALL:
            fixed.append(numpy_helper.from_array(d.constants[name].copy(), name))
        elif name in d.constants:
            kind = helper.np_dtype_to_tensor_dtype(d.constants[name].dtype)
            entries.append(helper.make_tensor_value_info(name, kind, d.constants[name].shape))
        else:
            view = d.views[name]
            entries.append(helper.make_tensor_value_info(name, _TYPES[d.tensor(view).dtype], view.shape))
    made = [helper.make_empty_tensor_value_info(name) for name in op.outputs if name]
    return helper.make_graph([node], "alone", entries, made, fixed)
