"""ONNX's recurrent steps as torch's modules, which order gates and axes in another way."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlstudio.catalog.refusal import SEQUENCE
from dlstudio.exchange.arriving.onnx_drawing import Drawing, Unknown, translates
from dlstudio.exchange.arriving.onnx_graph import Op
from dlstudio.exchange.arriving.onnx_tensors import Array
from dlstudio.exchange.arriving.onnx_views import BATCH, View

_GATES: Mapping[str, tuple[int, ...]] = {"LSTM": (0, 2, 3, 1), "GRU": (1, 0, 2), "RNN": (0,)}
"""Where ONNX keeps the gates of torch's order: i f g o of i o f c, r z n of z r h."""
_USUAL = {"LSTM": ("sigmoid", "tanh", "tanh"), "GRU": ("sigmoid", "tanh"), "RNN": ("tanh",)}


@translates("LSTM", "GRU", "RNN")
def recurrent(d: Drawing, op: Op) -> None:
    _require_usual(d, op)
    view = d.view(op.input(0))
    time = 1 if op.get("layout", 0) else 0
    settled = d.settled(view, SEQUENCE)
    if settled.place != 1 - time or settled.joined:
        raise Unknown("the samples of the batch are not where a recurrent step has them")
    length, directions = view.shape[time], 2 if op.get("direction", "forward") == "bidirectional" else 1
    hidden = op.get("hidden_size") or d.constant(op.input(2)).shape[-1]
    backward = op.get("direction") == "reverse"
    if backward:
        turned = d.node("Flip", f"{op.name}_turned", {"axis": "time"}, {"x": settled})[0]
        settled = d.like(turned, settled)
    fields: dict[str, Any] = {"hidden_size": hidden, "bias": bool(op.input(3)), "bidirectional": directions == 2}
    if op.kind == "RNN":
        fields["nonlinearity"] = _activations(op)[0]
    ports = ("y", "h", "c")[: 3 if op.kind == "LSTM" else 2]
    inputs = {"x": settled, **_states(d, op, directions)}
    early = op.kind == "GRU" and not op.get("linear_before_reset", 0)
    kind = "EarlyResetGRU" if early else op.kind
    made = d.node(kind, op.name, fields, inputs, ports, _weights(d, op, hidden, directions))
    if backward:
        made[0] = d.node("Flip", f"{op.name}_back", {"axis": "time"}, {"x": d.like(made[0], settled)})[0]
    _give(d, op, made, (length, directions, hidden), time)


def _give(d: Drawing, op: Op, made: list[str], sizes: tuple[int, int, int], time: int) -> None:
    """The file has directions and hidden numbers apart, and the batch in front of the latter."""
    every = ((BATCH,), (0,), (1,), (2,)) if time else ((0,), (1,), (BATCH,), (2,))
    last = ((BATCH,), (0,), (1,)) if time else ((0,), (BATCH,), (1,))
    views = [View(made[0], sizes, every, d.batch), *(View(each, sizes[1:], last, d.batch) for each in made[1:])]
    d.views.update({name: view for name, view in zip(op.outputs, views, strict=False) if name})


def _activations(op: Op) -> tuple[str, ...]:
    return tuple(each.lower() for each in op.get("activations", ())) or _USUAL[op.kind]


def _require_usual(d: Drawing, op: Op) -> None:
    """Refuses what torch's modules do not do."""
    allowed = {(*_USUAL[op.kind],)} | ({("relu",)} if op.kind == "RNN" else set())
    found = _activations(op)
    halves = {found[: len(found) // 2], found[len(found) // 2 :]}
    if not (found in allowed or (len(halves) == 1 and halves <= allowed)):
        raise Unknown(f"its gates use {', '.join(found)}")
    if "clip" in op.attributes or op.get("input_forget", 0) or op.input(7):
        raise Unknown("it has a limit, a coupled gate or peepholes")
    if op.input(4):
        steps = d.constant(op.input(4), "the length of each sequence")
        length = d.view(op.input(0)).shape[1 if op.get("layout", 0) else 0]
        if not (steps == length).all():
            raise Unknown("it reads sequences of different lengths")


def _states(d: Drawing, op: Op, directions: int) -> dict[str, View]:
    """The states before the first step, unless those are zeros."""
    found: dict[str, View] = {}
    for index, port in ((5, "h0"), (6, "c0"))[: 2 if op.kind == "LSTM" else 1]:
        name = op.input(index)
        if not name or (name in d.constants and not d.constants[name].any()):
            continue
        view = d.view(name)
        own = 0 if not op.get("layout", 0) else 1
        if directions == 1:
            view = view.narrowed([own]) or view
        found[port] = d.settled(view, SEQUENCE if directions == 2 else None)
    return found


def _weights(d: Drawing, op: Op, hidden: int, directions: int) -> dict[str, Array]:
    read, state = d.constant(op.input(1), "W"), d.constant(op.input(2), "R")
    offset = d.constant(op.input(3), "B") if op.input(3) else None
    weights: dict[str, Array] = {}
    for index in range(directions):
        end = "l0_reverse" if index else "l0"
        weights[f"weight_ih_{end}"] = _ordered(op, read[index], hidden)
        weights[f"weight_hh_{end}"] = _ordered(op, state[index], hidden)
        if offset is not None:
            half = offset.shape[1] // 2
            weights[f"bias_ih_{end}"] = _ordered(op, offset[index, :half], hidden)
            weights[f"bias_hh_{end}"] = _ordered(op, offset[index, half:], hidden)
    return weights


def _ordered(op: Op, value: Array, hidden: int) -> Array:
    return np.concatenate([value[i * hidden : (i + 1) * hidden] for i in _GATES[op.kind]])
