"""Samples are looked at: as pictures, rows, points and words; by part and class; one of them large."""

from __future__ import annotations

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from dlstudio.core.frozen import freeze
from dlstudio.data.prepare import prepare
from tests.ui.conftest import Opener
from tests.ui.data.looking import look, pick, project, tiles, wait
from tests.ui.hand import Hand, labels


def test_a_part_and_a_class_are_picked(opened: Opener) -> None:
    hand, panel = look(opened, project(kind="Digits"))
    samples = panel.seen.samples
    pick(hand, samples.part, "Validation · 180")
    pick(hand, samples.of_class, "digit: 7")
    wait(panel)
    prepared = prepare(project(kind="Digits"))
    values = prepared.validation.dataset.known("digit")
    assert values is not None
    wanted = prepared.validation.indices[values[prepared.validation.indices] == 7]
    assert samples.pages.total == len(wanted)
    assert [tile.index for tile in tiles(panel)] == wanted.tolist()[: len(tiles(panel))]
    assert {tile.title for tile in tiles(panel)} == {"7"}


def test_pictures_hold_the_brightness_of_the_data(opened: Opener) -> None:
    _, panel = look(opened, project(kind="Digits"))
    prepared = prepare(project(kind="Digits"))
    value = prepared.train.dataset.take(torch.tensor([4]))["image"][0, 0]
    shown = tiles(panel)[4].picture
    assert shown is not None
    assert [shown.pixelColor(x, y).red() for y in range(8) for x in range(8)] == (
        value * 255
    ).round().int().flatten().tolist()


def test_only_what_is_looked_at_is_brought(opened: Opener) -> None:
    hand, panel = look(opened, project(kind="MNIST"))
    pages, grid = panel.seen.samples.pages, panel.seen.samples.grid
    assert len(pages.known) < 200
    grid.setFocus()
    hand.key(Qt.Key.Key_End)
    wait(panel)
    assert pages.tile(4999) is not None
    assert pages.tile(2500) is None
    assert grid.rect_of(4999).bottom() <= grid.viewport().height()


def test_a_sample_is_opened_large_by_enter_and_left_by_escape(opened: Opener) -> None:
    hand, panel = look(opened, project(kind="Iris"))
    rows = panel.seen.samples.rows
    rows.setFocus()
    rows.selectRow(2)
    hand.key(Qt.Key.Key_Return)
    wait(panel)
    page = panel.seen.page
    assert page.isVisible()
    assert page.where.text() == "sample 2 · 3 of 150"
    assert page.title.text() == "setosa"
    hand.key(Qt.Key.Key_Right)
    wait(panel)
    assert page.where.text().startswith("sample 3")
    said = labels(page.findChildren(QLabel))
    assert "species · target · a number of whole numbers" in said
    assert "4.6 3.1 1.5 0.2" in said
    hand.key(Qt.Key.Key_Escape)
    assert not page.isVisible()


def test_points_of_the_plane_lie_where_they_are(opened: Opener) -> None:
    hand, panel = look(opened, project(kind="Points", pattern="moons", count=60))
    scatter = panel.seen.samples.scatter
    assert scatter.isVisible()
    assert scatter.cloud is not None
    points = prepare(project(kind="Points", pattern="moons", count=60)).train.dataset.known("point")
    assert points is not None
    assert [(p.x, p.y) for p in scatter.cloud.points] == [tuple(row) for row in points.tolist()]
    one = scatter.cloud.points[17]
    assert scatter.nearest(scatter.place(one)) == one
    hand.press(panel.seen.samples.buttons["rows"])
    assert panel.seen.samples.rows.isVisible()


def test_boxes_lie_in_their_pictures_with_their_names(opened: Opener) -> None:
    _, panel = look(opened, project(kind="Shapes", task="boxes", count=20))
    dataset = prepare(project(kind="Shapes", task="boxes", count=20)).train.dataset
    batch = dataset.take(torch.arange(20))
    for tile in tiles(panel):
        boxes = [row for row in batch["boxes"][tile.index].tolist() if any(row)]
        assert [[b.left, b.top, b.right, b.bottom] for b in tile.boxes] == boxes
        names = [dataset.columns["kinds"].classes[n] for n in batch["kinds"][tile.index].tolist() if n]
        assert [box.name for box in tile.boxes] == names


def test_the_grid_of_a_detector_is_seen_as_the_same_boxes(opened: Opener) -> None:
    _, listed = look(opened, project(kind="Shapes", task="boxes", count=20, most=1))
    _, panel = look(opened, project(kind="Shapes", task="grid", count=20, most=1))
    for one, two in zip(tiles(listed)[:6], tiles(panel)[:6], strict=True):
        (box,), (same,) = one.boxes, two.boxes
        assert same.name == box.name
        assert [same.left, same.top, same.right, same.bottom] == pytest.approx(
            [box.left, box.top, box.right, box.bottom], abs=1e-4
        )


def test_texts_and_sequences_are_read_as_words(opened: Opener) -> None:
    _, panel = look(opened, project(kind="Phrase", phrase="hello"))
    assert [tile.text for tile in tiles(panel)] == ["hell"]
    _, panel = look(opened, project(kind="Sentences", count=30))
    assert all(" " in tile.text and tile.title in ("glad", "sad") for tile in tiles(panel))


def test_an_edit_of_the_source_shows_other_samples_and_is_one_step(opened: Opener) -> None:
    hand, panel = look(opened, project(kind="MNIST"))
    form = panel.source.fields.form
    assert form is not None
    line = form.rows["digits"].editor.line  # type: ignore[attr-defined]
    line.setFocus()
    line.selectAll()
    hand.type("3, 8")
    hand.key(Qt.Key.Key_Return)
    wait(panel)
    assert {tile.title for tile in tiles(panel)} == {"3", "8"}
    assert panel.facts.total == 1000
    hand.window.do("undo")
    wait(panel)
    assert hand.window.session.state.project.data == freeze({"source": {"kind": "MNIST"}})
    assert panel.facts.total == 5000


def test_an_edit_of_a_layer_reads_nothing_again(opened: Opener) -> None:
    hand, panel = look(opened, project("input 1x28x28 > flatten > fc 10", kind="MNIST"))
    survey = panel.facts.survey
    rename(hand)
    wait(panel)
    assert panel.facts.survey is survey


def rename(hand: Hand) -> None:
    hand.click("linear1")
    hand.key(Qt.Key.Key_M)
