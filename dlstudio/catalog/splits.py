"""Splits: how samples are divided into those that train, those that choose, and those that judge."""

from collections.abc import Callable
from typing import Annotated

from dlstudio.core.fields import Flag, Int, Real, Text
from dlstudio.core.spec import BadField, BadFields, Declaration, Registry


class Split(Declaration):
    """One way to divide samples into training, validation and test."""

    def validate(self) -> None:
        """Raises BadFields where fields that are right alone do not go together."""


splits: Registry[Split] = Registry("split")


def split(*, synonyms: str = "") -> Callable[[type[Split]], type[Split]]:
    """Registers a split."""

    def register(cls: type[Split]) -> type[Split]:
        return splits.add(cls, family="Split", synonyms=synonyms)

    return register


TRAIN = Real(low=0, help="The share that the network learns from; the three shares count relative to their sum")
VALIDATION = Real(low=0, help="The share that says while training how well it goes")
TEST = Real(low=0, help="The share that nothing is decided by, to judge the result")
SEED = Int(0, 2**32 - 1, help="The same seed draws the same samples; it is apart from the seed of training")


def _some(train: float) -> None:
    if train <= 0:
        raise BadFields((BadField("train", "The training share is 0, so there is nothing to learn from."),))


@split(synonyms="random, ratio, 80/10/10, hold-out, EVA-01")
class Fractions(Split):
    """Draws each part at random."""

    train: Annotated[float, TRAIN] = 0.8
    validation: Annotated[float, VALIDATION] = 0.1
    test: Annotated[float, TEST] = 0.1
    stratify: Annotated[bool, Flag(help="Gives every part the classes in the same shares, where there are classes")] = (
        True
    )
    seed: Annotated[int, SEED] = 0

    def validate(self) -> None:
        _some(self.train)


@split(synonyms="chronological, forecast, time series, last part, order")
class ByTime(Split):
    """Trains on what came first, validates on what followed, and tests on the last part."""

    train: Annotated[float, TRAIN] = 0.8
    validation: Annotated[float, VALIDATION] = 0.1
    test: Annotated[float, TEST] = 0.1
    column: Annotated[str, Text(help="The column that says when; empty takes the samples in their order")] = ""

    def validate(self) -> None:
        _some(self.train)


@split(synonyms="predefined, official, column, folder, file")
class Given(Split):
    """Takes the parts that the data itself names: by folders or files, or by a column.

    Where it names no validation part, one is drawn from the training part; words such as train, val and test count."""

    column: Annotated[str, Text(help="The column that names the part of each sample; empty takes folders or files")] = (
        ""
    )
    validation: Annotated[
        float, Real(low=0, high=0.9, help="The share of the training part that validates where none is given")
    ] = 0.1
    seed: Annotated[int, SEED] = 0


@split(synonyms="cross-validation, k-fold, EVA-03")
class KFold(Split):
    """One round of a cross-validation: over all folds, each sample validates exactly once."""

    title = "K-fold"

    folds: Annotated[int, Int(2, 1000, help="Into how many equal parts the samples are divided")] = 5
    fold: Annotated[int, Int(0, 999, help="Which of them validates now, counted from 0")] = 0
    test: Annotated[float, Real(low=0, high=0.9, help="The share set aside beforehand to judge the result")] = 0.0
    stratify: Annotated[bool, Flag(help="Gives every fold the classes in the same shares, where there are classes")] = (
        True
    )
    seed: Annotated[int, SEED] = 0

    def validate(self) -> None:
        if self.fold >= self.folds:
            text = f"There are {self.folds} folds, counted from 0, so fold {self.fold} does not exist."
            raise BadFields((BadField("fold", text),))


@split(synonyms="all, no split, truth table, overfit")
class Everything(Split):
    """Puts all samples into every part: for truth tables, and to see whether a network can learn at all."""
