"""Activations that squash, cut or shrink: the S-shaped ones, steps, and their relatives."""

from typing import Annotated

from dlstudio.catalog.card import Card
from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Line, layer
from dlstudio.catalog.layers.activation import Activation
from dlstudio.catalog.refusal import Put, Refused
from dlstudio.core.fields import Real
from dlstudio.core.frozen import Frozen
from dlstudio.core.tensor import Tensor


@layer(
    "Activation",
    source="nn.Sigmoid",
    line=Line(("sigmoid",), ("slope",)),
    synonyms="logistic, 1/(1+e^-x), probability, binary, gate, soft threshold, ACT-04, ACT-13, ACT-23",
)
class Sigmoid(Activation):
    """1/(1 + e^(−x)): squashes any number into the range from 0 to 1, such as a probability.

    With a slope k it is σ(kx), which comes ever closer to the Step as k grows."""

    not_arguments = frozenset({"slope"})
    card = Card(
        0,
        1,
        saturates="both",
        note="The output of a yes/no question. In hidden layers its gradient fades (at most 1/4): ReLU or Tanh.",
    )

    slope: Annotated[float, Real(low=0, open_low=True, help="k in σ(kx): how steep the S is")] = 1.0

    def forward(self, x: Tensor) -> Code:
        scaled = Code("{module}({slope} * {x})", Frozen({"slope": self.slope}))
        return Code("{module}({x})") if self.slope == 1 else scaled


@layer("Activation", source="nn.LogSigmoid", synonyms="log probability")
class LogSigmoid(Activation):
    """ln σ(x): the logarithm of a probability, computed without overflow."""

    card = Card(high=0, saturates="right", note="Inside losses; rarely between layers.")


@layer("Activation", source="nn.Hardsigmoid", synonyms="piecewise, mobilenet, cheap sigmoid")
class Hardsigmoid(Activation):
    """x/6 + 1/2, cut at 0 and 1: a cheap sigmoid of straight lines."""

    card = Card(0, 1, "both", differentiable=False, saturates="both", note="Gates where every operation counts.")


@layer("Activation", source="nn.Tanh", synonyms="hyperbolic tangent, S-curve, recurrent, ACT-05")
class Tanh(Activation):
    """Squashes any number into the range from −1 to 1, with slope 1 at zero."""

    card = Card(
        -1,
        1,
        near_identity=True,
        saturates="both",
        note="Recurrent cells, and images scaled to −1 … 1. Learns faster than Sigmoid, since it is centred on zero.",
    )


def ordered(low: float, high: float, names: tuple[str, str], *, strictly: bool) -> None:
    """Refuses a lower limit that is not below the upper one."""
    if low > high or (strictly and low == high):
        raise Refused(f"The lower limit {low:g} must be below the upper limit {high:g}.", Put(names[0], high - 1))


@layer(
    "Activation",
    source="nn.Hardtanh",
    line=Line(("hardtanh",), ("min_val", "max_val")),
    synonyms="clip, piecewise, cheap tanh",
)
class Hardtanh(Activation):
    """x itself, cut at −1 and 1: a cheap tanh of straight lines."""

    card = Card(
        -1, 1, "both", differentiable=False, near_identity=True, saturates="both", note="Outputs with hard limits."
    )

    min_val: Annotated[float, Real(help="The least that comes out")] = -1.0
    max_val: Annotated[float, Real(help="The most that comes out")] = 1.0

    def shape(self, x: Tensor) -> Tensor:
        ordered(self.min_val, self.max_val, ("min_val", "max_val"), strictly=True)
        return super().shape(x)


@layer("Activation", source="nn.Softsign", synonyms="x/(1+|x|), ACT-06")
class Softsign(Activation):
    """x/(1 + |x|): like tanh, but it flattens out more slowly."""

    card = Card(-1, 1, near_identity=True, saturates="both", note="Like Tanh, with gradients that fade later.")


LAMBDA = Real(low=0, help="Half the width λ of what becomes zero")


@layer("Activation", source="nn.Hardshrink", line=Line(("hardshrink",), ("lambd",)), synonyms="sparse, denoise")
class Hardshrink(Activation):
    """Sets small numbers, from −λ to λ, to zero and keeps the others as they are."""

    card = Card(differentiable=False, note="Sparse codes, denoising.")

    lambd: Annotated[float, LAMBDA] = 0.5


@layer(
    "Activation",
    source="nn.Softshrink",
    line=Line(("softshrink",), ("lambd",)),
    synonyms="sparse, denoise, soft threshold, ista, L1",
)
class Softshrink(Activation):
    """Moves every number towards zero by λ and keeps it there: the step that an L1 penalty asks for."""

    card = Card(differentiable=False, note="Sparse codes, denoising.")

    lambd: Annotated[float, LAMBDA] = 0.5


@layer("Activation", source="nn.Tanhshrink", synonyms="x-tanh(x)")
class Tanhshrink(Activation):
    """x − tanh(x): flattens small numbers and keeps large ones."""

    card = Card(note="Sparse codes without a kink.")


@layer("Activation", synonyms="threshold, heaviside, binary, perceptron, 0/1, mcculloch, ACT-01")
class Step(Activation):
    """1 where x > 0, else 0: the neuron of the first perceptrons.

    Its slope is zero everywhere, so what stands before it cannot learn by gradients; Sigmoid is its soft stand-in."""

    smooth = False
    expression = "torch.sign(F.relu({x}))"
    card = Card(
        0,
        1,
        "both",
        differentiable=False,
        saturates="both",
        note="For perceptrons and to look at decisions; backpropagation cannot train through it.",
    )


@layer("Activation", synonyms="bipolar, signum, +1/-1, hopfield, adaline, ACT-02")
class Sign(Activation):
    """1 where x > 0, else −1, also at exactly 0 (where torch.sign gives 0). Nothing before it learns by gradients."""

    smooth = False
    expression = "2 * torch.sign(F.relu({x})) - 1"
    card = Card(
        -1,
        1,
        "both",
        differentiable=False,
        saturates="both",
        note="Bipolar units and associative memories; backpropagation cannot train through it.",
    )


@layer("Activation", source="nn.Identity", line=Line(("identity", "linear_out")), synonyms="linear, none, ACT-03")
class Identity(Activation):
    """Passes everything on unchanged: the activation of a regression's output, and a place to wire to."""

    card = Card(
        linear=True,
        near_identity=True,
        note="The output of a regression. Between layers it adds nothing: linear layers in a row are one linear layer.",
    )

    def shape(self, x: Tensor) -> Tensor:
        return x


@layer("Activation", line=Line(("exponential", "exp")), synonyms="exp, e^x, positive, yolo, box size, ACT-12")
class Exponential(Activation):
    """eˣ: always positive and without an upper limit, such as the width and height of a box."""

    expression = "torch.exp({x})"
    card = Card(0, saturates="left", note="Outputs that are positive and vary by factors; large inputs overflow.")


@layer("Activation", line=Line(("sine", "sin"), ("frequency",)), synonyms="siren, periodic, sin")
class Sine(Activation):
    """sin(ω·x): waves, for networks that draw an image or a sound from its coordinates (SIREN takes ω = 30)."""

    expression = "torch.sin({frequency} * {x})"
    card = Card(
        -1, 1, "both", monotonic=False, near_identity=True, note="Coordinates in, signal out; needs small weights."
    )

    frequency: Annotated[float, Real(help="ω: how many waves")] = 1.0
