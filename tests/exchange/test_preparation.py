"""Normalizations written as source do to numbers what data/ does, and so do schedules."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch

import dlstudio as dl
from dlstudio.catalog.schedules import schedules
from dlstudio.catalog.transforms import transforms
from dlstudio.core.spec import make
from dlstudio.core.tensor import Tensor
from dlstudio.data.dataset import Column
from dlstudio.data.normalizations import normalizations
from dlstudio.data.prepare import prepare
from dlstudio.data.transformed import Step
from dlstudio.exchange import preparation
from dlstudio.exchange.scripts.schedule_code import schedule_code, validation_code
from dlstudio.exchange.subject import subject

FIELDS: dict[str, list[dict[str, Any]]] = {
    "Exponent": [{"curve": curve, "scale": 2.5} for curve in ("saturating", "growing", "logistic")],
    "Whiten": [{"rotate": "pca"}, {"rotate": "zca"}],
    "Scale": [{"factor": 0.5, "offset": 2.0}],
    "OneHotTransform": [{"column": "x", "count": 5}],
}


@pytest.mark.parametrize("kind", [form.kind for form in transforms])
def test_a_normalization_as_source_gives_the_same_bits_there_and_back(kind: str) -> None:
    for fields in FIELDS.get(kind, [{}]):
        form = make(transforms[kind], fields, {})
        whole = kind == "OneHotTransform"
        values = torch.tensor([0, 4, 2, 1]) if whole else torch.rand(40, 3) * 4 + 1.5
        column = Column("x", Tensor.of(dtype="int") if whole else Tensor.of(3))
        work = normalizations[kind]
        step = Step("x", form, work.measure(form, column, lambda values=values: iter([values])))  # type: ignore[misc]
        after = step.apply(values)
        given = SimpleNamespace(
            source=SimpleNamespace(inputs={"x": None}, outputs={"x": None}),
            wiring=SimpleNamespace(inputs={"x": "x"}, targets={"x": "x"}),
            steps=lambda _column, step=step: [step],
            classes={},
        )
        there, back = preparation.preparation(given), preparation.restoration(given)  # type: ignore[arg-type]
        assert there is not None
        assert back is not None
        assert torch.equal(there.module()(values), after)
        assert torch.equal(back.module()(after), step.invert(after))


@pytest.mark.parametrize("kind", [form.kind for form in schedules if not form().measures])
def test_a_schedule_as_source_gives_the_same_factors(kind: str) -> None:
    fields = {"warmup": 7} if "warmup" in schedules[kind].specs else {}
    form = make(schedules[kind], fields, {})
    known: dict[str, Any] = {"TOTAL_STEPS": 120, "STEPS_PER_EPOCH": 10}
    exec("import math\n" + "\n\n".join(schedule_code(form)), known)
    for step in range(120):
        assert known["factor"](step) == form.factor(step, step // 10, 10, 120)


@pytest.mark.parametrize("better", ["lower", "higher"])
def test_a_schedule_that_waits_remembers_the_same_as_source(better: str) -> None:
    form = make(schedules["Plateau"], {"better": better, "patience": 1, "cooldown": 2, "lowest": 0.01}, {})
    known: dict[str, Any] = {"Any": Any}
    exec("import math\n" + "\n\n".join(validation_code(form)), known)
    assert "lower" not in "".join(validation_code(form))
    state = form.start_state()
    for value in [3.0, 2.0, 2.5, 2.6, float("nan"), 1.9, 1.9, 1.9, 1.9, 1.9, 5.0, 0.1, 0.2, 0.3]:
        assert known["after_validation"](state, value) == form.update(state, value)
        state = form.update(state, value)
    assert state["factor"] < 1.0


def test_normalizations_are_measured_on_the_samples_that_the_training_drew(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []

    def watched(*given: Any, seed: int, **more: Any) -> Any:
        drawn.append(seed)
        return prepare(*given, seed=seed, **more)

    monkeypatch.setattr("dlstudio.exchange.subject.prepare", watched)
    project = dl.template("wine")
    subject(replace(project, training=project.training.put("seed", 7)))
    assert drawn == [7]
