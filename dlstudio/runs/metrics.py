"""Metrics: every number of a run, written by one thread beside the training and readable while it writes."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dlstudio.runs.overview import FIRST, LAST, Overview, overview
from dlstudio.runs.scribe import EVERY, Scribe
from dlstudio.runs.store import NUMBERS, opened
from dlstudio.runs.stretches import Stretches

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST, BATCH, POINTS = 65_536, 4_096, 4_096
"""Appends that are held at most, and that are written at once; points of an overview."""


class Row(NamedTuple):
    """What was measured at one step."""

    step: int
    epoch: int
    time: float
    values: dict[str, float]


class MetricWriter(Scribe):
    """Writes numbers in a thread of its own; a problem is kept and raised once, at the next append or flush."""

    def __init__(self, path: Path, *, every: float = EVERY, most: int = MOST) -> None:
        self.most = most
        self.dropped = 0
        """Appends that found no room, after the disk took none for long."""
        self._rows: list[Row] = []
        self._ids: dict[str, int] = {}
        super().__init__(path, NUMBERS, every)
        self._stretches = Stretches(self._connection)
        self._start()

    def append(self, step: int, values: Mapping[str, float], epoch: int = 0) -> None:
        """Takes the numbers of a step, without waiting for the disk."""
        row = Row(step, epoch, time.time(), {name: float(value) for name, value in values.items()})
        with self._turn:
            if self._closed:
                raise RuntimeError("the writer is closed")
            if len(self._rows) < self.most:
                self._rows.append(row)
            else:
                self.dropped += 1
            if len(self._rows) in (1, BATCH):
                self._turn.notify()
            kept, self._problem = self._problem, None
        if kept is not None:
            raise kept

    def truncate(self, after_step: int) -> None:
        """Takes back what came after a step, before a resumed training goes there again."""
        self.flush()
        with self._store, self._transaction():
            for (name,) in self._connection.execute("SELECT id FROM names").fetchall():
                self._connection.execute("DELETE FROM scalars WHERE name = ? AND step > ?", (name, after_step))
                self._stretches.cut(name, after_step)
            self._connection.execute("DELETE FROM steps WHERE step > ?", (after_step,))
            self._connection.execute("INSERT INTO cuts (after_step) VALUES (?)", (after_step,))

    def _waiting(self) -> bool:
        return bool(self._rows)

    def _plenty(self) -> bool:
        return len(self._rows) >= BATCH

    def _commit(self) -> None:
        with self._store:
            with self._turn:
                rows, self._rows = self._rows, []
            if not rows:
                return
            try:
                with self._transaction():
                    self._insert(rows)
            except BaseException:
                self._ids.clear()
                self._stretches.forget()
                with self._turn:
                    self._rows[:0] = rows
                raise

    def _insert(self, rows: list[Row]) -> None:
        for name in dict.fromkeys(name for row in rows for name in row.values if name not in self._ids):
            self._connection.execute("INSERT OR IGNORE INTO names (name) VALUES (?)", (name,))
            [self._ids[name]] = self._connection.execute("SELECT id FROM names WHERE name = ?", (name,)).fetchone()
        self._connection.executemany(
            "INSERT OR REPLACE INTO steps VALUES (?, ?, ?)", ((row.step, row.epoch, row.time) for row in rows)
        )
        self._connection.executemany(
            "INSERT OR REPLACE INTO scalars VALUES (?, ?, ?)",
            ((self._ids[name], row.step, value) for row in rows for name, value in row.values.items()),
        )
        self._stretches.add(((row.step, row.values) for row in rows), self._ids)


class MetricReader:
    """Reads the numbers of a run, also while another process writes them; there are none before the first one."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

    def names(self) -> list[str]:
        """What was measured, in the order in which it first appeared."""
        with self._open() as connection:
            return [name for (name,) in connection.execute("SELECT name FROM names ORDER BY id")]

    def read(self, name: str, since: int | None = None) -> "tuple[NDArray[np.int64], NDArray[np.float64]]":
        """The steps and values of a curve, or of its part after the step `since`."""
        import numpy as np

        query = "SELECT step, value FROM scalars WHERE name = (SELECT id FROM names WHERE name = ?) AND step > ?"
        with self._open() as connection:
            rows = connection.execute(f"{query} ORDER BY step", (name, -(2**63) if since is None else since)).fetchall()
        steps, values = zip(*rows, strict=True) if rows else ((), ())
        return np.array(steps, dtype=np.int64), np.array(values, dtype=np.float64)

    def overview(self, name: str, most: int = POINTS) -> Overview:
        """A curve in as many points at most, each with the extremes of what lies in it."""
        return self.overviews([name], most)[name]

    def overviews(self, names: Iterable[str] | None = None, most: int = POINTS) -> dict[str, Overview]:
        """Several curves, or all, as they are at one moment."""
        with self._open() as connection:
            connection.execute("BEGIN")
            every = (name for (name,) in connection.execute("SELECT name FROM names ORDER BY id").fetchall())
            return {name: overview(connection, name, FIRST, LAST, most) for name in (every if names is None else names)}

    def between(self, name: str, first: int, last: int, most: int = POINTS) -> Overview:
        """The part of a curve from one step to another, as exactly as so many points can be."""
        with self._open() as connection:
            connection.execute("BEGIN")
            return overview(connection, name, first, last, most)

    def last(self, name: str) -> tuple[int, float] | None:
        """The last step at which a number was measured, and the number."""
        return self.lasts().get(name)

    def lasts(self) -> dict[str, tuple[int, float]]:
        """The last step and number of everything that was measured."""
        query = "SELECT id, name FROM names ORDER BY id"
        newest = "SELECT step, value FROM scalars WHERE name = ? ORDER BY step DESC LIMIT 1"
        found = {}
        with self._open() as connection:
            for number, name in connection.execute(query).fetchall():
                row = connection.execute(newest, (number,)).fetchone()
                if row is not None:
                    found[name] = (row[0], _number(row[1]))
        return found

    def cuts(self) -> int:
        """How often a resumed training took numbers back: when it changes, read the curves anew."""
        with self._open() as connection:
            [count] = connection.execute("SELECT count(*) FROM cuts").fetchone()
        return int(count)

    def rows(self) -> Iterator[Row]:
        """Everything, step by step."""
        query = "SELECT steps.step, epoch, time, names.name, value FROM steps JOIN scalars USING (step) "
        with self._open() as connection:
            found: Row | None = None
            for step, epoch, moment, name, value in connection.execute(
                f"{query} JOIN names ON names.id = scalars.name ORDER BY steps.step, names.id"
            ):
                if found is None or found.step != step:
                    if found is not None:
                        yield found
                    found = Row(step, epoch, moment, {})
                found.values[name] = _number(value)
            if found is not None:
                yield found

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with opened(self.path, NUMBERS) as connection:
            yield connection


def last_numbers(path: Path) -> dict[str, float]:
    """What was measured last of everything."""
    return {name: value for name, (_, value) in MetricReader(path).lasts().items()}


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
