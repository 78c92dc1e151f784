"""Runs: every training that was kept, in a table; the one that is chosen is seen in all panels."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QMenu, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from dlstudio.core.issue import ProjectProblem
from dlstudio.runs import library
from dlstudio.runs.census import Census, Record
from dlstudio.ui.background import Background
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.panels.runs import folders
from dlstudio.ui.panels.runs.bar import BUTTONS, Bar
from dlstudio.ui.panels.runs.difference import WIDTH, Difference
from dlstudio.ui.panels.runs.model import RECORD, RunModel
from dlstudio.ui.panels.runs.view import RunView
from dlstudio.ui.runner import Runner
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.icons import icon
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
CHOOSE_ONE = "Choose a run first."


class Runs(Panel):
    """The table, and beside it in what two runs differ."""

    name, title, icon, area = "runs", "Runs", "history", "bottom"

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.runner: Runner | None = None
        self.viewing: Viewing | None = None
        self._own: set[Path] = set()
        self._quiet = False
        self.rows = RunModel(self._write)
        self.view = RunView(self.rows, theme, self._tint)
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
        self.rows.modelAboutToBeReset.connect(self._before_reset)
        self.rows.modelReset.connect(self._after_reset)
        self.view.selectionModel().selectionChanged.connect(self._on_choice)
        self.view.does.connect(self.does)
        self.view.ticks.connect(self.tick)
        self.view.customContextMenuRequested.connect(self._menu)
        self._kept: tuple[list[Path], Path | None, int] = ([], None, 0)
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
        self.viewing = viewing
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

    def _tint(self, hue: int) -> str:
        from dlstudio.ui.plots.colors import hue_color

        return hue_color(hue, self.theme)

    # What is chosen

    @property
    def chosen(self) -> list[Record]:
        """The runs of the selected rows, from the top."""
        found = sorted(self.view.selectionModel().selectedRows(), key=lambda index: index.row())
        return [index.data(RECORD) for index in found]

    def choose(self, path: Path) -> None:
        """Selects a run, if it is listed."""
        index = self.rows.find(path)
        if index.isValid():
            self.view.setCurrentIndex(index)

    def _before_reset(self) -> None:
        current = self.view.currentIndex()
        path = current.data(RECORD).path if current.isValid() and current.row() < len(self.rows.rows) else None
        self._kept = [each.path for each in self.chosen], path, self.view.verticalScrollBar().value()
        self._quiet = True

    def _after_reset(self) -> None:
        """The same rows are chosen, and the view stays where it was."""
        paths, current, at = self._kept
        selection, last = QItemSelection(), self.rows.columnCount() - 1
        for index in filter(lambda each: each.isValid(), map(self.rows.find, paths)):
            selection.select(index, index.siblingAtColumn(last))
        model = self.view.selectionModel()
        if current:
            model.setCurrentIndex(self.rows.find(current), QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.view.verticalScrollBar().setValue(at)
        self._quiet = False
        self._on_choice()

    def _on_choice(self, *_: object) -> None:
        if self._quiet:
            return
        chosen = self.chosen
        self._on_reasons()
        apart = not self.difference.isVisible()
        self.difference.show_runs([record.run for record in chosen])
        if apart and self.difference.isVisible():
            self.split.setSizes([self.split.width() - WIDTH, WIDTH])
        if len(chosen) == 1:
            self._settle.start()

    def _watch(self) -> None:
        """Shows the run that was chosen in the whole dashboard."""
        chosen = self.chosen
        if len(chosen) == 1 and self.viewing and chosen[0].path != self.view.seen:
            job = self.runner.job if self.runner else None
            mine = job and (job.sight.folder if job.sight else job.ended and job.ended.path)
            self._try(self.viewing.follow if mine == chosen[0].path else lambda: self._open(chosen[0]))
            self._on_news()

    def _open(self, record: Record) -> None:
        if self.viewing:
            self.viewing.watch(record.path)

    def tick(self, record: Record) -> None:
        """Draws the curves of a run over those of the one that is seen, or no more."""
        if self.viewing is None:
            return
        viewing, now = self.viewing, dict.fromkeys(self.viewing.overlaid.hues)
        wanted = [path for path in now if path != record.path] if record.path in now else [*now, record.path]
        if len(wanted) > MOST:
            self.tell(f"No more than {MOST} runs are drawn at one time; take another one away first.")
            return
        if viewing.source is None:
            self._try(lambda: viewing.watch(record.path))
        self._try(lambda: viewing.overlay(wanted))
        self.rows.ticked = dict(viewing.overlaid.hues)
        self.rows.touch()

    def _try(self, act: Callable[[], object]) -> None:
        """Does something with the disk; what goes wrong is told in a line."""
        self.tell("")
        try:
            act()
        except ProjectProblem as problem:
            self.tell(str(problem))

    def tell(self, text: str) -> None:
        """A sentence over the table; none takes it away."""
        self.said.setText(text)
        self.said.setVisible(bool(text))

    # What is done

    def reasons(self) -> dict[str, str]:
        """By its action why something cannot be done with what is chosen."""
        chosen = self.chosen
        one = "" if len(chosen) == 1 else CHOOSE_ONE if not chosen else "Choose one run alone."
        some = "" if chosen else CHOOSE_ONE
        written = next((record.run.name for record in chosen if record.alive), "")
        free = f"The run “{written}” is being written." if written else ""
        trains = "This window trains already." if self.session.state.phase else ""
        return {
            **dict.fromkeys((name for name, _, _ in BUTTONS), one),
            "run-delete": some or free, "run-rename": one or free, "run-resume": one or free or trains,
            "run-csv": some, "run-tensorboard": some,
        }  # fmt: skip

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
        self._try(lambda: self._note(record, text) if what == "note" else self._rename(record, text))
        self.look()
        return not self.said.text()

    def _note(self, record: Record, text: str) -> None:
        library.note(record.path.parent, record.run.name, text)
        self._take(record, replace(record, run=replace(record.run, note=text)))

    def _rename(self, record: Record, name: str) -> None:
        made = library.rename(record.path.parent, record.run.name, name).path
        self._take(record, replace(record, run=replace(record.run, name=name, path=made)))
        job = self.runner.job if self.runner else None
        if job and job.ended and job.ended.path == record.path:
            job.ended = replace(job.ended, path=made)
        if record.path in self._own:
            self._own.add(made)
        if self.viewing and self.viewing.path == record.path:
            self.viewing.watch(made)
        if record.path in self.rows.ticked and self.viewing:
            self.viewing.overlay([made if path == record.path else path for path in self.rows.ticked])
            self.rows.ticked = dict(self.viewing.overlaid.hues)

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
        if record.path in self.rows.ticked:
            self.tick(record)

    def _menu(self, at: QPoint) -> None:
        """What can be done with the runs that are chosen."""
        if not self.chosen:
            return
        menu, reasons = QMenu(self), self.reasons()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName("What can be done with the run")
        more = (("run-tensorboard", "upload", "Export for TensorBoard"),)
        for name, sign, title in (*BUTTONS, *more):
            action = menu.addAction(icon(sign, self.theme), title)
            action.setEnabled(not reasons[name])
            action.triggered.connect(lambda _=False, name=name: self.does.emit(name))
        menu.popup(self.view.viewport().mapToGlobal(at))

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
