"""Modules that come into memory bit by bit, and work that follows in turns."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PySide6.QtCore import QObject

from dlstudio.ui.coming import Coming, _steps
from dlstudio.ui.panels.table import PANELS
from dlstudio.ui.sliced import Sliced, slices
from dlstudio.ui.turns import Turns

PLOTS = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtWidgets import QApplication
app = QApplication([])
from dlstudio.ui.coming import PLOTS, Coming
coming, turns = Coming(PLOTS), 1
while coming.take():
    turns += 1
import pyqtgraph
plot = pyqtgraph.PlotWidget()
print(turns > 3, set(PLOTS) <= set(sys.modules), type(pyqtgraph).__name__, plot.plot([1, 2]).yData.tolist())
"""
PACKAGE = {
    "__init__.py": "from __future__ import annotations\nfirst = 1\nfrom .inner import seen\nsecond = first + 1\n",
    "inner.py": "from . import first\nseen = first\n",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package of a few statements, and a module in it that looks back at it."""
    (tmp_path / "bitwise").mkdir()
    for name, text in PACKAGE.items():
        (tmp_path / "bitwise" / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield "bitwise"
    for name in ("bitwise", "bitwise.inner"):
        sys.modules.pop(name, None)


def test_a_package_that_comes_in_slices_is_like_any_other_in_the_end(package: str) -> None:
    assert len(list(slices(package))) == 4
    module: Any = sys.modules[package]
    assert (type(module).__name__, module.first, module.seen, module.second) == ("module", 1, 1, 2)
    assert module.inner.seen == 1


def test_who_asks_a_package_for_what_is_still_to_come_gets_it_at_once(package: str) -> None:
    rest = slices(package)
    next(rest), next(rest)
    module: Any = sys.modules[package]
    assert isinstance(module, Sliced)
    assert "second" not in vars(module)
    assert module.second == 2
    assert type(module).__name__ == "module"
    assert not hasattr(module, "third")
    assert list(rest) == []


def test_slices_that_nobody_took_to_their_end_are_gone_on_with(package: str) -> None:
    rest = slices(package)
    next(rest), next(rest)
    rest.close()  # type: ignore[attr-defined]
    assert len(list(slices(package))) == 2
    assert sys.modules[package].second == 2


def test_a_package_with_a_mistake_in_it_is_not_there(package: str, tmp_path: Path) -> None:
    (tmp_path / package / "__init__.py").write_text("first = 1\nfirst / 0\n", encoding="utf-8")
    with pytest.raises(ZeroDivisionError):
        list(slices(package))
    assert package not in sys.modules


def test_plots_come_in_many_turns_and_work() -> None:
    done = subprocess.run([sys.executable, "-c", PLOTS], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True True module [1, 2]"


def test_every_panel_names_modules_that_there_are(qapp: QObject) -> None:
    coming = Coming(name for panel in PANELS for name in panel.whole)
    while coming.take():
        pass
    assert {panel.module for panel in PANELS} <= set(sys.modules)


def test_a_piece_that_is_not_done_goes_on_before_what_follows(qtbot: Any, qapp: QObject) -> None:
    done: list[str] = []
    parent = QObject()
    turns = Turns(parent)

    def long() -> bool:
        done.append("long")
        return len(done) < 3

    turns.follow(long, lambda: done.append("last"))
    qtbot.waitUntil(lambda: not turns.busy)
    assert done == ["long", "long", "long", "last"]


def test_a_class_that_somebody_else_brought_meanwhile_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """PySide takes `Outer.Inner` off its list when `Outer` is made, as by a second one that brings the same."""
    listed = ModuleType("QtTest")
    vars(listed).update({"Outer.Inner": 1, "Outer": 2})
    monkeypatch.setattr("dlstudio.ui.coming.import_module", lambda name: listed)
    steps = _steps(["PySide6.QtTest"])
    next(steps)
    vars(listed).clear()
    assert not any(steps)
