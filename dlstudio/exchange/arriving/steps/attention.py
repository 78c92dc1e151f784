"""Attention: torch's attention and transformer layers, their masks, and attention written out by hand."""

from typing import Any

import torch

from dlstudio.exchange.arriving.scribe import Scribe, Unfit
from dlstudio.exchange.arriving.sources import fields_of, kinds_for
from dlstudio.exchange.arriving.steps.arithmetic import beside
from dlstudio.exchange.arriving.steps.modules import checked, put_module, special
from dlstudio.exchange.arriving.steps.products import stack
from dlstudio.exchange.arriving.steps.rule import Told, does, name_of, only
from dlstudio.exchange.arriving.trace import Step, Value


@special("MultiheadAttention")
def attention(scribe: Scribe, step: Step) -> None:
    """Self-attention, or attention to a memory that is both key and value."""
    names = "query key value key_padding_mask need_weights attn_mask average_attn_weights is_causal"
    told = Told(step, names, need_weights=True, average_attn_weights=True)
    query, key = told.value("query"), told.value("key")
    if told.value("value") is not key:
        raise Unfit("keys and values are not the same")
    later = causal(told, "attn_mask", "is_causal")
    weights = step.out[1] if isinstance(step.out, tuple) and isinstance(step.out[1], Value) else None
    more: dict[str, Any] = {"causal": later, "need_weights": weights is not None and told["need_weights"]}
    given = {"x": query} | ({} if key is query else {"memory": key})
    _placed(scribe, step, given, told.get("key_padding_mask"), more)


@special("TransformerEncoderLayer")
def encoder_layer(scribe: Scribe, step: Step) -> None:
    told = Told(step, "src src_mask src_key_padding_mask is_causal")
    later = causal(told, "src_mask", "is_causal")
    _placed(scribe, step, {"x": told.value("src")}, told.get("src_key_padding_mask"), {"causal": later})


@special("TransformerDecoderLayer")
def decoder_layer(scribe: Scribe, step: Step) -> None:
    names = "tgt memory tgt_mask memory_mask tgt_key_padding_mask memory_key_padding_mask tgt_is_causal"
    told = Told(step, names)
    if told.get("memory_mask") is not None:
        raise Unfit("it hides parts of the memory from some steps only")
    given = {"x": told.value("tgt"), "memory": told.value("memory")}
    if (hidden := told.get("memory_key_padding_mask")) is not None:
        given["memory_mask"] = hidden
    later = causal(told, "tgt_mask", "tgt_is_causal")
    _placed(scribe, step, given, told.get("tgt_key_padding_mask"), {"causal": later})


def _placed(scribe: Scribe, step: Step, given: dict[str, Value], hidden: Any, more: dict[str, Any]) -> None:
    assert step.module is not None
    layer = kinds_for(step.module)[0]
    checked(scribe, layer, step, list(given.values()))
    ports = {port: scribe.known(value) for port, value in given.items()}
    if isinstance(hidden, Value):
        ports["mask"] = scribe.known(hidden)
    put_module(scribe, layer, step, {**fields_of(layer, step.module), **more}, [], ports)


def causal(told: Told, mask: str, flag: str) -> bool:
    """Whether later steps are hidden; Unfit where a mask hides something else."""
    given = told.get(mask)
    if given is None:
        return bool(told.get(flag))
    if isinstance(given, Value) and given.data is not None and is_causal(given.data):
        return True
    raise Unfit("its mask is none that hides the later steps")


def is_causal(mask: torch.Tensor, shown: bool = False) -> bool:
    """Whether a mask hides exactly the later steps; `shown` says that yes stands for what may be seen."""
    while mask.ndim > 2 and mask.shape[0] == 1:
        mask = mask[0]
    if mask.ndim != 2 or mask.shape[0] != mask.shape[1]:
        return False
    later = torch.ones_like(mask, dtype=torch.bool).triu(1)
    if mask.dtype == torch.bool:
        return bool((mask == (~later if shown else later)).all())
    return bool((mask[later] <= -1e4).all() and (mask[~later] == 0).all())


@does("scaled_dot_product_attention")
def dot_product(scribe: Scribe, step: Step) -> None:
    told = Told(step, "query key value attn_mask dropout_p is_causal scale enable_gqa")
    query, mask = told.value("query"), told.get("attn_mask")
    fields = {"causal": bool(told.get("is_causal")), "dropout": float(told.get("dropout_p") or 0.0)}
    fields["scale"] = float(told.get("scale") or 0.0)
    inputs = {port: scribe.known(told.value(name)) for port, name in (("q", "query"), ("k", "key"), ("v", "value"))}
    if query.rank > 3:
        inputs |= {port: _for_each_head(scribe, inputs[port], inputs["q"]) for port in "kv"}
    if isinstance(mask, Value) and mask.data is not None and is_causal(mask.data, shown=True):
        fields["causal"] = True
    elif isinstance(mask, Value):
        sample = (*query.sample[:-1], told.value("key").sample[-2])
        out = Value(step.name, (*query.shape[:-1], told.value("key").shape[-2]), query.dtype, query.batch, query.fold)
        inputs["mask"] = beside(scribe, mask, out, len(sample))
    front = scribe.tensor(inputs["q"]).shape[:-2]
    if len(front) > 1:  # windows and heads as one: ONNX knows no more axes than heads
        inputs = {port: stack(scribe, value, front) for port, value in inputs.items()}
    made = scribe.layer("ScaledDotProduct", name_of(scribe, step), fields, inputs)[0]
    scribe.give(only(step), scribe.shaped(made, only(step).sample) if len(front) > 1 else made)


def _for_each_head(scribe: Scribe, value: str, query: str) -> str:
    """Keys or values that several heads share, once for each of them."""
    heads, (*front, shared, steps, width) = scribe.tensor(query).shape[-3], scribe.tensor(value).shape
    if heads == shared:
        return value
    size = (*front, shared, heads // shared, steps, width)
    apart = scribe.shaped(value, (*front, shared, 1, steps, width))
    made = scribe.layer("Expand", scribe.fresh("for_each_head"), {"size": size}, {"x": apart})[0]
    return scribe.shaped(made, (*front, heads, steps, width))
