"""Merge: several branches become one, number by number or side by side."""

from collections.abc import Mapping
from functools import reduce
from typing import Annotated, ClassVar

from dlstudio.catalog.agreement import Branch, agree, branches
from dlstudio.catalog.axes import AXIS_WORDS, added, axis_field, mixing, new_axis_field, position
from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Layer, Line, Port, layer
from dlstudio.catalog.refusal import Insert, Refused, expect_real
from dlstudio.core.tensor import Tensor

Tensors = tuple[Tensor, ...]

MANY = (Port("x", "Two or more results: x1, x2, x3 ...", many=True),)


class Merge(Layer):
    """What the layers have in common that join branches number by number; an axis of length 1 is stretched."""

    inputs = MANY
    whole: ClassVar[bool] = True
    """Whether whole numbers can be joined too."""
    text: ClassVar[str]

    def shape(self, x: Tensors) -> Tensor:
        met = branches(x)
        if not (self.whole and all(each.dtype == "int" for each in x)):
            for branch in met:
                expect_real(branch.x, self.kind, port=branch.port)
        return agree(self.kind, met)

    def forward(self, x: Tensors) -> Code:
        return Code(self.text)


@layer(
    "Merge",
    line=Line(("add", "plus")),
    synonyms="sum, plus, skip connection, shortcut, residual, merge, LAY-26, LAY-36, ARC-31",
)
class Add(Merge):
    """Sums its inputs number by number: the end of a skip connection."""

    text = "{x: + }"


@layer("Merge", line=Line(("subtract", "minus")), synonyms="difference, minus")
class Subtract(Merge):
    """Takes all further inputs away from the first, number by number."""

    text = "{x: - }"


@layer("Merge", line=Line(("multiply", "times", "mul")), synonyms="product, hadamard, gate, mask, attention, times")
class Multiply(Merge):
    """Multiplies its inputs number by number; a gate of C×1×1 weighs the channels of an image C×H×W."""

    text = "{x: * }"


@layer("Merge", line=Line(("divide", "div")), synonyms="quotient, ratio, normalize")
class Divide(Merge):
    """Divides the first input by all further ones, number by number."""

    whole = False
    text = "{x: / }"


@layer("Merge", line=Line(("average",)), synonyms="mean, ensemble, merge")
class Average(Merge):
    """Takes the mean of its inputs, number by number."""

    whole = False

    def forward(self, x: Tensors) -> Code:
        return Code(f"({{x: + }}) / {len(x)}")


@layer("Merge", line=Line(("maximum",)), synonyms="max, elementwise maximum, merge")
class Maximum(Merge):
    """Takes the largest of its inputs, number by number."""

    def forward(self, x: Tensors) -> Code:
        return Code(reduce(lambda text, i: f"torch.maximum({text}, {{x[{i}]}})", range(1, len(x)), "{x[0]}"))


@layer("Merge", line=Line(("minimum",)), synonyms="min, elementwise minimum, merge")
class Minimum(Merge):
    """Takes the smallest of its inputs, number by number."""

    def forward(self, x: Tensors) -> Code:
        return Code(reduce(lambda text, i: f"torch.minimum({text}, {{x[{i}]}})", range(1, len(x)), "{x[0]}"))


@layer("Merge", line=Line(("absdiff", "absdifference")), synonyms="|a-b|, siamese, face verification, distance, LAY-42")
class AbsDifference(Layer):
    """Says how far two results are apart, number by number: |a − b|, whichever comes first."""

    title = "Absolute difference"

    inputs = (Port("a"), Port("b"))

    def shape(self, a: Tensor, b: Tensor) -> Tensor:
        return pair(self.kind, a, b)

    def forward(self, a: Tensor, b: Tensor) -> Code:
        return Code("({a} - {b}).abs()")


def pair(by: str, a: Tensor, b: Tensor) -> Tensor:
    """What two tensors of real numbers are together, number by number."""
    return together(by, a=a, b=b)


def together(by: str, **met: Tensor) -> Tensor:
    """What tensors of real numbers at ports of these names are together, number by number."""
    for port, x in met.items():
        expect_real(x, by, port=port)
    return agree(by, [Branch(port, x) for port, x in met.items()])


@layer(
    "Merge",
    line=Line(("concat", "cat"), flags=AXIS_WORDS),
    synonyms="concatenate, cat, stack up, join, inception, dense block, U-Net, LAY-27, ARC-32",
)
class Concat(Layer):
    """Puts its inputs side by side along an axis: the channels of images, the features of vectors."""

    inputs = MANY

    axis: Annotated[str, axis_field("Along which axis; auto takes channels or features")] = "auto"

    def place(self, x: Tensors) -> int:
        return position(x[0], self.axis, mixing(x[0]), "Concat")

    def shape(self, x: Tensors) -> Tensor:
        same_numbers(self.kind, x)
        place = self.place(x)
        agree(f"Concat along the {x[0].axes[place]}", branches(x), apart=place, stretch=False)
        return x[0].resized(place, sum(each.shape[place] for each in x))

    def forward(self, x: Tensors) -> Code:
        return Code(f"torch.cat([{{x}}], dim={self.place(x) + 1})")

    def formula(self, x: Tensors) -> Mapping[str, str]:
        place = self.place(x)
        lengths = [each.shape[place] for each in x]
        return {x[0].axes[place]: f"{sum(lengths)} = {' + '.join(map(str, lengths))}"}


@layer("Merge", line=Line(("stack",), ("axis",)), synonyms="pack, new axis, collect, list of results")
class Stack(Layer):
    """Lays equal inputs behind one another along a new axis: vectors become the steps of a sequence."""

    inputs = MANY

    axis: Annotated[
        str, new_axis_field("The new axis; auto makes a sequence of vectors, an image of maps, a clip of images")
    ] = "auto"

    def shape(self, x: Tensors) -> Tensor:
        same_numbers(self.kind, x)
        agree(self.kind, branches(x), stretch=False)
        return added(x[0], self.axis, len(x), "Stack")[1]

    def forward(self, x: Tensors) -> Code:
        return Code(f"torch.stack([{{x}}], dim={added(x[0], self.axis, len(x), 'Stack')[0] + 1})")


def same_numbers(by: str, xs: Tensors) -> None:
    """Refuses to lay whole numbers beside real ones."""
    odd = next((i for i, x in enumerate(xs) if x.dtype != xs[0].dtype), None)
    if odd is not None:
        port = f"x{(odd if xs[0].dtype == 'float' else 0) + 1}"
        raise Refused(
            f"{by} joins numbers of one kind; x1 is {xs[0].describe()}, x{odd + 1} is {xs[odd].describe()}.",
            Insert("ToFloat", note="To float (as real numbers)"),
            port=port,
        )
