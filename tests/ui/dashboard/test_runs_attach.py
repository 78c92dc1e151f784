"""Runs that another process trains: followed live, killed, resumed; watched from the menu, the mouse and the shell."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QSystemTrayIcon
from typer.testing import CliRunner

import dlstudio as dl
from dlstudio.cli.app import app
from dlstudio.core import files
from dlstudio.core.document import Project
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.metrics import MetricReader
from dlstudio.ui import notice
from dlstudio.ui.files.question import Question
from dlstudio.ui.watch_bar import WatchBar
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import LOADING, ends, lenet, shows, trains
from tests.ui.dashboard.kept import keep
from tests.ui.hand import CONTROL, SHIFT, Hand

WAIT = 10_000


def bar(hand: Hand) -> WatchBar:
    found = hand.window.findChild(WatchBar)
    assert isinstance(found, WatchBar)
    return found


def watches(hand: Hand, path: Path, monkeypatch: Any) -> None:
    """Presses Ctrl+Shift+O and chooses a folder."""
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(path))
    hand.window.canvas.setFocus()
    hand.key(Qt.Key.Key_O, CONTROL | SHIFT)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Another process that would train for a long time, and its run."""
    file = tmp_path / "lenet.dls"
    files.save(lenet(epochs=100_000, checkpoint_every=20), file)
    command = [sys.executable, "-m", "dlstudio", "train", str(file), "--runs", str(tmp_path / "runs"), "--name", "far"]
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere, env={**os.environ, "OMP_NUM_THREADS": "1"})
    yield process, tmp_path / "runs" / "far"
    process.kill()
    process.wait()


def test_a_run_of_another_process_is_followed_until_it_is_killed_and_resumed_here(
    opened: Opener, qtbot: Any, other: tuple[subprocess.Popen[bytes], Path], monkeypatch: Any
) -> None:
    process, path = other
    hand = opened(lenet())
    qtbot.waitUntil((path / "state.json").exists, timeout=LOADING)
    watches(hand, path, monkeypatch)
    viewing = hand.window.viewing
    qtbot.waitUntil(lambda: len(viewing.series.get("loss", ())) > 3, timeout=LOADING)
    assert "in another process" in bar(hand).text.text()
    assert not bar(hand).resume.isVisible()
    seen = len(viewing.series["loss"])
    qtbot.waitUntil(lambda: len(viewing.series["loss"]) > seen, timeout=LOADING)
    qtbot.waitUntil(lambda: any((path / "checkpoints").glob("0*")), timeout=LOADING)
    process.send_signal(signal.SIGKILL)
    process.wait()
    qtbot.waitUntil(bar(hand).resume.isVisible, timeout=WAIT)
    standing = viewing.standing
    assert standing is not None
    last = int(MetricReader(path / "metrics.sqlite").read("loss")[0][-1])
    assert standing.step >= last > 0
    assert f"interrupted at step {standing.step:,}" in bar(hand).text.text()
    hand.press(bar(hand).resume)
    qtbot.waitUntil(lambda: hand.window.runner.step > 0, timeout=LOADING)
    assert not bar(hand).isVisible()
    ends(hand, qtbot)
    assert hand.window.runner.job is not None
    assert hand.window.runner.job.ended is not None
    assert hand.window.runner.job.ended.path == path
    assert RunFolder(path).status().status == "stopped"
    assert not [thread for thread in threading.enumerate() if thread.name == "dlstudio training"]


