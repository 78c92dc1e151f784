"""Panel: the base of what stands around the canvas: it sees a session and shows the difference of two states."""

from typing import ClassVar, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QLayout, QWidget

from dlstudio.ui.runner import Runner
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.tokens import Theme
from dlstudio.ui.viewing.viewing import Viewing

Area = Literal["left", "right", "bottom"]


class Panel(QWidget):
    """One panel; `name` is its stable name for arrangements and settings."""

    name: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[str]
    area: ClassVar[Area]

    wants = Signal(str)
    """A node shall be seen on the canvas."""
    does = Signal(str)
    """An action of the table shall be done."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.theme = session, theme
        self.setAccessibleName(self.title)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def show_state(self, old: State | None, new: State) -> None:
        """Shows a new state; `old` is None the first time and when the panel was out of sight."""

    def grow(self) -> bool:
        """Makes a little of what it is going to show, before it is first in sight; whether there is more to make."""
        return False

    def set_theme(self, theme: Theme) -> None:
        """Takes over other colours."""
        self.theme = theme

    def follow(self, runner: Runner) -> None:
        """Is told who trains, for what shows a training."""

    def see(self, viewing: Viewing) -> None:
        """Is told where a training is seen, for what shows what is inside."""

    def sighted(self, shown: bool) -> None:
        """Came into sight, or went out of it: closed, or behind another panel."""

    def stop(self) -> None:
        """Ends what it does in the background; the window closes."""


def instead(text: str = "") -> QLabel:
    """What stands in the middle of a panel that has nothing to show."""
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label


def clear(layout: QLayout) -> None:
    """Takes every widget out of a layout and lets it go."""
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
