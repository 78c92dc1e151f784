"""Activations: the sources' numbers, and every claim of every card held against torch."""

import math
from itertools import pairwise
from typing import cast

import pytest
import torch

from dlstudio.catalog.card import Card
from dlstudio.catalog.layers import layers
from dlstudio.catalog.layers.activation import Activation
from dlstudio.catalog.refusal import Put, Refused
from dlstudio.core.tensor import Tensor
from tests.catalog.goldens import at, close, made, node, numbers, slopes

CARDED = [cls.kind for cls in layers if issubclass(cls, Activation)]
each_activation = pytest.mark.parametrize("kind", CARDED)


def card(kind: str) -> Card:
    return cast(type[Activation], layers[kind]).card


def values(kind: str, low: float, high: float, steps: int) -> torch.Tensor:
    return at(kind, *torch.linspace(low, high, steps, dtype=torch.float64).tolist())


def test_ACT_01_a_step_is_0_or_1_and_lets_no_gradient_through() -> None:
    close(at("Step", -2, 0, 1e-9, 3), 0, 0, 1, 1)
    close(slopes("Step", -2, 0, 3), 0, 0, 0)


def test_ACT_02_sign_of_zero_is_minus_one() -> None:
    close(at("Sign", -2, 0, 3), -1, -1, 1)
    close(slopes("Sign", -2, 0, 3), 0, 0, 0)


def test_ACT_03_linear_layers_with_the_identity_between_are_one_linear_layer() -> None:
    torch.manual_seed(0)
    first, second = node("Linear", Tensor.of(4), out_features=5), node("Linear", Tensor.of(5), out_features=3)
    between = node("Identity", Tensor.of(5))
    x = torch.randn(7, 4, dtype=torch.float64)
    a, b = first.node1, second.node1
    one = x @ (b.weight @ a.weight).T + b.weight @ a.bias + b.bias
    torch.testing.assert_close(second(between(first(x))), one)


def test_ACT_04_and_NUM_15_sigmoid() -> None:
    close(at("Sigmoid", 0), 0.5)
    close(slopes("Sigmoid", 0, 10, -10), 0.25, 4.5396e-5, 4.5396e-5, within=1e-9)


def test_ACT_05_and_NUM_15_tanh() -> None:
    close(at("Tanh", 0), 0)
    close(slopes("Tanh", 0, 10, -10), 1, 8.2446e-9, 8.2446e-9, within=1e-12)


def test_ACT_06_softsign() -> None:
    close(at("Softsign", 1, -3), 0.5, -0.75)
    close(slopes("Softsign", 0), 1)


def test_ACT_07_and_NUM_15_the_slope_of_relu_at_zero_is_taken_as_zero() -> None:
    close(at("ReLU", -2, 0, 3), 0, 0, 3)
    close(slopes("ReLU", -2, 0, 3), 0, 0, 1)


def test_ACT_08_and_NUM_16_leaky_relu_multiplies_by_the_slope() -> None:
    close(at("LeakyReLU", -2, 3, negative_slope=0.5), -1, 3)


def test_ACT_09_and_NUM_16_leaky_relu_divides_by_the_divisor() -> None:
    close(at("LeakyReLU", -2, 3, form="divisor", divisor=2.0), -1, 3)
    close(at("LeakyReLU", -2, form="divisor", divisor=0.5), -4)


def test_ACT_09_each_channel_has_its_own_divisor() -> None:
    close(at("ChannelLeakyReLU", -2, -2, form="divisor", slopes=[2, 0.5]), -1, -4)


def test_ACT_09_as_many_slopes_as_channels() -> None:
    layer = made("ChannelLeakyReLU", slopes=(0.1, 0.2))
    with pytest.raises(Refused) as refusal:
        layer.shape(Tensor.of(3, 4, 4))
    assert refusal.value.remedies == (Put("slopes", (0.1, 0.2, 0.1)),)


def test_ACT_10_softplus_and_its_slope_the_sigmoid() -> None:
    close(at("Softplus", 0), math.log(2))
    xs = [-3.0, -0.5, 0.0, 1.0, 4.0]
    torch.testing.assert_close(slopes("Softplus", *xs), at("Sigmoid", *xs))


def test_ACT_11_and_NUM_18_softmax_of_3_1_minus_3() -> None:
    shares = at("Softmax", 3, 1, -3)
    close(shares, 0.878878, 0.118943, 0.002179)
    close(shares.sum(), 1)
    assert shares.argmax() == 0


@pytest.mark.parametrize(
    ("shape", "axis", "dim"),
    [((6,), "auto", 1), ((4, 6), "auto", 2), ((4, 6), "time", 1), ((3, 5, 7), "auto", 1), ((3, 5, 7), "width", 3)],
)
def test_LAY_23_softmax_sums_to_one_along_its_axis(shape: tuple[int, ...], axis: str, dim: int) -> None:
    x = torch.randn(2, *shape, dtype=torch.float64)
    total = node("Softmax", Tensor.of(*shape), axis=axis)(x).sum(dim)
    torch.testing.assert_close(total, torch.ones_like(total))


def test_ACT_12_exponential_is_positive_and_passes_one() -> None:
    grown = at("Exponential", -5, 0, 2)
    assert (grown > 0).all()
    close(grown, math.exp(-5), 1, math.exp(2))


def test_ACT_23_the_slope_turns_the_sigmoid_into_a_step() -> None:
    close(at("Sigmoid", 0.5, slope=4.0), 1 / (1 + math.exp(-2)))
    close(at("Sigmoid", -0.1, 0.1, slope=1000.0), *at("Step", -0.1, 0.1).tolist())


