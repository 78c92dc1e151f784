"""The plane with points leaves the program as a picture, a drawing and numbers, and goes to a window of its own."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from dlstudio.ui.plots.colors import hue_color
from dlstudio.ui.plots.divide import Divide
from dlstudio.ui.plots.export import SCALE
from dlstudio.ui.plots.field import Dots, Field, Ground
from dlstudio.ui.plots.frame import Frame
from dlstudio.ui.theme.tokens import DARK, LIGHT, PAPER
from tests.ui.hand import LEFT
from tests.ui.plots.page import Page

PLACES = np.array([[0, 0], [1, 0], [0, 2], [1.5, 1.25]], np.float32)
KINDS = np.array([0, 1, 0, 1])


@pytest.fixture
def frame(qapp: Any) -> Iterator[Frame]:
    field = Field(DARK, "Places")
    made = Frame(DARK, field, "Places")
    made.resize(480, 360)
    made.show()
    field.name_axes("east", "north")
    field.show_dots(Dots(PLACES, KINDS, KINDS == 1, KINDS == 0, ("sea", "land")))
    field.fit()
    qapp.processEvents()
    yield made
    made.stop()
    made.close()
    made.deleteLater()
    qapp.processEvents()


def saved(frame: Frame, suffix: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    file = folder / f"out{suffix}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(file), ""))
    titles = {".png": "PNG", ".svg": "SVG", ".pdf": "PDF", ".csv": "CSV"}
    next(each for each in frame.menu.actions() if titles[suffix] in each.text()).trigger()
    return file


def test_the_numbers_are_those_of_the_points_with_their_classes_in_words(
    frame: Frame, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    frame.told.connect(told.append)
    file = saved(frame, ".csv", monkeypatch, tmp_path)
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["out.csv is written"]
    rows = list(csv.reader(file.read_text().splitlines()))
    assert rows[0] == ["east", "north", "class", "hollow", "wrong"]
    assert rows[1:] == [
        ["0", "0", "sea", "0", "1"], ["1", "0", "land", "1", "0"], ["0", "2", "sea", "0", "1"],
        ["1.5", "1.25", "land", "1", "0"],
    ]  # fmt: skip


def test_the_picture_has_every_point_in_its_colour_where_it_is_seen(
    frame: Frame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = frame.plane
    assert isinstance(field, Field)
    field.point(1)
    picture = QImage(str(saved(frame, ".png", monkeypatch, tmp_path)))
    assert (picture.width(), picture.height()) == (SCALE * field.width(), SCALE * field.height())
    for number in (0, 2):
        at = field.pixel(number)
        found = picture.pixelColor(round(SCALE * at.x()), round(SCALE * at.y()))
        assert found == QColor(hue_color(0, DARK))
    assert field.ring.isVisible()
    text = saved(frame, ".svg", monkeypatch, tmp_path).read_text()
    assert text.startswith("<?xml")
    assert len(re.findall(r"<(?:path|use|circle|polygon)\b", text)) > 10
    assert "<image" not in text
    page = Page(saved(frame, ".pdf", monkeypatch, tmp_path).read_bytes())
    assert page.images == 0
    assert {hue_color(0, PAPER), hue_color(1, PAPER)} <= page.colors
    assert field.theme is DARK


def test_a_picture_over_answers_with_a_line_is_drawn_in_either_theme(
    frame: Frame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = frame.plane
    assert isinstance(field, Field)
    field.show_ground(Ground(np.random.default_rng(0).random((2, 8, 8)), (-1.0, -1.0), (3.0, 3.0)))
    field.show_divide(Divide((1.0, 1.0), -1.0, 1.5, 0.25))
    frame.set_theme(LIGHT)
    picture = QImage(str(saved(frame, ".png", monkeypatch, tmp_path)))
    corner = picture.pixelColor(2, 2)
    assert corner == QColor(LIGHT.panel)


def test_it_goes_to_a_window_of_its_own_and_back_by_the_key(frame: Frame, qapp: QApplication) -> None:
    field = frame.plane
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_D)
    qapp.processEvents()
    assert field.window() is frame.window_of_its_own
    assert frame.away.isVisible()
    QTest.keyClick(field, Qt.Key.Key_D)
    qapp.processEvents()
    assert frame.window_of_its_own is None
    assert field.window() is frame.window()


def test_the_tools_zoom_and_fit(frame: Frame, qapp: QApplication) -> None:
    field = frame.plane
    assert isinstance(field, Field)
    (left, right), _ = field.viewRange()
    frame.tools.show()
    QTest.mouseClick(frame.tools.buttons["in"], LEFT)
    (nearer_left, nearer_right), _ = field.viewRange()
    assert nearer_right - nearer_left == pytest.approx(0.8 * (right - left))
    assert field.free
    QTest.mouseClick(frame.tools.buttons["fit"], LEFT)
    assert field.viewRange()[0] == pytest.approx([left, right])
    assert not field.free
