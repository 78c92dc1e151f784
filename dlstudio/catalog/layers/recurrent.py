"""Recurrent layers: a state that is carried along a sequence, by torch's own modules."""

from typing import Annotated

from dlstudio.catalog.layer import Line, layer
from dlstudio.catalog.recurrence import (
    BIAS,
    BOTH_WAYS,
    C0,
    DROPOUT,
    GRU_GATES,
    H0,
    HIDDEN,
    LAYERS,
    LSTM_GATES,
    C,
    H,
    Recurrent,
    X,
    Y,
)
from dlstudio.catalog.refusal import Put, Refused
from dlstudio.core.fields import Choice, Int
from dlstudio.core.frozen import Value
from dlstudio.core.tensor import Tensor


class Fused(Recurrent):
    """What torch's own recurrent modules have in common: the whole sequence in one kernel."""

    num_layers: int
    dropout: float
    bidirectional: bool

    def check(self, x: Tensor) -> None:
        if self.dropout and self.num_layers == 1:
            raise Refused(
                "Dropout acts between the layers of a stack, and there is only one layer. "
                "Use more layers, or a Dropout node behind this one.",
                Put("dropout", 0.0),
                Put("num_layers", 2),
                code="dropout",
            )

    def arguments(self, x: Tensor, **states: Tensor) -> dict[str, Value]:
        return {**super().arguments(x), "batch_first": True}


def recurrent_line(*words: str) -> Line:
    return Line(
        words,
        ("hidden_size", "num_layers"),
        {"d": "dropout"},
        {"bi": ("bidirectional", True), "nobias": ("bias", False)},
    )


@layer(
    "Recurrent",
    source="nn.RNN",
    required=("input_size", "hidden_size"),
    line=recurrent_line("rnn"),
    synonyms="vanilla rnn, elman, recurrent, recurrent cell, char-rnn, memory, time, sequence, deep rnn, stacked, "
    "bidirectional, ARC-11, ARC-12, ARC-13",
)
class RNN(Fused):
    """Reads a sequence step by step and keeps a state: h = tanh(W·x + U·h + b).

    It starts from zeros, or from what is wired into h0. Where a text writes a sigmoid state, that is SigmoidRNN."""

    hidden_size: Annotated[int, HIDDEN] = 64
    num_layers: Annotated[int, LAYERS] = 1
    nonlinearity: Annotated[str, Choice(options=("tanh", "relu"), help="What bends the sum into the new state")] = (
        "tanh"
    )
    bias: Annotated[bool, BIAS] = True
    dropout: Annotated[float, DROPOUT] = 0.0
    bidirectional: Annotated[bool, BOTH_WAYS] = False

    examples = ({"hidden_size": 6, "num_layers": 2}, {"hidden_size": 3, "bidirectional": True})


@layer(
    "Recurrent",
    source="nn.LSTM",
    required=("input_size", "hidden_size"),
    line=recurrent_line("lstm"),
    synonyms="long short-term memory, memory cell, forget gate, input gate, output gate, cell state, conveyor belt, "
    "recurrent, time, sequence, bidirectional, ARC-13, ARC-19, LAY-34",
)
class LSTM(Fused):
    """Reads a sequence with a memory that gates write, keep and forget, so it can remember for long.

    c = f∘c + i∘g and h = o∘tanh(c), where the gates i, f, o are sigmoids and the candidate g is a tanh
    (some slides print a sigmoid for g; the tanh is in force here)."""

    gates = LSTM_GATES
    inputs = (X, H0, C0)
    outputs = (Y, H, C)

    hidden_size: Annotated[int, HIDDEN] = 64
    num_layers: Annotated[int, LAYERS] = 1
    bias: Annotated[bool, BIAS] = True
    dropout: Annotated[float, DROPOUT] = 0.0
    bidirectional: Annotated[bool, BOTH_WAYS] = False
    proj_size: Annotated[
        int, Int(0, 65536, help="Shortens the state that is given out by one more matrix; 0 leaves it as it is")
    ] = 0

    examples = (
        *RNN.examples,
        {"hidden_size": 4, "proj_size": 3, "num_layers": 2, "dropout": 0.5, "bidirectional": True},
    )

    def check(self, x: Tensor) -> None:
        super().check(x)
        if self.proj_size and self.proj_size >= self.hidden_size:
            raise Refused(
                f"The projection makes the state shorter, so {self.proj_size} must be less than the hidden size "
                f"{self.hidden_size}.",
                Put("proj_size", 0),
                Put("proj_size", self.hidden_size // 2),
                code="projection",
            )


@layer(
    "Recurrent",
    source="nn.GRU",
    required=("input_size", "hidden_size"),
    line=recurrent_line("gru"),
    synonyms="gated recurrent unit, update gate, reset gate, memory cell, recurrent, time, sequence, bidirectional, "
    "ARC-13, ARC-20, LAY-34",
)
class GRU(Fused):
    """Reads a sequence with one gated state: nearly an LSTM's memory with three quarters of its weights.

    h = (1−z)∘n + z∘h as in torch: the update gate z keeps the old state (some texts have z and 1−z swapped), and the
    reset gate acts on U·h rather than on h, as it does in EarlyResetGRU."""

    gates = GRU_GATES

    hidden_size: Annotated[int, HIDDEN] = 64
    num_layers: Annotated[int, LAYERS] = 1
    bias: Annotated[bool, BIAS] = True
    dropout: Annotated[float, DROPOUT] = 0.0
    bidirectional: Annotated[bool, BOTH_WAYS] = False

    examples = RNN.examples
