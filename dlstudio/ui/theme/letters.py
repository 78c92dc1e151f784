"""Letters: lengths that follow the size of letters of the program."""

from PySide6.QtWidgets import QApplication, QWidget

from dlstudio.ui.theme import appearance

WIDE = "wide"
"""The property that keeps how wide a widget is with letters of the usual size."""


def scaled(pixels: float) -> int:
    """A length that is meant for letters of the usual size."""
    return round(pixels * appearance.scale())


def widened(pixels: float) -> int:
    """A width that grows half as fast as the letters, since lines can be broken."""
    return round(pixels * (1 + appearance.scale()) / 2)


def hold(widget: QWidget, pixels: int) -> None:
    """Gives a widget a fixed width that is meant for letters of the usual size."""
    widget.setProperty(WIDE, pixels)
    widget.setFixedWidth(scaled(pixels))


def stretch() -> None:
    """Letters have another size: what has a fixed width takes its own anew, in all windows."""
    for widget in QApplication.allWidgets():
        if (pixels := widget.property(WIDE)) is not None:
            widget.setFixedWidth(scaled(pixels))
