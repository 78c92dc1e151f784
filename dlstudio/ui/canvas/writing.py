"""Writing: the words of a frame or a note, typed where they stand."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from dlstudio.core import sheets
from dlstudio.core.document import Point, Project, Rect
from dlstudio.ui.canvas.marks import title
from dlstudio.ui.canvas.stage import Stage
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.tokens import SMALL

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Writing(QPlainTextEdit):
    """Stands over a title or a note. Escape leaves it as it was; Enter keeps a title, Ctrl+Enter a note."""

    ended = Signal(bool)
    """The words are kept or left; whether it was by a key."""

    def __init__(self, parent: QWidget, canvas: Stage, mark: str) -> None:
        super().__init__(parent)
        self.canvas, self.mark = canvas, mark
        sheet = canvas.session.state.sheet
        self.framed, self.done = mark in sheet.frames, False
        shown = sheet.frames.get(mark) or sheet.notes[mark]
        self.setAccessibleName("Title of the frame" if self.framed else "Note")
        self.setPlaceholderText("Title" if self.framed else "Words; Ctrl+Enter when done")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setPlainText(shown.title)
        self.selectAll()
        self.place()
        self.show()
        self.setFocus()

    @property
    def rect_there(self) -> Rect:
        """The place on the canvas that it covers."""
        sheet = self.canvas.session.state.sheet
        return (
            title(sheet.frames[self.mark].rect, self.canvas.camera.zoom) if self.framed else sheet.notes[self.mark].rect
        )

    def place(self) -> None:
        if not self._there:
            return
        rect, zoom = self.rect_there, self.canvas.camera.zoom
        corner = self.canvas.pixel(Point(rect.x, rect.y)).toPoint()
        self.setFont(fonts.words(max(SMALL, round(SMALL * zoom)), self.framed))
        self.setGeometry(corner.x(), corner.y(), max(round(rect.width * zoom), 120), max(round(rect.height * zoom), 28))

    @property
    def _there(self) -> bool:
        sheet = self.canvas.session.state.sheet
        return self.mark in sheet.frames or self.mark in sheet.notes

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._end(back=True)
        elif event.key() in ENTER and (self.framed or event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            self.keep(back=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.keep()

    def keep(self, *, back: bool = False) -> None:
        """Takes the words over, as one step."""
        if not self.done and self._there:
            self.done = True
            self.canvas.session.do("Title a frame" if self.framed else "Write a note", self._put)
        self._end(back=back)

    def _put(self, project: Project) -> Project:
        return sheets.restyle(project, self.canvas.session.state.where, self.mark, title=self.toPlainText().strip())

    def _end(self, *, back: bool) -> None:
        self.done = True
        self.ended.emit(back)
