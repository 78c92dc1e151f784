"""Written: steps for which there is no layer, but a line of torch: they become a node with code, which waits for a yes.

The text is made here of operators that are known and of numbers; no word of it is taken from the file."""

from collections.abc import Callable, Mapping
from math import prod

import numpy as np

from dlstudio.exchange.arriving.onnx_drawing import Drawing, Unknown
from dlstudio.exchange.arriving.onnx_graph import Op
from dlstudio.exchange.arriving.onnx_keeping import inferred
from dlstudio.exchange.arriving.onnx_tensors import Array
from dlstudio.exchange.arriving.onnx_views import View
from dlstudio.exchange.arriving.report import Remark

MOST_NUMBERS = 4096
"""How many fixed numbers may stand in the text."""
_CODE = '''import torch
import torch.nn.functional as F
from torch import Tensor, nn


class {name}(nn.Module):
    """{what}"""

    def forward(self, {arguments}) -> Tensor:
        return {text}
'''
_OVER = {"mean": "mean({})", "sum": "sum({})", "max": "amax({})", "min": "amin({})"}

Text = Callable[[Drawing, Op], str]


def over_samples(d: Drawing, op: Op, view: View, operation: str) -> str:
    """A node that sums up over the samples of a batch; each of them is given the result."""
    if operation not in _OVER:
        raise Unknown("it sums up over the samples of a batch")
    text = f"x.{_OVER[operation].format('dim=0, keepdim=True')}.expand_as(x)"
    name = f"{operation.title()}OfBatch"
    code = _CODE.format(name=name, what=f"The {operation} of a batch.", arguments="x: Tensor", text=text)
    made = d.node("Custom", f"{op.name}_of_batch", {"code": code}, {"x": view})[0]
    _remark(d, made)
    return made


def written(d: Drawing, op: Op) -> bool:
    """Draws a step as a node with a line of torch, if there is one for it."""
    text = _TEXTS.get(op.kind) if not op.domain else None
    if text is None or len([name for name in op.outputs if name and d.graph.users[name]]) != 1:
        return False
    try:
        _write(d, op, text(d, op))
    except Unknown:
        return False
    return True


def _write(d: Drawing, op: Op, text: str) -> None:
    used = next(i for i, name in enumerate(op.outputs) if name and d.graph.users[name])
    views = {f"x{i}": d.plain(d.views[name]) for i, name in enumerate(op.inputs) if name in d.views}
    told = inferred(d, op).get(op.outputs[used])
    if not views or told is None or told[0][:1] != (d.batch,) or not 2 <= len(told[0]) <= 7:
        raise Unknown("the shape of its result is not known")
    shape, dtype = told
    arguments = ", ".join(f"{port}: Tensor" for port in views)
    code = _CODE.format(name=f"Onnx{op.kind}", what=f"{op.kind}, as ONNX has it.", arguments=arguments, text=text)
    made = d.node("Custom", op.name, {"code": code, "size": shape[1:], "dtype": dtype}, views)[0]
    d.give(op, made, output=used)
    _remark(d, made)


def _remark(d: Drawing, value: str) -> None:
    node = d.draft.values[value][0]
    d.draft.report.hints.append(Remark(node, "it is a line of torch, which runs once you allow the project its code"))


def _literal(value: Array) -> str:
    if value.size > MOST_NUMBERS or not np.isfinite(value).all():
        raise Unknown("its numbers are too many for a text")
    return f"torch.tensor({value.tolist()!r}, device=x0.device)"


def _read(d: Drawing, op: Op, index: int) -> str:
    """How an input is written: as an argument, or as the numbers that it is."""
    name = op.input(index)
    return _literal(d.constants[name]) if name in d.constants else f"x{index}"


def _plain(text: str) -> Text:
    def made(d: Drawing, op: Op) -> str:
        return text.format(*(_read(d, op, i) for i in range(len(op.inputs))))

    return made


