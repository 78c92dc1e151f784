"""What a kind is called when its declaration does not say."""

from __future__ import annotations

from typing import Any

import pytest

from dlstudio.core.spec import Declaration, Registry

TITLES = {
    "ReLU": "ReLU",
    "ReLU6": "ReLU6",
    "PReLU": "PReLU",
    "LeakyReLU": "Leaky ReLU",
    "LSTM": "LSTM",
    "PeepholeLSTM": "Peephole LSTM",
    "GELU": "GELU",
    "LayerNorm": "Layer norm",
    "MaxPool2d": "Max pool 2d",
    "LPPool1d": "LP pool 1d",
    "SmoothL1": "Smooth L1",
    "AdamW": "AdamW",
    "NAdam": "NAdam",
    "KLDivergence": "KL divergence",
    "Add": "Add",
}


@pytest.mark.parametrize("name", TITLES)
def test_a_title_is_the_name_as_people_write_it(name: str) -> None:
    registry: Registry[Any] = Registry("thing")
    assert registry.add(type(name, (Declaration,), {}), family="any").title == TITLES[name]


def test_a_declaration_may_say_its_title_itself() -> None:
    registry: Registry[Any] = Registry("thing")
    assert registry.add(type("MatMul", (Declaration,), {"title": "Matrix product"}), family="any").title == (
        "Matrix product"
    )
