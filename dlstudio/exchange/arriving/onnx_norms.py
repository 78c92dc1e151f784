"""ONNX steps that bring numbers to a common scale."""

from typing import Any

import numpy as np

from dlstudio.catalog.refusal import VECTOR
from dlstudio.exchange.arriving.onnx_drawing import Drawing, Unknown, translates
from dlstudio.exchange.arriving.onnx_graph import Op
from dlstudio.exchange.arriving.onnx_pointwise import short32
from dlstudio.exchange.arriving.onnx_rows import back, rows
from dlstudio.exchange.arriving.onnx_tensors import Array
from dlstudio.exchange.arriving.onnx_views import View
from dlstudio.exchange.arriving.onnx_windows import spatial

MOST_CHANNELS = 2**20
"""More than any layer has."""


def channelled(d: Drawing, op: Op) -> View:
    """What the step reads, with its channels first: a vector, a signal, an image or a volume."""
    view = d.view(op.input(0))
    return d.plain(view, VECTOR) if view.rank == 2 else spatial(d, op)


def _eps(op: Op) -> dict[str, Any]:
    return {"eps": short32(op.get("epsilon", 1e-5))}


@translates("BatchNormalization")
def batch_norm(d: Drawing, op: Op) -> None:
    view = channelled(d, op)
    if not op.get("spatial", 1) and view.rank > 2:
        raise Unknown("it normalises each place by itself")
    names = ("weight", "bias", "running_mean", "running_var")
    given = [d.constant(op.input(i + 1), f"the {name}") for i, name in enumerate(names)]
    if any(value.size != view.shape[1] for value in given):
        raise ValueError(f"numbers for other channels than its {view.shape[1]:,}")
    weights: dict[str, Any] = {name: value.reshape(-1) for name, value in zip(names, given, strict=True)}
    weights["num_batches_tracked"] = np.array(0)
    fields = {**_eps(op), "momentum": round(1 - short32(op.get("momentum", 0.9)), 7)}
    d.give(op, d.node("BatchNorm", op.name, fields, {"x": view}, weights=weights)[0])


@translates("InstanceNormalization")
def instance_norm(d: Drawing, op: Op) -> None:
    view = spatial(d, op)
    weights = {name: d.constant(op.input(i), f"the {name}").reshape(-1) for i, name in ((1, "weight"), (2, "bias"))}
    fields = {**_eps(op), "affine": True}
    d.give(op, d.node("InstanceNorm", op.name, fields, {"x": view}, weights=weights)[0])


@translates("GroupNormalization")
def group_norm(d: Drawing, op: Op) -> None:
    view = channelled(d, op)
    groups, channels = op.get("num_groups"), view.shape[1]
    weights = {}
    for index, name in ((1, "weight"), (2, "bias")):
        value = d.constant(op.input(index), f"the {name}").reshape(-1)
        if value.size not in (groups, channels) or channels > MOST_CHANNELS:
            raise ValueError(f"numbers for other channels than its {channels:,}")
        weights[name] = np.repeat(value, channels // groups) if value.size != channels else value
    fields = {**_eps(op), "num_groups": groups}
    d.give(op, d.node("GroupNorm", op.name, fields, {"x": view}, weights=weights)[0])


@translates("LRN")
def local_response(d: Drawing, op: Op) -> None:
    fields = {
        "size": op.get("size"),
        "alpha": short32(op.get("alpha", 1e-4)),
        "beta": short32(op.get("beta", 0.75)),
        "k": short32(op.get("bias", 1.0)),
        "convention": "torch",
    }
    if fields["size"] % 2 == 0:
        raise Unknown("it takes an even number of neighbours")
    d.give(op, d.node("LocalResponseNorm", op.name, fields, {"x": spatial(d, op)})[0])


@translates("LayerNormalization")
def layer_norm(d: Drawing, op: Op) -> None:
    scale, bias = d.constant(op.input(1), "the scale"), op.input(2)
    weights = {"weight": scale, **({"bias": d.constant(bias, "the offset")} if bias else {})}
    _over_last(d, op, "LayerNorm", weights, {"bias": bool(bias)})


@translates("RMSNormalization", "SimplifiedLayerNormalization")
def rms_norm(d: Drawing, op: Op) -> None:
    _over_last(d, op, "RMSNorm", {"weight": d.constant(op.input(1), "the scale")}, {})


def _over_last(d: Drawing, op: Op, kind: str, weights: dict[str, Array], fields: dict[str, Any]) -> None:
    """A norm over the last axes: of each step of a sequence, or of everything in a sample."""
    view = d.view(op.input(0))
    axis = op.get("axis", -1) % view.rank
    over = view.shape[axis:]
    if any(value.shape not in (over, (1,)) for value in weights.values()):
        raise Unknown("its scale has other axes than what it normalises")
    weights = {name: np.broadcast_to(value, over) for name, value in weights.items()}
    view = d.batched(view)
    fields = {**_eps(op), **fields}
    if axis == 1:
        settled = d.plain(view)
        made = d.node(kind, op.name, {**fields, "axes": "all"}, {"x": settled}, weights=weights)[0]
        d.views[op.output] = d.like(made, settled)
        return
    flat = rows(d, view, view.rank - axis)
    weights = {name: value.reshape(-1) for name, value in weights.items()}
    made = d.node(kind, op.name, {**fields, "axes": "features"}, {"x": flat}, weights=weights)[0]
    d.views[op.output] = back(view, made, over)
