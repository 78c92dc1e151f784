"""Wholes: modules that an exported program took apart, as the one step that they are."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from dlstudio.exchange.arriving.trace import Frame, Step, Trace, Value, taken, values
from dlstudio.modules.class_token import ClassToken
from dlstudio.modules.sparsity import SparsityPenalty

Parts = dict[str, torch.Tensor]


def put_together(trace: Trace) -> Trace:
    """The trace in which attention and what is like it is one step again."""
    users: dict[int, list[int]] = {id(value): [0] for value in values(trace.out)}
    for step in trace.root.steps():
        for value in taken(step):
            users.setdefault(id(value), []).append(id(step))
    _look(trace.root, users)
    return trace


def _look(frame: Frame, users: dict[int, list[int]]) -> None:
    for place, item in enumerate(frame.items):
        if not isinstance(item, Frame):
            continue
        whole = _WHOLES[item.module](item, users) if item.module in _WHOLES else None
        if whole is None:
            _look(item, users)
        else:
            frame.items[place] = whole


def _given(frame: Frame) -> list[Value]:
    """What comes in from outside, without the weights of the module itself."""
    made = {id(value) for step in frame.steps() for value in values(step.out)}
    outside = {id(value): value for step in frame.steps() for value in taken(step) if id(value) not in made}
    return [value for value in outside.values() if not value.path.startswith(f"{frame.path}.")]


def _leaving(frame: Frame, users: dict[int, list[int]]) -> list[Value]:
    inside = {id(step) for step in frame.steps()}
    made = [value for step in frame.steps() for value in values(step.out)]
    return [value for value in made if any(user not in inside for user in users.get(id(value), ()))]


def _weights(frame: Frame) -> Parts:
    """The module's own weights, by the names that it has for them."""
    start = f"{frame.path}."
    held = {value.path: value.data for step in frame.steps() for value in taken(step) if value.data is not None}
    return {path.removeprefix(start): data for path, data in held.items() if path.startswith(start)}


def _filled(module: nn.Module, weights: Parts) -> bool:
    """Gives a module its weights; whether they are all that it has."""
    there = {name: tensor.shape for name, tensor in module.state_dict().items()}
    if there != {name: tensor.shape for name, tensor in weights.items()}:
        return False
    module.load_state_dict(weights, assign=True)
    module.eval()
    return True


def _attention(frame: Frame, users: dict[int, list[int]]) -> Step | None:
    weights, leaving, steps = _weights(frame), _leaving(frame, users), list(frame.steps())
    heads = next(_head_lengths(steps), 0)
    out = weights.get("out_proj.weight")
    if out is None or not heads or len(leaving) not in (1, 2):
        return None
    width = out.shape[0]
    first = next((step for step in steps if step.op == "transpose"), None)
    batch_first = first is not None and first.args[1:] in ((1, 0), (0, 1)) and first is _first_on_input(frame)
    with torch.device("meta"):
        module = nn.MultiheadAttention(width, width // heads, bias="in_proj_bias" in weights, batch_first=batch_first)
    if not _filled(module, weights):
        return None
    found = _arguments(frame, steps)
    if found is None:
        return None
    tensors, told = found
    told["need_weights"] = len(leaving) == 2
    answer = sorted(leaving, key=lambda value: value.shape[-1] != width)
    result = (answer[0], answer[1] if len(answer) == 2 else None)
    return Step(answer[0].name, "MultiheadAttention", tensors, told, result, None, module, frame.path)


def _head_lengths(steps: list[Step]) -> Iterator[int]:
    """How long the query of each head is."""
    for step in steps:
        if step.op in ("scaled_dot_product_attention", "bmm", "baddbmm"):
            first = next(value for value in taken(step) if value.rank > 2)
            yield first.shape[-1]


def _first_on_input(frame: Frame) -> Step | None:
    given = {id(value) for value in _given(frame) if value.data is None}
    return next((step for step in frame.steps() if any(id(value) in given for value in taken(step))), None)


def _arguments(frame: Frame, steps: list[Step]) -> tuple[tuple[Value, ...], dict[str, Any]] | None:
    """Query, key and value, and what hides some of the keys; None where it is not clear which is which."""
    given = _given(frame)
    read = [value for value in given if value.data is None and value.rank == 3 and value.kind == "float"]
    rest = [value for value in given if value not in read and value.rank]
    asked = next((step for step in steps if step.op == "scaled_dot_product_attention"), None)
    told: dict[str, Any] = {"is_causal": asked is not None and len(asked.args) > 5 and bool(asked.args[5])}
    for value in rest:
        if value.data is not None and value.rank > 1:
            told["attn_mask"] = value
        elif value.data is None and len(value.sample) == 1:
            told["key_padding_mask"] = value
        else:
            return None
    if told["is_causal"]:
        told.pop("attn_mask", None)
    if len(read) not in (1, 2):
        return None
    return (read[0], read[-1], read[-1]), told


def _token(frame: Frame, users: dict[int, list[int]]) -> Step | None:
    given, leaving, weights = _given(frame), _leaving(frame, users), _weights(frame)
    if len(given) != 1 or len(leaving) != 1 or "token" not in weights:
        return None
    with torch.device("meta"):
        module = ClassToken(weights["token"].shape[-1])
    if not _filled(module, weights):
        return None
    return Step(leaving[0].name, "ClassToken", tuple(given), {}, leaving[0], None, module, frame.path)


def _sparsity(frame: Frame, users: dict[int, list[int]]) -> Step | None:
    """The price of units that fire too often; its share is what the first logarithm is multiplied by."""
    given, leaving = _given(frame), _leaving(frame, users)
    rho = next((step.args[1] for step in frame.steps() if step.op == "mul"), None)
    if len(given) != 1 or len(leaving) != 1 or not isinstance(rho, float):
        return None
    return Step(
        leaving[0].name, "SparsityPenalty", tuple(given), {}, leaving[0], None, SparsityPenalty(rho), frame.path
    )


_WHOLES: dict[str, Callable[[Frame, dict[int, list[int]]], Step | None]] = {
    "MultiheadAttention": _attention,
    "ClassToken": _token,
    "SparsityPenalty": _sparsity,
}
