"""Presets: what one would change is said before, it is one step, and one's own are kept, renamed and deleted."""

from __future__ import annotations

from PySide6.QtCore import Qt

import dlstudio as dl
from dlstudio.catalog.recipes import recipes
from dlstudio.compiler.faults import faults
from dlstudio.core.frozen import freeze
from dlstudio.ui.ask import Ask
from dlstudio.ui.panels.setup.presets import PRESETS, differences, own, refuse
from dlstudio.ui.panels.setup.recipe_box import recast
from tests.ui.setup.conftest import Looker, Sight


def answer(sight: Sight, text: str) -> None:
    """Types the answer to the question that stands over the window."""
    (ask,) = [each for each in sight.window.findChildren(Ask) if each.isVisible()]
    ask.field.selectAll()
    sight.hand.type(text, ask.field)
    sight.hand.key(Qt.Key.Key_Return, widget=ask.field)


def test_every_preset_is_sound_for_every_recipe_that_it_fits() -> None:
    for recipe in recipes:
        project = recast(dl.template("lenet5"), recipe.kind)
        for preset in PRESETS:
            if preset.fits(project):
                assert faults(preset.applied(project).training) == {}, (recipe.kind, preset.name)


def test_a_preset_says_what_it_changes_and_is_one_step(looked: Looker) -> None:
    sight = looked("lenet5")
    presets = sight.page.presets
    sight.open(presets)
    sight.choose(presets.combo, "Quick look")
    assert presets.summary.text().split("\n") == [
        "epochs 10 → 2",
        "optimizer Adam lr 0.003 → Adam lr 0.001",
        "schedule Cosine → Constant",
    ]
    before = sight.training
    sight.press(presets.use)
    assert sight.steps() == ["Use the preset Quick look"]
    assert sight.training["epochs"] == 2
    assert "schedule" not in sight.training
    assert presets.summary.text() == "These are the settings as they stand."
    assert not presets.use.isEnabled()
    assert sight.row("How long", "epochs").editor.line.text() == "2"
    sight.window.do("undo")
    assert sight.training == before


def test_presets_of_one_recipe_are_offered_with_it_alone(looked: Looker) -> None:
    assert "DCGAN 2015" in looked("gan").page.presets.offered
    assert "DCGAN 2015" not in looked("lenet5").page.presets.offered


def test_ones_own_are_kept_renamed_and_deleted(looked: Looker) -> None:
    sight = looked("lenet5", rates={"conv1": 0.1})
    presets = sight.page.presets
    sight.open(presets)
    sight.press(sight.button("Save as …"))
    answer(sight, "mine")
    assert presets.combo.currentText() == "mine"
    kept = own()["mine"].values
    assert kept == sight.training.drop("kind", "rates")
    assert kept["optimizer"] == {"kind": "Adam", "lr": 0.003}
    sight.press(sight.button("Rename …"))
    answer(sight, "ours")
    assert list(own()) == ["ours"]
    assert presets.combo.currentText() == "ours"
    other = looked("xor", average=0.5)
    other.open(other.page.presets)
    other.choose(other.page.presets.combo, "ours")
    other.press(other.page.presets.use)
    assert {"epochs": 10, **other.training.drop("kind")} == kept
    sight.press(sight.button("Delete"))
    assert own() == {}
    assert presets.combo.currentText() == "Quick look"


def test_a_name_that_cannot_be_taken_is_refused() -> None:
    assert refuse("") == "A preset needs a name."
    assert refuse("Careful") == "There is a preset Careful already."
    assert refuse("x" * 41) == "A name has at most 40 letters."
    assert refuse("mine", "mine") == ""


def test_differences_are_told_in_a_few_words() -> None:
    one = dl.template("lenet5")
    other = recast(one, "Autoencoder")
    assert differences(one, other) == ["kind Supervised → Autoencoder"]
    assert PRESETS[1].values["regularizers"] == freeze([{"kind": "ClipNorm"}])
