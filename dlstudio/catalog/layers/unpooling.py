"""Unpooling: maxima are put back where they were found."""

from math import prod
from typing import Annotated

from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Line, Port, layer
from dlstudio.catalog.layers.convolution import FORM, Sizes, cut_of
from dlstudio.catalog.layers.pooling import Windowed, step_of, window_of
from dlstudio.catalog.refusal import Put, Refused, expect, expect_form
from dlstudio.core.tensor import Tensor


class Unpool(Windowed):
    """What unpoolings have in common."""

    inputs = (
        Port("x", "What to spread"),
        Port("indices", "The indices that the max pooling gave out"),
        Port("like", "A tensor of the size to restore, where pooling has rounded", optional=True),
    )
    padding: Sizes

    def shape(self, x: Tensor, indices: Tensor, like: Tensor | None = None) -> Tensor:
        expect(x, self.kind, FORM[self.dims])
        if indices != x.cast("int"):
            raise Refused(
                f"{self.kind} needs, for each number of {x.describe()}, the place where it was found; it gets "
                f"{indices.describe()}. Set “return indices” of the max pooling and wire its second output here.",
                port="indices",
            )
        lengths = self.restored(x)
        if like is not None:
            lengths = self.as_large_as(like, x, lengths)
        if prod(lengths) == 1:
            raise Refused(f"There is one place only to put {x} back to. Use the window of the pooling.")
        return Tensor((x.channels, *lengths), x.axes)

    def restored(self, x: Tensor) -> Sizes:
        lengths = tuple(
            (n - 1) * stride - 2 * lap + kernel
            for n, stride, lap, kernel in zip(x.shape[1:], self.steps(), self.padding, self.kernel_size, strict=True)
        )
        if min(lengths) < 1:
            raise Refused(
                f"Nothing is left of {x}: the padding takes away more than the window adds. Use that of the pooling.",
                Put("padding", (0,) * self.dims),
            )
        return lengths

    def as_large_as(self, like: Tensor, x: Tensor, lengths: Sizes) -> Sizes:
        expect_form(like, self.kind, FORM[self.dims], port="like")
        for wanted, usual, stride in zip(like.shape[1:], lengths, self.steps(), strict=True):
            if abs(wanted - usual) >= stride:
                raise Refused(
                    f"{self.kind} makes about {usual} of {x}; {wanted}, as in {like}, is not within the stride of it.",
                    port="like",
                )
        return like.shape[1:]

    def forward(self, x: Tensor, indices: Tensor, like: Tensor | None = None) -> Code:
        size = "" if like is None else ", output_size={like}.shape[2:]"
        return Code(f"{{module}}({{x}}, {{indices}}{size})")


@layer(
    "Pooling",
    source="nn.MaxUnpool1d",
    required=("kernel_size",),
    line=Line(("maxunpool1d", "maxunpool"), ("kernel_size",), {"s": "stride", "p": "padding"}),
    synonyms="upsampling, decoder, segnet, inverse of max pooling",
)
class MaxUnpool1d(Unpool):
    """Undoes a max pooling of a signal: each number goes back to where it was found, all others are zero."""

    dims = 1

    kernel_size: Annotated[Sizes, window_of(1)] = (2,)
    stride: Annotated[Sizes, step_of(1)] = (0,)
    padding: Annotated[Sizes, cut_of(1)] = (0,)


@layer(
    "Pooling",
    source="nn.MaxUnpool2d",
    required=("kernel_size",),
    line=Line(("maxunpool2d", "maxunpool"), ("kernel_size",), {"s": "stride", "p": "padding"}),
    synonyms="upsampling, decoder, segnet, inverse of max pooling",
)
class MaxUnpool2d(Unpool):
    """Undoes a max pooling of an image: each number goes back to where it was found, all others are zero."""

    dims = 2

    kernel_size: Annotated[Sizes, window_of(2)] = (2, 2)
    stride: Annotated[Sizes, step_of(2)] = (0, 0)
    padding: Annotated[Sizes, cut_of(2)] = (0, 0)


@layer(
    "Pooling",
    source="nn.MaxUnpool3d",
    required=("kernel_size",),
    line=Line(("maxunpool3d", "maxunpool"), ("kernel_size",), {"s": "stride", "p": "padding"}),
    synonyms="upsampling, decoder, segnet, inverse of max pooling",
)
class MaxUnpool3d(Unpool):
    """Undoes a max pooling of a volume: each number goes back to where it was found, all others are zero."""

    dims = 3

    kernel_size: Annotated[Sizes, window_of(3)] = (2, 2, 2)
    stride: Annotated[Sizes, step_of(3)] = (0, 0, 0)
    padding: Annotated[Sizes, cut_of(3)] = (0, 0, 0)
