"""ONNX models made by hand for tests, and what onnxruntime says of them beside what the import makes of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

from dlstudio.compiler.check import check
from dlstudio.compiler.load import build
from dlstudio.exchange.arriving.arrived import Arrived
from dlstudio.exchange.arriving.onnx_file import read

Array = np.ndarray[Any, Any]
KINDS = {"f": TensorProto.FLOAT, "i": TensorProto.INT64, "b": TensorProto.BOOL}
ANY = "batch"


def weight(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed + sum(shape)).standard_normal(shape).astype(np.float32)


def model_of(
    steps: Sequence[Any],
    given: Mapping[str, Array],
    outputs: Sequence[str] = ("y",),
    fixed: Mapping[str, Array] | None = None,
    opset: int = 18,
    batch: int | str = ANY,
) -> Any:
    """A model of nodes; the first axis of each input is the batch."""
    entries = [
        helper.make_tensor_value_info(name, KINDS[value.dtype.kind], [batch, *value.shape[1:]])
        for name, value in given.items()
    ]
    weights = [numpy_helper.from_array(value, name) for name, value in (fixed or {}).items()]
    made = [helper.make_empty_tensor_value_info(name) for name in outputs]
    graph = helper.make_graph(list(steps), "test", entries, made, weights)
    domains = {node.domain for node in steps if node.domain}
    known = [helper.make_opsetid("", opset), *(helper.make_opsetid(domain, 1) for domain in domains)]
    model = helper.make_model(graph, opset_imports=known, ir_version=8)
    return onnx.shape_inference.infer_shapes(model)


def expected(path: Path, given: Mapping[str, Array]) -> list[Array]:
    """What onnxruntime answers."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    found = onnxruntime.InferenceSession(str(path), options).run(None, dict(given))
    return [np.asarray(each) for each in found]


def answers(arrived: Arrived, given: Mapping[str, Array], *, allow_code: bool = False) -> list[Array]:
    """What the imported network answers, with the weights that came along."""
    errors = [str(issue) for issue in check(arrived.project) if issue.severity == "error"]
    assert not errors, errors
    module = build(arrived.project, allow_code=allow_code).eval()
    module.load_state_dict(dict(arrived.weights))
    order = sorted(given)
    with torch.no_grad():
        made = module(*(torch.from_numpy(given[name]) for name in order))
    return [each.numpy() for each in (made if isinstance(made, tuple) else (made,))]


def opened(model: Any, folder: Path, **told: Any) -> Arrived:
    path = folder / "model.onnx"
    onnx.save(model, path)
    return read(path, **told)


def require_equal(model: Any, given: Mapping[str, Array], folder: Path, rtol: float = 1e-4) -> Arrived:
    """Opens a model and holds its answers against onnxruntime's."""
    arrived = opened(model, folder)
    assert arrived.report.whole, str(arrived.report)
    outputs = [each.name for each in model.graph.output]
    ours = dict(zip(sorted(outputs), answers(arrived, given), strict=True))
    for name, wanted in zip(outputs, expected(folder / "model.onnx", given), strict=True):
        np.testing.assert_allclose(ours[name].reshape(wanted.shape), wanted, rtol=rtol, atol=1e-5)
    return arrived
