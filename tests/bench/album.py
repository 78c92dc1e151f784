"""album: a long run opened and zoomed, a run followed, pictures kept: what a window reads while it watches."""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from dlstudio.runs.album import AlbumReader, AlbumWriter
from dlstudio.runs.follower import Follower
from dlstudio.runs.metrics import MetricReader, MetricWriter
from dlstudio.runs.store import writing
from dlstudio.runs.stretches import Stretches
from tests.bench.measure import Row, best, show

NAMES = [f"node {number}/norm" for number in range(20)]


def run(options: list[str]) -> None:
    """Measures, on as many steps as are asked for."""
    count = int(options[0]) if options else 2_000_000
    with TemporaryDirectory() as folder:
        path = Path(folder)
        show(f"Numbers of {count:,} steps with {len(NAMES)} curves", numbers(path / "metrics.sqlite", count))
        show("Pictures", pictures(path / "album.sqlite", count // 100))


def long_run(path: Path, count: int) -> None:
    """Writes a long run at the speed of the disk, with all that a writer would have left behind."""
    with closing(writing(path)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        every = "WITH RECURSIVE s(step) AS (SELECT 1 UNION ALL SELECT step + 1 FROM s WHERE step < ?)"
        connection.execute(f"INSERT INTO steps {every} SELECT step, step / 1000, step FROM s", (count,))
        ids = {name: number for number, name in enumerate(NAMES, 1)}
        for name, number in ids.items():
            connection.execute("INSERT INTO names VALUES (?, ?)", (number, name))
            value = "(step * 2654435761 % 1000003) / 1e6 + 1000.0 / step"
            connection.execute(f"INSERT INTO scalars {every} SELECT ?, step, {value} FROM s", (count, number))
        stretches = Stretches(connection)
        while stretches.behind(ids.values()):
            stretches.add((), ids)
        connection.execute("COMMIT")


def numbers(path: Path, count: int) -> list[Row]:
    long_run(path, count)
    forgotten(path)
    reader, last = MetricReader(path), NAMES[-1]
    reader.overviews(["none"])  # numpy comes into memory
    cold = once(reader.overviews)
    rows = [
        Row("open all curves, file not in memory", cold, 1.0),
        Row("open all curves again", best(reader.overviews, 3), 1.0),
        Row("open all in 1,000 points", best(lambda: reader.overviews(most=1000), 3), 1.0),
        Row("all numbers of one curve", best(lambda: reader.read(last), 1)),
    ]
    for share in (2, 16, 32, 1000):
        part = count // share
        zoom = best(lambda part=part: reader.between(last, count // 3, count // 3 + part), 3)  # type: ignore[misc]
        rows.append(Row(f"zoom one curve to {part:,} steps", zoom, 0.1))
    seen = dict.fromkeys(NAMES, count)
    with Follower(path) as follower, MetricWriter(path) as writer:
        follower.news(seen)
        rows.append(Row("ask for news when there are none", best(lambda: follower.news(seen), 20), 2e-3))
        writer.append(count + 1, dict.fromkeys(NAMES, 1.0))
        writer.flush()
        rows.append(Row("news of a step", once(lambda: follower.news(seen)), 10e-3))
    rows.append(Row("append a step, to the disk", appended(path.with_name("appended.sqlite"), max(1000, count // 100))))
    with closing(writing(path)) as connection:
        connection.execute("DROP TABLE stretches")
    rows.append(Row("open all curves of an earlier run", once(reader.overviews)))
    return rows


def appended(path: Path, count: int) -> float:
    """Seconds a step, the disk's time included."""
    values = dict.fromkeys(NAMES, 1.0)
    with MetricWriter(path, most=count) as writer:
        start = time.perf_counter()
        for step in range(count):
            writer.append(step, values)
        taken = time.perf_counter() - start
        writer.flush()
        whole = time.perf_counter() - start
    print(f"append in the training's thread {taken / count * 1e6:.1f} µs a step")
    return whole / count


def pictures(path: Path, count: int) -> list[Row]:
    body = bytes(50_000)
    with AlbumWriter(path, 64 * 2**20) as writer:
        start = time.perf_counter()
        for step in range(count):
            writer.put(step, f"topic {step % 8}", body)
        put = (time.perf_counter() - start) / count
        writer.flush()
        start = time.perf_counter()
        for each in range(64):
            writer.put(count + each, f"topic {each % 8}", body)
        writer.flush()
        whole = time.perf_counter() - start
    reader = AlbumReader(path)
    return [
        Row("put a plate of 50 kB", put, 1e-3),
        Row("write 64 plates of 50 kB", whole),
        Row("read a plate", best(lambda: reader.read("topic 3", count // 2), 20), 10e-3),
        Row("steps of a topic", best(lambda: reader.steps("topic 3"), 20), 10e-3),
    ]


def once(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def forgotten(path: Path) -> None:
    """Asks the system to have nothing of a file in memory."""
    import os

    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
