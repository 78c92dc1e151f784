"""Recorded: two runs of a model, of two and of three samples, as one trace that knows where the samples are."""

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.fx.node import map_aggregate

from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.following import MADE, Call, Follower, at_rest, called, nodes
from dlstudio.exchange.arriving.sources import called as class_of
from dlstudio.exchange.arriving.trace import Frame, Step, Trace, Value, values

FEW, MORE = 2, 3
"""The numbers of samples in the two runs."""
IDLE = {"_assert", "_assert_is_none", "_assert_async", "_assert_scalar", "sym_constrain_range"}


def record(model: nn.Module, few: Mapping[str, Tensor], more: Mapping[str, Tensor], whole: frozenset[str]) -> Trace:
    """Runs a model on both batches and says what it did."""
    with at_rest(model):
        runs = [Follower(given, whole) for given in (few, more)]
        calls = [run.follow(model) for run in runs]
    recorder = _Recorder(model, set(model.state_dict()))
    root = recorder.frame(*calls)
    inputs = {str(name): recorder.now[proxy.node] for name, proxy in calls[0].given.items()}
    answers = tuple(tensors(map_aggregate(nodes(calls[0].out), _number)))
    names = output_names(calls[0].out, len(answers))
    families = {name: tuple(child for child, _ in part.named_children()) for name, part in model.named_modules()}
    return Trace(
        root,
        inputs,
        recorder.given(nodes(calls[0].out)),
        frozenset(recorder.saved),
        dict(zip(names, answers, strict=True)),
        families=families,
    )


@dataclass
class _Recorder:
    model: nn.Module
    saved: set[str]
    now: dict[fx.Node, Any] = field(default_factory=dict)
    """What each node stands for now: a later step may have changed it in place."""
    held: dict[str, Value] = field(default_factory=dict)

    def frame(self, few: Call, more: Call) -> Frame:
        """A call with all that happened in it."""
        if len(few.items) != len(more.items):
            raise _unequal()
        made = Frame(few.path, type(few.module).__name__)
        made.stateful = any(True for _ in few.module.state_dict())
        if few.path:
            made.given = self._named(few)
        for one, other in zip(few.items, more.items, strict=True):
            if isinstance(one, Call) and isinstance(other, Call):
                made.items.append(self.frame(one, other))
            elif isinstance(one, fx.Node) and isinstance(other, fx.Node) and called(one) == called(other):
                made.items.extend(self._step(one, other))
            else:
                raise _unequal()
        if not few.path:  # what comes in is known only after its placeholders
            made.given = self._named(few)
        return made

    def _named(self, call: Call) -> dict[str, Value]:
        """The values that a call was given, by name."""
        named: dict[str, Value] = {}
        for name, part in self.given({n: nodes(each) for n, each in call.given.items()}).items():
            if isinstance(part, Value):
                named[name] = part
            elif isinstance(part, tuple):
                named.update({f"{name}{i + 1}": each for i, each in enumerate(part) if isinstance(each, Value)})
        return named

    def given(self, part: Any) -> Any:
        """An argument with the values that its nodes stand for now."""
        if isinstance(part, fx.Node):
            return self.now[part]
        if isinstance(part, Mapping):
            return {name: self.given(each) for name, each in part.items()}
        if isinstance(part, list | tuple):
            return tuple(self.given(each) for each in part)
        if isinstance(part, slice):
            return slice(*(self.given(each) for each in (part.start, part.stop, part.step)))
        return part

    def _step(self, one: fx.Node, other: fx.Node) -> Iterator[Step]:
        if one.op in ("placeholder", "get_attr"):
            self.now[one] = self._source(one, other)
            return
        args, kwargs = self.given(one.args), self.given(one.kwargs)
        name = called(one)
        if name in IDLE:
            return
        if name in ("getitem", "getattr") and not isinstance(args[0], Value):
            self.now[one] = _part(args, one)
            return
        trained = any(value.trained for value in values((args, kwargs)))
        out = made(one.name, one.meta["value"], other.meta["value"], trained)
        self.now[one] = out
        module = self.model.get_submodule(str(one.target)) if one.op == "call_module" else None
        loose = not one.meta["fed"] and not self._held((args, kwargs)) and not (module and module.state_dict())
        fixed = name in MADE or loose
        if isinstance(out, Value) and fixed:
            out.data = one.meta["value"]
            return
        target = one.target if callable(one.target) else None
        if _in_place(name, module) and one.all_input_nodes and isinstance(out, Value):
            self._changed(one.args[0], out)
        op = class_of(module) if module else name
        yield Step(one.name, op, args, kwargs, out, target, module, str(one.target) if module else "")

    def _held(self, given: Any) -> bool:
        """Whether something in an argument is in the state dict, or comes from what is."""
        return any(value.data is None or value.path in self.saved for value in values(given))

    def _changed(self, node: Any, out: Value) -> None:
        """All that the changed tensor stood for is the new one from here on."""
        old = self.now.get(node)
        self.now.update({each: out for each, value in self.now.items() if value is old})

    def _source(self, one: fx.Node, other: fx.Node) -> Value:
        """An input, or something that the model holds."""
        name = str(one.target)
        if one.op == "placeholder":
            return made(name, one.meta["value"], other.meta["value"], trained=False)  # type: ignore[no-any-return]
        if name in self.held:
            return self.held[name]
        tensor: Tensor = one.meta["value"]
        value: Value = made(one.name, tensor, other.meta["value"], isinstance(tensor, nn.Parameter))
        value.data, value.path = tensor.detach(), name if name in self.saved or value.trained else ""
        self.held[name] = value
        return value


