"""What an optimizer remembers, as the memory of a training tells it: counted on the real one after a step."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

import dlstudio as dl
from dlstudio.catalog.optimizers import optimizers
from dlstudio.compiler.cost import named_optimizer, summary
from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen, freeze
from dlstudio.core.spec import make
from dlstudio.training.declared import optimizer

SIDE = 12
PLAIN = [{"kind": cls.kind} for cls in optimizers if cls.closure == "none" and cls.kind != "Adafactor"]
SETTINGS = [
    *PLAIN, {"kind": "SGD", "momentum": 0.9}, {"kind": "Adam", "amsgrad": True}, {"kind": "AdamW", "amsgrad": True},
    {"kind": "RMSprop", "momentum": 0.9}, {"kind": "RMSprop", "centered": True, "momentum": 0.5},
]  # fmt: skip


@pytest.mark.parametrize("spec", SETTINGS, ids=lambda spec: "-".join(map(str, spec.values())))
def test_the_declaration_counts_what_a_step_leaves_behind(spec: dict[str, object]) -> None:
    weight = torch.nn.Parameter(torch.ones(SIDE, SIDE))
    weight.grad = torch.full_like(weight, 0.1)
    made = optimizer(Frozen(freeze(spec)), [{"params": [weight]}], torch.device("cpu"))
    made.step()
    kept = [x for x in made.state[weight].values() if isinstance(x, torch.Tensor) and x.numel() == weight.numel()]
    fields = {name: value for name, value in spec.items() if name != "kind"}
    assert make(optimizers[str(spec["kind"])], fields, {}).remembers(weight.numel()) == len(kept) * weight.numel()


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
