"""Recurrent layers that torch does not have: other gates, other clocks, a sigmoid state."""

from typing import Annotated

from dlstudio.catalog.by_hand import Weight
from dlstudio.catalog.layer import Line, layer
from dlstudio.catalog.recurrence import (
    BIAS,
    BOTH_WAYS,
    C0,
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
from dlstudio.core.fields import Ints, Words
from dlstudio.core.tensor import Tensor

GATES = ("input", "forget", "output")


def variant_line(*words: str) -> Line:
    return Line(words, ("hidden_size", "num_layers"), flags={"nobias": ("bias", False)})


@layer(
    "Recurrent",
    source=".sigmoid_rnn.SigmoidRNN",
    required=("input_size", "hidden_size"),
    line=Line(
        ("sigmoidrnn",),
        ("hidden_size", "num_layers"),
        flags={"bi": ("bidirectional", True), "nobias": ("bias", False)},
    ),
    synonyms="vanilla rnn, logistic state, elman, recurrent cell, memory, ARC-10",
)
class SigmoidRNN(Recurrent):
    """Reads a sequence step by step and keeps a state between 0 and 1: h = σ(W·x + U·h + b).

    This is the vanilla RNN of the lecture texts that write S = σ(U·X + W·S); torch's RNN knows tanh and ReLU only."""

    hidden_size: Annotated[int, HIDDEN] = 64
    num_layers: Annotated[int, LAYERS] = 1
    bias: Annotated[bool, BIAS] = True
    bidirectional: Annotated[bool, BOTH_WAYS] = False

    examples = ({"hidden_size": 6, "num_layers": 2}, {"hidden_size": 3, "bidirectional": True})


@layer(
    "Recurrent",
    source=".early_reset_gru.EarlyResetGRU",
    required=("input_size", "hidden_size"),
    line=Line(
        ("earlyresetgru", "chogru"),
        ("hidden_size", "num_layers"),
        flags={"bi": ("bidirectional", True), "nobias": ("bias", False)},
    ),
    synonyms="gated recurrent unit, cho, reset gate, reset before, reset_after, linear_before_reset, memory cell",
)
class EarlyResetGRU(Recurrent):
    """Reads a sequence with one gated state, whose reset gate hides parts of it before the candidate looks at it.

    n = tanh(W·x + U·(r∘h) + b), as in the first paper (Cho et al. 2014); the GRU of torch has r∘(U·h) instead."""

    title = "Early-reset GRU"

    gates = GRU_GATES

    hidden_size: Annotated[int, HIDDEN] = 64
    num_layers: Annotated[int, LAYERS] = 1
    bias: Annotated[bool, BIAS] = True
    bidirectional: Annotated[bool, BOTH_WAYS] = False

    examples = ({"hidden_size": 6, "num_layers": 2}, {"hidden_size": 3, "bidirectional": True})


class TwoStates(Recurrent):
    """What the variants of the LSTM have in common: a state and a cell state."""

    inputs = (X, H0, C0)
    outputs = (Y, H, C)


@layer(
    "Recurrent",
    source=".peephole_lstm.PeepholeLSTM",
    required=("input_size", "hidden_size"),
    line=variant_line("peepholelstm", "peephole"),
    synonyms="lstm, peepholes, gates look at the cell state, gers, ARC-21",
)
class PeepholeLSTM(TwoStates):
    """An LSTM whose gates also look at the memory itself, which helps to time things exactly."""

    gates = LSTM_GATES

    hidden_size: Annotated[int, HIDDEN] = 64
    num_layers: Annotated[int, LAYERS] = 1
    bias: Annotated[bool, BIAS] = True
    peepholes: Annotated[tuple[str, ...], Words(options=GATES, help="Which gates look at the cell state")] = GATES

    def cell_weights(self, cell: str, x: Tensor) -> dict[str, Weight]:
        looking = [gate[0] for gate in GATES if gate in self.peepholes]
        return super().cell_weights(cell, x) | {f"weight_p{gate}": Weight((self.hidden_size,)) for gate in looking}

    def offsets(self, cell: str) -> int:
        return super().offsets(cell) + len(set(self.peepholes)) * self.hidden_size


@layer(
    "Recurrent",
    source=".coupled_lstm.CoupledLSTM",
    required=("input_size", "hidden_size"),
    line=variant_line("coupledlstm", "cifg"),
    synonyms="lstm, coupled forget and input gates, i = 1 - f, ARC-22",
)
class CoupledLSTM(TwoStates):
    """An LSTM that writes exactly where it forgets (i = 1−f): one gate less."""

    gates = LSTM_GATES.drop("i")

    hidden_size: Annotated[int, HIDDEN] = 64
    num_layers: Annotated[int, LAYERS] = 1
    bias: Annotated[bool, BIAS] = True

    examples = ({"hidden_size": 6, "num_layers": 2},)


@layer(
    "Recurrent",
    source=".depth_gated_lstm.DepthGatedLSTM",
    required=("input_size", "hidden_size"),
    line=variant_line("depthgatedlstm", "depthgated"),
    synonyms="lstm, depth gate, depth-gated rnn, yao, stacked, ARC-23",
)
class DepthGatedLSTM(TwoStates):
    """Stacked LSTM layers whose memories are joined: a gate lets the memory below flow into the one above."""

    title = "Depth-gated LSTM"

    gates = LSTM_GATES

    hidden_size: Annotated[int, HIDDEN] = 64
    num_layers: Annotated[int, LAYERS] = 2
    bias: Annotated[bool, BIAS] = True

    examples = ({"hidden_size": 6, "num_layers": 2}, {"hidden_size": 3, "num_layers": 3})

    def cell_weights(self, cell: str, x: Tensor) -> dict[str, Weight]:
        found, each = super().cell_weights(cell, x), Weight((self.hidden_size,))
        if cell == "l0":
            return found
        gate = {"weight_xd": Weight((self.hidden_size,) * 2), "weight_cd": each, "weight_ld": each}
        return found | gate | ({"bias_d": each} if self.bias else {})

    def present_weights(self) -> tuple[str, ...]:
        return (*super().present_weights(), *(f"weight_xd_{cell}" for cell in self.cells[1:]))

    def present_biases(self) -> tuple[str, ...]:
        return (*super().present_biases(), *(f"bias_d_{cell}" for cell in self.cells[1:] if self.bias))

    def rows(self, cell: str) -> int:
        return super().rows(cell) + (self.hidden_size if cell != "l0" else 0)

    def products(self, cell: str, x: Tensor) -> int:
        return super().products(cell, x) + (self.hidden_size**2 if cell != "l0" else 0)

    def offsets(self, cell: str) -> int:
        return super().offsets(cell) + ((2 + self.bias) * self.hidden_size if cell != "l0" else 0)


@layer(
    "Recurrent",
    source=".clockwork_rnn.ClockworkRNN",
    required=("input_size", "hidden_size"),
    line=Line(("clockworkrnn", "clockwork"), ("hidden_size", "periods"), flags={"nobias": ("bias", False)}),
    synonyms="clock periods, slow and fast modules, koutnik, long time scales, ARC-24",
)
class ClockworkRNN(Recurrent):
    """An RNN in parts that tick at different periods, so that the slow parts remember for long."""

    hidden_size: Annotated[int, HIDDEN] = 64
    periods: Annotated[
        tuple[int, ...],
        Ints(low=1, high=65536, least=1, most=64, help="The state is shared out evenly; each part changes so rarely"),
    ] = (1, 2, 4, 8)
    bias: Annotated[bool, BIAS] = True

    def check(self, x: Tensor) -> None:
        if len(self.periods) > self.hidden_size:
            raise Refused(
                f"{self.hidden_size} numbers of state cannot be shared out among {len(self.periods)} periods. "
                "Use a larger state or fewer periods.",
                Put("hidden_size", len(self.periods)),
                Put("periods", self.periods[: self.hidden_size]),
                code="periods",
            )
