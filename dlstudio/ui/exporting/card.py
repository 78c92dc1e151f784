"""Card: one format to choose, with what it is for and what it lacks."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from dlstudio.catalog.formats import Format
from dlstudio.ui.exporting.lack import lacking
from dlstudio.ui.theme.icons import pixmap
from dlstudio.ui.theme.tokens import Theme

SIGNS = {
    "Python": "code", "Training": "terminal", "Onnx": "box", "Pt2": "workflow", "Safetensors": "database",
    "Executorch": "cpu", "Web": "monitor", "Report": "chart-line",
}  # fmt: skip
OTHER = "file"


class Card(QPushButton):
    """As high as its words need at the width of the list."""

    def __init__(self, form: type[Format], width: int, theme: Theme) -> None:
        super().__init__()
        self.form = form
        self.setProperty("role", "card")
        self.setCheckable(True)
        self.setAccessibleName(form.title)
        self.setAccessibleDescription(form.purpose())
        self.sign, self.title = QLabel(), _through(QLabel(form.title), "head")
        self.sign.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.sign.setPixmap(pixmap(SIGNS.get(form.kind, OTHER), theme.accent, 16))
        self.suffix = _through(QLabel(form.suffix or "folder"), "share")
        self.purpose = _through(QLabel(form.purpose()), "small")
        self.purpose.setWordWrap(True)
        self.lack = _through(QLabel(f"needs {', '.join(lacking(form))}"), "warn")
        self.lack.setWordWrap(True)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.sign)
        top.addWidget(self.title)
        top.addStretch(1)
        top.addWidget(self.suffix)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.purpose)
        column.addWidget(self.lack)
        self.lack.setVisible(bool(lacking(form)))
        self.setFixedWidth(width)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return QSize(self.width(), layout.totalHeightForWidth(self.width()) if layout else 0)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def _through(label: QLabel, role: str) -> QLabel:
    """Words on a button, which hears the mouse through them."""
    label.setProperty("role", role)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return label
