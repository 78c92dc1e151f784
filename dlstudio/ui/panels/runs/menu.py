"""Menu: what can be done with the runs that are chosen, where the right button is pressed."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from dlstudio.ui.panels.runs.bar import BUTTONS
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.tokens import Theme

MORE = (("run-tensorboard", "upload", "Export for TensorBoard"),)


def menu(parent: QWidget, theme: Theme, reasons: Mapping[str, str], do: Callable[[str], object]) -> QMenu:
    """All actions; those for which there is a reason against cannot be chosen."""
    made = QMenu(parent)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    made.setAccessibleName("What can be done with the run")
    for name, sign, title in (*BUTTONS, *MORE):
        action = made.addAction(icon(sign, theme), title)
        action.setEnabled(not reasons[name])
        action.triggered.connect(lambda _=False, name=name: do(name))
    return made
