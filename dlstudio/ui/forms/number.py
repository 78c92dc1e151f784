"""Number: an editor for one number, whole or real."""

import math

from dlstudio.core.fields import FieldProblem, Int, Real
from dlstudio.core.frozen import Value
from dlstudio.ui.forms.line import LineEditor


class NumberEditor(LineEditor):
    """A number that is typed, or moved by the arrow keys and by dragging its label."""

    nudges = True

    def write(self, value: Value) -> str:
        return written(value)

    def parse(self, text: str) -> Value:
        return self.field.marker.parse(number_text(text))

    def step(self, value: Value, steps: int) -> Value:
        return stepped(self.field.marker, value, steps)


def written(value: Value) -> str:
    """A number in as few letters as say it exactly."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def number_text(text: str) -> str:
    """A number without what people put into large ones."""
    if not text:
        raise FieldProblem("must be a number; nothing is typed")
    return text.replace(",", "").replace(" ", "").replace("−", "-")


def stepped(marker: object, value: Value, steps: int) -> Value:
    """A number some steps up or down: by one, or by a tenth of its size where it is real."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if isinstance(marker, Int):
        return max(marker.low, min(marker.high, int(value) + steps))
    low, high = (marker.low, marker.high) if isinstance(marker, Real) else (-math.inf, math.inf)
    unit = _unit(float(value), high - low)
    moved = max(low, min(high, round(value / unit + steps) * unit))
    if isinstance(marker, Real) and marker.open_low and moved <= low:
        return value
    return float(f"{moved:.12g}")


def _unit(value: float, span: float) -> float:
    if value:
        return float(10.0 ** (math.floor(math.log10(abs(value)) + 1e-9) - 1))
    return min(0.1, span / 100) if math.isfinite(span) else 0.1
