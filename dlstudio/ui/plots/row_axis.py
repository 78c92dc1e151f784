"""RowAxis: the names of rows beside their colours."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from dlstudio.ui.plots.axis import APART, LINE, RIGHT, Axis
from dlstudio.ui.plots.scale import Scale, Span
from dlstudio.ui.theme.fonts import words
from dlstudio.ui.theme.ink import color
from dlstudio.ui.theme.tokens import TINY, Theme

NAMES, SHARE = 168, 0.3
"""How wide the names of rows are at most, in pixels and as a share of the width."""
CLOSE = 14
"""Names stand at least so far below each other; those between are left out."""


class RowAxis(Axis):
    """As many names as can be written below each other; those that stand out are brighter."""

    theme: Theme

    def __init__(self) -> None:
        self.names: Sequence[str] = ()
        self.lit: frozenset[str] = frozenset()
        super().__init__("left", Span, Scale)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        super().set_theme(theme)

    def needed(self) -> float:
        metrics = QFontMetricsF(words(TINY))
        longest = max((metrics.horizontalAdvance(name) for name in self.names), default=0.0)
        whole = self.scene().sceneRect().width() if self.scene() else NAMES
        return float(round(min(longest + APART + 4, NAMES, SHARE * whole)))

    def paint(self, painter: QPainter, option: object, widget: object) -> None:
        if not self.names:
            return
        each = self.length / len(self.names)
        metrics, wide = QFontMetricsF(words(TINY)), self.size().width() - APART
        painter.setFont(words(TINY))
        for number in range(0, len(self.names), max(1, math.ceil(CLOSE / each))):
            name = self.names[number]
            painter.setPen(color(self.theme.text if name in self.lit else self.theme.muted))
            y = min(max((number + 0.5) * each - LINE / 2, -8.0), self.length - LINE + 2)
            text = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, wide)
            painter.drawText(QRectF(0, y, wide, LINE), RIGHT, text)
