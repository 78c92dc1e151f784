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
        column.addWidget(label("File", "small"))
        column.addLayout(row)
        column.addWidget(self.said)
        self.line.textChanged.connect(self._judge)
        self.button.clicked.connect(self._choose)

    def show_format(self, form: type[Format]) -> None:
        """The same name with another ending."""
        before, self.form = self.form, form
        path = Path(self.line.text())
        if before and path.suffix == before.suffix and before.suffix != form.suffix:
            self.line.setText(str(path.with_suffix(form.suffix)))
        else:
            self._judge()

    def suggest(self, path: Path) -> None:
        """A file, where the user has not named another."""
        if not self.line.isModified():
            self.line.setText(str(path.with_suffix(self.form.suffix) if self.form else path))
            self.line.setCursorPosition(len(self.line.text()))

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
            self.line.setText(str(found if found.suffix else found.with_suffix(self.form.suffix)))
            self.line.setModified(True)
