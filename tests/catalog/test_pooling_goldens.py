"""Pooling: the sources' pictures, and sizes against torch over every small window."""

from itertools import product

import pytest
import torch
from torch import nn

from dlstudio.catalog.refusal import Refused
from dlstudio.core.tensor import FORMS, Tensor
from tests.catalog.goldens import close, made, node

NINE = torch.arange(1.0, 10, dtype=torch.float64).reshape(1, 1, 3, 3)
SIXTEEN = torch.arange(1.0, 17, dtype=torch.float64).reshape(1, 1, 4, 4)
SHIFTED = SIXTEEN.clone()
SHIFTED[0, 0, 0] = torch.tensor([2.0, 3, 4, 5])
SMALL, LARGE = Tensor.of(1, 3, 3), Tensor.of(1, 4, 4)


def test_NUM_35_and_LAY_17_pooling_of_3x3_with_window_2_and_stride_1() -> None:
    close(node("MaxPool2d", SMALL, kernel_size=2, stride=1)(NINE), 5, 6, 8, 9)
    close(node("AvgPool2d", SMALL, kernel_size=2, stride=1)(NINE), 3, 4, 6, 7)


def test_NUM_36_and_LAY_18_pooling_of_4x4_with_window_2_and_stride_2() -> None:
    close(node("MaxPool2d", LARGE)(SIXTEEN), 6, 8, 14, 16)
    close(node("AvgPool2d", LARGE)(SIXTEEN), 3.5, 5.5, 11.5, 13.5)


def test_NUM_37_a_small_shift_leaves_the_maxima_and_moves_the_means() -> None:
    close(node("MaxPool2d", LARGE)(SHIFTED), 6, 8, 14, 16)
    close(node("AvgPool2d", LARGE)(SHIFTED), 4, 6, 11.5, 13.5)


