"""Metrics: written beside the training, readable meanwhile, never doubled, and honest about a disk that fails."""

import math
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from dlstudio.core.issue import ProjectProblem
from dlstudio.runs import metrics, scribe
from dlstudio.runs.metrics import MetricReader, MetricWriter, last_numbers
from dlstudio.runs.repair import repair
from dlstudio.runs.store import reading
from tests.runs.conftest import Create

WRITE = """
import sys, time
from pathlib import Path
from dlstudio.runs.metrics import MetricWriter
with MetricWriter(Path(sys.argv[1]), every=0.02) as writer:
    for step in range(1, 1501):
        writer.append(step, {"loss": 1 / step, "rate": step}, epoch=step // 100)
        time.sleep(0.0005)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "metrics.sqlite"


@pytest.fixture
def writer(file: Path) -> Iterator[MetricWriter]:
    with MetricWriter(file, every=0.01) as made:
        yield made


def fill(writer: MetricWriter, first: int, last: int) -> None:
    for step in range(first, last + 1):
        writer.append(step, {"loss": 1 / step, "rate": step}, epoch=step // 10)


def test_what_was_appended_is_read_in_order_of_steps(writer: MetricWriter) -> None:
    fill(writer, 1, 50)
    writer.append(50, {"validation/loss": 0.5}, epoch=5)
    writer.flush()
    reader = MetricReader(writer.path)
    assert set(reader.names()) == {"loss", "rate", "validation/loss"}
    steps, values = reader.read("loss")
    assert steps.tolist() == list(range(1, 51))
    assert values.tolist() == [1 / step for step in range(1, 51)]
    assert reader.read("rate", since=47)[1].tolist() == [48, 49, 50]
    assert reader.last("loss") == (50, 1 / 50)
    assert reader.last("nothing") is None
    assert [part.tolist() for part in reader.read("nothing")] == [[], []]
    rows = list(reader.rows())
    assert [(row.step, row.epoch) for row in rows] == [(step, step // 10) for step in range(1, 51)]
    assert rows[-1].values == {"loss": 1 / 50, "rate": 50, "validation/loss": 0.5}


def test_numbers_that_are_none_come_back_as_they_were(writer: MetricWriter) -> None:
    writer.append(1, {"loss": math.nan, "norm": math.inf, "low": -math.inf, "tiny": 5e-324})
    writer.flush()
    last = last_numbers(writer.path)
    assert math.isnan(last["loss"])
    assert (last["norm"], last["low"], last["tiny"]) == (math.inf, -math.inf, 5e-324)
    assert math.isnan(MetricReader(writer.path).read("loss")[1][0])


def test_a_row_appears_within_moments_without_a_flush(writer: MetricWriter) -> None:
    writer.append(1, {"loss": 1.0})
    end = time.monotonic() + 120
    while not last_numbers(writer.path) and time.monotonic() < end:
        time.sleep(0.01)
    assert last_numbers(writer.path) == {"loss": 1.0}


def test_appending_never_waits_for_the_disk(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken, go = threading.Event(), threading.Event()
    insert = MetricWriter._insert

    def stuck(self: MetricWriter, rows: list[metrics.Row]) -> None:
        taken.set()
        go.wait(120)
        insert(self, rows)

    monkeypatch.setattr(MetricWriter, "_insert", stuck)
    with MetricWriter(file, every=0.0, most=100) as writer:
        writer.append(0, {"loss": 0.0})
        assert taken.wait(120)  # the thread has it, and hangs
        fill(writer, 1, 150)
        assert writer.dropped == 50  # the disk still hangs: nothing was waited for
        go.set()
    assert len(MetricReader(file).read("loss")[0]) == 101


def test_a_resumed_training_doubles_nothing(file: Path) -> None:
    with MetricWriter(file) as writer:
        fill(writer, 1, 80)
    with MetricWriter(file) as writer:
        writer.truncate(60)
        assert MetricReader(file).last("loss") == (60, 1 / 60)
        fill(writer, 61, 70)
        writer.append(70, {"loss": 5.0})
    reader = MetricReader(file)
    steps, values = reader.read("loss")
    assert steps.tolist() == list(range(1, 71))
    assert values[-1] == 5
    assert [row.step for row in reader.rows()] == list(range(1, 71))
    assert reader.cuts() == 1


def test_it_is_read_while_another_process_writes(file: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", WRITE, str(file)])
    seen: list[int] = []
    while process.poll() is None:
        if file.exists():
            steps, values = MetricReader(file).read("rate")
            assert steps.tolist() == values.tolist() == list(range(1, len(steps) + 1))
            seen.append(len(steps))
        time.sleep(0.01)
    assert process.returncode == 0
    assert len(set(seen)) > 2
    assert len(MetricReader(file).read("rate")[0]) == 1500


def test_a_run_that_has_measured_nothing_yet_has_empty_curves(file: Path) -> None:
    def nothing() -> None:
        reader = MetricReader(file)
        assert reader.names() == []
        assert [part.tolist() for part in reader.read("loss")] == [[], []]
        assert (reader.last("loss"), list(reader.rows()), last_numbers(file), reader.cuts()) == (None, [], {}, 0)

    nothing()
    file.touch()
    nothing()


def test_a_full_disk_is_told_once_and_costs_nothing_when_there_is_room_again(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scribe, "BACKOFF", 0.01)
    with MetricWriter(small_disk / "metrics.sqlite", every=0.01) as writer:
        fill(writer, 1, 10)
        writer.flush()
        ballast = small_disk / "ballast"
        with ballast.open("wb", buffering=0) as filled, suppress(OSError):
            while True:
                filled.write(b"x" * 4096)
        fill(writer, 11, 5000)
        with pytest.raises(ProjectProblem, match="disk is full"):
            writer.flush()
        assert MetricReader(writer.path).last("rate") == (10, 10)
        ballast.unlink()
        writer.flush()
        steps, _ = MetricReader(writer.path).read("rate")
        assert steps.tolist() == list(range(1, 5001))


def test_what_the_thread_could_not_write_is_raised_at_the_next_append(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    broken = threading.Event()
    insert = MetricWriter._insert

    def failing(self: MetricWriter, rows: list[metrics.Row]) -> None:
        if broken.is_set():
            raise sqlite3.OperationalError("disk I/O error")
        insert(self, rows)

    monkeypatch.setattr(MetricWriter, "_insert", failing)
    broken.set()
    writer = MetricWriter(file, every=0.0)
    writer.append(1, {"loss": 1.0})
    patience = time.monotonic() + 120
    while writer._problem is None and time.monotonic() < patience:
        time.sleep(0.01)
    with pytest.raises(ProjectProblem, match="I/O error"):
        writer.append(2, {"loss": 2.0})
    writer.append(3, {"loss": 3.0})  # told once
    broken.clear()
    writer.close()
    assert MetricReader(file).read("loss")[0].tolist() == [1, 2, 3]


def test_a_close_that_cannot_write_says_so_and_ends_the_thread(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = MetricWriter(file, every=60)
    writer.append(1, {"loss": 1.0})
    writer._connection.execute("PRAGMA query_only=ON")
    with pytest.raises(ProjectProblem, match="read-only"):
        writer.close()
    writer.close()
    assert not writer._thread.is_alive()
    with pytest.raises(RuntimeError, match="closed"):
        writer.append(2, {"loss": 1.0})


def test_a_read_only_folder_can_be_read(create: Create, read_only: Callable[[Path], Path]) -> None:
    run = create()
    with MetricWriter(run.metrics) as writer:
        fill(writer, 1, 10)
    copy = read_only(run.path)
    assert MetricReader(copy / "metrics.sqlite").last("rate") == (10, 10)
    with pytest.raises(ProjectProblem, match=r"read-only|no right"):
        MetricWriter(copy / "metrics.sqlite")


def test_a_read_only_copy_of_a_killed_run_can_be_read(create: Create, read_only: Callable[[Path], Path]) -> None:
    run = create()
    with MetricWriter(run.metrics) as writer:
        fill(writer, 1, 10)
        writer.flush()
        copy = read_only(run.path)
        assert (copy / "metrics.sqlite-wal").exists()
        assert MetricReader(copy / "metrics.sqlite").last("rate") == (10, 10)


@pytest.mark.parametrize("at", [0.2, 0.5, 0.8])
def test_a_damaged_file_says_so_and_repair_keeps_what_is_around_the_damage(create: Create, at: float) -> None:
    run = create()
    big_path = run.metrics
    with MetricWriter(big_path) as writer:
        fill(writer, 1, 20_000)
    whole = big_path.read_bytes()
    place = int(len(whole) * at) // 4096 * 4096
    big_path.write_bytes(whole[:place] + b"\xa5" * 8192 + whole[place + 8192 :])
    with pytest.raises(ProjectProblem, match=r"damaged: dlstudio runs repair first"):
        list(MetricReader(big_path).rows())
    done = repair(run)
    assert done.kept > 30_000
    assert done.aside.read_bytes() != whole
    reader = MetricReader(big_path)
    for name in reader.names():
        steps, values = reader.read(name)
        expected = [1 / step if name == "loss" else step for step in steps.tolist()]
        assert values.tolist() == expected
    with MetricWriter(big_path) as writer:
        fill(writer, 20_001, 20_010)
    assert reader.last("rate") == (20_010, 20_010)


@pytest.mark.parametrize("damage", ["not a database", "", "cut"])
def test_repair_of_what_is_no_database_starts_anew_and_keeps_the_old(create: Create, damage: str) -> None:
    run = create()
    with MetricWriter(run.metrics) as writer:
        fill(writer, 1, 20_000)
    old = run.metrics.read_bytes()
    run.metrics.write_bytes(old[: len(old) // 2] if damage == "cut" else damage.encode())
    if damage:
        with pytest.raises(ProjectProblem, match="damaged"):
            list(MetricReader(run.metrics).rows())
    done = repair(run)
    assert done.aside.name == "metrics.damaged-1.sqlite"
    assert done.kept > 4_000 if damage == "cut" else done.kept == 0  # how much lay in front depends on the commits
    with MetricWriter(run.metrics) as writer:
        fill(writer, 20_001, 20_002)
    assert MetricReader(run.metrics).last("rate") == (20_002, 20_002)
    assert repair(run).aside.name == "metrics.damaged-2.sqlite"
    assert [each.name for each in run.path.glob(".repair*")] == []


def test_a_long_curve_is_read_by_its_key(file: Path) -> None:
    with MetricWriter(file, most=10**6) as writer:
        fill(writer, 1, 100_000)
        writer.flush()
        with closing(reading(file)) as connection:
            plan = connection.execute(
                "EXPLAIN QUERY PLAN SELECT step FROM scalars WHERE name = 1 AND step > 5"
            ).fetchone()
        assert "PRIMARY KEY" in plan[3]
        assert len(MetricReader(file).read("loss")[0]) == 100_000
