"""What the window sees of a training: live, on disk, at an earlier step; and what it asks for."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

import dlstudio as dl
from dlstudio.runs.metrics import MetricReader
from dlstudio.training.questions.features import Features
from dlstudio.training.questions.judged import Judged
from dlstudio.ui.viewing.names import plain
from dlstudio.ui.viewing.series import Series
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import LOADING, ends, lenet, shows, trains
from tests.ui.hand import Hand


@pytest.mark.parametrize("most", [8, 10, 100])
def test_a_series_keeps_its_ends_and_its_extremes_in_bounded_memory(most: int) -> None:
    chance = np.random.default_rng(3)
    values = chance.normal(size=5_000)
    values[[17, 4_000]] = 50.0, -60.0
    series, at = Series(most), 0
    while at < len(values):
        count = int(chance.integers(1, 40))
        series.extend(np.arange(at, min(at + count, len(values))), values[at : at + count])
        at += count
        assert len(series) <= most
    assert series.steps[0] == 0
    assert series.steps[-1] == len(values) - 1
    assert (np.diff(series.steps) > 0).all()
    assert series.highs.max() == 50.0
    assert series.lows.min() == -60.0
    assert (series.lows <= series.values).all()
    assert (series.values <= series.highs).all()
    for step, value in zip(series.steps, series.values, strict=True):
        assert value == values[int(step)]


def test_a_series_forgets_what_came_after_a_step() -> None:
    series = Series()
    series.extend([1, 2, 3, 4], [1.0, 2.0, 3.0, 4.0])
    series.forget(2)
    assert series.steps.tolist() == [1, 2]


def test_a_node_is_known_by_its_way_through_blocks_in_any_round() -> None:
    assert plain("stage2.0.conv1") == plain("stage2.3.conv1") == "stage2.conv1"


def test_every_loss_is_seen_and_is_the_one_on_disk(opened: Opener, qtbot: Any) -> None:
    hand = opened(lenet())
    trains(hand, qtbot)
    ends(hand, qtbot, stop=False)
    viewing = hand.window.viewing
    assert viewing.path is not None
    steps, losses = MetricReader(viewing.path / "metrics.sqlite").read("loss")
    assert viewing.series["loss"].steps.tolist() == steps.tolist()
    assert viewing.series["loss"].values.tolist() == losses.tolist()
    assert viewing.standing is not None
    assert (viewing.standing.status, viewing.standing.step) == ("finished", steps[-1])
    assert viewing.origin == f"{viewing.path.name} · step {steps[-1]:,} · finished"


def test_after_an_edit_everything_says_that_it_is_of_the_graph_before(endless: Hand, qtbot: Any) -> None:
    trains(endless, qtbot, 2)
    viewing = endless.window.viewing
    assert not viewing.edited
    endless.window.session.choose_nodes("act1")
    endless.key(Qt.Key.Key_Delete, widget=endless.canvas)
    assert viewing.edited
    assert viewing.origin.endswith("of the graph before it was edited")


def test_what_nobody_sees_is_not_asked_for(endless: Hand, qtbot: Any) -> None:
    trains(endless, qtbot, 2)
    viewing, job = endless.window.viewing, endless.window.runner.job
    assert job is not None
    assert job.sight is not None
    desk = job.sight.desk

    def asked() -> bool:
        return any(isinstance(each, Features) for each in desk.standing)

    shows(endless, "features")
    qtbot.waitUntil(asked, timeout=LOADING)
    assert desk.standing == viewing.wanted.questions
    shows(endless, "weights")
    qtbot.waitUntil(lambda: not asked(), timeout=LOADING)
    shows(endless, "features")
    qtbot.waitUntil(asked, timeout=LOADING)
    endless.window.docks["features"].hide()
    qtbot.waitUntil(lambda: not asked(), timeout=LOADING)


def test_a_run_on_disk_is_seen_like_one_of_this_window(opened: Opener, qtbot: Any, tmp_path: Path) -> None:
    run = dl.train(lenet(), runs=tmp_path, probes=True)
    hand = opened(lenet())
    viewing = hand.window.viewing
    viewing.watch(run.path)
    qtbot.waitUntil(lambda: not viewing.alive, timeout=LOADING)
    steps, losses = run.metrics("loss")
    assert viewing.series["loss"].values.tolist() == losses.tolist()
    assert viewing.standing is not None
    assert (viewing.standing.status, viewing.standing.step) == ("finished", steps[-1])
    assert viewing.looks.nodes[0] == "conv1"
    question = Judged()
    viewing.want("test", questions=[question])
    qtbot.waitUntil(lambda: viewing.answer(question) is not None, timeout=LOADING)
    found = viewing.answer(question)
    assert found is not None
    assert found.value.numbers["accuracy"] == pytest.approx(run.evaluate("validation", best=False).numbers["accuracy"])


def test_a_run_that_another_thread_writes_is_followed_to_its_end(opened: Opener, qtbot: Any, tmp_path: Path) -> None:
    thread = threading.Thread(target=lambda: dl.train(lenet(epochs=30), runs=tmp_path, name="other"))
    thread.start()
    try:
        hand = opened(lenet())
        qtbot.waitUntil((tmp_path / "other" / "state.json").exists, timeout=LOADING)
        viewing = hand.window.viewing
        viewing.watch(tmp_path / "other")
        qtbot.waitUntil(lambda: len(viewing.series.get("loss", ())) > 3, timeout=LOADING)
        assert viewing.alive
    finally:
        thread.join()
    qtbot.waitUntil(lambda: not viewing.alive, timeout=LOADING)
    assert viewing.standing is not None
    assert viewing.standing.status == "finished"
    assert viewing.series["loss"].steps[-1] == viewing.standing.step


def test_going_back_in_time_shows_looks_and_answers_of_then(endless: Hand, qtbot: Any) -> None:
    trains(endless, qtbot, 3)
    shows(endless, "features")
    viewing = endless.window.viewing
    qtbot.waitUntil(lambda: len(viewing.looks) > 2, timeout=LOADING)
    question = endless.window.panels["features"].question  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: viewing.answer(question) is not None, timeout=LOADING)
    ends(endless, qtbot)
    first = viewing.looks.steps[0]
    viewing.seek(first)
    assert viewing.look is not None
    assert viewing.look.step == first
    assert f"step {first:,} of " in viewing.origin
    viewing.seek(None)
    now = viewing.answer(question)
    assert now is not None
    assert viewing.standing is not None
    assert now.step == viewing.standing.step
    assert isinstance(question, Features)
