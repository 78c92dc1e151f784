"""Activations: what bends the sums of a layer, so that layers can be stacked; here those that look like ReLU."""

import math
from typing import Annotated, ClassVar

from dlstudio.catalog.card import Card
from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Layer, Line, Trained, layer
from dlstudio.catalog.refusal import Insert, Put, Refused, expect_real
from dlstudio.core.fields import Choice, Flag, Real, Reals
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import Tensor


class Pointwise(Layer):
    """What functions of each number by itself have in common; `expression` is for those that are no torch module."""

    expression: ClassVar[str] = ""

    def shape(self, x: Tensor) -> Tensor:
        expect_real(x, self.kind)
        return x

    def forward(self, x: Tensor) -> Code:
        if not self.expression:
            return super().forward(x=x)
        used = {name: value for name, value in self.values().items() if f"{{{name}}}" in self.expression}
        return Code(self.expression, Frozen(used))


class Activation(Pointwise):
    """A pointwise function that networks put between their layers."""

    card: ClassVar[Card]


@layer("Activation", source="nn.ReLU", synonyms="rectifier, max(0 x), ramp, one-sided, sparse, ACT-07, ACT-18")
class ReLU(Activation):
    """Keeps what is positive and sets the rest to zero: max(0, x). The usual choice for hidden layers.

    Its slope is 1 for x > 0 and 0 for x < 0; at exactly 0, where there is no slope, torch takes 0."""

    card = Card(
        0,
        reaches="low",
        differentiable=False,
        saturates="left",
        note="When unsure, take this one. Units that are never positive stop learning (dead units): try LeakyReLU.",
    )


@layer("Activation", source="nn.ReLU6", synonyms="mobile, quantised")
class ReLU6(Activation):
    """ReLU that stops at 6: min(max(0, x), 6); keeps numbers small for low precision."""

    card = Card(
        0,
        6,
        "both",
        differentiable=False,
        saturates="both",
        note="For networks that will run with few bits, as on phones.",
    )


LEAKS = Choice(
    options=("slope", "divisor"),
    help="How the part below zero is given: “slope” multiplies, A·x, as torch does; “divisor” divides, x/a",
)


@layer(
    "Activation",
    source="nn.LeakyReLU",
    required=("negative_slope",),
    line=Line(("leakyrelu", "lrelu"), ("negative_slope",), {"a": "divisor"}),
    synonyms="leaky, dead neurons, lrelu, ACT-08, ACT-09",
)
class LeakyReLU(Activation):
    """ReLU that lets a little through below zero, so that no unit dies: x if x > 0, else A·x or x/a.

    Texts differ: some give the slope A, others the divisor a. The field “form” says which is in force; A = 1/a."""

    not_arguments = frozenset({"form", "divisor"})
    card = Card(differentiable=False, note="When units die with ReLU; usual in the critic of a GAN.")

    negative_slope: Annotated[float, Real(help="The slope A below zero, in the form “slope”")] = 0.01
    form: Annotated[str, LEAKS] = "slope"
    divisor: Annotated[float, Real(low=0, open_low=True, help="The divisor a below zero, in the form “divisor”")] = (
        100.0
    )

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {"negative_slope": self.negative_slope if self.form == "slope" else 1 / self.divisor}


@layer(
    "Activation",
    source=".channel_leaky_relu.ChannelLeakyReLU",
    required=("slopes",),
    line=Line(("channelleakyrelu",), ("slopes",)),
    synonyms="leaky, a_i, per channel, ACT-09",
)
class ChannelLeakyReLU(Activation):
    """LeakyReLU with a fixed leak a_i of its own for each channel (or feature of a vector)."""

    not_arguments = frozenset({"form"})
    card = Card(differentiable=False, note="When the leak of each channel is known; PReLU learns it.")

    slopes: Annotated[tuple[float, ...], Reals(help="One number for each channel; a single one serves all")] = (0.01,)
    form: Annotated[str, LEAKS] = "slope"

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {"slopes": tuple(1 / a for a in self.slopes) if self.form == "divisor" else self.slopes}

    def shape(self, x: Tensor) -> Tensor:
        super().shape(x)
        if not self.slopes or (self.form == "divisor" and 0 in self.slopes):
            raise Refused("Give a slope for each channel; a divisor cannot be zero.", Put("slopes", (0.01,)))
        if len(self.slopes) > 1:
            channels_first(x, "ChannelLeakyReLU with several slopes")
            if len(self.slopes) != x.channels:
                padded = (self.slopes * x.channels)[: x.channels]
                raise Refused(
                    f"There are {len(self.slopes)} slopes, but {x.describe()} has {x.channels} channels.",
                    Put("slopes", padded),
                )
        return x


def channels_first(x: Tensor, by: str, *remedies: Put) -> None:
    """Refuses tensors whose channels are not their first axis, where torch looks for them."""
    if not x.rank or x.channel_position:
        raise Refused(
            f"{by} treats each channel by itself; {x.describe()} does not have its channels first. "
            "A Transpose turns a sequence into a signal.",
            *remedies,
            Insert("Transpose"),
        )


@layer("Activation", source="nn.PReLU", line=Line(("prelu",), ("init",)), synonyms="parametric, learned slope")
class PReLU(Trained, Activation):
    """LeakyReLU whose slope below zero is learned, one for all or one for each channel."""

    not_arguments = Trained.not_arguments | {"each_channel"}
    card = Card(differentiable=False, note="When data are plenty and the best leak is not known.")

    each_channel: Annotated[bool, Flag(help="A slope for each channel rather than one for all")] = False
    init: Annotated[float, Real(help="The slope that training starts from")] = 0.25

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {**({"num_parameters": x.channels} if self.each_channel else {}), "init": self.init}

    def shape(self, x: Tensor) -> Tensor:
        super().shape(x)
        if self.each_channel:
            channels_first(x, "PReLU with a slope for each channel", Put("each_channel", False))
        return x

    def weight_shape(self, name: str, x: Tensor) -> tuple[int, ...]:
        return (self.parameters(x),)

    def parameters(self, x: Tensor) -> int:
        return x.channels if self.each_channel else 1


