"""Bar: the row over the table of runs: which folder, which runs, and what can be done with those that are chosen."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from dlstudio.ui.elided_combo import ElidedCombo
from dlstudio.ui.panels.runs import folders
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.tokens import Theme

BUTTONS = (
    ("run-open", "folder-open", "Open its project (Enter)"),
    ("run-resume", "history", "Resume from its last checkpoint"),
    ("run-rename", "type", "Rename (F2)"),
    ("run-note", "sticky-note", "Write a note (F4)"),
    ("run-export", "box", "Export its model"),
    ("run-csv", "download", "Export its numbers as CSV"),
    ("run-files", "external-link", "Show in the file manager"),
    ("run-delete", "trash-2", "Delete (Del)"),
)
ALL, ADD = "Every folder", "Add a folder…"


class Bar(QWidget):
    """Says what is chosen in it; what is done is done elsewhere."""

    def __init__(
        self, do: Callable[[str], object], sifts: Callable[[str], object], shows: Callable[[], object]
    ) -> None:
        super().__init__()
        self._do, self._shows, self._now = do, shows, 0
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(8)
        self.where = ElidedCombo()
        self.where.setAccessibleName("Folder of runs")
        self.where.setMinimumContentsLength(14)
        self.where.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.where.activated.connect(self._on_where)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("adam  lr>0.001")
        self.filter.setAccessibleName("Find runs")
        self.filter.setToolTip(
            "Words that stand in a name, a note or a setting, and comparisons:\n"
            "status:finished   lr>0.001   accuracy>=0.98   optimizer:adam"
        )
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(160)
        self.filter.setMaximumWidth(420)
        self.filter.textChanged.connect(sifts)
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        row.addWidget(self.where)
        row.addWidget(self.filter, 1)
        row.addWidget(self.count)
        row.addStretch(1)
        self.buttons: dict[str, QToolButton] = {}
        for name, _, title in BUTTONS:
            button = QToolButton()
            button.setToolTip(title)
            button.setAccessibleName(title.partition(" (")[0])
            button.clicked.connect(lambda _=False, name=name: do(name))
            self.buttons[name] = button
            row.addWidget(button)

    def offer(self, home: Path, *more: Path) -> None:
        """The folders that can be chosen; the first is that of the document."""
        there = list(dict.fromkeys([home.absolute(), *more, *folders.added()]))
        if there == [each for each in self.offered if isinstance(each, Path)]:
            return
        kept = self.where.currentData() if self.where.count() else there[0]
        self.where.clear()
        for folder in there:
            self.where.addItem(folders.shown(folder), folder)
            self.where.setItemData(self.where.count() - 1, str(folder), 3)
        if len(there) > 1:
            self.where.addItem(ALL, ALL)
        self.where.addItem(ADD, ADD)
        self.choose(kept if kept in there or (kept == ALL and len(there) > 1) else there[0])

    def choose(self, what: object) -> None:
        """Shows one of the folders."""
        found = next((each for each in range(self.where.count()) if self.where.itemData(each) == what), 0)
        self._now = found
        self.where.setCurrentIndex(found)
        self.where.setToolTip(str(self.where.itemData(found)))
        self._shows()

    @property
    def offered(self) -> list[object]:
        """All that can be chosen."""
        return [self.where.itemData(each) for each in range(self.where.count())]

    @property
    def folders(self) -> tuple[Path, ...]:
        """Those whose runs are shown."""
        now = self.where.itemData(self._now)
        return tuple(each for each in self.offered if isinstance(each, Path) and now in (each, ALL))

    def _on_where(self, number: int) -> None:
        if self.where.itemData(number) == ADD:
            self.where.setCurrentIndex(self._now)
            self._do("runs-folder")
        else:
            self.choose(self.where.itemData(number))

    def enable(self, reasons: dict[str, str]) -> None:
        """Which buttons can be pressed; the others say why not."""
        for name, _, title in BUTTONS:
            reason = reasons.get(name, "")
            self.buttons[name].setEnabled(not reason)
            self.buttons[name].setToolTip("\n".join(filter(None, (title, reason))))

    def set_theme(self, theme: Theme) -> None:
        for name, sign, _ in BUTTONS:
            self.buttons[name].setIcon(icon(sign, theme))
