"""Recurrent: torch's fused kernels, which are given their weights in a row."""

from typing import Any

import torch
from torch import nn

from dlstudio.exchange.arriving.scribe import Scribe, Unfit
from dlstudio.exchange.arriving.steps.modules import placed
from dlstudio.exchange.arriving.steps.rule import Told, does
from dlstudio.exchange.arriving.trace import Step, Value

KINDS: dict[str, dict[str, Any]] = {"lstm": {}, "gru": {}, "rnn_tanh": {}, "rnn_relu": {"nonlinearity": "relu"}}


@does(*KINDS)
def fused(scribe: Scribe, step: Step) -> None:
    told = Told(step, "input hx params has_biases num_layers dropout train bidirectional batch_first")
    x, held = told.value("input"), told["params"]
    states = [state for state in (told["hx"] if isinstance(told["hx"], tuple) else (told["hx"],)) if state.data is None]
    homes = {value.path.rpartition(".")[0] for value in held}
    if len(homes) != 1 or any(value.data is None for value in held):
        raise Unfit("its weights are calculated")
    path = homes.pop()
    with torch.device("meta"):
        made = getattr(nn, step.op.partition("_")[0].upper())(
            x.shape[-1],
            held[1].shape[1],
            told["num_layers"],
            bias=told["has_biases"],
            dropout=told["dropout"],
            bidirectional=told["bidirectional"],
            batch_first=told["batch_first"],
            **KINDS[step.op],
        )
    if any(state.data is not None and bool(state.data.any()) for state in _fixed(told)):
        raise Unfit("it starts from a state that is fixed")
    for value in held:
        setattr(made, value.path.rpartition(".")[2], nn.Parameter(value.data))
    out = step.out if len(step.out) < 3 else (step.out[0], tuple(step.out[1:]))
    placed(scribe, Step(step.name, type(made).__name__, step.args, {}, out, None, made, path), [x, *states])


def _fixed(told: Told) -> list[Value]:
    given = told["hx"] if isinstance(told["hx"], tuple) else (told["hx"],)
    return [state for state in given if state.data is not None]
