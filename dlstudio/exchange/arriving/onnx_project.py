"""An ONNX file becomes a project: read safely, worked out as far as it is fixed, drawn step by step."""

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

import numpy as np

from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.arrived import Arrived
from dlstudio.exchange.arriving.draft import Draft
from dlstudio.exchange.arriving.onnx_drawing import TRANSLATORS, Drawing, Unknown
from dlstudio.exchange.arriving.onnx_entries import Batch, Sized, batch_of, sized
from dlstudio.exchange.arriving.onnx_flow import Flow
from dlstudio.exchange.arriving.onnx_folding import fold, still_trained
from dlstudio.exchange.arriving.onnx_folds import TooLarge
from dlstudio.exchange.arriving.onnx_fusing import fused
from dlstudio.exchange.arriving.onnx_graph import Graph, Op, graph_of, text
from dlstudio.exchange.arriving.onnx_int8 import floated
from dlstudio.exchange.arriving.onnx_keeping import keep
from dlstudio.exchange.arriving.onnx_pruning import pruned
from dlstudio.exchange.arriving.onnx_reading import read_model
from dlstudio.exchange.arriving.onnx_tensors import Array
from dlstudio.exchange.arriving.onnx_views import View
from dlstudio.exchange.arriving.onnx_written import written

for _family in ("windows", "norms", "pointwise", "products", "shapes", "parts", "reductions", "recurrent", "resizing"):
    import_module(f"dlstudio.exchange.arriving.onnx_{_family}")

MOST_WORKED_OUT = 2**28
"""Bytes of fixed numbers that may be worked out beyond those in the file, several times as many as are there."""

_CHANNELLED = {"Conv", "ConvTranspose", "MaxPool", "AveragePool", "BatchNormalization", "InstanceNormalization"} | {
    "GlobalAveragePool",
    "GlobalMaxPool",
}

_WHY = {
    "If": "which branch is taken is decided by the data: keep one branch when you export the model, or draw both "
    "here and let a Where choose",
    "Loop": "how often it runs is decided by the data, or too often: export the model with a fixed count, or draw a "
    "round here as a Block that repeats",
    "Scan": "how long it runs is not known: export the model with a fixed length",
}


def project_of(
    path: Path, inputs: Sequence[Sequence[int]], tell: Callable[[str, float], None] = lambda _what, _share: None
) -> Arrived:
    """The project of an ONNX file, its weights and a report."""
    tell(f"{path.name} is read", 0.0)
    model = read_model(path)
    graph, notes = floated(graph_of(model, path.parent))
    title = text(model.graph.name) or path.stem
    del model
    tell("fixed numbers are worked out", 0.3)
    graph = fused(_settled(graph))
    tell("layers are drawn", 0.5)
    batch = batch_of(graph.entries)
    drawn = _drawn(graph, batch, inputs, title, path.name)
    if batch.any and drawn.draft.report.kept:
        single = _drawn(graph, batch_of(graph.entries, single=True), inputs, title, path.name)
        if len(single.draft.report.kept) < len(drawn.draft.report.kept):
            drawn = single
            drawn.draft.report.notes.append("The file joins samples of a batch; it is read as for one sample.")
    drawn.draft.report.notes.extend(notes)
    return pruned(drawn.draft).finish()


def _settled(graph: Graph) -> Graph:
    """The graph without the steps that read only fixed numbers."""
    constants, trained, left = dict(graph.constants), set(graph.trained), []
    budget, flow = _Budget(graph), Flow()
    waiting = graph.ops[::-1]
    while waiting:
        op = waiting.pop()
        if found := flow.unfold(op, constants, lambda _name, _axis: None):
            constants |= found.constants
            trained.update(name for name, value in found.constants.items() if value.dtype.kind == "f")
            waiting += found.ops[::-1]
            continue
        made = _folded(op, constants, budget)
        if made is None:
            left.append(op)
        else:
            constants.update(zip(op.outputs, made, strict=False))
            trained.update(op.outputs if still_trained(op, trained) else ())
    return Graph(left, constants, graph.entries, graph.outputs, frozenset(trained))


