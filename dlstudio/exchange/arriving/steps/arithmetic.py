"""Arithmetic: sums, products and functions of numbers, of two results or of one and a fixed number."""

from math import inf, isfinite
from typing import Any

from dlstudio.core.edits import stem
from dlstudio.core.tensor import Tensor, usual_axes
from dlstudio.exchange.arriving.scribe import Scribe, Unfit
from dlstudio.exchange.arriving.steps.rule import Told, does, name_of, number, only, plain_name
from dlstudio.exchange.arriving.trace import Step, Value

SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "floordiv": "//", "pow": "**", "mod": "%"}
JOINS = {
    "add": "Add",
    "sub": "Subtract",
    "mul": "Multiply",
    "div": "Divide",
    "maximum": "Maximum",
    "minimum": "Minimum",
}
SAME = {"truediv": "div", "true_divide": "div", "divide": "div", "multiply": "mul", "subtract": "sub", "iadd": "add"}
SAME |= {"isub": "sub", "imul": "mul", "itruediv": "div", "floor_divide": "floordiv", "remainder": "mod"}
SAME |= {"radd": "add", "rmul": "mul"}
CASTS = {"float": "ToFloat", "int": "ToInt", "bool": "ToBool"}
"""The layers that make numbers of another kind."""

LONE = {
    "neg": "-x",
    "exp": "exp(x)",
    "log": "log(x)",
    "log2": "log2(x)",
    "log10": "log(x) / log(10)",
    "log1p": "log(1 + x)",
    "expm1": "exp(x) - 1",
    "sqrt": "sqrt(x)",
    "rsqrt": "1 / sqrt(x)",
    "reciprocal": "1 / x",
    "square": "x ** 2",
    "sin": "sin(x)",
    "cos": "cos(x)",
    "tan": "tan(x)",
    "atan": "atan(x)",
    "arctan": "atan(x)",
    "sinh": "sinh(x)",
    "cosh": "cosh(x)",
    "erf": "erf(x)",
    "floor": "floor(x)",
    "ceil": "ceil(x)",
    "round": "round(x)",
    "sign": "sign(x)",
    "negative": "-x",
    "absolute": "abs(x)",
    "abs": "abs(x)",
}


@does(*LONE)
def lone(scribe: Scribe, step: Step) -> None:
    """A function of each number."""
    value = Told(step, "input").value("input")
    formula(scribe, step, LONE[plain_name(step)], {"x": value})


def formula(scribe: Scribe, step: Step, text: str, given: dict[str, Value]) -> None:
    """An Expression of values, each under a letter."""
    out = only(step)
    inputs = {name: as_real(scribe, beside(scribe, value, out)) for name, value in given.items()}
    made = scribe.layer("Expression", name_of(scribe, step), {"expression": text}, inputs)[0]
    scribe.give(out, as_kind(scribe, made, out.kind))


def as_real(scribe: Scribe, name: str) -> str:
    """A value as real numbers, which formulas calculate with."""
    return as_kind(scribe, name, "float")


def as_kind(scribe: Scribe, name: str, kind: str) -> str:
    """A value as numbers of another kind."""
    if scribe.tensor(name).dtype == kind:
        return name
    cast = CASTS[kind]
    return scribe.layer(cast, scribe.fresh(stem(cast)), {}, {"x": name})[0]


@does(*SIGNS, *SAME, *JOINS)
def two(scribe: Scribe, step: Step) -> None:
    """Two values, or a value and a number."""
    name = SAME.get(plain_name(step), plain_name(step))
    told = Told(step, "input other")
    first, other, alpha = told["input"], told["other"], told.get("alpha", 1)
    if told.get("rounding_mode"):
        raise Unfit("it rounds what it divides")
    a, b = number(first), number(other)
    if a is None and b is None and alpha == 1 and name in JOINS:
        _joined(scribe, step, JOINS[name], [told.value("input"), told.value("other")])
        return
    if name in ("maximum", "minimum"):
        raise Unfit("it compares with a number")
    factor = "" if alpha == 1 else f"{written(float(alpha))} * "
    left = "a" if a is None else written(a)
    right = "b" if b is None else written(b)
    given = {letter: value for letter, value in (("a", first), ("b", other)) if number(value) is None}
    if len(given) == 1:
        left, right = ("x" if side in ("a", "b") else side for side in (left, right))
        given = {"x": next(iter(given.values()))}
    formula(scribe, step, f"{left} {SIGNS[name]} {factor}{right}", given)


