"""Vision: attention to a region of an image, and convolutions of a special build."""

from collections.abc import Mapping
from math import prod
from typing import Annotated

from dlstudio.catalog.code import Call, Code
from dlstudio.catalog.layer import Layer, Line, Port, Reparametrized, Weighted, layer
from dlstudio.catalog.layers.convolution import (
    BIAS,
    BORDER,
    FILTERS,
    Conv2d,
    Padding,
    Sizes,
    Slide,
    dilation_of,
    kernel_of,
    padding_of,
    stride_of,
    window,
)
from dlstudio.catalog.refusal import IMAGE, VECTOR, Insert, Put, Refused, expect
from dlstudio.core.fields import Choice, Flag, Int, Size
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import Tensor


@layer(
    "Vision",
    line=Line(("spatialtransform", "stn", "gridsample"), ("size",)),
    synonyms="spatial transformer, affine grid, grid sample, attention regions, warp, rotate, zoom, LAY-41, ARC-43",
)
class SpatialTransform(Layer):
    """Looks at a turned, shifted or zoomed part of an image, as six numbers say; gradients reach those numbers.

    theta = (a, b, c, d, e, f) reads the result's point (x, y) at (a·x + b·y + c, d·x + e·y + f), where the image
    reaches from −1 to 1; (1, 0, 0, 0, 1, 0) changes nothing."""

    inputs = (Port("x", "The image"), Port("theta", "Six numbers, often from a small network and a Linear"))
    examples = ({"size": (3, 4)}, {"size": (0, 9), "padding_mode": "border"})

    size: Annotated[
        tuple[int, ...], Size(low=0, high=65536, help="Height and width of the result; 0 takes the image's own")
    ] = (0, 0)
    mode: Annotated[
        str, Choice(options=("bilinear", "nearest", "bicubic"), help="How values between pixels are found")
    ] = "bilinear"
    padding_mode: Annotated[
        str, Choice(options=("zeros", "border", "reflection"), help="What lies beyond the image's edge")
    ] = "zeros"
    align_corners: Annotated[
        bool, Flag(help="Whether −1 and 1 are the middles of the outermost pixels instead of their outer edges")
    ] = False

    def lengths(self, x: Tensor) -> tuple[int, int]:
        return self.size[0] or x.shape[1], self.size[1] or x.shape[2]

    def shape(self, x: Tensor, theta: Tensor) -> Tensor:
        expect(x, "SpatialTransform", IMAGE)
        expect(theta, "SpatialTransform", VECTOR, port="theta")
        if theta.size != 6:
            raise Refused(
                f"SpatialTransform needs six numbers at theta; it gets {theta.describe()}. Put a Linear between.",
                Insert("Linear", Frozen({"out_features": 6}), note="Linear (to 6)"),
                port="theta",
            )
        if self.align_corners and 1 in self.lengths(x):
            raise Refused("One pixel has no corners that could be aligned.", Put("align_corners", False))
        return Tensor((x.channels, *self.lengths(x)), IMAGE)

    def forward(self, x: Tensor, theta: Tensor) -> Code:
        values: dict[str, Value] = {}
        if self.lengths(x) == x.shape[1:]:
            size = "{x}.shape"
        else:
            values = dict(zip(("channels", "height", "width"), (x.channels, *self.lengths(x)), strict=True))
            size = "({x}.shape[0], {channels}, {height}, {width})"
        align = f"align_corners={self.align_corners}"
        mode = f"mode={self.mode!r}, " if self.mode != "bilinear" else ""
        border = f"padding_mode={self.padding_mode!r}, " if self.padding_mode != "zeros" else ""
        grid = f"F.affine_grid({{theta}}.view(-1, 2, 3), {size}, {align})"
        return Code(f"F.grid_sample({{x}}, {grid}, {mode}{border}{align})", Frozen(values))


