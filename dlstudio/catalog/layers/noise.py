"""Noise: numbers disturbed at random while training, and noise to make things from."""

from typing import Annotated

from dlstudio.catalog.code import Code
from dlstudio.catalog.forms import FORM_WORDS, form_field, typed
from dlstudio.catalog.layer import Layer, Line, Port, layer
from dlstudio.catalog.layers.activation import Pointwise
from dlstudio.core.fields import Choice, Ints, Real
from dlstudio.core.frozen import Frozen
from dlstudio.core.tensor import Tensor


@layer(
    "Regularization",
    source=".noise.GaussianNoise",
    required=("std",),
    line=Line(("gaussiannoise", "noise"), ("std",)),
    synonyms="jitter, denoising, robustness, REG-20",
)
class GaussianNoise(Pointwise):
    """Adds bell-shaped noise while training; evaluation passes everything on."""

    std: Annotated[float, Real(low=0, help="The spread of the noise")] = 0.1


@layer(
    "Regularization",
    source=".noise.MaskNoise",
    required=("p",),
    line=Line(("masknoise",), ("p",)),
    synonyms="denoising autoencoder, corruption, missing values",
)
class MaskNoise(Pointwise):
    """Sets a part of the numbers to zero while training, as denoising autoencoders do; nothing is rescaled."""

    p: Annotated[float, Real(low=0, high=1, help="The share of numbers that are DROPPED, that is set to zero")] = 0.3


@layer(
    "Regularization",
    source=".noise.SaltPepperNoise",
    required=("p",),
    line=Line(("saltpeppernoise", "saltpepper"), ("p",)),
    synonyms="impulse noise, denoising",
)
class SaltPepperNoise(Pointwise):
    """Sets a part of the numbers to one of two extremes while training: white and black dots in a picture."""

    title = "Salt and pepper noise"

    p: Annotated[float, Real(low=0, high=1, help="The share of numbers that are replaced, half by each extreme")] = 0.1
    low: Annotated[float, Real(help="The lower extreme (pepper)")] = 0.0
    high: Annotated[float, Real(help="The upper extreme (salt)")] = 1.0


@layer(
    "Sampling",
    line=Line(("noisesource",), ("size",), flags=FORM_WORDS),
    synonyms="z, latent, random input, generator, GAN, prior, GEN-06",
)
class NoiseSource(Layer):
    """Fresh random numbers for every sample, also in evaluation: the z from which a generator makes something.

    Of what is wired in, only the number of samples counts."""

    smooth = False
    inputs = (Port("x", "Anything of the same batch: as many samples of noise are drawn"),)

    size: Annotated[tuple[int, ...], Ints(low=1, least=1, most=4, help="The shape of one sample of noise")] = (100,)
    distribution: Annotated[
        str,
        Choice(options=("normal", "uniform"), help="normal: bell-shaped around 0 with spread 1. uniform: from 0 to 1"),
    ] = "normal"
    form: Annotated[str, form_field("takes the usual meaning of that many axes")] = "auto"

    def shape(self, x: Tensor) -> Tensor:
        return typed(self.size, self.form, "float")

    def forward(self, x: Tensor) -> Code:
        lengths = {f"size{i}": n for i, n in enumerate(self.size, 1)}
        draw = "torch.randn" if self.distribution == "normal" else "torch.rand"
        kind = ", dtype={x}.dtype" if x.dtype == "float" else ""
        holes = "".join(f", {{{name}}}" for name in lengths)
        return Code(f"{draw}({{x}}.shape[0]{holes}{kind}, device={{x}}.device)", Frozen(lengths))
