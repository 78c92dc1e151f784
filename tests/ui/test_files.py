"""Documents and their files, worked by hand: opened, saved, kept safe, recovered, closed."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton

import dlstudio as dl
from dlstudio.core import files
from dlstudio.core.document import Node, Project
from dlstudio.core.edits import add, put
from dlstudio.ui import consent
from dlstudio.ui.app import desk
from dlstudio.ui.files import autosave, dialogs, recent
from dlstudio.ui.files.document import Document
from dlstudio.ui.files.question import Question
from dlstudio.ui.window import Window
from tests.ui.conftest import Opener
from tests.ui.hand import CONTROL, Hand

CHAIN = "input 8 > fc 4 > relu > fc 2"


@pytest.fixture(autouse=True)
def closed_in_the_end() -> Iterator[None]:
    """Windows that a test opened go without a question."""
    yield
    for document in list(desk().documents):
        document.session.was_saved(Path("nowhere.dls"))
        document.window.close()
    QApplication.processEvents()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "chain.dls"
    dl.save(dl.line(CHAIN), path)
    return path


def chosen(monkeypatch: pytest.MonkeyPatch, *paths: Path) -> None:
    """What the user picks in the system's dialogs."""
    monkeypatch.setattr(dialogs, "to_open", lambda *_: list(paths))
    monkeypatch.setattr(dialogs, "to_save", lambda *_: paths[0] if paths else None)


def asked(window: Window) -> Question:
    """The question that stands over a window."""
    found = [question for question in window.findChildren(Question) if question.isVisible()]
    assert len(found) == 1
    return found[0]


def is_open(hand: Hand) -> bool:
    return any(document.window is hand.window for document in desk().documents)


def is_asked(window: Window) -> bool:
    return any(question.isVisible() for question in window.findChildren(Question))


def answer(hand: Hand, label: str) -> None:
    """Clicks a button of the question over a window."""
    hand.press(next(button for button in asked(hand.window).buttons if button.text() == label))


def edit(hand: Hand) -> None:
    """One change, by hand."""
    hand.click("relu1")
    hand.key(Qt.Key.Key_Delete, widget=hand.canvas)


def document(hand: Hand) -> Document:
    found = hand.window.document
    assert isinstance(found, Document)
    return found


