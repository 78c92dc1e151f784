"""The code panel, worked by hand."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

import dlstudio as dl
from dlstudio.core.document import Point
from dlstudio.ui.panels.code import Code
from dlstudio.ui.panels.highlight import spans
from tests.ui.conftest import Opener
from tests.ui.hand import CONTROL, LEFT, Hand

CHAIN = "input 1x28x28 > conv 6 5x5 > relu > flatten > fc 10"


def code_of(hand: Hand, qtbot: Any) -> Code:
    hand.window.arrange("Inspect")
    hand.window.docks["code"].raise_()
    panel = hand.window.panels["code"]
    assert isinstance(panel, Code)
    qtbot.waitUntil(lambda: not panel.background.busy and panel.listing.isVisible())
    return panel


def line_of(panel: Code, text: str) -> int:
    return next(i for i, line in enumerate(panel.program.text.split("\n"), 1) if text in line)


def click_line(panel: Code, line: int) -> None:
    panel.listing.go(line)
    block = panel.listing.document().findBlockByNumber(line - 1)
    box = panel.listing.blockBoundingGeometry(block).translated(panel.listing.contentOffset())
    QTest.mouseClick(panel.listing.viewport(), LEFT, pos=QPoint(200, round(box.center().y())))


def test_it_shows_the_source_that_scripts_get(opened: Opener, qtbot: Any) -> None:
    hand = opened("lenet5")
    panel = code_of(hand, qtbot)
    assert panel.listing.toPlainText() == dl.source(dl.template("lenet5"))
    assert "LeNet5" in panel.head.text()


def test_an_edit_writes_it_anew(opened: Opener, qtbot: Any) -> None:
    hand = opened(CHAIN)
    panel = code_of(hand, qtbot)
    assert "nn.ReLU()" in panel.listing.toPlainText()
    hand.click("relu1")
    hand.key(Qt.Key.Key_Delete)
    assert panel.listing.stale
    qtbot.waitUntil(lambda: "nn.ReLU()" not in panel.listing.toPlainText())
    assert not panel.listing.stale
    assert panel.listing.toPlainText() == dl.source(hand.window.session.state.project)


def test_while_the_network_is_unsound_the_last_source_stays_and_says_so(opened: Opener, qtbot: Any) -> None:
    hand = opened(CHAIN)
    panel = code_of(hand, qtbot)
    before = panel.listing.toPlainText()
    hand.drag(hand.into("linear1"), Point(40, 380))
    qtbot.waitUntil(lambda: panel.mark.text() == "of the last sound state")
    assert panel.listing.toPlainText() == before
    hand.key(Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: panel.mark.text() == "")


def test_selecting_a_node_lights_its_lines(opened: Opener, qtbot: Any) -> None:
    hand = opened(CHAIN)
    panel = code_of(hand, qtbot)
    hand.click("conv1")
    lit = {panel.program.text.split("\n")[line - 1].strip() for line in panel.listing._lit}
    assert any(line.startswith("self.conv1 = nn.Conv2d(") for line in lit)
    assert any("self.conv1(" in line for line in lit)
    assert len(panel.listing.extraSelections()) == len(panel.listing._lit)
    assert any(panel.listing.sees(line) for line in panel.listing._lit)


def test_a_click_on_a_line_selects_its_node(opened: Opener, qtbot: Any) -> None:
    hand = opened(CHAIN)
    panel = code_of(hand, qtbot)
    click_line(panel, line_of(panel, "self.linear1 = "))
    assert hand.chosen == {"linear1"}


def test_a_click_on_a_line_of_a_block_enters_the_block(opened: Opener, qtbot: Any) -> None:
    hand = opened("resnet18")
    panel = code_of(hand, qtbot)
    network, node = next(place for place in panel.program.places.values() if place[0] != "model")  # type: ignore[union-attr]
    click_line(panel, panel.program.lines[network, node][0])
    assert hand.window.session.state.where == network
    assert hand.chosen == {node}
    assert len(hand.window.session.state.trail) > 1


def test_it_is_copied_as_text_and_as_a_file(opened: Opener, qtbot: Any) -> None:
    hand = opened(CHAIN)
    panel = code_of(hand, qtbot)
    hand.press(panel._buttons["copy"])
    assert QGuiApplication.clipboard().text() == panel.program.text
    hand.press(panel._buttons["file"])
    (url,) = QGuiApplication.clipboard().mimeData().urls()
    with open(url.toLocalFile(), encoding="utf-8") as file:  # noqa: PTH123
        assert file.read() == panel.program.text


def test_it_is_saved_where_the_user_says(
    opened: Opener, qtbot: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = opened(CHAIN)
    panel = code_of(hand, qtbot)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    hand.press(panel._buttons["save"])
    assert (tmp_path / "mine.py").read_text("utf-8") == panel.program.text


def test_words_are_found_with_the_keys(opened: Opener, qtbot: Any) -> None:
    hand = opened(CHAIN)
    panel = code_of(hand, qtbot)
    panel.listing.setFocus()
    hand.key(Qt.Key.Key_F, CONTROL, panel.listing)
    assert panel.finder.isVisible()
    hand.type("conv1", panel.finder.words)
    assert panel.listing.textCursor().selectedText() == "conv1"
    first = panel.listing.textCursor().selectionStart()
    hand.key(Qt.Key.Key_Return, widget=panel.finder.words)
    assert panel.listing.textCursor().selectionStart() > first
    assert panel.finder.count.text().startswith("2 of ")
    hand.key(Qt.Key.Key_Escape, widget=panel.finder.words)
    assert not panel.finder.isVisible()


def test_it_cannot_be_typed_into_and_does_not_wrap(opened: Opener, qtbot: Any) -> None:
    hand = opened(CHAIN)
    panel = code_of(hand, qtbot)
    before = panel.listing.toPlainText()
    hand.type("xyz", panel.listing)
    assert panel.listing.toPlainText() == before
    assert panel.listing.lineWrapMode() == panel.listing.LineWrapMode.NoWrap


def test_only_changed_lines_are_set_anew(opened: Opener, qtbot: Any) -> None:
    hand = opened("resnet18")
    panel = code_of(hand, qtbot)
    panel.listing.go(60)
    at = panel.listing.verticalScrollBar().value()
    kept = QTextCursor(panel.listing.document().findBlockByNumber(0))
    changed: list[tuple[int, int, int]] = []
    panel.listing.document().contentsChange.connect(lambda *change: changed.append(change))
    text = panel.program.text.replace("nn.Linear(512", "nn.Linear(256", 1)
    panel.listing.show_text(text, spans(text))
    assert panel.listing.toPlainText() == text
    assert kept.block().text() == text.split("\n")[0]
    assert panel.listing.verticalScrollBar().value() == at
    assert max(removed for _, removed, _ in changed) < 400


@pytest.mark.parametrize(
    ("old", "new"), [("a\nb\nc", "a\nc"), ("a", "a\nb"), ("a\na\na", "a\na"), ("b", ""), ("", "x\ny")]
)
def test_texts_of_any_kind_follow_each_other(opened: Opener, qtbot: Any, old: str, new: str) -> None:
    panel = code_of(opened(CHAIN), qtbot)
    panel.listing.show_text(old, spans(old))
    panel.listing.show_text(new, spans(new))
    assert panel.listing.toPlainText() == new


def test_the_words_of_python_are_told_apart() -> None:
    found = spans('class A:\n    """Text\n    more."""\n    x = 1  # why\n')
    assert found[0] == ((0, 5, "keyword"), (6, 1, "name"))
    assert found[1] == ((4, 7, "text"),)
    assert found[2] == ((0, 12, "text"),)
    assert found[3] == ((8, 1, "number"), (11, 5, "comment"))


def test_its_letters_are_as_large_as_all_others(opened: Opener, qtbot: Any) -> None:
    hand = opened(CHAIN)
    listing = code_of(hand, qtbot).listing
    before = listing.font().pixelSize()
    hand.window.do("letters-larger")
    hand.settle()
    assert listing.font().pixelSize() > before
    assert listing.document().defaultFont() == listing.font()
