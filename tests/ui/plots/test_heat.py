"""Rows over steps as colours, against numpy."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from dlstudio.ui.plots.colors import bands
from dlstudio.ui.plots.line import Mark
from dlstudio.ui.plots.step_heat import StepHeat
from dlstudio.ui.theme.tokens import DARK, LIGHT
from tests.ui.hand import CONTROL
from tests.ui.plots.conftest import Shown, Sight

NAMES = [f"conv{n}.weight" for n in range(1, 5)]
STEPS = np.arange(0, 800, 100)


def values() -> np.ndarray:
    made = 10.0 ** -np.arange(32, dtype=float).reshape(4, 8) / 4
    made[1, 2], made[2, 5], made[3, 7] = np.nan, 0.0, np.inf
    return made


def heat(shown: Shown, **more: object) -> Sight:
    sight = shown(StepHeat, (720, 320))
    sight.plot.show_rows(NAMES, STEPS, values(), "gradient norm", **more)
    return sight


def color_at(sight: Sight, row: int, column: int) -> str:
    at = sight.at((column + 0.5) / 8, (row + 0.5) / 4)
    picture: QImage = sight.picture
    return picture.pixelColor(at).name()


def wanted(share: float) -> str:
    return QColor.fromRgb(int(bands()[int(share * 255)])).name()


@pytest.mark.parametrize("log", [True, False])
def test_every_cell_has_the_colour_of_its_number(shown: Shown, log: bool) -> None:
    sight, data = heat(shown, log=log), values()
    known = data[np.isfinite(data) & ((data > 0) | (not log))]
    low, high = (np.log10(known.min()), np.log10(known.max())) if log else (known.min(), known.max())
    for row in range(4):
        for column in range(8):
            value = data[row, column]
            if np.isfinite(value) and (value > 0 or not log):
                share = ((np.log10(value) if log else value) - low) / (high - low)
                assert color_at(sight, row, column) in {wanted(min(1, max(0, share + e))) for e in (-1e-9, 0, 1e-9)}


def test_what_was_not_measured_is_hatched_and_zero_and_infinite_stand_out(shown: Shown) -> None:
    sight = heat(shown)
    room, picture = sight.room, sight.picture
    cell = [
        picture.pixelColor(round(room.left() + x / 8 * room.width()), round(room.top() + y / 4 * room.height()))
        for x in np.linspace(2.2, 2.8, 30)
        for y in np.linspace(1.2, 1.8, 30)
    ]  # fmt: skip
    names = {each.name() for each in cell}
    assert DARK.panel in names, "the ground is seen between the hatches"
    assert len(names) > 1
    map_colors = {QColor.fromRgb(int(each)).name() for each in bands()}
    assert not names & map_colors
    assert color_at(sight, 2, 5) not in map_colors
    assert color_at(sight, 3, 7) == DARK.bad
    assert [name for name, _ in sight.plane.bar().others] == ["≤ 0", "inf"]
    assert sight.plane.reading(1, 2) == "not measured"
    assert sight.plane.reading(2, 5) == "0 gradient norm"


def test_a_spike_of_one_row_and_step_among_thousands_is_seen(shown: Shown) -> None:
    data = np.full((1000, 20_000), 1e-3)
    data[777, 12_345] = 10.0
    sight = shown(StepHeat, (720, 320))
    sight.plot.show_rows([f"row {n}" for n in range(1000)], np.arange(20_000), data)
    picture, room = sight.picture, sight.room
    bright = [
        (x, y)
        for x in range(int(room.left()), int(room.right()))
        for y in range(int(room.top()), int(room.bottom()))
        if picture.pixelColor(x, y).name() == wanted(1.0)
    ]
    assert bright
    for x, y in bright:
        assert x == pytest.approx(room.left() + 12_345 / 20_000 * room.width(), abs=1.5)
        assert y == pytest.approx(room.top() + 777 / 1000 * room.height(), abs=1.5)


def test_a_click_and_the_keys_tell_the_row(shown: Shown) -> None:
    sight = heat(shown)
    told: list[str] = []
    sight.plot.chosen.connect(told.append)
    sight.click(0.5, 0.6)
    assert told == ["conv3.weight"]
    sight.key(Qt.Key.Key_Escape)
    sight.key(Qt.Key.Key_Down)
    sight.key(Qt.Key.Key_Down)
    sight.key(Qt.Key.Key_Return)
    assert told == ["conv3.weight", "conv2.weight"]
    before = sight.plane.at
    sight.key(Qt.Key.Key_Right, CONTROL)
    assert sight.plane.at.x() > before.x()


def test_steps_are_zoomed_and_moved_and_rows_are_not(shown: Shown) -> None:
    sight = heat(shown)
    assert sight.x == (-50, 750)
    y = sight.plane.y_span
    sight.wheel(0.5, 0.5, 2)
    sight.drag((0.5, 0.2), (0.25, 0.8))
    assert sight.plane.y_span == y
    assert sight.x[1] - sight.x[0] == pytest.approx(800 * 0.64)
    assert sight.plot.catch_up.isVisible()
    sight.key(Qt.Key.Key_Home)
    assert sight.x == (-50, 750)


def test_the_table_has_the_steps_in_sight(shown: Shown, saved: Path) -> None:
    sight = heat(shown)
    sight.plot.show_marks([Mark(300, "here", "cursor")])
    sight.wheel(0.5, 0.5, 5)
    low, high = sight.x
    sight.save_numbers()
    sight.plot.save(".svg")
    head, *found = csv.reader((saved / "plot.csv").read_text().splitlines())
    assert head == ["step", *NAMES]
    inside = (low < STEPS + 50) & (high > STEPS - 50)
    assert 0 < inside.sum() < 8
    assert [int(row[0]) for row in found] == STEPS[inside].tolist()
    made = np.array([[float(word or "nan") for word in row[1:]] for row in found]).T
    np.testing.assert_array_equal(made, values()[:, inside])
    assert (saved / "plot.svg").stat().st_size > 1000


def test_odd_tables_are_shown(shown: Shown) -> None:
    sight = shown(StepHeat)
    for data in (np.empty((0, 0)), np.array([[1.0]]), np.array([[np.nan]]), np.zeros((2, 3)), np.full((2, 3), 7.0)):
        rows, steps = data.shape
        sight.plot.show_rows([f"{n}" for n in range(rows)], np.arange(steps), data)
        sight.point(0.5, 0.5)
        sight.plot.set_theme(LIGHT)
        sight.plane.grab()
    with pytest.raises(ValueError, match="2 rows and 5 steps"):
        sight.plot.show_rows(["a", "b"], np.arange(5), np.zeros((2, 3)))
