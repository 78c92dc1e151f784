"""Proof: the page of a certificate: whether the file answers as the model does, by how much it differs, where it is."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from dlstudio.core.issue import Issue
from dlstudio.ui.elided import Elided
from dlstudio.ui.exporting.gauge import Gauge
from dlstudio.ui.exporting.reading import facts, numbers, summary, verdict
from dlstudio.ui.overlays.page import Page, row
from dlstudio.ui.panels.inspector.page import label, link
from dlstudio.ui.panels.soft import soft
from dlstudio.ui.theme.icons import pixmap
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.exchange.certificate import Certificate

HEADS = ("Output", "How far apart", "Largest difference", "Relative", "Tolerated", "Shape")
GAUGE, RELATIVE = 1, 3


class Proof(Page):
    """What is to be read at the end."""

    goes = Signal(object)
    """Somebody wants to see where an issue is."""
    again = Signal()
    leaves = Signal()

    def __init__(self, proof: "Certificate", at: Issue | None, theme: Theme) -> None:
        super().__init__()
        self.proof, self.theme = proof, theme
        self.sign, self.title, self.text = QLabel(), label(role="title", wrap=True), label(role="muted", wrap=True)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 8, 0)
        self.body.setSpacing(14)
        self.folder, self.copy = QPushButton("Show in folder"), QPushButton("Copy path")
        self.open = QPushButton("Open the page")
        if not self._page.is_file():
            self.open.hide()
        self.open.clicked.connect(lambda: self._visit(self._page))
        self.back, self.close_ = QPushButton("Export another"), QPushButton("Done")
        self.folder.clicked.connect(self._show)
        self.copy.clicked.connect(self._copy)
        self.back.clicked.connect(self.again)
        self.close_.clicked.connect(self.leaves)
        self._lay_out()
        self._show_verdict()
        self._show_body(at)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.sign, alignment=Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.title)
        words.addWidget(self.text)
        head.addLayout(words, 1)
        inner = QWidget()
        inner.setProperty("role", "clear")
        inner.setLayout(self.body)
        scroll = QScrollArea()
        scroll.setProperty("role", "clear")
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        self.column.addLayout(head)
        self.column.addWidget(scroll, 1)
        self.column.addLayout(row(self.back, self.close_, front=(self.folder, self.copy, self.open)))

    def _show_verdict(self) -> None:
        good = self.proof.passed
        tint = self.theme.good if good else self.theme.bad
        self.sign.setPixmap(pixmap("circle-check" if good else "circle-alert", tint, 28))
        self.sign.setAccessibleName("passed" if good else "failed")
        title, text = verdict(self.proof)
        self.title.setText(soft(title))
        self.text.setText(soft(text))

    def _show_body(self, at: Issue | None) -> None:
        if at:
            self.body.addWidget(self._way(at), alignment=Qt.AlignmentFlag.AlignLeft)
        if self.proof.outputs:
            self.body.addWidget(_table(self.proof, self.theme))
        if said := summary(self.proof):
            self.body.addWidget(label(said, wrap=True))
        self.body.addLayout(_facts(self.proof))
        self.body.addStretch(1)

    def _way(self, at: Issue) -> QPushButton:
        """Leads to the node that differs."""
        made = link(f"Go to {at.node}, the first node that differs", lambda: self.goes.emit(at))
        made.setAccessibleName(made.text())
        return made

    @property
    def _page(self) -> Path:
        """What a browser shows, where the export is a page or a folder with one."""
        path = self.proof.path
        return path if path.suffix == ".html" else path / "index.html"

    def _show(self) -> None:
        self._visit(self.proof.path.parent)

    def _visit(self, place: Path) -> None:
        """In the desktop's own program for it."""
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(place))):
            self.text.setText(f"It lies in {place.parent if place.is_file() else place}.")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(str(self.proof.path))
        self.copy.setText("Copied")


def _table(proof: "Certificate", theme: Theme) -> QFrame:
    """A line for each output."""
    frame = QFrame()
    frame.setProperty("role", "strip-note")
    grid = QGridLayout(frame)
    grid.setContentsMargins(16, 12, 16, 12)
    grid.setHorizontalSpacing(20)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(GAUGE, 1)
    left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
    for column, head in enumerate(HEADS):
        grid.addWidget(label(head, "small"), 0, column, right if column > GAUGE else left)
    for line, each in enumerate(proof.outputs, 1):
        grid.addWidget(label(each.name, "head"), line, 0)
        grid.addWidget(Gauge(each.relative, proof.tolerance, theme), line, GAUGE)
        for column, cell in enumerate(numbers(each, proof.tolerance), GAUGE + 1):
            made = label(cell, "number")
            if column == RELATIVE:
                made.setProperty("state", "good" if each.within(proof.tolerance) else "bad")
            grid.addWidget(made, line, column, right)
    return frame


def _facts(proof: "Certificate") -> QGridLayout:
    """What it was asked, by whom, and which files there are."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    top = Qt.AlignmentFlag.AlignTop
    for line, fact in enumerate(facts(proof)):
        grid.addWidget(label(fact.name, "muted"), line, 0, top)
        text = label(fact.text, wrap=True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(text, line, 1)
    folder = Elided(str(proof.path.parent), Qt.TextElideMode.ElideMiddle)
    grid.addWidget(label("Folder", "muted"), grid.rowCount(), 0, top)
    grid.addWidget(folder, grid.rowCount() - 1, 1)
    return grid
