"""Recurrence: what all layers have in common that carry a state along a sequence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from dlstudio.catalog.by_hand import ManyWeights, Weight
from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Port
from dlstudio.catalog.refusal import SEQUENCE, Insert, Put, Refused, expect, expect_real
from dlstudio.core.fields import Choice, Flag, Int, Real
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import FEATURE, OTHER, Tensor

HIDDEN = Int(1, 65536, help="How many numbers the state holds")
LAYERS = Int(1, 64, help="How many of them stand on top of each other; each reads the states of the one below")
BIAS = Flag(help="Adds trained offsets to each gate (torch keeps two, one for the input and one for the state)")
DROPOUT = Real(low=0, high=1, help="The share of the states between two layers that is set to zero in training")
BOTH_WAYS = Flag(help="A second reader starts at the end of the sequence; both states are put side by side")

LSTM_GATES = Frozen({"i": "input gate", "f": "forget gate", "g": "candidate", "o": "output gate"})
GRU_GATES = Frozen({"r": "reset gate", "z": "update gate", "n": "candidate"})

X = Port("x", "The sequence")
H0 = Port("h0", "The state before the first step; zeros when nothing is wired", optional=True)
C0 = Port("c0", "The cell state before the first step; zeros when nothing is wired", optional=True)
Y = Port("y", "The state at every step (of the last layer)")
H = Port("h", "The state after the last step (of each layer and direction, where there are several)")
C = Port("c", "The cell state after the last step (of each layer and direction, where there are several)")


@dataclass(frozen=True)
class Normalized(ManyWeights):
    """A layer whose matrices can all be written as length times direction."""

    reparametrize: Annotated[
        str,
        Choice(
            options=("none", "weight norm"),
            help="Weight norm: each row of each matrix is g·v/‖v‖ with both trained (v's own length is divided out)",
        ),
    ] = "none"

    def setup(self, *args: Any, **ins: Any) -> Sequence[Code]:
        wrap = Code("{module} = .recurrent_weight_norm.RecurrentWeightNorm({module})")
        return [*super().setup(**ins), *([wrap] if self.normed else [])]

    @property
    def normed(self) -> bool:
        return self.reparametrize == "weight norm"

    def weight_shapes(self, *args: Any, **ins: Any) -> tuple[tuple[int, ...], ...]:
        shapes = super().weight_shapes(**ins)
        return shapes + tuple((shape[0], 1) for shape in shapes if self.normed and len(shape) == 2)

    def stored(self, name: str) -> str:
        return f"rnn.{name}" if self.normed else name

    def misfit(self, name: str, numbers: Value, there: Mapping[str, Weight]) -> str:
        text = super().misfit(name, numbers, there)
        if not text and self.normed and any(isinstance(row, tuple) and not any(row) for row in numbers):
            return f"Weight norm divides each row by its length, so no row of {name} can be all zeros."
        return text


class Recurrent(Normalized):
    """What all recurrent layers have in common: states that come in and go out, and weights in blocks, one a gate."""

    gates: ClassVar[Frozen[str, str]] = Frozen({"h": "the state"})
    """What the rows of the weights make, in torch's order."""
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

    def weights(self, x: Tensor, **states: Tensor) -> dict[str, Weight]:
        return {f"{name}_{cell}": weight for cell in self.cells for name, weight in self.cell_weights(cell, x).items()}

    def cell_weights(self, cell: str, x: Tensor) -> dict[str, Weight]:
        """The weights of one layer and direction, by the beginnings of their names."""
        parts = self.gates if len(self.gates) > 1 else Frozen()
        rows = len(self.gates) * self.hidden_size
        matrices = {"ih": self.width(cell, x), "hh": self.out_size}
        found = {f"weight_{name}": Weight((rows, wide), parts) for name, wide in matrices.items()}
        if self.bias:
            found |= {f"bias_{name}": Weight((rows,), parts) for name in matrices}
        return found | ({"weight_hr": Weight((self.out_size, self.hidden_size))} if self.projected else {})

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
        return len(self.gates) * self.hidden_size * (self.width(cell, x) + self.out_size) + projection

    def offsets(self, cell: str) -> int:
        """The trained numbers of one reader that no matrix product sees."""
        return 2 * len(self.gates) * self.hidden_size if self.bias else 0

    def rows(self, cell: str) -> int:
        """The rows of one reader's matrices."""
        return 2 * len(self.gates) * self.hidden_size + (self.out_size if self.projected else 0)

    def lengths(self, cell: str) -> int:
        """With weight norm, each row of a matrix has a trained length."""
        return self.rows(cell) if self.normed else 0

    def parameters(self, x: Tensor, **states: Tensor) -> int:
        return sum(self.products(cell, x) + self.offsets(cell) + self.lengths(cell) for cell in self.cells)

    def macs(self, x: Tensor, **states: Tensor) -> int:
        return x.shape[0] * sum(self.products(cell, x) for cell in self.cells)

    def formula(self, x: Tensor, **states: Tensor) -> Mapping[str, str]:
        wide = f"{self.directions * self.out_size}, the state"
        return {"feature": f"{wide} of both directions: 2·{self.out_size}" if self.directions == 2 else wide}


def batch_second(port: str, state: Tensor) -> str:
    """A state as torch's recurrent modules want it, (layers·directions, batch, hidden), whatever batch_first says."""
    return f"{{{port}}}.unsqueeze(0)" if state.rank == 1 else f"{{{port}}}.transpose(0, 1).contiguous()"
