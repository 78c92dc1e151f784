"""The store of a run's numbers: its tables in SQLite, and what SQLite says in sentences."""

import shlex
import sqlite3
from pathlib import Path

from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.trouble import FULL

TABLES = """
CREATE TABLE IF NOT EXISTS names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS steps (step INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, time REAL NOT NULL);
CREATE TABLE IF NOT EXISTS scalars (
  name INTEGER NOT NULL, step INTEGER NOT NULL, value REAL, PRIMARY KEY (name, step)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cuts (number INTEGER PRIMARY KEY, after_step INTEGER NOT NULL);
"""
"""A value of NULL is not a number (SQLite has no NaN); a cut is where a resumed training took back what came after."""

WAIT = 10.0
"""Seconds to wait for another process, which never holds the file for longer than one commit."""


def writing(path: Path) -> sqlite3.Connection:
    """A connection that writes, with the tables made."""
    connection = sqlite3.connect(path, timeout=WAIT, check_same_thread=False, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # what is committed is on the disk, like the checkpoints
        connection.executescript(TABLES)
    except BaseException:
        connection.close()
        raise
    return connection


def reading(path: Path) -> sqlite3.Connection:
    """A connection that only reads, while others write; to empty tables where none were made yet."""
    connection = _there(path) if path.exists() else None
    if connection is None:
        connection = sqlite3.connect(":memory:")
        connection.executescript(TABLES)
    return connection


def _there(path: Path) -> sqlite3.Connection | None:
    address = path.absolute().as_uri()
    try:
        return _opened(f"{address}?mode=ro")
    except sqlite3.OperationalError:
        if path.with_name(path.name + "-wal").exists():
            raise
        return _opened(f"{address}?immutable=1")  # in a read-only folder, where nobody can be writing


def _opened(address: str) -> sqlite3.Connection | None:
    """The database, if its tables are made, of which cuts is the last."""
    connection = sqlite3.connect(address, timeout=WAIT, uri=True)
    try:
        made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'cuts'").fetchone()
    except BaseException:
        connection.close()
        raise
    if made:
        return connection
    connection.close()
    return None


def problem(path: Path, error: sqlite3.Error) -> ProjectProblem:
    """What SQLite says about the numbers of a run, for the user."""
    whose = f"The metrics of the run “{path.parent.name}”"
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return ProjectProblem(f"{whose} could not be written: {FULL}")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        command = f"dlstudio runs repair {shlex.quote(path.parent.name)}"
        return ProjectProblem(f"{whose} are damaged: {command} keeps what can be read.")
    if code == sqlite3.SQLITE_READONLY:
        return ProjectProblem(f"{whose} could not be written: the file or the disk is read-only.")
    if code == sqlite3.SQLITE_CANTOPEN:
        return ProjectProblem(f"{whose} could not be opened: the file is not there or you have no right to it.")
    if code == sqlite3.SQLITE_IOERR:
        return ProjectProblem(
            f"{whose} could not be read or written: {error}; look whether the disk is full or failing."
        )
    return ProjectProblem(f"{whose} could not be used: {error}.")
