"""Fully connected layers: every output sums every input."""

from typing import Annotated

from dlstudio.catalog.layer import Layer, Line, Port, Reparametrized, Weighted, layer
from dlstudio.catalog.refusal import SEQUENCE, VECTOR, Refused, expect
from dlstudio.core.fields import Flag, Int
from dlstudio.core.frozen import Value
from dlstudio.core.tensor import Tensor


@layer(
    "Linear",
    source="nn.Linear",
    required=("in_features", "out_features"),
    line=Line(("linear", "fc", "dense"), ("out_features",), flags={"nobias": ("bias", False)}),
    synonyms="fully connected, dense, fc, fully-concatenated, affine, perceptron, neuron",
)
class Linear(Reparametrized):
    """Every output is a weighted sum of all inputs plus an offset.

    A sequence is treated step by step with the same weights."""

    out_features: Annotated[int, Int(1, 2**24, help="How many outputs (neurons)")] = 64
    bias: Annotated[bool, Flag(help="Adds a trained offset to each output")] = True

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {"in_features": x.channels, **super().arguments()}

    def shape(self, x: Tensor) -> Tensor:
        expect(x, "Linear", VECTOR, SEQUENCE)
        return x.resized(-1, self.out_features)

    def fan_in(self, name: str, x: Tensor) -> int:
        return x.channels

    def weight_shape(self, name: str, x: Tensor) -> tuple[int, ...]:
        return (self.out_features, x.channels) if name == "weight" else (self.out_features,)

    def parameters(self, x: Tensor) -> int:
        return weights(x.channels, self.out_features, self.bias) + self.out_features * (
            self.reparametrize == "weight norm"
        )

    def macs(self, x: Tensor) -> int:
        return x.size * self.out_features


def weights(inputs: int, outputs: int, bias: bool) -> int:
    """How many trainable numbers a fully connected step from `inputs` to `outputs` has."""
    return outputs * (inputs + bias)


@layer(
    "Linear",
    source="nn.Bilinear",
    required=("in1_features", "in2_features", "out_features"),
    line=Line(("bilinear",), ("out_features",)),
    synonyms="product, interaction",
)
class Bilinear(Weighted):
    """Every output weighs all products of an entry of one vector with an entry of the other."""

    weight_rank = 3
    inputs = (Port("a", "The first vector"), Port("b", "The second vector"))

    out_features: Annotated[int, Int(1, 2**24, help="How many outputs")] = 16
    bias: Annotated[bool, Flag(help="Adds a trained offset to each output")] = True

    def arguments(self, a: Tensor, b: Tensor) -> dict[str, Value]:
        return {"in1_features": a.channels, "in2_features": b.channels, **super().arguments()}

    def shape(self, a: Tensor, b: Tensor) -> Tensor:
        expect(a, "Bilinear", VECTOR, SEQUENCE, port="a")
        expect(b, "Bilinear", VECTOR, SEQUENCE, port="b")
        if a.shape[:-1] != b.shape[:-1]:
            raise Refused(f"Bilinear takes two vectors or two sequences of one length; it gets {a} and {b}.", port="b")
        return a.resized(-1, self.out_features)

    def fan_in(self, name: str, a: Tensor, b: Tensor) -> int:
        return a.channels

    def weight_shape(self, name: str, a: Tensor, b: Tensor) -> tuple[int, ...]:
        return (self.out_features, a.channels, b.channels) if name == "weight" else (self.out_features,)

    def parameters(self, a: Tensor, b: Tensor) -> int:
        return weights(a.channels * b.channels, self.out_features, self.bias)


@layer(
    "Linear",
    source=".rbf.RBF",
    required=("in_features", "out_features"),
    line=Line(("rbf",), ("out_features",)),
    synonyms="radial basis, gaussian units, kernel, ARC-09",
)
class RBF(Layer):
    """Gaussian units: each answers strongly to inputs near its trained centre."""

    out_features: Annotated[int, Int(1, 2**24, help="How many Gaussian bumps")] = 32

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {"in_features": x.channels, **super().arguments()}

    def shape(self, x: Tensor) -> Tensor:
        expect(x, "RBF", VECTOR, SEQUENCE)
        return x.resized(-1, self.out_features)

    def parameters(self, x: Tensor) -> int:
        return self.out_features * (x.channels + 1)

    def weight_shapes(self, x: Tensor) -> tuple[tuple[int, ...], ...]:
        return (self.out_features, x.channels), (self.out_features,)

    def macs(self, x: Tensor) -> int:
        return 0
