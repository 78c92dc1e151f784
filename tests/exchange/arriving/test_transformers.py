"""Tiny models of Hugging Face's transformers with random weights come in, answer as before, and go out as ONNX."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
TALK = SIZES | WORDS | {"use_cache": False}
SHARED = TALK | {"num_key_value_heads": 1}
IMAGE = SIZES | {"image_size": 16, "patch_size": 4}
SMALL = {"hidden_sizes": [8, 16], "depths": [1, 1]}
TINY_T5 = {"vocab_size": 50, "d_model": 16, "d_kv": 8, "d_ff": 32, "num_layers": 2, "num_heads": 2, "use_cache": False}
TINY_GPT = {"vocab_size": 50, "n_positions": 32, "n_embd": 16, "n_layer": 2, "n_head": 2, "use_cache": False}
TINY_OPT = TALK | {"ffn_dim": 32, "word_embed_proj_dim": 16}
EARS = {"d_model": 16, "encoder_layers": 2, "encoder_attention_heads": 2, "encoder_ffn_dim": 32, "num_mel_bins": 8}
TOKENS = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 1, "vocab_size": 50}
SEGMENTS = SMALL | {"num_encoder_blocks": 2, "num_attention_heads": [1, 2], "sr_ratios": [2, 1], "patch_sizes": [7, 3]}
KINDS = {"attention_types": [[["global", "local"], 1]]}
MOUTH = {"decoder_layers": 1, "decoder_attention_heads": 2, "decoder_ffn_dim": 32, "use_cache": False}
WINDOWS = {"image_size": 32, "embed_dim": 8, "depths": [2, 1], "num_heads": [2, 2], "window_size": 4}
MIXED = {"image_size": 32, "hidden_sizes": [16] * 3, "neck_hidden_sizes": [8] * 6 + [16], "num_attention_heads": 2}
SOUND = {"vocab_size": 32, "conv_dim": [8, 8], "conv_stride": [5, 4], "conv_kernel": [10, 8]} | {
    "num_feat_extract_layers": 2,
    "num_conv_pos_embeddings": 4,
    "num_conv_pos_embedding_groups": 2,
}
SCALED = {"width_coefficient": 0.25, "depth_coefficient": 0.1, "hidden_dim": 320}
Case = tuple[str, str, dict[str, Any], tuple[int, ...]]
CASES: dict[str, Case] = {
    "BERT": ("BertModel", "BertConfig", SIZES | WORDS, (7,)),
    "GPT-2": ("GPT2LMHeadModel", "GPT2Config", TINY_GPT, (7,)),
    "T5": ("T5EncoderModel", "T5Config", TINY_T5, (7,)),
    "ConvNeXt": ("ConvNextModel", "ConvNextConfig", SMALL | {"num_stages": 2}, (3, 16, 16)),
    "Llama": ("LlamaForCausalLM", "LlamaConfig", TALK | {"num_key_value_heads": 2}, (7,)),
    "ViT": ("ViTForImageClassification", "ViTConfig", IMAGE, (3, 16, 16)),
    "ResNet": (
        "ResNetForImageClassification",
        "ResNetConfig",
        SMALL | {"embedding_size": 8, "layer_type": "basic"},
        (3, 32, 32),
    ),
}
MORE: dict[str, Case] = {
    "BERT for classes": ("BertForSequenceClassification", "BertConfig", SIZES | WORDS, (7,)),
    "DistilBERT": ("DistilBertModel", "DistilBertConfig", WORDS | {"dim": 16, "n_layers": 2, "n_heads": 2}, (7,)),
    "MobileNetV2": ("MobileNetV2ForImageClassification", "MobileNetV2Config", {"depth_multiplier": 0.25}, (3, 32, 32)),
    "ALBERT": ("AlbertModel", "AlbertConfig", SIZES | WORDS | {"embedding_size": 8}, (7,)),
    "ELECTRA": ("ElectraModel", "ElectraConfig", SIZES | WORDS | {"embedding_size": 8}, (7,)),
    "DeBERTa": ("DebertaV2Model", "DebertaV2Config", SIZES | WORDS, (7,)),
    "ModernBERT": ("ModernBertModel", "ModernBertConfig", SIZES | WORDS | {"pad_token_id": 0}, (7,)),
    "GPT-NeoX": ("GPTNeoXForCausalLM", "GPTNeoXConfig", TALK, (7,)),
    "OPT": ("OPTForCausalLM", "OPTConfig", TINY_OPT, (7,)),
    "Mistral": ("MistralForCausalLM", "MistralConfig", SHARED | {"head_dim": 8}, (7,)),
    "Qwen2": ("Qwen2ForCausalLM", "Qwen2Config", SHARED, (7,)),
    "Qwen3": ("Qwen3ForCausalLM", "Qwen3Config", SHARED | {"head_dim": 8}, (7,)),
    "Phi": ("PhiForCausalLM", "PhiConfig", TALK, (7,)),
    "Gemma": ("GemmaForCausalLM", "GemmaConfig", SHARED | {"head_dim": 8}, (7,)),
    "Whisper": (
        "models.whisper.modeling_whisper.WhisperEncoder",
        "WhisperConfig",
        EARS | TOKENS | {"max_source_positions": 16},
        (8, 32),
    ),
    "DeiT": ("DeiTForImageClassification", "DeiTConfig", IMAGE, (3, 16, 16)),
    "BEiT": ("BeitForImageClassification", "BeitConfig", IMAGE, (3, 16, 16)),
    "DINOv2": ("Dinov2Model", "Dinov2Config", IMAGE, (3, 16, 16)),
    "CLIP's eye": ("CLIPVisionModel", "CLIPVisionConfig", IMAGE, (3, 16, 16)),
    "ConvNeXt V2": ("ConvNextV2Model", "ConvNextV2Config", SMALL | {"num_stages": 2}, (3, 16, 16)),
    "RegNet": ("RegNetModel", "RegNetConfig", SMALL | {"embedding_size": 8, "groups_width": 4}, (3, 32, 32)),
    "SegFormer": (
        "SegformerModel",
        "SegformerConfig",
        SEGMENTS | {"strides": [4, 2], "mlp_ratios": [2, 2]},
        (3, 32, 32),
    ),
    "PoolFormer": ("PoolFormerModel", "PoolFormerConfig", {"hidden_sizes": [8] * 4, "depths": [1] * 4}, (3, 64, 64)),
    "RoBERTa": ("RobertaModel", "RobertaConfig", SIZES | WORDS, (7,)),
    "MPNet": ("MPNetModel", "MPNetConfig", SIZES | WORDS, (7,)),
    "CLIP's text": ("CLIPTextModel", "CLIPTextConfig", SIZES | WORDS | TOKENS, (7,)),
    "GPT-Neo": ("GPTNeoForCausalLM", "GPTNeoConfig", TALK | {"num_layers": 2, "num_heads": 2} | KINDS, (7,)),
    "BLOOM": ("BloomForCausalLM", "BloomConfig", TALK | {"n_layer": 2, "n_head": 2}, (7,)),
    "Falcon": ("FalconForCausalLM", "FalconConfig", TALK, (7,)),
    "BART": ("BartModel", "BartConfig", EARS | MOUTH | WORDS, (7,)),
    "Swin": ("SwinModel", "SwinConfig", WINDOWS, (3, 32, 32)),
    "MobileViT": ("MobileViTModel", "MobileViTConfig", MIXED, (3, 64, 64)),
    "EfficientNet": ("EfficientNetModel", "EfficientNetConfig", SCALED, (3, 32, 32)),
    "Wav2Vec2": ("Wav2Vec2Model", "Wav2Vec2Config", SIZES | SOUND, (400,)),
}
"""Further families, whose steps are those of the others in another order."""


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


def by_name(made: Any, names: Iterable[str]) -> Any:
    """Several results in the order of the project's outputs."""
    kept = list(names)
    return [made[name] for name in kept] if hasattr(made, "keys") and len(kept) > 1 else made


