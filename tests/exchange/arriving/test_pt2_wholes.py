"""Attention in an exported program is one layer again, whatever it hides and whatever it reads."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.export import Dim

import dlstudio as dl
from dlstudio.exchange.arriving.arrive import arrive


class Looks(nn.Module):
    """Attention with what surrounds it."""

    def __init__(self, **told: Any) -> None:
        super().__init__()
        self.way = told.pop("way")
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True, **told)
        self.out = nn.Linear(8, 3)

    def forward(self, x: Tensor, memory: Tensor) -> Any:
        if self.way == "self":
            y, _ = self.attention(x, x, x, need_weights=False)
        elif self.way == "memory":
            y, _ = self.attention(x, memory, memory, need_weights=False)
        elif self.way == "causal":
            mask = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
            y, _ = self.attention(x, x, x, attn_mask=mask, need_weights=False)
        else:
            y, weights = self.attention(x, memory, memory)
            return self.out(y), weights
        return self.out(y) + self.out(memory).mean(1, keepdim=True)


@pytest.mark.parametrize("way", ["self", "memory", "causal", "weights"])
@pytest.mark.parametrize("bias", [True, False])
def test_attention_that_was_taken_apart_is_a_layer_again(way: str, bias: bool, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = Looks(way=way, bias=bias).eval()
    x, memory = torch.randn(2, 5, 8), torch.randn(2, 4, 8)
    batch = Dim("batch")
    program = torch.export.export(model, (x, memory), dynamic_shapes=({0: batch}, {0: batch}))
    torch.export.save(program, tmp_path / "model.pt2")
    arrived = arrive(tmp_path / "model.pt2")
    assert arrived.report.whole, str(arrived.report)
    kinds = {node.kind for node in arrived.project.networks["model"].nodes.values()}
    assert "MultiheadAttention" in kinds
    module = dl.build(arrived.project).eval()
    module.load_state_dict(model.state_dict())
    x, memory = torch.randn(3, 5, 8), torch.randn(3, 4, 8)
    with torch.no_grad():
        torch.testing.assert_close(module(x=x, memory=memory), model(x, memory), rtol=1e-6, atol=1e-6)


class Both(nn.Module):
    """torch's own Transformer: an encoder, and a decoder that reads what it made."""

    def __init__(self) -> None:
        super().__init__()
        self.transformer = nn.Transformer(8, 2, 1, 2, 16, batch_first=True)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        made: Tensor = self.transformer(source, target)
        return made


def test_the_transformer_of_torch_comes_in_from_a_program(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model, batch = Both().eval(), Dim("batch")
    given = torch.randn(2, 5, 8), torch.randn(2, 4, 8)
    program = torch.export.export(model, given, dynamic_shapes=({0: batch}, {0: batch}))
    torch.export.save(program, tmp_path / "model.pt2")
    arrived = arrive(tmp_path / "model.pt2")
    assert arrived.report.whole, str(arrived.report)
    module = dl.build(arrived.project).eval()
    module.load_state_dict(dict(arrived.weights))
    source, target = torch.randn(3, 5, 8), torch.randn(3, 4, 8)
    with torch.no_grad():
        torch.testing.assert_close(module(source=source, target=target), model(source, target), rtol=1e-6, atol=1e-6)


class Encoder(nn.Module):
    """torch's own encoder, which is a stack of layers."""

    def __init__(self) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = self.encoder(x)
        return made


def test_the_encoder_of_torch_comes_in_from_a_program(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = Encoder().train()
    program = torch.export.export(model.eval(), (torch.randn(2, 5, 8),), dynamic_shapes=({0: Dim("batch")},))
    torch.export.save(program, tmp_path / "model.pt2")
    arrived = arrive(tmp_path / "model.pt2")
    assert arrived.report.whole, str(arrived.report)
    module = dl.build(arrived.project).eval()
    module.load_state_dict(dict(arrived.weights))
    x = torch.randn(3, 5, 8)
    with torch.no_grad():
        torch.testing.assert_close(module(x), model(x), rtol=1e-5, atol=1e-6)
