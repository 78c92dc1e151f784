"""Activations that compare the numbers along an axis: shares that sum to one, gates, and the best of several."""

from typing import Annotated

from dlstudio.catalog.axes import AXIS_WORDS, axis_field, mixing, position
from dlstudio.catalog.layer import Layer, Line, Weighted, layer
from dlstudio.catalog.layers.linear import weights
from dlstudio.catalog.refusal import SEQUENCE, VECTOR, Put, Refused, expect, expect_real
from dlstudio.core.fields import Flag, Int
from dlstudio.core.frozen import Value
from dlstudio.core.tensor import Tensor

AXIS = axis_field("Along which axis; auto takes the channels of an image and the features of anything else")


def axis_line(*words: str) -> Line:
    return Line(words, ("axis",), flags=AXIS_WORDS)


class AlongAxis(Layer):
    """What works along one axis: torch's `dim` follows from the axis's name."""

    not_arguments = frozenset({"axis"})
    axis: str

    def place(self, x: Tensor) -> int:
        return position(x, self.axis, mixing(x), self.kind)

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {**super().arguments(), "dim": self.place(x) + 1}

    def shape(self, x: Tensor) -> Tensor:
        expect_real(x, self.kind)
        self.place(x)
        return x


@layer(
    "Activation",
    source="nn.Softmax",
    line=axis_line("softmax"),
    synonyms="classes, probabilities, exp/sum, attention, NUM-18, ACT-11, LAY-23",
)
class Softmax(AlongAxis):
    """Turns numbers into shares that are positive and sum to 1: e^xᵢ / Σ e^xⱼ.

    The cross-entropy loss contains it already: a network trained with that loss ends without it."""

    axis: Annotated[str, AXIS] = "auto"


@layer(
    "Activation",
    source="nn.LogSoftmax",
    line=axis_line("logsoftmax"),
    synonyms="log probabilities, negative log-likelihood, nll",
)
class LogSoftmax(AlongAxis):
    """The logarithm of the softmax, computed without overflow; goes with the negative log-likelihood loss."""

    axis: Annotated[str, AXIS] = "auto"


@layer("Activation", source="nn.Softmin", line=axis_line("softmin"), synonyms="smallest, distances")
class Softmin(AlongAxis):
    """The softmax of −x: the smallest number gets the largest share."""

    axis: Annotated[str, AXIS] = "auto"


@layer(
    "Activation",
    source="nn.GLU",
    line=axis_line("glu"),
    synonyms="gated linear unit, gate, wavenet",
)
class GLU(AlongAxis):
    """Splits an axis in two halves and lets the second gate the first: a·σ(b). The axis is half as long after it."""

    axis: Annotated[str, AXIS] = "auto"

    def shape(self, x: Tensor) -> Tensor:
        super().shape(x)
        at = self.place(x)
        if x.shape[at] % 2:
            raise Refused(
                f"GLU halves an axis, but the {x.axes[at]} axis of {x.describe()} is {x.shape[at]} long, which is odd. "
                "Give the layer before it an even number of outputs."
            )
        return x.resized(at, x.shape[at] // 2)


@layer(
    "Activation",
    source=".maxout.Maxout",
    required=("in_features", "out_features"),
    line=Line(("maxout",), ("out_features", "pieces"), flags={"nobias": ("bias", False)}),
    synonyms="best piece, learned activation, dropout",
)
class Maxout(Weighted):
    """Units that give the largest of several linear answers: a learned activation of straight pieces."""

    out_features: Annotated[int, Int(1, 2**24, help="How many outputs (units)")] = 64
    pieces: Annotated[int, Int(1, 1024, help="How many linear answers each unit chooses from")] = 2
    bias: Annotated[bool, Flag(help="Adds a trained offset to each answer")] = True

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {"in_features": x.channels, **super().arguments()}

    def shape(self, x: Tensor) -> Tensor:
        expect(x, "Maxout", VECTOR, SEQUENCE)
        if self.pieces * self.out_features > 2**24:
            raise Refused("So many units and pieces need too many weights.", Put("pieces", 2))
        return x.resized(-1, self.out_features)

    def fan_in(self, name: str, x: Tensor) -> int:
        return x.channels

    def weight_shape(self, name: str, x: Tensor) -> tuple[int, ...]:
        answers = self.out_features * self.pieces
        return (answers, x.channels) if name == "weight" else (answers,)

    def parameters(self, x: Tensor) -> int:
        return weights(x.channels, self.out_features * self.pieces, self.bias)

    def macs(self, x: Tensor) -> int:
        return x.size * self.out_features * self.pieces
