"""Replying: what the network says, as bars, and the input as it saw it."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from dlstudio.ui.panels.answers.chances import Chance, Chances
from dlstudio.ui.panels.features.tiles import picture
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.theme.fonts import words
from dlstudio.ui.theme.ink import color
from dlstudio.ui.theme.tokens import TINY, Theme

if TYPE_CHECKING:
    from dlstudio.training.questions.answer import Replied, Reply

SEEN, LINE = 84, 16
ROOMY = 240
"""From which width on the input stands beside the answer as the network saw it."""


class Seen(QWidget):
    """Pictures as the network was given them, or gives them out, each with a word under it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.images: list[tuple[str, QImage]] = []
        self.setFixedWidth(SEEN)
        self.setAccessibleName("As the network sees it")

    def sizeHint(self) -> QSize:
        return QSize(SEEN, SEEN + LINE)

    def show_images(self, images: list[tuple[str, QImage]]) -> None:
        """Other pictures."""
        self.images = images
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, top = QPainter(self), 0.0
        painter.setFont(words(TINY))
        for text, image in self.images:
            high = SEEN * image.height() / max(1, image.width())
            painter.drawImage(QRectF(0, top, SEEN, high), image)
            painter.setPen(color(self.theme.muted))
            painter.drawText(QRectF(0, top + high, SEEN, LINE), Qt.AlignmentFlag.AlignCenter, text)
            top += high + LINE + 4


class Replying(QWidget):
    """Above what is said in a line, below the bars."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.said = label("", "title", wrap=True)
        self.said.setAccessibleName("The answer")
        self.problem = label("", "muted", wrap=True)
        self.problem.setAccessibleName("Why there is no answer")
        self.problem.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.problem.hide()
        self.seen, self.chances = Seen(theme), Chances(theme)
        self.bars = QScrollArea()
        self.bars.setWidgetResizable(True)
        self.bars.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.bars.setWidget(self.chances)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.said)
        right.addWidget(self.bars, 1)
        right.addWidget(self.problem, 1)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.seen)
        line.addLayout(right, 1)
        self.setMinimumWidth(140)

    def show_replied(self, replied: "Replied") -> None:
        """Another answer."""
        images = [("as it is seen", picture(each.numpy())) for each in replied.seen.values() if each.ndim == 3]
        images += [
            (reply.output, picture(reply.values.numpy())) for reply in replied.replies if reply.kind == "picture"
        ]
        self._show(answered=True)
        self.seen.show_images(images)
        self._make_room()
        self.said.setText(" · ".join(filter(None, (headline(reply) for reply in replied.replies))))
        self.chances.show_rows([row for reply in replied.replies for row in bars(reply)])

    def show_problem(self, text: str) -> None:
        """Why there is no answer."""
        self._show(answered=False)
        self.problem.setText(text)
        self.seen.show_images([])
        self.said.setText("")
        self.chances.show_rows(())

    def _show(self, *, answered: bool) -> None:
        self.problem.setVisible(not answered)
        for part in (self.said, self.bars):
            part.setVisible(answered)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Where there is little room, all of it is for the answer."""
        self.seen.setVisible(bool(self.seen.images) and self.width() >= ROOMY)

    def set_theme(self, theme: Theme) -> None:
        self.seen.theme = theme
        self.seen.update()
        self.chances.set_theme(theme)


def headline(reply: "Reply") -> str:
    """What it comes to."""
    if reply.text:
        return reply.text
    if reply.kind == "classes":
        sure = f"  {100 * float(reply.values[0]):.1f} %" if reply.likely else ""
        return f"{reply.names[0]}{sure}"
    if reply.kind == "numbers" and len(reply.values) == 1:
        return f"{reply.output} {float(reply.values[0]):,.5g}".replace("-", "−")
    return ""


def bars(reply: "Reply") -> list[Chance]:
    """Each class or number in a row."""
    if reply.kind == "classes":
        return [
            _chance(name, float(value), reply.likely) for name, value in zip(reply.names, reply.values, strict=True)
        ]
    if reply.kind != "numbers":
        return []
    most = float(reply.values.abs().max()) or 1.0
    names: Any = reply.names or [f"{reply.output} {n + 1}" for n in range(len(reply.values))]
    return [
        Chance(name, abs(float(value)) / most, f"{float(value):.4g}".replace("-", "−"))
        for name, value in zip(names, reply.values, strict=True)
    ]


def _chance(name: str, value: float, likely: bool) -> Chance:
    return Chance(name, value, f"{100 * value:.1f} %" if likely else "")
