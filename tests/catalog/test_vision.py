"""Vision: attention to a region, sizes, and convolutions of a special build."""

import math

import pytest
import torch
import torch.nn.functional as F

from dlstudio.compiler.line import line
from dlstudio.compiler.load import build
from dlstudio.core.tensor import Tensor
from tests.catalog.goldens import made, node, numbers
from tests.catalog.harness import NAME

IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


@pytest.mark.parametrize("align", [True, False])
def test_LAY_41_the_identity_reproduces_the_image(align: bool) -> None:
    x = torch.randn(2, 3, 9, 7, dtype=torch.float64)
    look = node("SpatialTransform", Tensor.of(3, 9, 7), Tensor.of(6), align_corners=align)
    torch.testing.assert_close(look(numbers(IDENTITY, IDENTITY), x), x, atol=1e-5, rtol=0)


def test_LAY_41_a_half_turn_reads_the_image_upside_down() -> None:
    x = torch.randn(1, 1, 4, 6, dtype=torch.float64)
    theta = numbers((math.cos(math.pi), -math.sin(math.pi), 0.0, math.sin(math.pi), math.cos(math.pi), 0.0))
    look = node("SpatialTransform", Tensor.of(1, 4, 6), Tensor.of(6))
    torch.testing.assert_close(look(theta, x), x.flip(2, 3), atol=1e-5, rtol=0)


def test_ARC_43_gradients_reach_where_to_look() -> None:
    theta = numbers(IDENTITY).requires_grad_()
    look = node("SpatialTransform", Tensor.of(1, 8, 8), Tensor.of(6))
    look(theta, torch.randn(1, 1, 8, 8, dtype=torch.float64)).square().sum().backward()
    assert theta.grad is not None
    assert theta.grad.abs().sum() > 0


def test_LAY_16_local_filters_are_counted_at_every_place_and_equal_a_convolution_when_tied() -> None:
    x = Tensor.of(3, 6, 5)
    layer = made("LocalConv2d", out_channels=4)
    assert layer.shape(x) == Tensor.of(4, 4, 3)
    assert layer.parameters(x) == 4 * 3 * (3 * 3 * 3 + 1) * 4
    local = node("LocalConv2d", x, out_channels=4)
    module = getattr(local, NAME)
    kernel, bias = torch.randn(4, 3, 3, 3, dtype=torch.float64), torch.randn(4, dtype=torch.float64)
    with torch.no_grad():
        module.weight.copy_(kernel.expand_as(module.weight))
        module.bias.copy_(bias.expand_as(module.bias))
    given = torch.randn(2, 3, 6, 5, dtype=torch.float64)
    torch.testing.assert_close(local(given), F.conv2d(given, kernel, bias))


def test_LAY_14_and_NUM_53_a_depthwise_convolution_multiplies_4800_times() -> None:
    layer = made("DepthwiseConv2d", kernel_size=5, bias=False)
    assert layer.shape(Tensor.of(3, 12, 12)) == Tensor.of(3, 8, 8)
    assert layer.macs(Tensor.of(3, 12, 12)) == 4800


@pytest.mark.parametrize(("filters", "products"), [(125, 24_000), (256, 49_152)])
def test_LAY_15_and_NUM_53_a_pointwise_convolution_mixes_channels_at_each_pixel(filters: int, products: int) -> None:
    layer = made("PointwiseConv2d", out_channels=filters)
    assert layer.macs(Tensor.of(3, 8, 8)) == 1 * 1 * 3 * 8 * 8 * filters == products


def test_LAY_13_a_1x1_convolution_is_a_dense_layer_at_each_pixel() -> None:
    mixing = node("PointwiseConv2d", Tensor.of(3, 4, 5), out_channels=2)
    x, conv = torch.randn(2, 3, 4, 5, dtype=torch.float64), getattr(mixing, NAME)
    dense = F.linear(x.movedim(1, -1), conv.weight.flatten(1), conv.bias).movedim(-1, 1)
    torch.testing.assert_close(mixing(x), dense)


def test_a_separable_convolution_is_typed_in_two_words() -> None:
    model = build(line("input 3x8x8 > dwconv 3 same > pwconv 64"))
    assert [conv.groups for conv in model.children()] == [3, 1]
    assert model(torch.zeros(1, 3, 8, 8)).shape == (1, 64, 8, 8)


@pytest.mark.parametrize("mode", ["nearest", "linear", "cubic", "area", "nearest-exact"])
def test_resizing_to_the_size_that_is_there_changes_nothing(mode: str) -> None:
    x = torch.randn(1, 2, 5, 4, dtype=torch.float64)
    torch.testing.assert_close(node("Resize", Tensor.of(2, 5, 4), size=(5, 4), mode=mode)(x), x)


def test_pixels_shuffled_and_unshuffled_are_where_they_were() -> None:
    x = torch.randn(1, 8, 3, 5, dtype=torch.float64)
    large = node("PixelShuffle", Tensor.of(8, 3, 5))(x)
    assert torch.equal(node("PixelUnshuffle", Tensor.of(2, 6, 10))(large), x)
