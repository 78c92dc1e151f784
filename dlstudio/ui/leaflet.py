"""Leaflet: a page to read over the canvas, until Escape or a click elsewhere."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QTextBrowser, QVBoxLayout, QWidget

from dlstudio.ui.mishap import guarded
from dlstudio.ui.popup import Popup
from dlstudio.ui.theme.appearance import scale

WIDTH, APART = 440, 24


class Leaflet(Popup):
    """A title and a text that can be scrolled and copied."""

    def __init__(self, over: QWidget, title: str, text: str) -> None:
        super().__init__(over, title)
        head = QLabel(title)
        head.setProperty("role", "title")
        self.text = QTextBrowser()
        self.text.setProperty("role", "page")
        self.text.setAccessibleName(title)
        self.text.setOpenLinks(False)
        self.text.setHtml(text)
        self.text.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 8, 12)
        column.setSpacing(8)
        column.addWidget(head)
        column.addWidget(self.text, 1)
        self.setFixedWidth(min(round(WIDTH * scale()), over.width() - 2 * APART))
        self.move((over.width() - self.width()) // 2, APART)
        self.appear(self.text)  # its letters have their size from now on
        self.text.document().setTextWidth(self.width() - 48)
        high = round(self.text.document().size().height()) + head.sizeHint().height() + 40
        self.resize(self.width(), min(high, over.height() - 2 * APART))

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and event.type() == QEvent.Type.KeyPress:
            self.leave()
            return True
        if event.type() == QEvent.Type.FocusOut:
            self.close()
        return False
