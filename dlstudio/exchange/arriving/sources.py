"""Sources: which layer of the catalogue a torch module is, told from the source that each layer declares."""

import ast
import linecache
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any

import torch
from torch import nn
from torch.nn.utils import parametrize

from dlstudio.catalog.layer import Layer
from dlstudio.catalog.layers import layers
from dlstudio.catalog.refusal import Refused
from dlstudio.core.fields import FieldProblem, Flag, Size
from dlstudio.core.spec import BadFields, Field
from dlstudio.core.tensor import FORMS, Tensor
from dlstudio.exchange.arriving.oddities import ODD

STACKS = (nn.Sequential, nn.ModuleList, nn.ModuleDict, nn.Transformer, nn.TransformerEncoder, nn.TransformerDecoder)
"""Modules of torch's own that are looked into."""
FORMER = {"batch_first", "inplace", "training", "in_place", "enable_nested_tensor"}
"""What a module remembers that makes no difference here."""


def stays_whole(module: nn.Module) -> bool:
    """Whether a module is one step: it is torch's own, or one of dlstudio's."""
    if isinstance(module, STACKS):
        return False
    home = type(module).__module__
    return home.startswith("torch.nn.") or (called(module) in own_modules() and is_ours(type(module)))  # type: ignore[arg-type]


def called(module: nn.Module) -> str:
    """The name of a module's class, without what a parametrization made of it."""
    return type(module).__mro__[1].__name__ if parametrize.is_parametrized(module) else type(module).__name__


def kinds_for(module: nn.Module) -> list[type[Layer]]:
    """The layers that are written as this class, the one of its name first."""
    name = called(module)
    return sorted(by_source().get(name, []), key=lambda layer: layer.kind != name)


@cache
def by_source() -> Mapping[str, list[type[Layer]]]:
    """The layers by the name of the class that they are written as."""
    found: dict[str, list[type[Layer]]] = {}
    for layer in layers:
        for name in {source.rpartition(".")[2] for source in (layer.source, *_by_form(layer)) if source}:
            found.setdefault(name, []).append(layer)
    return found


def _by_form(layer: type[Layer]) -> Iterator[str]:
    """The classes of a layer whose class depends on what comes in."""
    if layer.callee is Layer.callee:
        return
    for length, axes in {len(axes): axes for axes in FORMS.values()}.items():
        for form in (axes, *(other for other in FORMS.values() if len(other) == length)):
            try:
                yield layer().callee(x=Tensor((4,) * length, form))
            except (KeyError, Refused):
                continue


@cache
def own_modules() -> Mapping[str, str]:
    """The modules that torch lacks: the file of each by the name of its class."""
    sources = [layer.source for layer in layers if layer.source.startswith(".")]
    return {source.rpartition(".")[2]: source.split(".")[1] for source in sources}


@cache
def is_ours(cls: type[nn.Module]) -> bool:
    """Whether a class is dlstudio's, wherever its text stands: an exported file carries it along."""
    file = own_modules()[cls.__name__]
    if cls.__module__ == f"dlstudio.modules.{file}":
        return True
    theirs = _definition("".join(linecache.getlines(cls.forward.__code__.co_filename)), cls.__name__)
    ours = _definition(files("dlstudio.modules").joinpath(f"{file}.py").read_text("utf-8"), cls.__name__)
    return theirs is not None and theirs == ours


def _definition(text: str, name: str) -> str | None:
    """What a text says of a class."""
    try:
        body = ast.parse(text).body
    except SyntaxError:
        return None
    return next((ast.dump(node) for node in body if isinstance(node, ast.ClassDef) and node.name == name), None)


def fields_of(layer: type[Layer], module: nn.Module) -> dict[str, Any]:
    """The fields of a layer as a module has them: each attribute of a field's name, as that field writes it."""
    found: dict[str, Any] = {}
    for name, spec in layer.specs.items():
        value = getattr(module, name, _NONE)
        if value is _NONE or (value is None and not isinstance(spec.marker, Flag)):
            continue
        if (made := accepted(spec, value)) is not None:
            found[name] = made
    found.update(ODD[called(module)](module) if called(module) in ODD else {})
    if parametrize.is_parametrized(module) and "reparametrize" in layer.specs:
        found["reparametrize"] = _reparametrized(module)
    return {name: value for name, value in found.items() if name in layer.specs}


