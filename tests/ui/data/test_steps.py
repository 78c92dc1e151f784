"""Samples on their way to the network: split, normalized, changed by chance, led to inputs and targets."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QPushButton

import dlstudio as dl
from dlstudio.core import edits
from dlstudio.core.document import MODEL, Node, Project, Wire
from dlstudio.core.frozen import freeze
from dlstudio.data.prepare import prepare
from dlstudio.data.sampling import KINDS
from dlstudio.ui.panels.data.draw_section import FIELDS
from dlstudio.ui.panels.data.panel import Data
from tests.ui.conftest import Opener
from tests.ui.data.looking import look, pick, project, pull, said, tab, undo_label, wait
from tests.ui.hand import ALT, Hand, labels


def add(hand: Hand, panel: Data, entry: str, title: str) -> None:
    """Adds a step from the menu of its section, by keys."""
    section = panel.transforms if entry == "transforms" else panel.augment
    hand.press(section.add)
    assert section.menu is not None
    action = next(each for each in section.menu.findChildren(QAction) if each.text() == title)
    action.trigger()
    section.menu.close()
    wait(panel)


def kinds(hand: Hand, entry: str) -> list[str]:
    return [step["kind"] for step in said(hand).get(entry, ())]


def test_steps_are_added_moved_and_removed_each_in_one_step(opened: Opener) -> None:
    hand, panel = look(opened, project(kind="Wine"))
    for title in ("Standardize", "Arctan", "Scale"):
        add(hand, panel, "transforms", title)
    assert kinds(hand, "transforms") == ["Standardize", "Arctan", "Scale"]
    assert undo_label(hand) == "Add Scale"
    hand.key(Qt.Key.Key_Up, ALT)
    assert kinds(hand, "transforms") == ["Standardize", "Scale", "Arctan"]
    hand.press(panel.transforms.cards[0].down)
    assert kinds(hand, "transforms") == ["Scale", "Standardize", "Arctan"]
    panel.transforms.cards[1].head.setFocus()
    hand.key(Qt.Key.Key_Delete)
    assert kinds(hand, "transforms") == ["Scale", "Arctan"]
    for _ in range(3):
        hand.window.do("undo")
    assert kinds(hand, "transforms") == ["Standardize", "Arctan", "Scale"]
    wait(panel)


def test_a_step_is_dragged_by_its_grip(opened: Opener) -> None:
    hand, panel = look(opened, project(kind="Wine"))
    for title in ("Standardize", "Arctan", "Scale"):
        add(hand, panel, "transforms", title)
    for card in panel.transforms.cards:
        card.head.setChecked(False)
    wait(panel)
    first, last = panel.transforms.cards[0].grip, panel.transforms.cards[2].grip
    pull(first, last.mapTo(panel, last.rect().bottomLeft()).y() - first.mapTo(panel, first.rect().center()).y())
    assert kinds(hand, "transforms") == ["Arctan", "Scale", "Standardize"]
    assert undo_label(hand) == "Move Standardize"
    wait(panel)


def test_statistics_are_those_of_the_training_part_before_and_after(opened: Opener) -> None:
    hand, panel = look(opened, project(kind="Wine"))
    add(hand, panel, "transforms", "Standardize")
    tab(hand, panel, "Statistics")
    prepared = prepare(project(kind="Wine"))
    train = prepared.train.dataset.take(prepared.train.indices)["features"]
    lines = panel.seen.overview.table.lines.cells
    alcohol = next(i for i, line in enumerate(lines) if line[0].strip() == "alcohol")
    assert float(lines[alcohol][3]) == pytest.approx(float(train[:, 0].mean()), rel=1e-3)
    assert float(lines[alcohol + 1][4]) == pytest.approx(1.0, abs=1e-3)
    counts = panel.seen.overview.facts.balance["cultivar"]
    assert sum(map(sum, (each.values() for each in counts.values()))) == 178


def test_before_and_after_show_the_same_samples_and_roll_only_the_augmented(opened: Opener) -> None:
    hand, panel = look(opened, project(kind="Digits"))
    add(hand, panel, "transforms", "Standardize")
    add(hand, panel, "augment", "Shift")
    tab(hand, panel, "Before and after")
    stages = panel.seen.changed.stages.stages
    assert [stage.title for stage in stages] == ["As read", "Normalized", "Augmented"]
    assert len({tuple(tile.index for tile in stage.tiles) for stage in stages}) == 1
    hand.press(panel.seen.changed.again)
    wait(panel)
    again = panel.seen.changed.stages.stages
    for old, new in zip(stages[:2], again[:2], strict=True):
        assert [tile.picture for tile in old.tiles] == [tile.picture for tile in new.tiles]
    assert [tile.picture for tile in stages[2].tiles] != [tile.picture for tile in again[2].tiles]


def test_a_step_that_cannot_work_says_why_at_its_place_and_the_others_work_on(opened: Opener) -> None:
    hand, panel = look(opened, project(kind="Digits"))
    add(hand, panel, "augment", "Signal noise")
    add(hand, panel, "augment", "Shift")
    first, second = panel.augment.cards
    assert "Signal noise works on" in first.told.text()
    assert not second.told.text()
    tab(hand, panel, "Before and after")
    assert len(panel.seen.changed.stages.stages[-1].tiles) == 8


def test_the_shares_of_the_split_are_those_that_train(opened: Opener) -> None:
    hand, panel = look(opened, project(kind="Iris"))
    form = panel.split.fields.form
    assert form is not None
    line = form.rows["train"].editor.line  # type: ignore[attr-defined]
    line.setFocus()
    line.selectAll()
    hand.type("0.5")
    hand.key(Qt.Key.Key_Return)
    wait(panel)
    state = hand.window.session.state
    prepared = prepare(state.project)
    assert panel.split.bar.parts == {name: len(part) for name, part in prepared.parts.items()}
    assert panel.split.bar.lines()[0] == f"training {len(prepared.train)} · 71.3 %"
    line.selectAll()
    hand.type("0")
    hand.key(Qt.Key.Key_Return)
    wait(panel)
    assert panel.split.told.text() == "The split Fractions: The training share is 0, so there is nothing to learn from."


def test_another_kind_of_split_is_chosen(opened: Opener) -> None:
    hand, panel = look(opened, project(kind="Iris"))
    pick(hand, panel.split.kind, "K-fold")
    wait(panel)
    assert said(hand)["split"] == {"kind": "KFold"}
    assert panel.split.bar.parts == {"train": 120, "validation": 30, "test": 0}


def test_an_input_that_does_not_fit_its_column_says_so_and_is_mended(opened: Opener) -> None:
    hand, panel = look(opened, project("input 7 > fc 3", kind="Iris"))
    row = panel.wires.rows[0]
    assert "takes 7, but the column features holds 4" in row.told.text()
    hand.press(next(b for b in row.findChildren(QPushButton) if b.text() == f"Give {row.fit.node} the shape 4"))
    wait(panel)
    assert hand.window.session.state.network.nodes[row.fit.node].fields["size"] == (4,)
    assert not panel.wires.rows[0].told.text()


def test_a_network_without_an_input_is_offered_one(opened: Opener) -> None:
    hand, panel = look(opened, project(kind="Digits"))
    row = panel.wires.rows[0]
    hand.press(next(b for b in row.findChildren(QPushButton) if b.text() == "Add an Input of 1×8×8"))
    wait(panel)
    assert hand.window.session.state.network.nodes["image"].fields["size"] == (1, 8, 8)


def test_columns_are_led_to_inputs_and_outputs(opened: Opener) -> None:
    hand, panel = look(opened, project("input 3x32x32 > flatten > fc 4", kind="Shapes", task="box", count=40))
    into, out = panel.wires.rows
    assert (into.fit.column, out.fit.column) == ("image", "kind")
    pick(hand, out.combo, "box")
    wait(panel)
    assert hand.window.session.state.network.nodes["output"].fields["target"] == "box"
    assert panel.wires.rows[1].fit.column == "box"
    pick(hand, panel.wires.rows[0].combo, "image")
    wait(panel)
    assert said(hand)["inputs"] == {"image": "image"}


def test_how_samples_are_drawn_is_what_the_engine_knows() -> None:
    assert next(field for field in FIELDS if field.name == "sampling").marker.options == KINDS  # type: ignore[attr-defined]


def ends(panel: Data) -> list[tuple[str, str, str, str]]:
    """The network, name, column and note of each row."""
    return [(row.fit.network, row.fit.node, row.fit.column, row.note.text()) for row in panel.wires.rows]


def test_the_critic_gets_the_data_and_the_generator_noise_or_a_column(opened: Opener) -> None:
    hand, panel = look(opened, dl.template("gan"))
    assert ends(panel) == [
        ("critic", "point", "point", ""),
        ("critic", "score", "", "its score of each sample"),
        ("generator", "noise", "", ""),
    ]
    assert {"critic", "generator"} <= set(labels(panel.wires.findChildren(QLabel)))
    noise = panel.wires.rows[2]
    assert noise.combo.currentText() == "noise"
    pick(hand, noise.combo, "kind")
    wait(panel)
    project = hand.window.session.state.project
    assert set(project.networks["generator"].nodes) >= {"kind"}
    assert "noise" not in project.networks["generator"].nodes
    assert undo_label(hand) == "Give kind to point of the generator", "the keys go over the columns one by one"
    assert ends(panel)[2] == ("generator", "kind", "kind", "")
    pick(hand, panel.wires.rows[2].combo, "noise")
    wait(panel)
    assert ends(panel)[2] == ("generator", "noise", "", "")


def test_the_critic_takes_the_column_that_is_chosen(opened: Opener) -> None:
    hand, panel = look(opened, dl.template("gan"))
    pick(hand, panel.wires.rows[0].combo, "point")
    wait(panel)
    assert said(hand)["inputs"] == {"point": "point"}


def test_an_autoencoder_is_compared_with_what_goes_in_and_its_price_with_nothing(opened: Opener) -> None:
    _, panel = look(opened, dl.template("sparse_autoencoder"))
    assert ends(panel) == [
        ("model", "image", "image", ""),
        ("model", "drawn", "image", ""),
        ("model", "sparse", "", "a price of its own"),
    ]
    assert not panel.wires.rows[2].combo.isVisible()


def test_both_inputs_of_a_siamese_network_have_their_columns(opened: Opener) -> None:
    few = freeze({"source": {"kind": "DigitPairs", "count": 200}})
    hand, panel = look(opened, replace(dl.template("siamese"), data=few))
    assert ends(panel) == [("model", "a", "a", ""), ("model", "b", "b", ""), ("model", "answer", "same", "")]
    pick(hand, panel.wires.rows[0].combo, "b")
    wait(panel)
    assert ends(panel)[0] == ("model", "a", "b", "")


def test_states_of_a_language_model_are_no_columns(opened: Opener) -> None:
    _, panel = look(opened, stateful())
    assert ends(panel) == [
        ("model", "letters", "text", ""),
        ("model", "start", "", "a state, carried on"),
        ("model", "after", "", "the state after it"),
        ("model", "next_letter", "next", ""),
    ]
    assert not any(row.told.isVisible() for row in panel.wires.rows)


def stateful() -> Project:
    """A recurrent network whose state goes in and out."""
    project = dl.template("char_rnn")
    project = edits.add(project, MODEL, Node("start", "Input", freeze({"size": (8,)})))
    project = edits.add(project, MODEL, Node("after", "Output"))
    return edits.connect(project, MODEL, Wire("start", "y", "memory", "h0"), Wire("memory", "h", "after", "x"))
