"""Dropout, noise and sampling: what training disturbs, what evaluation leaves alone, and what flows back."""

import pytest
import torch

from dlstudio.catalog.refusal import Insert, Refused
from dlstudio.core.tensor import FORMS, Tensor
from tests.catalog.goldens import close, made, node, numbers

MANY = Tensor.of(100, 10, 10)
IMAGE = Tensor.of(50, 4, 4)


def ones(x: Tensor, batch: int = 10) -> torch.Tensor:
    return torch.ones(batch, *x.shape, dtype=torch.float64)


@pytest.mark.parametrize("p", [0.2, 0.5])
def test_LAY_24_and_REG_09_dropout_drops_a_share_p_and_keeps_the_mean(p: float) -> None:
    torch.manual_seed(0)
    layer, x = node("Dropout", MANY, p=p), ones(MANY)
    y = layer(x)
    count = x.numel()
    assert (y == 0).sum().item() / count == pytest.approx(p, abs=3 * (p * (1 - p) / count) ** 0.5)
    close(y[y != 0].unique(), 1 / (1 - p))
    assert torch.equal(layer.eval()(x), x)


def test_SE_27_the_help_says_that_p_is_the_probability_of_being_dropped() -> None:
    for kind in ("Dropout", "AlphaDropout", "FeatureAlphaDropout", "ChannelDropout", "DropPath", "DropConnectLinear"):
        assert "DROPPED" in made(kind).specs["p"].marker.help, kind


def test_REG_12_no_gradient_reaches_what_was_dropped() -> None:
    torch.manual_seed(0)
    x = ones(MANY, 1).requires_grad_()
    y = node("Dropout", MANY)(x)
    (gradient,) = torch.autograd.grad(y.sum(), x)
    assert torch.equal(gradient == 0, y == 0)


@pytest.mark.parametrize("kind", ["ChannelDropout", "FeatureAlphaDropout"])
def test_channel_dropout_drops_whole_channels(kind: str) -> None:
    torch.manual_seed(0)
    y = node(kind, IMAGE)(ones(IMAGE)).flatten(2)
    assert torch.equal(y.amin(2), y.amax(2))
    assert len(y.unique()) == 2


@pytest.mark.parametrize(
    ("x", "callee"),
    [
        (Tensor((6, 5), FORMS["a signal"]), "nn.Dropout1d"),
        (Tensor.of(6, 5, 5), "nn.Dropout2d"),
        (Tensor.of(6, 5, 5, 5), "nn.Dropout3d"),
    ],
)
def test_channel_dropout_takes_the_class_of_the_form(x: Tensor, callee: str) -> None:
    assert made("ChannelDropout").construct(x=x).callee == callee


def test_channel_dropout_of_a_sequence_would_drop_steps_so_it_offers_a_transpose() -> None:
    with pytest.raises(Refused) as refusal:
        made("ChannelDropout").shape(Tensor.of(5, 6))
    assert Insert("Transpose", port="x") in refusal.value.remedies


def test_drop_path_drops_whole_samples_and_keeps_the_mean() -> None:
    torch.manual_seed(0)
    y = node("DropPath", IMAGE, p=0.25)(ones(IMAGE, 400)).flatten(1)
    assert torch.equal(y.amin(1), y.amax(1))
    assert (y[:, 0] == 0).sum().item() / 400 == pytest.approx(0.25, abs=0.07)
    close(y.max(), 4 / 3)


def test_drop_connect_is_the_linear_layer_in_evaluation() -> None:
    torch.manual_seed(0)
    layer, x = node("DropConnectLinear", Tensor.of(6), out_features=4), torch.randn(3, 6, dtype=torch.float64)
    torch.testing.assert_close(layer.eval()(x), x @ layer.node1.weight.T + layer.node1.bias)
    assert not torch.equal(layer.train()(x), layer.eval()(x))


@pytest.mark.parametrize("kind", ["GaussianNoise", "MaskNoise", "SaltPepperNoise", "AlphaDropout"])
def test_noise_disturbs_training_only(kind: str) -> None:
    torch.manual_seed(0)
    layer, x = node(kind, MANY), ones(MANY)
    assert torch.equal(layer.eval()(x), x)
    assert not torch.equal(layer.train()(x), x)


def test_gaussian_noise_has_the_spread_that_was_asked_for() -> None:
    torch.manual_seed(0)
    y = node("GaussianNoise", MANY, std=0.3)(ones(MANY)) - 1
    assert y.mean().item() == pytest.approx(0, abs=0.005)
    assert y.std().item() == pytest.approx(0.3, abs=0.005)


