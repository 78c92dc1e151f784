"""The runs: watch one, and what is done with those that are chosen in their table."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from dlstudio.runs import library
from dlstudio.runs.csv_table import write as write_csv
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.tensorboard import export
from dlstudio.ui.actions.action import Action
from dlstudio.ui.actions.file import desk, document
from dlstudio.ui.files import attach, dialogs
from dlstudio.ui.files.aside import Aside
from dlstudio.ui.files.question import Answer, Question, tell
from dlstudio.ui.session import State
from dlstudio.ui.window import Window

if TYPE_CHECKING:
    from dlstudio.runs.census import Record
    from dlstudio.ui.panels.runs.panel import Runs

T = TypeVar("T")


def panel(window: Window) -> "Runs":
    """The table of runs, brought into sight."""
    from dlstudio.ui.panels.runs.panel import Runs

    dock = window.docks["runs"]
    if dock.isHidden():
        dock.show()
        dock.raise_()
    found = window.panels["runs"]
    assert isinstance(found, Runs)
    return found


def chosen(window: Window, name: str) -> "list[Record]":
    """The runs that an action is done with; none where it says why it cannot be done."""
    table = panel(window)
    if reason := table.reasons().get(name, ""):
        window.tell(reason)
        return []
    return table.chosen


def watch(window: Window) -> None:
    """Shows a run on disk, also one that another program writes."""
    folder = dialogs.to_folder(window, "Watch a run", window.runner.runs)
    if folder:
        attach.watch(window, folder)


def back(window: Window) -> None:
    """Shows the training of this window again."""
    window.viewing.follow()


def add_folder(window: Window) -> None:
    folder = dialogs.to_folder(window, "Add a folder of runs", window.runner.runs)
    if folder:
        panel(window).add_folder(folder)


def open_run(window: Window) -> None:
    """The project as it was trained, as a document of its own, with its run."""
    for record in chosen(window, "run-open"):
        desk(window).open_run(record.path, window)


def resume(window: Window) -> None:
    for record in chosen(window, "run-resume"):
        window.runner.resume(record.path, allow_code=document(window).allowed)


def rename(window: Window) -> None:
    if chosen(window, "run-rename"):
        panel(window).view.write("name")


def note(window: Window) -> None:
    if chosen(window, "run-note"):
        panel(window).view.write("note")


def delete(window: Window) -> None:
    """Asks first: there is no way back."""
    found = chosen(window, "run-delete")
    if not found:
        return
    what = f"the run “{found[0].run.name}”" if len(found) == 1 else f"{len(found)} runs"
    Question(
        window,
        f"Delete {what}?",
        "Its numbers, checkpoints and notes go with it. There is no way back."
        if len(found) == 1
        else "Their numbers, checkpoints and notes go with them. There is no way back.",
        (Answer("Delete", lambda: _delete(window, found)), Answer("Keep")),
    )


def _delete(window: Window, found: "list[Record]") -> None:
    table = panel(window)
    for record in found:
        table.gone(record)
    _aside(
        window,
        lambda: _each(found, lambda record: library.delete(record.path.parent, record.run.name)),
        "Not everything was deleted",
        table.look,
    )


def show_files(window: Window) -> None:
    for record in chosen(window, "run-files"):
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(record.path))):
            window.tell(f"The run lies in {record.path}.")


def export_csv(window: Window) -> None:
    """The numbers of the chosen runs: of one into a file, of several into a folder."""
    found = chosen(window, "run-csv")
    if len(found) == 1:
        start = found[0].path.parent.parent / f"{found[0].run.name}.csv"
        file = dialogs.to_save(window, "Export the numbers", start, "Table (*.csv)")
        targets = [file if file.suffix else file.with_suffix(".csv")] if file else []
    else:
        folder = dialogs.to_folder(window, "Export the numbers", found[0].path.parent) if found else None
        targets = [folder / f"{record.run.name}.csv" for record in found] if folder else []
    if targets:
        pairs = list(zip(found, targets, strict=True))
        said = targets[0].name if len(targets) == 1 else f"{len(targets)} tables"
        _aside(
            window, lambda: _each(pairs, lambda pair: write_csv(RunFolder(pair[0].path), pair[1])),
            "The numbers were not written",
            lambda: window.tell(f"Wrote {said}.", "good"),
        )  # fmt: skip


def export_tensorboard(window: Window) -> None:
    """Event files, each in a folder of its run's name."""
    found = chosen(window, "run-tensorboard")
    folder = dialogs.to_folder(window, "Export for TensorBoard", found[0].path.parent) if found else None
    if folder:
        _aside(
            window, lambda: _each(found, lambda record: export(RunFolder(record.path), folder)),
            "The event files were not written",
            lambda: window.tell(f"Wrote event files. See them with: tensorboard --logdir {folder}", "good"),
        )  # fmt: skip


def _each(found: "Iterable[T]", act: "Callable[[T], object]") -> None:
    for each in found:
        act(each)


def _aside(window: Window, act: Callable[[], object], wrong: str, then: Callable[[], object]) -> None:
    """Does something that may take long; what goes wrong must be read."""

    def done(problem: str) -> None:
        if problem:
            tell(window, wrong, problem)
        then()

    Aside(window, act, done)


def _may_resume(state: State) -> str:
    return "It is training already." if state.phase else ""


WATCH = Action(
    "watch-run", "Watch a run…", "File", watch, ("Ctrl+Shift+O",), "eye",
    "Shows a training on disk, also one that another program is writing.",
)  # fmt: skip

ACTIONS = (
    Action(
        "run-back", "See this window's training", "Run", back, ("Ctrl+Shift+L",), "monitor",
        "After another run was watched.", starts_group=True,
    ),
    Action(
        "runs-folder", "Add a folder of runs…", "Run", add_folder, (), "folder-open",
        "Lists the runs of one more folder in the Runs panel.",
    ),
    Action(
        "run-open", "Open the run's project", "Run", open_run, (), "folder-open",
        "As it was trained, in a window of its own that watches the run.", starts_group=True,
    ),
    Action(
        "run-resume", "Resume the run", "Run", resume, (), "history",
        "Goes on from its last checkpoint, in this window.", _may_resume,
    ),
    Action("run-rename", "Rename the run", "Run", rename, (), "type"),
    Action("run-note", "Note on the run", "Run", note, (), "sticky-note", "What it was about."),
    Action("run-csv", "Export the run's numbers…", "Run", export_csv, (), "download", "Every step as CSV."),
    Action(
        "run-tensorboard", "Export the run for TensorBoard…", "Run", export_tensorboard, (), "upload",
        "Its curves as event files.",
    ),
    Action("run-files", "Show the run's folder", "Run", show_files, (), "external-link", "In the file manager."),
    Action("run-delete", "Delete the run…", "Run", delete, (), "trash-2", "With its checkpoints; asks first."),
)  # fmt: skip
