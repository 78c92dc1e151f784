"""Reading: a close look at one sample as rows of chances, as a table of places, and as pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor, QImage

from dlstudio.ui.panels.answers.board import Array
from dlstudio.ui.panels.answers.chances import Chance
from dlstudio.ui.panels.answers.words import likely, number, symbol
from dlstudio.ui.panels.features.tiles import from_pixels
from dlstudio.ui.theme.tokens import OKABE_ITO

if TYPE_CHECKING:
    from dlstudio.training.questions.closeup import Close

FEW = 20
"""Up to so many classes stand in their own order, more of them by how likely they are."""


@dataclass(frozen=True, slots=True)
class Place:
    """One step of a sample: what should follow, what was answered, and what else was likely."""

    at: int
    target: str
    answer: str
    right: bool | None
    chances: tuple[tuple[str, float], ...]


def rows_of(close: "Close") -> list[Chance]:
    """Every class, label or number of a sample with one place."""
    if close.answer in ("numbers", "box"):
        return _numbers(close)
    if close.answer == "labels":
        return [
            _label(name, float(chance), bool(said), bool(target))
            for name, chance, said, target in zip(
                close.classes, close.chances.tolist(), close.answers.tolist(), close.targets.tolist(), strict=False
            )
        ]
    target, best = int(close.targets[0]), close.answers[0].tolist()
    found = list(zip(best, close.chances[0].tolist(), strict=True))
    return choice_rows(found, target, close.classes, is_share=close.likely)


def choice_rows(
    found: Sequence[tuple[int, float]], target: int, names: Sequence[str], *, is_share: bool, most: int = 0
) -> list[Chance]:
    """How likely each class is held, given the likeliest first: in their own order where they are few, and where no
    more than `most` have room the likeliest of them."""
    if not found:
        return []
    best, ends = found[0][0], (min(chance for _, chance in found), max(chance for _, chance in found))
    seen = list(found[:most] if most else found)
    if len(seen) == len(found) <= FEW:
        seen.sort()
    made = []
    for label, chance in seen:
        share = chance if is_share else (chance - ends[0]) / ((ends[1] - ends[0]) or 1)
        note, good = "", None
        if label == best and target >= 0:
            note, good = ("right", True) if label == target else ("the answer", False)
        elif label == target:
            note = "the target"
        name = names[label] if 0 <= label < len(names) else str(label)
        made.append(Chance(name, share, likely(chance, is_share=is_share), note, good))
    return made


def _label(name: str, chance: float, said: bool, target: bool) -> Chance:
    words = {(True, True): "right", (True, False): "is not", (False, True): "is missing", (False, False): ""}
    return Chance(
        name, chance, likely(chance, is_share=True), words[said, target], said == target if said or target else None
    )


def _numbers(close: "Close") -> list[Chance]:
    targets, answers = close.targets.tolist(), close.answers.tolist()
    names = (close.target,) if close.classes == ("0",) else close.classes or tuple(str(i) for i in range(len(answers)))
    most = max((abs(a - t) for a, t in zip(answers, targets, strict=True)), default=0.0) or 1.0
    return [
        Chance(name, abs(answer - target) / most, number(answer), f"not {number(target)}")
        for name, answer, target in zip(names, answers, targets, strict=False)
    ][:FEW]


def places_of(close: "Close") -> list[Place]:
    """The steps of a text or another sequence."""
    made = []
    for at, (target, best, chances) in enumerate(
        zip(close.targets.tolist(), close.answers.tolist(), close.chances.tolist(), strict=False)
    ):
        pairs = tuple((symbol(_name(close, label)), chance) for label, chance in zip(best, chances, strict=True))
        right = None if target < 0 else target == best[0]
        made.append(Place(at, symbol(_name(close, target)) if target >= 0 else "–", pairs[0][0], right, pairs))
    return made


def _name(close: "Close", label: int) -> str:
    return close.classes[label] if 0 <= label < len(close.classes) else str(label)


def masks(close: "Close") -> list[tuple[str, QImage]]:
    """The class of every pixel as it should be, as it is answered, and where both differ."""
    size = close.shape
    if len(size) != 2 or close.targets.numel() != size[0] * size[1]:
        return []
    target, answer = close.targets.numpy().reshape(size), close.answers[:, 0].numpy().reshape(size)
    wrong = np.where((target != answer) & (target >= 0), 3, 0)
    return [("target", coded(target)), ("answer", coded(answer)), ("wrong", coded(wrong))]


def coded(labels: Array) -> QImage:
    """A colour for each class; class 0 is dark."""
    hues = np.array([QColor(name).rgb() for name in OKABE_ITO[1:]], np.uint32)
    pixels = np.where(labels > 0, hues[(labels - 1) % len(hues)], np.uint32(0xFF20242C))
    return from_pixels(pixels)
