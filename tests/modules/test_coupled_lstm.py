"""LSTM with coupled gates, ARC-22 and NUM-85."""

import torch
from torch import nn

from dlstudio.modules.coupled_lstm import CoupledLSTM


def uncoupled(ours: CoupledLSTM, layers: int) -> nn.LSTM:
    """The LSTM whose input gate has the forget gate's weights with the other sign: σ(-x) = 1 - σ(x)."""
    theirs = nn.LSTM(ours.input_size, ours.hidden_size, layers, bias=ours.bias, batch_first=True).double()
    with torch.no_grad():
        for name, value in ours.named_parameters():
            f, g, o = value.chunk(3)
            theirs.get_parameter(name).copy_(torch.cat([-f, f, g, o]))
    return theirs


def test_arc_22_the_input_gate_is_what_the_forget_gate_leaves() -> None:
    torch.manual_seed(0)
    for bias in (False, True):
        ours, x = CoupledLSTM(3, 4, 2, bias).double(), torch.randn(2, 6, 3, dtype=torch.float64)
        state = torch.randn(2, 2, 4, dtype=torch.float64), torch.randn(2, 2, 4, dtype=torch.float64)
        torch.testing.assert_close(ours(x), uncoupled(ours, 2)(x))
        torch.testing.assert_close(ours(x, state), uncoupled(ours, 2)(x, state))


def test_arc_22_a_cell_fed_with_its_own_candidate_keeps_it() -> None:
    """f·c + (1 - f)·c = c for every f: so i + f = 1 at every step."""
    torch.manual_seed(0)
    lstm = CoupledLSTM(3, 4).double()
    with torch.no_grad():
        for name, value in (("weight_ih_l0", 0), ("weight_hh_l0", 0), ("bias_ih_l0", 0.3), ("bias_hh_l0", 0)):
            lstm.get_parameter(name)[4:8] = value
    held = torch.full((1, 2, 4), torch.tensor(0.3, dtype=torch.float64).tanh().item(), dtype=torch.float64)
    _, (_, c) = lstm(torch.randn(2, 9, 3, dtype=torch.float64), (torch.zeros_like(held), held))
    torch.testing.assert_close(c, held)


def test_num_85_it_has_one_gate_block_fewer_as_the_gru_has() -> None:
    count = {kind: sum(p.numel() for p in kind(3, 4, 2).parameters()) for kind in (CoupledLSTM, nn.LSTM, nn.GRU)}
    assert count[CoupledLSTM] * 4 == count[nn.LSTM] * 3
    assert count[CoupledLSTM] == count[nn.GRU]
