"""Appearance: the theme and the size of letters of the whole program, as the user wants them."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from dlstudio.ui.settings import settings
from dlstudio.ui.theme.fonts import words
from dlstudio.ui.theme.sheet import sheet
from dlstudio.ui.theme.tokens import DARK, LIGHT, SMALL, THEMES, Theme

SCALES = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
"""How large letters can be."""


def named(name: str) -> Theme:
    """A theme by its name; “system” is what the desktop prefers."""
    if name in THEMES:
        return THEMES[name]
    return LIGHT if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light else DARK


def scale() -> float:
    """How large letters are."""
    said = float(str(settings().value("scale", 1.0)))
    return min(SCALES, key=lambda each: abs(each - said))


def put_scale(wanted: float) -> None:
    settings().setValue("scale", wanted)


def calm() -> bool:
    """Whether nothing shall move that need not."""
    return str(settings().value("calm", "false")) == "true"


def put_calm(wanted: bool) -> None:
    settings().setValue("calm", "true" if wanted else "false")


def dress(window: QWidget, theme: Theme) -> None:
    """Gives a window its colours and letters, and all that opens from it.

    Its own style sheet is taken over in a tenth of the time that one of the whole program takes, for which Qt walks the
    tree of widgets again and again. Another one in its place would dress every widget twice: none comes between, since
    to undress takes less time than to dress."""
    app, letters = QApplication.instance(), words(round(SMALL * scale()))
    if isinstance(app, QApplication) and app.font() != letters:
        app.setFont(letters)
    wanted = sheet(theme, scale())
    if window.styleSheet() != wanted:
        window.setStyleSheet("")
        window.setStyleSheet(wanted)