def test_a_file_is_opened_in_the_empty_window_and_the_next_in_another(
    opened: Opener, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand, other = opened(), tmp_path / "other.dls"
    dl.save(dl.line("input 3 > fc 2"), other)
    chosen(monkeypatch, file, other)
    hand.key(Qt.Key.Key_O, CONTROL)
    assert hand.window.session.state.path == file
    assert "relu1" in hand.nodes
    assert [d.session.state.path for d in desk().documents] == [file, other]
    hand.key(Qt.Key.Key_O, CONTROL)
    assert len(desk().documents) == 2, "what is open already comes to the front"


def test_the_title_shows_what_is_not_saved_and_saving_clears_it(opened: Opener, file: Path) -> None:
    hand = opened(dl.load(file), path=file)
    assert not hand.window.isWindowModified()
    edit(hand)
    assert hand.window.isWindowModified()
    assert "chain.dls" in hand.window.windowTitle()
    hand.key(Qt.Key.Key_S, CONTROL)
    assert not hand.window.isWindowModified()
    assert "relu1" not in dl.load(file).networks["model"].nodes


def test_a_new_document_asks_for_its_file_and_gets_the_suffix(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = opened(CHAIN)
    chosen(monkeypatch, tmp_path / "fresh")
    hand.key(Qt.Key.Key_S, CONTROL)
    assert hand.window.session.state.path == tmp_path / "fresh.dls"
    assert [entry.path for entry in recent.recent()] == [tmp_path / "fresh.dls"]


def test_a_copy_leaves_the_document_where_it_is(
    opened: Opener, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = opened(dl.load(file), path=file)
    edit(hand)
    chosen(monkeypatch, tmp_path / "copy.dls")
    hand.window.commands.run("save-copy")
    assert "relu1" not in dl.load(tmp_path / "copy.dls").networks["model"].nodes
    assert hand.window.session.state.path == file
    assert hand.window.session.state.dirty


def test_revert_is_a_step_that_can_be_undone(opened: Opener, file: Path) -> None:
    hand = opened(dl.load(file), path=file)
    edit(hand)
    hand.window.commands.run("revert")
    assert "relu1" in hand.nodes
    assert not hand.window.session.state.dirty
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert "relu1" not in hand.nodes


@pytest.mark.parametrize(
    ("label", "stays", "saved"), [("Cancel", True, False), ("Save", False, True), ("Don't save", False, False)]
)
def test_closing_asks_for_what_is_not_saved(opened: Opener, file: Path, label: str, stays: bool, saved: bool) -> None:
    hand = opened(dl.load(file), path=file)
    edit(hand)
    hand.key(Qt.Key.Key_W, CONTROL)
    assert hand.window.isVisible()
    answer(hand, label)
    assert is_open(hand) is stays
    assert ("relu1" not in dl.load(file).networks["model"].nodes) is saved
    assert autosave.left(file) is None


def test_escape_keeps_the_window_and_nothing_else_can_be_done_meanwhile(opened: Opener, file: Path) -> None:
    hand = opened(dl.load(file), path=file)
    edit(hand)
    hand.window.close()
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert "relu1" not in hand.nodes
    hand.key(Qt.Key.Key_Escape)
    assert hand.window.isVisible()
    assert not is_asked(hand.window)


def test_quitting_asks_for_each_window_and_one_no_keeps_the_rest(opened: Opener) -> None:
    first = opened(CHAIN)
    edit(first)
    second = opened(CHAIN)
    edit(second)
    second.key(Qt.Key.Key_Q, CONTROL)
    answer(second, "Don't save")
    assert not is_open(second)
    answer(first, "Cancel")
    assert is_open(first)


def test_what_is_dropped_on_the_window_is_opened(opened: Opener, file: Path) -> None:
    hand, data = opened(), QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    drop = QDropEvent(
        QPoint(300, 300), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    enter = QDragEnterEvent(
        QPoint(300, 300), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(hand.window, enter)
    QApplication.sendEvent(hand.window, drop)
    assert hand.window.session.state.path == file


def test_a_damaged_file_is_told_and_nothing_is_lost(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand, bad = opened(CHAIN), tmp_path / "bad.dls"
    bad.write_text('{"format": 1, ')
    chosen(monkeypatch, bad)
    before = hand.window.session.state.project
    hand.key(Qt.Key.Key_O, CONTROL)
    assert "bad.dls" in asked(hand.window).accessibleDescription()
    answer(hand, "OK")
    assert hand.window.session.state.project is before
    assert bad.read_text() == '{"format": 1, '


def test_a_file_that_somebody_else_changed_is_not_overwritten_unasked(
    opened: Opener, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = opened(dl.load(file), path=file)
    edit(hand)
    dl.save(dl.line("input 3 > fc 2"), file)
    hand.key(Qt.Key.Key_S, CONTROL)
    chosen(monkeypatch, tmp_path / "mine.dls")
    answer(hand, "Save as…")
    assert "linear2" not in dl.load(file).networks["model"].nodes
    assert hand.window.session.state.path == tmp_path / "mine.dls"


def test_a_file_that_was_only_touched_is_saved_without_a_question(opened: Opener, file: Path) -> None:
    hand = opened(dl.load(file), path=file)
    edit(hand)
    os.utime(file, (1, 1))
    hand.key(Qt.Key.Key_S, CONTROL)
    assert not is_asked(hand.window)
    assert not hand.window.session.state.dirty


def test_a_folder_that_is_gone_is_told_and_the_work_stays(opened: Opener, tmp_path: Path) -> None:
    path = tmp_path / "gone" / "chain.dls"
    path.parent.mkdir()
    dl.save(dl.line(CHAIN), path)
    hand = opened(dl.load(path), path=path)
    edit(hand)
    path.unlink()
    path.parent.rmdir()
    hand.key(Qt.Key.Key_S, CONTROL)
    assert "chain.dls" in asked(hand.window).accessibleDescription()
    answer(hand, "OK")
    assert hand.window.session.state.dirty


def test_python_of_a_file_is_switched_off_until_it_is_allowed(opened: Opener, tmp_path: Path) -> None:
    project = add(dl.line("input 8 > fc 4"), "model", Node("mine", "Custom"))
    path = tmp_path / "custom.dls"
    dl.save(with_code(project, "print('hello')"), path)
    hand = opened(dl.load(path), path=path)
    bar = document(hand).code_bar
    assert bar.isVisible()
    assert "mine" in bar.text.text()
    hand.press(next(b for b in bar.findChildren(QPushButton) if b.text() == "Show the code"))
    assert is_asked(hand.window)
    hand.key(Qt.Key.Key_Escape)
    assert not consent.allowed(dl.load(path))
    hand.press(next(b for b in bar.findChildren(QPushButton) if b.text() == "Allow for this file"))
    assert not bar.isVisible()
    assert consent.allowed(dl.load(path))
    assert not document(opened(dl.load(path), path=path)).code_bar.isVisible()
    assert not consent.allowed(with_code(project, "print('other')"))


def test_what_asks_about_python_needs_two_lines_at_most_and_its_answers_stand_under_them(
    opened: Opener, tmp_path: Path
) -> None:
    path = tmp_path / "custom.dls"
    dl.save(with_code(add(dl.line("input 8 > fc 4"), "model", Node("mine", "Custom")), "print('hello')"), path)
    bar = document(opened(dl.load(path), path=path)).code_bar
    letters = bar.text.fontMetrics()
    for width in (1600, 900, 620, 460, 620, 1600):
        bar.resize(width, bar.heightForWidth(width))
        QApplication.processEvents()
        answers = [each.geometry() for each in bar.findChildren(QPushButton)]
        assert bar.text.heightForWidth(bar.text.width()) <= 2 * letters.lineSpacing()
        assert all(bar.rect().contains(place) for place in answers)
        assert not any(place.intersects(bar.text.geometry()) for place in answers)


def with_code(project: Project, text: str) -> Project:
    return put(project, "model", "mine", code=text)


KILLED = """
import sys
import threading
from pathlib import Path
from PySide6.QtCore import Qt
import dlstudio as dl
from dlstudio.core import files
from dlstudio.ui.files import autosave
autosave.DELAY = 200
from dlstudio.ui.app import application, open_window
from tests.ui.hand import Hand
app = application()
path = Path(sys.argv[1]) if sys.argv[1] else None
window = open_window(dl.load(path) if path else dl.line("input 8 > fc 4 > relu > fc 2"), path)
app.processEvents()
hand = Hand(window)
hand.click("relu1")
hand.key(Qt.Key.Key_Delete)
app.exec()
"""


def killed(path: str, place: Any) -> None:
    """Another program that edits a document and is killed before it saves."""
    child = subprocess.Popen([sys.executable, "-c", KILLED, path], cwd=Path(__file__).parents[2])
    try:
        end = time.monotonic() + 120
        while not place() and time.monotonic() < end:
            time.sleep(0.05)
        assert place()
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()


def test_work_of_a_killed_program_is_recovered_with_its_file(opened: Opener, file: Path) -> None:
    killed(str(file), lambda: autosave.left(file))
    assert "relu1" in dl.load(file).networks["model"].nodes
    hand = opened(dl.load(file), path=file)
    answer(hand, "Recover")
    assert "relu1" not in hand.nodes
    assert hand.window.session.state.dirty
    hand.key(Qt.Key.Key_S, CONTROL)
    wait(lambda: autosave.left(file) is None)


def test_unsaved_work_can_be_thrown_away(opened: Opener, file: Path) -> None:
    files.autosave(dl.line("input 3 > fc 2"), file)
    hand = opened(dl.load(file), path=file)
    answer(hand, "Discard")
    assert autosave.left(file) is None
    assert "relu1" in hand.nodes


def test_unsaved_work_that_is_decided_on_later_is_not_written_over(opened: Opener, file: Path) -> None:
    files.autosave(dl.line("input 3 > fc 2"), file)
    hand = opened(dl.load(file), path=file)
    answer(hand, "Decide later")
    assert autosave.left(file) is None
    assert [found.path for found in autosave.left_nameless()] == [None]


def test_work_that_is_in_the_file_is_not_offered(opened: Opener, file: Path) -> None:
    files.autosave(dl.load(file), file)
    assert not is_asked(opened(dl.load(file), path=file).window)


def test_undoing_all_leaves_no_autosave_behind(opened: Opener, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autosave, "DELAY", 20)
    hand = opened(dl.load(file), path=file)
    edit(hand)
    wait(lambda: autosave.left(file) is not None)
    hand.key(Qt.Key.Key_Z, CONTROL)
    wait(lambda: autosave.left(file) is None)


def wait(done: Any) -> None:
    end = time.monotonic() + 120
    while not done() and time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.01)
    assert done()


def test_a_file_that_another_program_has_open_is_told(opened: Opener, file: Path) -> None:
    text = KILLED.replace("app.exec()", "print('open', flush=True); app.exec()")
    child = subprocess.Popen(
        [sys.executable, "-c", text, str(file)], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE
    )
    try:
        assert child.stdout
        assert b"open" in child.stdout.readline()
        hand = opened(dl.load(file), path=file)
        assert "open in another window" in hand.window.toasts.text.text()
        assert not is_asked(hand.window)
    finally:
        child.kill()
        child.communicate()


class Disk:
    """A disk that writes when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.turns = threading.Event()
        write = files.write

        def slow(path: Any, data: bytes) -> None:
            assert self.turns.wait(120)
            write(path, data)

        monkeypatch.setattr(files, "write", slow)
        monkeypatch.setattr("dlstudio.ui.files.saver.FRAME", 0.015)


def test_what_is_changed_while_the_disk_is_slow_is_still_to_be_saved(
    opened: Opener, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand, disk = opened(dl.load(file), path=file), Disk(monkeypatch)
    edit(hand)
    hand.key(Qt.Key.Key_S, CONTROL)
    assert hand.window.toasts.text.text() == "Saving chain.dls…"
    assert hand.window.isWindowModified()
    hand.key(Qt.Key.Key_Z, CONTROL, widget=hand.canvas)
    hand.key(Qt.Key.Key_A, CONTROL, widget=hand.canvas)
    hand.key(Qt.Key.Key_Delete, widget=hand.canvas)
    disk.turns.set()
    wait(lambda: not document(hand).saver.busy)
    assert "relu1" not in dl.load(file).networks["model"].nodes
    assert dl.load(file).networks["model"].nodes
    assert hand.window.isWindowModified()
    hand.key(Qt.Key.Key_S, CONTROL)
    wait(lambda: not hand.window.isWindowModified())
    assert not dl.load(file).networks["model"].nodes


def test_closing_waits_for_the_disk_and_asks_for_what_came_later(
    opened: Opener, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand, disk = opened(dl.load(file), path=file), Disk(monkeypatch)
    edit(hand)
    hand.key(Qt.Key.Key_W, CONTROL)
    answer(hand, "Save")
    assert is_open(hand)
    hand.key(Qt.Key.Key_W, CONTROL)
    assert is_open(hand)
    disk.turns.set()
    wait(lambda: not is_open(hand))
    assert "relu1" not in dl.load(file).networks["model"].nodes


def test_a_full_disk_is_told_and_the_work_stays(opened: Opener, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand = opened(dl.load(file), path=file)
    edit(hand)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        hand.key(Qt.Key.Key_S, CONTROL)
        wait(lambda: is_asked(hand.window))
    assert "the disk is full" in asked(hand.window).accessibleDescription()
    answer(hand, "OK")
    assert hand.window.isWindowModified()
    assert "relu1" in dl.load(file).networks["model"].nodes, "the file is the old one"
    hand.window.close()
    answer(hand, "Save")
    wait(lambda: not is_open(hand))
    assert "relu1" not in dl.load(file).networks["model"].nodes