@pytest.mark.parametrize(("kernel", "stride", "left"), [(2, 0, 112), (3, 2, 111)])
def test_NUM_38_and_LAY_19_pooling_keeps_about_a_quarter(kernel: int, stride: int, left: int) -> None:
    y = made("MaxPool2d", kernel_size=kernel, stride=stride).shape(Tensor.of(64, 224, 224))
    assert y == Tensor.of(64, left, left)
    assert y.size / (64 * 224 * 224) == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("kind", ["MaxPool2d", "AvgPool2d", "LPPool2d", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d"])
def test_LAY_20_pooling_has_no_weights_and_keeps_the_channels(kind: str) -> None:
    x = Tensor.of(7, 9, 9)
    assert made(kind).parameters(x) == 0
    assert made(kind).shape(x).channels == 7


@pytest.mark.parametrize("ceil", [False, True])
@pytest.mark.parametrize("kind", ["MaxPool1d", "AvgPool1d"])
def test_LAY_11_sizes_are_those_of_torch_for_every_small_window(kind: str, ceil: bool) -> None:
    for length, kernel, stride, padding in product(range(1, 10), range(1, 7), range(1, 5), range(4)):
        layer = made(kind, kernel_size=kernel, stride=stride, padding=padding, ceil_mode=ceil)
        theirs = getattr(nn, kind)(kernel, stride, padding, ceil_mode=ceil)
        x = Tensor((1, length), FORMS["a signal"])
        try:
            size = theirs(torch.zeros(1, 1, length, device="meta")).shape[-1]
        except RuntimeError:
            with pytest.raises(Refused):
                layer.shape(x)
            continue
        assert layer.shape(x).shape[-1] == size, (length, kernel, stride, padding)


def test_dilated_windows_have_the_sizes_of_torch() -> None:
    for length, kernel, stride, dilation, ceil in product(
        range(1, 12), range(1, 5), range(1, 4), range(1, 4), (False, True)
    ):
        layer = made("MaxPool1d", kernel_size=kernel, stride=stride, dilation=dilation, ceil_mode=ceil)
        theirs = nn.MaxPool1d(kernel, stride, dilation=dilation, ceil_mode=ceil)
        x = Tensor((1, length), FORMS["a signal"])
        try:
            size = theirs(torch.zeros(1, 1, length, device="meta")).shape[-1]
        except RuntimeError:
            with pytest.raises(Refused):
                layer.shape(x)
            continue
        assert layer.shape(x).shape[-1] == size, (length, kernel, stride, dilation, ceil)


def test_too_large_windows_are_refused_with_a_size_that_fits() -> None:
    with pytest.raises(Refused, match="smaller window") as refusal:
        made("MaxPool2d", kernel_size=5).shape(Tensor.of(3, 4, 4))
    assert refusal.value.remedies[0].label == "Set kernel size to 4×4"


@pytest.mark.parametrize(
    ("x", "dims", "shape"),
    [
        (Tensor.of(3, 5, 7), (2, 3), Tensor.of(3)),
        (Tensor.of(4, 6), (1,), Tensor.of(6)),
        (Tensor((4, 6), FORMS["a signal"]), (2,), Tensor.of(4)),
        (Tensor.of(2, 3, 4, 5), (2, 3, 4), Tensor.of(2)),
        (Tensor((5, 3, 4, 4), FORMS["a clip"]), (3, 4), Tensor.of(5, 3)),
    ],
)
def test_global_pooling_leaves_one_number_of_each_channel_or_feature(
    x: Tensor, dims: tuple[int, ...], shape: Tensor
) -> None:
    given = torch.randn(2, *x.shape, dtype=torch.float64)
    assert made("GlobalAvgPool").shape(x) == shape
    torch.testing.assert_close(node("GlobalAvgPool", x)(given), given.mean(dims))
    torch.testing.assert_close(node("GlobalMaxPool", x)(given), given.amax(dims))
    torch.testing.assert_close(node("GlobalAvgPool", x, keep=True)(given), given.mean(dims, keepdim=True))


def test_global_pooling_that_keeps_the_axes_is_the_adaptive_pooling_to_one() -> None:
    x, given = Tensor.of(3, 5, 7), torch.randn(2, 3, 5, 7, dtype=torch.float64)
    assert made("GlobalAvgPool", keep=True).shape(x) == Tensor.of(3, 1, 1)
    torch.testing.assert_close(node("GlobalAvgPool", x, keep=True)(given), nn.AdaptiveAvgPool2d(1)(given))
    torch.testing.assert_close(node("GlobalMaxPool", x, keep=True)(given), nn.AdaptiveMaxPool2d(1)(given))


def test_lp_pooling_of_odd_powers_takes_negative_numbers() -> None:
    x = -torch.ones(1, 1, 2, 2, dtype=torch.float64)
    close(node("LPPool2d", Tensor.of(1, 2, 2), norm_type=3)(x), 4 ** (1 / 3))


def test_unpooling_puts_the_maxima_back_where_they_were() -> None:
    indices, maxima = node("MaxPool2d", LARGE, return_indices=True)(SIXTEEN)
    pooled = Tensor.of(1, 2, 2)
    back = node("MaxUnpool2d", pooled, pooled.cast("int"))(indices, maxima)
    close(back, 0, 0, 0, 0, 0, 6, 0, 8, 0, 0, 0, 0, 0, 14, 0, 16)


def test_unpooling_restores_an_odd_size_that_pooling_has_rounded() -> None:
    pooled, odd = Tensor.of(1, 2, 2), Tensor.of(1, 5, 5)
    assert made("MaxUnpool2d").shape(pooled, pooled.cast("int"), odd) == odd
    with pytest.raises(Refused, match="stride"):
        made("MaxUnpool2d").shape(pooled, pooled.cast("int"), Tensor.of(1, 6, 6))


def test_unpooling_without_indices_says_where_they_come_from() -> None:
    with pytest.raises(Refused, match="return indices"):
        made("MaxUnpool2d").shape(Tensor.of(1, 2, 2), Tensor.of(1, 2, 2))
