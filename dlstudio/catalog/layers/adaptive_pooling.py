"""Pooling to a wanted size: global, adaptive and fractional."""

from typing import Annotated, ClassVar

from dlstudio.catalog.axes import SPATIAL, without
from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Layer, Line, layer
from dlstudio.catalog.layers.convolution import FORM, SPAN, Sizes
from dlstudio.catalog.layers.pooling import window_of
from dlstudio.catalog.refusal import IMAGE, SEQUENCE, SIGNAL, VOLUME, Put, Refused, expect
from dlstudio.core.fields import Flag, Real, Size
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import FORMS, TIME, Tensor

KEEP = Flag(help="Keeps the axes that were summed up, one long each: 64×1×1 instead of a vector of 64")


class GlobalPool(Layer):
    """What global poolings have in common: one number is left of each channel or feature."""

    reduction: ClassVar[str]
    keep: bool

    def places(self, x: Tensor) -> tuple[int, ...]:
        """The axes that are summed up: those of the picture, or time where there is no picture."""
        spatial = tuple(i for i, axis in enumerate(x.axes) if axis in SPATIAL)
        return spatial or (x.axes.index(TIME),)

    def shape(self, x: Tensor) -> Tensor:
        expect(x, self.kind, IMAGE, SEQUENCE, SIGNAL, VOLUME, FORMS["a clip"])
        places = self.places(x)
        if self.keep:
            return Tensor(tuple(1 if i in places else n for i, n in enumerate(x.shape)), x.axes)
        return without(x, *places)

    def forward(self, x: Tensor) -> Code:
        dims = tuple(i + 1 for i in self.places(x))
        kept = ", keepdim=True" if self.keep else ""
        text = f"{{x}}.{self.reduction}(dim={{dim}}{kept})"
        return Code(text, Frozen({"dim": dims if len(dims) > 1 else dims[0]}))


@layer(
    "Pooling",
    line=Line(("globalavgpool", "gap"), flags={"keep": ("keep", True)}),
    synonyms="global average pooling, mean over time, mean pooling, squeeze, AdaptiveAvgPool2d(1)",
)
class GlobalAvgPool(GlobalPool):
    """The mean of each channel over the whole picture, or of each feature over time: what a classifier often ends with.

    A clip gives the mean of each picture, so a sequence."""

    reduction = "mean"

    keep: Annotated[bool, KEEP] = False


@layer(
    "Pooling",
    line=Line(("globalmaxpool", "gmp"), flags={"keep": ("keep", True)}),
    synonyms="global max pooling, max over time, AdaptiveMaxPool2d(1)",
)
class GlobalMaxPool(GlobalPool):
    """The largest number of each channel in the whole picture, or of each feature over time."""

    reduction = "amax"

    keep: Annotated[bool, KEEP] = False


def wanted_of(dims: int) -> Size:
    return Size(dims=dims, help=f"{SPAN[dims]} of what comes out, whatever comes in")


class AdaptivePool(Layer):
    """What adaptive poolings have in common."""

    dims: ClassVar[int]
    output_size: Sizes

    def shape(self, x: Tensor) -> Tensor:
        expect(x, self.kind, FORM[self.dims])
        return Tensor((x.channels, *self.output_size), x.axes)


@layer(
    "Pooling",
    source="nn.AdaptiveAvgPool1d",
    required=("output_size",),
    line=Line(("adaptiveavgpool1d", "adaptiveavgpool"), ("output_size",)),
    synonyms="any input size, spatial pyramid, fixed output",
)
class AdaptiveAvgPool1d(AdaptivePool):
    """Takes the mean of as many equal windows of a signal as are wanted, however large it is."""

    dims = 1

    output_size: Annotated[Sizes, wanted_of(1)] = (1,)


