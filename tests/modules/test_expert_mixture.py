"""The mixture of experts."""

import pytest
import torch

from dlstudio.modules.expert_mixture import MixtureOfExperts


def test_the_gate_opens_for_the_best_and_its_shares_sum_to_one() -> None:
    torch.manual_seed(0)
    layer, x = MixtureOfExperts(3, 5, experts=6, top=2), torch.randn(50, 3)
    shares, logits = layer.shares(x), layer.gate(x)
    assert ((shares > 0).sum(1) == 2).all()
    torch.testing.assert_close(shares.sum(1), torch.ones(50))
    for n in range(50):
        best = logits[n].topk(2).indices
        torch.testing.assert_close(shares[n, best], logits[n, best].softmax(0))


@pytest.mark.parametrize("top", [1, 2, 4])
def test_the_answer_is_the_shares_times_what_each_expert_says(top) -> None:
    torch.manual_seed(0)
    layer, x = MixtureOfExperts(3, 5, experts=4, top=top).double(), torch.randn(2, 7, 3, dtype=torch.float64)
    expected = torch.zeros_like(x)
    for k in range(4):
        hidden = torch.relu(x @ layer.weight_in[k].T + layer.bias_in[k])
        answer = hidden @ layer.weight_out[k].T + layer.bias_out[k]
        expected = expected + layer.shares(x)[..., k : k + 1] * answer
    torch.testing.assert_close(layer(x), expected)


def test_an_expert_that_nobody_chose_learns_nothing() -> None:
    torch.manual_seed(0)
    layer, x = MixtureOfExperts(3, 5, experts=4, top=1), torch.randn(1, 3)
    layer(x).sum().backward()
    chosen = int(layer.shares(x).argmax())
    assert layer.weight_out.grad is not None
    assert [bool(gradient.any()) for gradient in layer.weight_out.grad] == [k == chosen for k in range(4)]


def test_parameters_are_those_of_the_experts_and_the_gate() -> None:
    count = sum(parameter.numel() for parameter in MixtureOfExperts(3, 5, experts=4).parameters())
    assert count == 4 * (5 * 3 + 5 + 3 * 5 + 3) + 4 * 3


def test_more_than_all_experts_cannot_be_chosen() -> None:
    with pytest.raises(ValueError, match="best 5 of 4 experts"):
        MixtureOfExperts(3, 5, experts=4, top=5)
