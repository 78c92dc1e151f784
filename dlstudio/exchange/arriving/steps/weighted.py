"""Weighted: functions that are given the weights of a layer: F.linear, F.conv2d, F.layer_norm, F.embedding."""

from typing import Any

import torch
from torch import nn

from dlstudio.exchange.arriving.scribe import Scribe, Unfit
from dlstudio.exchange.arriving.sources import called
from dlstudio.exchange.arriving.steps.derived import arguments
from dlstudio.exchange.arriving.steps.modules import placed
from dlstudio.exchange.arriving.steps.products import product
from dlstudio.exchange.arriving.steps.rule import does, name_of, only, plain_name
from dlstudio.exchange.arriving.trace import Step, Value


@does("linear")
def linear(scribe: Scribe, step: Step) -> None:
    told = arguments(step)
    weight = _weight(told)
    if not weight.path:
        _calculated(scribe, step, told, weight)
        return
    made = _module("Linear", weight.shape[1], weight.shape[0], bias=told.get("bias") is not None)
    put(scribe, step, told, made, {"weight": weight, "bias": told.get("bias")})


def _calculated(scribe: Scribe, step: Step, told: dict[str, Any], weight: Value) -> None:
    """A weight that is calculated is a table like any other."""
    name, x = scribe.known(weight), _input(told)
    turned = scribe.layer(
        "Transpose", scribe.fresh("weight_turned"), {}, {"x": scribe.formed(name, ("time", "feature"))}
    )[0]
    raised = Value(turned, weight.shape[::-1], weight.dtype, weight.batch)
    scribe.draft.alias(raised.name, turned)
    made = product(scribe, step, x, raised)
    if isinstance(told.get("bias"), Value):
        bias = scribe.known(told["bias"])
        made = scribe.layer(
            "Add", scribe.fresh("bias_add"), {}, {"x1": made, "x2": scribe.shaped(bias, (1, *told["bias"].shape))}
        )[0]
    scribe.give(only(step), made)


@does(*(f"conv{n}d" for n in "123"), *(f"conv_transpose{n}d" for n in "123"), "convolution")
def convolution(scribe: Scribe, step: Step) -> None:
    told = arguments(step)
    weight = _weight(told)
    across = "transpose" in step.op
    dims, groups = weight.rank - 2, told.get("groups", 1)
    outs, ins = (weight.shape[1] * groups, weight.shape[0]) if across else (weight.shape[0], weight.shape[1] * groups)
    names = ("stride", "padding", "dilation") + (("output_padding",) if across else ())
    sizes = {name: _size(told[name], dims) for name in names}
    made = _module(
        f"Conv{'Transpose' if across else ''}{dims}d",
        ins,
        outs,
        weight.shape[2:],
        groups=groups,
        bias=told.get("bias") is not None,
        **sizes,
    )
    put(scribe, step, told, made, {"weight": weight, "bias": told.get("bias")})


def _size(given: Any, dims: int) -> Any:
    if isinstance(given, str | int):
        return given
    return tuple(given) * dims if len(given) == 1 else tuple(given)


@does("layer_norm", "rms_norm")
def layer_norm(scribe: Scribe, step: Step) -> None:
    told = arguments(step)
    weight, bias = told.get("weight"), told.get("bias")
    shape, affine = tuple(told["normalized_shape"]), weight is not None
    if "layer" in step.op:
        made = _module("LayerNorm", shape, told["eps"], affine, bias=bias is not None)
    else:
        made = _module("RMSNorm", shape, told["eps"], affine)
    put(scribe, step, told, made, {"weight": weight, "bias": bias})


@does("group_norm")
def group_norm(scribe: Scribe, step: Step) -> None:
    told = arguments(step)
    channels = _input(told).shape[1]
    made = _module("GroupNorm", told["num_groups"], channels, told["eps"], told.get("weight") is not None)
    put(scribe, step, told, made, {"weight": told.get("weight"), "bias": told.get("bias")})


