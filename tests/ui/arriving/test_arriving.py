"""Models and weights of other programs, dropped on the window: read, asked for, told of, saved."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from safetensors.torch import load_file, save_file

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving import arrive
from dlstudio.exchange.arriving.arrived import Arrived
from dlstudio.exchange.arriving.limits import Limits
from dlstudio.exchange.arriving.report import Report
from dlstudio.ui.app import desk
from dlstudio.ui.arriving.dialog import ArrivingDialog
from dlstudio.ui.arriving.report import ModelReport
from dlstudio.ui.arriving.script import classes
from dlstudio.ui.arriving.way import Place, find
from dlstudio.ui.arriving.weights import WeightsDialog
from dlstudio.ui.files import dialogs
from tests.ui.arriving.conftest import LOADING, NET, drop, over, settled
from tests.ui.conftest import Opener
from tests.ui.exporting.conftest import texts
from tests.ui.hand import CONTROL, Hand

SCRIPT = """
import torch
from torch import nn

class Part(nn.Module):
    pass

class Whole(nn.Module):
    pass
"""


def start(hand: Hand) -> Any:
    return hand.window.session.state.project.training.get("start", {})


def test_a_dropped_onnx_file_becomes_an_untitled_document_with_its_weights(
    opened: Opener, net: Path, qtbot: Any
) -> None:
    hand = opened()
    drop(hand, net)
    settled(hand, qtbot)
    state = hand.window.session.state
    kinds = sorted(node.kind for node in state.network.nodes.values())
    assert kinds == ["Input", "Linear", "Linear", "Output", "ReLU"]
    assert state.path is None
    assert hand.window.isWindowModified()
    assert hand.window.windowTitle().startswith("net")
    assert state.sheet.positions.keys() == state.network.nodes.keys()
    assert over(hand.window) is None
    assert hand.window.toasts.now is not None
    assert hand.window.toasts.now.text == "net.onnx is open: 5 nodes, and its weights."
    model = dl.build(state.project)
    assert dl.load_weights(model, start(hand)["from"]).whole


def test_saved_it_has_its_weights_beside_it_and_no_others_are_overwritten(
    opened: Opener, net: Path, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand, home = opened(), tmp_path / "home"
    home.mkdir()
    save_file({"mine": torch.ones(1)}, home / "net.safetensors")
    drop(hand, net)
    settled(hand, qtbot)
    kept = load_file(start(hand)["from"])
    monkeypatch.setattr(dialogs, "to_save", lambda *_: home / "net")
    hand.key(Qt.Key.Key_S, CONTROL)
    qtbot.waitUntil(lambda: not hand.window.isWindowModified(), timeout=LOADING)
    assert {each.name for each in home.iterdir()} == {"net.dls", "net.safetensors", "net-2.safetensors"}
    assert list(load_file(home / "net.safetensors")) == ["mine"]
    assert dl.load(home / "net.dls").training["start"]["from"] == "net-2.safetensors"
    assert start(hand)["from"] == "net-2.safetensors"
    moved = load_file(home / "net-2.safetensors")
    assert all(torch.equal(moved[name], tensor) for name, tensor in kept.items())


def test_what_nobody_knows_is_told_after_arrival_and_leads_to_its_node(opened: Opener, odd: Path, qtbot: Any) -> None:
    hand = opened()
    drop(hand, odd)
    settled(hand, qtbot)
    report = over(hand.window)
    assert isinstance(report, ModelReport)
    assert "Kept, but not known: these do not run" in texts(report)
    assert "Spectral" in texts(report)
    way = next(each for each in report.findChildren(QPushButton) if each.accessibleName().startswith("Go to"))
    hand.press(way)
    assert over(hand.window) is None
    assert [hand.window.session.state.network.nodes[node].kind for node in hand.chosen] == ["custom.ops.Spectral"]


def test_a_model_opens_beside_a_document_that_is_not_empty(opened: Opener, net: Path, qtbot: Any) -> None:
    hand = opened(NET)
    before = hand.window.session.state.project
    drop(hand, net)
    settled(hand, qtbot)
    assert hand.window.session.state.project is before
    assert len(desk().documents) == 2


def test_a_damaged_file_is_a_sentence_and_can_be_tried_again(
    opened: Opener, net: Path, tmp_path: Path, qtbot: Any
) -> None:
    hand, broken = opened(), tmp_path / "broken.onnx"
    broken.write_bytes(net.read_bytes()[:40])
    drop(hand, broken)
    settled(hand, qtbot)
    dialog = over(hand.window)
    assert isinstance(dialog, ArrivingDialog)
    assert dialog.asking.title.text() == "broken.onnx could not be opened"
    assert "broken.onnx" in dialog.asking.strip.accessibleName()
    assert "Traceback" not in texts(dialog)
    broken.write_bytes(net.read_bytes())
    hand.press(dialog.asking.go)
    settled(hand, qtbot)
    assert over(hand.window) is None
    assert "linear1" in hand.nodes


def test_python_runs_only_after_a_yes_and_with_what_was_said(
    opened: Opener, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []

    def arrives(path: Path, **said: Any) -> Arrived:
        asked.append(said)
        if said["inputs"] is None:
            raise ProjectProblem("Say the shape of one sample.")
        return Arrived(dl.line(NET), {}, Report(str(path)))

    monkeypatch.setattr(arrive, "arrive", arrives)
    hand, script = opened(), tmp_path / "whole.py"
    script.write_text(SCRIPT)
    drop(hand, script)
    dialog = over(hand.window)
    assert isinstance(dialog, ArrivingDialog)
    assert dialog.errand is None
    assert "nothing of it has run yet" in texts(dialog)
    assert [dialog.asking.classes.itemData(each) for each in range(3)] == ["", "Whole", "Part"]
    hand.key(Qt.Key.Key_Escape)
    settled(hand, qtbot)
    assert asked == []
    drop(hand, script)
    dialog = over(hand.window)
    assert isinstance(dialog, ArrivingDialog)
    hand.press(dialog.asking.go)
    settled(hand, qtbot)
    assert dialog.asking.strip.accessibleName() == "Say the shape of one sample."
    hand.type("4", dialog.asking.shape)
    dialog.asking.patience.setFocus()
    hand.key(Qt.Key.Key_Up, widget=dialog.asking.patience)
    hand.key(Qt.Key.Key_Return, widget=dialog.asking.shape)
    settled(hand, qtbot)
    assert over(hand.window) is None
    assert "linear2" in hand.nodes
    assert [each["limits"] for each in asked] == [Limits(), Limits(patience=7)]
    told = [(each["inputs"], each["name"], each["allow_code"]) for each in asked]
    assert told == [(None, "Whole", True), ("4", "Whole", True)]
    drop(hand, script)
    known = over(hand.window)
    assert known is not None
    assert "You allowed just this text before." in texts(known)
    hand.key(Qt.Key.Key_Escape)


def test_opening_can_be_called_off_and_changes_nothing(
    opened: Opener, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly(_path: Path, *, tell: Any, **_: Any) -> Arrived:
        begun.set()
        go_on.wait(60)
        tell("operators become layers", 0.5)
        raise AssertionError("it goes on after it was called off")

    monkeypatch.setattr(arrive, "arrive", slowly)
    (tmp_path / "net.onnx").touch()
    hand = opened()
    before = hand.window.session.state.project
    drop(hand, tmp_path / "net.onnx")
    qtbot.waitUntil(begun.is_set, timeout=LOADING)
    hand.key(Qt.Key.Key_Escape)
    go_on.set()
    settled(hand, qtbot)
    assert over(hand.window) is None
    assert hand.window.session.state.project is before
    assert hand.canvas.hasFocus()


def test_weights_dropped_on_a_graph_are_told_of_and_become_its_start_in_one_step(
    opened: Opener, tmp_path: Path, qtbot: Any
) -> None:
    other = dl.build(dl.line("input 4 > fc 3 > relu > fc 5"))
    save_file({**other.state_dict(), "old.bias": torch.ones(1)}, tmp_path / "old.safetensors")
    hand = opened("input 4 > fc 3 > relu > fc 2 > relu > fc 2")
    drop(hand, tmp_path / "old.safetensors")
    settled(hand, qtbot)
    dialog = over(hand.window)
    assert isinstance(dialog, WeightsDialog)
    assert dialog.page is not None
    assert dialog.page.title.text() == "2 of 6 weights come from old.safetensors"
    said = texts(dialog)
    assert "linear2.weight is 2×3 here and 5×3 there" in said
    assert "linear3.weight" in said
    assert "old.bias" in said
    before = hand.window.session.state.project
    hand.press(dialog.start)
    assert start(hand) == {"kind": "Weights", "from": str(tmp_path / "old.safetensors")}
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert hand.window.session.state.project is before


def test_weights_that_fit_nowhere_are_refused_in_a_sentence(opened: Opener, tmp_path: Path, qtbot: Any) -> None:
    torch.save({"other.weight": torch.ones(2)}, tmp_path / "other.pt")
    hand = opened(NET)
    before = hand.window.session.state.project
    drop(hand, tmp_path / "other.pt")
    settled(hand, qtbot)
    dialog = over(hand.window)
    assert isinstance(dialog, WeightsDialog)
    assert "No weight could be taken from other.pt." in texts(dialog)
    assert dialog.start.isHidden()
    hand.press(dialog.cancel)
    assert hand.window.session.state.project is before


def test_weights_under_other_names_are_matched_by_shape_where_that_is_chosen(
    opened: Opener, tmp_path: Path, qtbot: Any
) -> None:
    theirs = {f"other{name}": weight for name, weight in dl.build(dl.line(NET)).state_dict().items()}
    save_file(theirs, tmp_path / "other.safetensors")
    hand = opened(NET)
    before = hand.window.session.state.project
    drop(hand, tmp_path / "other.safetensors")
    settled(hand, qtbot)
    dialog = over(hand.window)
    assert isinstance(dialog, WeightsDialog)
    assert "No weight could be taken from other.safetensors." in texts(dialog)
    dialog.match.setFocus()
    hand.key(Qt.Key.Key_Down, widget=dialog.match)
    settled(hand, qtbot)
    assert dialog.page is not None
    assert dialog.page.title.text() == "4 of 4 weights come from other.safetensors"
    assert "linear1.weight is otherlinear1.weight there" in texts(dialog)
    assert hand.window.session.state.project is before
    hand.press(dialog.start)
    assert start(hand) == {"kind": "Weights", "from": str(tmp_path / "other.safetensors"), "by_shape": True}
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert hand.window.session.state.project is before


def test_the_dialog_stands_over_the_start_page(opened: Opener, tmp_path: Path, qtbot: Any) -> None:
    hand = opened()
    desk().start(hand.window)
    (tmp_path / "net.py").write_text(SCRIPT)
    drop(hand, tmp_path / "net.py")
    hand.window.resize(1300, 820)
    dialog = over(hand.window)
    assert isinstance(dialog, ArrivingDialog)
    qtbot.waitUntil(
        lambda: dialog.isAncestorOf(hand.window.childAt(hand.window.rect().center()) or hand.window), timeout=LOADING
    )
    hand.press(dialog.asking.cancel)


def test_the_way_to_a_node_leads_through_blocks() -> None:
    project = dl.template("resnet18")
    block = next(node for node in project.networks["model"].nodes.values() if node.kind == "Block")
    inner = str(block.fields["network"])
    node = next(iter(project.networks[inner].nodes))
    assert find(project, f"{block.id}/{node}") == Place(inner, node)
    assert find(project, f"{block.id}/gone") == Place("model", block.id)
    assert find(Project(), "gone") is None


def test_classes_are_found_without_running_anything() -> None:
    assert classes(SCRIPT) == ("Whole", "Part")
    assert classes("raise SystemExit") == ()
    assert classes("class :") == ()


def test_saved_elsewhere_the_weights_go_along(
    opened: Opener, net: Path, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = opened()
    drop(hand, net)
    settled(hand, qtbot)
    for home in ("one", "two"):
        (tmp_path / home).mkdir()
        monkeypatch.setattr(dialogs, "to_save", lambda *_, home=home: tmp_path / home / "net.dls")
        hand.window.do("save-as")
        qtbot.waitUntil(
            lambda home=home: (hand.window.session.state.path or Path()).parent.name == home, timeout=LOADING
        )
    assert {each.name for each in (tmp_path / "two").iterdir()} == {"net.dls", "net.safetensors"}
    assert not hand.window.isWindowModified()
    saved = dl.load(tmp_path / "two" / "net.dls")
    assert dl.load_weights(dl.build(saved), tmp_path / "two" / saved.training["start"]["from"]).whole


def test_several_files_come_one_after_the_other(opened: Opener, net: Path, odd: Path, qtbot: Any) -> None:
    hand = opened()
    drop(hand, odd, net)
    qtbot.waitUntil(lambda: isinstance(over(hand.window), ModelReport), timeout=LOADING)
    assert len(desk().documents) == 1
    hand.key(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(desk().documents) == 2, timeout=LOADING)
    settled(hand, qtbot)
    names = [document.session.state.project.name for document in desk().documents]
    assert names == ["odd", "net"]