@does("rsub")
def turned(scribe: Scribe, step: Step) -> None:
    """The second less the first."""
    told = Told(step, "input other")
    two(scribe, Step(step.name, "sub", (told["other"], told["input"]), {}, step.out, path=step.path))


def written(given: float) -> str:
    """A number in a formula."""
    if not isfinite(given):
        raise Unfit("it calculates with a number without end")
    text = repr(int(given)) if float(given).is_integer() and abs(given) < 1e15 else repr(float(given))
    return f"({text})" if given < 0 else text


def _joined(scribe: Scribe, step: Step, kind: str, given: list[Value]) -> None:
    out = only(step)
    inputs = {f"x{i + 1}": beside(scribe, value, out) for i, value in enumerate(given)}
    axes = _common(scribe, list(inputs.values()))
    inputs = {port: scribe.formed(value, axes, step.name) for port, value in inputs.items()}
    scribe.give(out, scribe.layer(kind, name_of(scribe, step), {}, inputs)[0])


def _common(scribe: Scribe, names: list[str]) -> tuple[str, ...]:
    """What the axes are called where values meet: as the largest of them calls them."""
    tensors = [scribe.tensor(name) for name in names]
    widest = max(tensors, key=lambda tensor: tensor.size)
    if all(tensor.axes == widest.axes for tensor in tensors):
        return widest.axes
    from dlstudio.exchange.arriving.scribe import WORD_OF

    return widest.axes if widest.axes in WORD_OF else usual_axes(widest.rank, widest.dtype)


def beside(scribe: Scribe, value: Value, out: Value, rank: int | None = None) -> str:
    """A value with as many axes as the result has, so that they lie over one another as torch lays them."""
    wanted = len(out.sample) if rank is None else rank
    name = scribe.known(value)
    shape = list(scribe.tensor(name).shape)
    fixed = value.batch is None
    if value.lone and out.batch is not None and out.rank - out.batch != value.rank:
        shape, fixed = list(value.shape), True
    if fixed and out.batch is not None:
        place = out.batch - (out.rank - value.rank)
        if place >= 0 and out.fold == 1:
            if shape[place] != 1:
                raise Unfit("a fixed tensor differs from sample to sample")
            del shape[place]
    elif value.batch is not None and out.batch is not None:
        if out.rank - out.batch != value.rank - value.batch or value.fold not in (1, out.fold):
            raise Unfit("the samples are along different axes of what meets")
        if value.fold == 1 and out.fold > 1:
            shape.insert(value.batch, 1)
    if len(shape) > wanted:
        raise Unfit("what meets has too many axes")
    return (
        scribe.shaped(name, (1,) * (wanted - len(shape)) + tuple(shape))
        if len(shape) != wanted or tuple(shape) != scribe.tensor(name).shape
        else name
    )


COMPARED = {"gt": "greater", "ge": "at least", "lt": "less", "le": "at most", "eq": "equal", "ne": "different"}


@does(*COMPARED, "greater", "less", "greater_equal", "less_equal", "not_equal")
def compared(scribe: Scribe, step: Step) -> None:
    """Yes or no for each number."""
    long = {"greater": "gt", "less": "lt", "greater_equal": "ge", "less_equal": "le", "not_equal": "ne"}
    name = long.get(plain_name(step), plain_name(step))
    told = Told(step, "input other")
    out, fixed = only(step), number(told["other"])
    fields: dict[str, Any] = {"operation": COMPARED[name]}
    inputs = {"a": beside(scribe, told.value("input"), out)}
    if fixed is None:
        inputs["b"] = beside(scribe, told.value("other"), out)
        axes = _common(scribe, list(inputs.values()))
        inputs = {port: scribe.formed(value, axes) for port, value in inputs.items()}
    else:
        fields["value"] = fixed
    scribe.give(out, scribe.layer("Compare", name_of(scribe, step), fields, inputs)[0])


