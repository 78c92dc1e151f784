"""Numbers: losses for outputs that should come close to real numbers."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from dlstudio.catalog.code import Code
from dlstudio.catalog.losses.loss import WITHIN, Elementwise, Target, loss
from dlstudio.catalog.losses.sides import classes_second, like, unlike
from dlstudio.core.fields import Flag, Real
from dlstudio.core.tensor import Tensor

FAMILY = "Numbers"


@dataclass(frozen=True)
class _Numbers(Elementwise):
    """A loss between each number of the output and the same number of the target; classes count as one-hot."""

    targets: ClassVar[tuple[Target, ...]] = ("numbers", "class", "yes/no")

    def refuses(self, y: Tensor, t: Tensor | None, classes: int = 0) -> str:
        return unlike(self.kind, y, t, classes)

    def sides(self, y: Tensor | None, t: Tensor | None) -> dict[str, str]:
        return {"y": "{y}", "t": like(y, t)}


@dataclass(frozen=True)
class _Squares(_Numbers):
    """A loss that adds up squares."""

    def residuals(self, y: Tensor | None = None, t: Tensor | None = None) -> Code | None:
        return Code(f"({{y}} - {self.sides(y, t)['t']}).flatten()")


@loss(FAMILY, "F.mse_loss", synonyms="L2, MSE, quadratic, Euclidean, mean squared error, regression, LOS-04, LOS-14")
class MeanSquare(_Squares):
    """(y − t)²: the mean over all outputs and samples, torch's convention.

    The sources' ½Σ over the outputs is HalfSquare: the two agree only when there are two outputs."""


@loss(
    FAMILY,
    ".half_square.half_square_loss",
    synonyms="quadratic cost, total error, E_total, sum of squares, SSE, LOS-02, LOS-03, LOS-15",
)
class HalfSquare(_Squares):
    """½Σ(y − t)² over the outputs of a sample, and the mean over samples: the sources' convention.

    Its gradient at an output is y − t."""

    within: Annotated[str, WITHIN] = "sum"


@loss(FAMILY, "F.l1_loss", synonyms="L1, MAE, absolute error, Manhattan, LOS-05")
class MeanAbsolute(_Numbers):
    """|y − t|: gradients of ±1 however far away, so that single wild targets count little.

    The mean over all outputs. The sources sum over the outputs of a sample, (1/N)Σ‖y − t‖₁: set “within” to sum."""


@loss(FAMILY, "F.smooth_l1_loss", synonyms="L1, robust, Fast R-CNN, boxes, LOS-06")
class SmoothL1(_Numbers):
    """½(y − t)²/β within β of the target, |y − t| − ½β beyond: at β = 1, 0.125 for 0.5, 0.5 for 1 and 2.5 for 3."""

    beta: Annotated[float, Real(low=0, open_low=True, help="How near is near: where squares give way to sizes")] = 1.0


@loss(FAMILY, "F.huber_loss", synonyms="robust, outliers, LOS-06")
class Huber(_Numbers):
    """½(y − t)² within δ of the target, δ·(|y − t| − ½δ) beyond: SmoothL1 times δ."""

    delta: Annotated[float, Real(low=0, open_low=True, help="How near is near: where squares give way to sizes")] = 1.0


@loss(FAMILY, "F.poisson_nll_loss", synonyms="counts, rates, events")
class Poisson(_Numbers):
    """e^y − t·y: for counts t, where the network gives the logarithm of the rate (Poisson's log-likelihood)."""

    targets: ClassVar[tuple[Target, ...]] = ("counts", "numbers")

    log_input: Annotated[bool, Flag(help="Whether the network gives the logarithm of the rate, or the rate itself")] = (
        True
    )
    full: Annotated[bool, Flag(help="Adds what depends on the target alone (by Stirling's formula)")] = False


@loss(FAMILY, ".gaussian_likelihood.gaussian_likelihood_loss", synonyms="uncertainty, variance, heteroscedastic, NLL")
class GaussianNLL(Elementwise):
    """½(log σ² + (μ − t)²/σ²): the network gives a mean and the logarithm of a variance for each number of the target.

    The first half of its outputs (or channels) are the means μ, the second half log σ²."""

    targets = ("numbers",)

    full: Annotated[bool, Flag(help="Adds ½·ln 2π, which changes no gradient")] = False

    def refuses(self, y: Tensor, t: Tensor | None, classes: int = 0) -> str:
        if t is None or (y.size == 2 * t.size and y.channels % 2 == 0):
            return ""
        return (
            f"GaussianNLL needs two numbers for each of the target {t}, a mean and a log variance; the output is {y}."
        )

    def sides(self, y: Tensor | None, t: Tensor | None) -> dict[str, str]:
        moved = t is not None and y is not None and t.rank == y.rank
        kind = "" if t is None or t.dtype == "float" else ".to({y}.dtype)"
        return {"y": classes_second(y, "{y}"), "t": (classes_second(y, "{t}") if moved else "{t}") + kind}
