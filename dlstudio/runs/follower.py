"""Follower: watches the numbers of a run that another process writes, cheaply enough to ask often."""

import sqlite3
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from dlstudio.runs.store import NUMBERS, reading, told

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class News(NamedTuple):
    """What was measured since; `anew` says that the run went back or was replaced, so that all is read once more."""

    numbers: "dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]"
    anew: bool = False


class Follower:
    """Keeps the file open until it is closed; made before the curves are read, so that nothing falls in between."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._turn = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._version, self._cuts = -1, 0
        with self._turn, told(self.path, NUMBERS):
            if self._open():
                self._cuts = self._count()

    def news(self, seen: Mapping[str, int]) -> News | None:
        """What came after the last steps that the asker has of each curve, or None; all of a curve it has not."""
        with self._turn, told(self.path, NUMBERS):
            try:
                return self._news(seen)
            except sqlite3.Error:
                self._leave()
                raise

    def close(self) -> None:
        """Lets go of the file."""
        with self._turn:
            self._leave()

    def __enter__(self) -> "Follower":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _news(self, seen: Mapping[str, int]) -> News | None:
        replaced = self._open()
        if self._connection is None:
            return None
        [version] = self._connection.execute("PRAGMA data_version").fetchone()
        if version == self._version:
            return None
        self._version = version
        cuts = self._count()
        if replaced or cuts != self._cuts:
            self._cuts, self._version = cuts, -1  # the asker has nothing now: it is told all at the next question
            return News({}, anew=True)
        found = _after(self._connection, seen)
        return News(found) if found else None

    def _open(self) -> bool:
        """Opens the file when it is there; whether it is another one than before."""
        try:
            there = self.path.stat()
            file = (there.st_dev, there.st_ino)
        except FileNotFoundError:
            self._leave()
            return False
        if self._connection is not None and file == self._file:
            return False
        before = self._file
        self._leave()
        self._connection, self._file, self._version = reading(self.path, NUMBERS), file, -1
        if not self._connection.execute("PRAGMA database_list").fetchone()[2]:
            self._leave()  # its tables are not made yet
        return before is not None and before != file

    def _leave(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _count(self) -> int:
        if self._connection is None:
            return 0
        [cuts] = self._connection.execute("SELECT count(*) FROM cuts").fetchone()
        return int(cuts)


def _after(
    connection: sqlite3.Connection, seen: Mapping[str, int]
) -> "dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]":
    import numpy as np

    query = "SELECT step, value FROM scalars WHERE name = ? AND step > ? ORDER BY step"
    found = {}
    for number, name in connection.execute("SELECT id, name FROM names ORDER BY id").fetchall():
        rows = connection.execute(query, (number, seen.get(name, -(2**63)))).fetchall()
        if rows:
            steps, values = zip(*rows, strict=True)
            found[name] = (np.array(steps, dtype=np.int64), np.array(values, dtype=np.float64))
    return found
