"""What comes into memory while nobody uses the window: when it begins, and how the program is left meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from dlstudio.ui import ahead, courtesy
from dlstudio.ui.ahead import Ahead

PROGRAM = """
import os, sys, threading
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QTimer
from dlstudio.core.templates import template
from dlstudio.ui import ahead, app
from dlstudio.ui.gate import Gate
ahead.QUIET = 0.0
program = app.application()
def look():
    if any(isinstance(each, Gate) for each in sys.meta_path) and sys.argv[1] in sys.modules:
        timer.stop()
        app.desk().documents[0].window.close()
timer = QTimer(interval=1)
timer.timeout.connect(look)
timer.start()
code = app.run(template("lenet5"), None)
for thread in set(threading.enumerate()) - {threading.main_thread()}:
    thread.join()
print(sys.argv[1] in sys.modules, "dlstudio.training.run" in sys.modules)
sys.exit(code)
"""
"""The program, closed as soon as a module is there that comes ahead."""
PICTURE = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from dlstudio.cli import main
sys.argv[1:] = ["{command}", "lenet5", "drawn.png"]
try:
    main()
finally:
    print("torch" in sys.modules, "dlstudio.ui.ahead" in sys.modules)
"""


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One word for each time that torch is asked for ahead; nothing else is left to come, and the hand rests."""
    asked: list[str] = []

    def load() -> bool:
        asked.append("torch")
        return len(asked) < 2

    monkeypatch.setattr(ahead, "load_ahead", load)
    monkeypatch.setattr(ahead, "PANELS", ())
    monkeypatch.setattr(ahead, "QUIET", 0.0)
    monkeypatch.setattr(ahead, "LOOK", 0)
    monkeypatch.setattr(courtesy, "_hand", [float("-inf")])
    return asked


@pytest.fixture
def stands(qapp: QObject) -> Iterator[list[Ahead]]:
    made: list[Ahead] = []
    yield made
    for each in made:
        each.stop()
        each.deleteLater()


def test_torch_comes_where_there_is_a_network_and_then_nothing_more_is_looked_at(
    qtbot: Any, qapp: QObject, begun: list[str], stands: list[Ahead]
) -> None:
    stands.append(Ahead(qapp, lambda: True))
    qtbot.waitUntil(lambda: not stands[0]._timer.isActive())
    assert begun == ["torch", "torch"]


def test_a_window_that_nobody_has_touched_goes_without_torch_until_somebody_does(
    qtbot: Any, qapp: QObject, begun: list[str], stands: list[Ahead]
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    stands.append(Ahead(qapp, lambda: False))
    qtbot.waitUntil(lambda: not stands[0]._timer.isActive())
    assert begun == []
    QTest.mouseMove(window.windowHandle(), QPoint(9, 9))
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(9, 9))
    qtbot.waitUntil(lambda: len(begun) == 2)
    assert courtesy.rested() < float("inf")


def test_one_thing_comes_at_a_time(
    qtbot: Any, qapp: QObject, begun: list[str], stands: list[Ahead], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody asked for while panels still come takes its time alone."""
    way = iter([True, True, True])
    monkeypatch.setattr(ahead, "under_way", lambda: next(way, False))
    stands.append(Ahead(qapp, lambda: True))
    monkeypatch.setattr(stands[0]._coming, "take", lambda: begun.append(f"panels, {len(list(way))} looks early"))
    qtbot.waitUntil(lambda: "torch" in begun)
    assert begun[0] == "panels, 0 looks early"


@pytest.mark.parametrize("module", ["torch", "torch.nn.functional"])
def test_the_program_ends_well_while_torch_comes_ahead(module: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", PROGRAM, module],
        capture_output=True, text=True, env=environment(tmp_path),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split()[1] == "False", "all of it came before the end"


@pytest.mark.parametrize("command", ["picture", "shot"])
def test_a_picture_is_drawn_without_torch(command: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PICTURE.format(command=command)],
        capture_output=True, text=True, check=True, env=environment(tmp_path), cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout.split()[-2] == "False"
    assert (tmp_path / "drawn.png").stat().st_size > 1_000


def environment(home: Path) -> dict[str, str]:
    """Of a program that has settings of its own."""
    root = str(Path(ahead.__file__).parents[2])
    return {**os.environ, "PYTHONPATH": root, "DLSTUDIO_SETTINGS": str(home / "settings")}
