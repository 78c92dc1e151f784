"""Palette: a field over the window that finds everything by a few letters."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from dlstudio.ui.commands.entry import Entry
from dlstudio.ui.commands.fuzzy import best
from dlstudio.ui.commands.recent import recent, used
from dlstudio.ui.commands.rows import Rows
from dlstudio.ui.mishap import guarded
from dlstudio.ui.popup import Popup
from dlstudio.ui.theme.tokens import Theme

WIDTH, TOP, SEEN = 600, 72, 11
"""Its width, how far below the window's edge it hangs, and how many rows are seen at once."""
ENTRY = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class Found(QAbstractListModel):
    """The lines that fit what is typed."""

    entries: Sequence[Entry] = ()

    def show(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (entry.title, entry.place, entry.keys, entry.reason) if part)
        return entry if role == ENTRY else None


class Palette(Popup):
    """Hangs from the top of a window until something is chosen, Escape is pressed, or something else gets the keys."""

    def __init__(self, window: QWidget, entries: Sequence[Entry], theme: Theme, *, typed: str = "") -> None:
        super().__init__(window, "Command palette")
        self.entries = entries
        self.field = QLineEdit(typed)
        self.field.setPlaceholderText("Type a command, a node, a network, a template …")
        self.field.setAccessibleName("Find a command")
        self.field.setProperty("role", "search")
        self.found, self.rows = Found(self), QListView()
        self.rows.setModel(self.found)
        self.rows.setItemDelegate(Rows(theme, self.rows))
        self.rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rows.setMouseTracking(True)
        self.rows.setUniformItemSizes(True)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setAccessibleName("Commands")
        self.none = QLabel("Nothing is called that.")
        self.none.setProperty("role", "muted")
        self.none.setContentsMargins(12, 8, 12, 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        for widget in (self.field, self.rows, self.none):
            column.addWidget(widget)
        self.field.textChanged.connect(self._find)
        self.rows.clicked.connect(self._take)
        self.field.installEventFilter(self)
        window.installEventFilter(self)
        self._find(typed)
        self.appear(self.field)

    def _find(self, typed: str) -> None:
        self.found.show(best(typed, self.entries, recent()))
        count = self.found.rowCount()
        self.rows.setCurrentIndex(self.found.index(0))
        self.rows.setVisible(count > 0)
        self.none.setVisible(not count)
        if count:
            self.rows.setFixedHeight(self.rows.sizeHintForRow(0) * min(count, SEEN) + 8)
        self._place()

    def _place(self) -> None:
        room = self.over.size()
        self.setFixedWidth(min(WIDTH, room.width() - 32))
        self.adjustSize()
        self.move((room.width() - self.width()) // 2, min(TOP, max(8, room.height() - self.height() - 8)))

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(Qt.Key(event.key()))
        if watched is self.field and event.type() == QEvent.Type.FocusOut:
            self.close()
        if watched is self.over and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _key(self, key: Qt.Key) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: SEEN, Qt.Key.Key_PageUp: -SEEN}
        if key in steps:
            self._step(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self.rows.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            return key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        return True

    def _step(self, by: int) -> None:
        count, now = self.found.rowCount(), self.rows.currentIndex().row()
        if count:
            row = (now + by) % count if abs(by) == 1 else max(0, min(count - 1, now + by))
            self.rows.setCurrentIndex(self.found.index(row))

    def _take(self, index: QModelIndex) -> None:
        """Does what the row says; what cannot be done says why when it is run."""
        if not index.isValid():
            return
        entry = self.found.entries[index.row()]
        self.leave()
        used(entry.id)
        entry.run()

    def leave(self) -> None:
        self.field.removeEventFilter(self)
        super().leave()
