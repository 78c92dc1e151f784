"""The summary panel, worked by hand."""

from __future__ import annotations

import csv
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

import dlstudio as dl
from dlstudio.catalog.optimizers.adaptive import Adam
from dlstudio.compiler.planner import Planner
from dlstudio.core import edits
from dlstudio.core.document import Network, Node, Project, Wire
from dlstudio.core.frozen import Frozen
from dlstudio.ui.panels.cost_model import LINE, CostModel
from dlstudio.ui.panels.costs import COLUMNS, Question, costs, flat
from dlstudio.ui.panels.summary import Summary
from tests.ui.conftest import Opener
from tests.ui.hand import LEFT, Hand

CHAIN = "input 1x28x28 > conv 6 5x5 > relu > flatten > fc 10"


def summary_of(hand: Hand, qtbot: Any) -> Summary:
    hand.window.arrange("Inspect")
    hand.window.docks["summary"].raise_()
    panel = hand.window.panels["summary"]
    assert isinstance(panel, Summary)
    qtbot.waitUntil(lambda: panel.rows.costs is not None and not panel.background.busy)
    return panel


def column(panel: Summary, name: str, parent: QModelIndex | None = None) -> list[str]:
    """The texts of a column from the top."""
    at, above = COLUMNS.index(name), parent or QModelIndex()
    rows = range(panel.rows.rowCount(above))
    return [panel.rows.index(row, at, above).data() for row in rows]


def click(panel: Summary, index: QModelIndex) -> None:
    panel.view.scrollTo(index)
    QTest.mouseClick(panel.view.viewport(), LEFT, pos=panel.view.visualRect(index).center())


