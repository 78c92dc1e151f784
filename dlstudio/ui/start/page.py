"""Page."""

from dlstudio.ui.files.desk import Desk
from dlstudio.ui.window import Window


def show_start(desk: Desk, window: Window) -> None:
    pass
