"""Resize: pictures made larger or smaller, and pixels traded for channels."""

from collections.abc import Mapping
from math import floor
from typing import Annotated, ClassVar

from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Layer, Line, Port, layer
from dlstudio.catalog.refusal import IMAGE, SIGNAL, VOLUME, Put, Refused, expect
from dlstudio.core.fields import Choice, Flag, Int, Ints, Real
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import Tensor

_LINEAR = {SIGNAL: "linear", IMAGE: "bilinear", VOLUME: "trilinear"}
MODES = ("nearest", "linear", "cubic", "area", "nearest-exact")
MODE = Choice(
    options=MODES,
    help="Nearest copies pixels; linear and cubic blend neighbours (cubic for images only); area averages",
)
ALIGN = Flag(help="Keeps the corners where they are (linear and cubic); otherwise the edges of the corner pixels are")
MODE_WORDS: dict[str, tuple[str, Value]] = {name: ("mode", name) for name in MODES}


class Interpolated(Layer):
    """What the layers have in common that compute pixels between pixels."""

    mode: str
    align_corners: bool

    def check(self, x: Tensor) -> None:
        """Refuses what torch cannot interpolate in this way."""
        expect(x, self.kind, SIGNAL, IMAGE, VOLUME)
        if self.mode == "cubic" and x.axes != IMAGE:
            raise Refused(f"Cubic interpolation is for images; it gets {x.describe()}.", Put("mode", "linear"))
        if self.align_corners and self.mode not in ("linear", "cubic"):
            raise Refused(
                f"Corners can be aligned in the modes linear and cubic only, not in {self.mode}.",
                Put("align_corners", False),
                Put("mode", "linear"),
            )

    def torch_mode(self, x: Tensor) -> str:
        """The mode as torch calls it for this form."""
        return {"linear": _LINEAR[x.axes], "cubic": "bicubic"}.get(self.mode, self.mode)


@layer(
    "Vision",
    source="nn.Upsample",
    line=Line(("upsample",), ("scale_factor",), flags=MODE_WORDS),
    synonyms="enlarge, interpolate, bilinear, nearest, decoder, generator, U-Net, deconvolution",
)
class Upsample(Interpolated):
    """Makes a signal, an image or a volume larger by a factor, without weights."""

    torch_defaults: ClassVar[Mapping[str, Value]] = {"scale_factor": None, "align_corners": None}
    examples = ({"scale_factor": 1.5, "mode": "linear"}, {"scale_factor": 3.0, "mode": "cubic"})

    scale_factor: Annotated[float, Real(low=0, open_low=True, high=1024, help="How many times as large")] = 2.0
    mode: Annotated[str, MODE] = "nearest"
    align_corners: Annotated[bool, ALIGN] = False

    def lengths(self, x: Tensor) -> tuple[int, ...]:
        return tuple(floor(n * self.scale_factor) for n in x.shape[1:])

    def arguments(self, x: Tensor) -> dict[str, Value]:
        whole = int(self.scale_factor) if self.scale_factor.is_integer() else self.scale_factor
        aligned = True if self.align_corners else None
        return {"scale_factor": whole, "mode": self.torch_mode(x), "align_corners": aligned}

    def shape(self, x: Tensor) -> Tensor:
        self.check(x)
        if min(self.lengths(x)) < 1:
            raise Refused(
                f"Nothing is left of {x.describe()} at a factor of {self.scale_factor:g}.", Put("scale_factor", 1.0)
            )
        return Tensor((x.shape[0], *self.lengths(x)), x.axes)

    def formula(self, x: Tensor) -> Mapping[str, str]:
        pairs = zip(x.axes[1:], x.shape[1:], self.lengths(x), strict=True)
        return {axis: f"{m} = ⌊{n}·{self.scale_factor:g}⌋" for axis, n, m in pairs}


