"""Penalties: further terms of a loss, each one number for a sample; wire one into an Output and weigh it there."""

from typing import Annotated

from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Layer, Line, Port, layer
from dlstudio.catalog.layers.merge import together
from dlstudio.catalog.refusal import Refused, expect_real
from dlstudio.core.fields import Choice, Real
from dlstudio.core.tensor import Tensor

NUMBER = Tensor((), ())


@layer(
    "Penalty",
    line=Line(("kldivergence", "kl")),
    synonyms="Kullback-Leibler, variational autoencoder, VAE, ELBO, latent, prior, loss term",
)
class KLDivergence(Layer):
    """How far a bell curve, given by its mean and log variance, is from the standard one: ½Σ(μ² + σ² − 1 − log σ²).

    It is summed over the numbers of a sample: one number for each sample."""

    inputs = (Port("mean", "The mean μ"), Port("log_variance", "The logarithm of the variance, log σ²"))

    def shape(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        if not mean.rank:
            raise Refused("KLDivergence sums over the numbers of a sample, and a number is only one.", port="mean")
        if mean.shape == log_variance.shape:
            together("KLDivergence", mean=mean, log_variance=log_variance)
            return NUMBER
        raise Refused(
            f"KLDivergence needs a mean and a log variance of one shape; it gets {mean} and {log_variance}.",
            port="log_variance",
        )

    def forward(self, mean: Tensor, log_variance: Tensor) -> Code:
        total = ".sum(1)" if mean.rank == 1 else ".flatten(1).sum(1)"
        return Code("0.5 * ({mean}.square() + {log_variance}.exp() - 1 - {log_variance})" + total)


@layer(
    "Penalty",
    source=".sparsity.SparsityPenalty",
    line=Line(("sparsity", "sparsitypenalty"), ("rho",)),
    synonyms="sparse autoencoder, SAE, rho, mean activation, loss term",
)
class SparsityPenalty(Layer):
    """What it costs when units are active on average more (or less) than a small rho: Σ KL(rho ‖ mean activation).

    The means are taken over the batch, so every sample of a batch is given the same number."""

    smooth = False

    rho: Annotated[
        float, Real(low=0.0001, high=0.9999, help="How active a unit should be on average, between 0 and 1")
    ] = 0.05

    def shape(self, x: Tensor) -> Tensor:
        expect_real(x, "SparsityPenalty")
        if not x.rank:
            raise Refused("SparsityPenalty looks at the units of a layer; it gets a single number.")
        return NUMBER


@layer(
    "Penalty",
    line=Line(("l1penalty", "l1"), flags={"sum": ("reduction", "sum")}),
    synonyms="lasso, sparse activations, total, absolute values, loss term, activity regularizer",
)
class L1Penalty(Layer):
    """The sizes of a sample's numbers, |x|, as one number: a price on activations that are not zero."""

    reduction: Annotated[str, Choice(options=("mean", "sum"), help="Their mean or their sum")] = "mean"

    def shape(self, x: Tensor) -> Tensor:
        expect_real(x, "L1Penalty")
        return NUMBER

    def forward(self, x: Tensor) -> Code:
        if not x.rank:
            return Code("{x}.abs()")
        return Code(f"{{x}}.abs(){'' if x.rank == 1 else '.flatten(1)'}.{self.reduction}(1)")
