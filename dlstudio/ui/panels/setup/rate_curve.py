"""RateCurve: the learning rate over a whole training as a line, with its ends in numbers."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from dlstudio.ui.panels.setup.course import Course
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import OKABE_ITO, TINY, Theme

HIGH, LINE, SIDE = 128, 20, 4
"""How high it is, how high a line of words, and how far the curve stays away from the edges."""
KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
NOTHING = 1e-4
"""What is less than this part of the highest rate comes to nothing."""
STRIDE = 50
"""One press of an arrow goes on by this part of the whole."""


class RateCurve(QWidget):
    """Shows a course; the mouse or the arrow keys read the rate at a step."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.course: Course | None = None
        self.now: tuple[int, float] | None = None
        """The step that a training is at, and the factor on its rate."""
        self.at: int | None = None
        """The step that is read."""
        self.setAccessibleName("Learning rate over the training")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HIGH)

    def sizeHint(self) -> QSize:
        return QSize(240, HIGH)

    def show_course(self, course: Course | None) -> None:
        """Another course; None where there is none to draw."""
        if course != self.course:
            self.course, self.at = course, None
            self.setAccessibleDescription(described(course) if course else "")
            self.update()

    def show_now(self, now: tuple[int, float] | None) -> None:
        """Where a training stands on it."""
        if now != self.now:
            self.now = now
            self.update()

    @property
    def told(self) -> str:
        """What stands above the curve: the rate at the step that is read."""
        if self.course is None or self.at is None:
            return ""
        epoch = f"epoch {self.at / self.course.per_epoch:.1f}"
        where = f"step {self.at + 1:,} · {epoch}" if self.course.known else epoch
        return f"{where} · {rate(self.course.at(self.at))}"

    # Where things lie

    @property
    def _plot(self) -> QRectF:
        return QRectF(self.rect()).adjusted(SIDE, LINE + 4, -SIDE, -LINE)

    def _x(self, step: float) -> float:
        assert self.course is not None
        return self._plot.left() + self._plot.width() * step / max(1, self.course.steps - 1)

    def _y(self, value: float) -> float:
        return self._plot.bottom() - self._plot.height() * value / (self._top or 1.0)

    @property
    def _top(self) -> float:
        """The highest rate on the picture."""
        assert self.course is not None
        return max(self.course.top, self._live[1]) if self.now else self.course.top

    @property
    def _live(self) -> tuple[int, float]:
        """The step and the rate of the training that goes on."""
        assert self.course is not None
        assert self.now is not None
        step = min(max(0, self.now[0] - 1), max(0, self.course.steps - 1))
        return step, self.course.at(step) * self.now[1]

    # What is read

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.course:
            share = (event.position().x() - self._plot.left()) / max(1.0, self._plot.width())
            self._read(round(share * (self.course.steps - 1)))

    def leaveEvent(self, event: QEvent) -> None:
        self._read(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._read(None)

    def _read(self, step: int | None) -> None:
        if step is not None and self.course:
            step = min(max(0, step), max(0, self.course.steps - 1))
        if step != self.at:
            self.at = step
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in KEYS and self.course:
            stride = max(1, self.course.steps // STRIDE)
            self._read((self.at or 0) + KEYS[Qt.Key(event.key())] * stride if self.at is not None else 0)
        else:
            super().keyPressEvent(event)

    # How it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.course is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(fonts.numbers(TINY))
        self._draw_ground(painter, self.course)
        self._draw_line(painter, self.course)
        self._draw_marks(painter)
        self._draw_words(painter, self.course)
        if self.hasFocus():
            painter.setPen(pen(self.theme.accent))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _draw_ground(self, painter: QPainter, course: Course) -> None:
        plot = self._plot
        if course.warm:
            shade = QRectF(plot.left(), plot.top(), self._x(course.warm) - plot.left(), plot.height())
            painter.fillRect(shade, brush(self.theme.hover))
            painter.setPen(color(self.theme.muted))
            words = painter.fontMetrics().horizontalAdvance("warm-up") + 8
            if shade.width() >= words:
                painter.drawText(shade.adjusted(4, 2, 0, 0), Qt.AlignmentFlag.AlignTop, "warm-up")
        painter.setPen(pen(self.theme.line))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())

    def _draw_line(self, painter: QPainter, course: Course) -> None:
        tint = OKABE_ITO[5] if self.theme.dark else OKABE_ITO[0]
        line = QPolygonF([QPointF(self._x(step), self._y(value)) for step, value in course.points])
        area = QPolygonF(
            [*line.toList(), QPointF(self._x(course.steps - 1), self._plot.bottom()), self._plot.bottomLeft()]
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(tint, 0.12))
        painter.drawPolygon(area)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(tint, 2.0))
        painter.drawPolyline(line)

    def _draw_marks(self, painter: QPainter) -> None:
        plot = self._plot
        if self.now and self.course:
            step, value = self._live
            painter.setPen(pen(self.theme.accent, dashed=True))
            painter.drawLine(QPointF(self._x(step), plot.top()), QPointF(self._x(step), plot.bottom()))
            painter.setPen(pen(self.theme.panel, 2.0))
            painter.setBrush(brush(self.theme.accent))
            painter.drawEllipse(QPointF(self._x(step), self._y(value)), 5, 5)
        if self.at is not None and self.course:
            at = QPointF(self._x(self.at), self._y(self.course.at(self.at)))
            painter.setPen(pen(self.theme.muted))
            painter.drawLine(QPointF(at.x(), plot.top()), QPointF(at.x(), plot.bottom()))
            painter.setBrush(brush(self.theme.text))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(at, 3, 3)

    def _draw_words(self, painter: QPainter, course: Course) -> None:
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        above, below = QRectF(SIDE, 0, self.width() - 2 * SIDE, LINE), QRectF(self.rect())
        below = below.adjusted(SIDE, below.height() - LINE + 4, -SIDE, 0)
        painter.setPen(color(self.theme.text))
        if self.told:
            painter.drawText(above, left | Qt.AlignmentFlag.AlignVCenter, self.told)
        else:
            first, last, peak = ends(course)
            painter.drawText(above, left | Qt.AlignmentFlag.AlignVCenter, rate(first))
            painter.drawText(above, right | Qt.AlignmentFlag.AlignVCenter, rate(last, peak))
            if peak > first * 1.001 and peak > last * 1.001:
                painter.setPen(color(self.theme.muted))
                middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(above, middle, f"peak {rate(peak)}")
        painter.setPen(color(self.theme.muted))
        painter.drawText(below, left, "0")
        painter.drawText(below, right, length(course))


def rate(value: float, beside: float = 0.0) -> str:
    """A learning rate in a few letters; beside one that is very much larger it is as good as 0."""
    return "≈ 0" if 0 < value < beside * NOTHING else f"{value:.3g}"


def ends(course: Course) -> tuple[float, float, float]:
    """The first rate, the last one and the highest."""
    values = [value for _, value in course.points] or [0.0]
    return values[0], values[-1], max(values)


def length(course: Course) -> str:
    """How long a training is, as far as that is known."""
    epochs = f"{course.epochs:,} epoch{'' if course.epochs == 1 else 's'}"
    return f"{course.steps:,} steps · {epochs}" if course.known else epochs


def described(course: Course) -> str:
    """The curve in words."""
    first, last, peak = ends(course)
    return f"from {rate(first)} to {rate(last)}, at most {rate(peak)}, over {length(course)}"
