"""Newton's method: one step for a quadratic, whatever its axes, and no trap at saddle points."""

import pytest
import torch
from torch import Tensor, nn

from dlstudio.modules.newton import Newton
from tests.modules.descending import rosenbrock, weights

A = torch.tensor([[3.0, 1.0], [1.0, 2.0]], dtype=torch.float64)
B = torch.tensor([1.0, -2.0], dtype=torch.float64)


@pytest.mark.parametrize("saddle_free", [True, False])
def test_a_quadratic_takes_one_step_OPT_19_NUM_67(saddle_free: bool) -> None:
    weight = weights(10.0, -7.0)
    optimizer = Newton([weight], saddle_free=saddle_free)
    optimizer.step(lambda: weight @ A @ weight / 2 + B @ weight)
    assert weight.tolist() == pytest.approx([-0.8, 1.4])


def test_the_best_rate_is_one_over_the_curvature_NUM_65() -> None:
    weight = weights(1.0)
    Newton([weight]).step(lambda: weight.square().sum())
    assert weight.item() == pytest.approx(0)


def test_axes_can_be_scaled_so_that_a_rate_of_one_is_best_OPT_22_NUM_67() -> None:
    sizes, axes = torch.linalg.eigh(A)
    root = axes @ torch.diag(sizes**-0.5) @ axes.T
    scaled = weights(4.0, 4.0)
    optimizer = torch.optim.SGD([scaled], lr=1.0)
    (root @ scaled @ A @ (root @ scaled) / 2 + B @ (root @ scaled)).backward()
    optimizer.step()
    assert (root @ scaled.detach()).tolist() == pytest.approx([-0.8, 1.4])


def test_the_valley_of_rosenbrock_takes_a_few_steps() -> None:
    weight = weights(-1.2, 1.0)
    optimizer = Newton([weight])
    for _ in range(12):
        optimizer.step(lambda: rosenbrock(weight))
    assert rosenbrock(weight) < 1e-12


def test_a_saddle_point_is_left_unless_the_plain_method_is_asked_for() -> None:
    def saddle(weight: Tensor) -> Tensor:
        return (weight[0] ** 2 - weight[1] ** 2) / 2

    away, into = weights(1.0, 0.1), weights(1.0, 0.1)
    Newton([away]).step(lambda: saddle(away))
    Newton([into], saddle_free=False).step(lambda: saddle(into))
    assert away.tolist() == pytest.approx([0.0, 0.2])
    assert into.tolist() == pytest.approx([0.0, 0.0])


def test_damping_shortens_steps_and_flat_directions_stay() -> None:
    weight = weights(1.0, 5.0)
    Newton([weight], damping=1.0).step(lambda: weight[0] ** 2 / 2)
    assert weight.tolist() == pytest.approx([0.5, 5.0])
    line = weights(3.0)
    Newton([line]).step(lambda: 2 * line.sum())
    assert line.item() == 3.0


def test_a_small_network_learns_xor() -> None:
    torch.manual_seed(0)
    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    t = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
    optimizer = Newton(model.parameters(), damping=0.05)
    for _ in range(60):
        optimizer.step(lambda: (model(x) - t).square().mean())
    assert (model(x) - t).square().mean() < 1e-4
