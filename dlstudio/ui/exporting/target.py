"""Target: the file to write: typed, or chosen in the desktop's own dialog."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from dlstudio.catalog.formats import Format
from dlstudio.ui.exporting.order import wrong_path
from dlstudio.ui.files import dialogs
from dlstudio.ui.forms.editor import restyle
from dlstudio.ui.panels.inspector.page import label


class Target(QWidget):
    """A line that takes the ending of the format, and says what is wrong with it or will be replaced."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self.form: type[Format] | None = None
        self._suggested, self._own = "", False
        self.head = label("File", "small")
        self.line, self.button, self.said = QLineEdit(), QPushButton("Choose…"), label(role="small", wrap=True)
        self.line.setAccessibleName("File")
        self.button.setAccessibleName("Choose the file")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addLayout(row)
        column.addWidget(self.said)
        self.line.textChanged.connect(self._judge)
        self.line.textEdited.connect(self._typed)
        self.button.clicked.connect(self._choose)

    def show_format(self, form: type[Format]) -> None:
        """The same name with another ending."""
        before, self.form = self.form, form
        self.head.setText("File" if form.suffix else "Folder")
        if before and self._own and self.line.text().endswith(ending(before)):
            self.line.setText(self.line.text().removesuffix(ending(before)) + ending(form))
        elif self._own or not self._suggested:
            self._judge()
        else:
            self._suggest()

    def suggest(self, path: str) -> None:
        """A file without its ending, where the user has not named another."""
        self._suggested = path
        if not self._own:
            self._suggest()

    def _suggest(self) -> None:
        self.line.setText(self._suggested + (ending(self.form) if self.form else ""))
        self._judge()

    def _typed(self) -> None:
        self._own = True

    @property
    def path(self) -> Path:
        return Path(self.line.text().strip()).expanduser()

    @property
    def wrong(self) -> str:
        """Why it cannot be written, or nothing."""
        return wrong_path(self.line.text(), self.form) if self.form else ""

    def _judge(self) -> None:
        wrong = self.wrong
        there = not wrong and self.path.exists()
        self.said.setText(wrong or (f"{self.path.name} is there already and will be replaced." if there else ""))
        self.said.setVisible(bool(self.said.text()))
        restyle(self.said, role="bad" if wrong else "warn" if there else "small")
        restyle(self.line, state="bad" if wrong else "")
        self.changed.emit()

    def _choose(self) -> None:
        if self.form is None:
            return
        kinds = f"{self.form.title} (*{self.form.suffix})"
        if found := dialogs.to_save(self.window(), "Export model", self.path, kinds):
            self._own = True
            named = found.suffix == self.form.suffix or not self.form.suffix
            self.line.setText(str(found) if named else f"{found}{self.form.suffix}")


def ending(form: type[Format]) -> str:
    """How a name ends that is made up for a format."""
    return form.suffix or f"-{form.kind.lower()}"
