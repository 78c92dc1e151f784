"""Naming: a name that is edited in its place; one that cannot be is refused with the reason."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dlstudio.ui.forms.editor import restyle
from dlstudio.ui.forms.line import Line
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.panels.soft import soft

Refusal = Callable[[str], str]
"""Why a name cannot be, or nothing."""

FLUSH = -2
"""Takes back the room that Qt leaves before a text, so that a name stands in line with what is under it."""


class Naming(QWidget):
    """A line that looks like a title until it is edited; Enter or leaving it renames."""

    renamed = Signal(str)

    def __init__(self, what: str, refuse: Refusal) -> None:
        super().__init__()
        self.refuse = refuse
        self.name = ""
        self.line = Line()
        self.line.setProperty("role", "name")
        self.line.setTextMargins(FLUSH, 0, 0, 0)
        self.line.setAccessibleName(f"Name of the {what}")
        self.told = label(role="bad", wrap=True)
        self.told.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.line)
        column.addWidget(self.told)
        self.setFocusProxy(self.line)
        self.line.textEdited.connect(lambda _: self._judge())
        self.line.returnPressed.connect(self._commit)
        self.line.left.connect(self._commit)
        self.line.escaped.connect(self._show)

    def show_name(self, name: str) -> None:
        """The name that the thing has."""
        if name != self.name or not self.line.isModified():
            self.name = name
            self._show()

    def _show(self) -> None:
        self.line.setText(self.name)
        self.line.setToolTip(f"{self.name}\nType another name and press Enter")
        self.line.setCursorPosition(0)
        self._judge()

    def _judge(self) -> bool:
        wanted = self.line.text().strip()
        reason = self.refuse(wanted) if wanted != self.name else ""
        self.told.setText(soft(reason))
        self.told.setVisible(bool(reason))
        restyle(self.line, state="bad" if reason else "")
        return not reason

    def _commit(self) -> None:
        wanted = self.line.text().strip()
        if wanted != self.name and self._judge():
            self.line.setModified(False)
            self.renamed.emit(wanted)
