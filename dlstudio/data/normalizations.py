"""Normalizations: what each declared transform measures, what it does to numbers, and how that is turned back."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlstudio.catalog.transforms import Exponent, OneHotTransform, Scale, Standardize, Whiten
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.tensor import FEATURE
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.dataset import Column
from dlstudio.data.statistics import Chunks, Moments, broadcast, covariance, kept, lined, moments

Measured = Mapping[str, Tensor]


class Normalization(ABC):
    """The work of one declared transform; what it measured is kept as tensors by name."""

    kind: ClassVar[str]

    @abstractmethod
    def apply(self, form: Any, measured: Measured, x: Tensor) -> Tensor: ...

    @abstractmethod
    def invert(self, form: Any, measured: Measured, y: Tensor) -> Tensor: ...

    def measure(self, form: Any, column: Column, values: Chunks) -> Measured:
        return {}

    def column(self, form: Any, measured: Measured, before: Column) -> Column:
        """What the column holds afterwards."""
        return before.shaped(before.tensor.cast("float"))


normalizations: dict[str, Normalization] = {}


def normalization(cls: type[Normalization]) -> type[Normalization]:
    """Binds a normalization to the transform of that name."""
    normalizations[cls.kind] = cls()
    return cls


def _moments(over: str, column: Column, values: Chunks) -> tuple[Moments, int | None]:
    axis = kept(column.tensor, over)
    return moments(lined(piece, axis) for piece in values()), axis


def _filled(size: Tensor) -> Tensor:
    """What is divided by: 1 where nothing ever changes."""
    return torch.where(size > 0, size, torch.ones_like(size))


class _Affine(Normalization):
    """Subtracts `middle` and divides by `size`."""

    def apply(self, form: Any, measured: Measured, x: Tensor) -> Tensor:
        return (x - measured["middle"]) / measured["size"]

    def invert(self, form: Any, measured: Measured, y: Tensor) -> Tensor:
        return y * measured["size"] + measured["middle"]


@normalization
class MinMaxWork(_Affine):
    kind = "MinMax"

    def measure(self, form: Any, column: Column, values: Chunks) -> Measured:
        found, axis = _moments(form.over, column, values)
        size = _filled(found.high - found.low)
        return {"middle": broadcast(found.low, column.tensor, axis), "size": broadcast(size, column.tensor, axis)}


@normalization
class MinusOneToOneWork(_Affine):
    kind = "MinusOneToOne"

    def measure(self, form: Any, column: Column, values: Chunks) -> Measured:
        found, axis = _moments(form.over, column, values)
        half = _filled(found.high - found.low) / 2
        return {
            "middle": broadcast(found.low + half, column.tensor, axis),
            "size": broadcast(half, column.tensor, axis),
        }


@normalization
class StandardizeWork(_Affine):
    kind = "Standardize"

    def measure(self, form: Standardize, column: Column, values: Chunks) -> Measured:
        found, axis = _moments(form.over, column, values)
        size = _filled(found.std(form.ddof))
        return {"middle": broadcast(found.mean, column.tensor, axis), "size": broadcast(size, column.tensor, axis)}


@normalization
class ScaleWork(Normalization):
    kind = "Scale"

    def apply(self, form: Scale, measured: Measured, x: Tensor) -> Tensor:
        return x * form.factor + form.offset

    def invert(self, form: Scale, measured: Measured, y: Tensor) -> Tensor:
        return (y - form.offset) / form.factor


@normalization
class LogWork(Normalization):
    """log(x)/log(max); the base cancels out."""

    kind = "Log"

    def measure(self, form: Any, column: Column, values: Chunks) -> Measured:
        found, axis = _moments(form.over, column, values)
        if (found.low <= 0).any():
            raise _unfit(column, f"holds {float(found.low.min()):g}, and only numbers above 0 have a logarithm")
        if (found.high <= 1).any():
            raise _unfit(column, f"is at most {float(found.high.min()):g}, and log(max) must be above 0")
        return {"log": broadcast(found.high.log(), column.tensor, axis)}

    def apply(self, form: Any, measured: Measured, x: Tensor) -> Tensor:
        if (x <= 0).any():
            text = f"The transform Log met the number {float(x.min()):g}, which has no logarithm"
            raise ProjectProblem(f"{text}; use Standardize or MinMax, or take such samples out.")
        return x.log() / measured["log"]

    def invert(self, form: Any, measured: Measured, y: Tensor) -> Tensor:
        return (y * measured["log"]).exp()


def _unfit(column: Column, reason: str) -> ProjectProblem:
    return ProjectProblem(f"Log does not fit the column {column.name}: it {reason}. Use Standardize or MinMax instead.")


@normalization
class ArctanWork(Normalization):
    kind = "Arctan"

    def apply(self, form: Any, measured: Measured, x: Tensor) -> Tensor:
        return x.atan() * (2 / math.pi)

    def invert(self, form: Any, measured: Measured, y: Tensor) -> Tensor:
        return (y * (math.pi / 2)).tan()


@normalization
class ExponentWork(Normalization):
    kind = "Exponent"

    def apply(self, form: Exponent, measured: Measured, x: Tensor) -> Tensor:
        steps = x / form.scale
        if form.curve == "saturating":
            return -torch.expm1(-steps)
        return steps.exp() if form.curve == "growing" else steps.sigmoid()

    def invert(self, form: Exponent, measured: Measured, y: Tensor) -> Tensor:
        if form.curve == "saturating":
            return -form.scale * torch.log1p(-y)
        return form.scale * (y.log() if form.curve == "growing" else y.logit())


@normalization
class WhitenWork(Normalization):
    """Eigenvectors of the covariance, each divided by the root of its variance."""

    kind = "Whiten"

    def measure(self, form: Whiten, column: Column, values: Chunks) -> Measured:
        if column.tensor.size > 8192:
            raise ProjectProblem(
                f"Whitening compares every number with every other; the column {column.name} has "
                f"{column.tensor.size:,} a sample, and at most 8,192 can be. Use Standardize instead."
            )
        mean = moments(piece.double().flatten(1) for piece in values()).mean
        variances, directions = torch.linalg.eigh(covariance((piece.double().flatten(1) for piece in values()), mean))
        spread = (variances.clamp(min=0) + form.epsilon).sqrt()
        to = directions / _filled(spread)
        back = directions * spread
        if form.rotate == "zca":
            to, back = to @ directions.T, back @ directions.T
        return {"mean": mean, "to": to, "back": back.T}

    def apply(self, form: Whiten, measured: Measured, x: Tensor) -> Tensor:
        return ((x.flatten(1) - measured["mean"]) @ measured["to"]).reshape(x.shape)

    def invert(self, form: Whiten, measured: Measured, y: Tensor) -> Tensor:
        return (y.flatten(1) @ measured["back"] + measured["mean"]).reshape(y.shape)


@normalization
class OneHotWork(Normalization):
    kind = "OneHotTransform"

    def measure(self, form: OneHotTransform, column: Column, values: Chunks) -> Measured:
        if column.tensor.dtype == "float":
            raise ProjectProblem(
                f"One-hot needs classes or whole numbers; the column {column.name} holds real numbers."
            )
        count = form.count or len(column.classes) or 1 + int(max(piece.max() for piece in values()))
        return {"count": torch.tensor(count)}

    def apply(self, form: OneHotTransform, measured: Measured, x: Tensor) -> Tensor:
        count = int(measured["count"])
        if len(x) and not 0 <= int(x.min()) <= int(x.max()) < count:
            wrong = int(x.max()) if int(x.max()) >= count else int(x.min())
            text = f"The column {form.column} holds {wrong}, but one-hot has places for 0 to {count - 1}"
            raise ProjectProblem(f"{text}. Give the transform a larger count.")
        return torch.nn.functional.one_hot(x.long(), count).float()

    def invert(self, form: OneHotTransform, measured: Measured, y: Tensor) -> Tensor:
        return y.argmax(-1)

    def column(self, form: OneHotTransform, measured: Measured, before: Column) -> Column:
        shape = before.tensor
        made = Shape((*shape.shape, int(measured["count"])), (*shape.axes, FEATURE), "float")
        return Column(before.name, made, before.classes, before.role, before.classes)
