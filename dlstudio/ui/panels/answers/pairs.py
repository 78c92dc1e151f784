"""Pairs: the numbers that were answered over those that should be, with the line on which they would be right."""

from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dlstudio.ui.panels.answers.board import Array
from dlstudio.ui.panels.answers.words import number
from dlstudio.ui.plots.scale import Scale, Span
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color, mixed, pen
from dlstudio.ui.theme.tokens import OKABE_ITO, TINY, Theme

Point: TypeAlias = tuple[float, float]
LEFT, BOTTOM, TOP, RIGHT, LINE = 52, 36, 8, 12, 16
DOT, NEAR, MOST = 2.5, 10.0, 4_000


class Pairs(QWidget):
    """Answers over targets; or, seen as residuals, errors over answers around the line of none."""

    pointed = Signal(str)
    picked = Signal(int)
    """The sample of this number is wanted large."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.targets: Array = np.zeros(0)
        self.answers: Array = np.zeros(0)
        self.residual = False
        self.name = ""
        self.at: int | None = None
        self._drawn: QPixmap | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(180, 140)
        self.setAccessibleName("Answers over targets")

    def sizeHint(self) -> QSize:
        return QSize(320, 240)

    def show_pairs(self, targets: Array, answers: Array, name: str) -> None:
        """Other numbers."""
        self.targets, self.answers, self.name, self._drawn = targets, answers, name, None
        self.setAccessibleDescription(f"{len(targets):,} samples of {name}: answers over targets")
        self.update()

    def show_residuals(self, residual: bool) -> None:
        """Errors over answers, or answers over targets."""
        self.residual, self._drawn = residual, None
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self.theme, self._drawn = theme, None
        self.update()

    # Where things lie

    @property
    def places(self) -> tuple[Array, Array]:
        """What lies along, and what lies up."""
        if self.residual:
            return self.answers, self.answers - self.targets
        return self.targets, self.answers

    def spans(self) -> tuple[Span, Span]:
        """What is seen along and up; the same of both where they are answers and targets."""
        x, y = self.places
        if not self.residual:
            x = y = np.concatenate([x, y])
        ends = [
            (float(v[np.isfinite(v)].min(initial=np.inf)), float(v[np.isfinite(v)].max(initial=-np.inf)))
            for v in (x, y)
        ]
        across, up = (Span(low, high).wider(0.05) if low <= high else Span() for low, high in ends)
        if self.residual:
            most = max(abs(up.low), abs(up.high))
            up = Span(-most, most)
        return across, up

    def room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(LEFT, TOP, -RIGHT, -BOTTOM)

    def pixels(self) -> Array:
        """The place of every sample."""
        (x, y), (across, up), room = self.places, self.spans(), self.room()
        return np.stack(
            [
                room.left() + (x - across.low) / across.size * room.width(),
                room.bottom() - (y - up.low) / up.size * room.height(),
            ],
            axis=1,
        )

    def nearest(self, point: QPointF) -> int | None:
        """The sample under a point."""
        if not len(self.targets):
            return None
        away = np.square(self.pixels() - (point.x(), point.y())).sum(1)
        found = int(np.nanargmin(away)) if np.isfinite(away).any() else 0
        return found if away[found] <= NEAR**2 else None

    # How it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self.targets):
            return
        if self._drawn is None:
            ratio = self.devicePixelRatioF()
            self._drawn = QPixmap(self.size() * ratio)
            self._drawn.setDevicePixelRatio(ratio)
            self._drawn.fill(color(self.theme.panel))
            with QPainter(self._drawn) as painter:
                self.draw(painter)
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._drawn)
            if self.at is not None and self.at < len(self.targets):
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(pen(self.theme.text, 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                x, y = self.pixels()[self.at]
                painter.drawEllipse(QPointF(x, y), 5, 5)

    def draw(self, painter: QPainter) -> None:
        """All that an exported picture has too."""
        room, (across, up) = self.room(), self.spans()
        self._axes(painter, room, across, up)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(room)
        painter.setPen(pen(self.theme.muted, dashed=True))
        if self.residual:
            middle = room.bottom() + up.low / up.size * room.height()
            painter.drawLine(QPointF(room.left(), middle), QPointF(room.right(), middle))
        else:
            painter.drawLine(room.bottomLeft(), room.topRight())
        faint = 0.75 if len(self.targets) < 400 else 0.45
        dots = pen(OKABE_ITO[5] if self.theme.dark else OKABE_ITO[0], 2 * DOT, opacity=faint)
        painter.setPen(dots)
        step = max(1, len(self.targets) // MOST)
        painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in self.pixels()[::step].tolist() if x == x and y == y]))
        painter.setClipping(False)

    def _axes(self, painter: QPainter, room: QRectF, across: Span, up: Span) -> None:
        painter.setFont(fonts.numbers(TINY))
        grid, muted, scale = color(mixed(self.theme.panel, self.theme.line, 0.7)), color(self.theme.muted), Scale()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for tick in scale.ticks(up, int(room.height() / 36)):
            y = round(room.bottom() - up.share(tick.place) * room.height())
            painter.setPen(grid)
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(muted)
            painter.drawText(QRectF(0, y - 8, LEFT - 6, LINE), right, tick.text)
        for tick in scale.ticks(across, int(room.width() / 64)):
            x = round(room.left() + across.share(tick.place) * room.width())
            painter.setPen(grid)
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
            painter.setPen(muted)
            painter.drawText(QRectF(x - 40, room.bottom() + 3, 80, LINE), Qt.AlignmentFlag.AlignHCenter, tick.text)
        painter.setFont(fonts.words(TINY))
        below = "answer" if self.residual else "target"
        beside = "answer − target" if self.residual else "answer"
        painter.drawText(
            QRectF(room.left(), room.bottom() + 18, room.width(), LINE), Qt.AlignmentFlag.AlignRight, below
        )
        painter.drawText(QRectF(room.left() + 4, room.top(), room.width(), LINE), Qt.AlignmentFlag.AlignLeft, beside)

    # The mouse

    def told(self, at: int) -> str:
        """A sample in words."""
        target, answer = float(self.targets[at]), float(self.answers[at])
        return f"{self.name}: {number(answer)}, not {number(target)}; off by {number(answer - target)}"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.nearest(event.position())
        if found != self.at:
            self.at = found
            self.pointed.emit("" if found is None else self.told(found))
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.nearest(event.position())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(found)

    def leaveEvent(self, event: QEvent) -> None:
        self.at = None
        self.pointed.emit("")
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._drawn = None

    def table(self) -> list[list[str]]:
        """Targets and answers."""
        rows = zip(self.targets.tolist(), self.answers.tolist(), strict=True)
        return [["target", "answer"], *([repr(target), repr(answer)] for target, answer in rows)]


class Spread(QWidget):
    """How often numbers are off by how much."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.errors: Array = np.zeros(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Residuals")

    def show_errors(self, errors: Array) -> None:
        """Other residuals."""
        self.errors = errors[np.isfinite(errors)]
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def counts(self) -> tuple[Array, Array]:
        """How many lie between which values."""
        most = float(np.abs(self.errors).max(initial=0.0)) or 1.0
        found = np.histogram(
            self.errors, bins=min(61, max(9, 2 * int(len(self.errors) ** 0.5) + 1)), range=(-most, most)
        )
        return found[0], found[1]

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self.errors):
            return
        counts, edges = self.counts()
        room = QRectF(self.rect()).adjusted(16, 12, -16, -BOTTOM)
        span, each = Span(float(edges[0]), float(edges[-1])), room.width() / len(counts)
        with QPainter(self) as painter:
            tint = brush(OKABE_ITO[5] if self.theme.dark else OKABE_ITO[0], 0.7)
            for i, count in enumerate(counts.tolist()):
                high = count / counts.max() * room.height()
                painter.fillRect(QRectF(room.left() + i * each, room.bottom() - high, max(1.0, each - 1), high), tint)
            painter.setPen(color(self.theme.line))
            painter.drawLine(room.bottomLeft(), room.bottomRight())
            middle = room.left() + span.share(0) * room.width()
            painter.setPen(pen(self.theme.muted, dashed=True))
            painter.drawLine(QPointF(middle, room.top()), QPointF(middle, room.bottom()))
            painter.setPen(color(self.theme.muted))
            painter.setFont(fonts.numbers(TINY))
            for tick in Scale().ticks(span, int(room.width() / 64)):
                x = room.left() + span.share(tick.place) * room.width()
                box = QRectF(x - 40, room.bottom() + 3, 80, LINE)
                painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, tick.text)
            painter.setFont(fonts.words(TINY))
            below = QRectF(room.left(), room.bottom() + 18, room.width(), LINE)
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, "answer − target")
