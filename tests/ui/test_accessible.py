"""The window for those who hear it, and for those who have no mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QMenu,
    QWidget,
)

from dlstudio.ui.announce import spoken
from tests.ui.conftest import Opener
from tests.ui.hand import ALT, CONTROL, SHIFT, Hand

CHAIN = "input 1x28x28 > conv 6 5x5 > relu > flatten > fc 10"
WORKED = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit)


def nameless(root: QWidget) -> list[str]:
    """Widgets that can be worked but say nothing of themselves."""
    return [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in root.findChildren(QWidget)
        if isinstance(widget, WORKED)
        and not isinstance(widget, QHeaderView)
        and widget.isVisible()
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget.parent(), QAbstractSpinBox | QComboBox | QLineEdit)
        and not (widget.accessibleName() or getattr(widget, "text", str)() or widget.toolTip())
    ]


def test_every_widget_that_can_be_worked_has_a_name(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    found = set(nameless(hand.window))
    for dock in hand.window.docks.values():
        dock.show()
        dock.raise_()
        QApplication.processEvents()
        found |= {*nameless(dock)}
    assert found == set()


def test_the_palette_and_the_key_editor_have_names_too(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.key(Qt.Key.Key_K, CONTROL)
    assert nameless(hand.window) == []
    hand.key(Qt.Key.Key_Escape)
    hand.window.do("keyboard")
    assert nameless(hand.window) == []


def test_the_canvas_says_what_is_selected_and_its_shapes(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    said = hand.canvas.accessibleDescription()
    assert said.startswith("conv1, Conv2d")
    assert "in: x 1×28×28 from image" in said
    assert "out: y 6×24×24" in said
    hand.click("relu1", SHIFT)
    assert hand.canvas.accessibleDescription() == "2 nodes selected: conv1, relu1"
    hand.key(Qt.Key.Key_Escape)
    assert "nothing selected" in hand.canvas.accessibleDescription()


def test_what_is_wrong_with_a_node_is_said_too(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("flatten1")
    hand.key(Qt.Key.Key_M)
    hand.click("linear1")
    state = hand.window.session.state
    (issue, *_) = state.issues_here["linear1"]
    assert issue.text in spoken(state)


def arrow(hand: Hand, key: Qt.Key, keys: Qt.KeyboardModifier = ALT) -> set[str]:
    hand.key(key, keys)
    return hand.chosen


def test_the_keys_follow_the_wires_from_node_to_node(opened: Opener) -> None:
    hand = opened(CHAIN)
    assert arrow(hand, Qt.Key.Key_Right) == {"image"}
    assert arrow(hand, Qt.Key.Key_Right) == {"conv1"}
    assert arrow(hand, Qt.Key.Key_Right) == {"relu1"}
    assert arrow(hand, Qt.Key.Key_Left) == {"conv1"}
    assert arrow(hand, Qt.Key.Key_Right, ALT | SHIFT) == {"conv1", "relu1"}


def test_up_and_down_go_between_branches(opened: Opener) -> None:
    hand = opened("resnet18")
    hand.window.session.enter("down2")
    boxes = hand.canvas.scene.boxes
    hand.window.session.choose_nodes(max(boxes, key=lambda node: boxes[node].y))
    (before,) = hand.chosen
    (above,) = arrow(hand, Qt.Key.Key_Up)
    assert boxes[above].y < boxes[before].y


def test_a_network_is_grouped_entered_and_left_without_a_mouse(opened: Opener) -> None:
    hand = opened(CHAIN)
    for _ in range(2):
        hand.key(Qt.Key.Key_Right, ALT)
    hand.key(Qt.Key.Key_Right, ALT | SHIFT)
    hand.key(Qt.Key.Key_G, CONTROL)
    hand.type("Stem")
    hand.key(Qt.Key.Key_Return)
    hand.key(Qt.Key.Key_Return)
    assert hand.window.session.state.where == "Stem"
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Escape)
    assert hand.window.session.state.where == "model"


def test_the_menu_of_the_selection_opens_with_the_keys(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    hand.key(Qt.Key.Key_F10, SHIFT)
    shown = QApplication.activePopupWidget()
    assert isinstance(shown, QMenu)
    assert any(action.text().startswith("Group into a block") for action in shown.actions())
    assert hand.chosen == {"conv1"}
    shown.close()
