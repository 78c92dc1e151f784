"""Pooling: a window slides along and keeps one number of what it covers, so that the picture shrinks."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Layer, Line, Port, layer
from dlstudio.catalog.layers.convolution import FORM, SPAN, Sizes, Slide, window
from dlstudio.catalog.refusal import Put, Refused, expect, write
from dlstudio.core.fields import Flag, Int, Size
from dlstudio.core.frozen import Value
from dlstudio.core.tensor import Tensor


def window_of(dims: int) -> Size:
    return Size(dims=dims, high=255, help=f"{SPAN[dims]} of the window")


def step_of(dims: int) -> Size:
    return Size(dims=dims, low=0, high=255, help="How far the window moves at each step; 0 means as far as it is wide")


def border_of(dims: int) -> Size:
    return Size(dims=dims, low=0, high=127, help="Laps around the border, at most half the window")


def gap_of(dims: int) -> Size:
    return Size(dims=dims, high=255, help="The distance between the places that a window looks at")


CEIL = Flag(help="Also takes a last window that hangs over the edge, so sizes are rounded up instead of down")
INDICES = Flag(help="Also gives out where each maximum was found, for MaxUnpool")
COUNT = Flag(help="Whether the zeros of the border count in the average")
DIVISOR = Int(0, help="What the sum is divided by; 0 takes the size of the window, 1 gives the sum itself")


def pool_line(*words: str, **letters: str) -> Line:
    return Line(words, ("kernel_size",), {"s": "stride", **letters}, {"ceil": ("ceil_mode", True)})


class Windowed(Layer):
    """What has a window that moves on by its own size unless the step is said."""

    torch_defaults = {"stride": None}
    dims: ClassVar[int]
    kernel_size: Sizes
    stride: Sizes

    def steps(self) -> Sizes:
        return tuple(s or k for s, k in zip(self.stride, self.kernel_size, strict=True))

    def arguments(self, *args: Any, **ins: Any) -> dict[str, Value]:
        steps = self.steps()
        return {**super().arguments(), "stride": None if steps == self.kernel_size else steps}


class Pool(Windowed):
    """What pooling with a sliding window has in common; there are no weights, and the channels stay."""

    ceil_mode: bool

    def slides(self) -> tuple[Slide, ...]:
        none, one = (0,) * self.dims, (1,) * self.dims
        laps, gaps = getattr(self, "padding", none), getattr(self, "dilation", one)
        rounded = (self.ceil_mode,) * self.dims
        return tuple(map(Slide, self.kernel_size, self.steps(), laps, gaps, rounded))

    def shape(self, x: Tensor) -> Tensor | Mapping[str, Tensor]:
        return self.pooled(x)

    def pooled(self, x: Tensor) -> Tensor:
        expect(x, self.kind, FORM[self.dims])
        for slide in self.slides():
            if slide.padding > slide.kernel // 2:
                raise Refused(
                    f"The border of {slide.padding} is more than half the window of {slide.kernel}, so some windows "
                    f"would see nothing but border. Use at most {slide.kernel // 2}.",
                    Put("padding", tuple(k // 2 for k in self.kernel_size)),
                )
        return Tensor((x.channels, *self.lengths(x)), x.axes)

    def lengths(self, x: Tensor) -> tuple[int, ...]:
        return window(x, self.slides(), "window", padded="padding" in self.specs)

    def formula(self, x: Tensor) -> Mapping[str, str]:
        return {a: s.formula(n, "this node") for a, s, n in zip(x.axes[1:], self.slides(), x.shape[1:], strict=True)}


class MaxPool(Pool):
    """What the max poolings have in common."""

    return_indices: bool

    def ports_out(self) -> tuple[Port, ...]:
        where = Port("indices", "Where each maximum was found")
        return (*self.outputs, where) if self.return_indices else self.outputs

    def shape(self, x: Tensor) -> Tensor | Mapping[str, Tensor]:
        y = self.pooled(x)
        return {"y": y, "indices": y.cast("int")} if self.return_indices else y


@layer(
    "Pooling",
    source="nn.MaxPool1d",
    required=("kernel_size",),
    line=pool_line("maxpool1d", "maxpool", "pool", p="padding", d="dilation"),
    synonyms="subsampling, downsampling, strongest",
)
class MaxPool1d(MaxPool):
    """Keeps the largest number of each window of a signal."""

    dims = 1

    kernel_size: Annotated[Sizes, window_of(1)] = (2,)
    stride: Annotated[Sizes, step_of(1)] = (0,)
    padding: Annotated[Sizes, border_of(1)] = (0,)
    dilation: Annotated[Sizes, gap_of(1)] = (1,)
    return_indices: Annotated[bool, INDICES] = False
    ceil_mode: Annotated[bool, CEIL] = False


@layer(
    "Pooling",
    source="nn.MaxPool2d",
    required=("kernel_size",),
    line=pool_line("maxpool2d", "maxpool", "pool", p="padding", d="dilation"),
    synonyms="subsampling, downsampling, overlapping pooling, NUM-35, NUM-36, LAY-17, LAY-19, LAY-20",
)
class MaxPool2d(MaxPool):
    """Keeps the largest number of each window of an image: whether a pattern is there, not exactly where.

    Usual are windows of 2 (a quarter of the numbers is left) and overlapping windows of 3 with stride 2."""

    dims = 2

    kernel_size: Annotated[Sizes, window_of(2)] = (2, 2)
    stride: Annotated[Sizes, step_of(2)] = (0, 0)
    padding: Annotated[Sizes, border_of(2)] = (0, 0)
    dilation: Annotated[Sizes, gap_of(2)] = (1, 1)
    return_indices: Annotated[bool, INDICES] = False
    ceil_mode: Annotated[bool, CEIL] = False


@layer(
    "Pooling",
    source="nn.MaxPool3d",
    required=("kernel_size",),
    line=pool_line("maxpool3d", "maxpool", "pool", p="padding", d="dilation"),
    synonyms="subsampling, downsampling, video",
)
class MaxPool3d(MaxPool):
    """Keeps the largest number of each window of a volume."""

    dims = 3

    kernel_size: Annotated[Sizes, window_of(3)] = (2, 2, 2)
    stride: Annotated[Sizes, step_of(3)] = (0, 0, 0)
    padding: Annotated[Sizes, border_of(3)] = (0, 0, 0)
    dilation: Annotated[Sizes, gap_of(3)] = (1, 1, 1)
    return_indices: Annotated[bool, INDICES] = False
    ceil_mode: Annotated[bool, CEIL] = False


class AvgPool(Pool):
    """What the average poolings of two and three dimensions have in common."""

    torch_defaults = {"stride": None, "divisor_override": None}
    divisor_override: int

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {**super().arguments(x), "divisor_override": self.divisor_override or None}


@layer(
    "Pooling",
    source="nn.AvgPool1d",
    required=("kernel_size",),
    line=pool_line("avgpool1d", "avgpool", p="padding"),
    synonyms="mean, smoothing, subsampling, downsampling",
)
class AvgPool1d(Pool):
    """Takes the mean of each window of a signal."""

    dims = 1

    kernel_size: Annotated[Sizes, window_of(1)] = (2,)
    stride: Annotated[Sizes, step_of(1)] = (0,)
    padding: Annotated[Sizes, border_of(1)] = (0,)
    ceil_mode: Annotated[bool, CEIL] = False
    count_include_pad: Annotated[bool, COUNT] = True


@layer(
    "Pooling",
    source="nn.AvgPool2d",
    required=("kernel_size",),
    line=pool_line("avgpool2d", "avgpool", p="padding"),
    synonyms="mean, smoothing, subsampling, downsampling, sum pooling, lenet, NUM-35, NUM-36, LAY-18, LAY-20",
)
class AvgPool2d(AvgPool):
    """Takes the mean of each window of an image."""

    dims = 2

    kernel_size: Annotated[Sizes, window_of(2)] = (2, 2)
    stride: Annotated[Sizes, step_of(2)] = (0, 0)
    padding: Annotated[Sizes, border_of(2)] = (0, 0)
    ceil_mode: Annotated[bool, CEIL] = False
    count_include_pad: Annotated[bool, COUNT] = True
    divisor_override: Annotated[int, DIVISOR] = 0


@layer(
    "Pooling",
    source="nn.AvgPool3d",
    required=("kernel_size",),
    line=pool_line("avgpool3d", "avgpool", p="padding"),
    synonyms="mean, smoothing, subsampling, downsampling, video, sum pooling",
)
class AvgPool3d(AvgPool):
    """Takes the mean of each window of a volume; unlike the others it needs one that is as large as the window."""

    dims = 3

    kernel_size: Annotated[Sizes, window_of(3)] = (2, 2, 2)
    stride: Annotated[Sizes, step_of(3)] = (0, 0, 0)
    padding: Annotated[Sizes, border_of(3)] = (0, 0, 0)
    ceil_mode: Annotated[bool, CEIL] = False
    count_include_pad: Annotated[bool, COUNT] = True
    divisor_override: Annotated[int, DIVISOR] = 0

    def pooled(self, x: Tensor) -> Tensor:
        y = super().pooled(x)
        fits = tuple(map(min, self.kernel_size, x.shape[1:]))
        if fits != self.kernel_size:
            raise Refused(
                f"A window of {write(self.kernel_size)} is larger than {x.describe()}, which AvgPool3d does not take "
                "even with a border. Use a smaller window.",
                Put("kernel_size", fits),
                code="too-small",
            )
        return y


NORM = Int(1, 64, help="The power p: 1 gives the sum, 2 the root of the sum of squares, a large one nearly the largest")


class LPPool(Pool):
    """What the power-average poolings have in common."""

    norm_type: int

    def forward(self, x: Tensor) -> Code:
        """An odd power of a negative number is negative, and its root no number: torch gives NaN without abs."""
        return Code("{module}({x}.abs())") if self.norm_type > 1 and self.norm_type % 2 else super().forward(x=x)


@layer(
    "Pooling",
    source="nn.LPPool1d",
    required=("norm_type", "kernel_size"),
    line=pool_line("lppool1d", "lppool", n="norm_type"),
    synonyms="power average, l2 pooling, root mean square",
)
class LPPool1d(LPPool):
    """Takes the p-norm of each window of a signal, (Σ|x|^p)^(1/p): between the sum and the largest."""

    dims = 1

    norm_type: Annotated[int, NORM] = 2
    kernel_size: Annotated[Sizes, window_of(1)] = (2,)
    stride: Annotated[Sizes, step_of(1)] = (0,)
    ceil_mode: Annotated[bool, CEIL] = False


@layer(
    "Pooling",
    source="nn.LPPool2d",
    required=("norm_type", "kernel_size"),
    line=pool_line("lppool2d", "lppool", n="norm_type"),
    synonyms="power average, l2 pooling, root mean square",
)
class LPPool2d(LPPool):
    """Takes the p-norm of each window of an image, (Σ|x|^p)^(1/p): between the sum and the largest."""

    dims = 2

    norm_type: Annotated[int, NORM] = 2
    kernel_size: Annotated[Sizes, window_of(2)] = (2, 2)
    stride: Annotated[Sizes, step_of(2)] = (0, 0)
    ceil_mode: Annotated[bool, CEIL] = False
