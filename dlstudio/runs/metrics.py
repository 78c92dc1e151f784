"""Metrics: every number of a run, written by one thread beside the training and readable while it writes."""

import atexit
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.store import problem, reading, writing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EVERY, MOST, BATCH, BACKOFF = 0.25, 65_536, 4_096, 5.0
"""Seconds between commits, appends that are held at most and in a batch, seconds after a failure."""


class Row(NamedTuple):
    """What was measured at one step."""

    step: int
    epoch: int
    time: float
    values: dict[str, float]


class MetricWriter:
    """Writes numbers in a thread of its own; a problem is kept and raised once, at the next append or flush."""

    def __init__(self, path: Path, *, every: float = EVERY, most: int = MOST) -> None:
        self.path, self.every, self.most = Path(path), every, most
        self.dropped = 0
        """Appends that found no room, after the disk took none for long."""
        self._rows: list[Row] = []
        self._ids: dict[str, int] = {}
        self._problem: ProjectProblem | None = None
        self._closed = False
        self._turn = threading.Condition()
        self._store = threading.Lock()
        with _told(self.path):
            self._connection = writing(self.path)
        self._thread = threading.Thread(target=self._work, name="metrics", daemon=True)
        self._thread.start()
        atexit.register(self.close)

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

    def flush(self) -> None:
        """Returns when everything that was appended is committed."""
        self._commit()
        with self._turn:
            self._problem = None

    def truncate(self, after_step: int) -> None:
        """Takes back what came after a step, before a resumed training goes there again."""
        self.flush()
        with self._store, _told(self.path), _transaction(self._connection):
            for (name,) in self._connection.execute("SELECT id FROM names").fetchall():
                self._connection.execute("DELETE FROM scalars WHERE name = ? AND step > ?", (name, after_step))
            self._connection.execute("DELETE FROM steps WHERE step > ?", (after_step,))
            self._connection.execute("INSERT INTO cuts (after_step) VALUES (?)", (after_step,))

    def close(self) -> None:
        """Commits what is left and ends the thread, also when a ProjectProblem says that not all could be kept."""
        with self._turn:
            if self._closed:
                return
            self._closed = True
            self._turn.notify()
        self._thread.join()
        atexit.unregister(self.close)
        try:
            self._commit()
        finally:
            self._connection.close()

    def __enter__(self) -> "MetricWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _work(self) -> None:
        while self._awaited(self.every):
            try:
                self._commit()
            except ProjectProblem as kept:
                with self._turn:
                    self._problem = kept
                    self._turn.wait_for(lambda: self._closed, BACKOFF)

    def _awaited(self, pause: float) -> bool:
        """Waits for the first number and then a moment for more; False when it is time to end."""
        with self._turn:
            self._turn.wait_for(lambda: self._rows or self._closed)
            self._turn.wait_for(lambda: len(self._rows) >= BATCH or self._closed, pause)
            return not self._closed

    def _commit(self) -> None:
        """Writes what is held, in one transaction; what could not be written is held on to."""
        with self._store:
            with self._turn:
                rows, self._rows = self._rows, []
            if not rows:
                return
            try:
                with _told(self.path), _transaction(self._connection):
                    self._insert(rows)
            except BaseException:
                self._ids.clear()
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
        with _told(self.path):
            connection = reading(self.path)
            try:
                yield connection
            finally:
                connection.close()


def last_numbers(path: Path) -> dict[str, float]:
    """What was measured last of everything."""
    return {name: value for name, (_, value) in MetricReader(path).lasts().items()}


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise problem(path, error) from error


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
