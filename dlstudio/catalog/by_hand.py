"""By hand: layers of several weights, each of which may be given number by number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from dlstudio.catalog.code import Code
from dlstudio.catalog.initializers import Given
from dlstudio.catalog.layer import Weighted
from dlstudio.core.fields import Arrays, shape_of
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.meant import closest, did_you_mean
from dlstudio.core.spec import BadField, BadFields


@dataclass(frozen=True, slots=True)
class Weight:
    """What one weight holds: its shape, and the equal parts that its first axis is made of, such as gates."""

    shape: tuple[int, ...]
    parts: Frozen[str, str] = Frozen()
    """A short name for each part, and what it is."""

    def name(self, i: int) -> str:
        """What a place on the first axis is called: `2`; `f` where a part is a single row, `f 2` where it has more."""
        if not self.parts:
            return str(i)
        size = self.shape[0] // len(self.parts)
        part = tuple(self.parts)[i // size]
        return part if size == 1 else f"{part} {i % size}"

    def meaning(self, i: int) -> str:
        """What the part is that a place on the first axis belongs to."""
        return tuple(self.parts.values())[i * len(self.parts) // self.shape[0]] if self.parts else ""

    def legend(self) -> str:
        """The parts in words."""
        what = "rows" if len(self.shape) > 1 else "in turn"
        return f"{what}: {', '.join(' '.join(part) for part in self.parts.items())}" if self.parts else ""


@dataclass(frozen=True)
class ManyWeights(Weighted):
    """A layer of several weights: initialisers start them alike, numbers of one's own stand for single ones."""

    not_arguments = Weighted.not_arguments | {"given_numbers"}

    given_numbers: Annotated[
        Frozen[str, Value],
        Arrays(help="Numbers of your own for some of the weights, by their names; the others start as said above"),
    ] = Frozen()

    def weights(self, *args: Any, **ins: Any) -> Mapping[str, Weight]:
        """All weights for these inputs, in the order and by the names that the module has."""
        raise NotImplementedError

    def weight_shapes(self, *args: Any, **ins: Any) -> tuple[tuple[int, ...], ...]:
        return tuple(weight.shape for weight in self.weights(**ins).values())

    def stored(self, name: str) -> str:
        """The name that a weight has in the end, where the module is wrapped."""
        return name

    def setup(self, *args: Any, **ins: Any) -> Sequence[Code]:
        codes = list(super().setup(**ins))
        for name in self.weights(**ins) if self.given_numbers else ():
            if name in self.given_numbers:
                codes += self._start(Frozen({"kind": Given.kind, "values": self.given_numbers[name]}), name, ins)
        return codes

    def fit(self, *args: Any, **ins: Any) -> None:
        super().fit(**ins)
        there = self.weights(**ins) if self.given_numbers else {}
        for name, numbers in self.given_numbers.items():
            if text := self.misfit(name, numbers, there):
                raise BadFields((BadField("given_numbers", text, name),))

    def misfit(self, name: str, numbers: Value, there: Mapping[str, Weight]) -> str:
        """Why numbers are none for a weight, if they are not."""
        if name not in there:
            meant = did_you_mean(closest(name, there)) or f" It has {', '.join(there)}."
            return f"Numbers are given for {name}, which this {self.kind} does not have.{meant}"
        wanted, found = there[name], shape_of(numbers)
        if found == wanted.shape:
            return ""
        legend = f" ({wanted.legend()})" if wanted.parts else ""
        said = f"The given numbers are {_times(found)}" if found else "No numbers are given"
        return f"{said}, but the {name} of {self.kind} is {_times(wanted.shape)}{legend}. Give as many as it holds."


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))
