"""Path: an editor for where a file or a folder is: typed, or chosen in the desktop's own dialog."""

from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton

from dlstudio.core import fields
from dlstudio.core.spec import Field
from dlstudio.ui.forms.text import TextEditor


class PathEditor(TextEditor):
    """A line with a button behind it."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        assert isinstance(field.marker, fields.Path)
        self.marker = field.marker
        self.button = QToolButton()
        self.button.setText("…")
        self.button.setAccessibleName(f"Choose {field.label}")
        self.button.setToolTip(f"Choose the {field.label} on the disk")
        self.button.clicked.connect(self._choose)
        self.row.addWidget(self.button)

    def _choose(self) -> None:
        if self.marker.folder and self.marker.endings:
            menu = QMenu(self)
            menu.addAction("A folder…", lambda: self._take(folder()))
            menu.addAction("A file…", lambda: self._take(file(self.marker.endings)))
            menu.popup(self.button.mapToGlobal(QPoint(0, self.button.height())))
        else:
            self._take(folder() if self.marker.folder else file(self.marker.endings))

    def _take(self, path: str) -> None:
        if path:
            self.line.setText(path)
            self.changed.emit(path)
            self.settled.emit()


def folder() -> str:
    """A folder that the user chooses, or nothing."""
    return QFileDialog.getExistingDirectory(None, "Choose a folder", str(Path.home()))


def file(endings: tuple[str, ...]) -> str:
    """A file that the user chooses, or nothing."""
    words = " ".join(f"*{ending}" for ending in endings)
    found, _ = QFileDialog.getOpenFileName(None, "Choose a file", str(Path.home()), f"Data ({words});;All files (*)")
    return found
