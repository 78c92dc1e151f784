"""Repair: keeps what can be read of a damaged file of metrics, and puts the damaged one aside."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlstudio.runs.folder import RunFolder
from dlstudio.runs.store import BESIDE, WAIT, WHOLE, problem, set_aside, sound, writing
from dlstudio.runs.trouble import told

HIGHEST = 2**62
"""More than any step."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair kept: how many numbers, and where the damaged files lie now."""

    kept: int
    aside: Path
    pictures: Path | None = None


def repair(run: RunFolder) -> Repaired:
    """Puts the numbers that can be read into a new file, and damaged pictures aside; nothing is deleted."""
    path = run.metrics
    with run.lock(), told(f"The metrics of the run “{run.name}”", "be repaired"):
        part = path.with_name(f".repair-{secrets.token_hex(6)}")
        try:
            kept = _copy(path, part)
            aside = set_aside(path)
            part.replace(path)
        finally:
            for ending in BESIDE:
                part.with_name(part.name + ending).unlink(missing_ok=True)
        pictures = None if sound(run.album, WHOLE) else set_aside(run.album)
    return Repaired(kept, aside, pictures)


def _copy(path: Path, part: Path) -> int:
    """How many numbers went over into the new file."""
    damaged = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    try:
        damaged.execute("PRAGMA writable_schema=ON")  # so it reads what is there of a file that was cut off
        sound = writing(part)
        try:
            return _salvage(damaged, sound)
        finally:
            sound.execute("PRAGMA journal_mode=DELETE")  # one file, which can be put in place in one move
            sound.close()
    except sqlite3.Error as error:
        raise problem(path, error) from error
    finally:
        damaged.close()


def _salvage(damaged: sqlite3.Connection, sound: sqlite3.Connection) -> int:
    sound.execute("BEGIN")
    sound.executemany("INSERT OR IGNORE INTO names VALUES (?, ?)", _rows(damaged, "names", "id"))
    sound.executemany("INSERT OR IGNORE INTO steps VALUES (?, ?, ?)", _rows(damaged, "steps", "step"))
    sound.executemany("INSERT OR IGNORE INTO cuts VALUES (?, ?)", _rows(damaged, "cuts", "number"))
    ids = [number for (number,) in sound.execute("SELECT id FROM names ORDER BY id")]
    for number in ids or range(1, 65):  # the names are gone, their numbers are small
        rows = _rows(damaged, "scalars", "step", (number,))
        sound.executemany("INSERT OR IGNORE INTO scalars VALUES (?, ?, ?)", rows)
    sound.execute("INSERT OR IGNORE INTO names SELECT DISTINCT name, 'metric ' || name FROM scalars")
    sound.execute("INSERT OR IGNORE INTO steps SELECT DISTINCT step, 0, 0 FROM scalars")
    sound.execute("COMMIT")
    [kept] = sound.execute("SELECT count(*) FROM scalars").fetchone()
    return int(kept)


def _rows(damaged: sqlite3.Connection, table: str, key: str, only: tuple[int, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The rows of a table in front of every hole, and behind it, as far back to it as can be read."""
    where = f"FROM {table} WHERE {key} BETWEEN ? AND ?{' AND name = ?' if only else ''} ORDER BY {key}"
    low = 0
    while True:
        try:
            for at, *row in damaged.execute(f"SELECT {key}, * {where}", (low, HIGHEST, *only)):
                yield tuple(row)
                low = at + 1
            return
        except sqlite3.DatabaseError:
            behind = _behind(damaged, f"SELECT {key} {where} LIMIT 1", low, only)
        if behind is None:
            return
        with suppress(sqlite3.DatabaseError):
            yield from damaged.execute(f"SELECT * {where} DESC", (low, behind - 1, *only))
        low = behind


def _behind(damaged: sqlite3.Connection, query: str, low: int, only: tuple[int, ...]) -> int | None:
    """A place behind a hole from which reading works again; the steps that look for it double."""
    step = 1
    while step < HIGHEST:
        with suppress(sqlite3.DatabaseError):
            damaged.execute(query, (low + step, HIGHEST, *only)).fetchone()
            return low + step
        step *= 2
    return None
