"""Feature maps in the window: those of a hook, of the node that is chosen, with the field of view of a unit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

import dlstudio as dl
from dlstudio.ui.panels.features.panel import FeatureMapsPanel
from dlstudio.ui.panels.features.tiles import Row, row
from dlstudio.ui.panels.features.wall import Wall
from dlstudio.ui.theme.tokens import DARK
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import LOADING, ends, lenet, shows, trains
from tests.ui.hand import Hand
from tests.ui.plots.page import Page


def seen(hand: Hand, qtbot: Any) -> FeatureMapsPanel:
    trains(hand, qtbot, 2)
    panel = shows(hand, "features")
    assert isinstance(panel, FeatureMapsPanel)
    qtbot.waitUntil(lambda: bool(panel.wall.rows), timeout=LOADING)
    return panel


def test_maps_are_what_a_hook_hears_of_the_last_weights(endless: Hand, qtbot: Any) -> None:
    panel = seen(endless, qtbot)
    assert [row.node for row in panel.wall.rows][:3] == ["conv1", "act1", "pool1"]
    ends(endless, qtbot)
    qtbot.waitUntil(lambda: panel.origin.text().endswith("stopped"), timeout=LOADING)
    path, answered = endless.window.viewing.path, endless.window.viewing.answer(panel.question)
    assert path is not None
    assert answered is not None
    model = dl.open_run(path).model(best=False)
    heard: list[torch.Tensor] = []
    model.get_submodule("conv2").register_forward_hook(lambda _m, _i, made: heard.append(made))
    with torch.no_grad():
        model(answered.value.samples["image"].float())
    [row] = [row for row in panel.wall.rows if row.node == "conv2"]
    assert np.allclose(np.stack([tile.values for tile in row.tiles]), heard[0][0].numpy(), atol=5e-3, rtol=5e-3)


def test_the_node_that_is_chosen_on_the_canvas_is_shown_alone(endless: Hand, qtbot: Any) -> None:
    panel = seen(endless, qtbot)
    endless.click("conv2")
    qtbot.waitUntil(lambda: [row.node for row in panel.wall.rows] == ["conv2"], timeout=LOADING)
    assert len(panel.wall.rows[0].tiles) == 16
    assert panel.back.isVisible()
    endless.press(panel.back)
    qtbot.waitUntil(lambda: len(panel.wall.rows) > 5, timeout=LOADING)


def test_a_click_on_a_unit_shows_what_it_sees(endless: Hand, qtbot: Any) -> None:
    panel = seen(endless, qtbot)
    endless.click("conv2")
    qtbot.waitUntil(lambda: [row.node for row in panel.wall.rows] == ["conv2"], timeout=LOADING)
    box = panel.wall._boxes[0][0]
    QTest.mouseClick(panel.wall, Qt.MouseButton.LeftButton, pos=QPoint(int(box.left()) + 1, int(box.top()) + 1))
    qtbot.waitUntil(lambda: panel.close_up.field is not None, timeout=LOADING)
    field = panel.close_up.field
    assert field is not None
    # 5x5 behind an average over 2x2 behind 5x5 with two more around: 14 wide, cut by the edge where it is padding.
    assert (field.rows, field.columns) == ((0, 11), (0, 11))
    assert "sees 12×12 of the sample" in panel.close_up.lines


def test_the_keys_go_from_map_to_map(endless: Hand, qtbot: Any) -> None:
    panel = seen(endless, qtbot)
    panel.wall.setFocus()
    endless.key(Qt.Key.Key_Right, widget=panel.wall)
    endless.key(Qt.Key.Key_Right, widget=panel.wall)
    assert panel.pointed.text().startswith("conv1 · map 1 · ")
    endless.key(Qt.Key.Key_Return, widget=panel.wall)
    assert panel.wall.unit is not None
    assert (panel.wall.unit.node, panel.wall.unit.map) == ("conv1", 1)


def test_the_wall_is_exported_as_a_picture_and_a_drawing(
    endless: Hand, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = seen(endless, qtbot)
    endless.click("conv1")
    qtbot.waitUntil(lambda: [row.node for row in panel.wall.rows] == ["conv1"], timeout=LOADING)
    ends(endless, qtbot)
    qtbot.waitUntil(lambda: panel.origin.text().endswith("stopped"), timeout=LOADING)
    png, svg, pdf = (tmp_path / f"maps{suffix}" for suffix in (".png", ".svg", ".pdf"))
    for file, action in zip((png, svg, pdf), panel.export.menu().actions(), strict=False):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, file=file, **__: (str(file), ""))
        action.trigger()
        assert panel.note.text() == f"{file.name} is written"
        assert panel.note.isVisible()
    picture, wall = QImage(str(png)), panel.wall
    assert (picture.width(), picture.height()) == (2 * wall.width(), 2 * wall.height())
    for tile, box in zip(wall.rows[0].tiles, wall._boxes[0], strict=True):
        high, wide = tile.values.shape
        for down, column in ((0, 0), (high - 1, wide - 1), (high // 2, wide // 3)):
            x = 2 * (box.left() + (column + 0.5) / wide * box.width())
            y = 2 * (box.top() + (down + 0.5) / high * box.height())
            assert picture.pixel(int(x), int(y)) == tile.image.pixel(column, down)
    assert svg.read_text().count("<image") == len(wall.rows[0].tiles)
    assert Page(pdf.read_bytes()).images == len(wall.rows[0].tiles)


def test_maps_go_on_in_further_lines_where_there_is_room(qapp: QApplication) -> None:
    wall = Wall(DARK)
    wall.resize(200, 100)
    maps = np.random.default_rng(0).normal(size=(4, 32, 32)).astype(np.float32)
    made = [each for name in ("one", "two", "three") if (each := row(name, maps, 4)) is not None]
    seen = {}
    for room in (900, 240):
        wall.room = room
        wall.show_rows(())
        wall.show_rows(made)
        seen[room] = [len(boxes) for boxes in wall._boxes]
        assert wall.height() <= room
        places = [box.toRect() for boxes in wall._boxes for box in boxes]
        assert not any(one.intersects(other) for i, one in enumerate(places) for other in places[:i])
    assert seen == {900: [4, 4, 4], 240: [1, 1, 1]}
    wall.deleteLater()


def test_the_part_is_written_whole_in_a_narrow_panel(opened: Opener) -> None:
    hand = opened(lenet())
    hand.window.arrange("Train")
    hand.settle()
    panel = hand.window.panels["features"]
    assert isinstance(panel, FeatureMapsPanel)
    assert panel.width() < 520
    assert panel.part.width() >= panel.part.sizeHint().width()
    assert panel.part.x() < 16


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-2.412, 2.381, "−2.41 … 2.38"),
        (-7301.0, 9683.0, "−7301 … 9683"),
        (-7.3e8, 9.7e8, "−7.3e8 … 9.7e8"),
        (-1.234e-5, 2.345e-5, "−1.2e−5 … 2.3e−5"),
        (0.0, 1.0, "0 … 1"),
    ],
)
def test_between_which_values_maps_lie_is_never_cut(low: float, high: float, words: str) -> None:
    made = Row("conv1", (), 1, low, high)
    assert made.extent(lambda said: len(said) <= 16) == words
