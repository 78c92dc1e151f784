"""Transforms: how columns are normalized before training, measured on the training part alone."""

from collections.abc import Callable
from typing import Annotated, ClassVar

from dlstudio.core.fields import Choice, Int, Real, Text
from dlstudio.core.spec import BadField, BadFields, Declaration, Registry


class Transform(Declaration):
    """One way to change a column of the data."""

    formula: ClassVar[str] = ""
    """What becomes of a number, in the notation of a textbook."""

    def validate(self) -> None:
        """Raises BadFields where a field that is right alone makes no sense."""


transforms: Registry[Transform] = Registry("transform")


def transform(formula: str, *, synonyms: str = "") -> Callable[[type[Transform]], type[Transform]]:
    """Registers a transform with its formula."""

    def register(cls: type[Transform]) -> type[Transform]:
        cls.formula = formula
        return transforms.add(cls, family="Normalization", synonyms=synonyms)

    return register


COLUMN = Text(help="Which column; empty takes every input of real numbers. A target's results are turned back for you")
OVER = Choice(
    options=("auto", "feature", "channel", "all"),
    help="What is measured together: each feature alone, each channel alone, or all numbers; "
    "auto takes channels of images and signals, and features of anything else",
)


@transform("x' = (x − min) / (max − min)", synonyms="linear normalization, 0 to 1, rescale, NDA-01")
class MinMax(Transform):
    """Moves the smallest number to 0 and the largest to 1; one extreme number squeezes all others together.

    A feature that never changes becomes 0. Numbers beyond the extremes of the training part fall outside."""

    title = "Min-max"

    column: Annotated[str, COLUMN] = ""
    over: Annotated[str, OVER] = "auto"


@transform("x' = 2·(x − min) / (max − min) − 1", synonyms="rescale, -1 to 1, tanh, NDA-02")
class MinusOneToOne(Transform):
    """Moves the smallest number to −1 and the largest to 1, with 0 in the middle.

    A feature that never changes becomes −1, as its smallest number does."""

    column: Annotated[str, COLUMN] = ""
    over: Annotated[str, OVER] = "auto"


@transform("x' = (x − μ) / σ", synonyms="z-score, standard score, mean 0, variance 1, center, NDA-03")
class Standardize(Transform):
    """Gives every feature the mean 0 and the spread 1: the usual choice. A feature that never changes becomes 0."""

    column: Annotated[str, COLUMN] = ""
    over: Annotated[str, OVER] = "auto"
    ddof: Annotated[
        int, Int(0, 1, help="The spread is √(Σ(x−μ)²/(n−ddof)): 0 is that of these samples, 1 estimates that of all")
    ] = 0


@transform("x' = log(x) / log(max)", synonyms="logarithm, skewed, NDA-04")
class Log(Transform):
    """Draws large numbers together: 1 becomes 0 and the largest becomes 1, whatever the base of the logarithm."""

    column: Annotated[str, COLUMN] = ""
    over: Annotated[str, OVER] = "auto"


@transform("x' = 2·arctan(x) / π", synonyms="arctangent, tangent, squash, NDA-05")
class Arctan(Transform):
    """Squeezes all numbers into −1 to 1, positive ones into 0 to 1; nothing is measured."""

    column: Annotated[str, COLUMN] = ""


EXPONENTS = ("saturating", "growing", "logistic")


@transform(
    "saturating: x' = 1 − exp(−x/s); growing: x' = exp(x/s); logistic: x' = 1 / (1 + exp(−x/s))",
    synonyms="exponential, nonlinear, sigmoid, NDA-06",
)
class Exponent(Transform):
    """Bends numbers by an exponential function of your choice.

    Saturating is 1 − exp(−x/s), growing is exp(x/s), and logistic is 1/(1 + exp(−x/s))."""

    column: Annotated[str, COLUMN] = ""
    curve: Annotated[str, Choice(options=EXPONENTS, help="Which of the three functions")] = "saturating"
    scale: Annotated[float, Real(low=0, open_low=True, help="The s of the formula: what counts as one step")] = 1.0


@transform("class k of n → n numbers, of which the k-th is 1", synonyms="dummy, individual heating code, NDA-08")
class OneHotTransform(Transform):
    """Writes a whole number or a class as one number for each possible value, of which only its own is 1."""

    title = "One-hot"

    column: Annotated[str, Text(help="Which column of classes or whole numbers")] = ""
    count: Annotated[
        int, Int(0, 65536, help="How many possible values; 0 takes the classes, or what the training part holds")
    ] = 0

    def validate(self) -> None:
        if not self.column:
            raise BadFields((BadField("column", "Name the column of classes or whole numbers to write as one-hot."),))


@transform("x' = W·(x − μ), with W·cov(x)·Wᵀ = 1", synonyms="pca, zca, decorrelate, sphering, rotate, NDA-15")
class Whiten(Transform):
    """Turns and stretches the features until they are uncorrelated with spread 1, so that the error valley is round."""

    column: Annotated[str, COLUMN] = ""
    rotate: Annotated[
        str,
        Choice(
            options=("pca", "zca"),
            help="pca leaves the features along the main directions; zca turns back, so that images still look like "
            "images",
        ),
    ] = "pca"
    epsilon: Annotated[float, Real(low=0, help="Added to each variance, so that empty directions stay small")] = 1e-6


@transform("x' = factor·x + offset", synonyms="x/255, multiply, divide, unit, NDA-13")
class Scale(Transform):
    """Multiplies by a fixed number and adds another: bytes to 0 to 1, or a change of unit. Nothing is measured."""

    column: Annotated[str, COLUMN] = ""
    factor: Annotated[float, Real(help="What is multiplied by")] = 1 / 255
    offset: Annotated[float, Real(help="What is added then")] = 0.0
