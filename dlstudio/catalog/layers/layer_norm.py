"""Norms of each sample or each step by itself, over the last axes or along one."""

from math import prod
from typing import Annotated

from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Layer, Line, Trained, Weighted, layer
from dlstudio.catalog.layers.normalization import EPS
from dlstudio.catalog.layers.softmax import AXIS, AlongAxis, axis_line
from dlstudio.catalog.refusal import Put, Refused, expect_real
from dlstudio.core.fields import Choice, Flag, Real
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import TIME, Tensor

NORMALIZED = Choice(
    options=("auto", "features", "all"),
    help="Over what mean and variance are taken. features: the features of each step or the channels of each pixel. "
    "all: everything in the sample. auto: the features of a vector, each step of a sequence or clip, the whole image",
)


class OverAxes(Layer):
    """What normalises the last axes of a tensor has in common; channels are moved to the end and back."""

    axes: str

    def over(self, x: Tensor) -> tuple[int, ...]:
        """The lengths of the axes that are normalised together."""
        if self.axes == "features":
            return (x.channels,)
        return x.shape[1:] if self.axes == "auto" and x.axes[0] == TIME and x.rank > 1 else x.shape

    def arguments(self, x: Tensor) -> dict[str, Value]:
        over = self.over(x)
        return {"normalized_shape": over[0] if len(over) == 1 else over, **super().arguments()}

    def shape(self, x: Tensor) -> Tensor:
        expect_real(x, self.kind)
        if not x.rank:
            raise Refused(f"{self.kind} normalises several numbers together; it gets a single one.")
        if prod(self.over(x)) == 1:
            raise Refused(
                f"What {self.kind} would normalise in {x.describe()} is one number, which would always come out the "
                "same. Choose other axes, or leave the node out.",
                Put("axes", "all"),
                Put("axes", "features"),
            )
        return x

    def forward(self, x: Tensor) -> Code:
        if self.axes == "features" and x.channel_position < x.rank - 1:
            at = x.channel_position + 1
            return Code(f"{{module}}({{x}}.movedim({at}, -1)).movedim(-1, {at})")
        return super().forward(x=x)


@layer(
    "Normalization",
    source="nn.LayerNorm",
    required=("normalized_shape",),
    line=Line(("layernorm", "ln"), ("axes",), flags={name: ("axes", name) for name in ("features", "all")}),
    synonyms="layer normalization, transformer, recurrent, standardise each sample, convnext",
)
class LayerNorm(OverAxes, Weighted):
    """Brings each step of a sequence, or each sample, to mean 0 and variance 1; does not depend on the batch.

    The usual norm of transformers and recurrent networks."""

    not_arguments = Weighted.not_arguments | {"axes"}

    axes: Annotated[str, NORMALIZED] = "auto"
    eps: Annotated[float, EPS] = 1e-5
    elementwise_affine: Annotated[bool, Flag(help="Scales the result by trained numbers (γ)")] = True
    bias: Annotated[bool, Flag(help="Shifts the result by trained numbers too (β)")] = True

    def starts(self) -> tuple[tuple[Frozen[str, Value], tuple[str, ...]], ...]:
        return super().starts() if self.elementwise_affine else ()

    def weight_shape(self, name: str, x: Tensor) -> tuple[int, ...]:
        return tuple(self.over(x))

    def parameters(self, x: Tensor) -> int:
        return prod(self.over(x)) * self.elementwise_affine * (1 + self.bias)


@layer(
    "Normalization",
    source="nn.RMSNorm",
    required=("normalized_shape",),
    line=Line(("rmsnorm",), ("axes",), flags={name: ("axes", name) for name in ("features", "all")}),
    synonyms="root mean square, llama, transformer",
)
class RMSNorm(OverAxes, Trained):
    """Divides by the root of the mean square: a LayerNorm that leaves the mean where it is.

    Usual in large language models."""

    not_arguments = Trained.not_arguments | {"axes"}
    torch_defaults = {"eps": None}

    axes: Annotated[str, NORMALIZED] = "auto"
    eps: Annotated[float, EPS] = 1e-6
    elementwise_affine: Annotated[bool, Flag(help="Scales the result by trained numbers (γ)")] = True

    def starts(self) -> tuple[tuple[Frozen[str, Value], tuple[str, ...]], ...]:
        return super().starts() if self.elementwise_affine else ()

    def weight_shape(self, name: str, x: Tensor) -> tuple[int, ...]:
        return tuple(self.over(x))

    def parameters(self, x: Tensor) -> int:
        return prod(self.over(x)) * self.elementwise_affine


@layer(
    "Normalization",
    line=axis_line("normalize", "unitnorm"),
    synonyms="unit length, cosine similarity, l2 norm, embedding, face",
)
class Normalize(AlongAxis):
    """Divides each vector by its length, so that only its direction counts; dot products are then cosines."""

    p: Annotated[float, Real(low=0, open_low=True, help="Which length: 2 the usual one, 1 the sum of amounts")] = 2.0
    axis: Annotated[str, AXIS] = "auto"
    eps: Annotated[float, Real(low=0, open_low=True, help="The least length that is divided by")] = 1e-12

    def forward(self, x: Tensor) -> Code:
        values: dict[str, Value] = {"dim": self.place(x) + 1}
        text = "F.normalize({x}, dim={dim}"
        for name in ("p", "eps"):
            if getattr(self, name) != self.specs[name].default:
                text, values[name] = f"{text}, {name}={{{name}}}", getattr(self, name)
        return Code(f"{text})", Frozen(values))
