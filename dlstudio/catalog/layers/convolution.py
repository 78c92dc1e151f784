"""Convolutions: small filters that slide over a signal, an image or a volume."""

from collections.abc import Mapping
from math import prod
from typing import Annotated, ClassVar, NamedTuple

from dlstudio.catalog.layer import Line, Reparametrized, layer
from dlstudio.catalog.refusal import IMAGE, SIGNAL, VOLUME, Put, Refused, expect
from dlstudio.core.fields import Choice, Flag, Int, Size
from dlstudio.core.frozen import Value
from dlstudio.core.tensor import Tensor

FORM = {1: SIGNAL, 2: IMAGE, 3: VOLUME}
SPAN = {1: "Length", 2: "Height and width", 3: "Depth, height and width"}
MODES = ("zeros", "reflect", "replicate", "circular")

Sizes = tuple[int, ...]
Padding = tuple[int, ...] | str


class Same(Size):
    """Padding: laps around the border in each direction, or "same" for an output as large as the input."""

    __slots__ = ()

    def accept(self, value: Value) -> Value:
        return "same" if value == "same" else Size.accept(self, value)

    def parse(self, word: str) -> Value:
        return "same" if word == "same" else Size.parse(self, word)


FILTERS = Int(1, 65536, help="How many filters, so how many feature maps")
GROUPS = Int(1, 65536, help="Splits the channels into groups that do not mix; as many as channels is depthwise")
BIAS = Flag(help="Adds a trained offset to each feature map")
BORDER = Choice(options=MODES, help="What the border is filled with")


def kernel_of(dims: int) -> Size:
    return Size(dims=dims, high=255, help=f"{SPAN[dims]} of a filter")


def stride_of(dims: int) -> Size:
    return Size(dims=dims, high=255, help="How far the filter moves at each step; how far apart it lands if transposed")


def padding_of(dims: int) -> Same:
    return Same(dims=dims, low=0, high=255, help="Laps around the border, or “same”: (kernel−1)/2")


def dilation_of(dims: int) -> Size:
    return Size(dims=dims, high=255, help="The distance between the taps of a filter")


def cut_of(dims: int) -> Size:
    return Size(dims=dims, low=0, high=255, help="Laps cut off at the border")


def added_of(dims: int) -> Size:
    return Size(dims=dims, low=0, high=255, help="Rows added at one side to reach an exact size")


