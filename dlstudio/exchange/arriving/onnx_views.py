"""Views: how an ONNX file looks at a value of the network, so that turning and reshaping costs nothing until it counts.

In the file the batch is an axis like any other: it is moved, joined with the heads of an attention and taken apart
again. Here it is implied. A view keeps the file's axes as products of atoms: lengths of the value, and the batch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

BATCH = -1
"""The atom that stands for the samples of a batch."""

Axis = tuple[int, ...]


@dataclass(frozen=True)
class View:
    """A named value, its atoms in the order in which they lie in memory, and the file's axes as rows of atoms."""

    value: str
    sizes: tuple[int, ...]
    axes: tuple[Axis, ...]
    batch: int

    @classmethod
    def of(cls, value: str, shape: Sequence[int], batch: int, place: int = 0) -> "View":
        """The view of a value as it is, with the batch at a place of the file's axes."""
        axes: list[Axis] = [(i,) for i in range(len(shape))]
        axes.insert(place, (BATCH,))
        return cls(value, tuple(shape), tuple(axes), batch)

    def size(self, atom: int) -> int:
        return self.batch if atom == BATCH else self.sizes[atom]

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths as the file sees them."""
        return tuple(prod(map(self.size, axis)) for axis in self.axes)

    @property
    def rank(self) -> int:
        return len(self.axes)

    @property
    def place(self) -> int | None:
        """The file's axis in which the batch is."""
        return next((i for i, axis in enumerate(self.axes) if BATCH in axis), None)

    @property
    def joined(self) -> bool:
        """Whether the batch shares its axis with something else."""
        return any(BATCH in axis and self._weight(axis) > 1 for axis in self.axes)

    def _weight(self, axis: Axis) -> int:
        return prod(self.sizes[atom] for atom in axis if atom != BATCH)

    @property
    def sample(self) -> tuple[int, ...]:
        """The lengths of one sample: the file's axes without the batch; what is joined with it stays."""
        return tuple(self._weight(axis) for axis in self.axes if axis != (BATCH,))

    @property
    def order(self) -> tuple[int, ...]:
        """The atoms of a sample in the order of the file's axes."""
        return tuple(atom for axis in self.axes for atom in axis if atom != BATCH)

    @property
    def straight(self) -> bool:
        """Whether the numbers of a sample lie in the order in which the file sees them."""
        order = [atom for atom in self.order if self.sizes[atom] != 1]
        return order == sorted(order)

    def turned(self, order: Sequence[int]) -> "View":
        return replace(self, axes=tuple(self.axes[i] for i in order))

    def widened(self, places: Sequence[int]) -> "View":
        """With axes of length 1 at these places of the result."""
        axes = list(self.axes)
        for place in sorted(places):
            axes.insert(place, ())
        return replace(self, axes=tuple(axes))

    def narrowed(self, places: Sequence[int]) -> "View | None":
        """Without these axes of length 1."""
        if any(self.shape[place] != 1 for place in places):
            return None
        return replace(self, axes=tuple(axis for i, axis in enumerate(self.axes) if i not in places))

    def reshaped(self, shape: Sequence[int]) -> "View | None":
        """The same numbers under other axes; None where that mixes atoms which cannot be cut."""
        if prod(shape) != prod(self.shape):
            return None
        return _Recutting(self).into(shape)


class _Recutting:
    """Deals the atoms of a view out to new axes from left to right, cutting those that are too long."""

    def __init__(self, view: View) -> None:
        self.view = view
        single = view.batch == 1
        self.left = [a for axis in view.axes for a in axis if view.size(a) != 1]
        self.before = 0
        """How many numbers a sample has in the axes before the batch, where the batch is a single sample."""
        if single and view.place is not None:
            self.before = prod(view.shape[: view.place])
        self.parts: dict[int, list[int]] = {}
        self.cuts: list[tuple[int, int]] = []

    def into(self, shape: Sequence[int]) -> View | None:
        pieces = [(atom, self.view.size(atom)) for atom in self.left][::-1]
        made: list[list[tuple[int, int]]] = []
        for wanted in shape:
            axis: list[tuple[int, int]] = []
            left = wanted
            while left > 1:
                atom, length = pieces.pop()
                if left % length == 0:
                    axis.append((atom, length))
                    left //= length
                elif length % left == 0 and atom != BATCH:
                    axis.append((atom, left))
                    pieces.append((atom, length // left))
                    left = 1
                else:
                    return None
            made.append(axis)
        return self._numbered(made, shape)

    def _numbered(self, made: list[list[tuple[int, int]]], shape: Sequence[int]) -> View:
        """The view with its new atoms, counted in the order in which they lie in memory."""
        lengths: dict[int, list[int]] = {}
        for axis in made:
            for atom, length in axis:
                lengths.setdefault(atom, []).append(length)
        first: dict[int, int] = {}
        sizes: list[int] = []
        for atom in sorted(each for each in lengths if each != BATCH):
            first[atom] = len(sizes)
            sizes.extend(lengths[atom])
        used: dict[int, int] = {}
        axes: list[Axis] = []
        for axis in made:
            row: list[int] = []
            for atom, _ in axis:
                row.append(BATCH if atom == BATCH else first[atom] + used.get(atom, 0))
                used[atom] = used.get(atom, 0) + 1
            axes.append(tuple(row))
        if self.view.batch == 1 and self.view.place is not None:
            axes = self._placed(axes, shape)
        return replace(self.view, sizes=tuple(sizes), axes=tuple(axes))

    def _placed(self, axes: list[Axis], shape: Sequence[int]) -> list[Axis]:
        """A batch of one sample goes to an axis of length 1 that has as much before it as it had."""
        free = [i for i, length in enumerate(shape) if length == 1]
        fitting = [i for i in free if prod(shape[:i]) == self.before]
        place = next(iter(fitting or free), None)
        return [(BATCH,) if i == place else axis for i, axis in enumerate(axes)]
