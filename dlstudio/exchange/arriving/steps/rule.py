"""Rule: how functions of one name become layers, and how a rule reads the arguments of a step."""

from collections.abc import Callable
from typing import Any

from dlstudio.exchange.arriving.scribe import Scribe, Unfit
from dlstudio.exchange.arriving.trace import Step, Value

Rule = Callable[[Scribe, Step], None]

RULES: dict[str, Rule] = {}
"""How a function is written, by its plain name."""


def does(*names: str) -> Callable[[Rule], Rule]:
    """Registers a rule for functions of these names."""

    def put(rule: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, rule))
        return rule

    return put


def plain_name(step: Step) -> str:
    """The name of what a step calls, the same for a function, a method, and one that works in place."""
    name = step.op.removeprefix("__").removesuffix("__")
    return name.removesuffix("_") or name


def name_of(scribe: Scribe, step: Step) -> str:
    """What the node of a step is called: as its module, or as what it does."""
    if (step.path and scribe.local(step.path) != step.path) or (step.path and not scribe.frame.path):
        return scribe.local(step.path)
    return scribe.fresh(plain_name(step))


def only(step: Step) -> Value:
    """The one result of a step."""
    if not isinstance(step.out, Value):
        raise Unfit("it gives several results")
    return step.out


class Told:
    """The arguments of a step by name; `names` are those of the function, in order."""

    def __init__(self, step: Step, names: str, /, **usual: Any) -> None:
        order = names.split()
        self.given: dict[str, Any] = {**usual, **dict(zip(order, step.args, strict=False))}
        self.rest = step.args[len(order) :]
        alias = {"axis": "dim", "axes": "dim", "self": order[0], "a": order[0], "x": order[0]}
        for name, value in step.kwargs.items():
            self.given[name if name in order else alias.get(name, name)] = value

    def __getitem__(self, name: str) -> Any:
        if name not in self.given:
            raise Unfit(f"its {name} is not known")
        return self.given[name]

    def get(self, name: str, usual: Any = None) -> Any:
        return self.given.get(name, usual)

    def value(self, name: str) -> Value:
        found = self[name]
        if not isinstance(found, Value):
            raise Unfit(f"its {name} is no tensor")
        return found

    def number(self, name: str) -> float:
        found = number(self[name])
        if found is None:
            raise Unfit(f"its {name} is calculated")
        return found

    def list(self, name: str) -> tuple[Any, ...]:
        """Numbers that may stand in a list or one after the other."""
        first = self.get(name)
        if isinstance(first, list | tuple):
            return tuple(first)
        return (() if first is None else (first,)) + tuple(self.rest)


def number(given: Any) -> float | None:
    """The number that an argument is, also where it is a tensor of one fixed number."""
    if isinstance(given, bool):
        return float(given)
    if isinstance(given, int | float):
        return given
    if isinstance(given, Value) and given.data is not None and not given.path and given.data.numel() == 1:
        return float(given.data) if given.data.is_floating_point() else int(given.data)
    return None
