"""Extremes and smooth lines against what numpy and a plain loop say."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np
import pytest

from dlstudio.ui.plots.curve import Curve, Track
from dlstudio.ui.plots.line import Line, index
from dlstudio.ui.plots.pyramid import Pyramid
from dlstudio.ui.plots.smooth import Smoother


def with_gaps(count: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=count)
    values[rng.random(count) < 0.05] = np.nan
    if count > 900:
        values[500:900] = np.nan
    return values


@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 255, 4097, 70_000])
def test_extremes_of_a_stretch_are_exact(count: int) -> None:
    values, rng = with_gaps(count), np.random.default_rng(1)
    pyramid = Pyramid(values, values)
    for start, end in [(0, count), *(sorted(rng.integers(0, count + 1, 2)) for _ in range(40))]:
        part = values[start:end][np.isfinite(values[start:end])]
        wanted = (part.min(), part.max()) if len(part) else (np.nan, np.nan)
        np.testing.assert_equal(pyramid.extremes(int(start), int(end)), wanted)


@pytest.mark.parametrize(("count", "columns"), [(300, 700), (5000, 300), (70_000, 333), (200_000, 100)])
def test_columns_lose_no_spike_and_invent_none(count: int, columns: int) -> None:
    values = with_gaps(count)
    bounds = np.linspace(0, count, columns + 1).astype(int)
    low, high = Pyramid(values, values).columns(bounds[:-1], bounds[1:])
    slack = max(1, count // columns // 3)
    for n, (start, end) in enumerate(pairwise(bounds)):
        if start == end:
            assert np.isnan(low[n])
            continue
        near = values[max(0, start - slack) : end + slack]
        exact = values[start:end]
        if np.isfinite(exact).any():
            assert np.nanmin(near) <= low[n] <= np.nanmin(exact)
            assert np.nanmax(near) >= high[n] >= np.nanmax(exact)


def test_a_pyramid_that_grew_is_the_one_that_is_made_at_once() -> None:
    values = with_gaps(20_000)
    grown = Pyramid(values[:3], values[:3])
    for end in (4, 16, 17, 300, 301, 4095, 9000, 20_000):
        grown.grow(values[:end], values[:end])
        whole = Pyramid(values[:end], values[:end])
        for one, other in ((grown.lows, whole.lows), (grown.highs, whole.highs)):
            assert len(one) == len(other)
            for a, b in zip(one, other, strict=True):
                np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("keep", [0.01, 0.5, 0.9, 0.999])
def test_smooth_is_what_a_plain_loop_says_also_in_parts(keep: float) -> None:
    values, wanted, total, weight = with_gaps(3000), [], 0.0, 0.0
    for value in values:
        known = not np.isnan(value)
        total, weight = keep * total + (1 - keep) * (value if known else 0.0), keep * weight + (1 - keep) * known
        wanted.append(total / weight if known else np.nan)
    np.testing.assert_allclose(Smoother(keep).follow(values), wanted, rtol=1e-6, atol=1e-9)
    parts = Smoother(keep)
    made = [parts.follow(values[a:b]) for a, b in ((0, 1), (1, 1), (1, 700), (700, 3000))]
    np.testing.assert_allclose(np.concatenate(made), wanted, rtol=1e-6, atol=1e-9)


def test_the_first_smooth_value_is_the_first_value() -> None:
    assert Smoother(0.99).follow(np.array([5.0, 5.0]))[0] == pytest.approx(5.0)


def test_infinite_numbers_are_counted_and_left_out_also_when_they_come_later() -> None:
    values = np.array([1.0, 2.0, np.inf, 3.0, -np.inf, np.nan])
    track = Track(values[:2], values[:2])
    assert track.infinite == 0
    track.grow(values, values)
    assert track.infinite == 2
    assert track.pyramid.extremes(0, 6) == (1.0, 3.0)
    more = np.append(values, np.inf)
    track.grow(more, more)
    assert track.infinite == 3


def test_a_curve_knows_whether_it_grew_or_is_another() -> None:
    steps, values = np.arange(1000), np.random.default_rng(0).normal(size=1000)
    curve = Curve(Line("loss", steps[:600], values[:600]))
    curve.make_smooth(0.9)
    assert curve.take(Line("loss", steps.copy(), values.copy()))
    assert curve.track.pyramid.extremes(0, 1000) == (values.min(), values.max())
    assert curve.smooth is not None
    np.testing.assert_allclose(curve.smooth.lows, Smoother(0.9).follow(values))
    assert not curve.take(Line("loss", steps, values + 1))
    assert not curve.take(Line("loss", steps[:10], values[:10]))
    assert not curve.take(Line("loss", steps, values, values - 1, values + 1))


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint16, np.float32])
@pytest.mark.parametrize("side", ["left", "right"])
def test_keys_lie_where_they_lie_among_numbers_of_any_kind(dtype: type, side: Literal["left", "right"]) -> None:
    steps: np.ndarray = np.array([0, 3, 4, 10, 500], dtype)
    keys = np.array([-5.0, 0.0, 0.5, 3.0, 3.9, 499.99, 500.0])
    found = index(steps, keys, side)
    np.testing.assert_array_equal(found, np.searchsorted(steps.astype(float), keys, side))
