"""Norms: the sources' numbers, and which convention is in force where they differ."""

import pytest
import torch

from dlstudio.catalog.refusal import Insert, Put, Refused
from dlstudio.core.tensor import FORMS, Tensor
from tests.catalog.goldens import close, made, node, numbers

VECTOR = Tensor.of(1)


def column(*values: float) -> torch.Tensor:
    """A batch of samples of one feature."""
    return numbers(*values)[:, None]


def test_NUM_22_lrn_of_the_sources() -> None:
    layer = node("LocalResponseNorm", Tensor.of(8, 1, 1))
    close(
        layer(torch.arange(1.0, 9, dtype=torch.float64).reshape(1, 8, 1, 1)),
        *(0.594291582, 1.187871011, 1.780140394, 2.370418559, 2.958055233, 3.542411517, 4.135271494, 4.730421766),
        within=1e-9,
    )
    ones = node("LocalResponseNorm", Tensor.of(5, 1, 1))(torch.ones(1, 5, 1, 1, dtype=torch.float64))
    close(ones[0, 2], 0.594492094, within=1e-9)


def test_NUM_22_lrn_of_torch_divides_alpha_by_the_size() -> None:
    layer = node("LocalResponseNorm", Tensor.of(8, 1, 1), convention="torch")
    close(layer(torch.arange(1.0, 9, dtype=torch.float64).reshape(1, 8, 1, 1))[:, 0], 0.594541132, within=1e-9)


@pytest.mark.parametrize("running", ["torch", "average", "old-weight", "none"])
def test_NUM_23_and_NLA_02_training_uses_the_biased_variance_of_the_batch(running: str) -> None:
    layer = node("BatchNorm", VECTOR, eps=1e-12, running=running)
    close(layer(column(1, 2, 3, 4)), -1.341641, -0.447214, 0.447214, 1.341641)


def test_NLA_02_epsilon_stands_inside_the_root() -> None:
    layer = node("BatchNorm", VECTOR, eps=0.75)
    close(layer(column(1, 2, 3, 4)), *((x - 2.5) / (1.25 + 0.75) ** 0.5 for x in (1, 2, 3, 4)))


def test_NLA_02_batch_norm_of_an_image_has_mean_0_and_variance_1_in_each_channel() -> None:
    torch.manual_seed(0)
    y = node("BatchNorm", Tensor.of(3, 8, 8), eps=1e-12)(3 + 5 * torch.randn(4, 3, 8, 8, dtype=torch.float64))
    close(y.mean((0, 2, 3)), 0, 0, 0)
    close(y.var((0, 2, 3), correction=0), 1, 1, 1)


def test_NLA_03_and_05_average_remembers_the_mean_of_all_batches_and_the_unbiased_variance() -> None:
    layer = node("BatchNorm", VECTOR, running="average")
    layer(column(8, 12))
    layer(column(0, 4))
    inner = layer.node1
    close(inner.running_mean, 6)
    close(inner.running_var, 8)
    close(layer.eval()(column(6, 6 + 8**0.5)), 0, 1, within=1e-5)


def test_NUM_24_and_NLA_04_momentum_weighs_the_old_value_in_the_sources() -> None:
    layer = node("BatchNorm", VECTOR, running="old-weight", momentum=0.1)
    layer(column(8, 12))
    close(layer.node1.running_mean, 9.0)
    close(layer.node1.running_var, 3.7)


@pytest.mark.parametrize(("momentum", "mean", "variance"), [(0.1, 1.0, 1.7), (0.9, 9.0, 7.3)])
def test_NUM_24_momentum_weighs_the_new_batch_in_torch(momentum: float, mean: float, variance: float) -> None:
    layer = node("BatchNorm", VECTOR, momentum=momentum)
    layer(column(8, 12))
    close(layer.node1.running_mean, mean)
    close(layer.node1.running_var, variance)


