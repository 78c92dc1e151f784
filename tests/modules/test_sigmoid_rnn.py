"""The recurrent network with a logistic state, ARC-10."""

import numpy as np
import pytest
import torch
from torch import nn

from dlstudio.modules.sigmoid_rnn import SigmoidRNN


def test_arc_10_one_step_equals_numpy() -> None:
    torch.manual_seed(0)
    rnn, x, h = SigmoidRNN(3, 4), torch.randn(2, 1, 3), torch.randn(1, 2, 4)
    w = {name: value.detach().numpy().astype(np.float64) for name, value in rnn.named_parameters()}
    net = x[:, 0].numpy() @ w["weight_ih_l0"].T + w["bias_ih_l0"] + h[0].numpy() @ w["weight_hh_l0"].T + w["bias_hh_l0"]
    y, last = rnn(x, h)
    np.testing.assert_allclose(y[:, 0].detach(), 1 / (1 + np.exp(-net)), atol=1e-6)
    assert torch.equal(last[0], y[:, 0])


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("layers", [1, 2])
def test_parameters_and_their_start_are_those_of_torch(layers, bias, bidirectional) -> None:
    torch.manual_seed(0)
    ours = SigmoidRNN(3, 4, layers, bias, bidirectional)
    torch.manual_seed(0)
    theirs = nn.RNN(3, 4, layers, bias=bias, bidirectional=bidirectional, batch_first=True)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), theirs.parameters(), strict=True))


@pytest.mark.parametrize("bidirectional", [False, True])
def test_with_a_hyperbolic_tangent_it_would_be_torch(bidirectional, monkeypatch) -> None:
    """σ in place of tanh is the only difference, in any number of layers and directions."""
    torch.manual_seed(0)
    ours = SigmoidRNN(3, 4, 2, bidirectional=bidirectional).double()
    theirs = nn.RNN(3, 4, 2, bidirectional=bidirectional, batch_first=True).double()
    theirs.load_state_dict(ours.state_dict())
    x, h = torch.randn(2, 6, 3, dtype=torch.float64), torch.randn(4 if bidirectional else 2, 2, 4, dtype=torch.float64)
    expected = [theirs(x), theirs(x, h)]
    monkeypatch.setattr(torch, "sigmoid", torch.tanh)
    for found, wanted in zip([ours(x), ours(x, h)], expected, strict=True):
        torch.testing.assert_close(found, wanted)
