"""The issues panel, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication

import dlstudio as dl
from dlstudio.core import edits
from dlstudio.core.document import Network, Node, Project, Wire
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import Fix, Issue
from dlstudio.ui.changes import changes
from dlstudio.ui.panels.issues import Issues
from dlstudio.ui.panels.mending import kinds, together
from tests.ui.conftest import Opener
from tests.ui.hand import SHIFT, Hand

CHAIN = "input 1x28x28 > conv 6 5x5 > relu > flatten > fc 10"


def issues_of(hand: Hand) -> Issues:
    panel = hand.window.panels["issues"]
    assert isinstance(panel, Issues)
    return panel


def unsound(hand: Hand, *nodes: str) -> None:
    """Gives nodes kernels that are larger than their pictures."""
    for node in nodes:
        hand.window.session.do("Break", partial(edits.put, where="model", node=node, kernel_size=(99, 99)))
    QApplication.processEvents()


def lonely(count: int, kind: str = "Conv2d") -> Project:
    """So many nodes into which nothing is wired."""
    return Project().with_network("model", Network.of(Node(f"n{i}", kind) for i in range(count)))


def texts(panel: Issues) -> list[str]:
    """What the rows say, from the top."""
    rows = sorted(panel.rows.values(), key=lambda row: row.y())
    return [row.text.text() for row in rows if row.isVisible()]


def test_a_sound_network_has_no_issues_and_says_what_can_be_done(opened: Opener) -> None:
    panel = issues_of(opened("lenet5"))
    assert panel.rows == {}
    assert panel._empty.isVisible()
    assert "can be trained" in panel._empty.text()


def test_a_long_sentence_is_seen_whole(opened: Opener) -> None:
    panel = issues_of(opened())
    (row,) = panel.rows.values()
    assert row.text.height() >= row.text.heightForWidth(row.text.width())


def test_at_the_smallest_window_an_error_is_seen_with_what_mends_it(opened: Opener) -> None:
    hand = opened(CHAIN, size=(1280, 800))
    unsound(hand, "conv1")
    QApplication.processEvents()
    panel = issues_of(hand)
    (row,) = panel.rows.values()
    assert row.buttons
    assert row.geometry().bottom() <= panel.view.viewport().height()


def test_kinds_have_titles_where_there_are_several(opened: Opener) -> None:
    project = dl.line(CHAIN)
    hand = opened(edits.add(project, "model", edits.new_node(project.networks["model"], "Linear")))
    panel = issues_of(hand)
    assert {group for group, *_ in panel.listed} == {"error", "warning"}
    assert panel._heads["error"].isVisible()
    hand.press(panel.filters["warning"])
    assert {group for group, *_ in panel.listed} == {"error"}
    assert not panel._heads["error"].isVisible()


def test_a_click_on_an_issue_selects_its_node(opened: Opener) -> None:
    hand = opened(CHAIN)
    unsound(hand, "conv1")
    (row,) = issues_of(hand).rows.values()
    hand.press(row.sign)
    assert hand.chosen == {"conv1"}
    assert row.property("state") == "on"


def test_f8_goes_round_and_shift_f8_back(opened: Opener) -> None:
    hand = opened(lonely(3))
    panel = issues_of(hand)
    order = [issue.node for _, issue, _ in panel.listed]
    seen = []
    for _ in range(len(order) + 1):
        hand.key(Qt.Key.Key_F8)
        seen.append(next(iter(hand.chosen), ""))
    assert seen == [*order, order[0]]
    hand.key(Qt.Key.Key_F8, SHIFT)
    assert hand.chosen == {order[-1]} - {""}


def test_a_fix_mends_as_one_step(opened: Opener) -> None:
    hand = opened(CHAIN)
    unsound(hand, "conv1")
    (row,) = issues_of(hand).rows.values()
    label = row.buttons[0].text()
    hand.press(row.buttons[0])
    assert hand.window.session.state.checked.sound
    assert hand.window.session.state.history.undo_label == label


def test_a_fix_says_what_it_would_change(opened: Opener) -> None:
    hand = opened(CHAIN)
    unsound(hand, "conv1")
    (row,) = issues_of(hand).rows.values()
    button = row.buttons[0]
    QApplication.sendEvent(button, QHelpEvent(QEvent.Type.ToolTip, QPoint(2, 2), button.mapToGlobal(QPoint(2, 2))))
    assert button.toolTip().startswith("conv1: kernel size (99, 99) → ")
    assert not hand.window.session.state.checked.sound


def test_one_button_fixes_all_of_a_kind_as_one_step(opened: Opener) -> None:
    nodes = [Node("image", "Input", Frozen({"size": (1, 8, 8)})), Node("a", "Conv2d"), Node("b", "Conv2d")]
    wires = [Wire("image", "y", name, "x") for name in ("a", "b")]
    hand = opened(Project().with_network("model", Network.of(nodes, wires)))
    session = hand.window.session
    before = session.state.project
    session.do("Break", lambda p: edits.put_all(p, "model", ["a", "b"], {"groups": -3}))
    assert not session.state.checked.sound
    QApplication.processEvents()
    panel = issues_of(hand)
    labels = [button.text() for row in panel.rows.values() for button in row.buttons]
    assert "Fix all 2" in labels
    button = next(b for row in panel.rows.values() for b in row.buttons if b.text() == "Fix all 2")
    hand.press(button)
    assert session.state.project.networks == before.networks
    assert session.state.history.undo_label == "Fix all 2"


def test_rows_that_stay_are_not_made_anew_and_the_view_does_not_jump(opened: Opener, qtbot: Any) -> None:
    hand = opened(lonely(30))
    panel = issues_of(hand)
    bar = panel.view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 200)
    bar.setValue(120)
    before = dict(panel.rows)
    hand.window.session.do("Remove", lambda p: edits.remove(p, "model", ["n29"]))
    QApplication.processEvents()
    kept = {key: row for key, row in panel.rows.items() if key in before}
    assert len(kept) >= 20
    assert all(before[key] is row for key, row in kept.items())
    assert bar.value() == 120


def test_kinds_can_be_hidden_and_their_numbers_are_told(opened: Opener) -> None:
    hand = opened(CHAIN)
    unsound(hand, "conv1")
    panel = issues_of(hand)
    assert panel.filters["error"].text() == "1"
    hand.press(panel.filters["error"])
    assert panel.rows == {}
    assert panel._empty.text() == "Nothing of the kinds that are shown."
    hand.press(panel.filters["error"])
    assert len(panel.rows) == 1


def test_the_keys_reach_rows_and_fixes(opened: Opener) -> None:
    hand = opened(CHAIN)
    unsound(hand, "conv1")
    (row,) = issues_of(hand).rows.values()
    row.setFocus()
    hand.key(Qt.Key.Key_Return, widget=row)
    assert hand.chosen == {"conv1"}
    row.buttons[0].setFocus()
    hand.key(Qt.Key.Key_Space, widget=row.buttons[0])
    assert hand.window.session.state.checked.sound


def test_a_thousand_issues_are_listed_as_one_scrolls(opened: Opener) -> None:
    hand = opened(lonely(1000))
    panel = issues_of(hand)
    assert len(panel.listed) >= 1000
    assert len(panel.rows) <= 24
    bar = panel.view.verticalScrollBar()
    for _ in range(6):
        bar.setValue(bar.maximum())
        QApplication.processEvents()
    assert panel._seen.start > 0
    assert len(panel.rows) <= 72
    panel.go(900)
    QApplication.processEvents()
    assert hand.chosen == {panel.listed[900][1].node}
    assert len(panel.rows) <= 72
    panel.go(70)
    for _ in range(8):
        bar.setValue(0)
        QApplication.processEvents()
        assert len(panel.rows) <= 72
    assert panel._seen.start == 0


def test_fixes_of_one_kind_differ_in_the_name_of_the_node_alone() -> None:
    def issue(node: str) -> Issue:
        edit = lambda p: replace(p, notes=p.notes + node)  # noqa: E731
        return Issue("error", "flat", "text", "model", node, "", (Fix(f"Flatten before {node}", edit),))

    ((key, fixes),) = kinds([issue("a"), issue("b"), issue("b")]).items()
    assert key == ("flat", "Flatten before …")
    assert together(fixes).edit(Project()).notes == "ab"


def test_changes_are_told_in_words() -> None:
    old = Project().with_network("model", Network.of([Node("a", "ReLU"), Node("b", "Linear")]))
    new = edits.put(edits.remove(old, "model", ["a"]), "model", "b", out_features=3)
    new = replace(new, training=new.training.put("epochs", 3))
    assert changes(old, new) == ["b: out features as usual → 3", "Removes a", "training: epochs as usual → 3"]
    assert changes(old, old) == []
