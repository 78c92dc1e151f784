"""Choices: what passes and what does not, number by number."""

from typing import Annotated

from dlstudio.catalog.agreement import Branch, agree
from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Layer, Line, Port, layer
from dlstudio.catalog.layers.merge import pair, together
from dlstudio.catalog.refusal import Insert, Refused, expect_real
from dlstudio.core.fields import Choice, Real
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import Tensor

MASK = Port("mask", "Yes or no for each number, or for each step, pixel or channel")


def masked(by: str, mask: Tensor, x: Tensor) -> str:
    """How a mask is written so that it lies over a tensor; its axes are some of the tensor's."""
    if mask.dtype != "bool":
        raise Refused(
            f"{by} takes a mask of yes and no; it gets {mask.describe()}.",
            Insert("Compare", note="Compare (with a number)"),
            Insert("ToBool", note="To bool (0 is no)"),
            port="mask",
        )
    if mask.axes == x.axes:
        agree(by, [Branch("x", x), Branch("mask", mask)])
        if Tensor(tuple(map(max, mask.shape, x.shape)), x.axes) != Tensor(x.shape, x.axes):
            raise Refused(f"The mask {mask} is larger than {x.describe()}, which it should lie over.", port="mask")
        return "{mask}"
    inner = [axis for axis in x.axes if axis in mask.axes]
    if tuple(inner) != mask.axes or tuple(x.length(axis) for axis in inner) != mask.shape:
        raise Refused(
            f"{by} needs a mask that lies over {x.describe()}: of its shape, or of some of its axes "
            f"({', '.join(f'{axis} {n}' for axis, n in zip(x.axes, x.shape, strict=True))}); "
            f"it gets {mask.describe()}.",
            port="mask",
        )
    index = ", ".join(":" if axis in inner else "None" for axis in x.axes)
    return f"{{mask}}[:, {index}]" if mask.rank else f"{{mask}}[:, {', '.join(['None'] * x.rank)}]"


@layer(
    "Choice", line=Line(("maskfill", "mask")), synonyms="masked fill, hide, padding, causal, minus infinity, block out"
)
class MaskFill(Layer):
    """Puts one value wherever the mask says yes, and leaves the rest as it is."""

    inputs = (Port("x"), MASK)

    value: Annotated[float, Real(help="What is put there: 0, or −1e9 before a softmax to shut a place off")] = 0.0

    def shape(self, x: Tensor, mask: Tensor) -> Tensor:
        expect_real(x, "MaskFill")
        masked("MaskFill", mask, x)
        return x

    def forward(self, x: Tensor, mask: Tensor) -> Code:
        return Code(f"{{x}}.masked_fill({masked('MaskFill', mask, x)}, {{value}})", Frozen({"value": self.value}))


@layer("Choice", line=Line(("where", "choose")), synonyms="if, condition, switch, choose, select, mask")
class Where(Layer):
    """Takes a wherever the mask says yes and b elsewhere."""

    inputs = (MASK, Port("a"), Port("b"))

    def shape(self, mask: Tensor, a: Tensor, b: Tensor) -> Tensor:
        both = pair("Where", a, b)
        masked("Where", mask, both)
        return both

    def forward(self, mask: Tensor, a: Tensor, b: Tensor) -> Code:
        return Code(f"torch.where({masked('Where', mask, pair('Where', a, b))}, {{a}}, {{b}})")


@layer(
    "Choice",
    line=Line(("gate", "lerp")),
    synonyms="lerp, interpolate, highway, GRU, mix, blend, attention gate, carry",
)
class Gate(Layer):
    """Mixes two inputs: g·a + (1−g)·b, where g between 0 and 1 says how much of a passes."""

    inputs = (Port("g", "Between 0 and 1, such as the result of a Sigmoid"), Port("a"), Port("b"))

    def shape(self, g: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return together("Gate", g=g, a=a, b=b)

    def forward(self, g: Tensor, a: Tensor, b: Tensor) -> Code:
        return Code("{g} * {a} + (1 - {g}) * {b}")


_SIGNS = {
    "greater": ">",
    "at least": ">=",
    "less": "<",
    "at most": "<=",
    "equal": "==",
    "different": "!=",
}


@layer(
    "Choice",
    line=Line(("compare",), ("value",), flags={name.replace(" ", ""): ("operation", name) for name in _SIGNS}),
    synonyms="greater, less, equal, threshold, mask, condition",
)
class Compare(Layer):
    """Asks of each number whether it is greater than another, or than a fixed one: yes or no. No gradient passes."""

    inputs = (Port("a"), Port("b", "What it is compared with; unwired, the value is", optional=True))
    smooth = False

    operation: Annotated[str, Choice(options=tuple(_SIGNS), help="What is asked")] = "greater"
    value: Annotated[float, Real(help="What is compared with when b is not wired")] = 0.0

    def shape(self, a: Tensor, b: Tensor | None = None) -> Tensor:
        if b is None:
            return a.cast("bool")
        if a.dtype != b.dtype:
            raise Refused(f"Compare takes numbers of one kind; a is {a.describe()}, b is {b.describe()}.", port="b")
        return agree("Compare", [Branch("a", a), Branch("b", b)]).cast("bool")

    def forward(self, a: Tensor, b: Tensor | None = None) -> Code:
        if b is not None:
            return Code(f"{{a}} {_SIGNS[self.operation]} {{b}}")
        values: dict[str, Value] = {"value": self.value}
        return Code(f"{{a}} {_SIGNS[self.operation]} {{value}}", Frozen(values))
