"""Self-attention."""

import pytest
import torch
from torch import nn

from dlstudio.modules.self_attention import SelfAttention, rotate_by_position


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("bias", [False, True])
def test_it_is_torchs_multi_head_attention_of_a_sequence_with_itself(bias, causal) -> None:
    torch.manual_seed(0)
    ours = SelfAttention(8, 2, bias, causal=causal).double()
    theirs = nn.MultiheadAttention(8, 2, bias=bias, batch_first=True).double()
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.normal_()
        theirs.in_proj_weight.copy_(ours.qkv.weight)
        theirs.out_proj.weight.copy_(ours.out.weight)
        if bias:
            theirs.in_proj_bias.copy_(ours.qkv.bias)
            theirs.out_proj.bias.copy_(ours.out.bias)
    x = torch.randn(3, 5, 8, dtype=torch.float64)
    mask = torch.ones(5, 5, dtype=torch.bool).triu(1) if causal else None
    torch.testing.assert_close(ours(x), theirs(x, x, x, attn_mask=mask, need_weights=False)[0])


@pytest.mark.parametrize("rotary", [False, True])
def test_causal_attention_never_sees_what_comes_later(rotary) -> None:
    torch.manual_seed(0)
    layer, x = SelfAttention(8, 2, causal=True, rotary=rotary), torch.randn(2, 6, 8)
    later = x.clone()
    later[:, 4:] = torch.randn(2, 2, 8)
    torch.testing.assert_close(layer(later)[:, :4], layer(x)[:, :4])
    assert not torch.allclose(layer(later)[:, 4:], layer(x)[:, 4:])


def test_rotary_scores_depend_on_the_distance_only() -> None:
    torch.manual_seed(0)
    query, key = torch.randn(6, dtype=torch.float64), torch.randn(6, dtype=torch.float64)
    scores = rotate_by_position(query.expand(9, 6)) @ rotate_by_position(key.expand(9, 6)).T
    for distance in range(-8, 9):
        diagonal = scores.diagonal(distance)
        torch.testing.assert_close(diagonal, diagonal[0].expand_as(diagonal))
    assert not torch.allclose(scores[0, 1], scores[1, 0])


def test_queries_and_keys_are_turned_and_values_are_not() -> None:
    torch.manual_seed(0)
    layer, x = SelfAttention(6, 1, rotary=True).double(), torch.randn(2, 5, 6, dtype=torch.float64)
    query, key, value = layer.qkv(x).chunk(3, -1)
    scores = rotate_by_position(query) @ rotate_by_position(key).transpose(1, 2) / 6**0.5
    torch.testing.assert_close(layer(x), layer.out(scores.softmax(-1) @ value))


def test_rotary_turns_the_first_pair_by_one_radian_a_step_and_keeps_lengths() -> None:
    turned = rotate_by_position(torch.tensor([[1.0, 1.0, 0.0, 0.0]], dtype=torch.float64).expand(4, 4))
    steps = torch.arange(4, dtype=torch.float64)
    torch.testing.assert_close(turned[:, 0], steps.cos())
    torch.testing.assert_close(turned[:, 2], steps.sin())
    torch.testing.assert_close(turned[:, 1], (steps / 100).cos())
    torch.testing.assert_close(turned.norm(dim=1), torch.full((4,), 2.0, dtype=torch.float64).sqrt())


def test_without_positions_the_order_does_not_matter_and_with_them_it_does() -> None:
    torch.manual_seed(0)
    x, order = torch.randn(2, 6, 8), torch.tensor([3, 1, 5, 0, 2, 4])
    plain, rotary = SelfAttention(8, 2), SelfAttention(8, 2, rotary=True)
    torch.testing.assert_close(plain(x[:, order]), plain(x)[:, order])
    assert not torch.allclose(rotary(x[:, order]), rotary(x)[:, order], atol=1e-3)


def test_dropout_works_while_training_only() -> None:
    torch.manual_seed(0)
    layer, x = SelfAttention(8, 2, dropout=0.5), torch.randn(2, 6, 8)
    assert not torch.equal(layer(x), layer(x))
    assert torch.equal(layer.eval()(x), layer(x))


def test_rotary_positions_add_no_parameters_and_sizes_must_fit() -> None:
    assert sum(parameter.numel() for parameter in SelfAttention(8, 2, rotary=True).parameters()) == 4 * (8 * 8 + 8)
    with pytest.raises(ValueError, match="10 features do not split evenly into 4 heads"):
        SelfAttention(10, 4)
    with pytest.raises(ValueError, match="even head size, not 3"):
        SelfAttention(6, 2, rotary=True)
