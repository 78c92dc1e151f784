"""Flow: branches and loops that are decided by fixed numbers, as the steps that they come to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dlstudio.exchange.arriving.onnx_graph import Body, Op
from dlstudio.exchange.arriving.onnx_tensors import Array

MOST_STEPS = 5_000
"""How many steps loops may come to, in one file."""

Length = Callable[[str, int], int | None]
"""How long a value is along an axis, where that is known."""


@dataclass
class Unfolded:
    """Steps in place of one, and the fixed numbers that they read."""

    ops: list[Op]
    constants: dict[str, Array] = field(default_factory=dict)


@dataclass
class Flow:
    """Unfolds steps, and counts what it made of them."""

    made: int = 0

    def unfold(self, op: Op, constants: Mapping[str, Array], length: Length) -> Unfolded | None:
        """What a branch or the next round of a loop comes to; None where that is not fixed, or too much."""
        work = _WORK.get(op.kind) if not op.domain else None
        found = work(op, constants, length) if work else None
        if found is None or self.made + len(found.ops) > MOST_STEPS:
            return None
        self.made += len(found.ops)
        return found


def _branch(op: Op, constants: Mapping[str, Array], _length: Length) -> Unfolded | None:
    asked = constants.get(op.input(0))
    if asked is None or asked.size != 1:
        return None
    body = op.get("then_branch" if asked.reshape(-1)[0] else "else_branch")
    if not isinstance(body, Body) or len(body.outputs) < len(op.outputs):
        return None
    start = f"{_called(op)}\0"
    made = _inlined(body, {}, start)
    made.ops += [_same(op, start, body, i, output) for i, output in enumerate(op.outputs) if output]
    return made


def _called(op: Op) -> str:
    """A name that no other step has: what it gives is its alone."""
    return next(filter(None, op.outputs), op.name)


def _inlined(body: Body, given: Mapping[str, str], start: str) -> Unfolded:
    """The steps of a body, whose own values have names that nobody else has."""
    own = {*body.constants, *(name for op in body.ops for name in op.outputs)}
    names = {name: f"{start}{name}" for name in own if name} | dict(given)
    ops = [_renamed(op, names) for op in body.ops]
    return Unfolded(ops, {names[name]: value for name, value in body.constants.items()})


def _renamed(op: Op, names: Mapping[str, str]) -> Op:
    inputs, outputs, captured = (
        tuple(names.get(name, name) for name in each) for each in (op.inputs, op.outputs, op.captured)
    )
    settings = {name: _around(each, names) if isinstance(each, Body) else each for name, each in op.attributes.items()}
    return replace(op, inputs=inputs, outputs=outputs, captured=captured, attributes=settings)


def _around(body: Body, names: Mapping[str, str]) -> Body:
    """A body whose surroundings have other names."""
    own = {*body.inputs, *body.constants, *(name for op in body.ops for name in op.outputs)}
    outer = {name: new for name, new in names.items() if name not in own}
    outputs = tuple(outer.get(name, name) for name in body.outputs)
    return replace(body, outputs=outputs, ops=tuple(_renamed(op, outer) for op in body.ops))


def _same(op: Op, start: str, body: Body, index: int, output: str) -> Op:
    """A result under the name that it has outside."""
    return Op(op.name, "Identity", (_inner(body, body.outputs[index], start, {}),), (output,), {}, op.version)


def _inner(body: Body, name: str, start: str, given: Mapping[str, str]) -> str:
    """What a value of a body is called outside of it."""
    if name in given:
        return given[name]
    return name if name in body.captured else f"{start}{name}"


@dataclass(frozen=True)
class _Round:
    """How far a loop is: which round comes, what it goes on with, and what was collected in each round."""

    number: int
    condition: str
    states: tuple[str, ...]
    collected: tuple[tuple[str, ...], ...]


AT = "round"
"""The setting of a loop that says how far it is."""


def _loop(op: Op, constants: Mapping[str, Array], _length: Length) -> Unfolded | None:
    body = op.get("body")
    if not isinstance(body, Body) or len(body.inputs) < 2:
        return None
    count = len(body.inputs) - 2
    at = op.get(AT) or _Round(0, op.input(1), op.inputs[2:], ((),) * (len(body.outputs) - 1 - count))
    most, goes_on = constants.get(op.input(0)), constants.get(at.condition)
    if (op.input(0) and most is None) or (at.condition and goes_on is None) or not (op.input(0) or at.condition):
        return None
    if (most is not None and at.number >= int(most.reshape(-1)[0])) or (goes_on is not None and not goes_on.all()):
        return _ended(op, at, (0,) * len(at.collected))
    start = f"{_called(op)}\0{at.number}."
    number = f"{start}round"
    given = dict(zip(body.inputs, (number, at.condition or f"{start}goes on", *at.states), strict=True))
    made = _inlined(body, given, start)
    made.constants |= {number: np.array(at.number), f"{start}goes on": np.array(True)}
    left = [_inner(body, name, start, given) for name in body.outputs]
    collected = tuple((*old, new) for old, new in zip(at.collected, left[1 + count :], strict=True))
    return _next(op, made, _Round(at.number + 1, left[0], tuple(left[1 : 1 + count]), collected))


def _next(op: Op, made: Unfolded, at: _Round) -> Unfolded:
    """The steps of one round, and the loop as it stands after them."""
    held = (at.condition, *at.states, *(name for each in at.collected for name in each))
    captured = tuple(dict.fromkeys((*op.captured, *filter(None, held))))
    made.ops.append(replace(op, attributes={**op.attributes, AT: at}, captured=captured))
    return made


def _ended(op: Op, at: _Round, axes: Sequence[int]) -> Unfolded | None:
    """The results of a loop that is over."""
    ops = [
        Op(op.name, "Identity", (state,), (output,), {}, op.version)
        for state, output in zip(at.states, op.outputs, strict=False)
        if output
    ]
    constants: dict[str, Array] = {}
    for output, rows, axis in zip(op.outputs[len(at.states) :], at.collected, axes, strict=False):
        if output and not rows:
            return None
        if output:
            ops += _stacked(op, output, rows, axis, constants)
    return Unfolded(ops, constants)


def _stacked(op: Op, output: str, rows: Sequence[str], axis: int, constants: dict[str, Array]) -> list[Op]:
    """What was collected in each round, one after the other along an axis of its own."""
    constants[f"{output}\0axis"] = np.array([axis])
    made = [f"{output}\0{i}" for i in range(len(rows))]
    ops = [
        Op(f"{op.name}_step", "Unsqueeze", (row, f"{output}\0axis"), (name,), {}, max(op.version, 13))
        for row, name in zip(rows, made, strict=True)
    ]
    return [*ops, Op(f"{op.name}_steps", "Concat", tuple(made), (output,), {"axis": axis}, op.version)]


def _scan(op: Op, _constants: Mapping[str, Array], length: Length) -> Unfolded | None:
    body, count = op.get("body"), op.get("num_scan_inputs", 0)
    if not isinstance(body, Body) or op.version < 9 or not 0 < count <= len(op.inputs):
        return None
    kept = len(op.inputs) - count
    rows = len(body.outputs) - kept
    axes, ways, out_axes, out_ways = (
        tuple(op.get(f"scan_{name}") or (0,) * many)
        for name, many in (
            ("input_axes", count),
            ("input_directions", count),
            ("output_axes", rows),
            ("output_directions", rows),
        )
    )
    steps = length(op.inputs[kept], axes[0])
    if steps is None:
        return None
    at = op.get(AT) or _Round(0, "", op.inputs[:kept], ((),) * rows)
    if at.number >= steps:
        turned = tuple(each[::-1] if way else each for each, way in zip(at.collected, out_ways, strict=True))
        return _ended(op, replace(at, collected=turned), out_axes)
    start = f"{_called(op)}\0{at.number}."
    taken = [f"{start}row{i}" for i in range(count)]
    given = dict(zip(body.inputs, (*at.states, *taken), strict=True))
    made = _inlined(body, given, start)
    for i, name in enumerate(taken):
        place = steps - 1 - at.number if ways[i] else at.number
        made.constants[f"{name}\0at"] = np.array(place)
        read = (op.inputs[kept + i], f"{name}\0at")
        made.ops.insert(i, Op(f"{op.name}_row", "Gather", read, (name,), {"axis": axes[i]}, op.version))
    left = [_inner(body, name, start, given) for name in body.outputs]
    collected = tuple((*old, new) for old, new in zip(at.collected, left[kept:], strict=True))
    return _next(op, made, _Round(at.number + 1, "", tuple(left[:kept]), collected))


_WORK = {"If": _branch, "Loop": _loop, "Scan": _scan}
