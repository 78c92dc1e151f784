"""Magnifier: the sign at the front of a field that searches."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit

from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.tokens import Theme

NAME = "magnifier"


def put_magnifier(field: QLineEdit, theme: Theme) -> None:
    """Gives a field its sign, or the one that it has other colours.

    It is asked for each time: what Python holds of an action that Qt made for a field can become invalid before it."""
    held: QAction | None = field.findChild(QAction, NAME)
    if held is None:
        held = field.addAction(icon("search", theme), QLineEdit.ActionPosition.LeadingPosition)
        held.setObjectName(NAME)
    held.setIcon(icon("search", theme))