@pytest.mark.parametrize(("distribution", "mean", "spread"), [("normal", 0, 1), ("uniform", 0.5, 12**-0.5)])
def test_GEN_06_a_noise_source_draws_for_every_sample(distribution: str, mean: float, spread: float) -> None:
    torch.manual_seed(0)
    label = Tensor.of(dtype="int")
    z = node("NoiseSource", label, size=(4, 50), distribution=distribution)(torch.zeros(500, dtype=torch.long))
    assert z.shape == (500, 4, 50)
    assert z.mean().item() == pytest.approx(mean, abs=0.02)
    assert z.std().item() == pytest.approx(spread, abs=0.02)


def test_GEN_06_a_noise_source_has_the_form_that_was_asked_for() -> None:
    assert made("NoiseSource", size=(1, 8, 8)).shape(Tensor.of(3)) == Tensor.of(1, 8, 8)
    assert made("NoiseSource", size=(8, 4), form="signal").shape(Tensor.of(3)).axes == FORMS["a signal"]


def test_bernoulli_draws_zeros_and_ones_and_lets_the_gradient_through() -> None:
    torch.manual_seed(0)
    x = torch.full((1, *MANY.shape), 0.3, dtype=torch.float64, requires_grad=True)
    y = node("BernoulliSample", MANY)(x)
    assert set(y.unique().tolist()) == {0.0, 1.0}
    assert y.mean().item() == pytest.approx(0.3, abs=0.02)
    (gradient,) = torch.autograd.grad(y.sum(), x)
    assert torch.equal(gradient, torch.ones_like(gradient))


def test_bernoulli_of_logits_goes_through_a_sigmoid() -> None:
    layer = node("BernoulliSample", Tensor.of(2), takes="logits", in_eval="probability").eval()
    close(layer(numbers([0.0, 2.0])), 0.5, 0.880797)


def test_a_gaussian_sample_has_the_mean_and_variance_that_came_in() -> None:
    torch.manual_seed(0)
    x = Tensor.of(20000)
    layer = node("GaussianSample", x, x)
    mean, log_variance = torch.full((1, 20000), 3.0), torch.full((1, 20000), 2.0).log()
    z = layer(log_variance, mean)
    assert z.mean().item() == pytest.approx(3, abs=0.05)
    assert z.var().item() == pytest.approx(2, abs=0.1)
    assert torch.equal(layer.eval()(log_variance, mean), mean)


@pytest.mark.parametrize("hard", [False, True])
def test_gumbel_softmax_draws_shares_in_training_and_gives_the_softmax_in_evaluation(hard: bool) -> None:
    torch.manual_seed(0)
    layer = node("GumbelSoftmax", Tensor.of(3), tau=0.5, hard=hard)
    x = numbers([1.0, 2.0, 0.0])
    close(layer(x).sum(), 1)
    assert (set(layer(x).flatten().tolist()) == {0.0, 1.0}) == hard
    torch.testing.assert_close(layer.eval()(x), torch.softmax(x / 0.5, 1))


def test_gumbel_softmax_draws_each_class_as_often_as_the_softmax_says() -> None:
    torch.manual_seed(0)
    x = numbers([1.0, 2.0, 0.0])
    draws = node("GumbelSoftmax", Tensor.of(3), hard=True)(x.expand(20000, 3)).mean(0)
    torch.testing.assert_close(draws, torch.softmax(x, 1)[0], rtol=0, atol=0.02)


@pytest.mark.parametrize("x", [Tensor.of(6), Tensor.of(4, 6), Tensor.of(6, 3, 3)])
def test_a_vector_quantizer_gives_codes_and_one_loss_for_each_sample(x: Tensor) -> None:
    torch.manual_seed(0)
    layer, given = node("VectorQuantizer", x, codes=5), torch.randn(2, *x.shape, dtype=torch.float64)
    loss, y = layer(given)
    assert loss.shape == (2,)
    at = x.channel_position + 1
    vectors = y.movedim(at, -1).reshape(-1, 6)
    assert all(any(torch.equal(vector, code) for code in layer.node1.weight) for vector in vectors)
    torch.testing.assert_close(loss, 1.25 * (y - given).square().flatten(1).mean(1))


def test_a_leaky_neuron_fires_when_enough_has_gathered() -> None:
    layer = node("LeakyIntegrateFire", Tensor.of(5, 1), decay=0.5, threshold=1.0)
    close(layer(numbers([[0.6], [0.6], [0.8], [0.0], [1.0]])), 0, 0, 1, 0, 1)
