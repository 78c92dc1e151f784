"""BeforeAfter: the same samples on their way to the network, stage by stage; chance is rolled again by a button."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from dlstudio.ui.background import Background
from dlstudio.ui.panels.data.facts import Facts
from dlstudio.ui.panels.data.tile_brush import CAPTION, paint_tile
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.ink import color
from dlstudio.ui.theme.tokens import SMALL, Theme

if TYPE_CHECKING:
    from dlstudio.ui.panels.data.rolling import Roll, Stage

SIDE, GAP, TITLE, COUNT = 100, 8, 28, 8
NOTHING = "Add a transform or an augmentation on the left to see what it does to these samples."


class Stages(QWidget):
    """Paints the samples in rows, one for each stage."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.stages: tuple[Stage, ...] = ()
        self.setAccessibleName("Samples before and after")

    def show_stages(self, stages: "tuple[Stage, ...]") -> None:
        """Other samples."""
        self.stages = stages
        self.setAccessibleDescription(", then ".join(stage.title for stage in stages))
        self.setMinimumHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()

    @property
    def across(self) -> int:
        """How many samples have room side by side."""
        return max(1, min(COUNT, (self.width() - 32 + GAP) // (SIDE + GAP)))

    @property
    def side(self) -> float:
        return min(200.0, (self.width() - 32 + GAP) / self.across - GAP)

    def sizeHint(self) -> QSize:
        return QSize(400, round(len(self.stages) * (TITLE + self.side + CAPTION + 8) + 16))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        top = 4.0
        for stage in self.stages:
            painter.setFont(fonts.words(SMALL, True))
            painter.setPen(color(self.theme.text if stage.tiles else self.theme.bad))
            room = QRectF(16, top, self.width() - 32, TITLE)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, stage.title)
            for i, tile in enumerate(stage.tiles[: self.across]):
                box = QRectF(16 + i * (self.side + GAP), top + TITLE, self.side, self.side + CAPTION)
                paint_tile(painter, box.toRect().toRectF(), tile, self.theme)
            top += TITLE + self.side + CAPTION + 8
        painter.end()


class BeforeAfter(QWidget):
    """The stages under a button that rolls the dice again."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.facts, self.seed = Facts(), 0
        self.told = label("Training samples on their way to the network", "small")
        self.again = QPushButton("Roll again")
        self.again.setToolTip("Other random changes of the same samples (R)")
        self.again.clicked.connect(self.roll)
        self.stages = Stages(theme)
        self.hint = label(NOTHING, "muted", wrap=True)
        self.hint.setContentsMargins(16, 8, 16, 8)
        scroll = QScrollArea()
        scroll.setWidget(self.stages)
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName("Before and after")
        self.background: Background[Roll, tuple[Stage, ...]] = Background(_roll, self._show, self)
        row = QHBoxLayout()
        row.setContentsMargins(16, 4, 8, 4)
        row.addWidget(self.told, 1)
        row.addWidget(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.hint)
        column.addWidget(scroll, 1)
        self.set_theme(theme)

    def show_facts(self, facts: Facts) -> None:
        """Other data, or other steps."""
        self.facts = facts
        if self.isVisible():
            self.ask()

    def ask(self) -> None:
        """Wants the samples with the present throw of the dice."""
        survey = self.facts.survey
        if survey is None:
            return
        from dlstudio.ui.panels.data.rolling import Roll

        bad = frozenset(at for at in range(len(survey.augment)) if f"augment/{at}" in self.facts.mistakes)
        self.hint.setVisible(not survey.steps and not survey.augment)
        self.again.setEnabled(len(survey.augment) > len(bad))
        self.background.ask(Roll(survey, COUNT, self.seed, bad))

    def roll(self) -> None:
        """Another throw of the dice."""
        self.seed += 1
        self.ask()

    def _show(self, asked: "Roll", stages: "tuple[Stage, ...]") -> None:
        if asked.survey is self.facts.survey:
            self.stages.show_stages(stages)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_R and not event.modifiers() and self.again.isEnabled():
            self.roll()
        else:
            super().keyPressEvent(event)

    def set_theme(self, theme: Theme) -> None:
        self.again.setIcon(icon("dice-5", theme))
        self.stages.theme = theme
        self.stages.update()

    def stop(self) -> None:
        self.background.stop()


def _roll(asked: "Roll") -> "tuple[Stage, ...]":
    from dlstudio.ui.panels.data.rolling import roll

    return roll(asked)
