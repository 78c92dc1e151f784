"""Histograms over time, against numpy."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from dlstudio.ui.plots.colors import bands
from dlstudio.ui.plots.raster import cells
from dlstudio.ui.plots.ridge import Ridge
from dlstudio.ui.plots.ridge_plane import PERCENTS, percentiles
from dlstudio.ui.theme.tokens import DARK
from tests.ui.plots.conftest import Shown, Sight

STEPS = np.arange(0, 500, 50)
EDGES = np.linspace(-4, 4, 33)


def counts() -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.stack([np.histogram(rng.normal(0.1 * n, 0.5 + 0.05 * n, 4000), EDGES)[0] for n in range(len(STEPS))])


def ridge(shown: Shown, **more: object) -> Sight:
    sight = shown(Ridge, (720, 320))
    sight.plot.show_histograms(STEPS, EDGES, counts(), **more)
    return sight


def test_colours_are_shares_and_empty_bins_are_the_ground(shown: Shown) -> None:
    sight = ridge(shown)
    shares = counts() / counts().sum(axis=1, keepdims=True)
    room = sight.room
    high = 100 * shares.max()
    found = cells(sight.plane._borders, sight.plane.x_scale, sight.plane.x_span, int(room.width()))
    pixels = sight.plane.pixels(found, int(room.height()))
    for step in range(10):
        for bin_ in range(32):
            at = pixels[round((31.5 - bin_) / 32 * pixels.shape[0]), round((step + 0.5) / 10 * pixels.shape[1])]
            share = shares[step, bin_]
            assert at == (bands()[int(share * 100 / high * 255)] if share else 0)
    assert QColor(sight.picture.pixelColor(sight.at(0.05, 0.02))).name() == DARK.panel


def test_percentiles_are_those_of_the_values() -> None:
    values = np.random.default_rng(1).normal(size=200_000)
    edges = np.linspace(-6, 6, 601)
    shares = np.histogram(values, edges)[0][None] / len(values)
    found = [float(each[0]) for each in percentiles(edges, shares)]
    np.testing.assert_allclose(found, np.percentile(values, PERCENTS), atol=0.01)


def test_outlines_lie_over_each_other_and_each_view_is_kept(shown: Shown) -> None:
    sight = ridge(shown, threshold=0.01)
    sight.wheel(0.5, 0.5, 2)
    assert sight.plane.y_scale.kind == "symlog"
    sight.key(Qt.Key.Key_O)
    assert sight.plane.overlaid
    assert sight.plane.bottom.title == "value"
    assert sight.plane.x_scale.kind == "symlog"
    assert sight.x == pytest.approx((-4, 4))
    some = sight.plane.some()
    assert (some[0], some[-1]) == (0, 9)
    shares = counts() / counts().sum(axis=1, keepdims=True)
    assert sight.y[1] == pytest.approx(1.05 * shares[some].max())
    sight.point(0.5, 0.5)
    assert sight.picture.width()
    sight.press("overlay")
    assert not sight.plane.overlaid
    assert sight.x == (-25, 475)


def test_the_table_holds_shares_and_percentiles(shown: Shown, saved: Path) -> None:
    sight = ridge(shown)
    sight.save_numbers()
    head, *found = csv.reader((saved / "plot.csv").read_text().splitlines())
    assert len(head) == 1 + 32 + len(PERCENTS)
    made = np.array([[float(word) for word in row[1:33]] for row in found])
    np.testing.assert_allclose(made, counts() / counts().sum(axis=1, keepdims=True))
    sight.key(Qt.Key.Key_O)
    sight.save_numbers()
    head, *found = csv.reader((saved / "plot.csv").read_text().splitlines())
    assert head[:3] == ["from", "to", "step 0"]
    assert [float(row[0]) for row in found] == EDGES[:-1].tolist()


def test_odd_histograms_are_shown(shown: Shown) -> None:
    sight = shown(Ridge)
    for made in (np.empty((0, 4)), np.zeros((1, 4)), np.array([[0, 5, 0, 0]])):
        sight.plot.show_histograms(np.arange(len(made)), np.linspace(-1, 1, 5), made, threshold=0.1)
        for _ in range(2):
            sight.point(0.5, 0.5)
            sight.plane.grab()
            sight.key(Qt.Key.Key_O)
    with pytest.raises(ValueError, match="for 2 steps"):
        sight.plot.show_histograms(np.arange(2), EDGES, np.zeros((2, 3)))
