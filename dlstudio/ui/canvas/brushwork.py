"""Brushwork: how cards, wires, frames and the grid are painted, in as much detail as the zoom allows."""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPolygonF

from dlstudio.core.document import Rect
from dlstudio.ui.canvas.card import FOOT, HEAD, ROW, Card, Socket
from dlstudio.ui.canvas.curve import RADIUS, Curve
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color, mixed, pen
from dlstudio.ui.theme.tokens import HEAD as HEAD_SIZE
from dlstudio.ui.theme.tokens import SMALL, TINY, Theme, dtype_color, family_color

DETAIL, NAMES = 0.5, 0.2
"""Above the first zoom a card shows all, above the second its name, below it is a rectangle."""
LEAST = 7.0
"""No letter is drawn smaller than this."""
CORNER = 8.0
PORT = 4.5
STACK = 4
"""How far the cards of a repeated block look out from behind each other."""
AT_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
AT_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True, slots=True)
class Look:
    """What a card is at the moment, beside what it shows."""

    chosen: bool = False
    hovered: bool = False
    faint: bool = False
    written: bool = True
    """Whether its words are drawn; they may follow in the next frame."""


PLAIN = Look()


def grid(painter: QPainter, seen: Rect, zoom: float, theme: Theme) -> None:
    """Dots that give the canvas a ground; fewer when they would come too near each other."""
    step = 32.0
    while step * zoom < 28:
        step *= 4
    left, top = seen.x // step * step, seen.y // step * step
    across, down = int(seen.width // step) + 2, int(seen.height // step) + 2
    painter.setPen(pen(theme.line, 2.0, fixed=True, opacity=0.9))
    dots = [QPointF(left + i * step, top + j * step) for i in range(across) for j in range(down)]
    painter.drawPoints(QPolygonF(dots))


def card(painter: QPainter, shown: Card, place: Rect, look: Look, zoom: float, theme: Theme) -> None:
    """One card, in the detail that fits the zoom."""
    box = QRectF(*place)
    painter.setOpacity(0.35 if look.faint else 0.5 if shown.muted else 1.0)
    _ground(painter, shown, box, look, zoom, theme)
    if zoom >= DETAIL:
        _sockets(painter, shown, box, theme)
    if look.written:
        for write in (_name_alone,) if zoom < DETAIL else (_words, _flows):
            write(painter, shown, box, zoom, theme)
    if shown.muted and shown.ins and shown.outs:
        _bypass(painter, shown, box, theme)
    if shown.issues:
        _badge(painter, shown, box, theme)
    painter.setOpacity(1.0)


def _ground(painter: QPainter, shown: Card, box: QRectF, look: Look, zoom: float, theme: Theme) -> None:
    wrong = shown.severity == "error"
    family = family_color(shown.family, theme)
    hairline = mixed(theme.line, theme.muted, 0.15 if theme.dark else 0.3)
    painter.setPen(pen(theme.bad if wrong else hairline, 1.5 if wrong else 1.0, dashed=shown.muted))
    painter.setBrush(brush(mixed(theme.hover if look.hovered else theme.raised, family, share(zoom))))
    for behind in range(STACK * (min(shown.repeat, 3) - 1), 0, -STACK):
        painter.drawRoundedRect(box.translated(behind, behind), CORNER, CORNER)
    painter.drawRoundedRect(box, CORNER, CORNER)
    if shown.block:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), CORNER - 3, CORNER - 3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush(family))
    painter.drawPath(_bar(box.height()).translated(box.x(), box.y()))
    if look.chosen:
        painter.setPen(pen(theme.accent, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), CORNER + 2, CORNER + 2)


@lru_cache(maxsize=64)
def _bar(height: float) -> QPainterPath:
    """The strip of colour along the left edge, within the round corners."""
    whole, strip = QPainterPath(), QPainterPath()
    whole.addRoundedRect(QRectF(0, 0, 4 * CORNER, height), CORNER, CORNER)
    strip.addRect(QRectF(0, 0, 3.5, height))
    return whole.intersected(strip)


