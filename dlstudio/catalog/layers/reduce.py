"""Reduce: many numbers along an axis become one."""

from typing import Annotated

from dlstudio.catalog.axes import AXIS_WORDS, NAMED, axis_field, mixing, moving, position, without
from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Layer, Line, layer
from dlstudio.catalog.refusal import Insert, Put, Refused, expect_real
from dlstudio.core.fields import Choice, Flag, Words
from dlstudio.core.tensor import Tensor

_OPERATIONS = {
    "mean": "{{x}}.mean({}{})",
    "sum": "{{x}}.sum({}{})",
    "max": "{{x}}.amax({}{})",
    "min": "{{x}}.amin({}{})",
    "std": "{{x}}.std({}, correction=0{})",
    "norm": "torch.linalg.vector_norm({{x}}, dim={}{})",
    "logsumexp": "{{x}}.logsumexp({}{})",
    "prod": "",
}


@layer(
    "Reduce",
    line=Line(
        ("reduce",),
        ("operation",),
        flags={name: ("axes", (name,)) for name in NAMED} | {"keep": ("keepdim", True)},
    ),
    synonyms="mean, sum, maximum, minimum, average over, norm, product, logsumexp, standard deviation, aggregate",
)
class Reduce(Layer):
    """Makes one number of all numbers along some axes: their mean, sum, largest ...

    The standard deviation divides by n, as the course's formulas do (torch's own divides by n−1)."""

    examples = (
        {"axes": ("height", "width"), "operation": "mean"},
        {"axes": ("height", "width"), "operation": "prod"},
        {"axes": ("channel",), "keepdim": True, "operation": "max"},
        {"axes": ("time",), "operation": "std"},
        {"axes": ("height",), "operation": "prod", "keepdim": True},
        {"axes": ("channel", "time"), "operation": "norm"},
    )

    operation: Annotated[str, Choice(options=tuple(_OPERATIONS), help="What is made of the numbers")] = "mean"
    axes: Annotated[tuple[str, ...], Words(options=NAMED, most=6, help="Over which axes; none named: over all")] = ()
    keepdim: Annotated[bool, Flag(help="Leaves the axes with length 1, so that the result fits beside the input")] = (
        False
    )

    def places(self, x: Tensor) -> tuple[int, ...]:
        """Where the axes stand that are reduced."""
        if not x.rank:
            raise Refused("Reduce works along axes, and a number has none.")
        missing = [axis for axis in self.axes if axis not in x.axes]
        if missing:
            there = tuple(axis for axis in self.axes if axis in x.axes)
            raise Refused(
                f"Reduce works along the {missing[0]}, but {x.describe()} has {', '.join(x.axes)}.",
                *(Put("axes", axes) for axes in dict.fromkeys((there, ()))),
            )
        return tuple(i for i, axis in enumerate(x.axes) if axis in self.axes or not self.axes)

    def shape(self, x: Tensor) -> Tensor:
        expect_real(x, "Reduce")
        places = self.places(x)
        if not self.keepdim:
            return without(x, *places)
        return Tensor(tuple(1 if i in places else n for i, n in enumerate(x.shape)), x.axes)

    def forward(self, x: Tensor) -> Code:
        dims = tuple(place + 1 for place in self.places(x))
        keep = ", keepdim=True" if self.keepdim else ""
        if self.operation == "prod":
            return Code("{x}" + "".join(f".prod({dim}{keep})" for dim in reversed(dims)))
        return Code(_OPERATIONS[self.operation].format(dims[0] if len(dims) == 1 else dims, keep))


@layer(
    "Reduce",
    line=Line(("argmax",), flags=AXIS_WORDS),
    synonyms="class, decision, prediction, winner, hard maximum, index of the largest",
)
class ArgMax(Layer):
    """Says which entry is the largest: the class of a row of scores. No gradient passes."""

    title = "Argmax"

    smooth = False

    axis: Annotated[str, axis_field("Along which axis; auto takes channels or features")] = "auto"

    def shape(self, x: Tensor) -> Tensor:
        if x.dtype == "bool":
            raise Refused(
                f"ArgMax looks for the largest number; it gets {x.describe()}.",
                Insert("ToFloat", note="To float (as real numbers)"),
            )
        return without(x.cast("int"), position(x, self.axis, mixing(x), "ArgMax"))

    def forward(self, x: Tensor) -> Code:
        return Code(f"{{x}}.argmax({position(x, self.axis, mixing(x), 'ArgMax') + 1})")


@layer(
    "Reduce", line=Line(("cumsum",), flags=AXIS_WORDS), synonyms="cumulative sum, running total, integral, prefix sum"
)
class CumSum(Layer):
    """Sums up along an axis: each entry becomes the total of all up to it."""

    title = "Cumulative sum"

    axis: Annotated[str, axis_field("Along which axis; auto takes time, else channels or features")] = "auto"

    def shape(self, x: Tensor) -> Tensor:
        if x.dtype == "bool":
            raise Refused(
                f"CumSum takes numbers; it gets {x.describe()}.", Insert("ToFloat", note="To float (as real numbers)")
            )
        position(x, self.axis, moving(x), "CumSum")
        return x

    def forward(self, x: Tensor) -> Code:
        return Code(f"{{x}}.cumsum({position(x, self.axis, moving(x), 'CumSum') + 1})")
