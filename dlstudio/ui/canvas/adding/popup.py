"""Popup: the search at the cursor: a field and a list; Enter adds, Escape closes."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from dlstudio.ui.canvas.adding.offers import Offer, Offers
from dlstudio.ui.canvas.adding.rows import HEIGHT, Row, RowList
from dlstudio.ui.mishap import guarded
from dlstudio.ui.theme.tokens import Theme

WIDTH, LINES = 328, 9
EDGE = 8
"""What the frame of the list takes before it is seen."""
STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -LINES, Qt.Key.Key_PageDown: LINES}


class Popup(QFrame):
    """Offers what can be added; what is taken is told to `take`."""

    closed = Signal()

    def __init__(self, canvas: QWidget, theme: Theme, offers: Offers, take: Callable[[Offers, Offer], None]) -> None:
        super().__init__(canvas)
        self.canvas, self.offers, self.take = canvas, offers, take
        self.most = LINES
        self.shown: list[Offer] = []
        self.setProperty("role", "popup")
        self.setAccessibleName("Add a node")
        self.field = QLineEdit()
        self.field.setPlaceholderText(_asks(offers))
        self.field.setAccessibleName("Search layers")
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list = RowList(theme)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setProperty("role", "popup")
        self.list.clicked.connect(lambda index: self._take(index.row()))
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.foot = QLabel()
        self.foot.setProperty("role", "small")
        self.foot.setWordWrap(True)
        self.foot.setContentsMargins(12, 4, 12, 8)
        self.foot.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(4)
        field = QVBoxLayout()
        field.setContentsMargins(8, 0, 8, 0)
        field.addWidget(self.field)
        column.addLayout(field)
        column.addWidget(self.list)
        column.addWidget(self.foot)
        self._search("")

    def open(self, at: QPoint) -> None:
        """Stands at a place of the canvas, moved so that all of it is seen."""
        self.most = min(LINES, max(3, (self.canvas.height() - 120) // self.list.line))
        self.foot.ensurePolished()
        self.foot.setFixedHeight(2 * self.foot.fontMetrics().lineSpacing() + 16)
        self.setFixedWidth(min(WIDTH * self.list.line // HEIGHT, self.canvas.width() - 16))
        self._fit()
        left = max(8, min(at.x(), self.canvas.width() - self.width() - 8))
        top = max(8, min(at.y(), self.canvas.height() - self.height() - 8))
        self.move(left, top)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fit(self) -> None:
        """As high as what it shows."""
        around = self.list.height() - self.list.viewport().height() if self.list.isVisible() else EDGE
        self.list.setFixedHeight(min(self.most, max(1, len(self.shown))) * self.list.line + around)
        self.list.setVisible(bool(self.shown))
        self.adjustSize()

    def _search(self, text: str) -> None:
        self.shown = self.offers.of(text)
        self.list.show_rows([_row(offer) for offer in self.shown])
        if not self.shown:
            self.foot.setText("Nothing fits here." if not text.strip() else f"Nothing is called “{text.strip()}” here.")
        self._fit()

    def _on_current(self) -> None:
        at = self.list.currentIndex().row()
        if 0 <= at < len(self.shown):
            self.foot.setText(self.shown[at].purpose)

    def _take(self, at: int) -> None:
        if 0 <= at < len(self.shown):
            offer = self.shown[at]
            self.done()
            self.take(self.offers, offer)

    def done(self) -> None:
        """Goes away, and gives the keys back to the canvas."""
        self.field.removeEventFilter(self)
        self.hide()
        self.closed.emit()
        self.canvas.setFocus()
        self.deleteLater()

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.done()
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in STEPS:
            self.list.step(STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._take(self.list.currentIndex().row())
        elif key == Qt.Key.Key_Escape:
            self.done()
        else:
            return False
        return True


def _asks(offers: Offers) -> str:
    if offers.spot is None:
        return "Search layers"
    return f"Search what goes {'behind' if offers.spot.out else 'before'} {offers.spot.node}"


def _row(offer: Offer) -> Row:
    right = offer.gives or offer.family
    return Row(
        offer.title, offer.family, detail=offer.detail or (offer.family if offer.gives else ""), right=right,
        numbers=bool(offer.gives), marks=offer.marks,
    )  # fmt: skip
