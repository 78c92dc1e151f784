"""Maxout units."""

import torch

from dlstudio.modules.maxout import Maxout


def test_a_unit_gives_the_largest_of_its_pieces() -> None:
    torch.manual_seed(0)
    layer, x = Maxout(3, 4, pieces=5), torch.randn(6, 3)
    assert layer.bias is not None
    for unit in range(4):
        rows = slice(5 * unit, 5 * unit + 5)
        expected = (x @ layer.weight[rows].T + layer.bias[rows]).max(1).values
        torch.testing.assert_close(layer(x)[:, unit], expected)


def test_two_pieces_can_be_the_absolute_value() -> None:
    layer = Maxout(1, 1, bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[1.0], [-1.0]]))
    assert layer(torch.tensor([[-3.0], [2.0]])).flatten().tolist() == [3, 2]


def test_parameters_grow_with_the_pieces() -> None:
    assert sum(parameter.numel() for parameter in Maxout(3, 4, 5).parameters()) == 5 * 4 * (3 + 1)
    assert Maxout(3, 4, 5, bias=False).bias is None