def share(zoom: float) -> float:
    """How much of its family's colour a card has all over: none near by, more and more from far away."""
    return 0.0 if zoom >= DETAIL else round((DETAIL - zoom) / (DETAIL - NAMES) * 6) / 16


def _name_alone(painter: QPainter, shown: Card, box: QRectF, zoom: float, theme: Theme) -> None:
    size = max(HEAD_SIZE + 4, ceil(LEAST / zoom))
    if size > box.height():
        return
    painter.setFont(fonts.words(size, bold=True))
    painter.setPen(color(theme.text))
    room = box.adjusted(12, 0, -8, 0)
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, elided(shown.id, size, int(room.width()), bold=True))


def _words(painter: QPainter, shown: Card, box: QRectF, zoom: float, theme: Theme) -> None:
    """The name, the kind, and the line that says what matters."""
    left, width = box.x() + 12, box.width() - 24
    head, small = max(SMALL, ceil(LEAST / zoom)), readable(zoom)
    row = QRectF(left, box.y() + 4, width, 20)
    under = shown.plain and not shown.muted
    beside = width if under else width - advance(shown.title, small) - 8
    name = elided(shown.id, head, int(max(beside, width / 2)), bold=True)
    painter.setPen(color(theme.text))
    painter.setFont(fonts.words(head, bold=True))
    painter.drawText(row, AT_LEFT, name)
    painter.setPen(color(theme.muted))
    painter.setFont(fonts.words(small))
    mark = 14 if shown.note else 0
    if shown.note:
        _note_mark(painter, QRectF(row.right() - 9, row.y() + 5, 9, 10), theme)
    if shown.folded:
        return
    if under:
        room = width - sum(advance(each.text, small, mono=True) + 8 for each in shown.outs)
        painter.drawText(QRectF(left, box.y() + HEAD, room, ROW), AT_LEFT, elided(shown.title, small, int(room)))
    else:
        room = width - advance(name, head, bold=True) - 8 - mark
        title = elided(shown.title, small, int(room)) if room > 24 else ""
        painter.drawText(row.adjusted(0, 0, -mark, 0), AT_RIGHT, title)
    if shown.line:
        foot = QRectF(left, box.bottom() - ROW - FOOT, width, ROW)
        painter.drawText(foot, AT_LEFT, elided(shown.line, small, int(width)))


def _flows(painter: QPainter, shown: Card, box: QRectF, zoom: float, theme: Theme) -> None:
    """The names of the ports where there are several, and the shapes of what leaves."""
    if shown.folded or shown.muted:
        return
    small, room = readable(zoom), int(box.width() - 24)
    painter.setFont(fonts.numbers(small))
    painter.setPen(color(theme.muted))
    for row, each in enumerate(shown.ins if len(shown.ins) > 1 else ()):
        painter.drawText(QRectF(box.x() + 12, box.y() + HEAD + ROW * row, 72, ROW), AT_LEFT, each.label)
    painter.setPen(color(theme.text))
    for row, each in enumerate(shown.outs):
        text = f"{each.label} {each.text}" if len(shown.outs) > 1 else each.text
        text = elided(text, small, room, mono=True)
        painter.drawText(QRectF(box.x() + 12, box.y() + HEAD + ROW * row, room, ROW), AT_RIGHT, text)


def _note_mark(painter: QPainter, room: QRectF, theme: Theme) -> None:
    """A small sheet of paper: something is written about the node."""
    painter.fillRect(room, brush(theme.warn, 0.25))
    for line in (0.3, 0.55, 0.8):
        y = room.y() + room.height() * line
        painter.drawLine(QLineF(room.x() + 2, y, room.right() - 2, y))


def readable(zoom: float) -> int:
    """The size of small type, so that it is never drawn smaller than it can be read."""
    return max(TINY, ceil(LEAST / zoom))


def _sockets(painter: QPainter, shown: Card, box: QRectF, theme: Theme) -> None:
    """The ports."""
    for each in shown.ins:
        x, y = shown.port(each.name, out=False)
        socket(painter, QPointF(box.x() + x, box.y() + y), each, theme)
    for each in shown.outs:
        x, y = shown.port(each.name, out=True)
        socket(painter, QPointF(box.x() + x, box.y() + y), each, theme)