def require_same(model: nn.Module, arrived: Arrived) -> None:
    assert arrived.report.whole, str(arrived.report)
    module = dl.build(arrived.project).eval()
    module.load_state_dict({name: torch.as_tensor(weight) for name, weight in arrived.weights.items()})
    batch = given(arrived, 3)
    with torch.no_grad():
        wanted, found = (
            list(tensors(by_name(model(**batch), emit(arrived.project).outputs))),
            list(tensors(module(**batch))),
        )
    torch.testing.assert_close(found, wanted, rtol=1e-6, atol=1e-6)


def made(case: Case) -> nn.Module:
    """The model of a case, with random weights."""
    transformers: Any = import_module("transformers")
    kind, settings, fields, _ = case
    home, _, name = f"transformers.{kind}".rpartition(".")
    model: nn.Module = getattr(import_module(home), name)(getattr(transformers, settings)(**fields))
    return model.eval()


@needs
@pytest.mark.parametrize("name", [*CASES, *(pytest.param(each, marks=pytest.mark.slow) for each in MORE)])
@pytest.mark.filterwarnings("ignore")
def test_a_model_of_transformers_comes_in_and_goes_out(name: str, tmp_path: Path) -> None:
    case = {**CASES, **MORE}[name]
    model, size = made(case), case[-1]
    require_same(model, arrive(model, inputs=size))
    project = dl.import_model(model, inputs=size, weights=tmp_path / "came.safetensors")
    proof = dl.export(project, "onnx", tmp_path / "net.onnx")
    assert proof.passed, proof.problem


@needs
@pytest.mark.parametrize("name", ["BERT", "GPT-2"])
@pytest.mark.filterwarnings("ignore")
def test_the_weights_of_the_original_load_by_their_own_names(name: str) -> None:
    model, other = made(CASES[name]), made(CASES[name])
    arrived = arrive(model, inputs=CASES[name][-1])
    module = dl.build(arrived.project).eval()
    module.load_state_dict({key: w for key, w in other.state_dict().items() if key in module.state_dict()})
    assert module.state_dict().keys() <= other.state_dict().keys()
    batch = given(arrived, 3)
    with torch.no_grad():
        torch.testing.assert_close(list(tensors(module(**batch))), list(tensors(other(**batch))), rtol=1e-6, atol=1e-6)


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
