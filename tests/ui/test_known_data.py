"""Known data: the window reads a project's data once for all who ask, and lets the data themselves go."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import dlstudio as dl
from dlstudio.core import edits
from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import ProjectProblem
from dlstudio.data import prepare
from dlstudio.data.loading import load
from dlstudio.data.progress import Cancelled, Progress, begun, watched
from dlstudio.ui.known_data import DataReader, KnownData
from tests.ui.conftest import Opener, lenet

LONG = 60_000


def of(source: dict[str, Any]) -> Project:
    """A small network on some data."""
    return replace(dl.line("input 2 > fc 2"), data=Frozen({"source": Frozen(source)}))


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Data are read only while the second event is set; the first one tells that somebody is at it."""
    entered, let = threading.Event(), threading.Event()
    plain = load

    def slow(*given: Any) -> Any:
        entered.set()
        while not let.wait(0.01):
            begun("Reading slowly")
        begun("Reading on")
        return plain(*given)

    monkeypatch.setattr(prepare, "load", slow)
    return entered, let


def started(work: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """Runs something in a thread, and keeps what comes of it."""
    found: list[object] = []

    def run() -> None:
        try:
            found.append(work())
        except Cancelled as end:
            found.append(end)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, found


def test_the_advice_the_preview_and_the_recipe_read_the_data_once(opened: Opener, qtbot: Any) -> None:
    hand = opened(lenet())
    window = hand.window
    window.preview._said = "off"
    window.docks["setup"].show()
    window.docks["setup"].raise_()
    window.preview.toggle()
    setup = window.panels["setup"]
    qtbot.waitUntil(lambda: getattr(setup, "judged", None) is not None, timeout=LONG)
    qtbot.waitUntil(lambda: bool(window.preview.last.sketches), timeout=LONG)
    qtbot.waitUntil(lambda: window.advice._asked is not None and not window.advice.background.busy, timeout=LONG)
    assert window.session.data.count == 1
    window.session.do("Change", lambda project: edits.put(project, "model", "conv1", out_channels=7))
    qtbot.waitUntil(lambda: window.advice._asked is not None and not window.advice.background.busy, timeout=LONG)
    qtbot.waitUntil(lambda: not window.preview.busy, timeout=LONG)
    assert window.session.data.count == 1


def test_what_is_known_is_that_of_the_data_and_the_data_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[weakref.ref[Any]] = []
    plain = prepare.prepare

    def noted(*given: Any, **named: Any) -> Any:
        found = plain(*given, **named)
        kept.append(weakref.ref(found.train.dataset))
        return found

    monkeypatch.setattr(prepare, "prepare", noted)
    project = of({"kind": "Points", "count": 40})
    known = DataReader().read(project, None)
    found = plain(project, settle=False)
    first = found.validation.dataset.take(found.validation.indices[:1])
    assert known.samples == len(found.train)
    assert known.columns.keys() == found.columns.keys()
    assert all((known.first[name] == value).all() for name, value in first.items())
    gc.collect()
    assert kept[0]() is None


def test_who_asks_while_the_data_are_read_waits_for_them(gate: tuple[threading.Event, threading.Event]) -> None:
    entered, let = gate
    reader, project = DataReader(), of({"kind": "Points", "count": 40})
    one, first = started(lambda: reader.read(project, None))
    entered.wait()
    other, second = started(lambda: reader.read(project, None))
    let.set()
    one.join()
    other.join()
    assert isinstance(first[0], KnownData)
    assert first[0] is second[0]
    assert reader.count == 1


def test_a_reading_ends_when_the_document_names_other_data(gate: tuple[threading.Event, threading.Event]) -> None:
    entered, let = gate
    old, new = of({"kind": "Points", "count": 40}), of({"kind": "Points", "count": 60})
    now = [old]
    reader = DataReader(lambda project, _: project is now[0])
    thread, found = started(lambda: reader.read(old, None))
    entered.wait()
    now[0] = new
    thread.join()
    assert isinstance(found[0], Cancelled)
    let.set()
    assert reader.read(new, None).samples == round(0.8 * 60)
    assert reader.count == 1


def test_who_waits_for_the_reading_of_another_can_be_stopped(gate: tuple[threading.Event, threading.Event]) -> None:
    entered, let = gate
    reader, project, progress = DataReader(), of({"kind": "Points", "count": 40}), Progress()

    def watching() -> object:
        with watched(progress):
            return reader.read(project, None)

    one, first = started(lambda: reader.read(project, None))
    entered.wait()
    other, second = started(watching)
    progress.cancel()
    other.join()
    assert isinstance(second[0], Cancelled)
    let.set()
    one.join()
    assert isinstance(first[0], KnownData)


def test_a_file_that_was_mended_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    reader, project = DataReader(), of({"kind": "Table", "file": "rows.csv"})
    file.write_text("a,b\n")
    with pytest.raises(ProjectProblem):
        reader.read(project, tmp_path)
    file.write_text("a,b,c\n" + "".join(f"{i},{i * i},{i % 2}\n" for i in range(20)))
    assert reader.read(project, tmp_path).samples > 0
    assert reader.read(project, tmp_path).samples > 0
    assert reader.count == 1