def click_title(panel: Summary, name: str) -> None:
    header = panel.view.header()
    at = COLUMNS.index(name)
    x = header.sectionViewportPosition(at) + header.sectionSize(at) // 2
    QTest.mouseClick(header.viewport(), LEFT, pos=QPoint(x, header.height() // 2))


def test_it_says_what_scripts_are_told(opened: Opener, qtbot: Any) -> None:
    hand = opened("lenet5")
    panel = summary_of(hand, qtbot)
    told = dl.summary(dl.template("lenet5"))
    assert column(panel, "node") == [row.node for row in told.rows]
    assert column(panel, "parameters") == [f"{row.parameters:,}" if row.parameters else "·" for row in told.rows]
    assert panel.sums.texts["parameters"] == "61,706"
    assert panel.sums.texts["macs"] == "416,520"
    assert "to train" in panel.memory.text()


def test_a_click_selects_the_node_and_the_selection_its_row(opened: Opener, qtbot: Any) -> None:
    hand = opened(CHAIN)
    panel = summary_of(hand, qtbot)
    click(panel, panel.rows.find(("conv1",)))
    assert hand.chosen == {"conv1"}
    hand.window.canvas.setFocus()
    hand.click("linear1")
    (row,) = panel.view.selectionModel().selectedRows()
    assert row.data() == "linear1"
    panel.view.setFocus()
    hand.key(Qt.Key.Key_Up, widget=panel.view)
    assert hand.chosen == {"flatten1"}


def test_an_edit_counts_anew_without_losing_the_place(opened: Opener, qtbot: Any) -> None:
    hand = opened("lenet5")
    panel = summary_of(hand, qtbot)
    panel.view.verticalScrollBar().setValue(3)
    at = panel.view.verticalScrollBar().value()
    before = panel.sums.texts["parameters"]
    hand.window.session.do("Wider", lambda p: edits.put(p, "model", "fc1", out_features=240))
    qtbot.waitUntil(lambda: panel.sums.texts["parameters"] != before)
    assert panel.view.verticalScrollBar().value() == at
    assert panel.sums.texts["parameters"] == f"{dl.summary(hand.window.session.state.project).parameters:,}"


def test_columns_sort_falling_rising_and_as_it_runs(opened: Opener, qtbot: Any) -> None:
    hand = opened("lenet5")
    panel = summary_of(hand, qtbot)
    runs = column(panel, "node")
    click_title(panel, "parameters")
    assert column(panel, "node")[0] == "fc1"
    assert "↓" in str(panel.rows.headerData(3, Qt.Orientation.Horizontal))
    click_title(panel, "parameters")
    assert column(panel, "node")[-1] == "fc1"
    click_title(panel, "parameters")
    assert column(panel, "node") == runs
    click_title(panel, "node")
    assert column(panel, "node")[0] == "act1"


def test_blocks_open_and_hold_all_their_rounds(opened: Opener, qtbot: Any) -> None:
    hand = opened("resnet18")
    panel = summary_of(hand, qtbot)
    found = panel.rows.costs
    assert found is not None
    blocks = [line for line in flat(found.lines) if line.children]
    assert blocks
    for block in blocks:
        assert sum(line.parameters for line in block.children) == block.parameters
        assert sum(line.macs for line in block.children) == block.macs
    index = panel.rows.find(blocks[0].way)
    panel.view.setFocus()
    panel.view.setCurrentIndex(index)
    hand.key(Qt.Key.Key_Right, widget=panel.view)
    assert panel.view.isExpanded(index)
    child = panel.rows.index(0, 0, index)
    way = child.data(Qt.ItemDataRole.UserRole + 1).way
    click(panel, child)
    assert [place.block for place in hand.window.session.state.trail[1:]] == list(way[:-1])
    assert hand.chosen == {way[-1]}
    click_title(panel, "macs")
    assert panel.view.isExpanded(panel.rows.find(blocks[0].way))


def test_words_sift_the_rows(opened: Opener, qtbot: Any) -> None:
    hand = opened("lenet5")
    panel = summary_of(hand, qtbot)
    hand.type("conv", panel.filter)
    assert column(panel, "node") == ["conv1", "conv2"]
    assert panel.sums.texts["parameters"] == "61,706"
    panel.filter.clear()
    assert len(column(panel, "node")) == 14


def test_memory_follows_batch_and_precision(opened: Opener, qtbot: Any) -> None:
    hand = opened("lenet5")
    panel = summary_of(hand, qtbot)
    assert panel.batch.value() == 16
    panel.batch.setFocus()
    panel.batch.selectAll()
    hand.type("64", panel.batch)
    hand.key(Qt.Key.Key_Return, widget=panel.batch)
    qtbot.waitUntil(lambda: panel.rows.costs is not None and panel.rows.costs.memory.batch == 64)
    wide = panel.rows.costs.memory.training  # type: ignore[union-attr]
    panel.precision.setFocus()
    hand.key(Qt.Key.Key_Down, widget=panel.precision)
    qtbot.waitUntil(lambda: panel.rows.costs is not None and panel.rows.costs.memory.precision == "bf16")
    assert panel.rows.costs.memory.training < wide  # type: ignore[union-attr]


def test_it_is_exported_and_copied(opened: Opener, qtbot: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hand = opened("lenet5")
    panel = summary_of(hand, qtbot)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "costs"), ""))
    hand.press(panel._buttons["download"])
    with (tmp_path / "costs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sum(int(row["parameters"]) for row in rows) == 61_706
    hand.press(panel._buttons["copy"])
    text = QGuiApplication.clipboard().text()
    assert text.startswith("| Node | Kind | Output |")
    assert "| **Total** | | | 61,706 | 416,520 |" in text


def test_an_empty_network_says_what_to_do(opened: Opener, qtbot: Any) -> None:
    hand = opened()
    hand.window.arrange("Inspect")
    hand.window.docks["summary"].raise_()
    panel = hand.window.panels["summary"]
    assert isinstance(panel, Summary)
    assert panel.empty.isVisible()
    qtbot.waitUntil(lambda: not panel.view.isVisible(), timeout=5_000)


@pytest.fixture(scope="module")
def many() -> CostModel:
    """Ten thousand rows."""
    nodes = [Node("image", "Input", Frozen({"size": (8,)})), *(Node(f"relu{i}", "ReLU") for i in range(10_000))]
    wires = [Wire(a.id, "y", b.id, "x") for a, b in pairwise(nodes)]
    plan = Planner(Project().with_network("model", Network.of(nodes, wires))).plan("model")
    model = CostModel()
    model.show(costs(Question(plan, 64, "float32", Adam())))
    return model


def test_ten_thousand_rows_are_sorted_and_sifted(qapp: Any, many: CostModel) -> None:
    assert many.rowCount() > 10_000
    whole, column = many.rowCount(), COLUMNS.index("memory")
    many.sort(column, Qt.SortOrder.DescendingOrder)
    sizes = [many.index(row, column).data(LINE).memory for row in range(0, whole, 500)]
    assert sizes == sorted(sizes, reverse=True)
    many.sift("relu77")
    assert 0 < many.rowCount() < whole / 50
    many.sort(-1)
    many.sift("")
    assert many.rowCount() == whole


def test_the_memory_is_that_of_the_optimizer_which_the_project_names(opened: Opener, qtbot: Any) -> None:
    hand = opened("input 4 > fc 3")
    panel = summary_of(hand, qtbot)
    assert "with Adam" in panel.memory.text()
    spec = Frozen({"optimizer": Frozen({"kind": "SGD"})})
    hand.window.session.do("Train by SGD", lambda project: replace(project, training=spec))
    qtbot.waitUntil(lambda: "with SGD" in panel.memory.text())
    assert "optimizer 0 bytes (SGD)" in panel.memory.toolTip()
