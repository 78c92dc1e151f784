"""The space in the window: the boundary over the samples, the neurons of a chosen node, and where samples lie."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

import dlstudio as dl
from dlstudio.core.frozen import Frozen
from dlstudio.data.prepare import prepare
from dlstudio.ui.panels.space.aligning import aligned
from dlstudio.ui.panels.space.panel import WAYS, Space
from dlstudio.ui.plots.mesh import BORDER, Mesh, pieces
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import LOADING, ends, lenet, shows, trains
from tests.ui.hand import Hand


@pytest.fixture
def spirals(opened: Opener) -> Any:
    project = dl.template("deep_feed_forward")
    hand = opened(replace(project, training=project.training.merge({"epochs": 100_000}), sheets=Frozen()))
    yield hand
    hand.window.runner.stop()
    hand.window.runner.join()


def seen(hand: Hand, qtbot: Any) -> Space:
    trains(hand, qtbot, 2)
    panel = shows(hand, "space")
    assert isinstance(panel, Space)
    qtbot.waitUntil(lambda: panel.views is not None and panel.plane_view.value is not None, timeout=LOADING)
    return panel


def test_vis_03_vis_04_the_boundary_is_that_of_the_last_weights_and_a_node_shows_its_neurons(
    spirals: Hand, qtbot: Any
) -> None:
    panel = seen(spirals, qtbot)
    field = panel.plane_view.field
    assert len(panel.plane_view.wall.rows) > 2
    spirals.click("tanh1")
    qtbot.waitUntil(lambda: [row.node for row in panel.plane_view.wall.rows] == ["tanh1"], timeout=LOADING)
    assert len(panel.plane_view.wall.rows[0].tiles) == 16
    ends(spirals, qtbot)
    qtbot.waitUntil(lambda: panel.origin.text().endswith("stopped"), timeout=LOADING)
    path = spirals.window.viewing.path
    assert path is not None
    assert field.ground is not None
    model = dl.open_run(path).model(best=False)

    def wrong_by_the_last_weights() -> bool:
        assert field.dots is not None
        with torch.no_grad():
            chances = model(torch.tensor(field.dots.places)).softmax(1).numpy()
        return np.array_equal(chances.argmax(1) != field.dots.kinds, field.dots.wrong)

    qtbot.waitUntil(wrong_by_the_last_weights, timeout=LOADING)
    dots = field.dots
    assert dots is not None
    assert f"{int(dots.wrong.sum())} of 450 wrong" in panel.told.text()
    assert field.near(QPointF(field.pixel(3))) >= 0
    number = 7
    field.setFocus()
    field.point(number)
    assert field.at == number


def test_the_samples_are_turned_to_where_they_lay_before() -> None:
    points = np.random.default_rng(1).normal(size=(50, 2)).astype(np.float32)
    flipped = points * np.array([-1, 1], np.float32) @ np.array([[0.8, -0.6], [0.6, 0.8]], np.float32)
    assert np.allclose(aligned(flipped, points), points, atol=1e-5)
    assert aligned(points, None) is points


def test_vis_84_a_sample_that_is_pointed_at_shows_its_chances_as_bars(
    opened: Opener, qtbot: Any, tmp_path: Path
) -> None:
    run = dl.train(lenet(), runs=tmp_path)
    hand = opened(lenet(), size=(1920, 1080))
    panel = shows(hand, "space")
    hand.window.viewing.watch(run.path)
    qtbot.waitUntil(lambda: panel.views is not None and panel.cloud_view.samples is not None, timeout=LOADING)
    view, field, aside = panel.cloud_view, panel.cloud_view.field, panel.cloud_view.aside
    part = prepare(run.project).validation
    batch = part.dataset.take(part.indices[list(view.value.rows)])
    with torch.no_grad():
        chances = run.model(best=False)(batch["image"]).softmax(1)
    assert aside.key.isVisible()
    assert not aside.chances.isVisible()
    number = int(chances.amax(1).argmin())
    QTest.mouseMove(field.viewport(), field.pixel(number).toPoint())
    qtbot.waitUntil(lambda: field.at >= 0)
    seen = field.at  # the nearest of those that lie there
    shown = {row.name: row for row in aside.chances.rows}
    assert aside.chances.isVisible()
    order = chances[seen].argsort(descending=True).tolist()
    assert set(shown) == {str(kind) for kind in order[: len(shown)]}
    for name, row in shown.items():
        assert row.share == pytest.approx(float(chances[seen, int(name)]), abs=2e-3)
    target, answer = int(batch["digit"][seen]), int(chances[seen].argmax())
    assert f"is {target}" in aside.close_up.lines
    assert f"answered {answer}" in aside.close_up.lines
    assert shown[str(answer)].good is (target == answer)
    field.setFocus()
    hand.key(Qt.Key.Key_Right, widget=field)
    assert field.at == (seen + 1) % len(view.value.rows)
    best = aside.chances.rows[0] if len(aside.chances.rows) < 10 else max(aside.chances.rows, key=lambda row: row.share)
    assert best.name == str(int(chances[field.at].argmax()))
    QTest.mouseMove(hand.handle, QPoint(2, 2))
    field.point(-1)
    assert aside.key.isVisible()


def test_vis_05_the_slider_goes_through_the_layers_that_fold_the_plane(spirals: Hand, qtbot: Any) -> None:
    panel = seen(spirals, qtbot)
    spirals.press(panel.ways.button(list(WAYS).index("fold")))
    qtbot.waitUntil(lambda: panel.fold_view.value is not None, timeout=LOADING)
    ends(spirals, qtbot)
    qtbot.waitUntil(lambda: panel.origin.text().endswith("stopped"), timeout=LOADING)
    view = panel.fold_view
    folded, mesh = view.value, view.field.mesh
    assert folded is not None
    assert mesh is not None
    assert view.slider.value() == 0
    side = folded.side
    assert np.array_equal(mesh.places.reshape(-1, 2), folded.stages[0].points[: side**2].numpy())
    assert np.array_equal(mesh.kinds.ravel(), folded.answers.numpy())
    view.slider.setFocus()
    spirals.key(Qt.Key.Key_PageUp, widget=view.slider)
    stage = folded.stages[1]
    lengths = np.linalg.norm(stage.points.numpy() - stage.points.numpy().mean(0), axis=1)
    assert view.field.mesh is not None
    assert view.field.dots is not None
    shown = np.concatenate([view.field.mesh.places.reshape(-1, 2), view.field.dots.places])
    assert np.allclose(np.linalg.norm(shown - shown.mean(0), axis=1), lengths, atol=1e-4)
    assert view.name.text().startswith("hidden1 · 16 numbers")
    spirals.key(Qt.Key.Key_Right, widget=view.slider)
    assert view.name.text() == "hidden1 → tanh1"
    spirals.press(view.play)
    qtbot.waitUntil(lambda: view.slider.value() == view.slider.maximum(), timeout=LOADING)
    qtbot.waitUntil(lambda: not view.play.isChecked(), timeout=LOADING)
    assert view.name.text() == "scores · 2 numbers"
    assert not view._tick.isActive()


def test_vis_05_the_border_runs_between_the_classes() -> None:
    kinds = np.array([[0, 0, 1], [0, 1, 1]])
    places = np.stack(np.meshgrid(np.arange(3.0), np.arange(2.0)), -1)
    found = pieces(Mesh(places, kinds))
    assert {kind: len(ends) // 2 for kind, ends in found.items()} == {0: 7, 1: 7, BORDER: 2}
    way = found[BORDER].reshape(-1, 2, 2)
    assert sorted(map(sorted, way.tolist())) == [[[0.5, 1.0], [1.0, 0.5]], [[1.0, 0.5], [1.5, 0.0]]]
    halves = np.concatenate([found[0], found[1]]).reshape(-1, 2, 2)
    assert (np.abs(halves[:, 1] - halves[:, 0]).sum(1) == 0.5).all()


def test_vis_06_three_depths_stand_side_by_side(opened: Opener, qtbot: Any, tmp_path: Path) -> None:
    run = dl.train(dl.template("depths"), runs=tmp_path, steps=10)
    hand = opened(dl.template("depths"), size=(1920, 1080))
    panel = shows(hand, "space")
    hand.window.viewing.watch(run.path)
    qtbot.waitUntil(lambda: panel.views is not None and panel.plane_view.value is not None, timeout=LOADING)
    view, plane = panel.plane_view, panel.plane_view.value
    assert [sheet.isVisible() for sheet in view.sheets] == [True] * 3
    lefts = [sheet.mapTo(view, QPoint(0, 0)).x() for sheet in view.sheets]
    assert lefts == sorted(lefts)
    model = run.model(best=False)
    with torch.no_grad():
        answers = model(plane.points)
    for sheet, name, scores in zip(view.sheets, ("none", "three", "twenty"), answers, strict=True):
        wrong = int((scores.argmax(1) != plane.kinds).sum())
        assert sheet.title.text() == f"{name} · {wrong} of {len(plane.points)} wrong"
        assert int(sheet.field.dots.wrong.sum()) == wrong