@layer(
    "Activation",
    source="nn.RReLU",
    line=Line(("rrelu",), ("lower", "upper")),
    synonyms="randomised leaky, random slope",
)
class RReLU(Activation):
    """LeakyReLU whose slope is drawn anew for each number while training; evaluation takes the middle slope."""

    card = Card(differentiable=False, note="A little noise against overfitting on small data sets.")

    lower: Annotated[float, Real(low=0, help="The smallest slope below zero")] = 1 / 8
    upper: Annotated[float, Real(low=0, help="The largest slope below zero")] = 1 / 3

    def shape(self, x: Tensor) -> Tensor:
        if self.lower > self.upper:
            raise Refused(
                f"The lower slope {self.lower:g} is above the upper slope {self.upper:g}.", Put("lower", self.upper)
            )
        return super().shape(x)


ALPHA = Real(low=0, open_low=True, help="The value −α that is approached far below zero")


@layer("Activation", source="nn.ELU", line=Line(("elu",), ("alpha",)), synonyms="exponential linear")
class ELU(Activation):
    """x above zero, α·(eˣ − 1) below: a smooth ReLU whose mean output stays near zero."""

    card = Card(-1, near_identity=True, saturates="left", note="Smoother than ReLU and without dead units, but slower.")

    alpha: Annotated[float, ALPHA] = 1.0


@layer("Activation", source="nn.SELU", synonyms="self-normalising, scaled exponential linear")
class SELU(Activation):
    """A scaled ELU that keeps the mean at 0 and the variance at 1 through deep stacks of Linear layers."""

    card = Card(
        -1.0507009873554805 * 1.6732632423543772,
        differentiable=False,
        saturates="left",
        note="For deep fully connected networks, with Calibrated weights (LeCun) and AlphaDropout.",
    )


@layer("Activation", source="nn.CELU", line=Line(("celu",), ("alpha",)), synonyms="continuously differentiable elu")
class CELU(Activation):
    """x above zero, α·(e^(x/α) − 1) below: an ELU that is smooth at zero for every α."""

    card = Card(-1, near_identity=True, saturates="left", note="Where ELU with another α than 1 is wanted.")

    alpha: Annotated[float, ALPHA] = 1.0


@layer(
    "Activation",
    source="nn.GELU",
    line=Line(("gelu",), flags={"tanh": ("approximate", "tanh")}),
    synonyms="gaussian error linear, transformer, bert, gpt",
)
class GELU(Activation):
    """x·Φ(x), with Φ the Gaussian's distribution: a smooth ReLU with a small dip, the usual one in transformers."""

    card = Card(-0.16997, reaches="low", monotonic=False, saturates="left", note="The habit in transformers.")

    approximate: Annotated[
        str, Choice(options=("none", "tanh"), help="tanh computes it approximately, as GPT-2 did")
    ] = "none"


@layer("Activation", source="nn.SiLU", line=Line(("silu", "swish")), synonyms="swish, x*sigmoid, efficientnet, yolo")
class SiLU(Activation):
    """x·σ(x), also called swish: a smooth ReLU with a small dip below zero."""

    card = Card(-0.27846, reaches="low", monotonic=False, saturates="left", note="Deep convolutional networks.")


@layer("Activation", source="nn.Mish", synonyms="yolo, smooth")
class Mish(Activation):
    """x·tanh(softplus(x)): a smooth ReLU with a small dip below zero."""

    card = Card(-0.30884, reaches="low", monotonic=False, saturates="left", note="Much like SiLU, at a higher cost.")


@layer("Activation", source="nn.Hardswish", synonyms="mobilenet, piecewise swish")
class Hardswish(Activation):
    """x·min(max(0, x + 3), 6)/6: a cheap SiLU for phones."""

    card = Card(
        -0.375,
        reaches="low",
        monotonic=False,
        differentiable=False,
        saturates="left",
        note="SiLU where every operation counts.",
    )


@layer(
    "Activation",
    source="nn.Softplus",
    line=Line(("softplus",), ("beta",)),
    synonyms="ln(1+e^x), smooth relu, positive, ACT-10",
)
class Softplus(Activation):
    """ln(1 + eˣ): a ReLU without the kink, always positive; its slope is the sigmoid."""

    card = Card(0, saturates="left", note="For an output that must be positive, such as a spread.")

    beta: Annotated[float, Real(low=0, open_low=True, help="How sharp the bend is: ln(1 + e^(βx))/β")] = 1.0
    threshold: Annotated[float, Real(low=1, help="Where β·x is larger, x itself is given; spares large powers")] = 20.0


@layer(
    "Activation",
    source="nn.Threshold",
    required=("threshold", "value"),
    line=Line(("threshold",), ("threshold", "value")),
    synonyms="cut",
)
class Threshold(Activation):
    """Passes what is above a threshold and replaces the rest by a fixed value; for 0 and 1 see Step."""

    smooth = False
    card = Card(0, math.inf, "low", differentiable=False, saturates="left", note="ReLU with another starting point.")

    threshold: Annotated[float, Real(help="What must be exceeded")] = 0.1
    value: Annotated[float, Real(help="What stands in for the rest")] = 0.0
