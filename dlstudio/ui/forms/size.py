"""Size: an editor for one whole number for each direction: 5×5."""

import re

from dlstudio.core.fields import FieldProblem, Size
from dlstudio.core.frozen import Value
from dlstudio.ui.forms.line import LineEditor
from dlstudio.ui.forms.sequence import pieces

BETWEEN = re.compile(r"\s*[x×*,;]\s*|\s+")


class SizeEditor(LineEditor):
    """`5` stands for all directions, `5x3` says each; the arrow keys move all of them."""

    nudges = True

    def write(self, value: Value) -> str:
        parts = value if isinstance(value, tuple) else (value,)
        marker = self.field.marker
        if len(parts) == 1 and isinstance(marker, Size):
            parts = parts * marker.dims
        return (", " if any(isinstance(part, str) for part in parts) else "×").join(map(str, parts))

    def read(self) -> Value:
        text = self.line.text().strip()
        if "=" in text:
            return text if text.startswith("=") and len(pieces(text)) == 1 else tuple(map(_part, pieces(text)))
        return self.parse(text)

    def parse(self, text: str) -> Value:
        plain = BETWEEN.sub("x", text.strip(" x×*,;"))
        if not plain:
            raise FieldProblem("must be a number; nothing is typed")
        return self.field.marker.parse(plain)

    def step(self, value: Value, steps: int) -> Value:
        marker = self.field.marker
        if not isinstance(value, tuple) or not isinstance(marker, Size):
            return value
        return tuple(max(marker.low, min(marker.high, n + steps)) if isinstance(n, int) else n for n in value)


def _part(text: str) -> Value:
    if text.startswith("="):
        return text
    try:
        return int(text)
    except ValueError:
        raise FieldProblem(f"must be a whole number, not “{text}”") from None
