"""A long reading says how far it is, and can be ended: by a button, a key, another source, or the end of the window."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

import dlstudio as dl
from dlstudio.core.frozen import freeze
from dlstudio.data import cells, progress
from dlstudio.data.progress import Progress, counted
from dlstudio.ui.panels.data.changes import put
from dlstudio.ui.panels.data.panel import Data
from tests.ui.conftest import Opener, lenet
from tests.ui.data.looking import look, project, wait
from tests.ui.hand import Hand

ROWS = 300
WAIT = 60_000


class Gate:
    """Holds one reading up at a row until it is opened; others that read the same file meanwhile pass."""

    def __init__(self, row: int) -> None:
        self.row, self.there, self.go, self.passed = row, threading.Event(), threading.Event(), 0
        self.of: Callable[[], Progress | None] = lambda: None
        """Who reads."""

    def __call__(self, things: Any, what: str, total: int = 0, **rest: Any) -> Iterator[Any]:
        mine = progress._watching.get() is self.of()
        for number, thing in enumerate(counted(things, what, total, **rest)):
            if mine and number == self.row:
                self.there.set()
                self.go.wait(60)
            self.passed = number if mine else self.passed
            yield thing


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    made = Gate(100)
    monkeypatch.setattr(cells, "counted", made)
    yield made
    made.go.set()


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "long.csv"
    path.write_text("x,y\n" + "".join(f"{row},{row % 2}\n" for row in range(ROWS)))
    return str(path)


def begin(opened: Opener, qtbot: Any, gate: Gate, file: str) -> tuple[Hand, Data]:
    """A window on data of which a hundred rows are read so far."""
    hand, panel = look(opened, project(kind="Digits"))
    gate.of = lambda: panel.background.progress
    change(hand, "Choose the table", {"kind": "Table", "file": file})
    qtbot.waitUntil(gate.there.is_set, timeout=WAIT)
    qtbot.waitUntil(panel.seen.cancel.isVisible, timeout=WAIT)
    return hand, panel


def change(hand: Hand, label: str, source: dict[str, Any]) -> None:
    hand.window.session.do(label, lambda project: put(project, "source", freeze(source)))


def by_button(hand: Hand, panel: Data) -> None:
    hand.press(panel.seen.cancel)


def by_key(hand: Hand, panel: Data) -> None:
    hand.key(Qt.Key.Key_Escape, widget=panel)


@pytest.mark.parametrize("end", [by_button, by_key])
def test_a_reading_says_how_far_it_is_and_is_ended(
    opened: Opener, qtbot: Any, gate: Gate, file: str, end: Callable[[Hand, Data], None]
) -> None:
    hand, panel = begin(opened, qtbot, gate, file)
    qtbot.waitUntil(lambda: panel.seen.stage.text() == f"Reading rows: 100 of {ROWS + 1}", timeout=WAIT)
    qtbot.waitUntil(lambda: (panel.progress.value(), panel.progress.maximum()) == (100, ROWS + 1), timeout=WAIT)
    end(hand, panel)
    assert panel.seen.stage.text() == "Cancelling …"
    gate.go.set()
    wait(panel)
    assert gate.passed == 100
    assert panel.seen.wrong.isVisible()
    assert "cancelled" in panel.seen.wrong.told.text()
    assert not panel.seen.cancel.isVisible()
    hand.press(panel.seen.wrong.again)
    wait(panel)
    assert panel.facts.total == ROWS
    assert not panel.seen.wrong.isVisible()


def test_while_it_reads_nothing_is_said_of_the_network_that_is_not_so(
    opened: Opener, qtbot: Any, gate: Gate, file: str
) -> None:
    hand, panel = begin(opened, qtbot, gate, file)
    wires = panel.wires
    assert wires.empty.text() == "The network has neither inputs nor outputs yet."
    networks = dl.line("input 1 > fc 2 > out").networks
    hand.window.session.do("Draw", lambda project: replace(project, networks=networks))
    assert wires.empty.text() == "Which column goes where is known when the data is read."
    gate.go.set()
    wait(panel)
    qtbot.waitUntil(lambda: bool(wires.rows), timeout=WAIT)
    assert not wires.empty.isVisible()


def test_what_was_cancelled_is_not_begun_again_by_an_edit_of_something_else(
    opened: Opener, qtbot: Any, gate: Gate, file: str
) -> None:
    hand, panel = begin(opened, qtbot, gate, file)
    hand.press(panel.seen.cancel)
    gate.go.set()
    wait(panel)
    gate.passed = 0
    hand.window.session.do("Order", lambda project: put(project, "shuffle", False))
    wait(panel)
    assert gate.passed == 0
    change(hand, "Iris", {"kind": "Iris"})
    wait(panel)
    assert panel.facts.total == 150


def test_another_source_ends_the_reading_of_the_one_before(opened: Opener, qtbot: Any, gate: Gate, file: str) -> None:
    hand, panel = begin(opened, qtbot, gate, file)
    change(hand, "Iris", {"kind": "Iris"})
    gate.go.set()
    wait(panel)
    assert gate.passed == 100
    assert panel.facts.total == 150


def test_an_edit_of_a_step_lets_the_reading_go_on(opened: Opener, qtbot: Any, gate: Gate, file: str) -> None:
    hand, panel = begin(opened, qtbot, gate, file)
    hand.window.session.do("Order", lambda project: put(project, "shuffle", False))
    gate.go.set()
    wait(panel)
    assert gate.passed == ROWS
    assert panel.facts.total == ROWS


def test_a_window_that_closes_does_not_wait_for_the_last_row(opened: Opener, qtbot: Any, gate: Gate, file: str) -> None:
    hand, panel = begin(opened, qtbot, gate, file)
    reading = panel.background.progress

    def open_once_cancelled() -> None:
        while not reading.cancelled and not gate.go.wait(0.01):
            pass
        gate.go.set()

    opener = threading.Thread(target=open_once_cancelled)
    opener.start()
    hand.window.session.was_saved(Path("nowhere.dls"))
    hand.window.close()
    opener.join()
    assert gate.passed == 100


def test_a_start_says_how_far_the_data_is_read_and_stop_ends_it(
    opened: Opener, qtbot: Any, gate: Gate, file: str
) -> None:
    made = project("input 1 > fc 2", kind="Table", file=file)
    hand = opened(made)
    bar, runner = hand.window.run_bar, hand.window.runner
    gate.of = lambda: runner.job.reading if runner.job else None
    hand.press(bar.train)
    qtbot.waitUntil(gate.there.is_set, timeout=WAIT)
    qtbot.waitUntil(lambda: bar.text.text() == f"Reading rows: 100 of {ROWS + 1}", timeout=WAIT)
    qtbot.waitUntil(lambda: bar.bar.value() == 100, timeout=WAIT)
    assert bar.bar.isVisible()
    hand.press(bar.buttons["stop"])
    gate.go.set()
    qtbot.waitUntil(lambda: not runner.alive, timeout=WAIT)
    assert gate.passed == 100
    assert runner.job is not None
    assert runner.job.ended is not None
    assert (runner.job.ended.status, runner.job.ended.path) == ("stopped", None)
    assert hand.window.session.state.phase == ""
    assert not runner.runs.exists()


def test_a_stop_of_a_training_that_goes_on_keeps_its_run(opened: Opener, qtbot: Any) -> None:
    hand = opened(lenet(epochs=10_000))
    hand.press(hand.window.run_bar.train)
    runner = hand.window.runner
    qtbot.waitUntil(lambda: runner.step > 3, timeout=WAIT)
    qtbot.waitUntil(hand.window.timeline.isVisible, timeout=WAIT)
    assert not hand.window.run_bar.bar.isVisible()  # the timeline tells how far it is
    hand.press(hand.window.run_bar.buttons["stop"])
    qtbot.waitUntil(lambda: not runner.alive, timeout=WAIT)
    assert runner.job is not None
    assert runner.job.ended is not None
    assert runner.job.ended.path is not None
    assert runner.job.ended.status == "stopped"
