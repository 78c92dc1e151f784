"""The table of samples is put in order by a click on a head; what is chosen stays chosen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from dlstudio.data.prepare import prepare
from dlstudio.ui.panels.data.panel import Data
from tests.ui.conftest import Opener
from tests.ui.data.looking import look, pick, project, wait
from tests.ui.hand import LEFT, Hand

MANY = 100_000


def click(panel: Data, head: str) -> None:
    """Clicks on a head of the table."""
    rows = panel.seen.samples.rows
    number, header = panel.seen.samples.pages.heads.index(head), rows.horizontalHeader()
    rows.scrollTo(rows.rows.index(max(0, rows.currentIndex().row()), number))
    at = QPoint(header.sectionViewportPosition(number) + 12, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, pos=at)
    wait(panel)


def indices(panel: Data, count: int) -> list[int]:
    """The samples in the first rows."""
    found = [panel.seen.samples.pages.tile(at) for at in range(count)]
    return [tile.index for tile in found if tile]


def titles(panel: Data) -> list[str]:
    rows = panel.seen.samples.rows.rows
    return [rows.headerData(at, Qt.Orientation.Horizontal) for at in range(rows.columnCount())]


def iris(opened: Opener) -> tuple[Hand, Data, torch.Tensor]:
    hand, panel = look(opened, project(kind="Iris"))
    values = prepare(project(kind="Iris")).train.dataset.take(torch.arange(150))["features"]
    return hand, panel, values


def test_clicks_sort_up_and_down_and_give_the_order_of_the_data_back(opened: Opener) -> None:
    _, panel, values = iris(opened)
    heads = panel.seen.samples.pages.heads
    click(panel, heads[1])
    assert indices(panel, 40) == torch.sort(values[:, 1], stable=True).indices.tolist()[:40]
    assert titles(panel)[1] == f"{heads[1]} ↑"
    click(panel, heads[1])
    assert indices(panel, 40) == torch.sort(values[:, 1], stable=True, descending=True).indices.tolist()[:40]
    assert titles(panel)[1] == f"{heads[1]} ↓"
    click(panel, heads[1])
    assert indices(panel, 40) == list(range(40))
    assert titles(panel) == list(heads)


def test_another_head_takes_over_and_a_class_is_a_head_too(opened: Opener) -> None:
    _, panel, _ = iris(opened)
    heads = panel.seen.samples.pages.heads
    click(panel, heads[0])
    click(panel, heads[-1])
    click(panel, heads[-1])
    assert [title for title in titles(panel) if title[-1] in "↑↓"] == [f"{heads[-1]} ↓"]
    assert indices(panel, 40) == list(range(100, 140))


def test_the_order_holds_for_a_part_and_a_class(opened: Opener) -> None:
    hand, panel, values = iris(opened)
    click(panel, panel.seen.samples.pages.heads[2])
    pick(hand, panel.seen.samples.of_class, panel.seen.samples.of_class.itemText(2))
    wait(panel)
    expected = 50 + torch.sort(values[50:100, 2], stable=True).indices
    assert indices(panel, 48) == expected.tolist()[:48]


def test_the_chosen_sample_stays_chosen_and_is_brought_into_sight(opened: Opener) -> None:
    hand, panel, values = iris(opened)
    rows = panel.seen.samples.rows
    rows.setFocus()
    rows.selectRow(5)
    click(panel, panel.seen.samples.pages.heads[3])
    place = torch.sort(values[:, 3], stable=True).indices.tolist().index(5)
    assert rows.currentIndex().row() == place
    assert rows.chosen == 5
    assert rows.viewport().rect().contains(rows.visualRect(rows.currentIndex()).center())
    hand.key(Qt.Key.Key_Return, widget=rows)
    wait(panel)
    assert panel.seen.page.isVisible()
    assert f"· {place + 1} of 150" in panel.seen.page.where.text()


def test_a_key_sorts_by_the_column_that_one_is_in(opened: Opener) -> None:
    hand, panel, values = iris(opened)
    rows = panel.seen.samples.rows
    rows.setFocus()
    rows.setCurrentIndex(rows.rows.index(0, 2))
    hand.key(Qt.Key.Key_S, widget=rows)
    wait(panel)
    assert panel.seen.samples.by == panel.seen.samples.pages.heads[2]
    assert rows.chosen == 0
    assert torch.sort(values[:, 2], stable=True).indices.tolist().index(0) == rows.currentIndex().row()


def test_words_are_sorted_as_words(opened: Opener, tmp_path: Path) -> None:
    lines = ["pear\tgood", "Apple\tbad", "fig\tgood", "banana\tbad"] * 6
    (tmp_path / "texts.txt").write_text(
        "\n".join(f"{line.split(chr(9))[1]}\t{line.split(chr(9))[0]}" for line in lines)
    )
    hand, panel = look(opened, project(kind="LabelledTexts", path=str(tmp_path / "texts.txt"), length=8))
    hand.press(panel.seen.samples.buttons["rows"])
    wait(panel)
    click(panel, "text")
    shown = [tile.values[0] for at in range(24) if (tile := panel.seen.samples.pages.tile(at))]
    assert shown == sorted(shown, key=str.casefold)
    assert len(set(shown)) == 4


def test_pictures_are_no_order(opened: Opener, tmp_path: Path) -> None:
    for kind in "ab":
        (tmp_path / kind).mkdir()
        for number in range(3):
            image = QImage(4, 4, QImage.Format.Format_Grayscale8)
            image.fill(number)
            image.save(str(tmp_path / kind / f"{number}.png"))
    hand, panel = look(opened, project(kind="ImageFolder", folder=str(tmp_path)))
    hand.press(panel.seen.samples.buttons["rows"])
    wait(panel)
    click(panel, "image")
    assert panel.seen.samples.by == ""
    click(panel, "class")
    click(panel, "class")
    assert indices(panel, 6) == [3, 4, 5, 0, 1, 2]


def test_of_a_hundred_thousand_rows_only_those_in_sight_are_brought(opened: Opener, tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    values = generator.standard_normal((MANY, 3)).astype(np.float32)
    np.savez(tmp_path / "many.npz", x=values, y=generator.integers(0, 2, MANY))
    hand, panel = look(opened, project(kind="Arrays", file=str(tmp_path / "many.npz")))
    pages, rows = panel.seen.samples.pages, panel.seen.samples.rows
    assert panel.facts.total == MANY
    rows.setFocus()
    rows.selectRow(7)
    click(panel, pages.heads[1])
    order = np.argsort(values[:, 1], kind="stable")
    assert rows.currentIndex().row() == order.tolist().index(7)
    hand.key(Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier, widget=rows)
    wait(panel)
    last = pages.tile(MANY - 1)
    assert last is not None
    assert last.index == order[-1]
    assert len(pages.known) < 1_000