@layer(
    "Pooling",
    source="nn.AdaptiveAvgPool2d",
    required=("output_size",),
    line=Line(("adaptiveavgpool2d", "adaptiveavgpool"), ("output_size",)),
    synonyms="any input size, spatial pyramid, fixed output",
)
class AdaptiveAvgPool2d(AdaptivePool):
    """Takes the mean of as many equal windows of an image as are wanted, however large it is."""

    dims = 2

    output_size: Annotated[Sizes, wanted_of(2)] = (1, 1)


@layer(
    "Pooling",
    source="nn.AdaptiveAvgPool3d",
    required=("output_size",),
    line=Line(("adaptiveavgpool3d", "adaptiveavgpool"), ("output_size",)),
    synonyms="any input size, spatial pyramid, fixed output",
)
class AdaptiveAvgPool3d(AdaptivePool):
    """Takes the mean of as many equal windows of a volume as are wanted, however large it is."""

    dims = 3

    output_size: Annotated[Sizes, wanted_of(3)] = (1, 1, 1)


@layer(
    "Pooling",
    source="nn.AdaptiveMaxPool1d",
    required=("output_size",),
    line=Line(("adaptivemaxpool1d", "adaptivemaxpool"), ("output_size",)),
    synonyms="any input size, spatial pyramid, fixed output",
)
class AdaptiveMaxPool1d(AdaptivePool):
    """Keeps the largest number of as many equal windows of a signal as are wanted, however large it is."""

    dims = 1

    output_size: Annotated[Sizes, wanted_of(1)] = (1,)


@layer(
    "Pooling",
    source="nn.AdaptiveMaxPool2d",
    required=("output_size",),
    line=Line(("adaptivemaxpool2d", "adaptivemaxpool"), ("output_size",)),
    synonyms="any input size, spatial pyramid, fixed output",
)
class AdaptiveMaxPool2d(AdaptivePool):
    """Keeps the largest number of as many equal windows of an image as are wanted, however large it is."""

    dims = 2

    output_size: Annotated[Sizes, wanted_of(2)] = (1, 1)


@layer(
    "Pooling",
    source="nn.AdaptiveMaxPool3d",
    required=("output_size",),
    line=Line(("adaptivemaxpool3d", "adaptivemaxpool"), ("output_size",)),
    synonyms="any input size, spatial pyramid, fixed output",
)
class AdaptiveMaxPool3d(AdaptivePool):
    """Keeps the largest number of as many equal windows of a volume as are wanted, however large it is."""

    dims = 3

    output_size: Annotated[Sizes, wanted_of(3)] = (1, 1, 1)


@layer(
    "Pooling",
    source="nn.FractionalMaxPool2d",
    required=("kernel_size",),
    line=Line(("fractionalmaxpool2d", "fractionalmaxpool"), ("kernel_size", "output_ratio")),
    synonyms="random windows, gentle shrinking",
)
class FractionalMaxPool2d(Layer):
    """Max pooling that shrinks by a fraction such as 0.7, with windows placed at random, also in evaluation."""

    smooth = False
    torch_defaults = {"output_ratio": None}

    kernel_size: Annotated[Sizes, window_of(2)] = (2, 2)
    output_ratio: Annotated[float, Real(low=0.01, high=0.99, help="Which part of height and width is left")] = 0.5

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {**super().arguments(), "output_ratio": self.output_ratio}

    def shape(self, x: Tensor) -> Tensor:
        expect(x, self.kind, IMAGE)
        sizes = tuple(int(n * self.output_ratio) for n in x.shape[1:])
        for size, kernel, length in zip(sizes, self.kernel_size, x.shape[1:], strict=True):
            if not size or size + kernel - 1 > length:
                raise Refused(
                    f"{size} windows of {kernel} do not fit into {length}: {x} shrunk to {self.output_ratio:g}. "
                    "Use smaller windows or another ratio.",
                    Put("kernel_size", (2, 2)),
                    Put("output_ratio", 0.5),
                )
        return Tensor((x.channels, *sizes), x.axes)
