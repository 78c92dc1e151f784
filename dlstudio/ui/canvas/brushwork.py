"""Brushwork: how cards, wires, frames and the grid are painted, in as much detail as the zoom allows."""

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPolygonF

from dlstudio.core.document import Point, Rect
from dlstudio.ui.canvas.card import HEAD, ROW, Card, Socket
from dlstudio.ui.canvas.curve import RADIUS, Curve
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import DTYPE_COLORS, SMALL, TINY, Theme, family_color
from dlstudio.ui.theme.tokens import HEAD as HEAD_SIZE

DETAIL, NAMES = 0.5, 0.2
"""Above the first zoom a card shows all, above the second its name, below it is a rectangle."""
LEAST = 7.0
"""No letter is drawn smaller than this."""
CORNER = 8.0
PORT = 4.5


@dataclass(frozen=True, slots=True)
class Look:
    """What a card is at the moment, beside what it shows."""

    chosen: bool = False
    hovered: bool = False
    faint: bool = False


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
    _ground(painter, shown, box, look, theme)
    if zoom < DETAIL:
        _name_alone(painter, shown, box, zoom, theme)
    else:
        _words(painter, shown, box, zoom, theme)
        _sockets(painter, shown, box, zoom, theme)
    if shown.issues:
        _badge(painter, shown, box, theme)
    painter.setOpacity(1.0)


def _ground(painter: QPainter, shown: Card, box: QRectF, look: Look, theme: Theme) -> None:
    edge = theme.bad if shown.severity == "error" else theme.line
    painter.setPen(pen(edge, 1.5 if shown.severity == "error" else 1.0, dashed=shown.muted))
    painter.setBrush(brush(theme.hover if look.hovered and theme.dark else theme.raised))
    painter.drawRoundedRect(box, CORNER, CORNER)
    if shown.block:
        painter.setPen(pen(theme.line))
        inner = box.adjusted(3, 3, -3, -3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(inner, CORNER - 3, CORNER - 3)
    bar = QPainterPath()
    bar.addRoundedRect(box, CORNER, CORNER)
    strip = QPainterPath()
    strip.addRect(QRectF(box.x(), box.y(), 3.5, box.height()))
    painter.fillPath(bar.intersected(strip), brush(family_color(shown.family, theme)))
    if look.chosen:
        painter.setPen(pen(theme.accent, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), CORNER + 2, CORNER + 2)


def _name_alone(painter: QPainter, shown: Card, box: QRectF, zoom: float, theme: Theme) -> None:
    size = max(HEAD_SIZE + 4, round(LEAST / zoom))
    if size > shown.height:
        return
    font = fonts.words(size, bold=True)
    painter.setFont(font)
    painter.setPen(color(theme.text))
    room = box.adjusted(12, 0, -8, 0)
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, elided(shown.id, size, int(room.width()), bold=True))


def _words(painter: QPainter, shown: Card, box: QRectF, zoom: float, theme: Theme) -> None:
    left, width = box.x() + 12, box.width() - 22
    kind_fits = TINY * zoom >= LEAST
    painter.setPen(color(theme.text))
    size = max(SMALL, round(LEAST / zoom))
    painter.setFont(fonts.words(size, bold=True))
    name = elided(shown.id, size, int(width), bold=True)
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.drawText(QRectF(left, box.y() + 5, width, 17), middle | Qt.AlignmentFlag.AlignLeft, name)
    if not kind_fits:
        return
    painter.setPen(color(theme.muted))
    painter.setFont(fonts.words(TINY))
    room = width - advance(name, SMALL, bold=True) - 10
    title = elided(shown.title, TINY, int(room)) if room > 24 else ""
    painter.drawText(QRectF(left, box.y() + 5, width, 17), middle | Qt.AlignmentFlag.AlignRight, title)
    line = elided(shown.line, TINY, int(width))
    painter.drawText(QRectF(left, box.y() + 21, width, 15), middle | Qt.AlignmentFlag.AlignLeft, line)


def _sockets(painter: QPainter, shown: Card, box: QRectF, zoom: float, theme: Theme) -> None:
    fits = TINY * zoom >= LEAST
    many = len(shown.ins) > 1
    for row, each in enumerate(shown.ins):
        y = box.y() + HEAD + ROW * row + ROW / 2
        socket(painter, QPointF(box.x(), y), each, theme)
        if fits and many:
            painter.setPen(color(theme.muted))
            painter.setFont(fonts.numbers(TINY))
            painter.drawText(QRectF(box.x() + 12, y - 9, 70, 18), Qt.AlignmentFlag.AlignVCenter, each.label)
    for row, each in enumerate(shown.outs):
        y = box.y() + HEAD + ROW * row + ROW / 2
        socket(painter, QPointF(box.right(), y), each, theme)
        if fits:
            label = f"{each.label} " if len(shown.outs) > 1 else ""
            painter.setPen(color(theme.text if each.text else theme.muted))
            painter.setFont(fonts.numbers(TINY))
            room = QRectF(box.x() + (60 if many else 12), y - 9, box.width() - (72 if many else 24), 18)
            text = f"{label}{each.text}"
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)


def socket(painter: QPainter, at: QPointF, each: Socket, theme: Theme, *, glow: str = "") -> None:
    """A port: round for numbers, square for whole numbers, a diamond for masks; filled when something is wired."""
    tint = glow or DTYPE_COLORS[each.dtype]
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


class Far:
    """The scene from far away, kept until it changes: rectangles by colour, and straight wires."""

    def __init__(self) -> None:
        self._kept: tuple[object, ...] = ()
        self._boxes: dict[str, list[QRectF]] = {}
        self._lines: list[QLineF] = []

    def paint(self, painter: QPainter, scene: Scene, theme: Theme) -> None:
        """One coloured rectangle for each card, and a thin line for each wire, all at once."""
        if self._kept != (scene.version, theme):
            self._kept = (scene.version, theme)
            self._boxes = _by_color(scene, theme)
            self._lines = [QLineF(*start, *end) for start, end in scene.wires.values()]
        painter.setPen(pen(theme.muted, 1.0, fixed=True, opacity=0.55))
        painter.drawLines(self._lines)
        painter.setPen(Qt.PenStyle.NoPen)
        for tint, boxes in self._boxes.items():
            painter.setBrush(color(tint))
            painter.drawRects(boxes)


def _by_color(scene: Scene, theme: Theme) -> dict[str, list[QRectF]]:
    found: dict[str, list[QRectF]] = {}
    for node, shown in scene.cards.items():
        tint = theme.bad if shown.severity == "error" else family_color(shown.family, theme)
        found.setdefault(tint, []).append(QRectF(*scene.boxes[node]))
    return found


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


def chip(painter: QPainter, text: str, middle: Point, theme: Theme) -> None:
    """A small label on a wire that says what flows there."""
    width = advance(text, TINY, mono=True) + 10
    room = QRectF(middle.x - width / 2, middle.y - 8, width, 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush(theme.window, 0.92))
    painter.drawRoundedRect(room, 4, 4)
    painter.setPen(color(theme.muted))
    painter.setFont(fonts.numbers(TINY))
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
