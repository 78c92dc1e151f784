"""LSTM with depth gates, ARC-23."""

import numpy as np
import pytest
import torch
from torch import nn

from dlstudio.modules.depth_gated_lstm import DepthGatedLSTM


def sigma(x):
    return 1 / (1 + np.exp(-x))


def lstm_with_the_weights_of(ours: DepthGatedLSTM) -> nn.LSTM:
    theirs = nn.LSTM(ours.input_size, ours.hidden_size, ours.num_layers, bias=ours.bias, batch_first=True).double()
    theirs.load_state_dict({name: ours.state_dict()[name] for name in theirs.state_dict()})
    return theirs


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_arc_23_closed_gates_make_the_stacked_lstm(layers) -> None:
    torch.manual_seed(0)
    ours = DepthGatedLSTM(3, 4, layers).double()
    for layer in range(1, layers):
        nn.init.constant_(ours.get_parameter(f"bias_d_l{layer}"), -1e4)
    x = torch.randn(2, 6, 3, dtype=torch.float64)
    state = torch.randn(layers, 2, 4, dtype=torch.float64), torch.randn(layers, 2, 4, dtype=torch.float64)
    torch.testing.assert_close(ours(x), lstm_with_the_weights_of(ours)(x))
    torch.testing.assert_close(ours(x, state), lstm_with_the_weights_of(ours)(x, state))


def test_arc_23_an_open_gate_adds_the_cell_state_below() -> None:
    torch.manual_seed(0)
    ours = DepthGatedLSTM(3, 4).double()
    nn.init.constant_(ours.get_parameter("bias_d_l1"), 1e4)
    x = torch.randn(2, 1, 3, dtype=torch.float64)
    _, (_, c) = ours(x)
    _, (_, plain) = lstm_with_the_weights_of(ours)(x)
    torch.testing.assert_close(c[0], plain[0])
    torch.testing.assert_close(c[1], plain[1] + plain[0])


@pytest.mark.parametrize("bias", [False, True])
def test_three_steps_equal_numpy(bias) -> None:
    torch.manual_seed(0)
    lstm, x = DepthGatedLSTM(3, 4, 2, bias).double(), torch.randn(2, 3, 3, dtype=torch.float64)
    w = {name: value.detach().numpy() for name, value in lstm.named_parameters()}
    h, c = [np.zeros((2, 4))] * 2, [np.zeros((2, 4))] * 2
    for t in range(3):
        below = x[:, t].numpy()
        for k in range(2):
            net = below @ w[f"weight_ih_l{k}"].T + h[k] @ w[f"weight_hh_l{k}"].T
            net = net + w.get(f"bias_ih_l{k}", 0) + w.get(f"bias_hh_l{k}", 0)
            i, f, g, o = np.split(net, 4, axis=1)
            old, c[k] = c[k], sigma(f) * c[k] + sigma(i) * np.tanh(g)
            if k == 1:
                depth = below @ w["weight_xd_l1"].T + w["weight_cd_l1"] * old + w["weight_ld_l1"] * c[0]
                c[k] = c[k] + sigma(depth + w.get("bias_d_l1", 0)) * c[0]
            h[k] = sigma(o) * np.tanh(c[k])
            below = h[k]
    y, (last_h, last_c) = lstm(x)
    np.testing.assert_allclose(y[:, -1].detach(), h[1], atol=1e-12)
    np.testing.assert_allclose(last_h.detach(), np.stack(h), atol=1e-12)
    np.testing.assert_allclose(last_c.detach(), np.stack(c), atol=1e-12)


def test_each_layer_above_the_first_adds_one_gate() -> None:
    plain = sum(parameter.numel() for parameter in nn.LSTM(3, 4, 3).parameters())
    assert sum(p.numel() for p in DepthGatedLSTM(3, 4, 3).parameters()) == plain + 2 * (4 * 4 + 3 * 4)
