"""LSTM with peepholes, ARC-21; its gates without them, ARC-19."""

import numpy as np
import pytest
import torch
from torch import nn

from dlstudio.modules.peephole_lstm import PeepholeLSTM


def sigma(x):
    return 1 / (1 + np.exp(-x))


def copied(theirs: nn.LSTM, ours: PeepholeLSTM) -> PeepholeLSTM:
    """Torch's weights, and peepholes at zero."""
    missing = ours.load_state_dict(theirs.state_dict(), strict=False).missing_keys
    with torch.no_grad():
        for name in missing:
            ours.get_parameter(name).zero_()
    return ours


@pytest.mark.parametrize("peepholes", [(), ("forget",), ("input", "forget", "output")])
@pytest.mark.parametrize("bias", [False, True])
def test_arc_21_peepholes_of_zero_make_torchs_lstm(bias, peepholes) -> None:
    torch.manual_seed(0)
    theirs = nn.LSTM(3, 4, 2, bias=bias, batch_first=True).double()
    ours = copied(theirs, PeepholeLSTM(3, 4, 2, bias, peepholes).double())
    x = torch.randn(2, 7, 3, dtype=torch.float64)
    state = torch.randn(2, 2, 4, dtype=torch.float64), torch.randn(2, 2, 4, dtype=torch.float64)
    torch.testing.assert_close(ours(x), theirs(x), atol=1e-14, rtol=1e-14)
    torch.testing.assert_close(ours(x, state), theirs(x, state), atol=1e-14, rtol=1e-14)


def test_arc_21_peepholes_of_zero_change_no_bit_of_the_plain_cell() -> None:
    torch.manual_seed(0)
    theirs = nn.LSTM(3, 4, 2, batch_first=True)
    x = torch.randn(2, 7, 3)
    plain, zero = copied(theirs, PeepholeLSTM(3, 4, 2, peepholes=())), copied(theirs, PeepholeLSTM(3, 4, 2))
    assert torch.equal(plain(x)[0], zero(x)[0])
    assert torch.equal(plain(x)[1][1], zero(x)[1][1])


@pytest.mark.parametrize("peepholes", [("input",), ("forget",), ("output",), ("input", "forget", "output")])
def test_two_steps_equal_numpy(peepholes) -> None:
    torch.manual_seed(0)
    lstm, x = PeepholeLSTM(3, 4, peepholes=peepholes).double(), torch.randn(2, 2, 3, dtype=torch.float64)
    w = {name: value.detach().numpy() for name, value in lstm.named_parameters()}
    p_i, p_f, p_o = (w.get(f"weight_p{gate}_l0", 0.0) for gate in "ifo")
    h, c = np.zeros((2, 4)), np.zeros((2, 4))
    for t in range(2):
        net = x[:, t].numpy() @ w["weight_ih_l0"].T + w["bias_ih_l0"] + h @ w["weight_hh_l0"].T + w["bias_hh_l0"]
        i, f, g, o = np.split(net, 4, axis=1)
        i, f = sigma(i + p_i * c), sigma(f + p_f * c)
        c = f * c + i * np.tanh(g)
        h = sigma(o + p_o * c) * np.tanh(c)
    y, (last_h, last_c) = lstm(x)
    np.testing.assert_allclose(y[:, 1].detach(), h, atol=1e-12)
    np.testing.assert_allclose(last_h[0].detach(), h, atol=1e-12)
    np.testing.assert_allclose(last_c[0].detach(), c, atol=1e-12)


def test_only_the_chosen_gates_have_a_peephole() -> None:
    names = {name for name, _ in PeepholeLSTM(3, 4, peepholes=("input", "output")).named_parameters()}
    assert {name for name in names if name.startswith("weight_p")} == {"weight_pi_l0", "weight_po_l0"}
    plain = sum(parameter.numel() for parameter in nn.LSTM(3, 4).parameters())
    assert sum(parameter.numel() for parameter in PeepholeLSTM(3, 4).parameters()) == plain + 3 * 4
    with pytest.raises(ValueError, match="no such gates: update"):
        PeepholeLSTM(3, 4, peepholes=("update",))
