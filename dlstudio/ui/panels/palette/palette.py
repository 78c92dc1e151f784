"""Palette: every layer, the project's own networks and the templates, to find, to drag and to add."""

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QToolTip, QVBoxLayout, QWidget

from dlstudio.ui.canvas.adding.adding import Adding
from dlstudio.ui.canvas.adding.library import library
from dlstudio.ui.canvas.adding.rows import Row
from dlstudio.ui.magnifier import put_magnifier
from dlstudio.ui.mishap import guarded
from dlstudio.ui.panels.palette.groups import OPEN, Groups
from dlstudio.ui.panels.palette.preview import tip
from dlstudio.ui.panels.palette.shelf import Shelf
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.session import Session, State
from dlstudio.ui.settings import settings
from dlstudio.ui.theme.tokens import Theme

WIDTH = 220
KEPT = "palette/open"
"""Where the open families are remembered."""


class Palette(Panel):
    """A search field over a list of families; entries are pulled onto the canvas, or added by Enter."""

    name, title, icon, area = "palette", "Palette", "blocks", "left"

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        kept = settings().value(KEPT)
        self.groups = Groups({str(name) for name in kept} if isinstance(kept, list) else set(OPEN))
        self.known = 0
        self.field = QLineEdit()
        self.field.setPlaceholderText("Search layers")
        self.field.setAccessibleName("Search the palette")
        self.field.setToolTip("Search layers by name, word or purpose (Ctrl+F)")
        self.field.setClearButtonEnabled(True)
        put_magnifier(self.field, theme)
        self.field.textChanged.connect(lambda _: self._show())
        self.field.installEventFilter(self)
        self.list = Shelf(theme)
        self.list.field = self.field
        self.list.setAccessibleName("Layers")
        self.list.viewport().installEventFilter(self)
        self.nothing = QLabel("Nothing is called that. Try a shorter word, or what it is for.")
        self.nothing.setProperty("role", "muted")
        self.nothing.setWordWrap(True)
        self.nothing.setContentsMargins(12, 8, 12, 8)
        self.nothing.hide()
        self.chip: QLabel | None = None
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        top = QVBoxLayout()
        top.setContentsMargins(8, 4, 8, 4)
        top.addWidget(self.field)
        column.addLayout(top)
        column.addWidget(self.nothing)
        column.addWidget(self.list, 1)
        self.setMinimumWidth(WIDTH - 60)

    def _connect(self) -> None:
        self.list.toggled.connect(self._toggle)
        self.list.taken.connect(self._add)
        self.list.pulled.connect(self._pull)
        self.list.let_go.connect(self._drop)
        self.list.given_up.connect(self._give_up)
        self.list.typed.connect(self._type)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 480)

    # What is shown

    def show_state(self, old: State | None, new: State) -> None:
        networks = old is None or old.project.networks.keys() != new.project.networks.keys()
        if networks or old is None or old.where != new.where:
            self._fill()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.list.set_theme(theme)
        put_magnifier(self.field, theme)

    def _fill(self) -> None:
        """Takes over what the project and the templates have by now."""
        self.groups.fill(self.session.state)
        self.known = len(library().entries)
        self._show()

    def _show(self, chosen: str = "") -> None:
        if self.known != len(library().entries):
            self.groups.fill(self.session.state)
            self.known = len(library().entries)
        query = self.field.text()
        rows = self.groups.rows(query)
        keys = [row.key for row in rows]
        top = self.list.verticalScrollBar().value() if chosen else 0
        self.list.show_rows(rows, keys.index(chosen) if chosen in keys else 0)
        self.list.verticalScrollBar().setValue(top)
        self.nothing.setVisible(not rows)

    def seek(self) -> None:
        """Goes to the search field."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    # What the list and the field hear

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._field_key(event)
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.list.viewport().update()
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            return self._tip(event)
        return False

    def _field_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.field.clear()
            adding = self._adding()
            if adding:
                adding.canvas.setFocus()
            return True
        return self.list.hear(event)

    def _tip(self, event: QHelpEvent) -> bool:
        at = self.list.indexAt(event.pos()).row()
        entry = self.groups.entries.get(self.list.lines.rows[at].key) if at >= 0 else None
        if entry:
            QToolTip.showText(event.globalPos(), tip(entry, self.theme), self.list)
        return entry is not None

    def _type(self, text: str) -> None:
        self.seek()
        self.field.setText(text)

    def _toggle(self, row: Row, on: bool | None) -> None:
        family = row.family
        self.groups.toggle(family, on)
        settings().setValue(KEPT, sorted(self.groups.opened))
        self._show(family)

    # Adding

    def _adding(self) -> Adding | None:
        return self.window().findChild(Adding)

    def _add(self, row: Row) -> None:
        adding, entry = self._adding(), self.groups.entries.get(row.key)
        if adding and entry:
            adding.add(entry)

    def _pull(self, row: Row, at: QPoint) -> None:
        """Shows what is pulled: as a ghost over the canvas, as its name elsewhere."""
        adding, entry = self._adding(), self.groups.entries.get(row.key)
        if adding is None or entry is None:
            return
        place = adding.place_at(at)
        reason = adding.hover(entry, place)
        self._chip(row.title, None if place else at)
        if reason:
            QToolTip.showText(at, reason, adding.canvas)
        else:
            QToolTip.hideText()

    def _drop(self, row: Row, at: QPoint) -> None:
        adding, entry = self._adding(), self.groups.entries.get(row.key)
        self._give_up()
        place = adding.place_at(at) if adding else None
        if adding and entry and place:
            adding.drop(entry, place)

    def _give_up(self) -> None:
        self._chip("", None)
        QToolTip.hideText()
        adding = self._adding()
        if adding:
            adding.give_up()

    def _chip(self, title: str, at: QPoint | None) -> None:
        """The name of what is pulled, at the mouse, while it is not over the canvas."""
        if self.chip is None:
            self.chip = QLabel(self.window())
            self.chip.setProperty("role", "chip")
            self.chip.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.chip.setVisible(at is not None)
        if at is not None:
            self.chip.setText(title)
            self.chip.adjustSize()
            self.chip.move(self.window().mapFromGlobal(at) + QPoint(12, 8))
            self.chip.raise_()
