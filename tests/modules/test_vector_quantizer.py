"""The learned code book."""

import torch

from dlstudio.modules.vector_quantizer import VectorQuantizer


def book() -> VectorQuantizer:
    torch.manual_seed(0)
    layer = VectorQuantizer(6, 3, commitment=0.25).double()
    torch.nn.init.normal_(layer.weight)
    return layer


def test_each_vector_becomes_the_nearest_code() -> None:
    layer, x = book(), torch.randn(2, 4, 5, 3, dtype=torch.float64)
    nearest = torch.cdist(x.reshape(-1, 3), layer.weight).argmin(1)
    assert torch.equal(layer(x)[0].reshape(-1, 3), layer.weight[nearest])


def test_the_loss_pulls_codes_and_vectors_together() -> None:
    layer, x = book(), torch.randn(7, 3, dtype=torch.float64, requires_grad=True)
    quantised, each = layer(x)
    assert each.shape == (7,)
    loss = each.mean()
    torch.testing.assert_close(loss, 1.25 * (quantised - x).square().mean())
    loss.backward()
    assert x.grad is not None
    assert layer.weight.grad is not None
    difference = 2 * (x - quantised).detach() / x.numel()
    torch.testing.assert_close(x.grad, 0.25 * difference)
    expected = torch.zeros_like(layer.weight).index_add(0, layer.nearest(x), -difference)
    torch.testing.assert_close(layer.weight.grad, expected.detach())


def test_the_gradient_of_the_output_goes_straight_to_the_input() -> None:
    layer, x = book(), torch.randn(7, 3, dtype=torch.float64, requires_grad=True)
    (layer(x)[0] * torch.arange(3)).sum().backward()
    assert x.grad is not None
    assert torch.equal(x.grad, torch.arange(3, dtype=torch.float64).expand(7, 3))
    assert layer.weight.grad is None


def test_the_book_starts_within_one_over_its_size() -> None:
    layer = VectorQuantizer(16, 8)
    assert layer.weight.shape == (16, 8)
    assert 0 < layer.weight.abs().max() <= 1 / 16


def test_the_vectors_may_lie_along_any_axis() -> None:
    layer, x = book(), torch.randn(2, 4, 5, 3, dtype=torch.float64)
    y, loss = layer(x)
    layer.dim = 1
    across, same = layer(x.movedim(-1, 1))
    assert torch.equal(across, y.movedim(-1, 1))
    torch.testing.assert_close(same, loss)
