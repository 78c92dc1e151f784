"""Gallery: samples as small pictures with what was answered, what should be, and how sure; only those in sight."""

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPolygonF, QResizeEvent

from dlstudio.ui.announce import describe
from dlstudio.ui.panels.answers.board import CHOOSING, MEASURED, PLACED, Array, Board
from dlstudio.ui.panels.answers.portraits import Portrait
from dlstudio.ui.panels.answers.words import likely, number, percent
from dlstudio.ui.panels.data.tile import Box
from dlstudio.ui.panels.data.tile_brush import paint_curve, paint_picture
from dlstudio.ui.panels.tiled import GAP, Tiled
from dlstudio.ui.plots.colors import hue_color
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import TINY, Theme

SIDE, WIDE, LOW = 76, 188, 64
"""The side of a picture; the least width of words, and the height of the sample over them."""
LINE, BAR = 14, 3


class Gallery(Tiled):
    """A click opens a sample too."""

    needed = Signal()
    """Other samples came into sight."""

    def __init__(self, theme: Theme, known: Callable[[int], Portrait | None]) -> None:
        super().__init__(theme, "Samples and what is answered to them")
        self.known = known
        self.board: Board | None = None
        self.samples: Sequence[int] = ()
        """Their numbers on the board."""
        self.setMinimumWidth(180)

    @property
    def total(self) -> int:
        return len(self.samples)

    @property
    def least(self) -> int:
        return WIDE if self.wide else SIDE

    def height_of(self, wide: float) -> float:
        return (LOW if self.wide else wide - GAP) + LINE + BAR + 4 + GAP

    # What is shown

    def show_samples(self, board: Board, samples: Sequence[int], *, anew: bool) -> None:
        """Other samples, or other answers to them; `anew` goes back to the first."""
        self.board, self.samples = board, samples
        self.at = 0 if anew else max(0, min(self.at, len(samples) - 1))
        self.measure()
        if anew:
            self.verticalScrollBar().setValue(0)
        self.describe_one()
        self.viewport().update()

    def rows(self) -> list[int]:
        """The places in the part of the samples in sight."""
        return [int(self.board.rows[self.samples[at]]) for at in self.in_sight()] if self.board else []

    def show_form(self, *, wide: bool) -> None:
        """Whether the samples are pictures, or need the width of words, numbers and waves."""
        if wide != self.wide:
            self.wide = wide
            self.measure()
            self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.needed.emit()

    def sizeHint(self) -> QSize:
        return QSize(420, 240)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        super().scrollContentsBy(dx, dy)
        self.needed.emit()

    # How it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.board is None:
            return
        with QPainter(self.viewport()) as painter:
            for at in self.in_sight():
                self._paint(painter, self.rect_of(at), at)

    def _paint(self, painter: QPainter, room: QRectF, at: int) -> None:
        assert self.board is not None
        sample = self.samples[at]
        if at == self.at and self.hasFocus():
            painter.setPen(pen(self.theme.accent, 1.5))
            painter.setBrush(brush(self.theme.chosen))
            painter.drawRoundedRect(room.adjusted(-3, -3, 3, 3), 4, 4)
        upper = room.adjusted(0, 0, 0, -(LINE + BAR + 4))
        self._portrait(painter, upper, sample)
        below = QRectF(room.left(), upper.bottom() + 2, room.width(), LINE)
        text, tint, share = caption(self.board, sample, self.theme)
        track = QRectF(room.left(), below.bottom() + 1, room.width(), BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(track, brush(self.theme.line))
        track.setWidth(max(1.0, track.width() * min(1.0, max(0.0, share))))
        painter.fillRect(track, brush(tint))
        painter.setFont(fonts.words(TINY))
        painter.setPen(color(tint if tint == self.theme.bad else self.theme.text))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(below.width()))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _portrait(self, painter: QPainter, room: QRectF, sample: int) -> None:
        assert self.board is not None
        if self.board.course is not None:
            paint_course(painter, room, *self.board.first_channel(sample), self.theme)
            return
        found = self.known(int(self.board.rows[sample]))
        if found is None or found.image is None:
            painter.fillRect(room, brush(self.theme.window))
        if found is None:
            return
        if found.image is not None:
            shown = boxes(self.board, sample, found.size) if self.board.kind == "box" else ()
            paint_picture(painter, room, found.image, shown, self.theme)
        elif found.curve:
            paint_curve(painter, room.adjusted(4, 4, -4, -4), found.curve, self.theme)
        else:
            painter.setFont(fonts.words(TINY))
            painter.setPen(color(self.theme.text))
            painter.save()
            painter.setClipRect(room.adjusted(6, 4, -6, -4))
            flags = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere
            painter.drawText(room.adjusted(6, 4, -6, -4), flags, found.text)
            painter.restore()

    # What is done

    def describe_one(self) -> None:
        if self.board is None or not len(self.samples):
            self.setAccessibleDescription("")
            return
        sample = self.samples[self.at]
        found = self.known(int(self.board.rows[sample]))
        describe(self, f"{found.place if found else 'sample'}: {caption(self.board, sample, self.theme)[0]}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        at = self.place(event.position().toPoint())
        if at is not None and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(at)


def paint_course(painter: QPainter, room: QRectF, target: Array, answer: Array, theme: Theme) -> None:
    """The answer, dashed, over the target, on one scale."""
    painter.fillRect(room, brush(theme.window))
    both = np.concatenate([target, answer])
    sound = both[np.isfinite(both)]
    low, high = (float(sound.min()), float(sound.max())) if sound.size else (0.0, 1.0)
    within = room.adjusted(6, 6, -6, -6)
    across = np.linspace(within.left(), within.right(), len(target))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for hue, values in enumerate((target, answer)):
        up = (
            within.bottom()
            - (np.nan_to_num(values, posinf=high, neginf=low) - low) / ((high - low) or 1) * within.height()
        )
        painter.setPen(pen(hue_color(hue, theme), 1.5, dashed=hue == 1))
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(across.tolist(), up.tolist(), strict=True)]))
    painter.restore()


