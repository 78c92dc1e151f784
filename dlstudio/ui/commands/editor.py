"""Editor: every action with its keys, which can be searched, changed, and put back."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dlstudio.ui.commands.keymap import Keymap, shown
from dlstudio.ui.mishap import guarded
from dlstudio.ui.theme.appearance import scale

ALONE = (
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_unknown,
)  # fmt: skip
"""Keys that are only held while others are pressed."""


class Row(NamedTuple):
    """An action as it is listed."""

    id: str
    menu: str
    title: str


class KeyEditor(QDialog):
    """Press Change, then the new keys; whoever had them is named, and loses them only when that is confirmed."""

    def __init__(self, parent: QWidget, keymap: Keymap, rows: Sequence[Row], changed: Callable[[], object]) -> None:
        super().__init__(parent)
        self.keymap, self.changed = keymap, changed
        self.rows = {row.id: row for row in rows}
        self._items: list[QTreeWidgetItem] = []
        self._listening = ""
        self._wanted = ("", "")
        self.setWindowTitle("Keyboard")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(QSize(round(640 * scale()), round(560 * scale())).boundedTo(self.screen().availableSize()))
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search by name, or by keys such as Ctrl+G")
        self.search.setAccessibleName("Search the actions")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.list = _list()
        self.list.currentItemChanged.connect(lambda *_: self._stop())
        self.list.itemActivated.connect(lambda *_: self._listen())
        self.list.installEventFilter(self)
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.change = _button("Change keys…", self._listen)
        self.take = _button("Take them anyway", self._take)
        self.clear = _button("No keys", self._clear)
        self.reset = _button("Reset", self._reset)
        self.reset_all = _button("Reset all", self._reset_all)
        self._lay()
        for row in rows:
            item = QTreeWidgetItem(self.list, [row.title, row.menu, ""])
            item.setData(0, Qt.ItemDataRole.UserRole, row.id)
            self._items.append(item)
        self._show()
        self.list.setCurrentItem(self._items[0])
        self.search.setFocus()

    def _lay(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.change, self.clear, self.reset, self.take):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.reset_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self.said)
        column.addLayout(buttons)

    @property
    def current(self) -> str:
        """The action that is chosen."""
        items = [item for item in self.list.selectedItems() if not item.isHidden()]
        return str(items[0].data(0, Qt.ItemDataRole.UserRole)) if items else ""

    def _show(self) -> None:
        """The keys as they are now."""
        for item in self._items:
            name = str(item.data(0, Qt.ItemDataRole.UserRole))
            item.setText(2, ", ".join(map(shown, self.keymap.keys[name])))
            font = item.font(2)
            font.setBold(self.keymap.changed(name))
            item.setFont(2, font)
            item.setToolTip(2, "Changed by you" if self.keymap.changed(name) else "")
        self._stop()

    def _filter(self, typed: str) -> None:
        words = typed.lower().split()
        for item in self._items:
            text = " ".join(item.text(column) for column in range(3)).lower()
            item.setHidden(not all(word in text for word in words))
        first = next((item for item in self._items if not item.isHidden()), None)
        self.list.setCurrentItem(first) if first else self._stop()

    def _listen(self) -> None:
        if self.current:
            self._listening = self.current
            self.said.setText(f"Press the new keys for “{self.rows[self.current].title}”, or Escape.")
            self.take.hide()
            self.list.setFocus()

    def _stop(self) -> None:
        """No longer waits for keys."""
        self._listening, name = "", self.current
        self.said.setText(
            "Enter, or a double click, and then press the new keys." if name else "Nothing is called that."
        )
        self.take.hide()
        self.reset.setEnabled(bool(name) and self.keymap.changed(name))
        self.clear.setEnabled(bool(name) and bool(self.keymap.keys[name]))
        self.change.setEnabled(bool(name))

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._listening and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                self._heard(event)
            event.accept()
            return True
        return False

    def _heard(self, event: QKeyEvent) -> None:
        if event.key() in ALONE:
            return
        if event.key() == Qt.Key.Key_Escape and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self._stop()
            return
        keys = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        owner = self.keymap.owner(keys, beside=self._listening)
        if owner:
            self._wanted, self._listening = (self._listening, keys), ""
            self.said.setText(f"{shown(keys)} does “{self.rows[owner].title}” now, which would be left without them.")
            self.take.show()
            self.take.setFocus()
        else:
            self._put(self._listening, keys)

    def _take(self) -> None:
        self._put(*self._wanted)
        self.list.setFocus()

    def _put(self, name: str, *keys: str) -> None:
        self.keymap.put(name, *keys)
        self._changed()

    def _clear(self) -> None:
        self._put(self.current)

    def _reset(self) -> None:
        self.keymap.reset(self.current)
        self._changed()

    def _reset_all(self) -> None:
        self.keymap.reset_all()
        self._changed()

    def _changed(self) -> None:
        self._show()
        self.changed()


def _list() -> QTreeWidget:
    made = QTreeWidget()
    made.setColumnCount(3)
    made.setHeaderLabels(["Action", "Menu", "Keys"])
    made.setRootIsDecorated(False)
    made.setUniformRowHeights(True)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setAccessibleName("Actions and their keys")
    made.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    made.header().setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
    return made


def _button(text: str, run: Callable[[], object]) -> QPushButton:
    made = QPushButton(text)
    made.setAutoDefault(False)
    made.clicked.connect(run)
    return made
