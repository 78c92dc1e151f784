"""Thumbnail: the drawing of a network in small, made in a thread and kept in the settings folder."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QImage, QPainter

from dlstudio.core import files
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.version import version
from dlstudio.ui.canvas import brushwork
from dlstudio.ui.canvas.camera import Camera
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.canvas.tidy import tidied
from dlstudio.ui.session import Session
from dlstudio.ui.settings import folder
from dlstudio.ui.theme.ink import brush, pen
from dlstudio.ui.theme.tokens import Theme, family_color

WIDTH, HEIGHT, RATIO = 240, 112, 2
ROOM = (1000.0, 466.0)
"""The room that a network is laid out for before it is made small."""
LOOK, MOST = 40, 600


@dataclass(frozen=True, slots=True)
class Wish:
    """A thumbnail that somebody waits for: of a file, in the colours of a theme."""

    file: Path
    theme: Theme


class Thumbnails:
    """Draws one after the other beside the window; what was drawn once is read from the disk."""

    def __init__(self, show: Callable[[Wish, QImage], None]) -> None:
        self._show = show
        self._wishes: OrderedDict[Wish, None] = OrderedDict()
        self._done: list[tuple[Wish, QImage]] = []
        self._guard, self._thread = threading.Lock(), None
        self._timer = QTimer(interval=LOOK)
        self._timer.timeout.connect(self._see)

    _thread: threading.Thread | None

    def want(self, wishes: list[Wish]) -> None:
        """Only these are waited for from now on."""
        with self._guard:
            self._wishes = OrderedDict.fromkeys(wishes)
            if self._thread is None and wishes:
                self._thread = threading.Thread(target=self._work, name="thumbnails")
                self._thread.start()
        self._timer.start()

    @property
    def resting(self) -> bool:
        """Whether nothing is drawn, and nobody asks for what was."""
        return self._thread is None and not self._timer.isActive()

    def close(self) -> None:
        self._timer.stop()
        with self._guard:
            self._wishes.clear()
            thread = self._thread
        if thread:
            thread.join()

    def _see(self) -> None:
        with self._guard:
            done, self._done = self._done, []
            resting = self._thread is None
        for wish, image in done:
            self._show(wish, image)
        if resting:
            self._timer.stop()

    def _work(self) -> None:
        """Ends with its wishes, and with the program: a thread that Python cuts off inside Qt takes it down."""
        while True:
            with self._guard:
                if not self._wishes or not threading.main_thread().is_alive():
                    self._thread = None
                    return
                wish, _ = self._wishes.popitem(last=False)
            image = made(wish)
            if image is not None:
                with self._guard:
                    self._done.append((wish, image))


def made(wish: Wish) -> QImage | None:
    """The thumbnail of a file, from the disk where it was drawn before; None when there is nothing to draw."""
    try:
        key = sha256(wish.file.read_bytes() + f"{wish.theme.name} {WIDTH} {ROOM} {version()}".encode()).hexdigest()[:40]
        kept = folder() / "thumbnails" / f"{key}.png"
        image = QImage(str(kept))
        if image.isNull():
            image = drawn(files.load(wish.file), wish.theme)
            _keep(image, kept)
    except (OSError, ProjectProblem):
        return None
    return image


def _keep(image: QImage, place: Path) -> None:
    with suppress(OSError):  # without a settings folder it is drawn anew each time
        place.parent.mkdir(parents=True, exist_ok=True)
        image.save(str(place))
        old = sorted(place.parent.glob("*.png"), key=lambda file: file.stat().st_mtime)[:-MOST]
        for file in old:
            file.unlink(missing_ok=True)


def drawn(project: Project, theme: Theme) -> QImage:
    """The first network of a project as it would be laid out, in small."""
    image = QImage(WIDTH * RATIO, HEIGHT * RATIO, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    state = Session(project).state
    scene = Scene()
    scene.show(None, Session(tidied(project, state.where, ROOM)).state)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    camera = Camera.fit(scene.bounds, image.width(), image.height(), margin=20, most=0.6)
    painter.scale(camera.zoom, camera.zoom)
    painter.translate(-camera.x, -camera.y)
    _paint(painter, scene, theme, camera.zoom)
    painter.end()
    return image


def _paint(painter: QPainter, scene: Scene, theme: Theme, zoom: float) -> None:
    """Wires on their ways, and cards in the colour of their family: no word could be read here."""
    painter.setPen(pen(theme.muted, max(2.0, 2.0 / zoom), opacity=0.7))
    for wire in scene.wires:
        painter.drawPath(brushwork.path(scene.curve(wire)))
    painter.setPen(Qt.PenStyle.NoPen)
    for node, card in scene.cards.items():
        box = QRectF(*scene.boxes[node])
        painter.setBrush(brush(family_color(card.family, theme)))
        painter.drawRoundedRect(box, 14, 14)
