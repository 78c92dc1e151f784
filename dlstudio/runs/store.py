"""The store of a run's numbers: its tables in SQLite, and what SQLite says in sentences."""

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
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.executescript(TABLES)
    except BaseException:
        connection.close()
        raise
    return connection


def reading(path: Path) -> sqlite3.Connection:
    """A connection that only reads, while others write."""
    address = path.absolute().as_uri() + "?mode=ro"
    return sqlite3.connect(address, timeout=WAIT, uri=True, check_same_thread=False)


def problem(path: Path, error: sqlite3.Error) -> ProjectProblem:
    """What SQLite says about the numbers of a run, for the user."""
    whose = f"The metrics of the run “{path.parent.name}”"
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return ProjectProblem(f"{whose} could not be written: {FULL}")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return ProjectProblem(f"{whose} are damaged: dlstudio runs repair {path.parent.name} keeps what can be read.")
    if code == sqlite3.SQLITE_READONLY:
        return ProjectProblem(f"{whose} could not be written: the file or the disk is read-only.")
    if code == sqlite3.SQLITE_CANTOPEN:
        return ProjectProblem(f"{whose} could not be opened: the file is not there or you have no right to it.")
    return ProjectProblem(f"{whose} could not be used: {error}.")
