"""The legend of the activity on the canvas: what the colours mean, where the numbers come from, what looking costs."""

from PySide6.QtCore import QEvent, QLineF, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from dlstudio.ui.canvas.brushwork import elided
from dlstudio.ui.canvas.glowing import back_pen, forward_pen
from dlstudio.ui.glow.glow import BACK, FORWARD, Glow
from dlstudio.ui.mishap import guarded
from dlstudio.ui.theme import fonts, ramps
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import TINY, Theme

MARGIN, BELOW, ROW, INSIDE = 12, 8, 16, 8
"""The places from the edges, how high a row is, and the room inside: all of it lies under a drawing that is fitted."""
WORDS, ENDS, SCALE = 56, 32, 56
"""How wide the words before a scale are, the numbers at its ends, and the scale."""
SAID, HIGH = 224, 4
"""How wide the words are that stand beside the scales where there is room, and the room above and below the rows."""


class GlowLegend(QWidget):
    """Stands in the lower left corner while activity is shown."""

    def __init__(self, canvas: QWidget, bar: QWidget) -> None:
        super().__init__(canvas)
        self._canvas, self._bar = canvas, bar
        self._glow: Glow | None = None
        self._theme: Theme | None = None
        self._tells = True
        """Whether there is room for words."""
        self.setAccessibleName("What the colours on the canvas mean")
        # What is let go over it is let go on the canvas.
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for watched in (canvas, bar):
            watched.installEventFilter(self)
        self.hide()

    def show_glow(self, glow: Glow | None, theme: Theme) -> None:
        """Says what is shown now; without activity there is nothing to say."""
        was, self._glow, self._theme = self._glow, glow, theme
        self.setVisible(glow is not None)
        if glow is None:
            return
        if was is None or was.live != glow.live or was.rows != glow.rows:
            self._place()
        told = "\n".join(glow.told)
        if told != self.toolTip():
            self.setToolTip(told)
            self.setAccessibleDescription(told)
        self.update()

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._place()
        return False

    def _place(self) -> None:
        """In the corner beside the line that is typed; above it where that comes so far."""
        glow = self._glow
        if glow is None:
            return
        scales = WORDS + 2 * ENDS + SCALE if glow.live else 0
        left, low = self._bar.geometry().left(), self._canvas.height() - BELOW
        self._tells = not glow.live or left >= scales + SAID + 4 * INSIDE + 2 * MARGIN
        self.resize(2 * INSIDE + scales + (SAID + (2 * INSIDE if scales else 0)) * self._tells, 2 * HIGH + 2 * ROW)
        if left < self.width() + 2 * MARGIN:
            low = self._bar.geometry().top() - BELOW
        self.move(MARGIN, low - self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        glow, theme = self._glow, self._theme
        if glow is None or theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(theme.line, 1.0))
        painter.setBrush(brush(theme.panel, 0.94))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if glow.live:
            self._scale(painter, HIGH, "activation", FORWARD, theme)
            self._scale(painter, HIGH + ROW, "gradient", BACK, theme)
        painter.setFont(fonts.words(TINY))
        painter.setPen(color(theme.muted))
        top = HIGH + (ROW / 2 if len(glow.rows) == 1 else 0)
        for number, row in enumerate(glow.rows if self._tells else ()):
            room = QRectF(self.width() - INSIDE - SAID, top + ROW * number, SAID, ROW)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, elided(row, TINY, SAID))
        painter.end()

    def _scale(self, painter: QPainter, top: int, name: str, decades: tuple[float, float], theme: Theme) -> None:
        """A line from little to much, as wires have it, between its ends."""
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(color(theme.text))
        painter.setFont(fonts.words(TINY))
        painter.drawText(QRectF(INSIDE, top, WORDS, ROW), middle, name)
        painter.setPen(color(theme.muted))
        painter.setFont(fonts.numbers(TINY))
        low, high = (_power(each) for each in decades)
        left = INSIDE + WORDS + ENDS
        painter.drawText(QRectF(left - ENDS, top, ENDS - 4, ROW), middle | Qt.AlignmentFlag.AlignRight, low)
        painter.drawText(QRectF(left + SCALE + 4, top, ENDS, ROW), middle, high)
        made = back_pen if name == "gradient" else forward_pen
        for piece in range(ramps.STEPS):
            line = made(piece / (ramps.STEPS - 1), theme)
            painter.setPen(line)
            start, length = left + SCALE * piece / ramps.STEPS, SCALE / ramps.STEPS
            painter.drawLine(QLineF(start, top + ROW / 2, start + length, top + ROW / 2))


def _power(decade: float) -> str:
    return f"{10**decade:g}" if decade >= -1 else f"1e{decade:.0f}"
