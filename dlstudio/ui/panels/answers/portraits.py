"""Portraits: what samples look like, remembered by their places in a part; it is asked once for each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage

from dlstudio.ui.panels.answers.board import Array
from dlstudio.ui.panels.features.tiles import from_pixels

if TYPE_CHECKING:
    from dlstudio.training.asking.question import Question
    from dlstudio.training.questions.shown import Given, Looks, Shown
    from dlstudio.ui.viewing.viewing import Viewing

AT_ONCE, MOST = 48, 4_000
"""How many samples are asked for at once, and how many are remembered."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """One sample: what it is called, and its first input as a picture, as a wave or in words."""

    place: str
    image: QImage | None = None
    curve: tuple[tuple[float, float], ...] = ()
    text: str = ""
    size: tuple[int, ...] = ()
    """The height and width of the picture as the network is given it."""


class Portraits:
    """Those of one part of one run."""

    def __init__(self) -> None:
        self.known: dict[int, Portrait] = {}
        self.problem = ""
        self._of: object = None
        self._asked: Shown | None = None

    def begin(self, of: object) -> None:
        """Other data: nothing of before holds."""
        if of != self._of:
            self._of, self.known, self._asked, self.problem = of, {}, None, ""

    def need(self, viewing: "Viewing", part: str, rows: Iterable[int]) -> None:
        """Some samples are in sight; those that are not known are asked for, one bunch after the other."""
        from dlstudio.training.questions.shown import Shown

        self.take(viewing)
        missing = [row for row in rows if row not in self.known][:AT_ONCE]
        if missing and self._asked is None and not self.problem:
            self._asked = Shown(part, tuple(missing))
            if viewing.alive and viewing.at is None:
                viewing.ask(self._asked)

    @property
    def wanted(self) -> "tuple[Question, ...]":
        """What is still to be answered."""
        return (self._asked,) if self._asked else ()

    def take(self, viewing: "Viewing") -> None:
        """Takes in what was answered."""
        found = viewing.answer(self._asked) if self._asked else None
        if found is None:
            return
        self._asked, self.problem = None, found.problem
        if found.problem:
            return
        looks: Looks = found.value
        for i, row in enumerate(looks.rows):
            self.known[row] = portrait(looks.places[i], looks.inputs[0], i)
        while len(self.known) > MOST:
            del self.known[next(iter(self.known))]


def portrait(place: str, given: "Given", at: int) -> Portrait:
    """One of several samples of an input."""
    if given.form == "picture":
        return Portrait(place, picture(given.values[at].numpy()), size=given.size)
    if given.form == "wave":
        return Portrait(place, curve=wave(given.values[at].float().numpy()))
    return Portrait(place, text=in_words(given, at))


def in_words(given: "Given", at: int) -> str:
    """A text, or numbers with their names."""
    if given.form == "text":
        return given.texts[at]
    numbers = given.values[at].tolist()
    names = given.features if len(given.features) == len(numbers) else ()
    shown = [f"{value:.4g}".replace("-", "−") for value in numbers]
    return "\n".join(f"{name} {value}" for name, value in zip(names, shown, strict=True)) if names else ", ".join(shown)


def picture(values: Array) -> QImage:
    """Bytes of one or three channels as a picture."""
    planes = values.astype(np.uint32)
    red, green, blue = planes if len(planes) == 3 else (planes[0],) * 3
    return from_pixels(np.uint32(0xFF000000) | red << 16 | green << 8 | blue)


def wave(values: Array, stretches: int = 128) -> tuple[tuple[float, float], ...]:
    """The least and the greatest value of each stretch."""
    pieces = np.array_split(values, min(stretches, len(values)))
    return tuple((float(each.min()), float(each.max())) for each in pieces)
