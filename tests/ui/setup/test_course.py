"""The curve of the learning rate: it is the one by which the training goes; and what is wrong with settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import dlstudio as dl
from dlstudio.catalog.recipes import Supervised, recipes
from dlstudio.compiler.faults import faults
from dlstudio.core.frozen import freeze
from dlstudio.ui.panels.setup.course import course
from dlstudio.ui.panels.setup.groups import SHARED, own
from dlstudio.ui.panels.setup.rate_curve import described, rate
from tests.training.studies import project, ready, take

NET = "input 4 > fc 8 > tanh > fc 3"
KINDS: list[dict[str, Any]] = [
    {"kind": "Constant"},
    {"kind": "Cosine", "warmup": 5},
    {"kind": "OneCycle"},
    {"kind": "Step", "every": 2, "gamma": 0.5},
    {"kind": "InverseSquareRoot", "warmup": 6},
    {"kind": "Cyclic", "up": 4},
]


@pytest.mark.parametrize("schedule", KINDS, ids=[each["kind"] for each in KINDS])
def test_the_curve_is_the_rate_of_every_step_that_torch_takes(schedule: dict[str, Any]) -> None:
    said = {"optimizer": {"kind": "SGD", "lr": 0.1}, "schedule": schedule, "epochs": 4, "batch_size": 32}
    made = project(NET, {"kind": "Iris"}, kind="Supervised", **said)
    training = ready(made)
    found = course(Supervised, made.training, len(training.prepared.train))
    assert found is not None
    assert found.steps == training.method.task.total_steps
    (optimizer,) = training.method.optimizers()
    for step in range(found.steps):
        take(training, 1)
        assert optimizer.param_groups[0]["lr"] == pytest.approx(found.at(step), rel=1e-12)


def test_the_course_says_how_long_it_warms_up_and_what_it_cannot_show() -> None:
    warm = course(Supervised, freeze({"schedule": {"kind": "Cosine", "warmup": 50}, "batch_size": 10}), 1000)
    assert warm is not None
    assert (warm.warm, warm.steps, warm.known) == (50, 1000, True)
    assert described(warm) == "from 2e-05 to 2.73e-09, at most 0.001, over 1,000 steps · 10 epochs"
    follows = course(Supervised, freeze({"schedule": {"kind": "Plateau"}}), None)
    assert follows is not None
    assert "“loss” ceases to get better" in follows.remark
    assert not follows.known
    assert course(Supervised, freeze({"schedule": {"kind": "Cosin"}}), 10) is None
    assert course(Supervised, freeze({"epochs": 0}), 10) is None


def test_a_rate_that_comes_to_nothing_is_told_so() -> None:
    assert rate(7.4e-9, 0.003) == "≈ 0"
    assert rate(0.0, 0.003) == "0"
    assert rate(0.0003, 0.003) == "0.0003"


@pytest.mark.parametrize("recipe", list(recipes), ids=[each.kind for each in recipes])
def test_every_field_of_a_recipe_stands_under_one_heading(recipe: Any) -> None:
    named = [name for group in (own(recipe), *SHARED) for name in group.names if name in recipe.specs]
    assert sorted(named) == sorted(recipe.specs)
    assert recipe.ignores <= set(recipe.specs)


@pytest.mark.parametrize(
    ("said", "field", "text"),
    [
        ({"kind": "Supervise"}, "kind", "There is no recipe “Supervise”. Did you mean Supervised?"),
        ({"epochs": 0}, "epochs", "The epochs must be from 1 to 10,000,000, not 0."),
        ({"learning_rat": 3}, "learning_rat", "Supervised has no setting “learning_rat”."),
        ({"optimizer": {"kind": "Adm"}}, "optimizer", "There is no optimizer “Adm”. Did you mean Adam?"),
        ({"optimizer": {"kind": "Adam", "betas": [0.9]}}, "optimizer", "Adam: The betas must be two numbers, not 1."),
        ({"regularizers": ["L1", "L3"]}, "regularizers", "There is no regularizer “L3”."),
    ],
)
def test_what_is_wrong_with_a_setting_is_told_in_a_sentence(said: Any, field: str, text: str) -> None:
    assert faults(freeze(said)) == {field: text}


def test_sound_settings_have_no_fault() -> None:
    assert faults(freeze({"kind": "Gan", "optimizer": "SGD", "schedule": {"kind": "Cosine"}, "start": {}})) == {}


def test_each_fault_is_an_issue_with_a_fix_that_mends_it() -> None:
    said = {"kind": "Supervised", "epochs": 0, "learning_rat": 3, "optimizer": {"kind": "Adm"}}
    project = replace(dl.line(NET), training=freeze(said))
    found = [issue for issue in dl.check(project) if issue.code == "setting"]
    labels = [fix.label for issue in found for fix in issue.fixes]
    assert labels == ["Reset epochs", "Remove learning rat", "Reset optimizer"]
    for issue in found:
        project = issue.fixes[0].edit(project)
    assert project.training == {"kind": "Supervised"}
    strange = replace(project, training=freeze({"kind": "Supervise"}))
    (issue,) = [issue for issue in dl.check(strange) if issue.code == "setting"]
    assert issue.fixes[0].label == "Train by Supervised"
    assert faults(issue.fixes[0].edit(strange).training) == {}
