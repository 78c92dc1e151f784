"""What tests of the window need: a window on a project, and a hand to work it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen
from tests.ui.hand import Hand
from tests.ui.waiting import PatientBot

Opener = Callable[..., Hand]


@pytest.fixture(autouse=True)
def settings_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings of whoever runs it."""
    monkeypatch.setenv("DLSTUDIO_SETTINGS", str(tmp_path / "settings"))


@pytest.fixture
def qtbot(qapp: Any, request: pytest.FixtureRequest) -> PatientBot:
    """The hand of pytest-qt, which never gives up because the machine is busy."""
    return PatientBot(request)


@pytest.fixture(autouse=True)
def disk_that_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is saved is on the disk at once, however busy the machine is."""
    monkeypatch.setattr("dlstudio.ui.files.saver.FRAME", 10.0)


@pytest.fixture(autouse=True)
def no_dialog_of_the_system_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever asks the desktop for a file is told that nobody chose one; tests that choose say so themselves."""
    for name in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_, **__: ("", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_, **__: ([], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: "")


@pytest.fixture(autouse=True)
def garbage_goes_where_its_widgets_live() -> Iterator[None]:
    """As in the program, no other thread searches for garbage: what it found could be widgets."""
    gc.disable()
    yield
    gc.collect(0)
    gc.enable()


@pytest.fixture(scope="session")
def panels_in_memory(qapp: Any) -> None:
    """What panels are made of has come, as it has in the program after a moment: no test waits for that."""
    from dlstudio.ui.coming import Coming
    from dlstudio.ui.panels.table import PANELS

    coming = Coming(name for panel in PANELS for name in panel.whole)
    while coming.take():
        pass


@pytest.fixture
def opened(qapp: Any, panels_in_memory: None) -> Iterator[Opener]:
    """Opens windows on projects, by value, by template, or by the type-to-build line, and closes them at the end."""
    from dlstudio.ui.app import open_window

    windows = []

    def open_on(what: Project | str = "", *, path: Path | None = None, size: tuple[int, int] = (1280, 800)) -> Hand:
        project = what if isinstance(what, Project) else made(what)
        window = open_window(project, path, theme="dark")
        window.resize(*size)
        qapp.processEvents()
        window.canvas.fit()
        QCursor.setPos(window.mapToGlobal(QPoint()))
        window.activateWindow()
        window.canvas.setFocus()
        qapp.processEvents()
        windows.append(window)
        return Hand(window)

    yield open_on
    for window in filter(isValid, windows):
        window.session.was_saved(Path("nowhere.dls"))
        window.close()
        window.deleteLater()
    qapp.processEvents()


def made(what: str) -> Project:
    """A project from a few words; templates lose their places, so that the window lays them out."""
    if not what:
        return Project()
    if ">" in what or " " in what:
        return dl.line(what)
    return replace(dl.template(what), sheets=Frozen())


def lenet(**training: Any) -> Project:
    """LeNet-5 on a few digits: an epoch of some steps."""
    project = dl.template("lenet5")
    data = Frozen({"source": Frozen({"kind": "MNIST", "size": 200})})
    wanted = project.training.merge({"epochs": 1, "batch_size": 16, **training})
    return replace(project, data=data, training=wanted, sheets=Frozen())
