"""Overview: a curve of any length in few points, each with the extremes of what lies in it."""

import sqlite3
from typing import TYPE_CHECKING, Any, NamedTuple

from dlstudio.runs.stretches import SIZES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FIRST, LAST = -(2**63), 2**63 - 1
"""Before the first and after the last step."""

RAW = 65_536
"""How many numbers are read one by one; more of them, of a run without stretches, are put together by SQLite."""


class Overview(NamedTuple):
    """Points of a curve: the last step and value of each one's stretch (NaN where one was none), and its extremes."""

    steps: "NDArray[np.int64]"
    values: "NDArray[np.float64]"
    lows: "NDArray[np.float64]"
    highs: "NDArray[np.float64]"


def overview(connection: sqlite3.Connection, name: str, first: int, last: int, most: int) -> Overview:
    """A curve between two steps in as many points at most."""
    found = connection.execute("SELECT id FROM names WHERE name = ?", (name,)).fetchone()
    if found is None:
        return _columns([])
    level = _level(connection, found[0], first, last, most)
    return _fewer(_cover(connection, found[0], level, first, last, most), most)


def _level(connection: sqlite3.Connection, number: int, first: int, last: int, most: int) -> int:
    """The coarsest stretches that still make a quarter of the points; -1 is the numbers themselves."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'stretches'").fetchone():
        return -1  # an earlier run
    query = "SELECT count(*) FROM stretches WHERE name = ? AND level = ? AND first BETWEEN ? AND ?"
    for level in reversed(range(len(SIZES))):
        [count] = connection.execute(query, (number, level, first, last)).fetchone()
        if count * 4 >= most:
            return level
    return -1


def _cover(connection: sqlite3.Connection, number: int, level: int, first: int, last: int, most: int) -> Overview:
    """Stretches that lie between two steps, with finer ones and at last the numbers themselves at both ends."""
    import numpy as np

    if level < 0:
        return _numbers(connection, number, first, last, most)
    query = "SELECT last, value, low, high, first FROM stretches WHERE name = ? AND level = ? AND first BETWEEN ? AND ?"
    rows = connection.execute(f"{query} ORDER BY first", (number, level, first, last)).fetchall()
    if rows and rows[-1][0] > last:
        rows.pop()
    if not rows:
        return _cover(connection, number, level - 1, first, last, most)
    before = _cover(connection, number, level - 1, first, rows[0][4] - 1, most)
    after = _cover(connection, number, level - 1, rows[-1][0] + 1, last, most)
    parts = (before, _columns(rows), after)
    values, lows, highs = (np.concatenate([part[column] for part in parts]) for column in (1, 2, 3))
    return Overview(np.concatenate([part.steps for part in parts]), values, lows, highs)


def _numbers(connection: sqlite3.Connection, number: int, first: int, last: int, most: int) -> Overview:
    where = "FROM scalars WHERE name = ? AND step BETWEEN ? AND ?"
    asked = (number, first, last)
    rows = connection.execute(f"SELECT step, value {where} ORDER BY step LIMIT {RAW}", asked).fetchall()
    if len(rows) < RAW:
        found = _columns(rows)
        return found._replace(lows=found.values, highs=found.values)
    [end] = connection.execute(f"SELECT step {where} ORDER BY step DESC LIMIT 1", asked).fetchone()
    width = (end - rows[0][0]) // most + 1
    parts = connection.execute(
        "SELECT step, CASE WHEN count = sound THEN (SELECT value FROM scalars WHERE name = ? AND step = part.step) END,"
        " low, high FROM (SELECT max(step) AS step, min(value) AS low, max(value) AS high, count(*) AS count,"
        f" count(value) AS sound {where} GROUP BY (step - ?) / ? ORDER BY 1) AS part",
        (number, *asked, rows[0][0], width),
    )
    return _columns(parts.fetchall())


def _columns(rows: list[tuple[Any, ...]]) -> Overview:
    """Rows of steps, values and perhaps extremes."""
    import numpy as np

    steps, *rest = zip(*rows, strict=True) if rows else ((), (), (), ())
    values, lows, highs = [np.array(column, dtype=np.float64) for column in (*rest, (), ())[:3]]
    return Overview(np.array(steps, dtype=np.int64), values, lows, highs)


def _fewer(found: Overview, most: int) -> Overview:
    """As many points at most."""
    import numpy as np

    steps, values, lows, highs = found
    if len(steps) <= most:
        return found
    starts = np.arange(0, len(steps), -(-len(steps) // most))
    ends = np.append(starts[1:], len(steps)) - 1
    broken = np.logical_or.reduceat(np.isnan(values), starts)
    shown = np.where(broken, np.nan, values[ends])
    return Overview(steps[ends], shown, np.fmin.reduceat(lows, starts), np.fmax.reduceat(highs, starts))
