"""Sampling: units that draw what they give out, and through which gradients flow all the same."""

from typing import Annotated

from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Layer, Line, Port, Trained, layer
from dlstudio.catalog.layers.activation import Pointwise
from dlstudio.catalog.layers.softmax import AXIS, AlongAxis
from dlstudio.catalog.refusal import CLIP, IMAGE, SEQUENCE, SIGNAL, VECTOR, VOLUME, Refused, expect, expect_real
from dlstudio.core.fields import Choice, Flag, Int, Real
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import Tensor


@layer(
    "Sampling",
    source=".sampling.BernoulliSample",
    line=Line(("bernoullisample", "bernoulli"), flags={"logits": ("takes", "logits")}),
    synonyms="stochastic binary unit, restricted boltzmann machine, rbm, coin, straight-through",
)
class BernoulliSample(Pointwise):
    """Draws 0 or 1, each 1 with its probability; backwards it lets the gradient through as if it were not there."""

    smooth = False
    not_arguments = frozenset({"takes"})

    takes: Annotated[
        str,
        Choice(
            options=("probabilities", "logits"),
            help="probabilities: numbers from 0 to 1, others are cut. logits: any numbers, through a sigmoid first",
        ),
    ] = "probabilities"
    in_eval: Annotated[
        str, Choice(options=("sample", "probability"), help="What evaluation gives: a draw too, or the probability")
    ] = "sample"

    def forward(self, x: Tensor) -> Code:
        return Code("{module}({x}.clamp(0, 1))" if self.takes == "probabilities" else "{module}(torch.sigmoid({x}))")


@layer(
    "Sampling",
    source=".sampling.GaussianSample",
    line=Line(("gaussiansample", "reparameterize")),
    synonyms="reparameterization trick, variational autoencoder, VAE, latent, mu, sigma, z",
)
class GaussianSample(Layer):
    """Draws from the bell curves that a mean and a log variance describe: z = μ + σ·ε, the middle of a VAE.

    The gradient flows to both; KLDivergence is the term that keeps them near the standard bell curve."""

    smooth = False
    inputs = (Port("mean", "The mean μ"), Port("log_variance", "The logarithm of the variance, log σ²"))
    outputs = (Port("z", "The draw"),)

    in_eval: Annotated[
        str, Choice(options=("mean", "sample"), help="What evaluation gives: the mean, or a draw too")
    ] = "mean"

    def shape(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        expect_real(mean, "GaussianSample", port="mean")
        expect_real(log_variance, "GaussianSample", port="log_variance")
        if mean != log_variance:
            raise Refused(
                "GaussianSample needs a mean and a log variance for each number it draws; it gets "
                f"{mean.describe()} and {log_variance.describe()}. Make the two layers before it equally large.",
                port="log_variance",
            )
        return mean


@layer(
    "Sampling",
    line=Line(("gumbelsoftmax", "gumbel"), ("tau",), flags={"hard": ("hard", True)}),
    synonyms="concrete, categorical, discrete choice, temperature",
)
class GumbelSoftmax(AlongAxis):
    """Draws one of several classes, softened so that the gradient flows: the softmax of (x + noise)/τ."""

    smooth = False

    tau: Annotated[float, Real(low=0, open_low=True, help="The temperature τ: the lower, the nearer to one class")] = (
        1.0
    )
    hard: Annotated[bool, Flag(help="Gives exactly 0 and 1 forwards, and the soft gradient backwards")] = False
    axis: Annotated[str, AXIS] = "auto"
    in_eval: Annotated[
        str,
        Choice(options=("softmax", "sample"), help="What evaluation gives: the plain softmax of x/τ, or a draw too"),
    ] = "softmax"

    def forward(self, x: Tensor) -> Code:
        hard = ", hard=True" if self.hard else ""
        draw = f"F.gumbel_softmax({{x}}, tau={{tau}}{hard}, dim={{dim}})"
        plain = " if self.training else torch.softmax({x} / {tau}, dim={dim})" if self.in_eval == "softmax" else ""
        return Code(draw + plain, Frozen({"tau": self.tau, "dim": self.place(x) + 1}))


@layer(
    "Sampling",
    source=".vector_quantizer.VectorQuantizer",
    required=("codes", "features"),
    line=Line(("vectorquantizer", "vq"), ("codes",)),
    synonyms="vq-vae, code book, discrete latent, quantise, nearest, self-organising",
)
class VectorQuantizer(Trained):
    """Replaces each vector by the nearest of a learned code book, as in the VQ-VAE.

    The second output is its loss, one number for each sample: wire it into an Output too, or nothing learns the codes.
    The vectors are the features of a vector or of each step, or the channels of each pixel."""

    smooth = False
    outputs = (Port("y", "The nearest codes"), Port("loss", "How far codes and vectors are apart"))

    codes: Annotated[int, Int(1, 2**20, help="How many vectors the code book has")] = 512
    commitment: Annotated[float, Real(low=0, help="How strongly the vectors are drawn to their codes")] = 0.25

    def arguments(self, x: Tensor) -> dict[str, Value]:
        at = x.channel_position + 1
        return {"features": x.channels, **super().arguments(), **({"dim": at} if at < x.rank else {})}

    def shape(self, x: Tensor) -> dict[str, Tensor]:
        expect(x, "VectorQuantizer", VECTOR, SEQUENCE, SIGNAL, IMAGE, VOLUME, CLIP)
        return {"y": x, "loss": Tensor.of()}

    def fan_in(self, name: str, x: Tensor) -> int:
        return x.channels

    def weight_shape(self, name: str, x: Tensor) -> tuple[int, ...]:
        return self.codes, x.channels

    def parameters(self, x: Tensor) -> int:
        return self.codes * x.channels

    def macs(self, x: Tensor) -> int:
        return x.size * self.codes
