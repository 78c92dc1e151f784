"""StepCard: one step of a list: its title, what is wrong with it, its form, and the ways to move and remove it."""

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout

from dlstudio.core.spec import Registry
from dlstudio.ui.panels.data.changes import Raw
from dlstudio.ui.panels.data.fields import Fields
from dlstudio.ui.panels.data.section import tell
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.theme.icons import icon, pixmap
from dlstudio.ui.theme.tokens import Theme

MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class Grip(QLabel):
    """What a card is dragged by."""

    pulled = Signal(int)
    """The mouse is at this height of the screen."""
    let_go = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.setToolTip("Drag to another place (Alt+Up, Alt+Down)")
        self._held = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = event.button() == Qt.MouseButton.LeftButton

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self.pulled.emit(round(event.globalPosition().y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._held = False
            self.let_go.emit(round(event.globalPosition().y()))


class Head(QToolButton):
    """The title of a card; the arrows with Alt are for the card."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)


class StepCard(QFrame):
    """Its head opens and closes the form."""

    edited = Signal(object, str)
    settled = Signal()
    reverted = Signal()
    moved = Signal(int)
    """It is wanted one place up (-1) or down (1)."""
    removed = Signal()

    def __init__(self, registry: Registry[Any], theme: Theme) -> None:
        super().__init__()
        self.registry = registry
        self.raw: Raw | None = None
        self.grip, self.head = Grip(), Head()
        self.head.setProperty("role", "section")
        self.head.setCheckable(True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.toggled.connect(lambda _: self._fold())
        self.up, self.down, self.away = QToolButton(), QToolButton(), QToolButton()
        self.up.clicked.connect(lambda: self.moved.emit(-1))
        self.down.clicked.connect(lambda: self.moved.emit(1))
        self.away.clicked.connect(self.removed)
        self.formula, self.told = label(role="small", wrap=True), label(role="bad", wrap=True)
        self.fields = Fields(registry)
        self.fields.edited.connect(self.edited)
        self.fields.settled.connect(self.settled)
        self.fields.reverted.connect(lambda _: self.reverted.emit())
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.grip)
        row.addWidget(self.head)
        row.addStretch(1)
        for button in (self.up, self.down, self.away):
            button.setFixedSize(22, 22)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        for widget in (self.formula, self.told, self.fields):
            column.addWidget(widget)
        self.told.hide()
        self.set_theme(theme)
        self._fold()

    def show_step(self, raw: Raw, at: int, count: int) -> None:
        """The step at its place in the list."""
        self.raw = raw
        cls = self.registry.get(str(raw.get("kind", "")))
        title = cls.title if cls else str(raw.get("kind", "")) or "nothing"
        said = [f"{v:g}" if isinstance(v, float) else str(v) for k, v in raw.items() if k != "kind" and v != ()][:2]
        self.head.setText(f"{title}  {' · '.join(said)}" if said and not self.head.isChecked() else title)
        self.head.setToolTip(f"{cls.help()}\n(Alt+Up, Alt+Down, Delete)" if cls else "")
        self.head.setAccessibleName(f"{title}, step {at + 1} of {count}")
        self.formula.setText(str(getattr(cls, "formula", "")) or cls.purpose() if cls else "")
        for button, words in ((self.up, "up"), (self.down, "down")):
            button.setAccessibleName(f"Move {title} {words}")
            button.setToolTip(f"Move {words} (Alt+{words.capitalize()})")
        self.away.setAccessibleName(f"Remove {title}")
        self.away.setToolTip("Remove (Delete)")
        self.up.setEnabled(at > 0)
        self.down.setEnabled(at < count - 1)
        self.fields.show_thing(raw)

    def show_mistake(self, text: str) -> None:
        tell(self.told, text)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.grip.setPixmap(pixmap("grip-vertical", theme.muted, 14))
        for button, name in ((self.up, "chevron-up"), (self.down, "chevron-down"), (self.away, "x")):
            button.setIcon(icon(name, theme))
        self._fold()

    def _fold(self) -> None:
        opened = self.head.isChecked()
        self.formula.setVisible(opened)
        self.fields.setVisible(opened)
        self.head.setIcon(pixmap("chevron-down" if opened else "chevron-right", self.theme.muted, 12))

    # The keys

    def event(self, event: QEvent) -> bool:
        """Alt with the arrows means the step here, and nothing on the canvas."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._means(event):
            event.accept()
            return True
        return super().event(event)

    def _means(self, event: QKeyEvent) -> bool:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        on_head = self.focusWidget() is self.head or self.head.hasFocus()
        return (alt and event.key() in MOVES) or (event.key() == Qt.Key.Key_Delete and on_head)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._means(event):
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            self.moved.emit(MOVES[Qt.Key(event.key())])
