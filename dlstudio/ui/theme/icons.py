"""Icons: small line drawings in the colour of the text that they stand beside."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from dlstudio.core.resources import resource
from dlstudio.ui.theme.ink import mixed
from dlstudio.ui.theme.tokens import Theme

PALE = 0.4
"""How much of its colour an icon keeps that cannot be pressed."""


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text("utf-8")


@lru_cache(maxsize=1024)
def pixmap(name: str, tint: str, size: int = 16, ratio: float = 2.0) -> QPixmap:
    """An icon in a colour, sharp on fine screens too."""
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    drawing = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", tint).encode()))
    drawing.render(painter, QRectF(0, 0, made.width(), made.height()))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


@lru_cache(maxsize=256)
def icon(name: str, theme: Theme) -> QIcon:
    """An icon for buttons and menus, paler where nothing can be pressed."""
    made = QIcon(pixmap(name, theme.text))
    made.addPixmap(pixmap(name, mixed(theme.panel, theme.muted, PALE)), QIcon.Mode.Disabled)
    made.addPixmap(pixmap(name, theme.accent), QIcon.Mode.Normal, QIcon.State.On)
    return made
