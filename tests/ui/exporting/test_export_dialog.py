"""The export dialog, worked by hand: what is chosen, written, proven, refused, called off."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

import dlstudio as dl
from dlstudio.catalog.formats import Onnx
from dlstudio.core.document import Point
from dlstudio.core.edits import move, put
from dlstudio.exchange.safetensors_file import SafetensorsWriter
from dlstudio.runs.entry import entries
from dlstudio.runs.folder import RunFolder
from dlstudio.ui.errand import under_way
from dlstudio.ui.exporting import card, choosing
from dlstudio.ui.exporting.proof import Proof
from dlstudio.ui.files.question import Question
from dlstudio.ui.mishap import journal
from tests.ui.conftest import Opener
from tests.ui.exporting.conftest import LOADING, choose, dialog, is_open, texts, written
from tests.ui.hand import CONTROL, SHIFT, Hand

NET = "input 4 > fc 3 > relu > fc 2"


def files(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


def test_the_best_weights_of_the_run_are_written_and_the_proof_is_read(
    hand: Hand, trained: Path, tmp_path: Path, qtbot: Any
) -> None:
    hand.key(Qt.Key.Key_E, CONTROL)
    found = dialog(hand, qtbot, "")
    subject = found.choosing.subject
    assert subject.list.currentText().startswith("xor-network-1 · ")
    assert subject.buttons[True].isChecked()
    assert subject.said.text() == "Those that validated best, of step 1."
    choose(hand, found, "Safetensors", tmp_path / "xor.safetensors")
    page = written(hand, found, qtbot)
    assert page.title.text() == "xor.safetensors answers as the model does"
    said = json.loads((tmp_path / "xor.safetensors.certificate.json").read_text())
    assert said["passed"] is True
    assert "the best weights of the run xor-network-1" in said["weights"]
    assert f"{said['outputs'][0]['absolute']:.1e}" in texts(page)
    assert "in batches of 1, 2, 7" in texts(page)
    hand.press(page.copy)
    assert QGuiApplication.clipboard().text() == str(tmp_path / "xor.safetensors")
    hand.press(page.close_)
    assert not is_open(hand)
    assert hand.canvas.hasFocus()


def test_the_last_weights_and_fresh_ones_are_told_apart(hand: Hand, tmp_path: Path, qtbot: Any) -> None:
    found = dialog(hand, qtbot)
    subject = found.choosing.subject
    hand.press(subject.buttons[False])
    assert subject.said.text() == "Those that it ended with, of step 4."
    choose(hand, found, "Safetensors", tmp_path / "last.safetensors")
    written(hand, found, qtbot)
    assert "the last weights" in (tmp_path / "last.safetensors.certificate.txt").read_text()
    page = found.pages.currentWidget()
    assert isinstance(page, Proof)
    hand.press(page.back)
    hand.key(Qt.Key.Key_End, widget=subject.list)
    subject.list.activated.emit(subject.list.currentIndex())
    assert subject.list.currentText() == "This project, with fresh weights"
    assert "never trained" in subject.said.text()
    assert not subject.weights.isVisible()


def test_the_options_that_were_typed_are_those_of_the_file(opened: Opener, tmp_path: Path, qtbot: Any) -> None:
    hand = opened(NET)
    found = dialog(hand, qtbot)
    choose(hand, found, "Onnx", tmp_path / "net.onnx")
    form = found.choosing.options.form
    assert form is not None
    field = form.rows["opset"].editor.focusProxy()
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    hand.type("90", field)
    assert not found.choosing.export.isEnabled()
    field.selectAll()
    hand.type("18", field)
    written(hand, found, qtbot)
    model = onnx.load(tmp_path / "net.onnx")
    assert [each.version for each in model.opset_import if not each.domain] == [18]


def test_one_that_is_called_off_while_it_is_proven_leaves_no_file(
    hand: Hand, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go_on = threading.Event(), threading.Event()
    prove = SafetensorsWriter.prove

    def slowly(*given: Any) -> Any:
        asked.set()
        go_on.wait(60)
        return prove(*given)

    monkeypatch.setattr(SafetensorsWriter, "prove", slowly)
    found = dialog(hand, qtbot)
    choose(hand, found, "Safetensors", tmp_path / "xor.safetensors")
    hand.press(found.choosing.export)
    qtbot.waitUntil(asked.is_set, timeout=LOADING)
    qtbot.waitUntil(lambda: "asked in a process" in texts(found.running), timeout=LOADING)
    assert found.running.bar.value() == 600
    hand.press(found.running.cancel)
    assert "Stopping" in texts(found.running)
    go_on.set()
    qtbot.waitUntil(lambda: found.errand is None, timeout=LOADING)
    assert found.pages.currentWidget() is found.choosing
    assert found.choosing.strip.isHidden()
    assert files(tmp_path) <= {"settings"}


def test_an_error_is_one_sentence_in_the_dialog_and_is_written_down(
    hand: Hand, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise KeyError("weights\nof nobody")

    monkeypatch.setattr(SafetensorsWriter, "write", broken)
    found = dialog(hand, qtbot)
    choose(hand, found, "Safetensors", tmp_path / "xor.safetensors")
    hand.press(found.choosing.export)
    qtbot.waitUntil(lambda: found.errand is None, timeout=LOADING)
    assert found.pages.currentWidget() is found.choosing
    said = found.choosing.strip.accessibleName()
    assert said.startswith("It failed through a mistake of the program (KeyError: ")
    assert "\n" not in said
    assert "Traceback" in journal().read_text()
    assert files(tmp_path) <= {"settings"}


def test_a_refusal_names_the_node_and_leads_to_it(opened: Opener, tmp_path: Path, qtbot: Any) -> None:
    hand = opened("input 4 > fc 8 > sigmoid > bernoullisample > fc 3")
    found = dialog(hand, qtbot)
    choose(hand, found, "Onnx", tmp_path / "coin.onnx")
    hand.press(found.choosing.export)
    qtbot.waitUntil(lambda: found.errand is None, timeout=LOADING)
    assert "draws at random" in found.choosing.strip.text.text()
    [way] = [each for each in found.choosing.strip.findChildren(QPushButton) if each.isVisible()]
    node = way.text().removeprefix("Go to ")
    assert hand.window.session.state.network.nodes[node].kind == "BernoulliSample"
    hand.press(way)
    assert not is_open(hand)
    assert hand.chosen == {node}
    assert files(tmp_path) <= {"settings"}


def test_what_is_wrong_with_the_network_is_said_before_anything_is_begun(opened: Opener, qtbot: Any) -> None:
    hand = opened("input 3x8x8 > conv 4 3x3 > fc 2")
    wrong = put(hand.window.session.state.project, "model", "conv1", kernel_size=(15, 15))
    hand.window.session.do("Too large", lambda _: wrong)
    found = dialog(hand, qtbot)
    assert not found.choosing.export.isEnabled()
    assert found.choosing.strip.text.text().startswith("model/conv1: ")
    hand.press(found.choosing.strip.findChildren(QPushButton)[-1])
    assert hand.chosen == {"conv1"}


def test_a_format_without_its_packages_says_the_command_that_installs_them(
    opened: Opener, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (card, choosing):
        monkeypatch.setattr(module, "lacking", lambda form: ("onnx", "onnxruntime") if form is Onnx else ())
    hand = opened(NET)
    found = dialog(hand, qtbot)
    hand.press(found.choosing.cards.cards["Onnx"])
    assert found.choosing.cards.cards["Onnx"].lack.text() == "needs onnx, onnxruntime"
    assert "needs the packages onnx and onnxruntime" in found.choosing.strip.text.text()
    assert not found.choosing.export.isEnabled()
    hand.press(found.choosing.strip.findChildren(QPushButton)[-1])
    assert QGuiApplication.clipboard().text() == "pip install 'dlstudio[export]'"
    hand.press(found.choosing.cards.cards["Pt2"])
    assert found.choosing.strip.isHidden()
    assert found.choosing.export.isEnabled()


def test_a_file_that_answers_otherwise_turns_the_first_such_node_red_until_the_next_edit(
    opened: Opener, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Onnx, "tolerance", property(lambda _: -1.0))
    hand = opened(NET)
    found = dialog(hand, qtbot)
    choose(hand, found, "Onnx", tmp_path / "net.onnx")
    page = written(hand, found, qtbot)
    assert page.title.text() == "net.onnx does not answer as the model does"
    assert not (tmp_path / "net.onnx").exists()
    said = json.loads((tmp_path / "net.onnx.failed" / "net.onnx.certificate.json").read_text())
    [first] = said["first diverging node"]
    [way] = [each for each in page.findChildren(QPushButton) if each.text().startswith("Go to")]
    assert way.text() == f"Go to {first}, the first node that differs"
    hand.press(way)
    session = hand.window.session
    assert hand.chosen == {first}
    assert hand.canvas.scene.cards[first].severity == "error"
    session.do("Move", lambda project: move(project, "model", {first: Point(40, 400)}))
    assert [issue.node for issue in session.state.issues_here[first]] == [first]
    session.do("Widen", lambda project: put(project, "model", "linear1", out_features=5))
    assert first not in session.state.issues_here
    assert not session.state.diverging


def test_the_marks_can_be_dismissed_and_hinder_no_training(hand: Hand) -> None:
    from dlstudio.core.issue import Issue
    from dlstudio.ui.runner import hindrance

    node = next(iter(hand.nodes))
    session = hand.window.session
    session.diverges((Issue("error", "diverging-export", "It answers otherwise.", "model", node),))
    assert hindrance(session.state) == ""
    hand.window.do("dismiss-marks")
    assert not session.state.issues_here


def test_what_a_training_has_kept_is_exported_while_it_goes_on(opened: Opener, tmp_path: Path, qtbot: Any) -> None:
    project = dl.template("xor")
    project = replace(project, training=project.training.put("epochs", 1_000_000))
    hand = opened(project, path=tmp_path / "xor.dls")
    hand.key(Qt.Key.Key_F5)
    kept = RunFolder(tmp_path / "runs" / "xor-network-1").checkpoints
    qtbot.waitUntil(lambda: bool(entries(kept)), timeout=LOADING)
    found = dialog(hand, qtbot)
    assert found.choosing.subject.list.currentText().startswith("xor-network-1 · running")
    assert "kept" in found.choosing.subject.said.text() or "so far" in found.choosing.subject.said.text()
    assert "another process" in found.choosing.strip.text.text()
    choose(hand, found, "Safetensors", tmp_path / "xor.safetensors")
    page = written(hand, found, qtbot)
    assert page.title.text() == "xor.safetensors answers as the model does"
    said = json.loads((tmp_path / "xor.safetensors.certificate.json").read_text())
    assert re.search(r"weights of the run xor-network-1, of step \d", said["weights"])
    assert hand.window.session.state.phase == "training"
    hand.press(page.close_)
    hand.key(Qt.Key.Key_F5, SHIFT)
    qtbot.waitUntil(lambda: not hand.window.session.state.phase, timeout=LOADING)


def test_closing_the_window_asks_first_and_stops_what_is_under_way(
    opened: Opener, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def wait(*_: Any) -> Any:
        asked.set()
        go_on.wait(60)
        raise OSError(28, "No space left on device", str(tmp_path / "net.safetensors"))

    monkeypatch.setattr(SafetensorsWriter, "write", wait)
    hand = opened(dl.line(NET))
    found = dialog(hand, qtbot)
    choose(hand, found, "Safetensors", tmp_path / "net.safetensors")
    hand.press(found.choosing.export)
    qtbot.waitUntil(asked.is_set, timeout=LOADING)
    hand.window.close()
    assert hand.window.isVisible()
    [question] = hand.window.findChildren(Question)
    gone: list[bool] = []
    hand.window.destroyed.connect(lambda: gone.append(True))
    hand.press(question.buttons[0])
    assert under_way(hand.window) is not None
    go_on.set()
    qtbot.waitUntil(lambda: bool(gone), timeout=LOADING)
    assert files(tmp_path) <= {"settings"}


def test_a_full_disk_is_a_sentence(hand: Hand, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> Any:
        raise OSError(28, "No space left on device", "xor.safetensors")

    monkeypatch.setattr(SafetensorsWriter, "write", full)
    found = dialog(hand, qtbot)
    choose(hand, found, "Safetensors", tmp_path / "xor.safetensors")
    hand.key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: found.errand is None, timeout=LOADING)
    assert found.choosing.strip.text.text() == "xor.safetensors: No space left on device."


def test_a_place_that_cannot_be_written_is_said_at_once(hand: Hand, tmp_path: Path, qtbot: Any) -> None:
    found = dialog(hand, qtbot)
    target = found.choosing.target
    choose(hand, found, "Onnx", tmp_path / "nowhere" / "a.onnx")
    assert target.said.text() == f"There is no folder {tmp_path / 'nowhere'}."
    assert not found.choosing.export.isEnabled()
    choose(hand, found, "Onnx", tmp_path / "a.png")
    assert target.said.text() == "A file of ONNX ends in .onnx."
    (tmp_path / "a.onnx").touch()
    choose(hand, found, "Onnx", tmp_path / "a.onnx")
    assert target.said.text() == "a.onnx is there already and will be replaced."
    assert found.choosing.export.isEnabled()
    hand.press(found.choosing.cards.cards["Pt2"])
    assert target.line.text() == str(tmp_path / "a.pt2")


def test_the_keys_stay_in_the_dialog_and_escape_gives_them_back(hand: Hand, qtbot: Any) -> None:
    found = dialog(hand, qtbot)
    seen = set()
    for _ in range(30):
        hand.key(Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        assert found.isAncestorOf(focus)
        seen.add(focus)
    assert {
        found.choosing.export,
        found.choosing.cancel,
        found.choosing.target.line,
        found.choosing.subject.list,
    } <= seen
    hand.key(Qt.Key.Key_Tab, SHIFT)
    hand.key(Qt.Key.Key_Z, CONTROL)
    hand.key(Qt.Key.Key_Escape)
    assert not is_open(hand)
    assert hand.canvas.hasFocus()


def test_the_button_of_the_runs_panel_offers_the_run_that_is_chosen(hand: Hand, trained: Path, qtbot: Any) -> None:
    from dlstudio.ui.panels.runs.panel import Runs

    hand.window.arrange("Runs")
    panel = hand.window.panels["runs"]
    assert isinstance(panel, Runs)
    qtbot.waitUntil(lambda: len(panel.rows.all) == 1, timeout=LOADING)
    panel.choose(panel.rows.all[0].path)
    hand.press(panel.bar.buttons["run-export"])
    found = dialog(hand, qtbot, "")
    assert found.choosing.subject.offer.run == (trained / "runs" / "xor-network-1").absolute()
    hand.key(Qt.Key.Key_Escape)


def test_a_training_that_is_finished_offers_the_export_of_what_it_learnt(
    opened: Opener, tmp_path: Path, qtbot: Any
) -> None:
    project = dl.template("xor")
    project = replace(project, training=project.training.put("epochs", 1))
    hand = opened(project, path=tmp_path / "xor.dls")
    hand.key(Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: not hand.window.session.state.phase, timeout=LOADING)
    toasts = hand.window.toasts
    assert toasts.now is not None
    assert toasts.now.button == "Export"
    hand.press(toasts.button)
    found = dialog(hand, qtbot, "")
    assert found.choosing.subject.offer.run == (tmp_path / "runs" / "xor-network-1")
    hand.key(Qt.Key.Key_Escape)


def test_a_report_is_written_and_does_not_claim_a_proof(hand: Hand, tmp_path: Path, qtbot: Any) -> None:
    found = dialog(hand, qtbot)
    choose(hand, found, "Report", tmp_path / "xor.html")
    page = written(hand, found, qtbot)
    assert page.title.text() == "xor.html is written"
    assert page.open.isVisible()
    assert (tmp_path / "xor.html").read_text().startswith("<!")
