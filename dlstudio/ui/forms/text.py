"""Text: editors for a line of words and for a formula."""

from dlstudio.core.frozen import Value
from dlstudio.ui.forms.line import LineEditor


class TextEditor(LineEditor):
    """Words as they are typed."""

    mono = False

    def parse(self, text: str) -> Value:
        return self.field.marker.accept(text)


class FormulaEditor(TextEditor):
    """Arithmetic on the names of ports."""

    mono = True
