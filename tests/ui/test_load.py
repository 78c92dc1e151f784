"""How busy the machine is, is read from the system in a thread, and only while somebody can see it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import torch
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dlstudio.ui import load
from dlstudio.ui.load import Load, Mark, Taken, ticks
from dlstudio.ui.load_label import PACE, LoadLabel

WAIT = 30_000


def stat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *times: int) -> None:
    """The system says so much of its processors: user, nice, system, idle, waiting, and so on."""
    path = tmp_path / "stat"
    path.write_text(f"cpu  {' '.join(map(str, times))}\ncpu0 1 2 3 4\n")
    monkeypatch.setattr(load, "STAT", path)


def test_the_busy_share_is_what_was_not_idle_between_two_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look = Load()
    stat(tmp_path, monkeypatch, 100, 0, 50, 800, 50, 0, 0, 0, 7, 0)
    assert ticks() == (150, 1000)
    look.look()
    stat(tmp_path, monkeypatch, 160, 0, 65, 820, 55, 0, 0, 0, 9, 0)
    assert look.look().processor == pytest.approx(0.75)  # 60 + 15 busy of 100


def test_without_the_files_of_linux_this_program_alone_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "STAT", tmp_path / "nothing")
    monkeypatch.setattr(load, "STATM", tmp_path / "nothing")
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    look = Load()
    look._before = Mark(0.0, 0.0, None)
    monkeypatch.setattr("time.monotonic", lambda: 10.0)
    monkeypatch.setattr("time.process_time", lambda: 20.0)
    taken = look.look()
    assert (taken.processor, taken.cores, taken.memory) == (0.5, 2.0, "")
    assert taken.words == "Processor: 50 % of 4 cores busy, 2.0 by this program"


def test_the_first_look_knows_no_share() -> None:
    assert Load().look().short == ""


@pytest.fixture
def cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    """A graphics processor in use, of which torch says what is told here."""
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (6 * 2**30, 8 * 2**30))
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda: 2**30)
    monkeypatch.setattr(torch.cuda, "utilization", lambda: 61)


@pytest.mark.usefixtures("cuda")
def test_a_graphics_processor_in_use_is_told_before_the_processor() -> None:
    taken = Load().look()
    assert taken.short == "GPU 61 %"
    assert "Graphics processor: 61 % busy" in taken.words
    assert "in use" in taken.device
    assert taken.missing == ""


@pytest.mark.usefixtures("cuda")
@pytest.mark.parametrize(
    ("problem", "said"),
    [(ModuleNotFoundError("nvidia-ml-py"), "pip install nvidia-ml-py"), (RuntimeError("no driver"), "no driver")],
)
def test_a_load_that_cannot_be_read_is_left_out_and_says_why(
    monkeypatch: pytest.MonkeyPatch, problem: Exception, said: str
) -> None:
    def refuse() -> int:
        raise problem

    monkeypatch.setattr(torch.cuda, "utilization", refuse)
    look = Load()
    look.look()
    taken = look.look()
    assert taken.graphics is None
    assert not taken.short.startswith("GPU")
    assert said in taken.words


def test_a_label_looks_in_a_thread_while_it_is_seen_and_never_else(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    places: list[str] = []

    def look(_: Load) -> Taken:
        places.append(threading.current_thread().name)
        return Taken(processor=0.5, memory="Memory: 1 MB")

    monkeypatch.setattr(Load, "look", look)
    window = QWidget()
    label = LoadLabel()
    QHBoxLayout(window).addWidget(label)
    qtbot.addWidget(window)
    window.show()
    assert not label.isVisible()
    assert places == []
    label.watch(True)
    qtbot.waitUntil(lambda: label.text() == "CPU 50 %", timeout=WAIT)
    assert "Memory: 1 MB" in label.toolTip()
    assert set(places) == {"dlstudio background"}
    assert label._ticks.interval() == PACE
    window.hide()
    qtbot.waitUntil(lambda: not label.background.busy, timeout=WAIT)
    assert not label._ticks.isActive()
    assert label.text() == ""
    window.show()
    qtbot.waitUntil(lambda: label.text() == "CPU 50 %", timeout=WAIT)
    label.watch(False)
    assert not label._ticks.isActive()
    label.stop()
