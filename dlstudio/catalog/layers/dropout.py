"""Dropout: parts of the network are switched off at random while training, so that none relies on one other."""

from typing import Annotated

from dlstudio.catalog.layer import Layer, Line, Weighted, layer
from dlstudio.catalog.layers.activation import Pointwise
from dlstudio.catalog.layers.linear import weights
from dlstudio.catalog.layers.normalization import DIMS
from dlstudio.catalog.refusal import IMAGE, SEQUENCE, SIGNAL, VECTOR, VOLUME, expect
from dlstudio.core.fields import Flag, Int, Real
from dlstudio.core.frozen import Value
from dlstudio.core.tensor import Tensor

DROP = Real(low=0, high=1, help="The probability of being DROPPED; texts that name a rate to keep mean 1 − p")


@layer(
    "Regularization",
    source="nn.Dropout",
    required=("p",),
    line=Line(("dropout", "drop"), ("p",)),
    synonyms="keep_prob, inactivate, thinned network, ensemble, co-adaptation, overfitting, LAY-24, REG-09, SE-27",
)
class Dropout(Pointwise):
    """Sets numbers to zero at random while training, against overfitting; evaluation passes everything on.

    What is kept is divided by 1 − p, so that the mean stays. p is the probability of being dropped (0.5 for hidden
    layers, 0.2 for inputs are usual); some texts give the probability of being kept instead."""

    p: Annotated[float, DROP] = 0.5


@layer(
    "Regularization",
    source="nn.AlphaDropout",
    required=("p",),
    line=Line(("alphadropout",), ("p",)),
    synonyms="selu, self-normalising",
)
class AlphaDropout(Pointwise):
    """Dropout for SELU networks: dropped numbers take SELU's lowest value, so that mean and variance stay."""

    p: Annotated[float, DROP] = 0.5


class OverChannels(Layer):
    """What drops whole channels has in common."""

    def shape(self, x: Tensor) -> Tensor:
        expect(x, self.kind, SIGNAL, IMAGE, VOLUME)
        return x


@layer(
    "Regularization",
    source="nn.FeatureAlphaDropout",
    required=("p",),
    line=Line(("featurealphadropout",), ("p",)),
    synonyms="selu, self-normalising, channels",
)
class FeatureAlphaDropout(OverChannels):
    """AlphaDropout of whole channels, for convolutions with SELU."""

    p: Annotated[float, DROP] = 0.5


@layer(
    "Regularization",
    required=("p",),
    line=Line(("channeldropout", "spatialdropout", "dropout1d", "dropout2d", "dropout3d"), ("p",)),
    synonyms="spatial dropout, feature maps, Dropout2d",
)
class ChannelDropout(OverChannels):
    """Dropout of whole channels: neighbouring pixels are alike, so dropping single ones would hide little."""

    p: Annotated[float, DROP] = 0.5

    def callee(self, x: Tensor) -> str:
        return f"nn.Dropout{DIMS[x.axes]}d"


@layer(
    "Regularization",
    source=".drop_path.DropPath",
    required=("p",),
    line=Line(("droppath",), ("p",)),
    synonyms="stochastic depth, residual, skip a branch, vision transformer",
)
class DropPath(Pointwise):
    """Drops a whole branch for some samples while training: put it at the end of a branch, before the Add."""

    p: Annotated[float, DROP] = 0.1


@layer(
    "Regularization",
    source=".drop_connect.DropConnectLinear",
    required=("in_features", "out_features"),
    line=Line(("dropconnectlinear", "dropconnect"), ("out_features", "p"), flags={"nobias": ("bias", False)}),
    synonyms="drop weights, fully connected",
)
class DropConnectLinear(Weighted):
    """A Linear layer that drops single weights at random while training, rather than whole numbers."""

    title = "DropConnect linear"

    out_features: Annotated[int, Int(1, 2**24, help="How many outputs (neurons)")] = 64
    bias: Annotated[bool, Flag(help="Adds a trained offset to each output")] = True
    p: Annotated[float, DROP] = 0.5

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {"in_features": x.channels, **super().arguments()}

    def shape(self, x: Tensor) -> Tensor:
        expect(x, "DropConnectLinear", VECTOR, SEQUENCE)
        return x.resized(-1, self.out_features)

    def fan_in(self, name: str, x: Tensor) -> int:
        return x.channels

    def weight_shape(self, name: str, x: Tensor) -> tuple[int, ...]:
        return (self.out_features, x.channels) if name == "weight" else (self.out_features,)

    def parameters(self, x: Tensor) -> int:
        return weights(x.channels, self.out_features, self.bias)

    def macs(self, x: Tensor) -> int:
        return x.size * self.out_features