@layer(
    "Vision",
    line=Line(("resize", "interpolate"), ("size",), flags=MODE_WORDS),
    synonyms="scale to size, interpolate, downsample, U-Net, feature pyramid, FPN, thumbnail",
)
class Resize(Interpolated):
    """Brings a signal, an image or a volume to a given size, or to the size of another tensor."""

    inputs = (Port("x"), Port("like", "Its height and width are taken over, whatever its channels", optional=True))
    examples = (
        {"size": (4,), "mode": "linear", "antialias": True},
        {"size": (4, 9), "mode": "cubic"},
        {"size": (4,), "mode": "cubic", "antialias": True},
        {"size": (5, 3, 2), "mode": "area"},
        {"size": (3,), "mode": "linear", "align_corners": True},
    )

    size: Annotated[
        tuple[int, ...],
        Ints(low=1, high=65536, most=3, help="One number, or one for each direction; not needed when “like” is wired"),
    ] = ()
    mode: Annotated[str, MODE] = "linear"
    align_corners: Annotated[bool, ALIGN] = False
    antialias: Annotated[bool, Flag(help="Smooths before it shrinks an image, against false patterns")] = False

    def wanted(self, x: Tensor, like: Tensor | None) -> tuple[int, ...]:
        """The size that is asked for, one number for each direction."""
        if like is not None:
            if like.axes != x.axes:
                raise Refused(f"{x.describe()} cannot take its size from {like.describe()}.", port="like")
            return like.shape[1:]
        if len(self.size) not in (1, x.rank - 1):
            raise Refused(
                f"Resize of {x.describe()} needs one number or {x.rank - 1}, or something wired into “like”.",
                Put("size", x.shape[1:]),
            )
        return self.size * (x.rank - 1) if len(self.size) == 1 else self.size

    def shape(self, x: Tensor, like: Tensor | None = None) -> Tensor:
        self.check(x)
        if self.antialias and (x.axes != IMAGE or self.mode not in ("linear", "cubic")):
            raise Refused(
                f"Antialiasing is for images in the modes linear and cubic, not for {x.form} in {self.mode}.",
                Put("antialias", False),
            )
        return Tensor((x.shape[0], *self.wanted(x, like)), x.axes)

    def forward(self, x: Tensor, like: Tensor | None = None) -> Code:
        options = f", mode={self.torch_mode(x)!r}" if self.mode != "nearest" else ""
        options += ", align_corners=True" if self.align_corners else ""
        options += ", antialias=True" if self.antialias else ""
        size = self.wanted(x, like)
        return Code(f"F.interpolate({{x}}, {{lengths}}{options})", Frozen({"lengths": size}))


@layer(
    "Vision",
    source="nn.PixelShuffle",
    required=("upscale_factor",),
    line=Line(("pixelshuffle",), ("upscale_factor",)),
    synonyms="sub-pixel convolution, super resolution, depth to space, upsampling",
)
class PixelShuffle(Layer):
    """Lays r² channels out as blocks of r×r pixels: a larger image with fewer channels (depth to space)."""

    upscale_factor: Annotated[int, Int(1, 256, help="How many times as high and wide")] = 2

    def shape(self, x: Tensor) -> Tensor:
        expect(x, "PixelShuffle", IMAGE)
        r = self.upscale_factor
        if x.channels % r**2:
            raise Refused(
                f"PixelShuffle makes {r}×{r} pixels of {r * r} channels, which do not divide the {x.channels} of {x}.",
                *(Put("upscale_factor", n) for n in (2, 3, 4) if x.channels % n**2 == 0),
            )
        channels, height, width = x.shape
        return Tensor((channels // r**2, height * r, width * r), IMAGE)

    def formula(self, x: Tensor) -> Mapping[str, str]:
        made, r = self.shape(x), self.upscale_factor
        return {"channel": f"{made.channels} = {x.channels}/{r}²", "height": f"{x.shape[1]}·{r}"}


@layer(
    "Vision",
    source="nn.PixelUnshuffle",
    required=("downscale_factor",),
    line=Line(("pixelunshuffle",), ("downscale_factor",)),
    synonyms="space to depth, focus, passthrough, reorg, downsampling",
)
class PixelUnshuffle(Layer):
    """Lays blocks of r×r pixels out as r² channels: a smaller image that has lost nothing (space to depth)."""

    downscale_factor: Annotated[int, Int(1, 256, help="How many times less high and wide")] = 2

    def shape(self, x: Tensor) -> Tensor:
        expect(x, "PixelUnshuffle", IMAGE)
        channels, height, width = x.shape
        r = self.downscale_factor
        if height % r or width % r:
            raise Refused(
                f"Blocks of {r}×{r} pixels do not fill {x.describe()}.",
                *(Put("downscale_factor", n) for n in (2, 3, 4, 5, 7) if height % n == width % n == 0),
            )
        return Tensor((channels * r**2, height // r, width // r), IMAGE)

    def formula(self, x: Tensor) -> Mapping[str, str]:
        made, r = self.shape(x), self.downscale_factor
        return {"channel": f"{made.channels} = {x.channels}·{r}²", "height": f"{x.shape[1]}/{r}"}


@layer(
    "Vision",
    source="nn.ChannelShuffle",
    required=("groups",),
    line=Line(("channelshuffle",), ("groups",)),
    synonyms="ShuffleNet, mix groups, permute channels",
)
class ChannelShuffle(Layer):
    """Deals the channels of each group out to all groups, so that grouped convolutions in a row can mix."""

    groups: Annotated[int, Int(1, 65536, help="How many groups the channels are in")] = 2

    def shape(self, x: Tensor) -> Tensor:
        expect(x, "ChannelShuffle", IMAGE)
        if x.channels % self.groups:
            raise Refused(
                f"{self.groups} groups do not divide the {x.channels} channels of {x}.",
                *(Put("groups", n) for n in (2, 3, 4, 8) if x.channels % n == 0),
                Put("groups", 1),
            )
        return x
