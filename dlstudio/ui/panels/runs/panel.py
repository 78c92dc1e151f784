"""Runs: every training that was kept, in a table; the one that is chosen is seen in all panels."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.census import Census, Record
from dlstudio.ui.background import Background
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.panels.runs import folders
from dlstudio.ui.panels.runs.bar import Bar
from dlstudio.ui.panels.runs.difference import WIDTH, Difference
from dlstudio.ui.panels.runs.menu import menu
from dlstudio.ui.panels.runs.model import RunModel
from dlstudio.ui.panels.runs.overlaid import Overlaid
from dlstudio.ui.panels.runs.reasons import reasons
from dlstudio.ui.panels.runs.selection import Selection
from dlstudio.ui.panels.runs.view import RunView, tint
from dlstudio.ui.panels.runs.writing import noted, renamed
from dlstudio.ui.runner import Runner
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.tokens import Theme
from dlstudio.ui.viewing.overlay import MOST
from dlstudio.ui.viewing.viewing import Viewing

LIVE, CALM = 1_000, 3_000
"""Milliseconds between two looks at the folder while a run goes on, and while none does."""
PATIENCE = 0.25
"""Seconds after which the runs that were read so far are shown."""
SETTLE = 120
"""Milliseconds that a row stays chosen before its run is opened, so that arrow keys run freely."""
EMPTY = "No runs here yet: press Train (F5), or watch a run of another program (Ctrl+Shift+O)."
NONE_FITS = "No run fits these words."


class Runs(Panel):
    """The table, and beside it in what two runs differ."""

    name, title, icon, area = "runs", "Runs", "history", "bottom"

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.runner: Runner | None = None
        self.viewing: Viewing | None = None
        self._own, self._told_of = set[Path](), list[Path]()  # trained here; chosen when something was told
        self.rows = RunModel(self._write)
        self.view = RunView(self.rows, theme, lambda hue: tint(hue, self.theme))
        self.overlaid = Overlaid(self.rows)
        self.selection = Selection(self.view, self.rows)
        self.difference = Difference(session, self.wants.emit)
        self.census = Census()
        self.background: Background[tuple[Path, ...], tuple[Record, ...]] = Background(
            lambda folders: self.census.take(folders, PATIENCE), self._show, self
        )
        self.bar = Bar(self.does.emit, self._sift, self.look)
        self.empty, self.said = QLabel(EMPTY), QLabel()
        self._lay_out()
        self.bar.set_theme(theme)
        self.difference.set_theme(theme)
        self.selection.changed.connect(self._on_choice)
        self.view.does.connect(self.does)
        self.view.ticks.connect(self.tick)
        self.view.customContextMenuRequested.connect(self._menu)
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self.look)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE)
        self._settle.timeout.connect(self._watch)
        self._on_reasons()

    def _lay_out(self) -> None:
        for label, role in ((self.empty, "muted"), (self.said, "bad")):
            label.setProperty("role", role)
            label.setWordWrap(True)
            label.setContentsMargins(16, 4, 16, 4)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.said.hide()
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        table = QWidget()
        self.body = QStackedLayout(table)
        self.body.addWidget(self.empty)
        self.body.addWidget(self.view)
        self.split.addWidget(table)
        self.split.addWidget(self.difference)
        self.split.setStretchFactor(0, 1)
        self.difference.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.said)
        column.addWidget(self.split, 1)
        self.setMinimumHeight(120)

    # What is shown

    def follow(self, runner: Runner) -> None:
        self.runner = runner
        self.bar.offer(runner.runs)

    def see(self, viewing: Viewing) -> None:
        self.viewing = self.overlaid.viewing = viewing
        viewing.listen(self._on_news)

    def show_state(self, old: State | None, new: State) -> None:
        if self.runner and (old is None or old.path != new.path):
            self.bar.offer(self.runner.runs)
        if old is None or old.phase != new.phase:
            self.look()

    def look(self) -> None:
        """Takes the runs of the folder anew, in the background."""
        if self.isVisible() and self.bar.folders:
            self.background.ask(self.bar.folders)

    def _show(self, _: tuple[Path, ...], found: tuple[Record, ...]) -> None:
        if self.view.writing:
            self._again.start(LIVE)
            return
        self.rows.show(found)
        self._on_news()
        self._count()
        wait = LIVE if any(record.alive for record in found) else CALM
        self._again.start(0 if self.census.left else wait)

    def _count(self) -> None:
        there, shown = len(self.rows.all) + self.census.left, len(self.rows.rows)
        self.empty.setText(NONE_FITS if there else EMPTY)
        self.body.setCurrentIndex(1 if shown else 0)
        runs = f"{there:,} run{'' if there == 1 else 's'}"
        self.bar.count.setText(runs if shown == there else f"{shown:,} of {runs}")
        self._on_reasons()

    def _sift(self, words: str) -> None:
        self.rows.sift(words)
        self._count()

    def _on_news(self) -> None:
        """Marks the run that is seen, and those that were trained here."""
        job = self.runner.job if self.runner else None
        here = job and (job.ended.path if job.ended else job.sight.folder if job.sight else None)
        if here:
            self._own.add(here.absolute())
        seen = self.viewing.path.absolute() if self.viewing and self.viewing.path else None
        if seen and seen.parent not in self.bar.offered and self.runner:
            self.bar.offer(self.runner.runs, seen.parent)
            self.bar.choose(seen.parent)
        if (seen, frozenset(self._own)) != (self.view.seen, self.view.own):
            self.view.seen, self.view.own = seen, frozenset(self._own)
            self.view.viewport().update()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.view.theme = theme
        self.view.viewport().update()
        self.bar.set_theme(theme)
        self.difference.set_theme(theme)

    # What is chosen

    @property
    def chosen(self) -> list[Record]:
        """The runs of the selected rows, from the top."""
        return self.selection.runs

    def choose(self, path: Path) -> None:
        """Selects a run, if it is listed."""
        self.selection.choose(path)

    def _on_choice(self) -> None:
        chosen = self.chosen
        if [record.path for record in chosen] != self._told_of:
            self.tell("")
        self._on_reasons()
        apart = not self.difference.isVisible()
        self.difference.show_runs([record.run for record in chosen])
        if apart and self.difference.isVisible():
            self.split.setSizes([self.split.width() - WIDTH, WIDTH])
        self._settle.start()

    def _watch(self) -> None:
        """Shows the run that was chosen in the whole dashboard, and the curves of two over each other."""
        chosen, viewing = self.chosen, self.viewing
        if len(chosen) == 1 and viewing and chosen[0].path != self.view.seen:
            job = self.runner.job if self.runner else None
            mine = job and (job.sight.folder if job.sight else job.ended and job.ended.path)
            self._try(viewing.follow if mine == chosen[0].path else lambda: viewing.watch(chosen[0].path))
            self._on_news()
        self._try(lambda: self.overlaid.compare(chosen))

    def tick(self, record: Record) -> None:
        """Draws the curves of a run over those of the one that is seen, or no more."""
        self.tell("")
        wanted = self.overlaid.toggled(record.path)
        if len(wanted) > MOST:
            self.tell(f"No more than {MOST} runs are drawn at one time; take another one away first.")
            return
        self._try(lambda: self.overlaid.draw(wanted))

    def _try(self, act: Callable[[], object]) -> None:
        """Does something with the disk; what goes wrong is told in a line."""
        try:
            act()
        except ProjectProblem as problem:
            self.tell(str(problem))

    def tell(self, text: str) -> None:
        """A sentence over the table; none takes it away."""
        self._told_of = [record.path for record in self.chosen]
        self.said.setText(text)
        self.said.setVisible(bool(text))

    # What is done

    def reasons(self) -> dict[str, str]:
        """By its action why something cannot be done with what is chosen."""
        return reasons(self.chosen, trains=bool(self.session.state.phase))

    def _on_reasons(self) -> None:
        self.bar.enable(self.reasons())

    def add_folder(self, folder: Path) -> None:
        """Looks for runs in one more folder, and shows it."""
        folders.add(folder)
        if self.runner:
            self.bar.offer(self.runner.runs)
        self.bar.choose(folder.absolute())

    def _write(self, record: Record, what: str, text: str) -> bool:
        """Writes a name or a note to the disk; what is seen of the run goes on under its new name."""
        self.tell("")
        write = noted if what == "note" else self._rename
        self._try(lambda: self._take(record, write(record, text)))
        self.look()
        return not self.said.text()

    def _rename(self, record: Record, name: str) -> Record:
        new = renamed(record, name)
        job = self.runner.job if self.runner else None
        if job and job.ended and job.ended.path == record.path:
            job.ended = replace(job.ended, path=new.path)
        if record.path in self._own:
            self._own.add(new.path)
        if self.viewing and self.viewing.path == record.path:
            self.viewing.watch(new.path)
        if record.path in self.rows.ticked:
            self.overlaid.draw([new.path if path == record.path else path for path in self.rows.ticked])
        return new

    def _take(self, old: Record, new: Record) -> None:
        """Shows what was just written, before the disk is looked at again; the field for it has closed then."""

        def show() -> None:
            self.rows.show([new if record.path == old.path else record for record in self.rows.all])
            if not self.view.writing:
                self.choose(new.path)
                self.view.setFocus()

        QTimer.singleShot(0, self, show)

    def gone(self, record: Record) -> None:
        """A run is about to be deleted: nothing of it is shown any more."""
        if self.viewing and self.viewing.path == record.path:
            self.viewing.follow() if self.runner and self.runner.alive else self.viewing.let_go()
        self.overlaid.draw([path for path in self.rows.ticked if path != record.path])

    def _menu(self, at: QPoint) -> None:
        """What can be done with the runs that are chosen."""
        if self.chosen:
            shown = menu(self, self.theme, self.reasons(), self.does.emit)
            shown.popup(self.view.viewport().mapToGlobal(at))

    # Coming and going

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._again.stop()
        self._settle.stop()

    def stop(self) -> None:
        self._again.stop()
        self._settle.stop()
        self.background.stop()
        self.difference.stop()