class Slide(NamedTuple):
    """One direction of a sliding window: its length, and what it makes of an axis of a given length."""

    kernel: int
    stride: int
    padding: int
    dilation: int
    ceil: bool = False
    """Whether a last window may hang over the far edge, as long as it starts before it."""

    @property
    def reach(self) -> int:
        return self.dilation * (self.kernel - 1) + 1

    def over(self, length: int) -> int:
        room = length + 2 * self.padding - self.reach
        if not self.ceil:
            return room // self.stride + 1
        rounded = -(-room // self.stride) + 1
        return rounded - ((rounded - 1) * self.stride >= length + self.padding)

    def formula(self, length: int, by: str) -> str:
        kernel = f"{self.kernel}" if self.dilation == 1 else f"{self.reach}"
        left, right = "⌈⌉" if self.ceil else "⌊⌋"
        return (
            f"{self.over(length)} = {left}({length}+2·{self.padding}−{kernel})/{self.stride}{right}+1, "
            f"with the kernel {self.kernel}, stride {self.stride} and padding {self.padding} of {by}"
        )


def window(x: Tensor, slides: tuple[Slide, ...], what: str, *, padded: bool = True) -> tuple[int, ...]:
    """The lengths that are left after sliding, or Refused where the window does not fit; `padded` layers have laps."""
    lengths = x.shape[-len(slides) :]
    advice = f"Use a smaller {what} or more padding." if padded else f"Use a smaller {what}."
    for slide, length, axis in zip(slides, lengths, x.axes[-len(slides) :], strict=True):
        if slide.over(length) < 1:
            raise Refused(
                f"The {what} covers {slide.reach}, but the {axis} of {x} is only {length + 2 * slide.padding}"
                f"{' with its padding' if slide.padding else ''}. {advice}",
                *_smaller(x, slides)[: 1 + padded],
                code="too-small",
            )
    return tuple(slide.over(length) for slide, length in zip(slides, lengths, strict=True))


def _smaller(x: Tensor, slides: tuple[Slide, ...]) -> tuple[Put, ...]:
    fits = tuple(
        min(s.kernel, (n + 2 * s.padding - 1) // s.dilation + 1)
        for s, n in zip(slides, x.shape[-len(slides) :], strict=True)
    )
    enough = tuple(max(s.padding, (s.reach - n + 1) // 2) for s, n in zip(slides, x.shape[-len(slides) :], strict=True))
    return Put("kernel_size", fits), Put("padding", enough)


class Convolution(Reparametrized):
    """What the convolutions of one, two and three dimensions have in common."""

    dims: ClassVar[int]
    out_channels: int
    kernel_size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...] | str
    dilation: tuple[int, ...]
    groups: int
    bias: bool

    def laps(self) -> tuple[int, ...]:
        """The padding in numbers; "same" needs kernels with a middle and a stride of one."""
        if self.padding != "same":
            assert isinstance(self.padding, tuple)
            return self.padding
        even = [d * (k - 1) for k, d in zip(self.kernel_size, self.dilation, strict=True) if d * (k - 1) % 2]
        if even:
            odd = tuple(k + 1 - k % 2 for k in self.kernel_size)
            raise Refused(
                "An even kernel has no middle, so “same” padding, (kernel−1)/2, is not a whole number of laps. "
                "Use an odd kernel or give the padding in numbers.",
                Put("kernel_size", odd),
                Put("padding", tuple(k // 2 for k in self.kernel_size)),
                code="even-same",
            )
        return tuple(d * (k - 1) // 2 for k, d in zip(self.kernel_size, self.dilation, strict=True))

    def slides(self) -> tuple[Slide, ...]:
        return tuple(map(Slide, self.kernel_size, self.stride, self.laps(), self.dilation))

    def check_groups(self, x: Tensor) -> None:
        if x.channels % self.groups or self.out_channels % self.groups:
            raise Refused(
                f"{self.groups} groups must divide the {x.channels} channels that come in and the "
                f"{self.out_channels} that go out. Use 1 group, or {x.channels} for a depthwise convolution.",
                Put("groups", 1),
                code="groups",
            )

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {"in_channels": x.channels, **super().arguments(), "padding": self.laps()}

    def shape(self, x: Tensor) -> Tensor:
        expect(x, self.kind, FORM[self.dims])
        self.check_groups(x)
        self.check_border(x)
        return Tensor((self.out_channels, *window(x, self.slides(), "kernel")), x.axes)

    def check_border(self, x: Tensor) -> None:
        """Reflected and wrapped borders cannot be wider than what they repeat."""
        for lap, length in zip(self.laps(), x.shape[1:], strict=True):
            most = {"reflect": length - 1, "circular": length}.get(getattr(self, "padding_mode", "zeros"), lap)
            if lap > most:
                raise Refused(
                    f"A {getattr(self, 'padding_mode', '')} border of {lap} is wider than the {x} it repeats allows "
                    f"(at most {most}). Use less padding or zeros.",
                    Put("padding_mode", "zeros"),
                )

    def weight_size(self, x: Tensor) -> int:
        return x.channels * self.out_channels // self.groups * prod(self.kernel_size)

    def fan_in(self, name: str, x: Tensor) -> int:
        return x.channels // self.groups * prod(self.kernel_size)

    def weight_shape(self, name: str, x: Tensor) -> tuple[int, ...]:
        whole = (self.out_channels, x.channels // self.groups, *self.kernel_size)
        return whole if name == "weight" else (self.out_channels,)

    def parameters(self, x: Tensor) -> int:
        lengths = {"weight norm": self.out_channels}.get(self.reparametrize, 0)
        return self.weight_size(x) + self.out_channels * self.bias + lengths

    def macs(self, x: Tensor) -> int:
        return self.weight_size(x) * prod(self.shape(x).shape[1:])

    def formula(self, x: Tensor) -> Mapping[str, str]:
        slid = zip(x.axes[1:], self.slides(), x.shape[1:], strict=True)
        return {"channel": f"{self.out_channels}, the filters"} | {a: s.formula(n, "this node") for a, s, n in slid}


class Transposed(Convolution):
    """What the transposed convolutions have in common: each input spreads a filter over the output."""

    torch_defaults = {"stride": 1}
    output_padding: tuple[int, ...]

    def shape(self, x: Tensor) -> Tensor:
        expect(x, self.kind, FORM[self.dims])
        self.check_groups(x)
        for extra, stride, dilation in zip(self.output_padding, self.stride, self.dilation, strict=True):
            if extra >= max(stride, dilation):
                raise Refused(
                    f"The output padding {extra} must be smaller than the stride or the dilation.",
                    Put("output_padding", (0,) * self.dims),
                )
        lengths = tuple(
            (n - 1) * s.stride - 2 * s.padding + s.reach + extra
            for n, s, extra in zip(x.shape[1:], self.slides(), self.output_padding, strict=True)
        )
        if min(lengths) < 1:
            raise Refused(
                f"Nothing is left of {x}: the padding takes away more than the kernel adds. Use less padding.",
                Put("padding", (0,) * self.dims),
                code="too-small",
            )
        return Tensor((self.out_channels, *lengths), x.axes)

    def fan_in(self, name: str, x: Tensor) -> int:
        return self.out_channels // self.groups * prod(self.kernel_size)

    def weight_shape(self, name: str, x: Tensor) -> tuple[int, ...]:
        whole = (x.channels, self.out_channels // self.groups, *self.kernel_size)
        return whole if name == "weight" else (self.out_channels,)

    def parameters(self, x: Tensor) -> int:
        lengths = {"weight norm": x.channels}.get(self.reparametrize, 0)
        return self.weight_size(x) + self.out_channels * self.bias + lengths

    def macs(self, x: Tensor) -> int:
        return self.weight_size(x) * prod(x.shape[1:])

    def formula(self, x: Tensor) -> Mapping[str, str]:
        made = self.shape(x)
        return {
            axis: f"{out} = ({n}−1)·{s.stride}−2·{s.padding}+{s.reach}+{extra}"
            for axis, out, n, s, extra in zip(
                x.axes[1:], made.shape[1:], x.shape[1:], self.slides(), self.output_padding, strict=True
            )
        }


def conv_line(*words: str, transposed: bool = False) -> Line:
    return Line(
        words,
        ("out_channels", "kernel_size"),
        {"s": "stride", "p": "padding", "d": "dilation", "g": "groups"}
        | ({"o": "output_padding"} if transposed else {}),
        {"same": ("padding", "same"), "nobias": ("bias", False)},
    )


@layer(
    "Convolution",
    source="nn.Conv1d",
    required=("in_channels", "out_channels", "kernel_size"),
    line=conv_line("conv1d", "conv"),
    synonyms="convolution, filter, kernel, feature map, signal, audio, text, temporal, LAY-12",
)
class Conv1d(Convolution):
    """Slides small filters along a signal and learns local patterns in time."""

    dims, weight_rank = 1, 3

    out_channels: Annotated[int, FILTERS] = 32
    kernel_size: Annotated[Sizes, kernel_of(1)] = (3,)
    stride: Annotated[Sizes, stride_of(1)] = (1,)
    padding: Annotated[Padding, padding_of(1)] = (0,)
    dilation: Annotated[Sizes, dilation_of(1)] = (1,)
    groups: Annotated[int, GROUPS] = 1
    bias: Annotated[bool, BIAS] = True
    padding_mode: Annotated[str, BORDER] = "zeros"


@layer(
    "Convolution",
    source="nn.Conv2d",
    required=("in_channels", "out_channels", "kernel_size"),
    line=conv_line("conv2d", "conv"),
    synonyms="convolution, filter, kernel, feature map, image, LAY-04",
)
class Conv2d(Convolution):
    """Slides small filters over an image and learns local patterns."""

    dims, weight_rank = 2, 4

    out_channels: Annotated[int, FILTERS] = 32
    kernel_size: Annotated[Sizes, kernel_of(2)] = (3, 3)
    stride: Annotated[Sizes, stride_of(2)] = (1, 1)
    padding: Annotated[Padding, padding_of(2)] = (0, 0)
    dilation: Annotated[Sizes, dilation_of(2)] = (1, 1)
    groups: Annotated[int, GROUPS] = 1
    bias: Annotated[bool, BIAS] = True
    padding_mode: Annotated[str, BORDER] = "zeros"


@layer(
    "Convolution",
    source="nn.Conv3d",
    required=("in_channels", "out_channels", "kernel_size"),
    line=conv_line("conv3d", "conv"),
    synonyms="convolution, filter, kernel, feature map, volume, video",
)
class Conv3d(Convolution):
    """Slides small filters through a volume and learns local patterns in space."""

    dims, weight_rank = 3, 5

    out_channels: Annotated[int, FILTERS] = 32
    kernel_size: Annotated[Sizes, kernel_of(3)] = (3, 3, 3)
    stride: Annotated[Sizes, stride_of(3)] = (1, 1, 1)
    padding: Annotated[Padding, padding_of(3)] = (0, 0, 0)
    dilation: Annotated[Sizes, dilation_of(3)] = (1, 1, 1)
    groups: Annotated[int, GROUPS] = 1
    bias: Annotated[bool, BIAS] = True
    padding_mode: Annotated[str, BORDER] = "zeros"


@layer(
    "Convolution",
    source="nn.ConvTranspose1d",
    required=("in_channels", "out_channels", "kernel_size"),
    line=conv_line("convtranspose1d", "deconv1d", "upconv", "deconv", transposed=True),
    synonyms="transposed convolution, deconvolution, fractionally strided, upsampling, decoder, generator",
)
class ConvTranspose1d(Transposed):
    """Spreads each step of a signal through a filter: learned upsampling in time."""

    dims, weight_rank = 1, 3

    out_channels: Annotated[int, FILTERS] = 32
    kernel_size: Annotated[Sizes, kernel_of(1)] = (2,)
    stride: Annotated[Sizes, stride_of(1)] = (2,)
    padding: Annotated[Sizes, cut_of(1)] = (0,)
    output_padding: Annotated[Sizes, added_of(1)] = (0,)
    groups: Annotated[int, GROUPS] = 1
    bias: Annotated[bool, BIAS] = True
    dilation: Annotated[Sizes, dilation_of(1)] = (1,)


@layer(
    "Convolution",
    source="nn.ConvTranspose2d",
    required=("in_channels", "out_channels", "kernel_size"),
    line=conv_line("convtranspose2d", "deconv2d", "upconv", "deconv", transposed=True),
    synonyms="transposed convolution, deconvolution, fractionally strided, upsampling, decoder, generator",
)
class ConvTranspose2d(Transposed):
    """Spreads each pixel through a filter: learned upsampling of images."""

    dims, weight_rank = 2, 4

    out_channels: Annotated[int, FILTERS] = 32
    kernel_size: Annotated[Sizes, kernel_of(2)] = (2, 2)
    stride: Annotated[Sizes, stride_of(2)] = (2, 2)
    padding: Annotated[Sizes, cut_of(2)] = (0, 0)
    output_padding: Annotated[Sizes, added_of(2)] = (0, 0)
    groups: Annotated[int, GROUPS] = 1
    bias: Annotated[bool, BIAS] = True
    dilation: Annotated[Sizes, dilation_of(2)] = (1, 1)


@layer(
    "Convolution",
    source="nn.ConvTranspose3d",
    required=("in_channels", "out_channels", "kernel_size"),
    line=conv_line("convtranspose3d", "deconv3d", "upconv", "deconv", transposed=True),
    synonyms="transposed convolution, deconvolution, fractionally strided, upsampling, decoder, generator",
)
class ConvTranspose3d(Transposed):
    """Spreads each cell through a filter: learned upsampling of volumes."""

    dims, weight_rank = 3, 5

    out_channels: Annotated[int, FILTERS] = 32
    kernel_size: Annotated[Sizes, kernel_of(3)] = (2, 2, 2)
    stride: Annotated[Sizes, stride_of(3)] = (2, 2, 2)
    padding: Annotated[Sizes, cut_of(3)] = (0, 0, 0)
    output_padding: Annotated[Sizes, added_of(3)] = (0, 0, 0)
    groups: Annotated[int, GROUPS] = 1
    bias: Annotated[bool, BIAS] = True
    dilation: Annotated[Sizes, dilation_of(3)] = (1, 1, 1)
