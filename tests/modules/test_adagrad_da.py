"""Dual averaging against its formula."""

import pytest
import torch

from dlstudio.modules.adagrad_da import AdagradDA
from tests.modules.descending import follow, weights


@pytest.mark.parametrize(("l1", "l2"), [(0.0, 0.0), (0.3, 0.0), (0.2, 0.5)])
def test_it_follows_the_formula_on_a_quadratic_OPT_14(l1: float, l2: float) -> None:
    lr, aim = 0.3, (1.0, -0.5, 0.1)
    weight = weights(0.4, 0.2, -0.1)
    target = torch.tensor(aim, dtype=torch.float64)
    found = follow(AdagradDA([weight], lr=lr, l1=l1, l2=l2), weight, lambda w: w - target, 10)
    for i, start in enumerate((0.4, 0.2, -0.1)):
        w, total, squares = start, 0.0, 0.1
        for t in range(1, 11):
            gradient = w - aim[i]
            total, squares = total + gradient, squares + gradient**2
            kept = max(abs(total) - l1 * t, 0)
            w = -lr * (kept if total > 0 else -kept) / (l2 * t * lr + squares**0.5)
            assert found[t - 1, i].item() == pytest.approx(w)
    assert l1 != 0.3 or found[-1, 2] == 0


def test_it_may_count_from_where_the_weights_start() -> None:
    weight = weights(5.0)
    follow(AdagradDA([weight], lr=0.1, keep_start=True), weight, torch.ones_like, 1)
    assert weight.item() == pytest.approx(5 - 0.1 / 1.1**0.5)


def test_it_settles_at_the_lowest_point() -> None:
    weight = weights(0.0, 0.0)
    aim = torch.tensor([1.0, -0.5], dtype=torch.float64)
    follow(AdagradDA([weight], lr=0.5), weight, lambda w: w - aim, 400)
    assert weight.tolist() == pytest.approx(aim.tolist(), abs=1e-3)
