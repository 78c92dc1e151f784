"""What is written beside axes."""

from __future__ import annotations

import numpy as np
import pytest

from dlstudio.ui.plots.colors import BANDS, bands, dashes, hue_color
from dlstudio.ui.plots.scale import Scale, Span, said
from dlstudio.ui.theme.tokens import THEMES


def written(scale: Scale, low: float, high: float, most: int = 7) -> list[str]:
    return [tick.text for tick in scale.ticks(Span(low, high), most) if tick.text]


@pytest.mark.parametrize(
    ("scale", "low", "high", "words"),
    [
        (Scale(), 0, 1, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (Scale(), -2, 2, ["−2", "−1", "0", "1", "2"]),
        (Scale(), 0, 4e-9, ["0", "1e−9", "2e−9", "3e−9", "4e−9"]),
        (Scale(), 0, 4e9, ["0", "1e9", "2e9", "3e9", "4e9"]),
        (Scale(whole=True), 0, 3, ["0", "1", "2", "3"]),
        (Scale(whole=True), 0, 2_000_000, ["0", "500,000", "1,000,000", "1,500,000", "2,000,000"]),
        (Scale("log"), -5, 1, ["1e−5", "1e−4", "0.001", "0.01", "0.1", "1", "10"]),
        (Scale("log"), 0, 2, ["1", "10", "100", "2", "5", "20", "50"]),
    ],
)
def test_values_are_round_and_tell_neighbours_apart(scale: Scale, low: float, high: float, words: list[str]) -> None:
    assert sorted(written(scale, low, high)) == sorted(words)


@pytest.mark.parametrize("middle", [1e-9, 1.0, 1e9])
def test_a_narrow_span_far_from_zero_has_different_words(middle: float) -> None:
    words = written(Scale(), middle, middle * (1 + 1e-6))
    assert len(words) >= 3
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("most", [2, 3, 4, 6])
def test_there_are_two_values_at_least_and_few_more_than_asked_for(most: int) -> None:
    chance = np.random.default_rng(most)
    for low, size in zip(chance.normal(size=400), 10 ** chance.uniform(-3, 3, 400), strict=True):
        count = len(written(Scale(), low, low + size, most))
        assert 2 <= count <= most + 3, (low, size)


def test_scales_go_there_and_back() -> None:
    values = np.array([-300.0, -1.0, -1e-5, 0.0, 1e-5, 0.5, 1e6])
    symmetric = Scale("symlog", threshold=0.01)
    np.testing.assert_allclose(symmetric.back(symmetric.to(values)), values, rtol=1e-9)
    log = Scale("log")
    np.testing.assert_allclose(log.back(log.to(values[values > 0])), values[values > 0])
    assert np.isnan(log.to(values[values <= 0])).all()


def test_measured_values_have_four_digits() -> None:
    assert [said(v) for v in (0.0, 0.123456, 1234.56, 1.5e-9, -2.5, float("inf"))] == [
        "0", "0.1235", "1235", "1.500e−9", "−2.500", "not finite",
    ]  # fmt: skip


def test_thirty_two_lines_look_different_on_every_ground() -> None:
    for theme in THEMES.values():
        assert len({(hue_color(hue, theme), dashes(hue, False)) for hue in range(32)}) == 32


def test_the_colours_are_those_of_viridis() -> None:
    import pyqtgraph as pg

    wanted = pg.colormap.get("viridis").getLookupTable(nPts=BANDS, alpha=False).astype(int)
    made = np.stack([bands() >> shift & 255 for shift in (16, 8, 0)], axis=1).astype(int)
    assert np.abs(made - wanted).max() <= 6
