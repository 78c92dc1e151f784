"""Sequence: an editor for a list of numbers or words, typed with commas, or with × between the lengths of a shape."""

import re

from dlstudio.core.fields import FieldProblem, Ints, Words
from dlstudio.core.frozen import Value
from dlstudio.ui.forms.line import LineEditor
from dlstudio.ui.forms.number import written

LONGEST = 8
"""The most lengths that a shape has; a longer list is none."""
BETWEEN = re.compile(r"\s*[x×,;]\s*|\s+")


class SequenceEditor(LineEditor):
    """A list in one line."""

    def write(self, value: Value) -> str:
        parts = [str(part) if isinstance(part, str) else written(part) for part in _listed(value)]
        shape = isinstance(self.field.marker, Ints) and self.field.marker.low == 1 and self.field.marker.most <= LONGEST
        return ("×" if shape and not any("=" in part for part in parts) else ", ").join(parts)

    def read(self) -> Value:
        text = self.line.text().strip()
        if isinstance(self.field.marker, Ints) and "=" in text:
            return tuple(part if part.startswith("=") else _whole(part) for part in pieces(text))
        return self.parse(text)

    def parse(self, text: str) -> Value:
        marker = self.field.marker
        if isinstance(marker, Words):
            return marker.accept(tuple(part for part in re.split(r"\s*,\s*", text) if part))
        plain = BETWEEN.sub(",", text.strip(" x×,;"))
        return marker.parse(plain) if plain else marker.accept(())


def pieces(text: str) -> list[str]:
    """The parts between commas that stand in no brackets."""
    found, depth = [""], 0
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return [part.strip() for part in found if part.strip()]


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise FieldProblem(f"must hold whole numbers, not “{text}”") from None


def _listed(value: Value) -> tuple[Value, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,)
