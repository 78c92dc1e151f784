"""The clockwork network, ARC-24."""

import pytest
import torch
from torch import nn

from dlstudio.modules.clockwork_rnn import ClockworkRNN


def test_arc_24_a_module_changes_only_when_its_period_divides_the_time() -> None:
    torch.manual_seed(0)
    periods = (1, 2, 3, 4)
    rnn = ClockworkRNN(3, 8, periods)
    h0 = torch.randn(1, 2, 8)
    y, last = rnn(torch.randn(2, 13, 3), h0)
    trace = torch.cat([h0.transpose(0, 1), y], 1)
    for module, period in enumerate(periods):
        units = slice(2 * module, 2 * module + 2)
        for t in range(13):
            changed = (trace[:, t + 1, units] != trace[:, t, units]).all()
            kept = (trace[:, t + 1, units] == trace[:, t, units]).all()
            assert changed if t % period == 0 else kept
    assert torch.equal(last[0], y[:, -1])


def test_a_module_hears_only_modules_of_an_equal_or_a_longer_period() -> None:
    torch.manual_seed(0)
    rnn = ClockworkRNN(3, 4, (1, 2, 4, 8)).double()
    x = torch.randn(1, 1, 3, dtype=torch.float64)
    jacobian = torch.autograd.functional.jacobian(lambda h: rnn(x, h)[0], torch.zeros(1, 1, 4, dtype=torch.float64))
    assert torch.equal(jacobian.reshape(4, 4) != 0, torch.ones(4, 4).triu() == 1)


def test_with_one_period_of_one_it_is_torchs_network() -> None:
    torch.manual_seed(0)
    for bias in (False, True):
        ours = ClockworkRNN(3, 4, (1,), bias).double()
        theirs = nn.RNN(3, 4, bias=bias, batch_first=True).double()
        theirs.load_state_dict(ours.state_dict())
        x, h = torch.randn(2, 6, 3, dtype=torch.float64), torch.randn(1, 2, 4, dtype=torch.float64)
        torch.testing.assert_close(ours(x), theirs(x))
        torch.testing.assert_close(ours(x, h), theirs(x, h))


def test_units_are_shared_out_as_evenly_as_they_can_be() -> None:
    assert ClockworkRNN(1, 7, (1, 2, 4)).clock.tolist() == [1, 1, 1, 2, 2, 4, 4]
    with pytest.raises(ValueError, match="2 hidden units cannot be shared out among 4 periods"):
        ClockworkRNN(1, 2)
