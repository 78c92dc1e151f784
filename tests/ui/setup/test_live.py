"""While a training goes on: another rate, what has to wait, restart; and going on with the last run."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

import dlstudio as dl
from tests.ui.setup.conftest import Looker, flowers


def test_the_rate_is_changed_by_number_by_slider_and_back(looked: Looker, qtbot: Any) -> None:
    sight = looked(flowers(epochs=1_000_000, schedule={"kind": "Constant"}))
    live, runner = sight.page.live, sight.window.runner
    assert not live.isVisible()
    sight.hand.key(Qt.Key.Key_F5)
    sight.trains(qtbot, 2)
    qtbot.waitUntil(lambda: live.isVisible() and live.isEnabled())
    assert live.factor.text() == "1"
    assert live.absolute.text() == "0.003"
    sight.type(live.factor, "0.5")
    assert runner.rate == 0.5
    assert live.absolute.text() == "0.0015"
    assert runner.job is not None
    assert runner.job.control.rate == 0.5
    qtbot.waitUntil(lambda: "rate ×0.5" in sight.window.run_bar.text.text(), timeout=10_000)
    sight.type(live.absolute, "0.03")
    assert runner.rate == pytest.approx(10)
    assert live.slider.value() == 50
    sight.hand.key(Qt.Key.Key_Left, widget=live.slider)
    assert runner.rate == pytest.approx(10 ** (49 / 50))
    sight.type(live.factor, "-1", enter=False)
    assert runner.rate == pytest.approx(10 ** (49 / 50))
    assert live.factor.property("state") == "bad"
    sight.hand.key(Qt.Key.Key_Escape, widget=live.factor)
    assert live.factor.text() == "9.55"
    sight.press(live.back)
    assert runner.rate == 1.0
    assert sight.page.curve.now is not None


def test_the_rate_is_kept_for_the_next_training(looked: Looker, qtbot: Any) -> None:
    sight = looked(flowers(epochs=1_000_000))
    sight.hand.key(Qt.Key.Key_F5)
    sight.trains(qtbot, 1)
    live = sight.page.live
    qtbot.waitUntil(lambda: live.isEnabled() and live.course is not None)
    sight.type(live.factor, "0.1")
    sight.press(live.keep)
    assert sight.training["optimizer"] == {"kind": "Adam", "lr": 0.0003}
    assert sight.steps()[0] == "Set the learning rate to 0.0003"


def test_settings_that_wait_are_named_and_a_restart_takes_them(looked: Looker, qtbot: Any) -> None:
    sight = looked(flowers(epochs=1_000_000))
    live, runner = sight.page.live, sight.window.runner
    sight.hand.key(Qt.Key.Key_F5)
    sight.trains(qtbot, 1)
    assert not live.waiting.isVisible()
    sight.type(sight.row("Batches", "batch_size").editor.line, "32")
    assert live.waiting.text() == "Counts from the next training on:\nbatch size 16 → 32"
    first = runner.job
    sight.press(live.restart)
    qtbot.waitUntil(lambda: runner.job is not first and runner.step > 0, timeout=25_000)
    assert runner.job is not None
    assert runner.job.project.training["batch_size"] == 32
    assert runner.plan is not None
    assert runner.plan.per_epoch == 4
    assert not live.waiting.isVisible()
    assert first is not None
    assert first.ended is not None
    assert first.ended.status == "stopped"


def test_the_bar_restarts_too(looked: Looker, qtbot: Any) -> None:
    sight = looked(flowers(epochs=1_000_000))
    bar, runner = sight.window.run_bar, sight.window.runner
    assert not bar.buttons["restart"].isVisible()
    sight.hand.key(Qt.Key.Key_F5)
    sight.trains(qtbot, 2)
    first = runner.job
    sight.hand.press(bar.buttons["restart"])
    qtbot.waitUntil(lambda: runner.job is not first and runner.step > 0, timeout=25_000)


def test_a_finished_run_goes_on_to_more_epochs_from_where_it_stood(looked: Looker, qtbot: Any) -> None:
    sight = looked(flowers())
    runner = sight.window.runner
    sight.hand.key(Qt.Key.Key_F5)
    sight.ends(qtbot)
    last, job = runner.step, runner.job
    assert job is not None
    assert job.ended is not None
    sight.type(sight.row("How long", "epochs").editor.line, "2")
    sight.window.do("resume")
    sight.ends(qtbot)
    assert runner.step == 2 * last
    assert runner.curves["loss"][0] == list(range(1, 2 * last + 1))
    assert runner.job is not None
    assert runner.job.ended is not None
    assert runner.job.ended.path == job.ended.path
    assert job.ended.path is not None
    assert dl.open_run(job.ended.path).status == "finished"
    assert sight.window.runner.job is not job


def test_without_any_run_there_is_nothing_to_go_on_with(looked: Looker, qtbot: Any) -> None:
    sight = looked(flowers())
    sight.window.do("resume")
    sight.ends(qtbot)
    assert sight.window.toasts.now is not None
    assert sight.window.toasts.now.text.endswith("There is no run to go on with yet. Train first (F5).")
    assert sight.window.run_bar.train.isEnabled()


def test_the_newest_run_of_the_project_is_found_by_another_window(looked: Looker, qtbot: Any) -> None:
    first = looked(flowers(epochs=1))
    first.hand.key(Qt.Key.Key_F5)
    first.ends(qtbot)
    second = looked(flowers(epochs=2))
    second.session.do("Widen", dl_put)
    second.window.do("resume")
    second.ends(qtbot)
    job = second.window.runner.job
    assert job is not None
    assert job.ended is not None
    assert first.window.runner.job is not None
    assert first.window.runner.job.ended is not None
    assert job.ended.path == first.window.runner.job.ended.path
    assert job.project.networks["model"].nodes["linear1"].fields.get("out_features") == 8


def dl_put(project: Any) -> Any:
    """An edit of the graph after the run."""
    from dlstudio.core import edits

    return edits.put(project, "model", "linear1", out_features=16)


def test_a_recipe_without_a_learning_rate_offers_none(looked: Looker, qtbot: Any) -> None:
    sight = looked("perceptron", epochs=1_000_000)
    sight.hand.key(Qt.Key.Key_F5)
    sight.trains(qtbot, 1)
    qtbot.wait(100)
    assert not sight.page.live.factor.isVisible()