def _gather(d: Drawing, op: Op) -> str:
    index = d.constant(op.input(1))
    axis = op.get("axis", 0) % d.view(op.input(0)).rank
    flat = index.reshape(-1) % d.view(op.input(0)).shape[axis]
    if not axis or index.ndim == 0 or not prod(index.shape):
        raise Unknown("it takes samples of a batch")
    taken = f"x0.index_select({axis}, {_literal(flat)})"
    return taken if index.ndim == 1 else f"{taken}.unflatten({axis}, {index.shape!r})"


_MODES = {"linear": "bilinear", "cubic": "bicubic", "bilinear": "bilinear", "bicubic": "bicubic"}


def _grid(d: Drawing, op: Op) -> str:
    mode, border = _MODES.get(op.get("mode", "linear"), "nearest"), op.get("padding_mode", "zeros")
    if border not in ("zeros", "border", "reflection"):
        raise Unknown("its border is not known")
    aligned = bool(op.get("align_corners", 0))
    return f"F.grid_sample(x0, {_read(d, op, 1)}, {mode!r}, {border!r}, align_corners={aligned})"


def _einsum(d: Drawing, op: Op) -> str:
    equation = op.get("equation", "").replace(" ", "")
    left, arrow, right = equation.partition("->")
    letters = set(equation) - set(",->")
    if not arrow or not right or not all(each.isalpha() and each.isascii() for each in letters):
        raise Unknown("its equation does not say what comes out")
    terms = zip(left.split(","), op.inputs, strict=True)
    if any(term[:1] != right[0] for term, name in terms if name in d.views) or right.count(right[0]) > 1:
        raise Unknown("it mixes the samples of a batch")
    given = ", ".join(_read(d, op, i) for i in range(len(op.inputs)))
    return f"torch.einsum({equation!r}, {given})"


def _top(d: Drawing, op: Op) -> str:
    count = int(d.constant(op.input(1)).reshape(-1)[0])
    axis = op.get("axis", -1) % d.view(op.input(0)).rank
    if not axis:
        raise Unknown("it compares the samples of a batch")
    part = "values" if op.outputs[0] and d.graph.users[op.outputs[0]] else "indices"
    return f"x0.topk({count}, {axis}, largest={bool(op.get('largest', 1))}).{part}"


def _mod(d: Drawing, op: Op) -> str:
    return f"torch.{'fmod' if op.get('fmod', 0) else 'remainder'}({_read(d, op, 0)}, {_read(d, op, 1)})"


def _attention(d: Drawing, op: Op) -> str:
    """Attention of heads that are an axis of their own."""
    if any(op.input(i) for i in (4, 5, 6)) or op.get("softcap", 0.0) or d.view(op.input(0)).rank != 4:
        raise Unknown("it goes on from earlier steps, or its heads are not apart")
    mask = f", attn_mask={_read(d, op, 3)}" if op.input(3) else ""
    scale = f", scale={float(op.get('scale'))!r}" if op.get("scale") else ""
    causal = ", is_causal=True" if op.get("is_causal", 0) else ""
    shared = ", enable_gqa=True" if d.view(op.input(0)).shape[1] != d.view(op.input(1)).shape[1] else ""
    if mask and causal:
        raise Unknown("it has a mask and hides later steps too")
    return f"F.scaled_dot_product_attention(x0, x1, x2{mask}{causal}{scale}{shared})"


def _trilu(d: Drawing, op: Op) -> str:
    k = int(d.constant(op.input(1)).reshape(-1)[0]) if op.input(1) else 0
    return f"torch.{'triu' if op.get('upper', 1) else 'tril'}(x0, {k})"


def _along(text: str) -> Text:
    def made(d: Drawing, op: Op) -> str:
        axis = op.get("axis", -1 if op.kind == "Hardmax" else 0) % d.view(op.input(0)).rank
        if not axis:
            raise Unknown("it mixes the samples of a batch")
        return text.format(axis, _read(d, op, 1) if len(op.inputs) > 1 else "")

    return made


