"""Derived: functions that are a layer's module without the module: F.relu is ReLU, torch.softmax is Softmax."""

import inspect
from functools import cache
from typing import Any

import torch

from dlstudio.catalog.layer import Layer
from dlstudio.exchange.arriving.oddities import ODD
from dlstudio.exchange.arriving.scribe import Scribe, Unfit
from dlstudio.exchange.arriving.sources import accepted, by_source
from dlstudio.exchange.arriving.steps.rule import does, name_of, only, plain_name
from dlstudio.exchange.arriving.trace import Step, Value

OTHERWISE = {"im2col": "unfold", "col2im": "fold"}
"""What operators are called as functions."""


@does("feature_dropout")
def derived(scribe: Scribe, step: Step) -> None:
    """A function as the layer whose module's class has its name."""
    name = OTHERWISE.get(plain_name(step), plain_name(step))
    layer = function_layers().get(name.replace("_", "").lower())
    if layer is None:
        raise Unfit("no layer does this")
    told = arguments(step)
    tensors = [value for value in told.values() if isinstance(value, Value)]
    if len(tensors) != 1:
        raise Unfit(f"it takes {len(tensors)} tensors")
    x = tensors[0]
    fields = fields_from(layer, told)
    dim = told.get("dim")
    if "axis" in layer.specs and isinstance(dim, int):
        fields["axis"] = str(scribe.sample_axis(x, dim))
    if x.batch not in (0, None) and not _each_number(layer):
        raise Unfit("the samples are not along its first axis")
    ports = [port.name for port in layer(**fields).ports_in()]
    made = scribe.layer(layer.kind, name_of(scribe, step), fields, {ports[0]: scribe.known(x)})
    scribe.give(only(step), made[0])


def _each_number(layer: type[Layer]) -> bool:
    return any(cls.__name__ in ("Pointwise", "AlongAxis") for cls in layer.__mro__)


@cache
def function_layers() -> dict[str, type[Layer]]:
    """The layers by the names that functions have: leakyrelu for F.leaky_relu."""
    from dlstudio.catalog.layers import layers

    found = {name.lower(): kinds[0] for name, kinds in by_source().items()}
    found |= {layer.kind.lower(): layer for layer in layers if not layer.source and layer.kind == "Normalize"}
    return found


def fields_from(layer: type[Layer], told: dict[str, Any]) -> dict[str, Any]:
    """The fields of a layer that a function's arguments say."""
    found: dict[str, Any] = {}
    for name, spec in layer.specs.items():
        if told.get(name) is None or isinstance(told[name], Value):
            continue
        made = accepted(spec, told[name])
        if made is not None:
            found[name] = made
    if layer.kind == "LocalResponseNorm":
        found.update(ODD[layer.kind](None))
    return found


def arguments(step: Step) -> dict[str, Any]:
    """The arguments of a function by name, with what the function takes where nothing is said."""
    named = _signature(step) or _schema(step)
    if named is None:
        raise Unfit("its arguments are not known by name")
    return named


def _signature(step: Step) -> dict[str, Any] | None:
    if not inspect.isfunction(step.target):
        return None
    signature = inspect.signature(step.target)
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in signature.parameters.values()):
        return None
    try:
        bound = signature.bind(*step.args, **step.kwargs)
    except TypeError:
        return None
    bound.apply_defaults()
    return dict(bound.arguments)


def _schema(step: Step) -> dict[str, Any] | None:
    """By what torch says of its own operators."""
    told = {name: value for name, value in step.kwargs.items() if name not in ("return_indices", "inplace")}
    for schema in torch._C._jit_get_schemas_for_operator(f"aten::{plain_name(step)}"):
        names = [argument.name for argument in schema.arguments]
        kwargs = {("self" if name == "input" and "self" in names else name): v for name, v in told.items()}
        if len(step.args) <= len(names) and set(kwargs) <= set(names):
            usual = {a.name: a.default_value for a in schema.arguments if a.has_default_value()}
            return {**usual, **dict(zip(names, step.args, strict=False)), **kwargs}
    return None
