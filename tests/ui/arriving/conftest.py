"""Files of other programs, and a hand that drops them on a window."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import TensorProto, helper
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

import dlstudio as dl
from dlstudio.ui.app import desk
from dlstudio.ui.errand import THREAD, under_way
from dlstudio.ui.overlays.turning import Turning
from dlstudio.ui.window import Window
from tests.ui.hand import Hand

NET = "input 4 > fc 3 > relu > fc 2"
LOADING = 120_000
"""Milliseconds in which torch is loaded and a small file read on any machine."""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Weights of no test go where those of another are."""
    monkeypatch.setenv("DLSTUDIO_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(autouse=True)
def closed_in_the_end() -> Iterator[None]:
    """Windows that a test opened go without a question, and no thread outlives it."""
    yield
    for document in list(desk().documents):
        document.session.was_saved(Path("nowhere.dls"))
        document.window.close()
    QApplication.processEvents()
    assert not [thread for thread in threading.enumerate() if thread.name == THREAD]


@pytest.fixture
def net(tmp_path: Path) -> Path:
    """A small network as ONNX."""
    dl.export(dl.line(NET), "onnx", tmp_path / "net.onnx")
    return tmp_path / "net.onnx"


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """An ONNX file with an operator that nobody knows."""
    nodes = [
        helper.make_node("Relu", ["x"], ["a"], name="start"),
        helper.make_node("Spectral", ["a"], ["b"], name="odd", domain="custom.ops", radius=3),
    ]
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 8]) for name in "xb"]
    graph = helper.make_graph(nodes, "odd", values[:1], values[1:])
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("custom.ops", 1)]
    onnx.save(helper.make_model(graph, opset_imports=opsets), tmp_path / "odd.onnx")
    return tmp_path / "odd.onnx"


def drop(hand: Hand, *paths: Path) -> None:
    """Drags files onto the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    given = QPoint(300, 300), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for event in (QDragEnterEvent(*given), QDropEvent(*given)):
        QApplication.sendEvent(hand.window, event)


def settled(hand: Hand, qtbot: Any) -> None:
    """Waits until nothing is under way in any window."""
    qtbot.waitUntil(lambda: not any(under_way(d.window) for d in desk().documents), timeout=LOADING)


def over(window: Window) -> Turning | None:
    """What covers a window now."""
    return next((each for each in window.findChildren(Turning) if each.isVisible()), None)
