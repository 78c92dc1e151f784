"""Dropout of weights."""

import math

import torch
from torch import nn

from dlstudio.modules.drop_connect import DropConnectLinear


def test_evaluation_is_the_linear_layer_with_torchs_start() -> None:
    for bias in (False, True):
        torch.manual_seed(0)
        ours = DropConnectLinear(3, 4, bias).eval()
        torch.manual_seed(0)
        theirs = nn.Linear(3, 4, bias)
        assert list(ours.state_dict()) == list(theirs.state_dict())
        theirs.load_state_dict(ours.state_dict())
        x = torch.randn(5, 3)
        assert torch.equal(ours(x), theirs(x))
        assert 0 < ours.weight.abs().max() <= 1 / math.sqrt(3)


def test_training_drops_single_weights_and_keeps_the_mean() -> None:
    torch.manual_seed(0)
    p, size = 0.3, 100
    layer = DropConnectLinear(size, size, bias=False, p=p)
    nn.init.ones_(layer.weight)
    weights = layer(torch.eye(size)).double()
    assert abs((weights == 0).double().mean().item() - p) < 3 * math.sqrt(p * (1 - p)) / size
    assert abs(weights.mean().item() - 1) < 3 * math.sqrt(p / (1 - p)) / size


def test_the_bias_is_never_dropped() -> None:
    layer = DropConnectLinear(3, 4, p=1.0)
    assert layer.bias is not None
    assert torch.equal(layer(torch.randn(2, 3)), layer.bias.expand(2, 4))
