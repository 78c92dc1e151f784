"""One: one sample large, with everything that is answered to it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dlstudio.ui.own_keys import taken
from dlstudio.ui.panels.answers.chances import Chances
from dlstudio.ui.panels.answers.place_table import PlaceTable
from dlstudio.ui.panels.answers.portraits import Portrait, portrait
from dlstudio.ui.panels.answers.reading import masks, places_of, rows_of
from dlstudio.ui.panels.data.tile import Box
from dlstudio.ui.panels.data.tile_brush import paint_curve, paint_picture
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.ink import brush, color
from dlstudio.ui.theme.tokens import TINY, Theme

if TYPE_CHECKING:
    from dlstudio.training.questions.closeup import Close, OfOne
    from dlstudio.training.questions.course import Course
    from dlstudio.ui.panels.answers.course_view import CourseView

LINE, GAP = 16, 8
BACK = (Qt.Key.Key_Escape, Qt.Key.Key_Backspace)
TURNS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


class Pictures(QWidget):
    """The inputs of a sample, and masks of it, beside each other; or its words."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.shown: Sequence[tuple[str, Portrait]] = ()
        self.boxes: tuple[Box, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(96, 80)
        self.setAccessibleName("The sample")

    def sizeHint(self) -> QSize:
        return QSize(200, 200)

    def show_pictures(self, shown: Sequence[tuple[str, Portrait]], boxes: tuple[Box, ...]) -> None:
        """Another sample."""
        self.shown, self.boxes = shown, boxes
        self.setAccessibleDescription("; ".join(f"{name} {one.text or one.place}" for name, one in shown))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.shown:
            return
        with QPainter(self) as painter:
            rows = 2 if len(self.shown) > 2 and self.height() > self.width() / 2 else 1
            columns = -(-len(self.shown) // rows)
            wide, high = (self.width() - GAP) / columns, self.height() / rows
            for i, (name, one) in enumerate(self.shown):
                row, column = divmod(i, columns)
                room = QRectF(GAP + column * wide, row * high, wide - GAP, high)
                self._paint(painter, room, name, one, self.boxes if not i else ())

    def _paint(self, painter: QPainter, room: QRectF, name: str, one: Portrait, boxes: tuple[Box, ...]) -> None:
        painter.setFont(fonts.words(TINY))
        painter.setPen(color(self.theme.muted))
        upper = room.adjusted(0, 4, 0, -LINE - 4)
        below = QRectF(room.left(), room.bottom() - LINE - 2, room.width(), LINE)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, name)
        if one.image is not None:
            paint_picture(painter, upper, one.image, boxes, self.theme)
        elif one.curve:
            paint_curve(painter, upper, one.curve, self.theme)
        else:
            painter.fillRect(upper, brush(self.theme.window))
            painter.setPen(color(self.theme.text))
            painter.drawText(
                upper.adjusted(8, 6, -8, -6), Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere, one.text
            )


class One(QWidget):
    """Escape goes back to all, the arrows to the sample before and behind."""

    left = Signal()
    turned = Signal(int)
    told = Signal(str)
    """What became of an export, in a sentence."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.pictures, self.chances, self.places = Pictures(theme), Chances(theme), PlaceTable(theme)
        self.title = QLabel()
        self.title.setProperty("role", "muted")
        self.buttons = {
            "back": self._button("chevron-left", "All samples", "Back to all samples (Escape)", self.left.emit),
            "before": self._button(
                "arrow-left", "Sample before", "The sample before (←)", lambda: self.turned.emit(-1)
            ),
            "behind": self._button("arrow-right", "Next sample", "The next sample (→)", lambda: self.turned.emit(1)),
        }
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("One sample")
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.chances)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.side = QStackedWidget()
        self.side.addWidget(scroll)
        self.side.addWidget(self.places)
        self.courses: CourseView | None = None
        """Made when there is a course to see, since what draws it takes its time to load."""
        head, body, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        self.inside = body
        head.setContentsMargins(4, 0, 8, 0)
        head.setSpacing(4)
        for button in self.buttons.values():
            head.addWidget(button)
        head.addWidget(self.title, 1)
        body.setSpacing(4)
        body.addWidget(self.pictures, 2)
        body.addWidget(self.side, 3)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(body, 1)
        self.set_theme(theme)

    @staticmethod
    def _button(sign: str, name: str, tip: str, act: Callable[[], object]) -> QToolButton:
        made = QToolButton()
        made.setAccessibleName(name)
        made.setToolTip(tip)
        made.setProperty("sign", sign)
        made.clicked.connect(lambda _=False: act())
        return made

    def show_one(self, found: "OfOne", output: int, words: str, course: "Course | None" = None) -> None:
        """A sample, or other answers to it."""
        close = found.outputs[min(output, len(found.outputs) - 1)]
        place = found.looks.places[0]
        shown = [(given.name, portrait(place, given, 0)) for given in found.looks.inputs]
        shown += [(name, Portrait(place, image)) for name, image in masks(close)]
        self.pictures.show_pictures(shown, _boxes(close, shown[0][1].size))
        self.title.setText(f"{place} · {words}" if words else place)
        drawn = any(one.image is not None or one.curve for _, one in shown)
        self.pictures.setVisible(drawn or not close.channels)  # beside a course numbers in words say little
        if close.channels:
            self._show_course(close, course)
            return
        self.inside.setStretch(1, 3)
        steps = close.answer == "sequence"
        self.side.setCurrentIndex(1 if steps else 0)
        self.inside.setStretch(0, 1 if steps else 2)
        self.side.setVisible(close.answer != "pixels")
        if steps:
            self.places.places.show(places_of(close), likely=close.likely)
        elif close.answer != "pixels":
            self.chances.show_rows(rows_of(close))

    def _show_course(self, close: "Close", course: "Course | None") -> None:
        """The answer over the target, step by step; what goes in stands small beside it."""
        from dlstudio.ui.panels.answers.course_view import CourseView

        if self.courses is None:
            self.courses = CourseView(self.theme)
            self.courses.told.connect(self.told)
            self.side.addWidget(self.courses)
        self.side.setCurrentWidget(self.courses)
        self.side.show()
        self.inside.setStretch(0, 1)
        self.inside.setStretch(1, 4)
        self.courses.show_course(close, course)

    def stop(self) -> None:
        if self.courses is not None:
            self.courses.stop()

    def set_theme(self, theme: Theme) -> None:
        self.theme = self.pictures.theme = theme
        if self.courses is not None:
            self.courses.set_theme(theme)
        self.chances.set_theme(theme)
        self.places.set_theme(theme)
        for button in self.buttons.values():
            button.setIcon(icon(str(button.property("sign")), theme))
        self.update()

    def event(self, event: QEvent) -> bool:
        """The keys mean something here, and nothing on the canvas."""
        keys = (*BACK, *TURNS)
        return taken(event, keys) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in BACK:
            self.left.emit()
        elif event.key() in TURNS:
            self.turned.emit(TURNS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)


def _boxes(close: "Close", size: tuple[int, ...]) -> tuple[Box, ...]:
    """The target and the answer, where they are boxes."""
    if close.answer != "box":
        return ()
    scale = size if len(size) == 2 and float(close.targets.max()) > 2 else (1, 1)
    made = []
    for values, name in ((close.targets, "target"), (close.answers, "answer")):
        left, top, right, bottom = values.tolist()
        made.append(Box(left / scale[1], top / scale[0], right / scale[1], bottom / scale[0], name))
    return tuple(made)
