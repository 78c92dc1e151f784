"""Document: what one window holds: a session, its file, and all that may happen between the two."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from PySide6.QtCore import QLockFile

from dlstudio.compiler.check import Checked
from dlstudio.core import files
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.templates import SUFFIX
from dlstudio.ui import consent
from dlstudio.ui.arriving.starting import Luggage, luggage
from dlstudio.ui.canvas.tidy import placed
from dlstudio.ui.errand import Errand, under_way
from dlstudio.ui.files import autosave, dialogs, disk, locks, recent
from dlstudio.ui.files.autosave import Autosave
from dlstudio.ui.files.code_bar import CodeBar
from dlstudio.ui.files.question import Answer, Question, is_asked, nothing, tell
from dlstudio.ui.files.saver import Job, Saver
from dlstudio.ui.moment import when
from dlstudio.ui.sweep import settle
from dlstudio.ui.window import Window

T = TypeVar("T")
KINDS = f"Project (*{SUFFIX})"


class Shelf(Protocol):
    """Where all documents stand that are open."""

    def open(self, paths: Sequence[Path], over: Window) -> None:
        """Opens files, each in a window."""

    def closed(self, document: "Document") -> None:
        """A window was closed."""

    def stayed(self) -> None:
        """Somebody wants to keep a window open."""


class Document:
    """Opens, saves, keeps safe and closes the document of a window."""

    def __init__(self, window: Window, desk: Shelf) -> None:
        self.window, self.session, self.desk = window, window.session, desk
        self.autosave = Autosave(self.session, lambda text: window.tell(text, "warn"))
        self.saver = Saver(window, window.tell)
        self.code_bar = CodeBar(window)
        self._stamp: disk.Stamp | None = None
        self._lock: QLockFile | None = None
        self._leaves = False
        window.document = self

    @property
    def name(self) -> str:
        state = self.session.state
        return state.path.name if state.path else state.project.name

    @property
    def pristine(self) -> bool:
        """Whether nothing was made here yet, so that another document may take the place."""
        state = self.session.state
        empty = all(not network.nodes for network in state.project.networks.values())
        return state.path is None and not state.dirty and empty and state.history.now.before is None

    # Opening

    def drop(self, paths: Sequence[Path]) -> None:
        self.desk.open(paths, self.window)

    def take(
        self, project: Project, path: Path | None = None, *, offer: bool = True, saved: bool = True,
        examined: Checked | None = None,
    ) -> None:  # fmt: skip
        """Shows a document from now on; networks without places are laid out for the window."""
        project = placed(project, self.window.canvas.room)
        self._release()
        self.session.open(project, path, saved=saved, examined=examined)
        self.window.canvas.fit()
        self.code_bar.show_for(project)
        settle()
        if path:
            self._settle(path, disk.stamp(path))
        if path and offer:
            self._offer(path)

    def _settle(self, path: Path, stamp: disk.Stamp | None) -> None:
        """The document stands in this file now."""
        self._stamp = stamp
        if self._lock is None:
            self._lock = locks.hold(path)
            if self._lock is None:
                self.window.tell(f"{path.name} is open in another window of dlstudio too.", "warn")
        recent.remember(path)

    def _release(self) -> None:
        if self._lock:
            self._lock.unlock()
        self._lock = None

    def _offer(self, path: Path) -> None:
        """Offers the work that was not saved the last time, unless another window is at work on it."""
        found = autosave.left(path) if self._lock else None
        if found:
            self.ask(
                "Recover unsaved work?",
                f"{path.name} has changes of {when(found.when)} that were not saved before the program ended.",
                Answer("Recover", lambda: self.recover(found)),
                Answer("Discard", lambda: found.place.unlink(missing_ok=True)),
                Answer("Decide later", lambda: autosave.put_aside(found)),
            )

    def recover(self, found: autosave.Left) -> None:
        """Brings unsaved work back, as a step that can be undone."""
        project = self._try("The unsaved work could not be read", lambda: files.load(found.place))
        if project:
            self.session.do("Recover unsaved work", lambda _: placed(project, self.window.canvas.room))
            self.window.canvas.fit()
            self.autosave.adopt(found.place)

    def revert(self) -> None:
        """Goes back to what is in the file, as a step that can be undone."""
        path = self.session.state.path
        project = self._try("The file could not be read", lambda: files.load(path)) if path else None
        if path and project:
            self.session.do("Revert to the file", lambda _: placed(project, self.window.canvas.room))
            self.session.was_saved(path)
            self._stamp = disk.stamp(path)

    # Saving

    def save(self, then: Callable[[], object] = nothing) -> None:
        """Writes the document into its file, or asks for one."""
        path = self.session.state.path
        if self.saver.busy:
            self.saver.after(lambda: self.save(then))
        elif path is None:
            self.save_as(then)
        elif disk.changed(path, self._stamp):
            self.ask(
                f"{path.name} was changed meanwhile",
                "Another program wrote this file after it was opened here. Both versions can be kept.",
                Answer("Save as…", lambda: self.save_as(then)),
                Answer("Overwrite", lambda: self._write(path, then)),
                Answer("Cancel", self.desk.stayed),
            )
        else:
            self._write(path, then)

    def save_as(self, then: Callable[[], object] = nothing) -> None:
        path = dialogs.to_save(self.window, "Save as", self.suggestion(SUFFIX), KINDS)
        if path is None:
            self.desk.stayed()
        else:
            self._write(with_suffix(path, SUFFIX), then)

    def save_copy(self) -> None:
        """Writes the document into another file and stays with its own."""
        path = dialogs.to_save(self.window, "Save a copy", self.suggestion(f" copy{SUFFIX}"), KINDS)
        if path:
            path = with_suffix(path, SUFFIX)
            project, carried = self.session.state.project, self._luggage(path)
            packed = carried.packed(project) if carried else project
            self.saver.write(packed, path, self._copied, first=carried.bring if carried else None)

    def _copied(self, done: Job) -> None:
        if done.problem:
            tell(self.window, "The copy was not saved", done.problem)
        else:
            self.window.tell(f"Saved a copy as {done.path.name}.", "good")

    def _write(self, path: Path, then: Callable[[], object]) -> None:
        project, carried = self.session.state.project, self._luggage(path)
        packed = carried.packed(project) if carried else project

        def written(done: Job) -> None:
            if carried and not done.problem:
                at_rest = self.session.state.project is project
                pack = (lambda _: packed) if at_rest else carried.packed
                self.session.do("Put the weights beside the file", pack)
            self._written(done, then)

        self.saver.write(packed, path, written, first=carried.bring if carried else None)

    def _luggage(self, path: Path) -> Luggage | None:
        """The weights that go with the document into a file."""
        return luggage(self.session.state.project, path, self.session.state.path)

    def _written(self, done: Job, then: Callable[[], object]) -> None:
        """It is on the disk, or a sentence says why not; what was changed meanwhile is still to be saved."""
        if done.problem:
            tell(self.window, "The project was not saved", done.problem)
            self.desk.stayed()
            return
        if done.path != self.session.state.path:
            self._release()
        self.session.was_saved(done.path, done.project)
        self._settle(done.path, done.stamp)
        if self.allowed:
            consent.allow(done.project)
        self.window.tell(f"Saved {done.path.name}.", "good")
        then()

    def suggestion(self, ending: str) -> Path:
        """A file beside the document's own, or in the folder that was used last."""
        state = self.session.state
        if state.path:
            return state.path.with_name(state.path.stem + ending)
        last = next((entry.path.parent for entry in recent.recent()), Path.home())
        plain = "".join(letter if letter.isalnum() or letter in "-_ " else "-" for letter in state.project.name)
        return last / f"{plain.strip() or 'untitled'}{ending}"

    @property
    def allowed(self) -> bool:
        """Whether Python in the project may run: it was allowed, or typed here."""
        return not self.code_bar.asks

    # Closing

    def may_close(self) -> bool:
        """Whether the window may go now; a training is ended and what is not saved is asked for first."""
        if self.window.runner.alive:
            if not is_asked(self.window):
                self._ask_to_stop()
            return False
        if errand := under_way(self.window):
            if not is_asked(self.window):
                self._ask_to_call_off(errand)
            return False
        if self.saver.busy:
            self.saver.after(self.window.close)
            return False
        if self.session.state.dirty and not self._leaves:
            if not is_asked(self.window):
                self._ask_to_leave()
            return False
        self.saver.forget()
        self.autosave.close()
        self._release()
        self.desk.closed(self)
        return True

    def _ask_to_stop(self) -> None:
        self.ask(
            f"Stop training {self.name}?",
            "It ends after the step that is under way; what was learnt so far is kept in its run.",
            Answer("Stop and close", lambda: self.window.runner.stop(then=self.window.close)),
            Answer("Go on training", self.desk.stayed),
        )

    def _ask_to_call_off(self, errand: Errand[object]) -> None:
        self.ask(
            "Stop what is under way?",
            "A model is being written or read. Stopped now, it leaves no file behind.",
            Answer(
                "Stop and close", lambda: errand.call_off(self.window.close) if errand.alive else self.window.close()
            ),
            Answer("Go on", self.desk.stayed),
        )

    def _ask_to_leave(self) -> None:
        self.ask(
            f"Save the changes to {self.name}?",
            "They are lost otherwise.",
            Answer("Save", lambda: self.save(self.window.close)),
            Answer("Don't save", self._leave),
            Answer("Cancel", self.desk.stayed),
        )

    def _leave(self) -> None:
        self._leaves = True
        self.window.close()

    # Telling

    def ask(self, title: str, text: str, *answers: Answer) -> Question:
        return Question(self.window, title, text, answers)

    def _try(self, title: str, act: Callable[[], T]) -> T | None:
        """Does something with the disk; what goes wrong is told, and nothing else happens."""
        try:
            return act()
        except ProjectProblem as problem:
            tell(self.window, title, str(problem))
            return None


def with_suffix(path: Path, suffix: str) -> Path:
    """The path with the suffix that its kind has, where it was typed without one."""
    return path if path.suffix else path.with_name(path.name + suffix)