def test_the_way_back_leads_to_the_training_of_this_window(
    endless: Hand, qtbot: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    other = keep(tmp_path / "elsewhere", name="old", status="running")
    shows(endless, "dashboard")
    trains(endless, qtbot, 2)
    watches(endless, other.path, monkeypatch)
    qtbot.waitUntil(lambda: "interrupted at step 40" in bar(endless).text.text(), timeout=WAIT)
    assert endless.window.viewing.path == other.path
    assert not bar(endless).resume.isEnabled()
    endless.press(bar(endless).back)
    qtbot.waitUntil(lambda: not bar(endless).isVisible(), timeout=WAIT)
    assert endless.window.viewing.path != other.path
    before = len(endless.window.viewing.series["loss"])
    qtbot.waitUntil(lambda: len(endless.window.viewing.series["loss"]) > before, timeout=WAIT)


def test_a_damaged_run_says_so_in_a_sentence(opened: Opener, qtbot: Any, monkeypatch: Any, tmp_path: Path) -> None:
    run = keep(tmp_path, name="broken")
    (run.path / "project.dls").write_text("no project")
    hand = opened(lenet())
    watches(hand, run.path, monkeypatch)
    (question,) = hand.window.findChildren(Question)
    assert question.accessibleName() == "The run cannot be watched"
    assert question.accessibleDescription()
    hand.press(question.buttons[0])
    watches(hand, tmp_path, monkeypatch)
    (question,) = (each for each in hand.window.findChildren(Question) if each.isVisible())
    assert "is no run" in question.accessibleDescription()
    hand.press(question.buttons[0])


def test_a_folder_that_is_dropped_is_watched(opened: Opener, qtbot: Any, tmp_path: Path) -> None:
    run = keep(tmp_path, name="dropped")
    hand = opened(lenet())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(run.path))])
    action, left, free = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    at = QPoint(600, 400)
    enter = QDragEnterEvent(at, action, data, left, free)
    QApplication.sendEvent(hand.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(hand.window, QDropEvent(at.toPointF(), action, data, left, free))
    assert hand.window.viewing.path == run.path
    qtbot.waitUntil(lambda: "finished at step 40" in bar(hand).text.text(), timeout=WAIT)
    hand.press(bar(hand).away)
    assert hand.window.viewing.path is None
    assert not bar(hand).isVisible()


def test_a_run_dropped_on_an_empty_window_brings_its_project(opened: Opener, qtbot: Any, tmp_path: Path) -> None:
    from dlstudio.ui.app import desk

    run = keep(tmp_path, name="dropped")
    hand = opened()
    desk().open([run.path], hand.window)
    assert "conv1" in hand.nodes
    assert hand.window.viewing.path == run.path


def test_the_folder_of_a_run_on_the_command_line_opens_its_project_and_watches_it(
    monkeypatch: Any, tmp_path: Path
) -> None:
    import dlstudio.ui.app

    run, calls = keep(tmp_path, name="old"), []

    def start(project: Project | None, path: Path | None, *, watched: Path | None = None) -> int:
        calls.append((project, path, watched))
        return 0

    monkeypatch.setattr(dlstudio.ui.app, "run", start)
    assert CliRunner().invoke(app, [str(run.path)]).exit_code == 0
    assert calls == [(run.project(), None, run.path)]


def test_the_end_of_a_training_that_nobody_looks_at_is_told_unless_that_was_switched_off(
    opened: Opener, qtbot: Any, monkeypatch: Any
) -> None:
    said: list[str] = []
    monkeypatch.setattr(notice, "desktop", lambda: True)
    monkeypatch.setattr(QSystemTrayIcon, "show", lambda self: None)
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda self, title, *_: said.append(title))
    hand = opened(lenet(epochs=1))
    monkeypatch.setattr(type(hand.window), "isActiveWindow", lambda self: False)
    trains(hand, qtbot)
    ends(hand, qtbot, stop=False)
    assert said == ["Training finished: lenet-5-1"]
    hand.window.do("notify")
    assert not notice.wanted()
    trains(hand, qtbot)
    ends(hand, qtbot, stop=False)
    assert len(said) == 1


def test_who_holds_the_mouse_over_the_numbers_sees_what_it_takes(endless: Hand, qtbot: Any) -> None:
    trains(endless, qtbot, 2)
    tip = endless.window.run_bar.text.toolTip
    qtbot.waitUntil(lambda: "samples/s" in tip(), timeout=WAIT)
    load = endless.window.run_bar.load
    qtbot.waitUntil(lambda: load.text().startswith("CPU "), timeout=WAIT)
    assert "Memory: " in load.toolTip()
    assert "left" in tip()


def test_quitting_while_it_trains_asks_first_and_then_leaves_nothing_behind(endless: Hand, qtbot: Any) -> None:
    trains(endless, qtbot, 2)
    job, gone = endless.window.runner.job, []
    endless.window.destroyed.connect(lambda: gone.append(True))
    endless.window.session.was_saved(Path("nowhere.dls"))
    endless.key(Qt.Key.Key_Q, CONTROL)
    (question,) = endless.window.findChildren(Question)
    assert "Stop training" in question.accessibleName()
    endless.press(question.buttons[0])
    qtbot.waitUntil(lambda: bool(gone), timeout=LOADING)
    assert job is not None
    assert job.ended is not None
    assert job.ended.status == "stopped"


def test_at_the_end_of_the_desktop_the_training_stops_with_a_checkpoint(endless: Hand, qtbot: Any) -> None:
    from dlstudio.ui.app import desk

    trains(endless, qtbot, 2)
    desk().at_once()
    job = endless.window.runner.job
    assert job is not None
    assert job.ended is not None
    assert job.ended.path is not None
    assert dl.open_run(job.ended.path).status == "stopped"
    assert any((job.ended.path / "checkpoints").iterdir())
