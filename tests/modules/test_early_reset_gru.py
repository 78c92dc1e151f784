"""The gated recurrent unit whose reset gate acts on the state."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from dlstudio.modules.early_reset_gru import EarlyResetGRU


def sigma(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def test_the_formula_of_the_first_paper_in_numpy() -> None:
    torch.manual_seed(0)
    gru = EarlyResetGRU(3, 4).double()
    x, h = torch.randn(2, 5, 3, dtype=torch.float64), torch.randn(1, 2, 4, dtype=torch.float64)
    w, u, b, c = (
        getattr(gru, f"{name}_l0").detach().numpy().reshape(3, 4, -1)
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    b, c = b[..., 0], c[..., 0]
    state = h[0].numpy()
    y, last = gru(x, h)
    for t in range(5):
        step = x[:, t].numpy()
        r, z = (sigma(step @ w[i].T + b[i] + state @ u[i].T + c[i]) for i in (0, 1))
        n = np.tanh(step @ w[2].T + b[2] + (r * state) @ u[2].T + c[2])
        state = (1 - z) * n + z * state
        np.testing.assert_allclose(y[:, t].detach(), state, atol=1e-12)
    assert torch.equal(last[0], y[:, -1])


@pytest.mark.parametrize("bidirectional", [False, True])
def test_where_the_candidate_does_not_look_back_it_is_the_gru_of_torch(bidirectional: bool) -> None:
    """With U_n = 0 and no bias beside it the two reset gates have nothing to act on."""
    torch.manual_seed(0)
    ours = EarlyResetGRU(3, 4, 2, bidirectional=bidirectional).double()
    theirs = nn.GRU(3, 4, 2, bidirectional=bidirectional, batch_first=True).double()
    with torch.no_grad():
        for name, value in ours.named_parameters():
            if "_hh_" in name:
                value[8:] = 0
    theirs.load_state_dict(ours.state_dict())
    x, h = torch.randn(2, 6, 3, dtype=torch.float64), torch.randn(4 if bidirectional else 2, 2, 4, dtype=torch.float64)
    for found, wanted in zip([ours(x), ours(x, h)], [theirs(x), theirs(x, h)], strict=True):
        torch.testing.assert_close(found, wanted)
