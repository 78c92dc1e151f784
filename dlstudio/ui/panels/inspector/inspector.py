"""Inspector: what is chosen, with all that can be said and changed about it."""

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from dlstudio.ui.panels.inspector.mark_page import MarkPage
from dlstudio.ui.panels.inspector.network_page import NetworkPage
from dlstudio.ui.panels.inspector.node_page import NodePage
from dlstudio.ui.panels.inspector.page import Page
from dlstudio.ui.panels.inspector.wire_page import WirePage
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.tokens import Theme
from dlstudio.ui.turns import BETWEEN

PAGES: tuple[type[Page], ...] = (NodePage, WirePage, MarkPage, NetworkPage)
WIDTH = 280
IDLE = 15
"""Milliseconds between two rows that are made ahead."""
DRESSED = 40
"""Milliseconds in which a window in other colours is painted, before the pages follow."""


class Inspector(Panel):
    """One page at a time, for what is chosen."""

    name, title, icon, area = "inspector", "Inspector", "sliders-horizontal", "right"

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.pages: dict[type[Page], Page] = {}
        self.page: Page | None = None
        self.inner = QWidget()
        self.inner.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.column = QVBoxLayout(self.inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.view = QScrollArea()
        self.view.setWidgetResizable(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setWidget(self.inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setMinimumWidth(WIDTH)
        self.idle = QTimer(self)
        self.idle.setInterval(IDLE)
        self.idle.timeout.connect(self._prepare)
        self.anew = QTimer(self, singleShot=True)
        self.anew.timeout.connect(self._again)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 720)

    def show_state(self, old: State | None, new: State) -> None:
        if old is None or old.where != new.where:
            self.idle.start()
        page = self._page(next(kind for kind in PAGES if kind.fits(new)))
        if page is not self.page:
            if self.page is not None:
                self.page.hide()
            self.page, old = page, None
            self.view.verticalScrollBar().setValue(0)
        page.show_state(old, new)
        page.show()

    def _page(self, kind: type[Page]) -> Page:
        page = self.pages.get(kind)
        if page is None:
            page = self.pages[kind] = kind(self)
            page.hide()
            page.wants.connect(self._reveal)
            self.column.addWidget(page)
        return page

    def _reveal(self, part: QWidget) -> None:
        """Scrolls to a part of the page, once it has its place."""
        QTimer.singleShot(0, part, lambda: self.view.ensureWidgetVisible(part))

    def _prepare(self) -> None:
        """While nobody does anything, makes the forms that will be asked for, a row at a time."""
        page = self._page(NodePage)
        assert isinstance(page, NodePage)
        if not page.prepare(self.session.state):
            self.idle.stop()

    def stop(self) -> None:
        self.idle.stop()
        self.anew.stop()
        for page in self.pages.values():
            page.stop()

    def set_theme(self, theme: Theme) -> None:
        """Other colours: pages are made anew, once the window has its own; the old ones are in nobody's way."""
        if theme == self.theme:
            return
        super().set_theme(theme)
        self.idle.stop()
        for page in self.pages.values():
            self.column.removeWidget(page)
            page.hide()
            page.deleteLater()
        self.pages, self.page = {}, None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        placed = self.parentWidget() is not None  # what is laid aside is undressed
        if event.type() == QEvent.Type.StyleChange and self.page is None and placed:
            self.anew.start(DRESSED)

    def _again(self) -> None:
        """Shows everything anew, once the rows for the node that is chosen are made, one in a turn."""
        one, page = self.session.state.one, self._page(NodePage)
        assert isinstance(page, NodePage)
        if self.page is None and one is not None and page.form.prepare([one.kind]):
            self.anew.start(BETWEEN)
        elif self.page is None:
            self.show_state(None, self.session.state)

    def event(self, event: QEvent) -> bool:
        """Keys that mean something on the canvas mean nothing of that while something here has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier == Qt.KeyboardModifier.NoModifier
            if plain and (event.text() or event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Home)):
                event.accept()
                return True
        return super().event(event)
