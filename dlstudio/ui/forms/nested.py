"""Nested: a form within a field, as the editors that hold one see it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from dlstudio.core.frozen import Value
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import Around, Mixed


class Nested(Protocol):
    """A form for the fields of what was chosen; a widget."""

    edited: Any
    cleared: Any
    settled: Any
    reverted: Any

    def show_values(self, raw: Mapping[str, Value | Mixed], around: Around, *, fresh: bool = False) -> None:
        """Shows values as the document has them."""


Nest = Callable[[Iterable[Field]], Nested]
"""Makes one."""