def test_batch_norm_that_remembers_nothing_uses_its_own_batch_in_evaluation() -> None:
    layer = node("BatchNorm", VECTOR, running="none", eps=1e-12).eval()
    close(layer(column(1, 2, 3, 4)), -1.341641, -0.447214, 0.447214, 1.341641)


def test_NLA_06_gradients_of_batch_norm() -> None:
    torch.manual_seed(0)
    layer = node("BatchNorm", Tensor.of(3))
    assert torch.autograd.gradcheck(layer, torch.randn(5, 3, dtype=torch.float64, requires_grad=True))


def test_NLA_09_group_norm_does_not_depend_on_the_batch() -> None:
    torch.manual_seed(0)
    layer = node("GroupNorm", Tensor.of(6, 4, 4), num_groups=3)
    x = torch.randn(32, 6, 4, 4, dtype=torch.float64)
    torch.testing.assert_close(layer(x)[:1], layer(x[:1]), rtol=0, atol=1e-6)


def test_NLA_09_groups_that_do_not_divide_are_offered_a_number_that_does() -> None:
    with pytest.raises(Refused) as refusal:
        made("GroupNorm", num_groups=8).shape(Tensor.of(12, 4, 4))
    assert refusal.value.remedies == (Put("num_groups", 6),)


@pytest.mark.parametrize("kind", ["BatchNorm", "InstanceNorm", "GroupNorm"])
def test_a_sequence_is_refused_since_torch_would_take_time_for_channels(kind: str) -> None:
    with pytest.raises(Refused, match="LayerNorm") as refusal:
        made(kind).shape(Tensor.of(10, 16))
    assert Insert("Transpose") in refusal.value.remedies


@pytest.mark.parametrize(
    ("x", "axes", "over"),
    [
        (Tensor.of(6), "auto", (1,)),
        (Tensor.of(4, 6), "auto", (2,)),
        (Tensor.of(4, 6), "all", (1, 2)),
        (Tensor.of(3, 5, 5), "auto", (1, 2, 3)),
        (Tensor.of(3, 5, 5), "features", (1,)),
        (Tensor((3, 4, 5, 5), FORMS["a clip"]), "auto", (2, 3, 4)),
        (Tensor((3, 4, 5, 5), FORMS["a clip"]), "features", (2,)),
    ],
)
@pytest.mark.parametrize("kind", ["LayerNorm", "RMSNorm"])
def test_layer_norms_work_over_the_axes_that_were_asked_for(
    x: Tensor, axes: str, over: tuple[int, ...], kind: str
) -> None:
    torch.manual_seed(0)
    given = 2 + torch.randn(2, *x.shape, dtype=torch.float64)
    y = node(kind, x, axes=axes, eps=1e-12)(given)
    centre = given.mean(over, keepdim=True) if kind == "LayerNorm" else 0
    torch.testing.assert_close(y, (given - centre) / (given - centre).square().mean(over, keepdim=True).sqrt())


def test_instance_norm_takes_contrast_away() -> None:
    torch.manual_seed(0)
    layer = node("InstanceNorm", Tensor.of(3, 6, 6), eps=1e-12)
    x = torch.randn(2, 3, 6, 6, dtype=torch.float64)
    torch.testing.assert_close(layer(5 * x - 7), layer(x))


def test_normalize_gives_length_one() -> None:
    close(node("Normalize", Tensor.of(2))(numbers([3.0, 4.0])), 0.6, 0.8)
    close(node("Normalize", Tensor.of(2), p=1.0)(numbers([1.0, 3.0])), 0.25, 0.75)


def test_norms_start_by_the_chosen_initialiser_and_only_where_there_are_weights() -> None:
    start = {"kind": "Constant", "val": 0.5}
    layer = node("BatchNorm", Tensor.of(3, 4, 4), weight_init=start).node1
    close(layer.weight, 0.5, 0.5, 0.5)
    assert node("BatchNorm", Tensor.of(3, 4, 4), weight_init=start, affine=False).node1.weight is None
    assert node("RMSNorm", Tensor.of(3), weight_init=start, elementwise_affine=False).node1.weight is None
