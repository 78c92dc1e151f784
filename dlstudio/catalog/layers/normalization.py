"""Normalization: numbers brought to a common scale, so that a layer finds what it expects whatever came before."""

from math import prod
from typing import Annotated

from dlstudio.catalog.layer import Layer, Line, Weighted, layer
from dlstudio.catalog.refusal import (
    IMAGE,
    SEQUENCE,
    SIGNAL,
    VECTOR,
    VOLUME,
    Insert,
    Put,
    Refused,
    expect,
)
from dlstudio.core.fields import Choice, Flag, Int, Real
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import Tensor

DIMS = {VECTOR: 1, SIGNAL: 1, IMAGE: 2, VOLUME: 3}
"""Which of torch's classes for one, two and three dimensions serves a form."""

EPS = Real(low=0, open_low=True, help="A little number under the root, so that nothing is divided by zero")
AFFINE = Flag(help="Scales and shifts the result by trained numbers (γ and β)")


def expect_channels(x: Tensor, by: str, *forms: tuple[str, ...]) -> None:
    """Refuses what has no channels; a sequence is told what would normalise it."""
    if x.axes == SEQUENCE and x.dtype == "float":
        raise Refused(
            f"{by} treats each channel by itself; torch would take the time steps of {x.describe()} for channels. "
            "Use a LayerNorm, which normalises each step, or put a Transpose between to make the features channels.",
            Insert("Transpose"),
        )
    expect(x, by, *forms)


class Normed(Weighted):
    """What norms with a trained scale (γ) and shift (β) for each channel have in common."""

    weight_rank = 1

    affine: bool

    def starts(self) -> tuple[tuple[Frozen[str, Value], tuple[str, ...]], ...]:
        return super().starts() if self.affine else ()

    def weight_shape(self, name: str, x: Tensor) -> tuple[int, ...]:
        return (x.channels,)

    def parameters(self, x: Tensor) -> int:
        return 2 * x.channels * self.affine


RUNNING = Choice(
    options=("torch", "average", "old-weight", "none"),
    labels=Frozen(
        {
            "torch": "moving, momentum weighs the new batch",
            "average": "plain average over all batches",
            "old-weight": "moving, momentum weighs the old value",
            "none": "nothing is remembered",
        }
    ),
    help="What is remembered of mean and variance for evaluation. torch: old·(1−m) + batch·m, with the unbiased "
    "variance. average: the plain average over all batches of training, unbiased too. old-weight: "
    "old·m + batch·(1−m), as in the first texts, with the biased variance. none: evaluation uses its own batch",
)


@layer(
    "Normalization",
    required=("num_features",),
    line=Line(
        ("batchnorm", "bn", "batchnorm1d", "batchnorm2d", "batchnorm3d"),
        letters={"m": "momentum"},
        flags={"noaffine": ("affine", False)},
    ),
    synonyms="batch normalization, internal covariate shift, mu, sigma, running mean, moving average, standardise, "
    "NUM-23, NUM-24, NLA-02, NLA-03, NLA-04, NLA-05",
)
class BatchNorm(Normed):
    """Brings each channel to mean 0 and variance 1 over the batch, then scales and shifts it: γ·(x−μ)/√(σ²+ε) + β.

    Training uses the mean and the biased variance of the batch, and remembers both; evaluation uses what was
    remembered. Texts differ on how: the field “running” says which convention is in force.
    Usual before the activation; needs batches of more than a few, and is not for recurrent loops."""

    not_arguments = Weighted.not_arguments | {"running"}

    eps: Annotated[float, EPS] = 1e-5
    momentum: Annotated[
        float,
        Real(low=0, high=1, help="The weight m of the new batch (“torch”) or of the old value (“old-weight”)"),
    ] = 0.1
    affine: Annotated[bool, AFFINE] = True
    running: Annotated[str, RUNNING] = "torch"

    def arguments(self, x: Tensor) -> dict[str, Value]:
        given = {"num_features": x.channels, **super().arguments()}
        if self.running in ("average", "none"):
            given["momentum"] = None
        return given | ({"track_running_stats": False} if self.running == "none" else {})

    def callee(self, x: Tensor) -> str:
        if self.running == "old-weight":
            return ".source_batch_norm.SourceBatchNorm"
        return f"nn.BatchNorm{DIMS[x.axes]}d"

    def shape(self, x: Tensor) -> Tensor:
        expect_channels(x, "BatchNorm", VECTOR, SIGNAL, IMAGE, VOLUME)
        return x