@does("masked_fill")
def masked_fill(scribe: Scribe, step: Step) -> None:
    told = Told(step, "input mask value")
    out, fill = only(step), told.number("value")
    x = as_real(scribe, beside(scribe, told.value("input"), out))
    mask = _stretched(scribe, beside(scribe, told.value("mask"), out), x)
    made = scribe.layer("MaskFill", name_of(scribe, step), {"value": ended(fill)}, {"x": x, "mask": mask})[0]
    scribe.give(out, as_kind(scribe, made, out.kind))


def ended(number: float) -> float:
    """A number that a document can hold: a very large one for one without end."""
    return max(min(number, 1e30), -1e30) if number in (inf, -inf) else number


def filled(scribe: Scribe, number: float, size: tuple[int, ...], kind: str) -> str:
    """One number at every place."""
    made = scribe.temporary("constant")
    fields = {"size": size, "dtype": kind, "value": (ended(number),)}
    scribe.put("Constant", scribe.fresh("constant"), fields, {"x": scribe.any_input()}, {"y": made})
    return made


def _stretched(scribe: Scribe, value: str, like: str) -> str:
    """A value with the axes' names and the lengths of another."""
    tensor, wanted = scribe.tensor(value), scribe.tensor(like)
    value = scribe.formed(value, wanted.axes) if tensor.axes != wanted.axes else value
    if tensor.shape == wanted.shape:
        return value
    made = scribe.temporary(value)
    scribe.put("Expand", scribe.fresh("mask_expand"), {"size": wanted.shape}, {"x": value}, {"y": made})
    return made


@does("where")
def where(scribe: Scribe, step: Step) -> None:
    told = Told(step, "condition input other")
    out = only(step)
    names = {"mask": beside(scribe, told.value("condition"), out)}
    for port, part in (("a", told["input"]), ("b", told["other"])):
        fixed = number(part)
        names[port] = beside(scribe, part, out) if fixed is None else filled(scribe, fixed, out.sample, out.kind)
    whole = Tensor(out.sample, usual_axes(len(out.sample)), "float")
    like = next((name for name in names.values() if scribe.tensor(name).shape == whole.shape), None)
    if like is None:
        raise Unfit("none of what meets has the shape of the result")
    inputs = {port: _stretched(scribe, name, like) for port, name in names.items()}
    scribe.give(out, scribe.layer("Where", name_of(scribe, step), {}, inputs)[0])


@does("clamp", "clip", "clamp_min", "clamp_max")
def clamp(scribe: Scribe, step: Step) -> None:
    name = plain_name(step)
    names = {"clamp_min": "input min", "clamp_max": "input max"}.get(name, "input min max")
    told = Told(step, names)
    low, high = (None if told.get(end) is None else told.number(end) for end in ("min", "max"))
    value = told.value("input")
    if low is not None and high is not None:
        made = scribe.layer(
            "Clamp", name_of(scribe, step), {"low": float(low), "high": float(high)}, {"x": scribe.known(value)}
        )
        scribe.give(only(step), made[0])
        return
    end, bound = ("max", low) if low is not None else ("min", high)
    if bound is None:
        raise Unfit("it has no limit")
    formula(scribe, step, f"{end}(x, {written(bound)})", {"x": value})


@does("lerp")
def lerp(scribe: Scribe, step: Step) -> None:
    told = Told(step, "input end weight")
    if number(told["weight"]) is None:
        raise Unfit("its weight is a tensor")
    given = {"a": told.value("input"), "b": told.value("end")}
    formula(scribe, step, f"a + {written(told.number('weight'))} * (b - a)", given)
