"""The class token."""

import torch

from dlstudio.modules.class_token import ClassToken


def test_the_token_comes_first_and_the_sequence_follows_unchanged() -> None:
    layer, x = ClassToken(3), torch.randn(2, 5, 3)
    y = layer(x)
    assert torch.equal(y[:, 0], layer.token.expand(2, 3))
    assert torch.equal(y[:, 1:], x)


def test_all_samples_teach_the_one_token() -> None:
    layer = ClassToken(3)
    layer(torch.randn(4, 5, 3)).sum().backward()
    assert layer.token.grad is not None
    assert layer.token.grad.tolist() == [4, 4, 4]
