"""Choosing: the page on which an export is put together: the format, what is exported, its options, and the file."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from dlstudio.catalog.formats import Format, formats
from dlstudio.core.document import Project
from dlstudio.ui.exporting.cards import Cards
from dlstudio.ui.exporting.lack import command, lacking
from dlstudio.ui.exporting.offer import Offer
from dlstudio.ui.exporting.options import Options
from dlstudio.ui.exporting.subject_box import SubjectBox
from dlstudio.ui.exporting.target import Target
from dlstudio.ui.overlays.page import Page, row
from dlstudio.ui.overlays.strip import Kind, Strip
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.settings import settings
from dlstudio.ui.theme.appearance import scale
from dlstudio.ui.theme.tokens import Theme

KEY, WIDTH = "export/format", 300
Ways = dict[str, Callable[[], object]]
Obstacle = Callable[[Offer], tuple[str, Ways]]
"""Why something cannot be exported now, and what can be done about it; no words where it can."""


class Choosing(Page):
    """Says what is wrong before anything is begun; Export can be pressed when nothing is."""

    wants = Signal()
    leaves = Signal()

    def __init__(self, project: Project, suggestion: Path, obstacle: Obstacle, theme: Theme) -> None:
        super().__init__()
        self.suggestion, self.obstacle = suggestion, obstacle
        self.cards = Cards(round(WIDTH * scale()), theme)
        self.subject, self.options, self.target = SubjectBox(project), Options(), Target()
        self.strip = Strip(theme)
        self.export, self.cancel = QPushButton("Export"), QPushButton("Cancel")
        self.aside = ""
        """What is good to know where nothing is in the way."""
        self._told: tuple[str, Ways] = ("", {})
        self._lay_out()
        self.cards.chosen.connect(self._on_format)
        self.subject.changed.connect(self._on_subject)
        self.target.changed.connect(self._judge)
        self.options.changed.connect(self._judge)
        self.export.clicked.connect(self.wants)
        self.cancel.clicked.connect(self.leaves)
        self.cards.choose(formats.get(str(settings().value(KEY, ""))) or next(iter(formats)))
        self._on_subject()

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addWidget(label("What", "small"))
        right.addWidget(self.subject)
        right.addSpacing(10)
        right.addWidget(self.options)
        right.addSpacing(10)
        right.addWidget(self.target)
        right.addSpacing(10)
        right.addWidget(self.strip)
        right.addStretch(1)
        rest = QWidget()
        rest.setProperty("role", "clear")
        rest.setLayout(right)
        right.setContentsMargins(0, 0, 4, 0)
        scroll = QScrollArea()
        scroll.setProperty("role", "clear")
        scroll.setWidgetResizable(True)
        scroll.setWidget(rest)
        body = QHBoxLayout()
        body.setSpacing(20)
        body.addWidget(self.cards)
        body.addWidget(scroll, 1)
        self.column.addWidget(label("Export model", "title"))
        self.column.addLayout(body, 1)
        self.column.addLayout(row(self.cancel, self.export))

    def show_offers(self, runs: tuple[Offer, ...]) -> None:
        """The runs that there are."""
        self.subject.show_offers(runs)

    def refuse(self, text: str, ways: Ways) -> None:
        """The export could not be done: why, and where to go; it stands until something else is chosen."""
        self._told = (text, ways)
        self._judge()

    @property
    def form(self) -> type[Format]:
        return self.cards.form

    def _on_format(self, form: type[Format]) -> None:
        settings().setValue(KEY, form.kind)
        self.options.show_format(form)
        self._told = ("", {})
        self.target.show_format(form)

    def _on_subject(self) -> None:
        offer = self.subject.offer
        self._told = ("", {})
        name = offer.run.name if offer.run else self.suggestion.name
        part = f"-{self.subject.network}" if len(offer.networks) > 1 else ""
        self.target.suggest(str(self.suggestion.with_name(f"{name}{part}")))
        self._judge()

    def _judge(self) -> None:
        """What stands in the way, the worst first."""
        text, kind, ways = self._lack()
        if not text:
            text, ways = self.obstacle(self.subject.offer)
            kind = "warn"
        wrong = text or self.options.wrong or self.target.wrong
        if not text:
            text, kind, ways = self._told[0], "bad", self._told[1]
        if not text:
            text, kind = self.aside, "info"
        self.strip.say(text, kind, ways)
        self.export.setEnabled(not wrong)
        self.export.setToolTip(wrong)

    def _lack(self) -> tuple[str, Kind, Ways]:
        """The packages that are not there, with the command that installs them."""
        missing = lacking(self.form)
        if not missing:
            return "", "info", {}
        line, several = command(self.form), len(missing) > 1
        named = ", ".join(missing[:-1]) + " and " * several + missing[-1]
        text = f"{self.form.title} needs the package{'s' * several} {named}."
        text += f" This installs {'them' if several else 'it'}: {line}"
        return text, "warn", {"Copy the command": lambda: QGuiApplication.clipboard().setText(line)}
