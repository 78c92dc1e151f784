"""Fonts: Inter for words, JetBrains Mono for numbers and code, the same on every machine."""

from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase

from dlstudio.core.resources import resource

WORDS, NUMBERS = "Inter", "JetBrains Mono"


@lru_cache(maxsize=1)
def load() -> None:
    """Makes the fonts known to Qt; needs a QApplication."""
    for file in sorted(resource("fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(file))


@lru_cache(maxsize=64)
def words(pixels: int, bold: bool = False) -> QFont:
    """The font for words."""
    return _font(WORDS, pixels, bold)


@lru_cache(maxsize=64)
def numbers(pixels: int, bold: bool = False) -> QFont:
    """The font for shapes, numbers and code; every digit has the same width."""
    return _font(NUMBERS, pixels, bold)


def _font(family: str, pixels: int, bold: bool) -> QFont:
    load()
    font = QFont(family)
    font.setPixelSize(pixels)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font
