"""Seen: the right side of the data panel: samples, statistics, remarks, before and after, behind tabs."""

from time import monotonic

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from dlstudio.data.progress import Progress
from dlstudio.ui.elided import Elided
from dlstudio.ui.forms.editor import restyle
from dlstudio.ui.panels.data.before_after import BeforeAfter
from dlstudio.ui.panels.data.facts import Facts
from dlstudio.ui.panels.data.overview import Overview
from dlstudio.ui.panels.data.remark_list import RemarkList
from dlstudio.ui.panels.data.sample_page import SamplePage
from dlstudio.ui.panels.data.samples import Samples
from dlstudio.ui.panels.data.wrong import Wrong
from dlstudio.ui.panels.inspector.page import link
from dlstudio.ui.session import Session
from dlstudio.ui.theme.tokens import Theme

LONG = 0.4
"""Seconds after which a reading is worth a button that ends it."""
TIPS = {
    "Samples": "What the samples look like",
    "Statistics": "How balanced the classes are, and the numbers of every column",
    "Before and after": "What transforms and augmentations do to samples",
    "Remarks": "What is unwise about the data",
}


class Seen(QWidget):
    """One view at a time; where the data cannot be read, the sentence that says why."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self.facts, self.since = Facts(), 0.0
        self.samples, self.overview = Samples(theme), Overview(theme)
        self.remarks, self.changed = RemarkList(session, theme), BeforeAfter(theme)
        self.page = SamplePage(theme)
        self.wrong = Wrong(session)
        self.stage = Elided()
        self.stage.setProperty("role", "small")
        self.stage.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        """What is done at the moment."""
        self.cancel = link("Cancel", lambda: None, "Ends the reading of the data (Escape)")
        self.cancel.hide()
        self.tabs: dict[str, QPushButton] = {}
        self.views: dict[str, QWidget] = {
            "Samples": self.samples,
            "Statistics": self.overview,
            "Before and after": self.changed,
            "Remarks": self.remarks,
        }
        self._lay_out()
        self.samples.opened.connect(self._open)
        self.page.left.connect(self._close)

    def _lay_out(self) -> None:
        self.group, row = QButtonGroup(self), QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 0)
        row.setSpacing(2)
        for name in self.views:
            tab = QPushButton(name)
            tab.setProperty("role", "tab")
            tab.setCheckable(True)
            tab.setToolTip(f"{TIPS[name]} (Ctrl+Page Up, Ctrl+Page Down)")
            tab.clicked.connect(lambda _=False, name=name: self.show_view(name))
            self.group.addButton(tab)
            self.tabs[name] = tab
            row.addWidget(tab)
        row.addWidget(self.stage, 1)
        row.addWidget(self.cancel)
        holder = QWidget()
        self.stack = QStackedLayout(holder)
        for view in (*self.views.values(), self.page, self.wrong):
            self.stack.addWidget(view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(holder, 1)
        self.tabs["Samples"].setChecked(True)

    # What is shown

    def show_facts(self, facts: Facts) -> None:
        """Other data."""
        self.facts = facts
        count = len(facts.issues)
        self.tabs["Remarks"].setText(f"Remarks · {count}" if count else "Remarks")
        worst = any(issue.severity != "hint" for issue in facts.issues)
        restyle(self.tabs["Remarks"], state="warn" if worst else "")
        for view in (self.samples, self.overview, self.remarks, self.changed):
            view.show_facts(facts)
        self.wrong.show_mistake(facts.mistakes.get("source", "") if facts.survey is None else "", halted=facts.halted)
        self.show_view(self.now)

    def show_stage(self, progress: Progress | None) -> None:
        """How far a reading is; one that takes its time can be cancelled."""
        words = "" if progress is None else "Cancelling …" if progress.cancelled else progress.words()
        self.stage.say(words, words.partition(": ")[2] or words)
        self.since = self.since or monotonic() if progress else 0.0
        self.cancel.setVisible(bool(progress) and monotonic() - self.since > LONG)
        self.cancel.setEnabled(progress is not None and not progress.cancelled)

    @property
    def now(self) -> str:
        """The tab that is chosen."""
        return next(name for name, tab in self.tabs.items() if tab.isChecked())

    def show_view(self, name: str) -> None:
        """Goes to a view, which asks for what it needs."""
        self.tabs[name].setChecked(True)
        self.stack.setCurrentWidget(self.wrong if self.wrong.told.text() else self.views[name])
        if name == "Statistics":
            self.overview.count()
        elif name == "Before and after":
            self.changed.ask()

    def _open(self, pick: object, at: int, total: int) -> None:
        if self.facts.survey is not None:
            self.stack.setCurrentWidget(self.page)
            self.page.open(self.facts.survey, pick, at, total)  # type: ignore[arg-type]

    def _close(self) -> None:
        self.show_view(self.now)
        self.samples.seek()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Page keys go through the views."""
        keys = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if event.key() in keys and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            names = list(self.views)
            self.show_view(names[(names.index(self.now) + keys[Qt.Key(event.key())]) % len(names)])
        else:
            super().keyPressEvent(event)

    def set_theme(self, theme: Theme) -> None:
        for view in (self.samples, self.overview, self.remarks, self.changed, self.page):
            view.set_theme(theme)

    def stop(self) -> None:
        for view in (self.samples, self.overview, self.changed, self.page):
            view.stop()
