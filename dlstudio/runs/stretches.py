"""Stretches: the extremes of every so many numbers of a curve, kept beside them so that a long run opens at once."""

import math
import sqlite3
from collections.abc import Iterable, Mapping
from typing import NamedTuple

SIZES = (16, 8, 8, 8)
"""How many numbers the finest stretch holds, and how many stretches each coarser one."""

PATIENCE = 65_536
"""How many numbers of an earlier run are caught up with at one commit."""


class Stretch(NamedTuple):
    """The numbers from a step to a step: their extremes, and the last one, unless one of them was none."""

    first: int
    last: int
    low: float
    high: float
    value: float


class _Curve:
    """How far the stretches of a curve reach, and what came since; one that is behind is read from the disk first."""

    def __init__(self, end: int, parts: list[list[Stretch]]) -> None:
        self.end = self.last = end
        self.behind = True
        self.steps: list[int] = []
        self.values: list[float] = []
        self.parts = parts


class Stretches:
    """Adds what was written to the stretches, in the transaction that wrote it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._curves: dict[int, _Curve] = {}
        self._made: list[tuple[float, ...]] = []

    def forget(self) -> None:
        """Nothing is known of what is on the disk."""
        self._curves.clear()
        self._made.clear()

    def cut(self, number: int, after_step: int) -> None:
        """Takes back what reaches beyond a step."""
        for level in range(len(SIZES)):
            self._connection.execute(
                "DELETE FROM stretches WHERE name = ? AND level = ? AND last > ?", (number, level, after_step)
            )
        self._curves.pop(number, None)

    def add(self, rows: Iterable[tuple[int, Mapping[str, float]]], ids: Mapping[str, int]) -> None:
        """Goes on with numbers that were just written; one that came late has its surroundings made anew."""
        late: dict[int, int] = {}
        curves = {name: (number, self._curve(number)) for name, number in ids.items()}
        for step, values in rows:
            for name, value in values.items():
                number, curve = curves[name]
                if curve.behind:
                    if step > curve.end:
                        continue
                elif step > curve.last:
                    curve.last = step
                    curve.steps.append(step)
                    curve.values.append(value)
                    if len(curve.steps) == SIZES[0]:
                        self._close(number, curve)
                    continue
                late[number] = min(step, late.get(number, step))
        self._write()
        for number, step in late.items():
            self.cut(number, step - 1)
        self._catch_up(ids.values())

    def behind(self, numbers: Iterable[int]) -> bool:
        """Whether there is still something on the disk to catch up with."""
        return any(self._curve(number).behind for number in numbers)

    def _curve(self, number: int) -> _Curve:
        if number not in self._curves:
            ends = [self._end(number, level) for level in range(len(SIZES))]
            query = "SELECT first, last, low, high, value FROM stretches WHERE name = ? AND level = ? AND first > ?"
            parts = [
                [
                    Stretch(first, last, _number(low), _number(high), _number(value))
                    for first, last, low, high, value in self._connection.execute(
                        query, (number, finer, ends[finer + 1])
                    )
                ]
                for finer in range(len(SIZES) - 1)
            ]
            self._curves[number] = _Curve(ends[0], parts)
        return self._curves[number]

    def _end(self, number: int, level: int) -> int:
        query = "SELECT last FROM stretches WHERE name = ? AND level = ? ORDER BY first DESC LIMIT 1"
        found = self._connection.execute(query, (number, level)).fetchone()
        return int(found[0]) if found else -(2**63)

    def _catch_up(self, numbers: Iterable[int]) -> None:
        """Reads what is on the disk and in no stretch; most of the time that is little, and once for each curve."""
        left = PATIENCE
        query = "SELECT step, value FROM scalars WHERE name = ? AND step > ? ORDER BY step LIMIT ?"
        for number in numbers:
            curve = self._curve(number)
            if not curve.behind or not left:
                continue
            rows = self._connection.execute(query, (number, curve.end, left)).fetchall()
            curve.behind, left = len(rows) == left, left - len(rows)
            whole = len(rows) - len(rows) % SIZES[0] if curve.behind else len(rows)
            for step, value in rows[:whole]:
                curve.steps.append(step)
                curve.values.append(_number(value))
                if len(curve.steps) == SIZES[0]:
                    self._close(number, curve)
            curve.last = curve.steps[-1] if curve.steps else curve.end
        self._write()

    def _close(self, number: int, curve: _Curve) -> None:
        """A stretch is full, and with it perhaps coarser ones."""
        made = _stretch(curve.steps, curve.values)
        curve.steps, curve.values, curve.end = [], [], made.last
        for level, parts in enumerate((*curve.parts, [])):
            self._made.append((number, level, *made))
            parts.append(made)
            if level == len(curve.parts) or len(parts) < SIZES[level + 1]:
                return
            made = _joined(parts)
            parts.clear()

    def _write(self) -> None:
        self._connection.executemany("INSERT OR REPLACE INTO stretches VALUES (?, ?, ?, ?, ?, ?, ?)", self._made)
        self._made.clear()


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _stretch(steps: list[int], values: list[float]) -> Stretch:
    if not math.isnan(sum(values)):
        return Stretch(steps[0], steps[-1], min(values), max(values), values[-1])
    sound = [value for value in values if value == value]
    low, high = (min(sound), max(sound)) if sound else (math.nan, math.nan)
    return Stretch(steps[0], steps[-1], low, high, values[-1] if len(sound) == len(values) else math.nan)


def _joined(parts: list[Stretch]) -> Stretch:
    low = min((part.low for part in parts if part.low == part.low), default=math.nan)
    high = max((part.high for part in parts if part.high == part.high), default=math.nan)
    value = math.nan if any(part.value != part.value for part in parts) else parts[-1].value
    return Stretch(parts[0].first, parts[-1].last, low, high, value)
