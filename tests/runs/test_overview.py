"""Overviews: a curve in few points whose extremes are the true ones, whatever was written, cut and redone."""

import math
import random
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from dlstudio.runs import overview, stretches
from dlstudio.runs.metrics import MetricReader, MetricWriter
from dlstudio.runs.overview import Overview
from dlstudio.runs.store import writing


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "metrics.sqlite"


def holds(found: Overview, truth: Mapping[int, float], most: int, least: int = 0) -> None:
    """Each point tells the last number and the extremes of its stretch, and the stretches are all of the curve."""
    steps = sorted(truth)
    values = np.array([truth[step] for step in steps])
    assert min(len(steps), least) <= len(found.steps) <= most
    start = 0
    for step, value, low, high in zip(*(column.tolist() for column in found), strict=True):
        end = steps.index(step, start) + 1
        part = values[start:end]
        sound = part[~np.isnan(part)]
        expected = (sound.min(), sound.max()) if len(sound) else (math.nan, math.nan)
        assert np.array_equal((low, high), expected, equal_nan=True)
        assert np.array_equal(value, part[-1] if len(sound) == len(part) else math.nan, equal_nan=True)
        start = end
    assert start == len(steps)


def in_range(truth: Mapping[int, float], first: int, last: int) -> dict[int, float]:
    return {step: value for step, value in truth.items() if first <= step <= last}


def test_whatever_is_written_cut_and_redone_overviews_and_zooms_have_the_true_extremes(file: Path) -> None:
    dice, truth = random.Random(5), dict[int, float]()
    reader, writer, step = MetricReader(file), MetricWriter(file, every=0.001), 0
    holds(reader.overview("loss"), truth, 1)
    for _ in range(250):
        act = dice.random()
        if act < 0.6:
            for _ in range(dice.randrange(400)):
                step += dice.choice([1, 1, 1, 7])
                truth[step] = dice.choice([dice.gauss(0, 1)] * 60 + [math.nan, math.inf, -math.inf])
                writer.append(step, {"loss": truth[step]} | ({"rare": 1.0} if step % 100 == 0 else {}))
        elif act < 0.65 and step:
            at = dice.randrange(step + 1)
            truth[at] = 1000.0
            writer.append(at, {"loss": 1000.0})
        elif act < 0.72:
            at = dice.randrange(step // 2, step + 1)
            writer.truncate(at)
            truth, step = in_range(truth, 0, at), at
        elif act < 0.77:
            writer.close()
            writer = MetricWriter(file, every=0.001)
        else:
            writer.flush()
            most = dice.choice([1, 3, 20, 100, 10_000])
            holds(reader.overview("loss", most), truth, most, most // 4)
            first = dice.randrange(step + 1)
            last = dice.randrange(first, step + 1)
            holds(reader.between("loss", first, last, most), in_range(truth, first, last), most)
    writer.close()
    with closing(writing(file)) as connection:
        assert connection.execute("SELECT count(*) FROM stretches WHERE level = 2").fetchone()[0] > 0


def write(file: Path, truth: Mapping[int, float]) -> None:
    with MetricWriter(file, most=10**6) as writer:
        for step, value in truth.items():
            writer.append(step, {"loss": value})


def test_a_run_that_was_written_before_there_were_stretches_is_seen_and_its_next_writer_makes_them(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = {step: math.sin(step) if step % 1000 else math.nan for step in range(1, 30_001)}
    write(file, truth)
    with closing(writing(file)) as connection:
        made = connection.execute("SELECT * FROM stretches").fetchall()
        connection.execute("DROP TABLE stretches")
    monkeypatch.setattr(overview, "RAW", 10_000)  # more than that is put together by SQLite
    reader = MetricReader(file)
    holds(reader.overview("loss", 100), truth, 100, 25)
    holds(reader.between("loss", 300, 20_300, 100), in_range(truth, 300, 20_300), 100)
    holds(reader.between("loss", 300, 400), in_range(truth, 300, 400), 101, 101)
    monkeypatch.setattr(stretches, "PATIENCE", 5000)
    with MetricWriter(file) as writer:
        for step in range(30_001, 30_011):
            truth[step] = 0.0
            writer.append(step, {"loss": 0.0})
            writer.flush()
            holds(reader.overview("loss", 100), truth, 100, 25)
    with closing(writing(file)) as connection:
        assert connection.execute("SELECT * FROM stretches").fetchall() == made


def test_all_overviews_are_of_one_moment_and_a_short_curve_is_whole(file: Path) -> None:
    with MetricWriter(file) as writer:
        for step in range(1, 101):
            writer.append(step, {"loss": 1 / step, "rate": float(step)})
    found = MetricReader(file).overviews()
    assert list(found) == ["loss", "rate"]
    assert found["rate"].steps.tolist() == found["rate"].lows.tolist() == list(range(1, 101))
    assert list(MetricReader(file).overviews(["rate", "none"], 10)) == ["rate", "none"]
    assert len(MetricReader(file).overviews(["none"])["none"].steps) == 0


def test_a_long_curve_is_seen_through_its_stretches_alone(file: Path) -> None:
    write(file, {step: float(step) for step in range(1, 100_001)})
    with closing(writing(file)) as connection:
        connection.execute("UPDATE scalars SET value = -1 WHERE step <= 99840")  # nobody looks there
    found = MetricReader(file).overview("loss", 300)
    assert found.lows[0] == 1
    assert found.steps[-1] == found.highs[-1] == 100_000
    assert 75 <= len(found.steps) <= 300
