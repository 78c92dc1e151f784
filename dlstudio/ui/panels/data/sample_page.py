"""SamplePage: one sample large, with all its columns and where it came from."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from dlstudio.ui.background import Background
from dlstudio.ui.panels.data.tile import Entry, Sheet, Tile
from dlstudio.ui.panels.data.tile_brush import paint_curve, paint_picture
from dlstudio.ui.panels.inspector.page import label, link
from dlstudio.ui.panels.panel import clear
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.ink import brush
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.ui.panels.data.survey import Pick, Survey

LARGE, FILM = 320, 112
LONG = 4000
"""Of longer texts so many letters are shown."""
EMPTY = Tile(0, "")


class Portrait(QWidget):
    """The picture or the wave of a sample, as large as there is room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.sheet: Sheet | None = None
        self.setAccessibleName("The sample")

    def sizeHint(self) -> QSize:
        return QSize(LARGE, LARGE)

    def show_sheet(self, sheet: Sheet) -> None:
        self.sheet = sheet
        seen = sheet.tile.picture is not None or bool(sheet.tile.curve)
        self.setFixedHeight((LARGE if sheet.tile.picture is not None else FILM) if seen else 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.sheet is None:
            return
        painter, tile, room = QPainter(self), self.sheet.tile, QRectF(self.rect())
        if tile.picture is not None:
            paint_picture(painter, room, tile.picture, tile.boxes, self.theme)
        elif tile.curve:
            painter.fillRect(room, brush(self.theme.window))
            paint_curve(painter, room.adjusted(4, 4, -4, -4), self.sheet.entries[0].curve, self.theme)
        painter.end()


class SamplePage(QWidget):
    """Arrows go to the sample before and after, Escape goes back to all."""

    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.survey: Survey | None = None
        self.pick: Pick | None = None
        self.at, self.total = 0, 0
        self.back = link("‹ All samples", self.left.emit, "Back to all samples (Escape)")
        self.before, self.after = QToolButton(), QToolButton()
        for button, by, words in ((self.before, -1, "before (Left)"), (self.after, 1, "after (Right)")):
            button.clicked.connect(lambda _=False, by=by: self.step(by))
            button.setToolTip(f"The sample {words}")
            button.setAccessibleName(f"The sample {words.split()[0]}")
        self.where, self.title = label(role="small", wrap=True), label(role="title", wrap=True)
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.portrait = Portrait(theme)
        self.list = QVBoxLayout()
        self.list.setSpacing(8)
        self.background: Background[tuple[Survey, Pick, int], Sheet] = Background(_sheet, self._show, self)
        self._lay_out()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_theme(theme)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 8, 4)
        top.addWidget(self.back)
        top.addStretch(1)
        top.addWidget(self.before)
        top.addWidget(self.after)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 8, 16, 16)
        column.setSpacing(8)
        for widget in (self.title, self.where, self.portrait):
            column.addWidget(widget)
        column.addLayout(self.list)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addWidget(scroll, 1)

    def open(self, survey: "Survey", pick: "Pick", at: int, total: int) -> None:
        """Shows the sample at a place of what was picked."""
        self.survey, self.pick, self.at, self.total = survey, pick, at, total
        self.step(0)
        self.setFocus()

    def step(self, by: int) -> None:
        """The sample so many places further."""
        if self.survey is not None and self.pick is not None and 0 <= self.at + by < self.total:
            self.at += by
            self.before.setEnabled(self.at > 0)
            self.after.setEnabled(self.at < self.total - 1)
            self.background.ask((self.survey, self.pick, self.at))

    def _show(self, asked: "tuple[Survey, Pick, int]", sheet: Sheet) -> None:
        self.title.setText(sheet.tile.title)
        self.title.setVisible(bool(sheet.tile.title))
        self.where.setText(f"{sheet.tile.where} · {asked[2] + 1:,} of {self.total:,}")
        self.setAccessibleDescription(f"{sheet.tile.where}: {sheet.tile.title}")
        self.portrait.show_sheet(sheet)
        clear(self.list)
        for i, entry in enumerate(sheet.entries):
            self.list.addWidget(self._entry(entry, first=i == 0))

    def _entry(self, entry: Entry, *, first: bool) -> QWidget:
        box = QFrame()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(label(f"{entry.name} · {entry.role} · {entry.holds}", "small"))
        wide = entry.picture is not None and entry.picture.width() > 2 * entry.picture.height()
        if entry.picture is not None and (wide or not first):
            film = Portrait(self.theme)
            film.show_sheet(Sheet(replace(EMPTY, picture=entry.picture), ()))
            film.setFixedHeight(FILM)
            column.addWidget(film)
        if entry.text != entry.holds:
            text = entry.text if len(entry.text) <= LONG else entry.text[:LONG] + " …"
            words = label(text, "number" if entry.text[:1].isdigit() or entry.text[:1] == "−" else "", wrap=True)
            words.setTextFormat(Qt.TextFormat.PlainText)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(words)
        return box

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.step(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def set_theme(self, theme: Theme) -> None:
        self.theme = self.portrait.theme = theme
        self.before.setIcon(icon("chevron-left", theme))
        self.after.setIcon(icon("chevron-right", theme))
        self.update()

    def stop(self) -> None:
        self.background.stop()


def _sheet(asked: "tuple[Survey, Pick, int]") -> Sheet:
    from dlstudio.ui.panels.data.tiling import sheet

    return sheet(asked)
