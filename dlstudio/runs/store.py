"""The stores of a run: their tables in SQLite, and what SQLite says in sentences."""

import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.trouble import FULL


@dataclass(frozen=True, slots=True)
class Tables:
    """What a file holds: a word for it, its tables, the last of them, how it is written, and what damage means."""

    what: str
    script: str
    last: str
    setup: str
    damaged: str


NUMBERS = Tables(
    "metrics",
    """
CREATE TABLE IF NOT EXISTS names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS steps (step INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, time REAL NOT NULL);
CREATE TABLE IF NOT EXISTS scalars (
  name INTEGER NOT NULL, step INTEGER NOT NULL, value REAL, PRIMARY KEY (name, step)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stretches (
  name INTEGER NOT NULL, level INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  low REAL, high REAL, value REAL, PRIMARY KEY (name, level, first)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cuts (number INTEGER PRIMARY KEY, after_step INTEGER NOT NULL);
""",
    last="cuts",
    setup="PRAGMA synchronous=FULL;",  # what is committed is on the disk, like the checkpoints
    damaged="are damaged: {repair} keeps what can be read.",
)
"""A value of NULL is not a number (SQLite has no NaN); a cut is where a resumed training took back what came after."""

WAIT = 10.0
"""Seconds to wait for another process, which never holds the file for longer than one commit."""

WHOLE = "PRAGMA quick_check(1)"
"""The check that reads everything."""

DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

BESIDE = ("", "-wal", "-shm")
"""The endings of the files that make up a database."""


def writing(path: Path, tables: Tables = NUMBERS) -> sqlite3.Connection:
    """A connection that writes, with the tables made."""
    connection = sqlite3.connect(path, timeout=WAIT, check_same_thread=False, isolation_level=None)
    try:
        connection.executescript(f"{tables.setup} PRAGMA journal_mode=WAL; {tables.script}")
    except BaseException:
        connection.close()
        raise
    return connection


def reading(path: Path, tables: Tables = NUMBERS) -> sqlite3.Connection:
    """A connection that only reads, while others write; to empty tables where none were made yet."""
    connection = _there(path, tables) if path.exists() else None
    if connection is None:
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        connection.executescript(tables.script)
    return connection


@contextmanager
def opened(path: Path, tables: Tables) -> Iterator[sqlite3.Connection]:
    """Reads for a moment."""
    with told(path, tables), closing(reading(path, tables)) as connection:
        yield connection


@contextmanager
def told(path: Path, tables: Tables) -> Iterator[None]:
    """What SQLite refuses is told in a sentence."""
    try:
        yield
    except sqlite3.Error as error:
        raise problem(path, error, tables) from error


def _there(path: Path, tables: Tables) -> sqlite3.Connection | None:
    address = path.absolute().as_uri()
    try:
        return _opened(f"{address}?mode=ro", tables)
    except sqlite3.OperationalError:
        if path.with_name(path.name + "-wal").exists():
            raise
        return _opened(f"{address}?immutable=1", tables)  # in a read-only folder, where nobody can be writing


def _opened(address: str, tables: Tables) -> sqlite3.Connection | None:
    """The database, if its tables are made."""
    connection = sqlite3.connect(address, timeout=WAIT, uri=True, check_same_thread=False)
    try:
        made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (tables.last,)).fetchone()
    except BaseException:
        connection.close()
        raise
    if made:
        return connection
    connection.close()
    return None


def sound(path: Path, check: str) -> bool:
    """Whether a query finds no damage, be it that there is nothing yet."""
    if not path.exists():
        return True
    try:
        with closing(sqlite3.connect(path, timeout=WAIT)) as connection:
            found = connection.execute(check).fetchall()
    except sqlite3.Error as error:
        return code(error) not in DAMAGE
    return check != WHOLE or found == [("ok",)]


def set_aside(path: Path) -> Path:
    """Gives a damaged file another name, under which nobody looks for it."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    for ending in BESIDE:
        there = path.with_name(path.name + ending)
        if there.exists():
            there.replace(aside.with_name(aside.name + ending))
    return aside


def code(error: sqlite3.Error) -> int:
    """The kind of an error."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def problem(path: Path, error: sqlite3.Error, tables: Tables = NUMBERS) -> ProjectProblem:
    """What SQLite says about a store of a run, for the user."""
    whose = f"The {tables.what} of the run “{path.parent.name}”"
    kind = code(error)
    if kind == sqlite3.SQLITE_FULL:
        return ProjectProblem(f"{whose} could not be written: {FULL}")
    if kind in DAMAGE:
        command = f"dlstudio runs repair {shlex.quote(path.parent.name)}"
        return ProjectProblem(f"{whose} {tables.damaged.format(repair=command)}")
    if kind == sqlite3.SQLITE_READONLY:
        return ProjectProblem(f"{whose} could not be written: the file or the disk is read-only.")
    if kind == sqlite3.SQLITE_CANTOPEN:
        return ProjectProblem(f"{whose} could not be opened: the file is not there or you have no right to it.")
    if kind == sqlite3.SQLITE_IOERR:
        return ProjectProblem(
            f"{whose} could not be read or written: {error}; look whether the disk is full or failing."
        )
    return ProjectProblem(f"{whose} could not be used: {error}.")
