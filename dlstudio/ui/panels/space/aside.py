"""Aside: beside the samples of a space: the one that is pointed at with all its chances, else what the shapes mean."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from dlstudio.ui.panels.answers.chances import EDGE, ROW, Chances
from dlstudio.ui.panels.answers.reading import choice_rows
from dlstudio.ui.panels.features.close import Close
from dlstudio.ui.panels.space.spans import Spans
from dlstudio.ui.plots.shapes import Key
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.training.questions.latent import Cloud

SLIM, WIDE = 148, 376
"""How wide it is: with the sample over its chances, or beside them."""
FEWEST = 3
"""How many chances are seen at least; the picture of the sample is smaller then."""
PICTURE = 124


class Aside(QWidget):
    """The sample and its chances; while nothing is pointed at, the classes with their shapes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.close_up, self.chances = Close(theme), Chances(theme)
        self.spans, self.key = Spans(theme), Key(theme, lines=6)
        self.cloud: Cloud | None = None
        self.at = -1
        self.below = QWidget()
        column = QVBoxLayout(self.below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.chances)
        column.addStretch(1)
        column.addWidget(self.spans)
        column.addWidget(self.key)
        self.line = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(4)
        self.line.addWidget(self.close_up, 1)
        self.line.addWidget(self.below)
        self.chances.hide()

    def show_cloud(self, cloud: "Cloud") -> None:
        """Other samples, or the same elsewhere."""
        self.cloud = cloud
        self.key.show_names(cloud.classes)
        self.spans.show_distances(cloud.distances)
        self._arrange()

    def show_sample(self, at: int, image: QImage | None, lines: tuple[str, ...]) -> None:
        """The sample of this number; −1 is none."""
        self.at = at
        self.close_up.show_sample(image, lines)
        self._arrange()

    def make_room(self, wide: bool) -> None:
        """Takes as much of the width as there is to spare."""
        self.line.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self.setFixedWidth(WIDE if wide else SLIM)
        self.close_up.setFixedWidth(WIDE // 2 - 8 if wide else SLIM)
        for widget in (self.spans, self.key):
            widget.setFixedWidth(WIDE // 2 if wide else SLIM)
        self.key.updateGeometry()
        self._arrange()

    @property
    def slim(self) -> bool:
        return self.line.direction() == QBoxLayout.Direction.TopToBottom

    @property
    def most(self) -> int:
        """How many chances have room."""
        room = self.height() - (PICTURE if self.slim else 0) - 2 * EDGE
        if not self.slim and self.spans.isVisibleTo(self):
            room -= self.spans.height()
        return max(FEWEST, room // ROW)

    def _arrange(self) -> None:
        """What the shapes mean gives way to the chances, which name the classes too."""
        held = self.cloud.held if self.cloud else None
        pointed = held is not None and 0 <= self.at < len(held.best)
        if pointed and held is not None and self.cloud is not None:
            found = list(zip(held.best[self.at].tolist(), held.chances[self.at].tolist(), strict=True))
            target = int(self.cloud.kinds[self.at])
            self.chances.show_rows(choice_rows(found, target, held.names, is_share=held.likely, most=self.most))
        self.chances.setVisible(pointed)
        self.key.setVisible(not pointed)
        self.spans.setVisible(
            self.cloud is not None and self.cloud.distances is not None and not (pointed and self.slim)
        )

    def set_theme(self, theme: Theme) -> None:
        self.close_up.theme = self.spans.theme = self.key.theme = theme
        self.chances.set_theme(theme)
        for widget in (self.close_up, self.spans, self.key):
            widget.update()
