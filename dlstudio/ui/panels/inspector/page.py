"""Page: what the inspector shows for one sort of choice, and the small widgets that pages are made of."""

from collections.abc import Callable
from html import escape

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent, QTextOption
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from dlstudio.ui.forms.code import Page as Writing
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.session import State
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.icons import pixmap
from dlstudio.ui.theme.tokens import SMALL

MOST = 60
"""How many lines of a note are seen."""
AROUND = 8
"""The room above and below them."""


class Page(QWidget):
    """One page; it is shown when `fits` says so."""

    wants = Signal(QWidget)
    """A part of the page shall be seen."""

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self.panel, self.session = panel, panel.session
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 8, 8, 16)
        self.column.setSpacing(8)

    @staticmethod
    def fits(state: State) -> bool:
        """Whether this page is the one for what is chosen."""
        raise NotImplementedError

    def show_state(self, old: State | None, new: State) -> None:
        """Shows a new state; `old` is None where another page was seen before."""

    def stop(self) -> None:
        """Ends what it does in the background."""


class Section(QWidget):
    """A titled part of a page that can be folded away."""

    def __init__(self, title: str, panel: Panel, *, opened: bool = True) -> None:
        super().__init__()
        self.panel = panel
        self.head = QToolButton()
        self.head.setText(title)
        self.head.setProperty("role", "section")
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setIconSize(QSize(12, 12))
        self.head.setCheckable(True)
        self.head.setChecked(opened)
        self.head.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        line = QFrame()
        line.setProperty("role", "hairline")
        line.setFixedHeight(1)
        self.inner = QWidget()
        self.body = QVBoxLayout(self.inner)
        self.body.setContentsMargins(0, 0, 0, 4)
        self.body.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (line, self.head, self.inner):
            column.addWidget(widget)
        self.head.toggled.connect(self._fold)
        self._fold(opened)

    def _fold(self, opened: bool) -> None:
        self.inner.setVisible(opened)
        name = "chevron-down" if opened else "chevron-right"
        self.head.setIcon(QIcon(pixmap(name, self.panel.theme.muted, 12)))

    def set_theme(self) -> None:
        """Takes over the colours that its panel has now."""
        self._fold(self.head.isChecked())


class Notes(Writing):
    """A few lines of words that grow with what is written; told when they change."""

    written = Signal(str)

    def __init__(self, placeholder: str) -> None:
        super().__init__()
        self.setProperty("role", "words")
        self.setFont(fonts.words(SMALL))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(0)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.textChanged.connect(lambda: self.written.emit(self.toPlainText()))
        self.textChanged.connect(self._grow)
        self._grow()

    def show_text(self, text: str) -> None:
        super().show_text(text)
        self._grow()

    def _grow(self) -> None:
        """As high as its lines are at this width; those are laid out by asking for their place."""
        layout, block, high = self.document().documentLayout(), self.document().begin(), 0.0
        while block.isValid():
            high += layout.blockBoundingRect(block).height()
            block = block.next()
        line = self.fontMetrics().lineSpacing()
        self.setFixedHeight(round(min(max(high, line), MOST * line)) + AROUND)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._grow()


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Words in one of the looks of the style sheet."""
    made = QLabel(text)
    if role:
        made.setProperty("role", role)
    made.setWordWrap(wrap)
    return made


def link(text: str, run: Callable[[], object], tip: str = "") -> QPushButton:
    """A button that looks like words."""
    made = QPushButton(text)
    made.setProperty("role", "link")
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setToolTip(tip)
    made.clicked.connect(run)
    return made


def anchor(target: str, text: str, tint: str) -> str:
    """A link within rich text."""
    return f'<a href="{escape(target)}" style="color:{tint};text-decoration:none">{escape(text)}</a>'