def socket(painter: QPainter, at: QPointF, each: Socket, theme: Theme, *, glow: str = "") -> None:
    """A port: round for numbers, square for whole numbers, a diamond for masks; filled when something is wired."""
    tint = glow or dtype_color(each.dtype, theme)
    painter.setPen(pen(tint, 1.6, dashed=each.many))
    painter.setBrush(brush(tint) if each.wired or glow else brush(theme.panel))
    size = PORT + (1.5 if glow else 0)
    if each.dtype == "int":
        painter.drawRect(QRectF(at.x() - size, at.y() - size, 2 * size, 2 * size))
    elif each.dtype == "bool":
        painter.drawPolygon(
            QPolygonF([at + QPointF(0, -size - 1), at + QPointF(size + 1, 0), at + QPointF(0, size + 1),
                       at + QPointF(-size - 1, 0)])
        )  # fmt: skip
    else:
        painter.drawEllipse(at, size, size)


def _bypass(painter: QPainter, shown: Card, box: QRectF, theme: Theme) -> None:
    """A line through a muted card: what comes in goes on as it is."""
    start, end = shown.port(shown.ins[0].name, out=False), shown.port(shown.outs[0].name, out=True)
    painter.setPen(pen(theme.text, 2.0))
    painter.drawLine(QLineF(box.x() + start[0], box.y() + start[1], box.x() + end[0], box.y() + end[1]))


def _badge(painter: QPainter, shown: Card, box: QRectF, theme: Theme) -> None:
    tint = {"error": theme.bad, "warning": theme.warn}.get(shown.severity, theme.accent)
    spot = badge_rect(Rect(box.x(), box.y(), box.width(), box.height()))
    room = QRectF(spot.x, spot.y, spot.width, spot.height)
    painter.setPen(pen(theme.window, 1.5))
    painter.setBrush(brush(tint))
    painter.drawRoundedRect(room, 8, 8)
    painter.setPen(color(theme.window if theme.dark else "#ffffff"))
    painter.setFont(fonts.words(TINY, bold=True))
    text = "i" if shown.severity == "hint" else str(shown.issues)
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)


def badge_rect(box: Rect) -> Rect:
    """Where the badge of a card is."""
    return Rect(box.x + box.width - 12, box.y - 8, 18, 16)


def path(shown: Curve) -> QPainterPath:
    """The wire as a path: a cubic, or corners that are rounded."""
    made = QPainterPath(QPointF(*shown.points[0]))
    if shown.smooth:
        for first in range(1, len(shown.points), 3):
            made.cubicTo(*(QPointF(*point) for point in shown.points[first : first + 3]))
        return made
    points = [QPointF(*point) for point in shown.points]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        made.lineTo(_short_of(corner, before, after))
        made.quadTo(corner, _short_of(corner, after, before))
    made.lineTo(points[-1])
    return made


def _short_of(corner: QPointF, towards: QPointF, other: QPointF) -> QPointF:
    """The place on the way to a corner where its rounding begins."""
    way, turn = QLineF(corner, towards), QLineF(corner, other)
    reach = min(RADIUS, way.length() / 2, turn.length() / 2)
    return way.pointAt(reach / way.length()) if way.length() else corner


@lru_cache(maxsize=32)
def _metrics(size: int, bold: bool, mono: bool) -> QFontMetricsF:
    return QFontMetricsF(fonts.numbers(size, bold) if mono else fonts.words(size, bold))


@lru_cache(maxsize=8192)
def advance(text: str, size: int, *, bold: bool = False, mono: bool = False) -> float:
    """How wide a text is."""
    return _metrics(size, bold, mono).horizontalAdvance(text)


@lru_cache(maxsize=8192)
def elided(text: str, size: int, room: int, *, bold: bool = False, mono: bool = False) -> str:
    """The text, cut short with … where it does not fit."""
    return _metrics(size, bold, mono).elidedText(text, Qt.TextElideMode.ElideRight, room)