def test_NUM_19_the_slope_of_cross_entropy_through_a_sigmoid_is_the_error() -> None:
    z, y = numbers([4.0]).requires_grad_(), numbers([0.0])
    loss = torch.nn.functional.binary_cross_entropy(node("Sigmoid", Tensor.of(1))(z), y)
    (gradient,) = torch.autograd.grad(loss, z)
    close(gradient, 0.982014)


def test_NUM_20_the_ranges_of_the_slopes() -> None:
    xs = torch.linspace(-12, 12, 481, dtype=torch.float64).tolist()
    tanh, sigmoid = slopes("Tanh", *xs), slopes("Sigmoid", *xs)
    assert tanh.min() > 0
    assert tanh.max() == 1
    assert sigmoid.min() > 0
    assert sigmoid.max() == 0.25


@each_activation
def test_ACT_15_and_16_every_activation_says_when_to_use_it(kind: str) -> None:
    assert len(card(kind).note) > 10
    assert card(kind).span


@each_activation
def test_ACT_15_the_range_is_what_comes_out(kind: str) -> None:
    near, far = values(kind, -8, 8, 1601), values(kind, -1e4, 1e4, 2001)
    told = card(kind)
    for bound, end, sign in ((told.low, "low", -1.0), (told.high, "high", 1.0)):
        most = sign * torch.cat([near, far])
        if math.isinf(bound):
            assert most.max() > 50, f"{kind} stops at {most.max():g} on its {end} side"
            continue
        assert most.max() == pytest.approx(sign * bound, abs=1e-3)
        if told.reaches in (end, "both"):
            assert (sign * near).max() == pytest.approx(sign * bound, abs=1e-4)
        else:
            assert ((sign * near) < sign * bound).all()


@each_activation
def test_ACT_15_monotonic_and_linear_as_told(kind: str) -> None:
    steps = values(kind, -8, 8, 1601).diff()
    assert bool((steps >= -1e-12).all()) == card(kind).monotonic
    assert bool((steps.diff().abs() < 1e-12).all()) == card(kind).linear


@each_activation
def test_ACT_15_differentiable_as_told(kind: str) -> None:
    h = 1e-6
    xs = torch.linspace(-10, 10, 2001, dtype=torch.float64)
    left, middle, right = (at(kind, *(xs + shift).tolist()) for shift in (-h, 0.0, h))
    before, after = (middle - left) / h, (right - middle) / h
    kinks = (before - after).abs() > 1e-3 * (1 + before.abs())
    assert bool(kinks.any()) == (not card(kind).differentiable), f"{kind} has kinks at {xs[kinks].tolist()[:4]}"


@each_activation
def test_ACT_14_autograd_gives_the_slope_between_the_kinks(kind: str) -> None:
    xs, h = torch.linspace(-7.987, 8.011, 97, dtype=torch.float64).tolist(), 1e-6
    quotient = (at(kind, *(x + h for x in xs)) - at(kind, *(x - h for x in xs))) / (2 * h)
    torch.testing.assert_close(slopes(kind, *xs), quotient, rtol=1e-6, atol=1e-6)


@each_activation
def test_ACT_15_near_identity_as_told(kind: str) -> None:
    h = 1e-4
    same = torch.allclose(at(kind, -h, 0, h), numbers(-h, 0, h), rtol=0, atol=1e-3 * h)
    assert same == card(kind).near_identity


@each_activation
def test_ACT_15_and_24_saturates_as_told(kind: str) -> None:
    flat = {}
    for end, sign in (("left", -1.0), ("right", 1.0)):
        tail = at(kind, *(sign * x for x in (100, 101, 120, 300)))
        flat[end] = all(abs(b - a) < 0.01 for a, b in pairwise(tail.tolist()))
    told = card(kind).saturates
    assert flat == {"left": told in ("left", "both"), "right": told in ("right", "both")}


def test_prelu_refuses_a_slope_for_each_channel_where_time_stands_first() -> None:
    layer = made("PReLU", each_channel=True)
    with pytest.raises(Refused) as refusal:
        layer.shape(Tensor.of(5, 6))
    assert Put("each_channel", False) in refusal.value.remedies
    assert layer.shape(Tensor.of(3, 4, 4)) == Tensor.of(3, 4, 4)


def test_power_keeps_the_sign_where_no_real_power_exists() -> None:
    close(at("Power", -4, 4, exponent=0.5), -2, 2)
    close(at("Power", -4, 4, exponent=3.0), -64, 64)
    close(at("Power", -4, exponent=-1.0), -0.25)


def test_log_of_zero_is_finite() -> None:
    close(at("Log", 0, 1, math.e, eps=1e-3), math.log(1e-3), 0, 1)


def test_maxout_gives_the_largest_of_its_pieces() -> None:
    torch.manual_seed(0)
    unit = node("Maxout", Tensor.of(3), out_features=2, pieces=4)
    x = torch.randn(5, 3, dtype=torch.float64)
    inner = unit.node1
    pieces = (x @ inner.weight.T + inner.bias).reshape(5, 2, 4)
    torch.testing.assert_close(unit(x), pieces.amax(-1))


def test_sigmoid_needs_no_weights_and_takes_any_form() -> None:
    for x in (Tensor.of(), Tensor.of(4), Tensor.of(4, 6), Tensor.of(3, 8, 8), Tensor.of(1, 2, 3, 4)):
        layer = layers["Sigmoid"]()
        assert layer.shape(x) == x
        assert layer.parameters(x) == 0
