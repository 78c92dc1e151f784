"""The recipe's form, worked by hand: fields, the curve, losses, first weights."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

import dlstudio as dl
from dlstudio.core.frozen import Frozen, freeze
from tests.ui.hand import CONTROL, labels
from tests.ui.setup.conftest import Looker, digits

CHAIN = "input 1x28x28 > conv 6 5x5 > relu > conv 16 3x3 > flatten > fc 10"


def test_the_recipe_stands_in_front_of_the_inspector_while_training(looked: Looker) -> None:
    sight = looked("lenet5")
    assert sight.panel.isVisible()
    assert sight.window.panels["inspector"].visibleRegion().isEmpty()
    assert sight.page.box.combo.currentText() == "Supervised"


def test_coming_into_sight_the_panel_leaves_the_keys_where_they_are(looked: Looker) -> None:
    sight = looked("lenet5")
    assert QApplication.activeWindow() is sight.window
    assert sight.window.canvas.hasFocus()


def test_another_recipe_is_one_step_and_shows_its_own_fields(looked: Looker) -> None:
    sight = looked("lenet5")
    sight.choose(sight.page.box.combo, "Autoencoder")
    assert sight.training["kind"] == "Autoencoder"
    assert sight.training["epochs"] == 10
    assert sight.steps() == ["Train by Autoencoder"]
    assert sight.row("Autoencoder", "corrupt").isVisible()
    sight.window.do("undo")
    assert sight.page.box.combo.currentText() == "Supervised"
    assert "Autoencoder" not in sight.page.sections


def test_a_recipe_says_which_networks_it_lacks(looked: Looker) -> None:
    sight = looked("lenet5")
    box = sight.page.box
    tip = box.combo.itemData(box.combo.findData("Gan"), Qt.ItemDataRole.ToolTipRole)
    assert tip.endswith("It needs networks named generator and critic.")
    sight.choose(box.combo, "Gan")
    assert "It needs networks named generator and critic." in labels(box.findChildren(QLabel))
    assert not sight.page.losses.isVisible()


def test_what_the_training_has_against_a_recipe_is_asked_in_the_background(looked: Looker, qtbot: Any) -> None:
    sight = looked("lenet5", kind="Autoencoder")
    sight.judge(qtbot)
    assert any(
        text.startswith("An autoencoder gives out what goes in") for text in labels(sight.page.box.findChildren(QLabel))
    )
    assert sight.page.curve.course.steps == 10 * 250


def test_typing_a_setting_is_one_step_that_the_bar_shows_too(looked: Looker) -> None:
    sight = looked("lenet5")
    row = sight.row("How long", "epochs")
    sight.type(row.editor.line, "25", enter=False)
    assert sight.training["epochs"] == 25
    assert sight.steps() == ["Set epochs"]
    assert sight.window.run_bar.epochs.value() == 25
    sight.hand.key(Qt.Key.Key_Backspace, CONTROL, row.editor.line)
    assert "epochs" not in sight.training
    assert row.editor.line.text() == "10"


def test_what_a_setting_may_not_hold_is_told_and_changes_nothing(looked: Looker) -> None:
    sight = looked("lenet5")
    row = sight.row("Batches", "batch_size")
    sight.type(row.editor.line, "0", enter=False)
    assert sight.training["batch_size"] == 16
    assert row.note.text() == "The batch size must be from 1 to 16,777,216, not 0."
    assert row.unit.text() == "samples"
    sight.hand.key(Qt.Key.Key_Escape, widget=row.editor.line)
    assert row.editor.line.text() == "16"


def test_settings_that_are_unsound_in_the_file_keep_the_training_from_starting(looked: Looker) -> None:
    sight = looked("lenet5", optimizer={"kind": "Adm"}, learning_rat=3)
    assert sight.page.sections["Optimizer"].told.text() == "There is no optimizer “Adm”. Did you mean Adam?"
    assert sight.page.strange.text() == "Supervised has no setting “learning_rat”."
    assert not sight.page.curve.isVisible()
    train = sight.window.run_bar.train
    assert not train.isEnabled()
    assert "There is no optimizer “Adm”." in train.toolTip()


def test_the_curve_follows_the_schedule_and_reads_the_rate_at_a_step(looked: Looker, qtbot: Any) -> None:
    sight = looked("lenet5")
    sight.judge(qtbot)
    curve, schedule = sight.page.curve, sight.row("Learning rate over time", "schedule").editor
    sight.choose(schedule.combo, "OneCycle")
    assert sight.training["schedule"] == {"kind": "OneCycle"}
    assert curve.accessibleDescription() == "from 0.00012 to 1.2e-08, at most 0.003, over 2,500 steps · 10 epochs"
    sight.see(curve)
    QTest.mouseMove(curve, QPoint(curve.width() - 4, 60))
    assert curve.told == "step 2,500 · epoch 10.0 · 1.2e-08"
    curve.setFocus()
    curve._read(None)
    sight.hand.key(Qt.Key.Key_Right, widget=curve)
    assert curve.told == "step 1 · epoch 0.0 · 0.00012"
    sight.hand.key(Qt.Key.Key_Right, widget=curve)
    assert curve.told.startswith("step 51 · epoch 0.2 · ")


def test_a_loss_says_what_it_becomes_and_is_changed_in_the_output(looked: Looker, qtbot: Any) -> None:
    sight = looked(digits())
    sight.judge(qtbot)
    form = sight.page.losses.outputs["digit"]
    assert form.told.text() == "Cross entropy with “digit”, one of 10 classes."
    sight.choose(form.form.rows["loss"].editor.combo, "NegativeLogLikelihood")
    sight.type(form.form.rows["weight"].editor.line, "2")
    fields = sight.session.state.project.networks["model"].nodes["digit"].fields
    assert fields["loss"] == {"kind": "NegativeLogLikelihood"}
    assert fields["weight"] == 2.0
    assert sight.steps()[:2] == ["Set digit weight", "Set digit loss"]
    qtbot.waitUntil(lambda: form.told.text().startswith("Negative log likelihood"), timeout=10_000)
    sight.press(form.title)
    assert sight.session.state.choice.nodes == {"digit"}


def test_the_target_is_one_of_the_columns(looked: Looker, qtbot: Any) -> None:
    sight = looked("localiser")
    sight.judge(qtbot)
    form = sight.page.losses.outputs["kind"]
    editor = form.form.rows["target"].editor
    words = [editor.combo.itemText(i) for i in range(editor.combo.count())]
    assert words == ["auto", "image", "kind", "box"]
    sight.choose(editor.combo, "box")
    assert sight.session.state.project.networks["model"].nodes["kind"].fields["target"] == "box"


def test_a_recipe_that_compares_otherwise_has_no_losses(looked: Looker) -> None:
    sight = looked("perceptron")
    assert not sight.page.losses.isVisible()
    assert not sight.page.sections["Optimizer"].isVisible()
    assert not sight.page.curve.isVisible()
    assert sight.row("Perceptron rule", "rate").isVisible()


def test_first_weights_of_all_layers_and_of_one_kind(looked: Looker) -> None:
    sight = looked(CHAIN)
    starts = sight.page.starts
    sight.open(starts)
    rows = starts.form.rows
    assert list(rows) == ["all layers", "Conv2d", "Linear"]
    sight.choose(rows["all layers"].editor.combo, "KaimingNormal")

    def begins(node: str) -> Any:
        return sight.session.state.network.nodes[node].fields.get("weight_init", Frozen()).get("kind", "")

    assert {begins(node) for node in ("conv1", "conv2", "linear1")} == {"KaimingNormal"}
    sight.choose(rows["Linear"].editor.combo, "XavierUniform")
    assert [begins(node) for node in ("conv1", "conv2", "linear1")] == ["KaimingNormal"] * 2 + ["XavierUniform"]
    assert rows["all layers"].editor.combo.placeholderText() == "mixed"
    sight.window.do("undo")
    assert begins("linear1") == "KaimingNormal"
    sight.window.do("undo")
    assert begins("conv1") == ""


def test_first_weights_that_do_not_fit_a_layer_leave_it_as_it_is(looked: Looker) -> None:
    from dlstudio.ui.panels.setup.starts_section import ALL, begun

    project = begun(dl.line(CHAIN), ALL, freeze({"kind": "Dirac"}))
    nodes = project.networks["model"].nodes
    assert nodes["conv1"].fields["weight_init"] == {"kind": "Dirac"}
    assert "weight_init" not in nodes["linear1"].fields


def test_a_closed_heading_says_how_much_of_it_is_set_and_opens_by_its_head(looked: Looker) -> None:
    sight = looked("lenet5", precision="tf32", threads=2)
    section = sight.page.sections["Computing"]
    assert section.head.text() == "Computing · 2 set"
    assert section.form is None
    sight.open(section)
    assert sight.row("Computing", "precision").editor.combo.currentData() == "tf32"


def test_a_project_that_says_nothing_of_training_has_the_whole_form(looked: Looker) -> None:
    sight = looked(CHAIN)
    section = sight.page.sections["Fine tuning"]
    sight.open(section)
    sight.type(sight.row("Fine tuning", "frozen").editor.line, "conv1, conv2")
    assert sight.training == {"frozen": ("conv1", "conv2")}
    assert section.head.text() == "Fine tuning · 1 set"


def test_letters_typed_here_do_nothing_on_the_canvas(looked: Looker) -> None:
    sight = looked(CHAIN)
    sight.hand.click("conv1")
    sight.page.sections["How long"].form.rows["epochs"].editor.line.setFocus()
    sight.hand.key(Qt.Key.Key_Delete)
    sight.hand.type("m")
    assert "conv1" in sight.session.state.network.nodes
    assert not sight.session.state.network.nodes["conv1"].muted


def test_other_colours_keep_what_is_shown(looked: Looker) -> None:
    sight = looked("lenet5")
    sight.window.set_theme("light", keep=False)
    assert sight.row("How long", "epochs").editor.line.text() == "10"
    assert sight.page.curve.theme.name == "light"
    sight.type(sight.row("How long", "epochs").editor.line, "11")
    assert sight.training["epochs"] == 11
