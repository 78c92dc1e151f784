"""Origin: where a number of a shape comes from: the node that made it, and how, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlstudio.compiler.plan import Origin, Plan, Step
from dlstudio.core.document import BLOCK, INPUT
from dlstudio.core.tensor import Tensor

FARTHEST = 10_000
"""How many nodes the way back may lead through."""


@dataclass(frozen=True, slots=True)
class Source:
    """The node that made a dimension, and the sentence that says how."""

    node: str
    text: str


def source(plan: Plan, at: Origin, axis: int) -> Source:
    """Goes back from an output port to the node that made the length of one of its axes."""
    for _ in range(FARTHEST):
        step = plan.steps.get(at[0])
        if step is None or at not in plan.shapes:
            break
        said = _said(step, plan.shapes[at], axis)
        if said:
            return Source(step.id, said)
        further = _before(plan, step, plan.shapes[at], axis)
        if further is None:
            return Source(step.id, _made(step, plan.shapes[at], axis))
        at, axis = further
    return Source(at[0], "This cannot be told before the node is sound.")


def _said(step: Step, made: Tensor, axis: int) -> str:
    """What the node itself says about an axis of its output."""
    if step.node.kind == INPUT:
        return f"{made.shape[axis]}, the {made.axes[axis]} of {step.id}, as the input says."
    if step.muted or step.node.kind == BLOCK:
        return ""
    words: Mapping[str, str] = step.layer.formula(**step.ins)
    name = made.axes[axis]
    if name not in words or made.axes.count(name) > 1:
        return ""
    return words[name].replace("of this node", f"of {step.id}").rstrip(".") + "."


def _before(plan: Plan, step: Step, made: Tensor, axis: int) -> tuple[Origin, int] | None:
    """The input from which the length went through unchanged, if there is one."""
    if step.node.kind == BLOCK:
        return None
    name, length = made.axes[axis], made.shape[axis]
    for origin in step.feeds:
        x = plan.shapes.get(origin)
        if x is None:
            continue
        if x.shape == made.shape and x.axes == made.axes:
            return origin, axis
        if name in x.axes and x.axes.count(name) == 1 and x.length(name) == length and not _field(step, length):
            return origin, x.axes.index(name)
    return None


def _made(step: Step, made: Tensor, axis: int) -> str:
    length, name = made.shape[axis], made.axes[axis]
    if step.node.kind == BLOCK:
        place = step.node.fields.get("network", "")
        return f"{length}, made inside the block {step.id}, which places {place}."
    field = _field(step, length)
    if field:
        return f"{length}, the {field} of {step.id}."
    ins = " and ".join(str(x) for group in step.ins.values() for x in _listed(group))
    return f"{length}, the {name} that {step.id} makes" + (f" of {ins}." if ins else ".")


def _field(step: Step, length: int) -> str:
    """The field of the node that says this length."""
    for name, value in step.layer.values().items():
        if value == length and not isinstance(value, bool | float):
            return step.layer.specs[name].label
    return ""


def _listed(group: Any) -> tuple[Any, ...]:
    return group if isinstance(group, tuple) else (group,)
