"""Optimizer code: the rule by which weights move, what is added to the loss, and limits, as functions of a script."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from torch import Tensor

from dlstudio.catalog.optimizers import Optimizer, optimizers
from dlstudio.catalog.recipes import Recipe
from dlstudio.catalog.regularizers import Regularizer, regularizers
from dlstudio.compiler.rates import Group, groups
from dlstudio.core.frozen import Frozen, Value
from dlstudio.data.declared import declared

Weights = Mapping[str, Tensor]
Callee = Callable[[str], str]
"""What a script writes for torch's or one of our functions."""
WIDE = 110

OPTIMIZER = '''def {name}(named: dict[str, nn.Parameter]) -> torch.optim.Optimizer:
    """The rule by which weights follow their gradients."""
'''
PLACES = {
    "loss": ("penalty", "Tensor", "What the size of weights costs."),
    "gradient": ("limit_gradients", "None", "Keeps gradients short."),
    "weight": ("limit_weights", "None", "Keeps weights small."),
}


def optimizer_code(
    recipe: Recipe, spec: Frozen[str, Value], weights: Weights, callee: Callee, name: str = "optimizer_of"
) -> str:
    """The function that makes the optimizer of weights, by their names in the network."""
    form: Optimizer = declared(optimizers, spec)
    given = {name: list(v) if isinstance(v, tuple) else v for name, v in form.arguments().items()}
    given |= {"fused": True} if form.fused else {}
    parted = groups(recipe, form, {f"model.{each}": weight.ndim for each, weight in weights.items()})
    plain = [f"{key}={value!r}" for key, value in given.items()]
    head = OPTIMIZER.format(name=name)
    if len(parted) == 1 and not parted[0].options:
        return head + spread(f"    return {callee(form.source)}(", ["named.values()", *plain], ")")
    listed = spread("    groups: list[dict[str, Any]] = [", [_group(each) for each in parted], "]", always=True)
    first = '[{**group, "params": [named[name] for name in group["params"]]} for group in groups]'
    return f"{head}{listed}\n" + spread(f"    return {callee(form.source)}(", [first, *plain], ")")


def _group(group: Group) -> str:
    names = [repr(name.removeprefix("model.")) for name in group.names]
    options = "".join(f", {key!r}: {value!r}" for key, value in group.options.items())
    return spread('{"params": [', names, f"]{options}}}", indent=8).lstrip()


def restraint_code(recipe: Recipe, networks: Sequence[Weights], callee: Callee) -> dict[str, str]:
    """Functions for what is added to the loss, done to gradients before a step, and to weights after it, by place."""
    made: list[Regularizer] = [declared(regularizers, spec) for spec in recipe.regularizers]
    calls: dict[str, list[str]] = {place: [] for place in PLACES}
    for each in (one for one in made if one.active):
        if touched := _touched(each, networks):
            given = "".join(f", {name}={value!r}" for name, value in each.arguments().items())
            calls[each.place].append(f"{callee(each.source)}({touched}{given})")
    return {place: "\n".join(_restraint(place, lines)) for place, lines in calls.items() if lines}


def _restraint(place: str, lines: Sequence[str]) -> Iterator[str]:
    name, gives, doc = PLACES[place]
    yield f"def {name}(named: dict[str, nn.Parameter]) -> {gives}:"
    yield f'    """{doc}"""'
    if place != "loss":
        yield from (f"    {line}" for line in lines)
    elif len(lines) == 1:
        yield f"    return {lines[0]}"
    else:
        yield spread("    return torch.stack([", lines, "]).sum()")


def _touched(each: Regularizer, networks: Sequence[Weights]) -> str:
    """The weights on which a regularizer acts, as an expression; nothing where there are none."""
    weights = [(name, weight.ndim) for named in networks for name, weight in named.items()]
    touched = {name for name, rank in weights if each.touches(name, rank)}
    if not touched:
        return ""
    if all(name in touched for name, _ in weights):
        return "list(named.values())"
    if all((name in touched) == (rank > 1) for name, rank in weights):
        return "[weight for weight in named.values() if weight.ndim > 1]"
    names = spread("(", [repr(name) for name, _ in weights if name in touched], ",)", indent=4).strip()
    return f"[weight for name, weight in named.items() if name in {names}]"


def spread(head: str, items: Sequence[str], tail: str, *, always: bool = False, indent: int = 0) -> str:
    """Items between brackets: on one line where they fit, otherwise each on its own."""
    line = f"{head}{', '.join(items)}{tail}"
    if not always and len(line) + indent <= WIDE and "\n" not in line:
        return line
    margin = " " * (len(head) - len(head.lstrip()) + indent)
    inside = "".join(f"{margin}    {item},\n" for item in items)
    return f"{head}\n{inside}{margin}{tail.removeprefix(',')}"
