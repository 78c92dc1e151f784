"""ONNX steps that treat each number by itself: activations, functions of one number, arithmetic with several."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import inf, isfinite
from typing import Any

import numpy as np

from dlstudio.exchange.arriving.onnx_drawing import Drawing, Unknown, translates
from dlstudio.exchange.arriving.onnx_graph import Op, dtype_of
from dlstudio.exchange.arriving.onnx_meeting import Met, met, scalar, short

Made = tuple[str, Mapping[str, Any]]
"""A kind of layer and its fields."""


def apply(d: Drawing, op: Op, kind: str, fields: Mapping[str, Any], weights: Mapping[str, Any] | None = None) -> None:
    """A layer for which it does not matter how the axes lie."""
    view = d.view(op.input(0))
    port = "a" if kind == "Compare" else "x"
    made = d.node(kind, op.name, fields, {port: view}, weights=weights)[0]
    d.views[op.output] = d.like(made, view)


def formula(text: str) -> Made:
    return "Expression", {"expression": text}


_PLAIN: Mapping[str, Made] = {
    "Relu": ("ReLU", {}),
    "Sigmoid": ("Sigmoid", {}),
    "Tanh": ("Tanh", {}),
    "HardSwish": ("Hardswish", {}),
    "Mish": ("Mish", {}),
    "Softplus": ("Softplus", {}),
    "Softsign": ("Softsign", {}),
    "Abs": ("Abs", {}),
    "Exp": ("Exponential", {}),
    "Sin": ("Sine", {}),
    "Cos": ("Cosine", {}),
    "Neg": formula("-x"),
    "Log": formula("log(x)"),
    "Sqrt": formula("sqrt(x)"),
    "Reciprocal": formula("1 / x"),
    "Floor": formula("floor(x)"),
    "Ceil": formula("ceil(x)"),
    "Round": formula("round(x)"),
    "Sign": formula("sign(x)"),
    "Tan": formula("tan(x)"),
    "Atan": formula("atan(x)"),
    "Sinh": formula("sinh(x)"),
    "Cosh": formula("cosh(x)"),
    "Erf": formula("erf(x)"),
    "Not": ("Compare", {"operation": "equal", "value": 0.0}),
}


@translates(*_PLAIN)
def plain(d: Drawing, op: Op) -> None:
    apply(d, op, *_PLAIN[op.kind])


def _elu(op: Op) -> Made:
    return "ELU", {"alpha": short32(op.get("alpha", 1.0))}


def _selu(op: Op) -> Made:
    alpha, gamma = op.get("alpha", 1.6732632), op.get("gamma", 1.050701)
    if abs(alpha - 1.6732632) < 1e-5 and abs(gamma - 1.050701) < 1e-5:
        return "SELU", {}
    alpha, gamma = short32(alpha), short32(gamma)
    return formula(f"{gamma} * (max(x, 0) + {alpha} * (exp(min(x, 0)) - 1))")


def _hard_sigmoid(op: Op) -> Made:
    alpha, beta = op.get("alpha", 0.2), op.get("beta", 0.5)
    if abs(alpha - 1 / 6) < 1e-6 and beta == 0.5:
        return "Hardsigmoid", {}
    return formula(f"max(0, min(1, {short32(alpha)} * x + {short32(beta)}))")


def _swish(op: Op) -> Made:
    alpha = short32(op.get("alpha", 1.0))
    return ("SiLU", {}) if alpha == 1 else formula(f"x * sigmoid({alpha} * x)")


_SET: Mapping[str, Callable[[Op], Made]] = {
    "Elu": _elu,
    "Selu": _selu,
    "HardSigmoid": _hard_sigmoid,
    "Swish": _swish,
    "Celu": lambda op: ("CELU", {"alpha": short32(op.get("alpha", 1.0))}),
    "LeakyRelu": lambda op: ("LeakyReLU", {"negative_slope": short32(op.get("alpha", 0.01))}),
    "ThresholdedRelu": lambda op: ("Threshold", {"threshold": short32(op.get("alpha", 1.0)), "value": 0.0}),
    "Gelu": lambda op: ("GELU", {"approximate": op.get("approximate", "none")}),
}


@translates(*_SET)
def with_settings(d: Drawing, op: Op) -> None:
    apply(d, op, *_SET[op.kind](op))


def short32(number: float) -> float:
    """A setting that the file keeps in 32 bits, as shortly as that allows."""
    return short(np.float32(number))


@translates("Shrink")
def shrink(d: Drawing, op: Op) -> None:
    width, bias = short32(op.get("lambd", 0.5)), short32(op.get("bias", 0.0))
    if bias not in (0.0, width):
        raise Unknown("it moves by another number than it cuts at")
    apply(d, op, "Softshrink" if bias else "Hardshrink", {"lambd": width})


@translates("Clip")
def clip(d: Drawing, op: Op) -> None:
    low, high = (_limit(d, op, 1, "min"), _limit(d, op, 2, "max"))
    low = -inf if low is not None and low <= -3.4e38 else low
    high = inf if high is not None and high >= 3.4e38 else high
    bounded = low is not None and isfinite(low), high is not None and isfinite(high)
    if bounded == (True, True):
        six = (low, high) == (0.0, 6.0)
        apply(d, op, *(("ReLU6", {}) if six else ("Clamp", {"low": low, "high": high})))
    elif bounded == (False, False):
        d.views[op.output] = d.view(op.input(0))
    else:
        apply(d, op, *(formula(f"max(x, {low})") if bounded[0] else formula(f"min(x, {high})")))


def _limit(d: Drawing, op: Op, index: int, attribute: str) -> float | None:
    if attribute in op.attributes:
        return short32(op.get(attribute))
    return scalar(d.constant(op.input(index), "a limit")) if op.input(index) else None


@translates("Identity")
def identity(d: Drawing, op: Op) -> None:
    d.views[op.output] = d.view(op.input(0))


@translates("Dropout")
def dropout(d: Drawing, op: Op) -> None:
    ratio = scalar(d.constant(op.input(1), "the share")) if op.input(1) else op.get("ratio", 0.5)
    apply(d, op, "Dropout", {"p": min(max(short32(ratio or 0.0), 0.0), 1.0)})


@translates("Cast", "CastLike")
def cast(d: Drawing, op: Op) -> None:
    view = d.view(op.input(0))
    wanted = dtype_of(op.get("to")) if op.kind == "Cast" else d.tensor(d.view(op.input(1))).dtype
    if wanted is None:
        raise Unknown("it makes a kind of number that networks do not calculate with")
    if wanted == d.tensor(view).dtype:
        d.views[op.output] = view
    else:
        apply(d, op, {"float": "ToFloat", "int": "ToInt", "bool": "ToBool"}[wanted], {})


@translates("PRelu")
def prelu(d: Drawing, op: Op) -> None:
    slope = d.constant(op.input(1), "the slope")
    if slope.size == 1:
        apply(d, op, "PReLU", {}, {"weight": slope.reshape(-1)})
        return
    view = d.plain(d.view(op.input(0)))
    tensor = d.tensor(view)
    wide = slope.reshape((1,) * (view.rank - slope.ndim) + slope.shape)
    if wide.shape != (1, tensor.shape[0], *(1,) * (tensor.rank - 1)):
        raise Unknown("its slopes are not one for each channel")
    fields = {"each_channel": True}
    made = d.node("PReLU", op.name, fields, {"x": view}, weights={"weight": slope.reshape(-1)})[0]
    d.views[op.output] = d.like(made, view)


_WITH_NUMBER: Mapping[str, tuple[str, str]] = {
    "Add": ("x + {}", "x + {}"),
    "Sub": ("x - {}", "{} - x"),
    "Mul": ("x * {}", "{} * x"),
    "Div": ("x / {}", "{} / x"),
    "Pow": ("x ** {}", "{} ** x"),
    "Min": ("min(x, {})", "min(x, {})"),
    "Max": ("max(x, {})", "max(x, {})"),
}
"""The formula with a number on the right, and on the left."""
_OF_TENSORS = {"Add": "Add", "Sum": "Add", "Sub": "Subtract", "Mul": "Multiply", "Div": "Divide"} | {
    "Min": "Minimum",
    "Max": "Maximum",
    "Mean": "Average",
}


@translates(*_WITH_NUMBER, "Sum", "Mean")
def arithmetic(d: Drawing, op: Op) -> None:
    names = [name for name in op.inputs if name]
    if len(names) == 1:
        d.views[op.output] = d.view(names[0])
    elif len(names) == 2 and op.kind in _WITH_NUMBER and _with_number(d, op, names):
        return
    else:
        joined(d, op, names)


def _with_number(d: Drawing, op: Op, names: list[str]) -> bool:
    """Writes the step as a formula of one tensor, where the other is a single number."""
    at = next((i for i, name in enumerate(names) if name in d.constants and d.constants[name].size == 1), None)
    if at is None or names[1 - at] in d.constants:
        return False
    view = d.view(names[1 - at])
    number = scalar(d.constants[names[at]])
    wider = d.constants[names[at]].ndim > view.rank
    if number is None or not isfinite(number) or d.tensor(view).dtype != "float" or wider:
        return False
    if (op.kind, number, at) == ("Pow", 2.0, 1):
        apply(d, replace(op, inputs=(names[0],)), "Square", {})
        return True
    text = _WITH_NUMBER[op.kind][1 - at].format(number if number >= 0 else f"({number})")
    apply(d, replace(op, inputs=(names[1 - at],)), *formula(text))
    return True


def joined(d: Drawing, op: Op, names: list[str]) -> None:
    """A layer of several inputs."""
    together = met(d, names)
    if op.kind == "Div" and d.tensor(together.views[0]).dtype == "int":
        raise Unknown("it divides whole numbers")
    if op.kind == "Pow":
        pair(d, op, together, *formula("a ** b"))
        return
    inputs = {f"x{i + 1}": view for i, view in enumerate(together.views)}
    made = d.node(_OF_TENSORS[op.kind], op.name, {}, inputs)[0]
    result(d, op, made, together)


def pair(d: Drawing, op: Op, together: Met, kind: str, fields: Mapping[str, Any]) -> None:
    """A layer with the inputs a and b."""
    made = d.node(kind, op.name, fields, dict(zip("ab", together.views, strict=True)))[0]
    result(d, op, made, together)


def result(d: Drawing, op: Op, made: str, together: Met) -> None:
    """The view of what came of views that lie alike, one of which may have been stretched."""
    shape = d.draft.tensors[d.draft.values[made]].shape
    first = next((view for view in together.views if d.tensor(view).shape == shape), None)
    view = replace(first or together.views[0], value=made, sizes=first.sizes if first else shape)
    d.views[op.output] = view.widened(together.gone)


_COMPARED = {
    "Equal": "equal",
    "Greater": "greater",
    "GreaterOrEqual": "at least",
    "Less": "less",
    "LessOrEqual": "at most",
}
_MIRRORED = {"greater": "less", "less": "greater", "at least": "at most", "at most": "at least", "equal": "equal"}


@translates(*_COMPARED)
def compare(d: Drawing, op: Op) -> None:
    operation, names = _COMPARED[op.kind], list(op.inputs[:2])
    at = next((i for i, name in enumerate(names) if name in d.constants and d.constants[name].size == 1), None)
    if at is None:
        pair(d, op, met(d, names), "Compare", {"operation": operation})
        return
    fields = {"operation": operation if at == 1 else _MIRRORED[operation], "value": scalar(d.constants[names[at]])}
    apply(d, replace(op, inputs=(names[1 - at],)), "Compare", fields)


@translates("Where")
def where(d: Drawing, op: Op) -> None:
    names = list(op.inputs)
    for index, turned in ((1, False), (2, True)):
        other = names[3 - index]
        number = scalar(d.constants[names[index]]) if names[index] in d.constants else None
        if number is not None and names[0] not in d.constants and other not in d.constants and isfinite(number):
            _fill(d, op, names[0], other, number, turned)
            return
    together = met(d, names)
    made = d.node("Where", op.name, {}, dict(zip(("mask", "a", "b"), together.views, strict=True)))[0]
    result(d, op, made, together)


def _fill(d: Drawing, op: Op, mask: str, other: str, number: float, turned: bool) -> None:
    """One number where the mask says yes, or where it says no."""
    together = met(d, [mask, other])
    over, x = together.views
    if turned:
        asked = d.node("Compare", f"{op.name}_not", {"operation": "equal", "value": 0.0}, {"a": over})[0]
        over = replace(over, value=asked)
    made = d.node("MaskFill", op.name, {"value": number}, {"x": x, "mask": over})[0]
    result(d, op, made, together)
