"""Letters: lengths on the start page that follow the size of letters of the program."""

from dlstudio.ui.theme import appearance


def scaled(pixels: float) -> int:
    """A length that is meant for letters of the usual size."""
    return round(pixels * appearance.scale())


def widened(pixels: float) -> int:
    """A width that grows half as fast as the letters, since lines can be broken."""
    return round(pixels * (1 + appearance.scale()) / 2)
