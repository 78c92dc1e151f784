"""Selection: the runs that are chosen in the table; they stay chosen when its rows change."""

from pathlib import Path

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject, Signal

from dlstudio.runs.census import Record
from dlstudio.ui.panels.runs.model import RECORD, RunModel
from dlstudio.ui.panels.runs.view import RunView


class Selection(QObject):
    """Says when other runs are chosen, and nothing of rows that only moved."""

    changed = Signal()

    def __init__(self, view: RunView, rows: RunModel) -> None:
        super().__init__(view)
        self.view, self.rows = view, rows
        self._quiet = False
        self._kept: tuple[list[Path], Path | None, int] = ([], None, 0)
        rows.modelAboutToBeReset.connect(self._before_reset)
        rows.modelReset.connect(self._after_reset)
        view.selectionModel().selectionChanged.connect(self._on_change)

    @property
    def runs(self) -> list[Record]:
        """The runs of the selected rows, from the top."""
        found = sorted(self.view.selectionModel().selectedRows(), key=lambda index: index.row())
        return [index.data(RECORD) for index in found]

    def choose(self, path: Path) -> None:
        """Selects a run, if it is listed."""
        index = self.rows.find(path)
        if index.isValid():
            self.view.setCurrentIndex(index)

    def _before_reset(self) -> None:
        current = self.view.currentIndex()
        path = current.data(RECORD).path if current.isValid() and current.row() < len(self.rows.rows) else None
        self._kept = [each.path for each in self.runs], path, self.view.verticalScrollBar().value()
        self._quiet = True

    def _after_reset(self) -> None:
        """The same rows are chosen, and the view stays where it was."""
        paths, current, at = self._kept
        selection, last = QItemSelection(), self.rows.columnCount() - 1
        for index in filter(lambda each: each.isValid(), map(self.rows.find, paths)):
            selection.select(index, index.siblingAtColumn(last))
        model = self.view.selectionModel()
        if current:
            model.setCurrentIndex(self.rows.find(current), QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.view.verticalScrollBar().setValue(at)
        self._quiet = False
        self.changed.emit()

    def _on_change(self) -> None:
        if not self._quiet:
            self.changed.emit()
