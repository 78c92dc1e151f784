"""Tiny models of Hugging Face's transformers with random weights come in, answer as before, and go out as ONNX."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import dlstudio as dl
from dlstudio.compiler.emit import emit
from dlstudio.exchange.arriving.arrive import arrive
from dlstudio.exchange.arriving.arrived import Arrived

needs = pytest.mark.skipif(find_spec("transformers") is None, reason="needs the package transformers")

SIZES = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
WORDS = {"vocab_size": 50, "max_position_embeddings": 32}
CASES: dict[str, tuple[str, str, dict[str, Any], tuple[int, ...]]] = {
    "BERT": ("BertModel", "BertConfig", SIZES | WORDS, (7,)),
    "BERT for classes": ("BertForSequenceClassification", "BertConfig", SIZES | WORDS, (7,)),
    "DistilBERT": ("DistilBertModel", "DistilBertConfig", WORDS | {"dim": 16, "n_layers": 2, "n_heads": 2}, (7,)),
    "Llama": ("LlamaForCausalLM", "LlamaConfig", SIZES | WORDS | {"num_key_value_heads": 2, "use_cache": False}, (7,)),
    "ViT": ("ViTForImageClassification", "ViTConfig", SIZES | {"image_size": 16, "patch_size": 4}, (3, 16, 16)),
    "ResNet": (
        "ResNetForImageClassification",
        "ResNetConfig",
        {"embedding_size": 8, "hidden_sizes": [8, 16], "depths": [1, 1], "layer_type": "basic"},
        (3, 32, 32),
    ),
    "MobileNetV2": ("MobileNetV2ForImageClassification", "MobileNetV2Config", {"depth_multiplier": 0.25}, (3, 32, 32)),
}


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


def given(arrived: Arrived, count: int) -> dict[str, Tensor]:
    return {
        name: torch.randn(count, *x.shape) if x.dtype == "float" else torch.randint(0, 50, (count, *x.shape))
        for name, x in emit(arrived.project).inputs.items()
    }


def tensors(made: Any) -> Iterator[Tensor]:
    """What a model gives, whatever it is wrapped in."""
    if isinstance(made, Tensor):
        yield made
    elif made is not None:
        for each in made.values() if hasattr(made, "values") else made:
            yield from tensors(each)


def require_same(model: nn.Module, arrived: Arrived) -> None:
    assert arrived.report.whole, str(arrived.report)
    module = dl.build(arrived.project).eval()
    module.load_state_dict({name: torch.as_tensor(weight) for name, weight in arrived.weights.items()})
    batch = given(arrived, 3)
    with torch.no_grad():
        wanted, found = list(tensors(model(**batch))), list(tensors(module(**batch)))
    torch.testing.assert_close(found, wanted, rtol=1e-6, atol=1e-6)


@needs
@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore")
def test_a_model_of_transformers_comes_in_and_goes_out(name: str, tmp_path: Path) -> None:
    transformers: Any = import_module("transformers")
    kind, settings, fields, size = CASES[name]
    model = getattr(transformers, kind)(getattr(transformers, settings)(**fields)).eval()
    require_same(model, arrive(model, inputs=size))
    project = dl.import_model(model, inputs=size, weights=tmp_path / "came.safetensors")
    proof = dl.export(project, "onnx", tmp_path / "net.onnx")
    assert proof.passed, proof.problem


class Stage(nn.Module):
    """Only what stands two levels further down says how wide it is."""

    def __init__(self, ins: int, outs: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Sequential(nn.Conv2d(ins, outs, 3), nn.ReLU()))

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)  # type: ignore[no-any-return]


def test_stages_that_differ_deep_inside_are_no_rounds_of_one_block() -> None:
    model = nn.Sequential(Stage(3, 4), Stage(4, 8)).eval()
    arrived = arrive(nn.Sequential(model, nn.Flatten()).eval(), inputs=(3, 8, 8))
    require_same(nn.Sequential(model, nn.Flatten()).eval(), arrived)
    assert not [
        node for net in arrived.project.networks.values() for node in net.of_kind("Block") if "repeat" in node.fields
    ]