@layer(
    "Convolution",
    source=".local_conv2d.LocalConv2d",
    required=("in_channels", "out_channels", "in_size", "kernel_size"),
    line=Line(
        ("localconv", "localconv2d"),
        ("out_channels", "kernel_size"),
        {"s": "stride", "p": "padding"},
        {"nobias": ("bias", False)},
    ),
    synonyms="locally connected, unshared convolution, DeepFace, local connectivity, LAY-16",
)
class LocalConv2d(Weighted):
    """A convolution whose filters are not shared: each place of the image has filters of its own.

    It suits pictures that always show the same thing at the same place, such as aligned faces."""

    out_channels: Annotated[int, FILTERS] = 8
    kernel_size: Annotated[Sizes, kernel_of(2)] = (3, 3)
    stride: Annotated[Sizes, stride_of(2)] = (1, 1)
    padding: Annotated[Sizes, Size(low=0, high=255, help="Laps of zeros around the border")] = (0, 0)
    bias: Annotated[bool, Flag(help="Adds a trained offset to each place of each feature map")] = True

    def places(self, x: Tensor) -> tuple[int, ...]:
        slides = map(Slide, self.kernel_size, self.stride, self.padding, (1, 1))
        return window(x, tuple(slides), "kernel")

    def arguments(self, x: Tensor) -> dict[str, Value]:
        height, width = x.shape[1:]
        in_size: Value = height if height == width else (height, width)
        return {"in_channels": x.channels, "in_size": in_size, **super().arguments()}

    def shape(self, x: Tensor) -> Tensor:
        expect(x, "LocalConv2d", IMAGE)
        return Tensor((self.out_channels, *self.places(x)), IMAGE)

    def fan_in(self, name: str, x: Tensor) -> int:
        return x.channels * prod(self.kernel_size)

    def weight_shape(self, name: str, x: Tensor) -> tuple[int, ...]:
        places = (*self.places(x), self.out_channels)
        return (*places, x.channels, *self.kernel_size) if name == "weight" else places

    def parameters(self, x: Tensor) -> int:
        return self.shape(x).size * (self.fan_in("weight", x) + self.bias)

    def macs(self, x: Tensor) -> int:
        return self.shape(x).size * self.fan_in("weight", x)

    def formula(self, x: Tensor) -> Mapping[str, str]:
        slides = map(Slide, self.kernel_size, self.stride, self.padding, (1, 1))
        slid = zip(x.axes[1:], slides, x.shape[1:], strict=True)
        return {"channel": f"{self.out_channels}, the filters"} | {a: s.formula(n, "this node") for a, s, n in slid}


class SpecialConv2d(Reparametrized):
    """A convolution with some of its fields set by what it is for; all else is Conv2d's."""

    def plain(self, x: Tensor) -> Conv2d:
        """The Conv2d that it is for this input."""
        raise NotImplementedError

    def shape(self, x: Tensor) -> Tensor:
        expect(x, self.kind, IMAGE)
        return self.plain(x).shape(x)

    def construct(self, x: Tensor) -> Call | None:
        return self.plain(x).construct(x=x)

    def fan_in(self, name: str, x: Tensor) -> int:
        return self.plain(x).fan_in(name, x)

    def weight_shape(self, name: str, x: Tensor) -> tuple[int, ...]:
        return self.plain(x).weight_shape(name, x)

    def parameters(self, x: Tensor) -> int:
        return self.plain(x).parameters(x)

    def macs(self, x: Tensor) -> int:
        return self.plain(x).macs(x)

    def formula(self, x: Tensor) -> Mapping[str, str]:
        return self.plain(x).formula(x)


@layer(
    "Convolution",
    source="nn.Conv2d",
    line=Line(
        ("dwconv", "depthwise"),
        ("kernel_size",),
        {"s": "stride", "p": "padding", "d": "dilation", "m": "multiplier"},
        {"same": ("padding", "same"), "nobias": ("bias", False)},
    ),
    synonyms="separable, MobileNet, grouped, one filter for each channel, LAY-14",
)
class DepthwiseConv2d(SpecialConv2d):
    """Gives each channel a filter of its own, without summing over channels: the first half of a separable convolution.

    It is a Conv2d with as many groups as channels; a PointwiseConv2d after it mixes the channels."""

    kernel_size: Annotated[Sizes, kernel_of(2)] = (3, 3)
    stride: Annotated[Sizes, stride_of(2)] = (1, 1)
    padding: Annotated[Padding, padding_of(2)] = (0, 0)
    dilation: Annotated[Sizes, dilation_of(2)] = (1, 1)
    multiplier: Annotated[int, Int(1, 1024, help="How many filters each channel has")] = 1
    bias: Annotated[bool, BIAS] = True
    padding_mode: Annotated[str, BORDER] = "zeros"

    def plain(self, x: Tensor) -> Conv2d:
        same = {n: v for n, v in self.values().items() if n in Conv2d.specs}
        return Conv2d(**{**same, "out_channels": x.channels * self.multiplier, "groups": x.channels})


@layer(
    "Convolution",
    source="nn.Conv2d",
    line=Line(("pwconv", "pointwise"), ("out_channels",), {"s": "stride"}, {"nobias": ("bias", False)}),
    synonyms="1x1 convolution, network in network, bottleneck, projection, separable, MobileNet, LAY-13, LAY-15",
)
class PointwiseConv2d(SpecialConv2d):
    """Mixes the channels at each pixel by itself (a 1×1 convolution): the second half of a separable convolution."""

    out_channels: Annotated[int, FILTERS] = 32
    stride: Annotated[Sizes, stride_of(2)] = (1, 1)
    bias: Annotated[bool, BIAS] = True

    def plain(self, x: Tensor) -> Conv2d:
        same = {n: v for n, v in self.values().items() if n in Conv2d.specs}
        return Conv2d(**{**same, "kernel_size": (1, 1)})
