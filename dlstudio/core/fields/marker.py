"""A marker: what a declared field may hold; it serves the form, the check, the file and the line."""

from dataclasses import dataclass

from dlstudio.core.frozen import Value


class FieldProblem(ValueError):
    """Why a value does not fit a field, as the end of a sentence: "must be at least 1"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What all markers have: a help text, a unit, and whether `=expression` may stand for a number."""

    help: str = ""
    unit: str = ""

    @property
    def calculable(self) -> bool:
        return False

    def accept(self, value: Value) -> Value:
        """The value in its normal form, or a FieldProblem."""
        raise NotImplementedError

    def parse(self, word: str) -> Value:
        """The value that a word of the type-to-build line stands for."""
        return self.accept(word)

    @property
    def limits(self) -> str:
        """What may be typed, in words."""
        return ""


def show(value: Value) -> str:
    """A value as a user would write it, shortened."""
    if isinstance(value, str):
        return f"“{value}”" if len(value) <= 38 else f"“{value[:35]}...”"
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