def made(name: str, one: Any, other: Any, trained: bool) -> Any:
    """A result of the two runs as values."""
    if isinstance(one, Tensor):
        return _tensor(name, one, other, trained)
    if isinstance(one, Mapping):
        return {str(key): made(f"{name}.{key}", each, other[key], trained) for key, each in one.items()}
    if isinstance(one, list | tuple):
        return tuple(made(f"{name}.{i}", *pair, trained) for i, pair in enumerate(zip(one, other, strict=True)))
    return one


def _tensor(name: str, one: Tensor, other: Tensor, trained: bool) -> Value:
    value = Value(name, tuple(one.shape), one.dtype, trained=trained)
    apart = [i for i, (n, m) in enumerate(zip(one.shape, other.shape, strict=False)) if n != m]
    if one.ndim != other.ndim or len(apart) > 1:
        value.odd = True
    elif apart:
        n, m = one.shape[apart[0]], other.shape[apart[0]]
        value.batch, value.fold = apart[0], n // FEW
        value.odd = n % FEW != 0 or m % MORE != 0 or n // FEW != m // MORE
    elif one.ndim > 1 and one.shape[0] == 1:
        value.batch, value.lone = 0, True
    return value


def _part(args: tuple[Any, ...], node: fx.Node) -> Any:
    """One of several results, by its number or its name."""
    whole, which = args[0], args[1]
    if isinstance(which, str) and not isinstance(whole, Mapping):
        fields = getattr(type(node.all_input_nodes[0].meta["value"]), "_fields", None)
        names = fields or [n for n in dir(type(node.all_input_nodes[0].meta["value"])) if not n.startswith("_")]
        return whole[list(names).index(which)]
    return operator.getitem(whole, which)


def _in_place(name: str, module: nn.Module | None) -> bool:
    return bool(getattr(module, "inplace", False)) or (name.endswith("_") and not name.startswith("_"))


def output_names(out: Any, count: int) -> list[str]:
    """What the results of a model are called: as it calls them, or y; y1, y2 ... where there are several."""
    if isinstance(out, Mapping) and len(out) == count > 1:
        return [str(name) for name in out]
    return ["y"] if count == 1 else [f"y{i + 1}" for i in range(count)]


def tensors(made: Any) -> Iterator[Tensor]:
    """The tensors in what a model gives, at any depth."""
    if isinstance(made, Tensor):
        yield made
    elif isinstance(made, Mapping):
        for each in made.values():
            yield from tensors(each)
    elif isinstance(made, list | tuple):
        for each in made:
            yield from tensors(each)


def _number(part: Any) -> Any:
    return part.meta["value"] if isinstance(part, fx.Node) else part


def _unequal() -> ProjectProblem:
    return ProjectProblem(
        "The model does other steps for two samples than for three, so there is no one graph of it. "
        "Take out what looks at the number of samples."
    )


def batches(sizes: Mapping[str, tuple[int, ...]], kinds: Mapping[str, str], axis: int) -> list[dict[str, Tensor]]:
    """Made-up samples, two and three of them, along an axis."""
    return [{name: _batch(size, kinds[name], count, axis) for name, size in sizes.items()} for count in (FEW, MORE)]


def _batch(size: tuple[int, ...], kind: str, count: int, axis: int) -> Tensor:
    place = axis if len(size) >= axis else 0
    shape = (*size[:place], count, *size[place:])
    if kind == "float":
        return torch.randn(shape, generator=torch.Generator().manual_seed(0))
    drawn = torch.randint(2, shape, generator=torch.Generator().manual_seed(0))  # 0 and 1 are in every table
    return drawn.bool() if kind == "bool" else drawn
