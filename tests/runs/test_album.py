"""Album: what was shown is kept within a budget, evenly over a run, and a training never waits for it or ends by it."""

import random
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from dlstudio.runs import scribe
from dlstudio.runs.album import AlbumReader, AlbumWriter, sparser
from dlstudio.runs.repair import repair
from dlstudio.runs.store import BESIDE
from tests.runs.conftest import Create

WRITE = """
import sys
from pathlib import Path
from dlstudio.runs.album import AlbumWriter
writer = AlbumWriter(Path(sys.argv[1]), 2**21, every=0.002)
step = 0
while step < int(sys.argv[2]):
    step += 1
    writer.put(step, f"topic {step % 3}", step.to_bytes(8, "big") * (1 + step % 997))
    if step % 50 == 0:
        writer.flush()
        print(step, flush=True)
writer.close()
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "album.sqlite"


def body(step: int, size: int = 100) -> bytes:
    return random.Random(step).randbytes(size)


def taken(path: Path) -> int:
    return path.stat().st_size


def test_any_puts_and_truncations_are_as_a_dictionary_has_them(file: Path) -> None:
    dice = random.Random(1)
    kept: dict[str, dict[int, bytes]] = defaultdict(dict)
    reader = AlbumReader(file)
    assert (reader.topics(), reader.steps("a").tolist(), reader.read("a"), list(reader.since("a", 0))) == (
        [],
        [],
        None,
        [],
    )
    writer = AlbumWriter(file, every=0.001)
    for _ in range(600):
        act, topic, step = dice.random(), dice.choice("abcde"), dice.randrange(200)
        if act < 0.9:
            kept[topic][step] = dice.randbytes(dice.choice([0, 10, 5000, 40_000]))
            writer.put(step, topic, kept[topic][step])
        elif act < 0.93:
            writer.truncate(step)
            kept = defaultdict(dict, {name: {at: each[at] for at in each if at <= step} for name, each in kept.items()})
        elif act < 0.95:
            writer.close()
            writer = AlbumWriter(file, every=0.001)
        else:
            writer.flush()
            there = {name: each for name, each in kept.items() if each}
            assert set(reader.topics()) == set(there)
            assert reader.newest() == {name: max(each) for name, each in there.items()}
            for name in "abcde":
                assert reader.steps(name).tolist() == sorted(kept[name])
                assert list(reader.since(name, step)) == [
                    (at, kept[name][at]) for at in sorted(kept[name]) if at > step
                ]
                last = max((at for at in kept[name] if at <= step), default=None)
                assert reader.read(name, step) == (None if last is None else (last, kept[name][last]))
                newest = max(kept[name], default=None)
                assert reader.read(name) == (None if newest is None else (newest, kept[name][newest]))
    writer.close()
    assert reader.problem is None


def test_the_budget_holds_over_a_hundred_thousand_puts_and_the_history_stays_even(file: Path) -> None:
    budget, last = 4 * 2**20, 100_000
    with AlbumWriter(file, budget) as writer:
        for step in range(1, last + 1):
            writer.put(step, "look" if step % 4 else "rare", b"x" * (600 if step % 10 else 9000))
            if step % 500 == 0:
                writer.flush()
                assert taken(file) <= budget
    reader = AlbumReader(file)
    assert taken(file) > budget * 0.6
    for topic, first in (("look", 1), ("rare", 4)):
        steps = reader.steps(topic)
        assert steps[0] == first
        assert last - steps[-1] < 4
        assert np.diff(steps).max() < 32 * last / len(steps), "a part of the run is not to be seen"
        assert np.diff(steps)[-100:].max() <= 4, "what is new is whole"


def test_a_plate_larger_than_the_budget_is_left_out_and_a_smaller_budget_shrinks_the_file(file: Path) -> None:
    with AlbumWriter(file, 4 * 2**20) as writer:
        writer.put(1, "huge", bytes(5 * 2**20))
        for step in range(100):
            writer.put(step, "a", bytes(2**15))
            writer.flush()
    assert AlbumReader(file).topics() == ["a"]
    with AlbumWriter(file, 2**20) as writer:
        writer.put(100, "a", b"new")
    steps = AlbumReader(file).steps("a").tolist()
    assert taken(file) <= 2**20
    assert (steps[0], steps[-1]) == (0, 100)
    assert len(steps) > 10


def test_where_every_topic_has_two_plates_the_oldest_goes(file: Path) -> None:
    with AlbumWriter(file, 2**20) as writer:
        for topic in range(100):
            for step in (topic, topic + 1):
                writer.put(step, f"{topic}", bytes(2**15))
                writer.flush()
    assert taken(file) <= 2**20
    assert AlbumReader(file).topics()[-1] == "99"


def test_of_the_older_half_every_second_goes_where_it_is_densest() -> None:
    assert sparser([]) == sparser([1]) == sparser([1, 2]) == []
    assert sparser(list(range(16))) == [1, 3, 5, 7]
    assert sparser([0, 100, 200, 300, 301, 302, 303, 304, *range(400, 408)]) == [4, 5, 6, 7]
    dice = np.random.default_rng(0)
    for count in range(3, 60):
        steps = np.unique(dice.integers(0, 10**9, count)).tolist()
        gone = sparser(steps)
        half = (len(steps) + 1) // 2
        assert half // 2 <= len(gone) < half
        assert 0 not in gone
        assert max(gone) < half


def test_a_put_never_waits_and_the_newest_of_a_topic_takes_the_place_of_what_waits(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AlbumWriter(file, 2**20, every=0.0) as writer:
        writer._store.acquire()  # the disk hangs
        for step in range(1, 2001):  # would never come to its end if a put waited
            writer.put(step, "a", bytes(2**13))
            writer.put(step, "b", bytes(100))
        assert writer._held < 2**20
        writer._store.release()
    reader = AlbumReader(file)
    assert reader.newest() == {"a": 2000, "b": 2000}


def test_what_was_truncated_while_the_disk_hung_does_not_come_back(file: Path) -> None:
    with AlbumWriter(file) as writer:
        writer.put(1, "a", b"1")
        writer.put(5, "a", b"5")
        writer.flush()
        writer.put(6, "a", b"6")
        writer._connection.execute("PRAGMA query_only=ON")
        writer.truncate(2)
        assert "read-only" in str(writer.trouble())
        assert writer.trouble() is None
        writer.put(3, "a", b"3")
        writer._connection.execute("PRAGMA query_only=OFF")
    assert AlbumReader(file).steps("a").tolist() == [1, 3]


def test_a_full_disk_is_told_once_and_ends_nothing(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scribe, "BACKOFF", 0.01)
    with AlbumWriter(small_disk / "album.sqlite", every=0.001) as writer:
        told = []
        for step in range(200):
            writer.put(step, "a", bytes(2**14))
            told += [said for said in [writer.trouble()] if said]
            time.sleep(0.002)
        assert len(told) == 1
        assert "disk is full" in str(told[0])
    reader = AlbumReader(writer.path)
    assert reader.read("a") is not None
    assert reader.problem is None


def test_a_killed_writer_leaves_whole_plates_alone_and_two_read_while_it_writes(file: Path) -> None:
    dice = random.Random(3)
    for _ in range(4):
        process = subprocess.Popen([sys.executable, "-c", WRITE, str(file), "100000000"], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        end = time.monotonic() + dice.uniform(0.05, 0.4)
        readers = [AlbumReader(file), AlbumReader(file)]
        while time.monotonic() < end:
            whole(dice.choice(readers), dice.randrange(3))
        process.kill()
        told = process.stdout.read().split()
        process.stdout.close()
        process.wait()
        committed = int(told[-1]) if told else 50
        assert all(max(reader.newest().values()) >= committed for reader in readers)
        for number in range(3):
            whole(readers[0], number)
        assert readers[0].problem is None


def whole(reader: AlbumReader, number: int) -> None:
    seen = -1
    for step, found in reader.since(f"topic {number}", -1):
        assert seen < step
        assert step % 3 == number
        assert found == step.to_bytes(8, "big") * (1 + step % 997)
        seen = step
    assert reader.problem is None


@pytest.mark.parametrize("damage", ["head", "all", "middle"])
def test_a_damaged_album_is_empty_says_so_and_is_put_aside(create: Create, damage: str) -> None:
    run = create()
    with AlbumWriter(run.album) as writer:
        for step in range(200):
            writer.put(step, "a", body(step, 3000))
    old = run.album.read_bytes()
    new = {
        "head": b"\xa5" * 100 + old[100:],
        "all": b"no database",
        "middle": old[:4096] + b"\xa5" * 60_000 + old[64_096:],
    }
    run.album.write_bytes(new[damage])
    reader = AlbumReader(run.album)
    assert (reader.topics(), reader.steps("a").tolist(), reader.read("a", 3)) == ([], [], None)
    assert "The pictures of the run “first” are damaged" in str(reader.problem)
    if damage == "all":
        done = repair(run)
        assert done.pictures == run.path / "album.damaged-1.sqlite"
        assert AlbumReader(run.album).topics() == []
    with AlbumWriter(run.album) as writer:
        writer.put(7, "a", b"new")
    assert reader.read("a") == (7, b"new")
    assert reader.problem is None
    assert (run.path / "album.damaged-1.sqlite").read_bytes() == new[damage]
    assert repair(run).pictures is None
    with suppress(FileNotFoundError):
        assert not any(run.path.joinpath("album.sqlite" + each).exists() for each in BESIDE[1:])
