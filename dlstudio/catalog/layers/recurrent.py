"""Recurrent layers: a state that is carried along a sequence, by torch's own modules."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Line, Port, Weighted, layer
from dlstudio.catalog.refusal import SEQUENCE, Insert, Put, Refused, expect, expect_real
from dlstudio.core.fields import Choice, Flag, Int, Real
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import FEATURE, OTHER, Tensor

HIDDEN = Int(1, 65536, help="How many numbers the state holds")
LAYERS = Int(1, 64, help="How many of them stand on top of each other; each reads the states of the one below")
BIAS = Flag(help="Adds trained offsets to each gate (torch keeps two, one for the input and one for the state)")
DROPOUT = Real(low=0, high=1, help="The share of the states between two layers that is set to zero in training")
BOTH_WAYS = Flag(help="A second reader starts at the end of the sequence; both states are put side by side")

X = Port("x", "The sequence")
H0 = Port("h0", "The state before the first step; zeros when nothing is wired", optional=True)
C0 = Port("c0", "The cell state before the first step; zeros when nothing is wired", optional=True)
Y = Port("y", "The state at every step (of the last layer)")
H = Port("h", "The state after the last step (of each layer and direction, where there are several)")
C = Port("c", "The cell state after the last step (of each layer and direction, where there are several)")


class Recurrent(Weighted):
    """What all recurrent layers have in common: states that come in and go out, and weights in blocks, one a gate."""

    gates: ClassVar[int] = 1
    inputs: ClassVar[tuple[Port, ...]] = (X, H0)
    outputs: ClassVar[tuple[Port, ...]] = (Y, H)
    hidden_size: int
    bias: bool

    @property
    def directions(self) -> int:
        return 2 if getattr(self, "bidirectional", False) else 1

    @property
    def layers(self) -> int:
        return int(getattr(self, "num_layers", 1))

    @property
    def out_size(self) -> int:
        """The length of the state that is given out; a projection makes it shorter."""
        return getattr(self, "proj_size", 0) or self.hidden_size

    @property
    def projected(self) -> bool:
        return self.out_size != self.hidden_size

    @property
    def stacked(self) -> bool:
        """Whether there are several states, one for each layer and direction."""
        return self.layers * self.directions > 1

    def state(self, length: int) -> Tensor:
        """A state before or after the sequence."""
        if self.stacked:
            return Tensor((self.layers * self.directions, length), (OTHER, FEATURE))
        return Tensor((length,), (FEATURE,))

    def length_of(self, port: str) -> int:
        """How many numbers the state at a port holds; only what leaves an LSTM is projected, not its cell state."""
        return self.hidden_size if port.startswith("c") else self.out_size

    def shape(self, x: Tensor, **states: Tensor) -> dict[str, Tensor]:
        expect(x, self.kind, SEQUENCE)
        self.check(x)
        self.check_states(states)
        after = {port.name: self.state(self.length_of(port.name)) for port in self.outputs[1:]}
        return {"y": x.resized(-1, self.directions * self.out_size), **after}

    def check(self, x: Tensor) -> None:
        """Refuses fields that do not go together."""

    def check_states(self, states: Mapping[str, Tensor]) -> None:
        missing = [port.name for port in self.inputs[1:] if port.name not in states]
        if states and missing:
            raise Refused(
                f"{self.kind} starts from both states or from neither: {' and '.join(states)} is wired, "
                f"{' and '.join(missing)} is not.",
                port=missing[0],
                code="half-state",
            )
        for port, given in states.items():
            self._check_state(port, given)

    def _check_state(self, port: str, given: Tensor) -> None:
        wanted = self.state(self.length_of(port))
        if given.shape == wanted.shape and given.axes[-1] == FEATURE:
            return expect_real(given, self.kind, port=port)
        each = f"{self.layers} layers" + (" in 2 directions" if self.directions == 2 else "")
        why = f", one row for each state of {each}" if self.stacked else ""
        remedies: list[Put | Insert] = []
        if given.axes == (FEATURE,):
            remedies = [
                Insert("Linear", Frozen({"out_features": wanted.shape[-1]}), port),
                Put("hidden_size", given.channels),
            ]
        raise Refused(f"The state {port} is {wanted}{why}; it gets {given.describe()}.", *remedies, port=port)

    def arguments(self, x: Tensor, **states: Tensor) -> dict[str, Value]:
        return {"input_size": x.channels, **super().arguments()}

    def forward(self, x: Tensor, **states: Tensor) -> Code:
        if not states:
            return Code("{module}({x})")
        given = ", ".join(batch_second(port.name, states[port.name]) for port in self.inputs[1:])
        return Code(f"{{module}}({{x}}, {given if len(states) == 1 else f'({given})'})")

    def targets(self) -> str:
        return "{y}, ({h}, {c})" if C in self.outputs else "{y}, {h}"

    def finish(self, x: Tensor, **states: Tensor) -> Mapping[str, str]:
        batch_first = "{{{}}}.transpose(0, 1)" if self.stacked else "{{{}}}.squeeze(0)"
        return {port.name: batch_first.format(port.name) for port in self.outputs[1:]}

    @property
    def cells(self) -> tuple[str, ...]:
        """The ends of the weights' names: one for each layer and direction."""
        directions = ("", "_reverse")[: self.directions]
        return tuple(f"l{each}{direction}" for each in range(self.layers) for direction in directions)

    def width(self, cell: str, x: Tensor) -> int:
        """How many numbers the reader of one layer and direction reads at each step."""
        return x.channels if cell in ("l0", "l0_reverse") else self.directions * self.out_size

    def present_weights(self) -> tuple[str, ...]:
        names = ("weight_ih", "weight_hh", *(["weight_hr"] if self.projected else []))
        return tuple(f"{name}_{cell}" for cell in self.cells for name in names)

    def present_biases(self) -> tuple[str, ...]:
        return tuple(f"{name}_{cell}" for cell in self.cells for name in ("bias_ih", "bias_hh")) if self.bias else ()

    def fan_in(self, name: str, x: Tensor, **states: Tensor) -> int:
        kind, cell = name.rsplit("_l", 1)
        return {"weight_ih": self.width(f"l{cell}", x), "weight_hr": self.hidden_size}.get(kind, self.out_size)

    def products(self, cell: str, x: Tensor) -> int:
        """The weights of one reader that multiply something at each step: gates·(input + state)·hidden."""
        projection = self.out_size * self.hidden_size if self.projected else 0
        return self.gates * self.hidden_size * (self.width(cell, x) + self.out_size) + projection

    def offsets(self, cell: str) -> int:
        """The trained numbers of one reader that no matrix product sees."""
        return 2 * self.gates * self.hidden_size if self.bias else 0

    def parameters(self, x: Tensor, **states: Tensor) -> int:
        return sum(self.products(cell, x) + self.offsets(cell) for cell in self.cells)

    def macs(self, x: Tensor, **states: Tensor) -> int:
        return x.shape[0] * sum(self.products(cell, x) for cell in self.cells)

    def formula(self, x: Tensor, **states: Tensor) -> Mapping[str, str]:
        wide = f"{self.directions * self.out_size}, the state"
        return {"feature": f"{wide} of both directions: 2·{self.out_size}" if self.directions == 2 else wide}


def batch_second(port: str, state: Tensor) -> str:
    """A state as torch's recurrent modules want it, (layers·directions, batch, hidden), whatever batch_first says."""
    return f"{{{port}}}.unsqueeze(0)" if state.rank == 1 else f"{{{port}}}.transpose(0, 1).contiguous()"


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

    gates = 4
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
    reset gate acts on U·h rather than on h."""

    gates = 3

    hidden_size: Annotated[int, HIDDEN] = 64
    num_layers: Annotated[int, LAYERS] = 1
    bias: Annotated[bool, BIAS] = True
    dropout: Annotated[float, DROPOUT] = 0.0
    bidirectional: Annotated[bool, BOTH_WAYS] = False

    examples = RNN.examples
