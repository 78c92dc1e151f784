"""Glowing: how activity is painted over the cards and wires of a scene, in the detail that the zoom allows."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPixmap, QPolygonF

from dlstudio.core.document import Rect, Wire
from dlstudio.ui.canvas.brushwork import CORNER, DETAIL, advance, readable
from dlstudio.ui.canvas.card import HEAD, ROW, Card
from dlstudio.ui.canvas.far_glow import FarGlow
from dlstudio.ui.canvas.paths import Paths
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.glow.glow import Glow, NodeGlow
from dlstudio.ui.glow.sketch import Sketch
from dlstudio.ui.theme import fonts, ramps
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import Theme

STRIP = 7.0
"""How high the strip at the foot of a card is."""
LEAST_SPAN = 0.08
"""Changes smaller than this part of the scale leave a line nearly level: half a power of ten."""
THUMB = 20.0
"""The sides of a tiny picture."""
APART = 4.0
"""How far the line of the gradient lies beside its wire."""
CHIP = 14.0


def forward_pen(level: float, theme: Theme) -> QPen:
    """The wire on which so much goes forward."""
    step = ramps.step(level)
    return pen(ramps.forward(step, theme), round(1 + 4 * step / (ramps.STEPS - 1), 1))


def back_pen(level: float, theme: Theme) -> QPen:
    """The thin line on which so much goes back."""
    step = ramps.step(level)
    share = step / (ramps.STEPS - 1)
    return pen(ramps.back(theme), round(1 + 2 * share, 1), opacity=round(0.4 + 0.6 * share, 2))


class Glowing:
    """Paints what nodes and wires do; it remembers lines and pictures until they are others."""

    def __init__(self, scene: Scene, paths: Paths) -> None:
        self._scene, self._paths = scene, paths
        self._lines: dict[str, tuple[NodeGlow, list[QPolygonF]]] = {}
        self._pictures: dict[str, tuple[Sketch, float, Theme, QPixmap]] = {}
        self.far = FarGlow()

    # Wires

    def wire(self, wire: Wire, glow: Glow | None, theme: Theme) -> QPen | None:
        """The line of a wire on which something was measured."""
        seen = glow.nodes.get(wire.source) if glow and glow.live else None
        if seen is None:
            return None
        if seen.broken:
            return pen(theme.bad, 3.0)
        level = seen.forward[-1] if seen.forward else float("nan")
        return forward_pen(level, theme) if level == level else None

    def back(self, painter: QPainter, wires: Iterable[Wire], glow: Glow, theme: Theme) -> None:
        """The lines beside wires on which gradients go back."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.translate(-APART, APART)
        for wire in wires:
            seen = glow.nodes.get(wire.source)
            if seen is not None and seen.arrives == seen.arrives:
                painter.setPen(back_pen(seen.arrives, theme))
                painter.drawPath(self._paths.of(wire, self._scene.curve(wire)))
        painter.translate(APART, -APART)

    # Cards

    def cards(self, painter: QPainter, nodes: Iterable[str], glow: Glow, zoom: float, theme: Theme) -> None:
        """What nodes do, over their cards."""
        for node in nodes:
            seen = glow.nodes.get(node)
            if seen is None:
                continue
            shown, box = self._scene.cards[node], self._scene.boxes[node]
            if zoom >= DETAIL and not shown.muted:
                self._strip(painter, shown, box, seen, theme)
                self._thumb(painter, shown, box, seen, zoom, theme)
            if seen.mark:
                self._mark(painter, box, seen, zoom, theme)

    def _strip(self, painter: QPainter, shown: Card, box: Rect, seen: NodeGlow, theme: Theme) -> None:
        """How its activation and its gradient went, in the foot of the card."""
        if shown.folded or not seen.forward:
            return
        kept = self._lines.get(shown.id)
        if kept is None or kept[0] is not seen:
            kept = seen, [_line(seen.forward, shown), _line(seen.back, shown)]
            self._lines[shown.id] = kept
        painter.translate(box.x, box.y)
        level = seen.forward[-1]
        ahead = ramps.forward(ramps.step(level), theme) if level == level else theme.muted
        for line, tint in zip(kept[1], (ahead, ramps.back(theme)), strict=True):
            painter.setPen(pen(tint, 1.0, fixed=True))
            painter.drawPolyline(line)
        painter.translate(-box.x, -box.y)

    def _thumb(self, painter: QPainter, shown: Card, box: Rect, seen: NodeGlow, zoom: float, theme: Theme) -> None:
        """The tiny picture in a corner of the card, pixel by pixel."""
        room = thumb_room(shown, box)
        if seen.sketch is None or room is None:
            return
        scale = zoom * painter.device().devicePixelRatioF()
        kept = self._pictures.get(shown.id)
        if kept is None or kept[0] is not seen.sketch or kept[1:3] != (scale, theme):
            kept = seen.sketch, scale, theme, thumbnail(seen.sketch, scale, painter.device().devicePixelRatioF(), theme)
            self._pictures[shown.id] = kept
        corner = painter.transform().map(room.topLeft())
        painter.setWorldMatrixEnabled(False)
        painter.drawPixmap(QPoint(round(corner.x()), round(corner.y())), kept[3])
        painter.setWorldMatrixEnabled(True)

    def _mark(self, painter: QPainter, box: Rect, seen: NodeGlow, zoom: float, theme: Theme) -> None:
        """What is wrong, in words on the lower edge of the card; from far away a ring."""
        tint = theme.bad if seen.broken else theme.warn
        if zoom < DETAIL:
            painter.setPen(pen(tint, 3.0 / max(zoom, 0.25)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(*box), CORNER, CORNER)
            return
        small = readable(zoom)
        wide = advance(seen.mark, small, bold=True) + 12
        room = QRectF(box.x + box.width - wide - 8, box.y + box.height - CHIP / 2, wide, max(CHIP, small + 3))
        painter.setPen(pen(theme.window, 1.5))
        painter.setBrush(brush(tint))
        painter.drawRoundedRect(room, CHIP / 2, CHIP / 2)
        painter.setPen(color(theme.window if theme.dark else "#ffffff"))
        painter.setFont(fonts.words(small, bold=True))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, seen.mark)


