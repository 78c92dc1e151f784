"""Held: what there is to train, counted in the ways in which optimizers remember it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import prod


@dataclass(frozen=True, slots=True)
class Held:
    """Trainable numbers, of one weight or of many."""

    numbers: int = 0
    flat: int = 0
    """How many of them are in weights of one axis, such as biases."""
    factored: int = 0
    """A number for each row and each column of every matrix, and those of flat weights."""

    @classmethod
    def of(cls, shapes: Iterable[tuple[int, ...]]) -> "Held":
        """That of weights of these shapes; a kernel is a matrix for each pair of channels, as torch takes it."""
        return cls.together([_one(shape) for shape in shapes])

    @classmethod
    def together(cls, parts: Collection["Held"]) -> "Held":
        """All of it in one; networks add up thousands after every edit."""
        numbers, flat = sum([part.numbers for part in parts]), sum([part.flat for part in parts])
        return cls(numbers, flat, sum([part.factored for part in parts]))

    def __add__(self, other: "Held") -> "Held":
        return Held(self.numbers + other.numbers, self.flat + other.flat, self.factored + other.factored)


NOTHING_HELD = Held()


def _one(shape: tuple[int, ...]) -> Held:
    count = prod(shape)
    if len(shape) < 2:
        return Held(count, count, count)
    *others, rows, columns = shape
    return Held(count, 0, prod(others) * (rows + columns))
