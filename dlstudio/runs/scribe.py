"""Scribe: a thread that puts away in batches what was handed over, so that nobody waits for the disk."""

import atexit
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.store import Tables, told, writing

EVERY, BACKOFF = 0.25, 5.0
"""Seconds between commits, and after a failure."""


class Scribe(ABC):
    """Owns the one connection that writes; what could not be written is held on to and tried again."""

    def __init__(self, path: Path, tables: Tables, every: float) -> None:
        self.path, self.tables, self.every = Path(path), tables, every
        self._problem: ProjectProblem | None = None
        self._closed = False
        self._turn = threading.Condition()
        self._store = threading.Lock()
        with told(self.path, self.tables):
            self._connection = writing(self.path, tables)

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._work, name=self.tables.what, daemon=True)
        self._thread.start()
        atexit.register(self.close)

    @abstractmethod
    def _waiting(self) -> bool:
        """Whether something was handed over and not yet written."""

    @abstractmethod
    def _plenty(self) -> bool:
        """Whether enough waits to be written at once."""

    @abstractmethod
    def _commit(self) -> None:
        """Writes what waits, or raises a ProjectProblem and holds on to it."""

    def flush(self) -> None:
        """Returns when everything that was handed over is committed."""
        self._commit()
        with self._turn:
            self._problem = None

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
            with suppress(sqlite3.Error):  # where another still reads, closing alone would leave all in the journal
                self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            self._connection.close()

    def __enter__(self) -> Self:
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
        """Waits for the first and then a moment for more; False when it is time to end."""
        with self._turn:
            self._turn.wait_for(lambda: self._waiting() or self._closed)
            self._turn.wait_for(lambda: self._plenty() or self._closed, pause)
            return not self._closed

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing; what SQLite refuses is told in a sentence."""
        connection = self._connection
        with told(self.path, self.tables):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