def caption(board: Board, sample: int, theme: Theme) -> tuple[str, str, float]:
    """What was answered in a few words, its colour, and how long its bar is."""
    right = bool(board.right[sample])
    tint = theme.good if right else theme.bad
    amount = float(board.amounts[sample])
    if board.kind in CHOOSING:
        answer, target = board.named(int(board.answers[sample, 0])), board.named(int(board.targets[sample]))
        chance = float(board.chances[sample, 0])
        sure = likely(chance, is_share=board.likely)
        text = f"{answer} {sure}" if right else f"{answer}, not {target} {sure}"
        return text, tint, chance if board.likely else 0.0
    if board.kind == "box":
        return f"overlap {percent(1 - amount)}", tint, 1 - amount
    if board.kind in MEASURED:
        worst = float(board.amounts.max()) or 1.0
        answer, target = (values[sample].tolist() for values in (board.answers, board.targets))
        pair = f"{number(answer[0])}, not {number(target[0])}" if len(answer) == 1 else f"off by {number(amount)}"
        return pair, theme.accent, amount / worst
    if board.kind in PLACED:
        return f"{percent(1 - amount)} right", theme.good if right else theme.warn, 1 - amount
    names = [board.classes[i] for i in board.answers[sample].nonzero()[0]] or ["none"]
    return ("" if right else "✗ ") + ", ".join(names), tint, amount


def boxes(board: Board, sample: int, size: tuple[int, ...]) -> tuple[Box, ...]:
    """What was answered and what should be, as shares of the picture."""
    made = []
    for values, name in ((board.targets[sample], "target"), (board.answers[sample], "answer")):
        left, top, right, bottom = values.tolist()
        scale = size if len(size) == 2 and board.targets.max() > 2 else (1, 1)
        made.append(Box(left / scale[1], top / scale[0], right / scale[1], bottom / scale[0], name))
    return tuple(made)
