"""Follower: what another process writes is seen at once and cheaply, and so is that a run went back."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.follower import Follower
from dlstudio.runs.metrics import MetricReader, MetricWriter
from dlstudio.runs.repair import repair
from tests.counting import calls
from tests.runs.conftest import Create
from tests.runs.test_metrics import WRITE


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "metrics.sqlite"


def test_only_what_is_new_is_told(file: Path) -> None:
    with Follower(file) as follower:
        assert follower.news({}) is None
        with MetricWriter(file) as writer:
            assert follower.news({}) is None
            writer.append(1, {"loss": 1.0})
            writer.append(2, {"loss": 2.0, "rate": 0.1})
            writer.flush()
            found = follower.news({})
            assert found is not None
            assert not found.anew
            assert {name: (steps.tolist(), values.tolist()) for name, (steps, values) in found.numbers.items()} == {
                "loss": ([1, 2], [1.0, 2.0]),
                "rate": ([2], [0.1]),
            }
            assert follower.news({"loss": 2, "rate": 2}) is None
            writer.append(3, {"rate": 0.2})
            writer.flush()
            found = follower.news({"loss": 2, "rate": 2})
            assert found is not None
            assert list(found.numbers) == ["rate"]


def test_a_run_that_went_back_is_begun_again_and_then_told_whole(file: Path) -> None:
    with MetricWriter(file) as writer, Follower(file) as follower:
        for step in range(1, 11):
            writer.append(step, {"loss": float(step)})
        writer.flush()
        assert follower.news({}) is not None
        writer.truncate(5)
        found = follower.news({"loss": 10})
        assert found is not None
        assert found.anew
        found = follower.news({})
        assert found is not None
        assert found.numbers["loss"][0].tolist() == [1, 2, 3, 4, 5]
        assert follower.news({"loss": 5}) is None


def test_a_cut_between_reading_the_curves_and_the_first_question_is_not_missed(file: Path) -> None:
    with MetricWriter(file) as writer:
        writer.append(9, {"loss": 1.0})
        writer.flush()
        with Follower(file) as follower:
            writer.truncate(3)
            found = follower.news({"loss": 9})
            assert found is not None
            assert found.anew


def test_a_file_that_was_repaired_is_another_one_and_a_damaged_one_says_so(create: Create) -> None:
    run = create()
    with MetricWriter(run.metrics) as writer:
        writer.append(1, {"loss": 1.0})
    with Follower(run.metrics) as follower:
        assert follower.news({}) is not None
        repair(run)
        found = follower.news({"loss": 1})
        assert found is not None
        assert found.anew
        run.metrics.unlink()
        assert follower.news({}) is None
        run.metrics.write_bytes(b"no database" * 1000)
        with pytest.raises(ProjectProblem, match="damaged"):
            follower.news({})


def test_it_follows_another_process_to_the_end_and_nothing_new_costs_nearly_nothing(file: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", WRITE, str(file)])
    seen: list[int] = []
    times = 0
    with Follower(file) as follower:
        while True:
            ended = process.poll() is not None
            found = follower.news({"rate": len(seen)})
            if found is not None and "rate" in found.numbers:
                seen += found.numbers["rate"][0].tolist()
                times += 1
            if ended:
                break
            time.sleep(0.02)
        assert seen == list(range(1, 1501))
        assert times > 2
        follower.news({"loss": 1500, "rate": 1500})
        known = {"loss": 1500, "rate": 1500}
        assert follower.news(known) is None
        assert calls(lambda: follower.news(known)) < 50
    assert len(MetricReader(file).read("loss")[0]) == 1500