def thumb_room(shown: Card, box: Rect) -> QRectF | None:
    """Where the tiny picture of a card is: beside its name, or under its one result where there are several inputs."""
    right = box.x + box.width - 8
    if shown.plain:
        return QRectF(right - THUMB, box.y + 4 + (2 if shown.folded else 0), THUMB, THUMB)
    if not shown.folded and len(shown.outs) < len(shown.ins):
        return QRectF(right - THUMB, box.y + HEAD + ROW * len(shown.outs) + 2, THUMB, THUMB)
    return None


def _line(levels: Sequence[float], shown: Card) -> QPolygonF:
    """A sparkline at the foot of a card, from its upper left corner; the newest is at the right."""
    known = [level for level in levels if level == level]
    if not known:
        return QPolygonF()
    left, step = 12.0, (shown.width - 24.0) / max(len(levels) - 1, 1)
    span = max(max(known) - min(known), LEAST_SPAN)
    low, middle = shown.height - 2.0 - STRIP / 2, (max(known) + min(known)) / 2
    return QPolygonF(
        [
            QPointF(left + i * step, low - (level - middle) / span * (STRIP - 1))
            for i, level in enumerate(levels)
            if level == level
        ]
    )


def thumbnail(sketch: Sketch, scale: float, ratio: float, theme: Theme) -> QPixmap:
    """A sketch as it is painted at some zoom, on the ground of a card so that it stands out from a long name."""
    side = max(1, round(THUMB * scale))
    made = QPixmap(side, side)
    made.fill(color(theme.raised))
    painter = QPainter(made)
    if sketch.bars:
        _bars(painter, QRectF(0, 0, side, side), sketch.bars, theme)
    else:
        shown = QImage(sketch.pixels, sketch.width, sketch.height, sketch.width, QImage.Format.Format_Grayscale8)
        grown = side / max(sketch.width, sketch.height)
        size = max(3.0, sketch.width * grown), max(3.0, sketch.height * grown)
        place = QRectF(side - size[0], (side - size[1]) / 2, *size)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, grown < 1.5)
        painter.drawImage(place, shown)
        painter.setPen(pen(theme.line, 1.0))
        painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def _bars(painter: QPainter, room: QRectF, bars: Sequence[float], theme: Theme) -> None:
    """How numbers are spread."""
    wide = room.width() / len(bars)
    for i, high in enumerate(bars):
        if high > 0:
            tall = max(1.0, high * room.height())
            painter.fillRect(QRectF(room.x() + i * wide, room.bottom() - tall, wide, tall), brush(theme.muted))
    painter.fillRect(QRectF(room.x(), room.bottom() - 1, room.width(), 1), brush(theme.line))