_NONE = object()


def accepted(spec: Field, value: Any) -> Any:
    """A value as a field holds it; None where it does not."""
    if isinstance(spec.marker, Flag):
        value = bool(value) if isinstance(value, bool | int) else value is not None
    elif isinstance(spec.marker, Size) and isinstance(value, int):
        value = (value,) * spec.marker.dims
    elif isinstance(value, list):
        value = tuple(value)
    try:
        return spec.marker.accept(value)
    except (FieldProblem, TypeError):
        return None


def unnormed(module: nn.Module) -> nn.Module | None:
    """A copy with plain weights, where they are normed along an axis along which no layer norms; else None."""
    if not parametrize.is_parametrized(module, "weight"):
        return None
    if not any(getattr(part, "dim", 0) for part in module.parametrizations["weight"]):  # type: ignore[index]
        return None
    made: nn.Module = object.__new__(type(module).__mro__[1])
    made.__dict__.update(vars(module))
    made._parameters = {"weight": nn.Parameter(module.weight.detach()), **module._parameters}  # type: ignore[operator]
    made._modules = {name: part for name, part in module._modules.items() if name != "parametrizations"}
    return made


def _reparametrized(module: nn.Module) -> str:
    inside = {type(part).__name__ for each in module.parametrizations.values() for part in each}  # type: ignore[operator]
    return {"_WeightNorm": "weight norm", "_SpectralNorm": "spectral norm"}.get(next(iter(inside), ""), "none")


def alike(layer: Layer, module: nn.Module, ins: Mapping[str, Any]) -> str:
    """Why the module that a layer writes is not the module that is there; nothing where it is."""
    try:
        made = _made(layer, ins)
    except (TypeError, ValueError, RuntimeError, Refused, BadFields) as problem:
        return str(problem).partition("\n")[0]
    if made is None:
        return "it is no module of its own here"
    if parametrize.is_parametrized(module):
        return ""
    here, there = (dict(_remembered(each)) for each in (made, module))
    odd = next((name for name in there if here.get(name, _NONE) != there[name]), "")
    if odd:
        return f"its {odd.strip('.')} is {there[odd]}, which the layer does not have"
    shapes = [{name: tensor.shape for name, tensor in each.state_dict().items()} for each in (made, module)]
    return "" if shapes[0] == shapes[1] else "its weights have other names or shapes"


def _made(layer: Layer, ins: Mapping[str, Any]) -> nn.Module | None:
    """The module that the layer writes, without memory for its weights."""
    call = layer.construct(**ins)
    if call is None:
        return None
    home, _, name = call.callee.rpartition(".")
    place = torch.nn if home == "nn" else import_module(f"dlstudio.modules{home}")
    with torch.device("meta"):
        made: nn.Module = getattr(place, name)(*(value for _, value in call.positional), **dict(call.keywords))
    return made


def _remembered(module: nn.Module) -> Iterator[tuple[str, Any]]:
    """What a module and those in it know of themselves: their numbers and words."""
    for path, part in module.named_modules():
        for name, value in vars(part).items():
            plain = value is None or isinstance(value, bool | int | float | str | tuple | list)
            if plain and not name.startswith("_") and name not in FORMER:
                yield f"{path}.{name}", _single(_laps(part) if name == "padding" else value)
            elif name == "activation":
                yield f"{path}.{name}", getattr(value, "__name__", type(value).__name__)


def _laps(part: nn.Module) -> Any:
    """A convolution's padding in numbers, also where it says it in a word."""
    if part.padding == "valid":
        return 0
    if part.padding != "same":
        return part.padding
    return tuple(d * (k - 1) / 2 for k, d in zip(part.kernel_size, part.dilation, strict=True))  # type: ignore[arg-type]


def _single(value: Any) -> Any:
    """A size as one number where all of its numbers are one."""
    if isinstance(value, Iterable) and not isinstance(value, str):
        given = tuple(value)
        return given[0] if given and len(set(map(str, given))) == 1 else given
    return value
