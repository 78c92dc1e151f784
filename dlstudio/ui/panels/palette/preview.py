"""Preview: a card as it would look on the canvas, small, for a tooltip."""

from functools import lru_cache
from html import escape

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QPainter, QPixmap

from dlstudio.core import edits
from dlstudio.core.document import MODEL, Project, Rect
from dlstudio.ui.canvas import brushwork
from dlstudio.ui.canvas.adding.entry import Entry
from dlstudio.ui.canvas.card import card
from dlstudio.ui.theme.tokens import Theme

MARGIN = 8


def tip(entry: Entry, theme: Theme) -> str:
    """What a tooltip says of an entry: its purpose, the words by which it is typed, and its card."""
    words = " or ".join(entry.words[:2]) if entry.sort == "layer" else ""
    typed = f'<br><span style="color:{theme.muted}">typed as {escape(words)}</span>' if words else ""
    picture = f'<br><img src="data:image/png;base64,{_picture(entry.name, theme)}">' if entry.sort == "layer" else ""
    return f"<b>{escape(entry.title)}</b><br>{escape(entry.purpose)}{typed}{picture}"


@lru_cache(maxsize=256)
def _picture(kind: str, theme: Theme) -> str:
    """The card of a layer with its usual settings, as a picture in text."""
    project = Project()
    node = edits.new_node(project.networks[MODEL], kind)
    project = edits.add(project, MODEL, node)
    shown = card(project, MODEL, node, None, ())
    made = QPixmap(round(shown.width) + 2 * MARGIN, round(shown.height) + 2 * MARGIN)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    brushwork.card(painter, shown, Rect(MARGIN, MARGIN, shown.width, shown.height), brushwork.PLAIN, 1.0, theme)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    made.save(buffer, "PNG")
    return bytes(data.toBase64().data()).decode()