@does("batch_norm", "_native_batch_norm_legit_no_training")
def batch_norm(scribe: Scribe, step: Step) -> None:
    told = arguments(step)
    x, weight, mean = _input(told), told.get("weight"), told.get("running_mean")
    if mean is None:
        raise Unfit("it remembers no mean")
    dims = {2: 1, 3: 1, 4: 2, 5: 3}[x.rank]
    made = _module(f"BatchNorm{dims}d", x.shape[1], told["eps"], told["momentum"], weight is not None)
    made.register_buffer("num_batches_tracked", torch.tensor(0))
    held = {"weight": weight, "bias": told.get("bias"), "running_mean": mean, "running_var": told.get("running_var")}
    put(scribe, step, told, made, held)


@does("instance_norm")
def instance_norm(scribe: Scribe, step: Step) -> None:
    told = arguments(step)
    x, weight = _input(told), told.get("weight")
    dims = {3: 1, 4: 2, 5: 3}[x.rank]
    made = _module(f"InstanceNorm{dims}d", x.shape[1], told["eps"], affine=weight is not None)
    put(scribe, step, told, made, {"weight": weight, "bias": told.get("bias")})


@does("embedding")
def embedding(scribe: Scribe, step: Step) -> None:
    told = arguments(step)
    weight = _weight(told)
    padding = told.get("padding_idx")
    padding = None if padding is None or padding < 0 else padding
    made = _module("Embedding", *weight.shape, padding_idx=padding)
    index = next(told[name] for name in ("input", "indices") if isinstance(told.get(name), Value))
    put(scribe, step, {"input": index}, made, {"weight": weight})


@does("prelu")
def prelu(scribe: Scribe, step: Step) -> None:
    told = arguments(step)
    weight = _weight(told)
    put(scribe, step, told, _module("PReLU", weight.shape[0]), {"weight": weight})


def _module(kind: str, *args: Any, **kwargs: Any) -> nn.Module:
    with torch.device("meta"):
        made: nn.Module = getattr(nn, kind)(*args, **kwargs)
    return made


def _input(told: dict[str, Any]) -> Value:
    found = told.get("input", told.get("self"))
    if not isinstance(found, Value):
        raise Unfit("what it reads is fixed")
    return found


def _weight(told: dict[str, Any]) -> Value:
    found = told.get("weight")
    if not isinstance(found, Value):
        raise Unfit("its weight is fixed")
    return found


def put(scribe: Scribe, step: Step, told: dict[str, Any], made: nn.Module, held: dict[str, Any]) -> None:
    """A module with weights that are there, under the name that they have there."""
    weights = {name: value for name, value in held.items() if isinstance(value, Value)}
    if any(value.data is None or not value.path for value in weights.values()):
        raise Unfit("its weights are calculated")
    homes = {value.path.rpartition(".")[0] for value in weights.values()}
    home = homes.pop() if len(homes) == 1 else ""
    for name, value in weights.items():
        _assign(made, name, value)
    path = home if home and home != scribe.frame.path else ""
    shown = Step(
        step.name, called(made), (_input(told),), {}, step.out, None, made.eval(), path or name_of(scribe, step)
    )
    if not path:
        shown.path = f"{scribe.frame.path}.{shown.path}" if scribe.frame.path else shown.path
    placed(scribe, shown, [_input(told)])
    for name, value in weights.items():
        node = scribe.local(shown.path)
        scribe.renamed_key(value.path, f"{node}.{name}")


def _assign(made: nn.Module, name: str, value: Value) -> None:
    kept = value.data
    assert kept is not None
    if name in dict(made.named_parameters()):
        setattr(made, name, nn.Parameter(kept, requires_grad=kept.is_floating_point()))
    else:
        made.register_buffer(name, kept)


__all__ = ["linear", "plain_name"]
