"""Sequences in the window: the answer over the target, step by step, with the usual error and what is left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt

import dlstudio as dl
from dlstudio.data.prepare import prepare
from dlstudio.training.run import Run
from dlstudio.ui.panels.answers.figures import STEPS
from dlstudio.ui.panels.answers.panel import Answers
from tests.training.questions.forecasts import follower, horizon
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import LOADING, shows
from tests.ui.hand import Hand


def watched(opened: Opener, qtbot: Any, run: Run, size: tuple[int, int] = (1920, 1080)) -> tuple[Hand, Answers]:
    hand = opened(run.project, size=size)
    panel = shows(hand, "answers")
    hand.window.viewing.watch(run.path)
    qtbot.waitUntil(lambda: panel.board is not None and panel.board.course is not None, timeout=LOADING)
    return hand, panel


def truth(run: Run, *shape: int) -> tuple[Any, Any]:
    """Targets and answers of the last weights on the validation part."""
    part = prepare(run.project).validation
    batch = part.dataset.take(part.indices)
    with torch.no_grad():
        answers = run.model(best=False)(batch["x"])
    return batch["y"].reshape(-1, *shape).numpy(), answers.reshape(-1, *shape).numpy()


def line(chart: Any, name: str) -> Any:
    return chart.plane.curves[name].line


def test_a_sample_shows_its_course_over_the_target_and_what_is_left(opened: Opener, qtbot: Any, tmp_path: Path) -> None:
    run = dl.train(follower(tmp_path), runs=tmp_path / "runs")
    targets, answers = truth(run, 24, 2)
    hand, panel = watched(opened, qtbot, run)
    usual = np.sqrt(np.square(answers - targets).mean(0))
    panel.side.gallery.setFocus()
    hand.key(Qt.Key.Key_Return, widget=panel.side.gallery)
    qtbot.waitUntil(lambda: panel.side.one.courses is not None, timeout=LOADING)
    view, row = panel.side.one.courses, panel.side.open
    assert view is not None
    assert row == int(np.abs(answers - targets).mean((1, 2)).argmax())
    for channel in (0, 1):
        view.channel.setCurrentIndex(channel)
        view.channel.activated.emit(channel)
        said = line(view.chart, "answer ± root mean square error")
        assert said.steps.tolist() == list(range(1, 25))
        assert np.allclose(said.values, answers[row, :, channel], atol=1e-5)
        assert np.allclose(said.highs - said.values, usual[:, channel], atol=1e-5)
        assert np.allclose(said.values - said.lows, usual[:, channel], atol=1e-5)
        assert np.allclose(line(view.chart, "target").values, targets[row, :, channel], atol=1e-6)
        left = line(view.rest, "answer − target").values
        assert np.allclose(left, (answers - targets)[row, :, channel], atol=1e-5)
    hand.key(Qt.Key.Key_Right, widget=panel.side.one)
    second = panel.side.open
    assert second != row
    qtbot.waitUntil(
        lambda: np.allclose(line(view.chart, "target").values, targets[second, :, 1], atol=1e-6), timeout=LOADING
    )


def test_the_figure_shows_the_error_of_every_step_over_all_samples(opened: Opener, qtbot: Any, tmp_path: Path) -> None:
    run = dl.train(horizon(tmp_path), runs=tmp_path / "runs")
    targets, answers = truth(run, 12)
    _, panel = watched(opened, qtbot, run)
    errors = answers - targets
    assert panel.way.currentData() == STEPS
    chart = panel.figures.chart
    assert chart is not None
    assert panel.figures.currentWidget() is chart
    mean = line(chart, "mean error ± spread")
    assert np.allclose(mean.values, errors.mean(0), atol=1e-5)
    assert np.allclose(mean.highs - mean.values, errors.std(0), atol=1e-4)
    assert np.allclose(line(chart, "root mean square").values, np.sqrt(np.square(errors).mean(0)), atol=1e-5)
    panel.way.setCurrentIndex(panel.way.findData("answers"))
    panel.way.activated.emit(panel.way.currentIndex())
    assert panel.figures.currentWidget() is panel.pairs
    assert [panel.number.itemText(i) for i in (0, 11)] == ["step 1", "step 12"]
    panel.number.setCurrentIndex(7)
    panel.number.activated.emit(7)
    assert np.allclose(panel.pairs.answers, answers[:, 7], atol=1e-5)
    assert panel.headline.text().startswith("R² ")


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
def test_the_samples_are_small_courses(opened: Opener, qtbot: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    run = dl.train(follower(tmp_path), runs=tmp_path / "runs", steps=3)
    targets, answers = truth(run, 24, 2)
    _, panel = watched(opened, qtbot, run, size)
    assert panel.board is not None
    for sample in range(3):
        wanted, said = panel.board.first_channel(sample)
        row = int(panel.board.rows[sample])
        assert np.allclose(wanted, targets[row, :, 0], atol=1e-6)
        assert np.allclose(said, answers[row, :, 0], atol=1e-5)
    panel.side.show_view("Samples")
    assert not panel.side.gallery.grab().isNull()
