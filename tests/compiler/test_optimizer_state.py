"""What an optimizer remembers, as the memory of a training tells it: counted on the real one after a step."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

import dlstudio as dl
from dlstudio.catalog.layer import Layer
from dlstudio.catalog.layers import layers
from dlstudio.catalog.optimizers import Optimizer, optimizers
from dlstudio.catalog.optimizers.held import Held
from dlstudio.compiler.cost import named_optimizer, summary
from dlstudio.compiler.load import build
from dlstudio.core import edits
from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen, freeze
from dlstudio.core.spec import make
from dlstudio.training.declared import optimizer
from tests.catalog import harness

SHAPES = ((12, 12), (12, 7), (9,), (4, 3, 5, 5), (6, 1, 3), (1,))
PLAIN = [{"kind": cls.kind} for cls in optimizers if cls.closure == "none"]
SETTINGS = [
    *PLAIN, {"kind": "SGD", "momentum": 0.9}, {"kind": "Adam", "amsgrad": True}, {"kind": "AdamW", "amsgrad": True},
    {"kind": "RMSprop", "momentum": 0.9}, {"kind": "RMSprop", "centered": True, "momentum": 0.5},
]  # fmt: skip
COUNTS = {"step", "mu_product", "eta", "mu"}
"""What is one number for each weight, whatever its shape."""


def numbers_kept(spec: dict[str, object], weights: list[torch.nn.Parameter]) -> int:
    """How many numbers the real optimizer holds after a step, beside its counts."""
    for weight in weights:
        weight.grad = torch.full_like(weight, 0.1)
    made = optimizer(Frozen(freeze(spec)), [{"params": weights}], torch.device("cpu"))
    made.step()
    states = [made.state[weight] for weight in weights]
    return sum(
        kept.numel()
        for state in states
        for name, kept in state.items()
        if isinstance(kept, torch.Tensor) and name not in COUNTS
    )


def declared(spec: dict[str, object]) -> Optimizer:
    fields = {name: value for name, value in spec.items() if name != "kind"}
    return make(optimizers[str(spec["kind"])], fields, {})


@pytest.mark.parametrize("spec", SETTINGS, ids=lambda spec: "-".join(map(str, spec.values())))
def test_the_declaration_counts_what_a_step_leaves_behind(spec: dict[str, object]) -> None:
    weights = [torch.nn.Parameter(torch.ones(shape)) for shape in SHAPES]
    assert declared(spec).remembers(Held.of(SHAPES)) == numbers_kept(spec, weights)


@pytest.mark.parametrize("kind", ["Adafactor", "Muon", "Adam"])
@pytest.mark.parametrize("name", ["lenet5", "residual20", "gpt"])
def test_the_memory_of_a_template_is_that_of_the_real_optimizer(name: str, kind: str) -> None:
    project = dl.template(name)
    project = replace(project, training=project.training.put("optimizer", Frozen({"kind": kind})))
    wanted = numbers_kept({"kind": kind}, list(build(project).parameters()))
    assert summary(project, optimizer=named_optimizer(project)).memory.state == 4 * wanted


@pytest.mark.parametrize("kind", [kind for kind in harness.KINDS if layers[kind].parameters is not Layer.parameters])
def test_a_layer_says_the_shapes_of_its_weights(kind: str) -> None:
    for case in harness.accepted(kind, 4):
        there = sorted(tuple(weight.shape) for weight in harness.built(case).parameters())
        assert sorted(case.layer.weight_shapes(**case.ins)) == there, case


def test_weights_that_are_shared_are_remembered_once() -> None:
    project = dl.line("input 4 > fc 4 > fc 4")
    shared = edits.put(project, "model", "linear2", same_weights_as="linear1")
    assert summary(shared, optimizer=declared({"kind": "Adafactor"})).memory.state == 4 * (4 + 4 + 4)


def naming(**spec: object) -> Project:
    return replace(dl.line("input 4 > fc 3"), training=Frozen(freeze({"optimizer": spec})))


def test_the_memory_follows_the_optimizer_that_the_project_names() -> None:
    for spec, state in (({"kind": "SGD"}, 0), ({"kind": "SGD", "momentum": 0.9}, 60), ({"kind": "AdamW"}, 120)):
        project = naming(**spec)
        memory = summary(project, optimizer=named_optimizer(project)).memory
        assert (memory.optimizer, memory.state) == (spec["kind"], state)


@pytest.mark.parametrize("spec", [{"kind": "Nonsense"}, {"kind": "SGD", "momentum": "much"}])
def test_what_is_no_optimizer_counts_as_the_usual_one(spec: dict[str, object]) -> None:
    assert named_optimizer(naming(**spec)).kind == "Adam"
