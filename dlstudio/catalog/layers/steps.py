"""Steps: images as sequences and back, patches laid out in rows, and a vector repeated in time."""

from collections.abc import Mapping
from math import isqrt, prod
from typing import Annotated

from dlstudio.catalog.axes import added
from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Layer, Line, Port, layer
from dlstudio.catalog.layers.convolution import Sizes, Slide, dilation_of, kernel_of, stride_of, window
from dlstudio.catalog.refusal import CLIP, IMAGE, SEQUENCE, SIGNAL, VECTOR, VOLUME, Put, Refused, expect, expect_form
from dlstudio.core.fields import Choice, Int, Size
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import TIME, Tensor

_BORDER = Size(low=0, high=255, help="Laps of zeros around the image")


@layer(
    "Shape",
    line=Line(
        ("tosequence",),
        ("patch",),
        flags={"rows": ("steps", "rows"), "columns": ("steps", "columns"), "patches": ("steps", "patches")},
    ),
    synonyms="patches, tokens, vision transformer, attention over locations, read an image line by line, flatten",
)
class ToSequence(Layer):
    """Reads an image as a sequence: a step for each pixel or patch, or for each row or column.

    A volume has a step for each cell; a clip one for each picture."""

    examples = (
        {"steps": "rows"},
        {"patch": (2, 2)},
        {"patch": (4, 2)},
        {"patch": (5, 7)},
        {"steps": "columns", "patch": (2, 2)},
    )

    steps: Annotated[
        str,
        Choice(options=("patches", "rows", "columns"), help="What one step is; a patch of 1×1 is a pixel"),
    ] = "patches"
    patch: Annotated[tuple[int, ...], Size(help="Height and width of a patch")] = (1, 1)

    def shape(self, x: Tensor) -> Tensor:
        expect_form(x, "ToSequence", IMAGE, VOLUME, CLIP)
        if x.axes != IMAGE or self.steps != "patches":
            return self._whole(x)
        _, height, width = x.shape
        down, across = self.patch
        if height % down or width % across:
            raise Refused(
                f"Patches of {down}×{across} do not fill {x.describe()}. Choose a patch that divides it.",
                *(Put("patch", (n, n)) for n in (16, 8, 7, 5, 4, 3, 2, 1) if height % n == width % n == 0),
            )
        if x.dtype != "float" and self.patch != (1, 1):
            expect(x, "ToSequence in patches", IMAGE)
        steps = (height // down) * (width // across)
        return Tensor((steps, x.channels * down * across), SEQUENCE, x.dtype)

    def _whole(self, x: Tensor) -> Tensor:
        """The steps are an axis that the tensor has, or all of its cells."""
        if self.patch != (1, 1):
            raise Refused("Only an image is read in patches.", Put("patch", (1, 1)), Put("steps", "patches"))
        if x.axes == CLIP:
            steps = x.length(TIME)
        elif x.axes == VOLUME:
            steps = x.size // x.channels
        else:
            steps = x.length("height" if self.steps == "rows" else "width")
        return Tensor((steps, x.size // steps), SEQUENCE, x.dtype)

    def forward(self, x: Tensor) -> Code:
        if x.axes == CLIP:
            return Code("{x}.flatten(2)")
        if x.axes == VOLUME or (self.steps == "patches" and self.patch == (1, 1)):
            return Code("{x}.flatten(2).transpose(1, 2)")
        if self.steps == "patches":
            text = "F.unfold({x}, {patch}, stride={patch}).transpose(1, 2)"
            return Code(text, Frozen({"patch": self.patch}))
        return Code("{x}.transpose(1, 2).flatten(2)" if self.steps == "rows" else "{x}.permute(0, 3, 1, 2).flatten(2)")

    def formula(self, x: Tensor) -> Mapping[str, str]:
        if x.axes != IMAGE or self.steps != "patches":
            return {}
        made = self.shape(x)
        _, height, width = x.shape
        down, across = self.patch
        return {
            "time": f"{made.shape[0]} = {height}/{down} · {width}/{across}",
            "feature": f"{made.shape[1]} = {x.channels}·{down}·{across}",
        }


@layer("Shape", line=Line(("toimage",), ("size", "patch")), synonyms="unpatchify, sequence to image, reshape")
class ToImage(Layer):
    """Lays the steps of a sequence out as the pixels or patches of an image: the reverse of ToSequence."""

    examples = (
        {"size": (2, 2)},
        {"size": (2, 4), "patch": (1, 2)},
        {"size": (4, 4), "patch": (2, 2)},
        {"size": (4, 6), "patch": (2, 3)},
        {"size": (1, 4)},
    )

    size: Annotated[
        tuple[int, ...], Size(low=0, help="Height and width of the image; 0 makes it square, as the steps allow")
    ] = (0, 0)
    patch: Annotated[tuple[int, ...], Size(help="Height and width of the patch that one step is")] = (1, 1)

    def whole(self, x: Tensor) -> tuple[int, int]:
        """Height and width, or Refused where the steps do not fill them."""
        steps, (down, across), side = x.length(TIME), self.patch, isqrt(x.length(TIME))
        if 0 not in self.size and self.size[0] % down == self.size[1] % across == 0:
            if prod(self.size) == steps * down * across:
                return self.size[0], self.size[1]
        elif self.size == (0, 0) and side * side == steps:
            return side * down, side * across
        rows = max(n for n in range(1, side + 1) if steps % n == 0)
        raise Refused(
            f"The {steps} steps of {x.describe()} do not fill "
            f"{'a square' if self.size == (0, 0) else Tensor.of(*self.size)} in patches of {down}×{across}.",
            Put("size", (rows * down, steps // rows * across)),
            Put("patch", (1, 1)),
        )

    def shape(self, x: Tensor) -> Tensor:
        expect(x, "ToImage", SEQUENCE)
        area = prod(self.patch)
        if x.channels % area:
            raise Refused(
                f"A step of {x.describe()} has {x.channels} features, which patches of {area} pixels do not divide.",
                Put("patch", (1, 1)),
            )
        return Tensor((x.channels // area, *self.whole(x)), IMAGE)

    def forward(self, x: Tensor) -> Code:
        size = {"height_width": self.whole(x)}
        if self.patch == (1, 1):
            return Code("{x}.transpose(1, 2).unflatten(2, {height_width})", Frozen(size))
        text = "F.fold({x}.transpose(1, 2), {height_width}, {patch}, stride={patch})"
        return Code(text, Frozen({**size, "patch": self.patch}))


@layer(
    "Shape",
    source="nn.Unfold",
    required=("kernel_size",),
    line=Line(("unfold", "im2col"), ("kernel_size",), {"s": "stride", "p": "padding", "d": "dilation"}),
    synonyms="im2col, convmtx, unrolled convolution, patches, convolution as matrix product, sliding blocks, LAY-43",
)
class Unfold(Layer):
    """Lays every patch that a filter would see out as a column: a convolution is then a matrix product (im2col)."""

    kernel_size: Annotated[Sizes, kernel_of(2)] = (3, 3)
    stride: Annotated[Sizes, stride_of(2)] = (1, 1)
    padding: Annotated[Sizes, _BORDER] = (0, 0)
    dilation: Annotated[Sizes, dilation_of(2)] = (1, 1)

    def slides(self) -> tuple[Slide, ...]:
        return tuple(map(Slide, self.kernel_size, self.stride, self.padding, self.dilation))

    def shape(self, x: Tensor) -> Tensor:
        expect(x, "Unfold", IMAGE)
        return Tensor((x.channels * prod(self.kernel_size), prod(window(x, self.slides(), "kernel"))), SIGNAL)

    def formula(self, x: Tensor) -> Mapping[str, str]:
        down, across = self.kernel_size
        rows, columns = window(x, self.slides(), "kernel")
        return {
            "channel": f"{x.channels * down * across} = {x.channels}·{down}·{across}, the numbers in a patch",
            "time": f"{rows * columns} = {rows}·{columns}, the places of the filter",
        }


@layer(
    "Shape",
    source="nn.Fold",
    required=("output_size", "kernel_size"),
    line=Line(("fold", "col2im"), ("output_size", "kernel_size"), {"s": "stride", "p": "padding", "d": "dilation"}),
    synonyms="col2im, overlap add, unpatchify",
)
class Fold(Layer):
    """Adds columns of patches up to an image: the reverse of Unfold, where patches overlap they sum."""

    examples = (
        {"output_size": (3, 3), "kernel_size": (2, 2)},
        {"output_size": (4, 3), "kernel_size": (2, 2)},
        {"output_size": (4, 4), "kernel_size": (2, 2), "stride": (2, 2)},
        {"output_size": (2, 4), "kernel_size": (1, 2), "stride": (1, 1)},
        {"output_size": (3, 3), "kernel_size": (1, 4), "padding": (0, 1), "stride": (2, 1)},
        {"output_size": (1, 6), "kernel_size": (1, 1)},
        {"output_size": (2, 3), "kernel_size": (2, 1), "dilation": (1, 1)},
    )

    output_size: Annotated[Sizes, Size(help="Height and width of the image")] = (8, 8)
    kernel_size: Annotated[Sizes, kernel_of(2)] = (3, 3)
    stride: Annotated[Sizes, stride_of(2)] = (1, 1)
    padding: Annotated[Sizes, _BORDER] = (0, 0)
    dilation: Annotated[Sizes, dilation_of(2)] = (1, 1)

    def shape(self, x: Tensor) -> Tensor:
        expect(x, "Fold", SIGNAL)
        area = prod(self.kernel_size)
        if x.channels % area:
            raise Refused(
                f"A column of {x.describe()} has {x.channels} numbers, which patches of {area} do not divide.",
                Put("kernel_size", (1, 1)),
            )
        image = Tensor((x.channels // area, *self.output_size), IMAGE)
        slides = tuple(map(Slide, self.kernel_size, self.stride, self.padding, self.dilation))
        places = window(image, slides, "kernel")
        if prod(places) != x.length(TIME):
            raise Refused(
                f"An image of {Tensor.of(*self.output_size)} has {prod(places)} patches ({Tensor.of(*places)}), "
                f"but {x.describe()} brings {x.length(TIME)}. Use the settings of the Unfold before it.",
                Put("padding", (0, 0)),
                Put("stride", (1, 1)),
            )
        return image


@layer(
    "Shape",
    line=Line(("repeat", "repeatvector"), ("times",)),
    synonyms="RepeatVector, expand, tile, one to many, decoder input, broadcast",
)
class Repeat(Layer):
    """Gives the same vector at every step of a sequence, as a decoder needs it; an image becomes a clip."""

    inputs = (Port("x"), Port("like", "A sequence whose number of steps is taken over", optional=True))

    times: Annotated[int, Int(1, 2**24, help="How many steps; not needed when “like” is wired")] = 2

    def steps(self, like: Tensor | None) -> int:
        if like is None:
            return self.times
        if TIME not in like.axes:
            raise Refused(f"“like” says the number of steps, but {like.describe()} has no time.", port="like")
        return like.length(TIME)

    def shape(self, x: Tensor, like: Tensor | None = None) -> Tensor:
        expect_form(x, "Repeat", (), VECTOR, IMAGE)
        return added(x, "auto", self.steps(like), "Repeat")[1]

    def forward(self, x: Tensor, like: Tensor | None = None) -> Code:
        if like is None:
            written, values = "{times}", {"times": self.times}
        else:
            written, values = f"{{like}}.shape[{like.axes.index(TIME) + 1}]", dict[str, Value]()
        return Code(f"{{x}}.unsqueeze(1).expand({', '.join(['-1', written, *(['-1'] * x.rank)])})", Frozen(values))