_REDUCTIONS = {"add": "sum", "mul": "prod", "max": "amax", "min": "amin"}


def _scatter(d: Drawing, op: Op) -> str:
    view = d.view(op.input(0))
    axis, reduction = op.get("axis", 0) % view.rank, op.get("reduction", "none")
    if not axis:
        raise Unknown("it moves numbers between the samples of a batch")
    index, source = (_each_sample(d, op, i, view.rank) for i in (1, 2))
    given = f"{axis}, {index} % x0.shape[{axis}], {source}"
    if reduction == "none":
        return f"x0.scatter({given})"
    if reduction not in _REDUCTIONS:
        raise Unknown("how it joins numbers is not known")
    return f"x0.scatter_reduce({given}, {_REDUCTIONS[reduction]!r})"


def _each_sample(d: Drawing, op: Op, index: int, rank: int) -> str:
    """An input that is the same for all samples of a file that has one, or has its own for each."""
    name = op.input(index)
    if name not in d.constants:
        return f"x{index}"
    if d.any or d.constants[name].shape[:1] != (1,):
        raise Unknown("it reads other fixed numbers for each sample of a batch")
    return f"{_literal(d.constants[name])}.expand(x0.shape[0], {', '.join(['-1'] * (rank - 1))})"


def _gather_nd(d: Drawing, op: Op) -> str:
    if op.get("batch_dims", 0) != 1 or op.input(1) not in d.views:
        raise Unknown("it takes numbers from several samples of a batch")
    shape = d.views[op.input(1)].shape
    samples = f"torch.arange(x0.shape[0], device=x0.device).reshape({', '.join(['-1', *['1'] * (len(shape) - 2)])})"
    return f"x0[{samples}, {', '.join(f'x1[..., {i}]' for i in range(shape[-1]))}]"


def _put_nd(d: Drawing, op: Op) -> str:
    index, view = d.constant(op.input(1)), d.view(op.input(0))
    depth = index.shape[-1]
    if d.any or d.batch != 1 or depth < 2 or (index[..., 0] != 0).any() or op.get("reduction", "none") != "none":
        raise Unknown("it writes numbers into several samples of a batch")
    flat, rest = index.reshape(-1, depth), view.shape[depth:]
    places = ", ".join(_literal(flat[:, i] % view.shape[i]) for i in range(1, depth))
    update = f"{_read(d, op, 2)}.reshape({', '.join(map(str, (-1, len(flat), *rest)))})"
    samples = "torch.arange(x0.shape[0], device=x0.device)[:, None]"
    spread = f".expand(x0.shape[0], {', '.join(['-1'] * (1 + len(rest)))})"
    return f"x0.index_put(({samples}, {places}), {update}{spread})"


_TEXTS: Mapping[str, Text] = {
    **{kind: _plain(f"torch.{kind.lower()}({{0}})") for kind in ("Asin", "Acos", "Asinh", "Acosh", "Atanh")},
    "IsNaN": _plain("torch.isnan({0})"),
    "And": _plain("{0} & {1}"),
    "Or": _plain("{0} | {1}"),
    "Xor": _plain("{0} ^ {1}"),
    "Mod": _mod,
    "Attention": _attention,
    "Gather": _gather,
    "GatherND": _gather_nd,
    "ScatterElements": _scatter,
    "ScatterND": _put_nd,
    "GatherElements": _along("x0.gather({0}, {1})"),
    "Hardmax": _along("F.one_hot(x0.argmax({0}), x0.shape[{0}]).movedim(-1, {0}).float()"),
    "GridSample": _grid,
    "Einsum": _einsum,
    "TopK": _top,
    "Trilu": _trilu,
}
"""The line of torch for a step, with x0, x1 ... for what it reads."""