class _Budget:
    """How many bytes may still be worked out."""

    def __init__(self, graph: Graph) -> None:
        self.left = MOST_WORKED_OUT + 4 * sum(each.nbytes for each in graph.constants.values() if any(each.strides))

    def spend(self, arrays: Sequence[Array]) -> None:
        self.left -= sum(each.nbytes for each in arrays if each.base is None)
        if self.left < 0:
            raise ProjectProblem("The fixed numbers of the file take more memory than any network's; it is damaged.")


def _folded(op: Op, constants: dict[str, Array], budget: _Budget) -> list[Array] | None:
    if any(name and name not in constants for name in op.inputs):
        return None
    try:
        made = fold(op, [constants[name] if name else None for name in op.inputs])
    except TooLarge:
        raise ProjectProblem(f"The step {op} claims more numbers than a network has; the file is damaged.") from None
    if made is not None:
        budget.spend(made)
    return made


def _drawn(graph: Graph, batch: Batch, inputs: Sequence[Sequence[int]], title: str, source: str) -> Drawing:
    entries, notes = sized(graph.entries, batch, inputs)
    d = Drawing(Draft(title, source), graph, batch.size, batch.any)
    d.draft.report.notes.extend(notes)
    for each in entries:
        _enter(d, each)
    budget, flow = _Budget(graph), Flow()
    waiting = graph.ops[::-1]
    while waiting:
        op = waiting.pop()
        if any(name in d.done for name in op.outputs):
            continue
        if found := flow.unfold(op, d.constants, d.length):
            d.unfold(found.ops, found.constants)
            waiting += found.ops[::-1]
        else:
            _draw(d, op, budget)
    for output in graph.outputs:
        _leave(d, output)
    return d


def _enter(d: Drawing, each: Sized) -> None:
    """An Input; one that feeds convolutions of a signal says that it is one."""
    name, shape = each.entry.name, each.sample
    signal = len(shape) == 2 and each.entry.dtype == "float" and _feeds(d.graph, name)
    value = f"{name}\0in"
    node = d.draft.input(name, shape, each.entry.dtype, "signal" if signal else "auto")
    d.draft.values[value] = (node, "y")
    tensor = d.draft.tensors.get((node, "y"))
    if tensor is None:
        raise ProjectProblem(f"The input “{name}” has {len(shape)} axes beside the batch, which is more than is known.")
    if each.place is None:
        d.views[name] = View(value, tensor.shape, tuple((i,) for i in range(len(shape))), d.batch)
    else:
        d.views[name] = View.of(value, tensor.shape if shape else (), d.batch, each.place)


def _feeds(graph: Graph, name: str) -> bool:
    return any(name in op.inputs and op.kind in _CHANNELLED for op in graph.ops)


def _draw(d: Drawing, op: Op, budget: _Budget) -> None:
    if op.kind in ("Shape", "Size") and not op.domain and op.inputs[0] in d.views:
        shape = np.array(d.views[op.inputs[0]].shape, np.int64)
        sliced = shape[op.get("start", 0) : op.get("end")]
        d.constants[op.output] = sliced if op.kind == "Shape" else np.array(shape.prod())
        return
    made = _folded(op, d.constants, budget)
    if made is not None:
        d.constants.update(zip(op.outputs, made, strict=False))
        d.trained.update(op.outputs if still_trained(op, d.trained) else ())
        return
    work = TRANSLATORS.get(op.kind) if not op.domain or op.domain == "com.microsoft" else None
    try:
        if work is None:
            raise Unknown(_WHY.get(op.kind, "no layer does this"))
        work(d, op)
    except Unknown as reason:
        if not written(d, op):
            keep(d, op, str(reason))
    except (ValueError, IndexError, TypeError, KeyError, ArithmeticError, MemoryError) as error:
        raise ProjectProblem(f"The step {op} does not fit what it reads ({error}); the file is damaged.") from error


def _leave(d: Drawing, output: str) -> None:
    if output in d.constants:
        d.draft.leave(f"the output “{output}”", "it is always the same")
    elif output in d.views:
        view = d.views[output]
        if view.place:
            d.draft.report.notes.append(f"The samples of {output} lie along axis {view.place} there, and first here.")
        try:
            d.draft.output(output, d.settled(view).value)
        except Unknown as reason:
            d.draft.leave(f"the output “{output}”", str(reason))
    else:
        d.draft.leave(f"the output “{output}”", "its shape is not known")
