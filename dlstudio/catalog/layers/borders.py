"""Borders: what is added around a tensor, and what is cut off."""

from typing import Annotated, ClassVar

from dlstudio.catalog.axes import SPATIAL
from dlstudio.catalog.code import Call, Code
from dlstudio.catalog.layer import Layer, Line, Port, layer
from dlstudio.catalog.refusal import IMAGE, MAP, SIGNAL, VOLUME, Put, Refused, expect, expect_form
from dlstudio.core.fields import Choice, Ints, Real
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import TIME, Tensor

_PADS = {"constant": "Constant", "reflect": "Reflection", "replicate": "Replication", "circular": "Circular"}


@layer(
    "Shape",
    required=("padding",),
    line=Line(("pad",), ("padding",), flags={name: ("mode", name) for name in _PADS}),
    synonyms="border, zeros, laps of 0, ZeroPad, ConstantPad, ReflectionPad, ReplicationPad, CircularPad, LAY-09",
)
class Pad(Layer):
    """Adds laps around a signal, an image or a volume: zeros, a mirror of the edge, or what lies at the other side."""

    not_arguments: ClassVar[frozenset[str]] = frozenset({"mode"})
    examples = (
        {"padding": (1, 0)},
        {"padding": (1, 2), "mode": "reflect"},
        {"padding": (0, 1, 2, 3)},
        {"padding": (0, 1, 2, 0), "mode": "reflect"},
        {"padding": (1, 0, 2, 0), "mode": "circular"},
        {"padding": (1, 2, 0, 1, 1, 0), "mode": "replicate"},
    )

    padding: Annotated[
        tuple[int, ...],
        Ints(least=1, most=6, help="Laps: one number for all sides, or left, right, top, bottom, front, back"),
    ] = (1,)
    mode: Annotated[str, Choice(options=tuple(_PADS), help="What the border is filled with")] = "constant"
    value: Annotated[float, Real(help="The number that fills a constant border")] = 0.0

    def sides(self, x: Tensor) -> tuple[tuple[int, int], ...]:
        """Laps before and after, for each axis that is padded, in the order of the tensor."""
        dims = x.rank - 1
        if len(self.padding) not in (1, 2 * dims):
            raise Refused(
                f"Padding of {x.describe()} needs one number or {2 * dims} ({_SIDES[dims]}), not {len(self.padding)}.",
                Put("padding", self.padding[:1]),
            )
        each = self.padding * (2 * dims) if len(self.padding) == 1 else self.padding
        return tuple((each[2 * i], each[2 * i + 1]) for i in reversed(range(dims)))

    def shape(self, x: Tensor) -> Tensor:
        expect(x, "Pad", SIGNAL, IMAGE, VOLUME)
        sides = self.sides(x)
        for axis, length, laps in zip(x.axes[1:], x.shape[1:], sides, strict=True):
            most = {"reflect": length - 1, "circular": length}.get(self.mode, max(laps))
            if max(laps) > most:
                raise Refused(
                    f"A {self.mode} border of {max(laps)} is wider than the {axis} of {x} allows (at most {most}). "
                    "Use less padding or a constant border.",
                    Put("padding", (min(most, *laps),)),
                    Put("mode", "constant"),
                )
        lengths = (n + sum(laps) for n, laps in zip(x.shape[1:], sides, strict=True))
        return Tensor((x.shape[0], *lengths), x.axes)

    def construct(self, x: Tensor) -> Call:
        written: Value = self.padding[0] if len(set(self.padding)) == 1 else self.padding
        value = (("value", self.value),) if self.mode == "constant" else ()
        return Call(f"nn.{_PADS[self.mode]}Pad{x.rank - 1}d", (("padding", written), *value))


_SIDES = {1: "left, right", 2: "left, right, top, bottom", 3: "left, right, top, bottom, front, back"}


@layer(
    "Shape",
    line=Line(("crop", "centercrop"), ("size",)),
    synonyms="center crop, cut out, U-Net, trim, Cropping2D",
)
class Crop(Layer):
    """Cuts the middle out of a signal, an image or a volume, to a size or to the size of another tensor."""

    inputs = (Port("x"), Port("like", "Its height and width are taken over, whatever its channels", optional=True))
    examples = ({"size": (1,)}, {"size": (2, 3)}, {"size": (2, 1, 2)}, {"size": (4, 4)})

    size: Annotated[
        tuple[int, ...],
        Ints(low=1, most=3, help="One number, or one for each direction; not needed when “like” is wired"),
    ] = ()

    def wanted(self, x: Tensor, like: Tensor | None) -> tuple[int, ...]:
        """The size that is asked for, one number for each direction."""
        places = directions(x)
        if like is not None:
            if like.rank < len(places):
                raise Refused(f"{like.describe()} has too few axes to cut {x.describe()} to its size.", port="like")
            return like.shape[-len(places) :]
        if len(self.size) not in (1, len(places)):
            raise Refused(
                f"Crop of {x.describe()} needs one number or {len(places)}, or something wired into “like”.",
                Put("size", tuple(x.shape[i] for i in places)),
            )
        return self.size * len(places) if len(self.size) == 1 else self.size

    def shape(self, x: Tensor, like: Tensor | None = None) -> Tensor:
        expect_form(x, "Crop", SIGNAL, IMAGE, VOLUME, MAP)
        wanted, places = self.wanted(x, like), directions(x)
        lengths = tuple(x.shape[i] for i in places)
        if any(n > most for n, most in zip(wanted, lengths, strict=True)):
            raise Refused(
                f"{Tensor.of(*wanted)} cannot be cut out of {x.describe()}, which is smaller.",
                Put("size", tuple(map(min, wanted, lengths))),
            )
        return Tensor((*x.shape[: places[0]], *wanted), x.axes, x.dtype)

    def forward(self, x: Tensor, like: Tensor | None = None) -> Code:
        ranges: list[str] = []
        values: dict[str, Value] = {}
        for i, n in zip(directions(x), self.wanted(x, like), strict=True):
            start = (x.shape[i] - n) // 2
            values |= {f"{x.axes[i]}_from": start, f"{x.axes[i]}_to": start + n}
            ranges.append(f"{{{x.axes[i]}_from}}:{{{x.axes[i]}_to}}")
        return Code(f"{{x}}[..., {', '.join(ranges)}]", Frozen(values))


def directions(x: Tensor) -> tuple[int, ...]:
    """The places of the axes along which things lie side by side: all but the channels."""
    return tuple(i for i, axis in enumerate(x.axes) if axis in SPATIAL or axis == TIME)
