"""Chooser: every source there is, to find and to choose; and the place where data of one's own is dropped."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from dlstudio.core.frozen import Frozen
from dlstudio.ui.canvas.adding.rows import Row
from dlstudio.ui.magnifier import put_magnifier
from dlstudio.ui.mishap import guarded
from dlstudio.ui.panels.data.offers import rows
from dlstudio.ui.panels.data.proposal import proposal
from dlstudio.ui.panels.inspector.page import label, link
from dlstudio.ui.panels.palette.shelf import Shelf
from dlstudio.ui.theme.icons import pixmap
from dlstudio.ui.theme.ink import pen
from dlstudio.ui.theme.tokens import Theme

EMPTY = "Choose where the samples come from: a set that comes with the program, or data of your own."


class Chooser(QWidget):
    """A search field over the list; Enter or a click chooses."""

    chosen = Signal(object)
    """The source that is wanted, as a project writes it."""
    digits = Signal()
    """The handwritten digits are wanted, with an Input for them."""
    left = Signal()
    """Nothing else is wanted after all."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.closed: set[str] = set()
        self.field = QLineEdit()
        self.field.setPlaceholderText("Search sources: digits, table, text, boxes …")
        self.field.setAccessibleName("Search sources")
        self.field.setClearButtonEnabled(True)
        put_magnifier(self.field, theme)
        self.field.textChanged.connect(lambda _: self._fill())
        self.field.installEventFilter(self)
        self.list = Shelf(theme)
        self.list.setAccessibleName("Sources")
        self.list.toggled.connect(self._toggle)
        self.list.taken.connect(self._take)
        self.list.clicked.connect(lambda _: self._click())
        self.list.typed.connect(self._type)
        self.nothing = label("Nothing is called that. Try a shorter word, such as image or csv.", "muted", wrap=True)
        self.nothing.setContentsMargins(12, 8, 12, 8)
        self.drop = DropPlace(theme)
        self.drop.brought.connect(self.bring)
        self.back = link("Back to the samples", self.left.emit, "Keeps the source (Escape)")
        self.first = QPushButton("Use the MNIST digits")
        self.first.setProperty("role", "primary")
        self.first.setToolTip("5,000 handwritten digits, and an Input of 1×28×28 where there is none")
        self.first.clicked.connect(self.digits)
        self.told = label(role="bad", wrap=True)
        self.told.hide()
        self._lay_out()
        self._fill()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(label("Choose data", "title"))
        top.addStretch(1)
        top.addWidget(self.back)
        top.addWidget(self.first)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(label(EMPTY, "muted", wrap=True))
        column.addWidget(self.drop)
        column.addWidget(self.told)
        column.addWidget(self.field)
        column.addWidget(self.nothing)
        column.addWidget(self.list, 1)

    def show_for(self, *, has_data: bool) -> None:
        """Fresh, for a project with or without data."""
        self.back.setVisible(has_data)
        self.first.setVisible(not has_data)
        self.told.hide()
        self.field.clear()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason) if has_data else None

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.list.set_theme(theme)
        put_magnifier(self.field, theme)
        self.drop.set_theme(theme)

    def bring(self, path: Path) -> None:
        """A file or folder of one's own: the source that reads it is chosen, or it is said why there is none."""
        found = proposal(path)
        self.told.setText(found.text)
        self.told.setVisible(bool(found.text))
        if found.source is not None:
            self.chosen.emit(found.source)

    # What the list and the field hear

    def _fill(self, chosen: str = "") -> None:
        lines = rows(self.field.text(), self.closed)
        keys = [row.key for row in lines]
        first = next((i for i, row in enumerate(lines) if not row.head), 0)
        self.list.show_rows(lines, keys.index(chosen) if chosen in keys else first)
        self.nothing.setVisible(not lines)

    def _toggle(self, row: Row, on: bool | None) -> None:
        is_open = row.key in self.closed if on is None else on
        (self.closed.discard if is_open else self.closed.add)(row.key)
        self._fill(row.key)

    def _click(self) -> None:
        if self.list.row and not self.list.row.head:
            self._take(self.list.row)

    def _take(self, row: Row) -> None:
        self.chosen.emit(Frozen({"kind": row.key}))

    def _type(self, text: str) -> None:
        self.field.setFocus()
        self.field.setText(text)

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.field.clear() if self.field.text() else self.left.emit()
                return True
            return self.list.hear(event)
        return False


class DropPlace(QFrame):
    """Where files are dropped, or chosen by its buttons."""

    brought = Signal(Path)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme, self.over = theme, False
        self.setAcceptDrops(True)
        self.setAccessibleName("From my data")
        self.sign = QLabel()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label("From my data", "head"))
        words.addWidget(
            label("Drop a CSV, a folder of pictures, sounds or texts, an .npz or a .txt here", "muted", wrap=True)
        )
        self.file, self.folder = QPushButton("Choose a file…"), QPushButton("Choose a folder…")
        self.file.clicked.connect(self._file)
        self.folder.clicked.connect(self._folder)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(self.sign)
        row.addLayout(words, 1)
        row.addWidget(self.file)
        row.addWidget(self.folder)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.sign.setPixmap(pixmap("upload", theme.muted, 20))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(self.theme.accent if self.over else self.theme.muted, 1.0, dashed=True))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)
        painter.end()

    def _file(self) -> None:
        kinds = "Data (*.csv *.tsv *.parquet *.npz *.npy *.txt *-ubyte *.gz *.png *.jpg *.wav *.bin);;All files (*)"
        found, _ = QFileDialog.getOpenFileName(self, "Choose a file", str(Path.home()), kinds)
        if found:
            self.brought.emit(Path(found))

    def _folder(self) -> None:
        found = QFileDialog.getExistingDirectory(self, "Choose a folder", str(Path.home()))
        if found:
            self.brought.emit(Path(found))

    def _hover(self, over: bool) -> None:
        self.over = over
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._hover(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hover(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._hover(False)
        path = next((Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()), None)
        if path:
            event.acceptProposedAction()
            self.brought.emit(path)
