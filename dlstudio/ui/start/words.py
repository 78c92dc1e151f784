"""Words: texts that are broken into few lines and cut short where they do not fit."""

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from dlstudio.ui.theme import fonts


@lru_cache(maxsize=1024)
def lines(text: str, size: int, width: int, most: int = 2) -> tuple[str, ...]:
    """A text in at most so many lines, the last one cut short with … where there is more."""
    metrics = QFontMetricsF(fonts.words(size))
    found: list[str] = []
    left = text.split()
    while left and len(found) < most - 1:
        count = 1
        while count < len(left) and metrics.horizontalAdvance(" ".join(left[: count + 1])) <= width:
            count += 1
        found.append(" ".join(left[:count]))
        left = left[count:]
    rest = [metrics.elidedText(" ".join(left), Qt.TextElideMode.ElideRight, width)] if left else []
    return (*found, *rest)
