"""Timeline: the row in which one goes back in time over everything that is seen of a training."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from dlstudio.ui.elided import Elided
from dlstudio.ui.own_keys import taken
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.ink import brush, pen
from dlstudio.ui.theme.tokens import Theme
from dlstudio.ui.viewing.viewing import Viewing

KNOB, GROOVE, MARK = 6.0, 4.0, 3.0
"""Half the size of the knob, the height of the groove, and half the width of a finding."""
LEAST_EPOCH = 6.0
"""The least distance in pixels at which epochs are ticked."""
NAMED = 240
"""How wide the name of a run may be."""
KEYS = {
    Qt.Key.Key_Left: -0.01, Qt.Key.Key_Right: 0.01, Qt.Key.Key_PageDown: -0.1, Qt.Key.Key_PageUp: 0.1,
    Qt.Key.Key_Home: -1.0, Qt.Key.Key_End: 1.0,
}  # fmt: skip
"""By what share of the whole a key moves."""
MOVES = "(←, →, PgUp, PgDn; Home, End)"


class Track(QWidget):
    """The steps from the first to the last: how far it is, what is shown, where epochs end and findings began."""

    sought = Signal(int)
    """A step shall be shown."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.done = self.last = self.per_epoch = 0
        self.at: int | None = None
        self.findings: tuple[tuple[int, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(20)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the keys go on from where the mouse left it
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Step that is shown")

    def sizeHint(self) -> QSize:
        return QSize(200, 20)

    def show_run(self, viewing: Viewing) -> None:
        """Takes over where a run stands."""
        standing = viewing.standing
        if standing is None:
            return
        found = tuple((finding.since_step, finding.text) for finding in viewing.findings)
        before = self._picture()
        self.done, self.last = standing.step, max(standing.last, standing.step)
        self.per_epoch, self.at, self.findings = standing.per_epoch, viewing.at, found
        if self._picture() != before:
            self.setAccessibleDescription(f"Step {self.shown:,} of {self.done:,}")
            self.update()

    def _picture(self) -> tuple[object, ...]:
        """What can be seen: steps that fall on the same pixel look the same."""
        places = round(2 * self.place(self.done)), round(2 * self.place(self.shown))
        return (*places, self.last, self.per_epoch, self.findings, self.width())

    @property
    def shown(self) -> int:
        return self.done if self.at is None else self.at

    def place(self, step: float) -> float:
        """Where a step lies."""
        return KNOB + (self.width() - 2 * KNOB) * step / max(1, self.last)

    def step(self, x: float) -> int:
        """The step at a place, no further than it is."""
        share = (x - KNOB) / max(1.0, self.width() - 2 * KNOB)
        return max(0, min(self.done, round(share * self.last)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.sought.emit(self.step(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.sought.emit(self.step(event.position().x()))
        near = [text for step, text in self.findings if abs(self.place(step) - event.position().x()) <= 2 * MARK]
        self.setToolTip("\n".join(near) or f"Show step {self.step(event.position().x()):,} {MOVES}")

    def event(self, event: QEvent) -> bool:
        """Its keys mean something here, and nothing on the canvas."""
        return taken(event, KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in KEYS:
            super().keyPressEvent(event)
            return
        share = KEYS[Qt.Key(event.key())]
        by = round(share * self.done) or (1 if share > 0 else -1)
        self.sought.emit(max(0, min(self.done, self.shown + by)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, middle = self.theme, self.height() / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        groove = QRectF(KNOB, middle - GROOVE / 2, self.width() - 2 * KNOB, GROOVE)
        painter.setBrush(brush(theme.line))
        painter.drawRoundedRect(groove, GROOVE / 2, GROOVE / 2)
        for share, until in ((0.45, self.done), (1.0, self.shown)):
            painter.setBrush(brush(theme.accent, share))
            groove.setRight(self.place(until))
            painter.drawRoundedRect(groove, GROOVE / 2, GROOVE / 2)
        self._tick_epochs(painter)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(theme.warn))
        for step, _ in self.findings:
            x = self.place(step)
            painter.drawPolygon([QPointF(x - MARK, 0), QPointF(x + MARK, 0), QPointF(x, 2 * MARK)])
        painter.setBrush(brush(theme.text))
        painter.setPen(pen(theme.accent, 2.0) if self.hasFocus() else pen(theme.panel, 2.0))
        painter.drawEllipse(QPointF(self.place(self.shown), middle), KNOB, KNOB)

    def _tick_epochs(self, painter: QPainter) -> None:
        """A hairline at the end of each epoch, or of each so-many-th."""
        if not self.per_epoch or not self.last:
            return
        apart = (self.width() - 2 * KNOB) * self.per_epoch / self.last
        every = max(1, -(-LEAST_EPOCH // max(apart, 0.001)))
        painter.setPen(pen(self.theme.muted, opacity=0.5))
        top = self.height() / 2 + GROOVE
        epoch = every
        while epoch * self.per_epoch <= self.last:
            x = round(self.place(epoch * self.per_epoch)) + 0.5
            painter.drawLine(QPointF(x, top), QPointF(x, top + 3))
            epoch += every


class Timeline(QFrame):
    """Which step is shown, a track to choose another one, and a way back to the newest; hidden before a training."""

    def __init__(self, session: Session, viewing: Viewing, theme: Theme) -> None:
        super().__init__()
        self.viewing = viewing
        self.setAccessibleName("Timeline")
        self.name, self.text = Elided(), QLabel()
        self.name.setMaximumWidth(NAMED)
        self.name.setProperty("role", "muted")
        self.text.setProperty("role", "number")
        self.text.setMinimumWidth(150)
        self.text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.track = Track(theme)
        self.track.sought.connect(viewing.seek)
        self.newest = QToolButton()
        self.newest.setAccessibleName("Show the newest step")
        self.newest.setToolTip("Show the newest step (End)")
        self.newest.clicked.connect(lambda: viewing.seek(None))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 12, 2)
        row.setSpacing(8)
        for widget in (self.name, self.track, self.text, self.newest):
            row.addWidget(widget, 1 if widget is self.track else 0)
        self.set_theme(theme)
        self.hide()
        viewing.listen(self._on_news)
        session.listen(self._on_state)

    def set_theme(self, theme: Theme) -> None:
        self.track.theme = theme
        self.newest.setIcon(icon("skip-forward", theme))
        self.track.update()

    def _on_state(self, old: State, new: State) -> None:
        if old.phase != new.phase:
            self._on_news()

    def _on_news(self) -> None:
        viewing = self.viewing
        standing = viewing.standing
        self.setVisible(standing is not None)
        if standing is None:
            return
        self.track.show_run(viewing)
        self.name.setText(viewing.path.name if viewing.path else "")
        step = f"step {self.track.shown:,}"
        self.text.setText(step if viewing.at is None else f"{step} of {standing.step:,}")
        self.newest.setEnabled(viewing.at is not None)
