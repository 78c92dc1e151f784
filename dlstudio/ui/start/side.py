"""Side: the left column of the start page: new, open, unsaved work, and what was open last."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from dlstudio.ui.files import autosave, locks
from dlstudio.ui.files.autosave import Left
from dlstudio.ui.files.recent import Recent, recent
from dlstudio.ui.moment import when
from dlstudio.ui.start.roll import Roll
from dlstudio.ui.start.row import Row
from dlstudio.ui.theme.icons import pixmap
from dlstudio.ui.theme.letters import scaled, widened
from dlstudio.ui.theme.tokens import Theme
from dlstudio.ui.tour.invitation import Invitation
from dlstudio.ui.tour.tour import was_seen

WIDTH = 296


class Side(QFrame):
    """Big buttons, and the lists under them."""

    def __init__(
        self,
        theme: Theme,
        *,
        new: Callable[[], object],
        data: Callable[[], object],
        find: Callable[[], object],
        choose: Callable[[Recent], object],
        recover: Callable[[Left], object],
        tour: Callable[[], object],
    ) -> None:
        super().__init__()
        self.setProperty("role", "side")
        self._recover = recover
        self.rows = [Row(entry, theme) for entry in recent()]
        for row in self.rows:
            row.clicked.connect(lambda _=False, entry=row.entry: choose(entry))
        self.new = _button("New empty network", "file-plus-2", theme.on_accent, new)
        self.new.setProperty("role", "primary")
        self.data = _button("From my data…", "database", theme.text, data)
        self.open = _button("Open…", "folder-open", theme.text, find)
        self.new.setToolTip("An empty canvas (Esc)")
        self.data.setToolTip("Pictures, tables, text or numbers of your own: the network fits itself to them")
        self.open.setToolTip("Projects, models of other programs, or pictures that carry a project (Ctrl+O)")
        self._lay_out(tour)
        self.set_letters()

    def set_letters(self) -> None:
        """Takes over the size of letters."""
        self.setFixedWidth(widened(WIDTH))
        for button in (self.new, self.data, self.open):
            button.setMinimumHeight(scaled(36))
        for row in self.rows:
            row.set_letters()

    def _lay_out(self, tour: Callable[[], object]) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 24, 12, 12)
        column.setSpacing(8)
        column.addWidget(_label("dlstudio", "name"))
        column.addWidget(_label("Draw a network, train it, look inside.", "muted"))
        column.addSpacing(12)
        for button in (self.new, self.data, self.open):
            line = QHBoxLayout()
            line.setContentsMargins(0, 0, 8, 0)
            line.addWidget(button)
            column.addLayout(line)
        if not was_seen():
            line = QHBoxLayout()
            line.setContentsMargins(0, 8, 8, 0)
            self.invitation = Invitation(tour)
            line.addWidget(self.invitation)
            column.addLayout(line)
        lists = QVBoxLayout()
        lists.setContentsMargins(0, 0, 0, 0)
        lists.setSpacing(4)
        self._list_unsaved(lists)
        self._list_recent(lists)
        lists.addStretch(1)
        inner = QWidget()
        inner.setLayout(lists)
        column.addWidget(Roll(inner), 1)

    def _list_unsaved(self, column: QVBoxLayout) -> None:
        beside = [autosave.left(row.entry.path) for row in self.rows if locks.free(row.entry.path)]
        found = [left for left in (*beside, *autosave.left_nameless()) if left]
        if found:
            column.addSpacing(12)
            column.addWidget(_label("Not saved", "muted"))
        for left in found:
            column.addWidget(_Unsaved(left, self._recover))

    def _list_recent(self, column: QVBoxLayout) -> None:
        column.addSpacing(12)
        column.addWidget(_label("Recent", "muted"))
        for row in self.rows:
            column.addWidget(row)
        if not self.rows:
            column.addWidget(_label("Projects that you save are listed here.", "small"))


class _Unsaved(QFrame):
    """Work that was not saved before the program ended, with what can be done about it."""

    def __init__(self, left: Left, recover: Callable[[Left], object]) -> None:
        super().__init__()
        self.left = left
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        name = left.path.name if left.path else "A project without a file"
        text = _label(f"{name} was not saved when the program ended, {when(left.when)}.", "")
        column.addWidget(text)
        line = QHBoxLayout()
        line.setSpacing(4)
        for label, do in (("Recover", lambda: recover(left)), ("Discard", self._discard)):
            button = QPushButton(label)
            button.setProperty("role", "link")
            button.setAccessibleName(f"{label} {name}")
            button.clicked.connect(do)
            line.addWidget(button)
        line.addStretch(1)
        column.addLayout(line)

    def _discard(self) -> None:
        self.left.place.unlink(missing_ok=True)
        self.hide()


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label


def _button(text: str, sign: str, tint: str, do: Callable[[], object]) -> QPushButton:
    button = QPushButton(QIcon(pixmap(sign, tint)), f"  {text}")
    button.setIconSize(QSize(16, 16))
    button.clicked.connect(lambda _: do())
    return button