@layer(
    "Normalization",
    required=("num_features",),
    line=Line(
        ("instancenorm", "instancenorm1d", "instancenorm2d", "instancenorm3d"),
        letters={"m": "momentum"},
        flags={"affine": ("affine", True)},
    ),
    synonyms="style transfer, contrast normalization",
)
class InstanceNorm(Normed):
    """Brings each channel of each sample to mean 0 and variance 1 over its own pixels or steps.

    Takes away contrast and style, whatever else is in the batch."""

    eps: Annotated[float, EPS] = 1e-5
    momentum: Annotated[float, Real(low=0, high=1, help="The weight of the new batch in what is remembered")] = 0.1
    affine: Annotated[bool, AFFINE] = False
    track_running_stats: Annotated[
        bool, Flag(help="Remembers mean and variance while training, for use in evaluation")
    ] = False

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {"num_features": x.channels, **super().arguments()}

    def callee(self, x: Tensor) -> str:
        return f"nn.InstanceNorm{DIMS[x.axes]}d"

    def shape(self, x: Tensor) -> Tensor:
        expect_channels(x, "InstanceNorm", SIGNAL, IMAGE, VOLUME)
        if prod(x.shape[1:]) == 1:
            raise Refused(
                f"Each channel of {x.describe()} is one number, and one number normalised by itself is always 0. "
                "Use a BatchNorm or a LayerNorm."
            )
        return x


@layer(
    "Normalization",
    source="nn.GroupNorm",
    required=("num_groups", "num_channels"),
    line=Line(("groupnorm", "gn"), ("num_groups",)),
    synonyms="group normalization, small batches, diffusion, NLA-09",
)
class GroupNorm(Normed):
    """Brings groups of channels of each sample to mean 0 and variance 1.

    What it does to a sample does not depend on the batch, so it also works with batches of one."""

    num_groups: Annotated[int, Int(1, 65536, help="In how many groups the channels are divided")] = 8
    eps: Annotated[float, EPS] = 1e-5
    affine: Annotated[bool, AFFINE] = True

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {"num_channels": x.channels, **super().arguments()}

    def shape(self, x: Tensor) -> Tensor:
        expect_channels(x, "GroupNorm", VECTOR, SIGNAL, IMAGE, VOLUME)
        if x.channels % self.num_groups:
            fits = next(n for n in range(min(self.num_groups, x.channels), 0, -1) if x.channels % n == 0)
            raise Refused(
                f"{self.num_groups} groups cannot share {x.channels} channels evenly. Use {fits}, or another divisor "
                f"of {x.channels}.",
                Put("num_groups", fits),
                code="groups",
            )
        if x.size == self.num_groups:
            raise Refused(
                f"With {self.num_groups} groups each of them is one number of {x.describe()}, and one number "
                "normalised by itself is always 0. Use fewer groups.",
                Put("num_groups", 1),
                code="groups",
            )
        return x


@layer(
    "Normalization",
    source="nn.LocalResponseNorm",
    required=("size",),
    line=Line(("localresponsenorm", "lrn"), ("size",)),
    synonyms="lrn, lateral inhibition, alexnet, neighbouring channels, NUM-22, NLA-01",
)
class LocalResponseNorm(Layer):
    """Divides each number by what its neighbours in the next channels have: x/(k + α·Σx²)^β.

    BatchNorm has made it obsolete. The sources multiply the sum by α; torch multiplies by α/size.
    The field “convention” says which is in force.
    The sum takes `size` channels, the number itself in the middle."""

    not_arguments = frozenset({"convention"})
    torch_defaults = {"k": 1.0}

    size: Annotated[int, Int(1, 65536, help="How many neighbouring channels are summed (n)")] = 5
    alpha: Annotated[float, Real(low=0, help="The weight of the neighbours")] = 1e-4
    beta: Annotated[float, Real(help="The power of the divisor")] = 0.75
    k: Annotated[float, Real(low=0, help="What is added to the sum; torch's own default is 1")] = 2.0
    convention: Annotated[
        str, Choice(options=("sources", "torch"), help="sources: k + α·Σx². torch: k + (α/size)·Σx²")
    ] = "sources"

    def arguments(self, x: Tensor) -> dict[str, Value]:
        alpha = self.alpha * self.size if self.convention == "sources" else self.alpha
        return {**super().arguments(), "alpha": float(f"{alpha:.12g}")}

    def shape(self, x: Tensor) -> Tensor:
        expect_channels(x, "LocalResponseNorm", SIGNAL, IMAGE, VOLUME)
        return x
