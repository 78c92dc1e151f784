"""Desk: all documents that are open, each in a window of its own."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer

from dlstudio.compiler.check import Checked
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.folder import RunFolder
from dlstudio.ui.arriving.kinds import is_model, is_weights
from dlstudio.ui.errand import under_way
from dlstudio.ui.files import attach
from dlstudio.ui.files.autosave import Left
from dlstudio.ui.files.document import Document
from dlstudio.ui.files.question import tell
from dlstudio.ui.files.reading import is_picture, read
from dlstudio.ui.files.recent import recent
from dlstudio.ui.overlays.overlay import covering
from dlstudio.ui.sweep import went
from dlstudio.ui.window import Window


class Desk:
    """Opens documents where there is room for them, and closes them one by one."""

    def __init__(self, make: Callable[["Desk"], Document], start: Callable[["Desk", Window], None]) -> None:
        self.documents: list[Document] = []
        self._make, self._start, self._quitting = make, start, False

    def start(self, window: Window) -> None:
        """Shows the start page in a window."""
        self._start(self, window)

    def new(self) -> Document:
        """A window with an empty document."""
        made = self._make(self)
        self.documents.append(made)
        return made

    def show(
        self, project: Project, path: Path | None = None, *, over: Window | None = None, offer: bool = True,
        saved: bool = True, examined: Checked | None = None,
    ) -> Document:  # fmt: skip
        """A document in the window that it was asked for in, if that one is still empty, or in a new one."""
        here = self.of(over) if over else None
        found = here if here and here.pristine else self.new()
        found.take(project, path, offer=offer, saved=saved, examined=examined)
        found.window.raise_()
        found.window.activateWindow()
        return found

    def of(self, window: Window) -> Document | None:
        """The document of a window."""
        return next((document for document in self.documents if document.window is window), None)

    def open(self, paths: Sequence[Path], over: Window) -> None:
        """Files, each in a window; one that is open already comes to the front."""
        for path in map(Path.absolute, paths):
            if path.is_dir():
                self.attach(path, over)
                continue
            if is_model(path) or is_weights(path):
                self.bring(path, over)
                continue
            already = next((d for d in self.documents if d.session.state.path == path), None)
            if already:
                already.window.raise_()
                already.window.activateWindow()
                continue
            try:
                project = read(path)
            except ProjectProblem as problem:
                tell(over, "The file could not be opened", str(problem))
            else:
                self.show(project, None if is_picture(path) else path, over=over)

    def bring(self, path: Path, over: Window) -> None:
        """A model of another program, as a document without a file; weights, onto the graph that is open.

        One after the other: what asks or tells over the window comes to its end first."""
        from dlstudio.ui.arriving.dialog import ArrivingDialog
        from dlstudio.ui.arriving.weights import WeightsDialog

        if there := covering(over):
            there.left.connect(lambda: QTimer.singleShot(0, over, lambda: self.bring(path, over)))
        elif is_model(path):
            put = lambda it: self.show(it.project, over=over, saved=False, examined=it.examined).window  # noqa: E731
            ArrivingDialog(over, path, put)
        else:
            WeightsDialog(over, path)

    def attach(self, path: Path, over: Window) -> None:
        """A run, in the window that it was brought to; in an empty one with its project."""
        here = self.of(over)
        if here and here.pristine:
            self.open_run(path, over)
        else:
            attach.watch(over, path)

    def open_run(self, path: Path, over: Window) -> None:
        """The project of a run as a document, in a window that watches the run."""
        try:
            project = RunFolder.open(path).project()
        except ProjectProblem as problem:
            tell(over, "The run could not be opened", str(problem))
        else:
            attach.watch(self.show(project, over=over).window, path)

    def recover(self, found: Left, over: Window) -> None:
        """Unsaved work of an earlier start, with the file that it belongs to."""
        try:
            project = read(found.path) if found.path else Project()
        except ProjectProblem as problem:
            tell(over, "The file could not be opened", str(problem))
        else:
            self.show(project, found.path, over=over, offer=False).recover(found)

    def last_folder(self) -> Path:
        """Where files were last opened or saved."""
        return next((entry.path.parent for entry in recent()), Path.home())

    def closed(self, document: Document) -> None:
        """A window was closed; the next one follows where all shall go."""
        self.documents.remove(document)
        document.window.deleteLater()
        went()
        if self._quitting:
            self.quit()

    def stayed(self) -> None:
        """Somebody wants to keep a window open."""
        self._quitting = False

    def at_once(self) -> None:
        """The desktop ends or the process is told to: work is kept, and what trains ends after its step."""
        for document in self.documents:
            document.autosave.now()
            document.window.runner.join()
            if errand := under_way(document.window):
                errand.call_off()

    def quit(self) -> None:
        """Closes every window; each that holds unsaved work asks first."""
        self._quitting = bool(self.documents)
        if self.documents:
            document = self.documents[-1]
            document.window.raise_()
            document.window.close()
