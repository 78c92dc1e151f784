"""Picture: a network drawn like a figure in a paper, as SVG, PNG or PDF."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from dlstudio.core import files
from dlstudio.core.document import MODEL, Project, Rect
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.topology import placed as placed_in
from dlstudio.ui.canvas import brushwork
from dlstudio.ui.canvas.card import Card
from dlstudio.ui.canvas.frames import frame, heading
from dlstudio.ui.canvas.notes import note
from dlstudio.ui.canvas.plane import around
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.canvas.tidy import placed
from dlstudio.ui.carried import KEY, into_svg
from dlstudio.ui.outliner import Outliner, shared
from dlstudio.ui.session import Session
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import BODY, DARK, HEAD, LIGHT, PAPER, Theme

THEMES = {theme.name: theme for theme in (PAPER, LIGHT, DARK)}
FORMATS = (".svg", ".png", ".pdf")
MARGIN, BETWEEN, TITLE, HEADING = 24.0, 40.0, 40.0, 32.0
MOST = 16_000.0
"""A picture of pixels is no wider and no higher."""
DPI = 1200


@dataclass(frozen=True, slots=True)
class Style:
    """How a picture is drawn."""

    theme: Theme = PAPER
    scale: float = 2.0
    title: str = ""
    opened: bool = False
    """Whether the blocks are drawn too, each beside the others."""
    clear: bool = False
    """Whether the ground stays transparent."""
    carries: bool = True
    """Whether an SVG or PNG carries the project, to be opened again."""


@dataclass(frozen=True, slots=True)
class Part:
    """One network of a picture, and where it stands."""

    name: str
    scene: Scene
    bounds: Rect
    x: float
    y: float


class Figure:
    """Networks laid out on one sheet, ready to be painted on anything."""

    def __init__(self, project: Project, network: str, style: Style) -> None:
        if network not in project.networks:
            raise ProjectProblem(f"The project has no network “{network}” (it has: {', '.join(project.networks)}).")
        if not project.networks[network].nodes:
            raise ProjectProblem(f"The network “{network}” is empty: there is nothing to draw.")
        self.style = style
        session = Session(placed(project))
        names = [network, *_inside(project, network)] if style.opened else [network]
        self.parts = list(_side_by_side([(name, _scene(session, name)) for name in names], bool(style.title)))
        self.width = max(part.x + part.bounds.width for part in self.parts) + MARGIN
        self.height = max(part.y + part.bounds.height for part in self.parts) + MARGIN

    def paint(self, painter: QPainter) -> None:
        """Everything, in units of the canvas."""
        theme = self.style.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.style.clear:
            painter.fillRect(QRectF(0, 0, self.width, self.height), brush(theme.window))
        if self.style.title:
            self._write(painter, self.style.title, QRectF(MARGIN, MARGIN - 6, self.width - 2 * MARGIN, 28), HEAD)
        for part in self.parts:
            if len(self.parts) > 1:
                room = QRectF(part.x, part.y - HEADING, max(part.bounds.width, 200.0), 24)
                self._write(painter, part.name, room, BODY)
            painter.save()
            painter.translate(part.x - part.bounds.x, part.y - part.bounds.y)
            _paint(painter, part.scene, theme)
            painter.restore()

    def _write(self, painter: QPainter, text: str, room: QRectF, size: int) -> None:
        painter.setFont(fonts.words(size, bold=True))
        painter.setPen(color(self.style.theme.text))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def write(project: Project, file: Path, network: str = MODEL, style: Style = Style()) -> None:
    """Writes the picture of a network; the suffix says what kind it is."""
    suffix = file.suffix.lower()
    if suffix not in FORMATS:
        raise ProjectProblem(f"“{file.name}” is no picture that can be written; end it with {', '.join(FORMATS)}.")
    fonts.load()
    figure = Figure(project, network, style)
    text = files.dumps(project) if style.carries else ""
    if suffix == ".svg":
        data = _svg(figure, text)
    else:
        data = _png(figure, text) if suffix == ".png" else _pdf(figure, project.name)
    files.write(file, data)


def _inside(project: Project, network: str) -> Iterator[str]:
    """The networks that a network places, and those that they place, once each."""
    seen, waiting = {network}, [network]
    while waiting:
        for name in placed_in(project.networks[waiting.pop(0)]):
            if name in project.networks and name not in seen:
                seen.add(name)
                waiting.append(name)
                yield name


def _scene(session: Session, network: str) -> Scene:
    session.show(network)
    scene = Scene()
    scene.show(None, session.state)
    for node, card in scene.cards.items():
        scene.cards[node] = _in_print(card)
    return scene


def _in_print(card: Card) -> Card:
    """A card without what only helps while one draws: badges, and free ends for more wires."""
    return card._replace(severity="", issues=0, ins=tuple(each for each in card.ins if not each.many))


def _side_by_side(scenes: list[tuple[str, Scene]], titled: bool) -> Iterator[Part]:
    """The first network on top, the others in rows under it that are about as wide."""
    x, y, low, wide = MARGIN, MARGIN + (TITLE if titled else 0), 0.0, 0.0
    heading = HEADING if len(scenes) > 1 else 0.0
    for number, (name, scene) in enumerate(scenes):
        bounds = around([scene.bounds, *(Rect(*points, 1, 1) for w in scene.wires for points in scene.curve(w).points)])
        if number == 1 or (number > 1 and x + bounds.width > wide):
            x, y, low = MARGIN, y + low + BETWEEN, 0.0
        yield Part(name, scene, bounds, x, y + heading)
        wide = max(wide, x + bounds.width) if number else max(bounds.width + MARGIN, 900.0)
        x, low = x + bounds.width + BETWEEN, max(low, bounds.height + heading)


def _paint(painter: QPainter, scene: Scene, theme: Theme) -> None:
    """One network: frames and notes, wires, cards; nothing of what is selected or wrong."""
    for shown in sorted(scene.frames.values(), key=lambda each: -each.rect.width * each.rect.height):
        frame(painter, shown, chosen=False, zoom=1.0, theme=theme)
    for shown in scene.notes.values():
        note(painter, shown, chosen=False, zoom=1.0, theme=theme)
    for wire in scene.wires:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(theme.muted, 1.6))
        painter.drawPath(brushwork.path(scene.curve(wire)))
    for shown in scene.frames.values():
        heading(painter, shown, 1.0, theme)
    for node, card in scene.cards.items():
        brushwork.card(painter, card, scene.boxes[node], brushwork.PLAIN, 1.0, theme)


def _svg(figure: Figure, text: str) -> bytes:
    """Letters are shapes: the picture looks the same on every machine."""
    buffer = _buffer()
    made = QSvgGenerator()
    made.setOutputDevice(buffer)
    made.setResolution(96)
    made.setSize(QSize(round(figure.width), round(figure.height)))
    made.setViewBox(QRectF(0, 0, round(figure.width), round(figure.height)))
    made.setTitle(figure.parts[0].name)
    made.setDescription("Drawn by dlstudio")
    _draw(figure, Outliner(made), 1.0)
    svg = shared(bytes(buffer.data().data()).decode())
    return (into_svg(svg, text) if text else svg).encode()


def _png(figure: Figure, text: str) -> bytes:
    scale = min(figure.style.scale, MOST / figure.width, MOST / figure.height)
    image = QImage(round(figure.width * scale), round(figure.height * scale), QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    _draw(figure, QPainter(image), scale)
    if text:
        image.setText(KEY, text)
    buffer = _buffer()
    writer = QImageWriter()
    writer.setDevice(buffer)
    writer.setFormat(b"png")
    writer.write(image)
    return bytes(buffer.data().data())


def _pdf(figure: Figure, title: str) -> bytes:
    """One page as large as the figure; the letters that are used are embedded."""
    buffer = _buffer()
    made = QPdfWriter(buffer)
    made.setResolution(DPI)
    made.setTitle(title)
    made.setCreator("dlstudio")
    size = QPageSize(QSizeF(figure.width * 0.75, figure.height * 0.75), QPageSize.Unit.Point, "figure")
    made.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))
    _draw(figure, QPainter(made), DPI / 96)
    return bytes(buffer.data().data())


def _draw(figure: Figure, painter: QPainter, scale: float) -> None:
    painter.scale(scale, scale)
    figure.paint(painter)
    painter.end()


def _buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer
