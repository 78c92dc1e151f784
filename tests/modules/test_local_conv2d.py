"""Convolution without shared weights, LAY-16 and ARC-35."""

import pytest
import torch
from torch import nn

from dlstudio.modules.local_conv2d import LocalConv2d

GRID = [
    ((5, 6), (3, 2), (1, 1), (0, 0)),
    ((5, 6), (3, 2), (2, 1), (1, 0)),
    ((7, 7), (3, 3), (3, 2), (2, 1)),
    ((4, 4), (1, 1), (1, 1), (0, 0)),
    ((4, 3), (4, 3), (1, 1), (0, 0)),
]


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("size", "kernel", "stride", "padding"), GRID)
def test_lay_16_tied_kernels_make_a_convolution(size, kernel, stride, padding, bias) -> None:
    torch.manual_seed(0)
    conv = nn.Conv2d(2, 3, kernel, stride, padding, bias=bias).double()
    local = LocalConv2d(2, 3, size, kernel, stride, padding, bias).double()
    with torch.no_grad():
        local.weight.copy_(conv.weight.expand_as(local.weight))
        if local.bias is not None and conv.bias is not None:
            local.bias.copy_(conv.bias.expand_as(local.bias))
    x = torch.randn(4, 2, *size, dtype=torch.float64)
    torch.testing.assert_close(local(x), conv(x))


@pytest.mark.parametrize(("size", "kernel", "stride", "padding"), GRID)
def test_lay_16_parameters_are_positions_times_filters(size, kernel, stride, padding) -> None:
    channels, filters = 2, 3
    local = LocalConv2d(channels, filters, size, kernel, stride, padding)
    height, width = local(torch.zeros(1, channels, *size)).shape[-2:]
    expected = height * width * (kernel[0] * kernel[1] * channels + 1) * filters
    assert sum(parameter.numel() for parameter in local.parameters()) == expected


def test_the_weight_of_a_position_is_the_kernel_that_works_there() -> None:
    torch.manual_seed(0)
    local, x = LocalConv2d(2, 3, (5, 6), (3, 2)), torch.randn(1, 2, 5, 6)
    assert local.bias is not None
    i, j = 1, 3
    patch = x[0, :, i : i + 3, j : j + 2]
    expected = (local.weight[i, j] * patch).sum((1, 2, 3)) + local.bias[i, j]
    torch.testing.assert_close(local(x)[0, :, i, j], expected)


def test_arc_35_aligned_data_with_features_that_depend_on_the_place_is_learned_where_a_convolution_fails() -> None:
    torch.manual_seed(0)
    x = torch.randn(256, 1, 4, 4)
    target = x * torch.randn(4, 4)

    def error(layer: nn.Module) -> float:
        optimizer = torch.optim.Adam(layer.parameters(), lr=0.1)
        loss = torch.tensor(0.0)
        for _ in range(150):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(layer(x), target)
            loss.backward()
            optimizer.step()
        return loss.item()

    assert error(LocalConv2d(1, 1, 4, 1)) < 1e-3 < 0.1 < error(nn.Conv2d(1, 1, 1))


def test_the_initial_weights_have_the_bound_of_a_convolution() -> None:
    local = LocalConv2d(4, 8, 16, 5)
    assert 0.99 < local.weight.abs().max() * 10 <= 1


def test_sizes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        LocalConv2d(1, 1, (4, 4), (5, 3))
    with pytest.raises(ValueError, match=r"expected images of \(4, 4\), got \(5, 4\)"):
        LocalConv2d(1, 1, 4, 3)(torch.zeros(1, 1, 5, 4))
