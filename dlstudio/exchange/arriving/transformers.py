"""Transformers: torch's own stacks of layers, whose forward has fast paths that hide the layers."""

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from torch import nn


def plain(module: nn.Module) -> Callable[..., Any] | None:
    """The forward of a stack as its layers one after the other; None for other modules."""
    if isinstance(module, nn.Transformer):
        return partial(_both, module)
    if isinstance(module, nn.TransformerEncoder):
        return partial(_encoder, module)
    if isinstance(module, nn.TransformerDecoder):
        return partial(_decoder, module)
    return None


def _both(module: nn.Transformer, src: Any, tgt: Any, src_mask: Any = None, tgt_mask: Any = None, **rest: Any) -> Any:
    memory = module.encoder(src, mask=src_mask, **_said(rest, src_key_padding_mask="src_key_padding_mask"))
    wanted = _said(rest, memory_mask="memory_mask", tgt_key_padding_mask="tgt_key_padding_mask")
    wanted |= _said(rest, memory_key_padding_mask="memory_key_padding_mask", tgt_is_causal="tgt_is_causal")
    return module.decoder(tgt, memory, tgt_mask=tgt_mask, **wanted)


def _encoder(module: nn.TransformerEncoder, src: Any, mask: Any = None, **rest: Any) -> Any:
    for layer in module.layers:
        src = layer(
            src, src_mask=mask, **_said(rest, src_key_padding_mask="src_key_padding_mask", is_causal="is_causal")
        )
    return src if module.norm is None else module.norm(src)


def _decoder(module: nn.TransformerDecoder, tgt: Any, memory: Any, **rest: Any) -> Any:
    for layer in module.layers:
        tgt = layer(tgt, memory, **{name: value for name, value in rest.items() if value is not None})
    return tgt if module.norm is None else module.norm(tgt)


def _said(given: dict[str, Any], **names: str) -> dict[str, Any]:
    """Those of the arguments that say something."""
    return {new: given[old] for new, old in names.items() if given.get(old) not in (None, False)}


def bound(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """What a module is given, by the names of its parameters."""
    try:
        made = inspect.signature(module.forward).bind(*args, **kwargs)
    except (TypeError, ValueError):
        return dict(kwargs)
    named: dict[str, Any] = {}
    for name, value in made.arguments.items():
        kind = made.signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            named.update({f"{name}{i + 1}": each for i, each in enumerate(value)})
        elif kind is inspect.Parameter.VAR_KEYWORD:
            named.update(value)
        else:
            named[name] = value
    return named
