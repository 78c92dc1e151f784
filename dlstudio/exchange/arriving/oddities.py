"""Oddities: fields of layers that a torch module keeps under another name, or says in another way."""

from collections.abc import Callable
from typing import Any

ODD: dict[str, Callable[[Any], dict[str, Any]]] = {}
"""What to read of a module beside the attributes that bear a field's name, by its class."""

Read = Callable[[Any], dict[str, Any]]


def _odd(*names: str) -> Callable[[Read], Read]:
    def put(read: Read) -> Read:
        ODD.update(dict.fromkeys(names, read))
        return read

    return put


@_odd("PReLU")
def _prelu(module: Any) -> dict[str, Any]:
    return {"each_channel": module.num_parameters > 1, "init": 0.25}


@_odd("TransformerEncoderLayer", "TransformerDecoderLayer")
def _transformer(module: Any) -> dict[str, Any]:
    activation = getattr(module.activation, "__name__", type(module.activation).__name__).lower()
    return {
        "nhead": module.self_attn.num_heads,
        "dim_feedforward": module.linear1.out_features,
        "dropout": float(module.dropout.p),
        "activation": activation,
        "bias": module.linear1.bias is not None,
        "causal": False,
    }


@_odd("MultiheadAttention")
def _attention(module: Any) -> dict[str, Any]:
    return {"bias": module.in_proj_bias is not None, "causal": False, "need_weights": False}


@_odd("LocalResponseNorm")
def _local(_module: Any) -> dict[str, Any]:
    return {"convention": "torch"}


@_odd("BatchNorm1d", "BatchNorm2d", "BatchNorm3d")
def _batch_norm(module: Any) -> dict[str, Any]:
    if not module.track_running_stats:
        return {"running": "none"}
    return {"running": "average"} if module.momentum is None else {"running": "torch"}


@_odd("SourceBatchNorm")
def _source_batch_norm(_module: Any) -> dict[str, Any]:
    return {"running": "old-weight"}


@_odd("Upsample")
def _upsample(module: Any) -> dict[str, Any]:
    factor = module.scale_factor[0] if isinstance(module.scale_factor, tuple) else module.scale_factor
    mode = {"bilinear": "linear", "trilinear": "linear", "bicubic": "cubic"}.get(module.mode, module.mode)
    scale = {} if factor is None else {"scale_factor": float(factor)}
    return {**scale, "mode": mode, "align_corners": bool(module.align_corners)}


@_odd("SelfAttention")
def _self_attention(module: Any) -> dict[str, Any]:
    return {"bias": module.qkv.bias is not None}
