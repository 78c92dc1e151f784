"""Losses by their formulas: the sources' numbers, and torch's own functions beside ours."""

import pytest
import torch
import torch.nn.functional as F

from dlstudio.catalog.losses import shown
from dlstudio.core.tensor import FORMS, Tensor
from tests.catalog.comparing import LABEL, VECTOR, compare, function, made


def test_the_fused_gradient_is_softmax_minus_target_LOS_11_NUM_72() -> None:
    y = torch.tensor([[3.0, 1.0, -3.0]], dtype=torch.float64, requires_grad=True)
    compare("CrossEntropy", y, torch.tensor([0])).backward()
    assert y.grad is not None
    assert y.grad[0].tolist() == pytest.approx([-0.121122, 0.118943, 0.002179], abs=1e-6)


def test_the_gradient_is_divided_by_the_batch_LOS_12_NUM_72() -> None:
    y = torch.randn(8, 3, dtype=torch.float64, requires_grad=True)
    t = torch.randint(0, 3, (8,))
    (mean,) = torch.autograd.grad(compare("CrossEntropy", y, t), y)
    (total,) = torch.autograd.grad(compare("CrossEntropy", y, t, reduction="sum", within="sum"), y)
    torch.testing.assert_close(mean, (torch.softmax(y, 1) - F.one_hot(t, 3)) / 8)
    torch.testing.assert_close(total, mean * 8)


@pytest.mark.parametrize(
    ("q", "dit", "nat", "bit"),
    [
        ([0.01, 0.85, 0.05, 0.09], 2.0, 4.605170186, 6.643856190),
        ([0.9, 0.01, 0.07, 0.02], 0.045757491, 0.105360516, 0.152003093),
    ],
)
def test_cross_entropy_in_three_units_LOS_10_NUM_40_NUM_41(q: list[float], dit: float, nat: float, bit: float) -> None:
    found = compare("NegativeLogLikelihood", [q], torch.tensor([0]), on="probabilities").item()
    assert [shown(found, unit) for unit in ("nat", "bit", "dit")] == pytest.approx([nat, bit, dit], abs=1e-9)
    scores = torch.tensor([q], dtype=torch.float64).log()
    assert compare("CrossEntropy", scores, torch.tensor([0])).item() == pytest.approx(nat, abs=1e-9)


def test_one_hot_and_index_labels_agree_LOS_09() -> None:
    y, t = torch.randn(6, 4, dtype=torch.float64), torch.randint(0, 4, (6,))
    hot = F.one_hot(t, 4).double()
    for kind, on in (("CrossEntropy", {}), ("NegativeLogLikelihood", {"on": "log probabilities"})):
        scores = y if kind == "CrossEntropy" else F.log_softmax(y, 1)
        shape, label = Tensor.of(4), LABEL
        by_index = function(made(kind, **on).code(shape, label), "y", "t")(scores, t)
        by_share = function(made(kind, **on).code(shape, shape), "y", "t")(scores, hot)
        torch.testing.assert_close(by_index, by_share)


def test_multi_class_cross_entropy_is_the_formula_LOS_08_LOS_29() -> None:
    y, t = torch.randn(6, 4, dtype=torch.float64), torch.randint(0, 4, (6,))
    formula = -torch.softmax(y, 1)[torch.arange(6), t].log().mean()
    torch.testing.assert_close(compare("CrossEntropy", y, t), formula)
    torch.testing.assert_close(compare("NegativeLogLikelihood", F.log_softmax(y, 1), t), formula)


@pytest.mark.parametrize("on", ["scores", "probabilities"])
def test_binary_cross_entropy_has_the_gradient_of_the_sources_LOS_07_NUM_19(on: str) -> None:
    torch.manual_seed(0)
    x, y = torch.randn(10, 3, dtype=torch.float64), (torch.rand(10) > 0.5).double()
    w = torch.randn(3, dtype=torch.float64, requires_grad=True)
    z = x @ w
    answer = z if on == "scores" else torch.sigmoid(z)
    (slope,) = torch.autograd.grad(compare("BinaryCrossEntropy", answer, y, on=on), w)
    torch.testing.assert_close(slope, (x * (torch.sigmoid(z) - y).unsqueeze(1)).mean(0).detach())
    a = torch.sigmoid(z)
    torch.testing.assert_close(
        compare("BinaryCrossEntropy", answer, y, on=on), -(y * a.log() + (1 - y) * (1 - a).log()).mean()
    )


def test_a_saturated_neuron_learns_slowly_by_squares_LOS_15_NUM_19() -> None:
    slopes = []
    for kind, fields in (("BinaryCrossEntropy", {"on": "probabilities"}), ("HalfSquare", {})):
        w = torch.tensor([[4.0]], dtype=torch.float64, requires_grad=True)
        (slope,) = torch.autograd.grad(compare(kind, torch.sigmoid(w), [[0.0]], **fields), w)
        slopes.append(slope.item())
    assert slopes == pytest.approx([0.982014, 0.017345], abs=1e-6)


def test_the_error_of_the_two_two_two_network_LOS_02_LOS_03_NUM_13() -> None:
    y, t = [[0.751365070, 0.772928465]], [[0.01, 0.99]]
    assert compare("HalfSquare", y, t).item() == pytest.approx(0.298371109, abs=1e-9)
    assert compare("MeanSquare", y, t).item() == pytest.approx(0.298371109, abs=1e-9)
    assert compare("HalfSquare", [[*y[0], 1.0]], [[*t[0], 1.0]]).item() == pytest.approx(0.298371109, abs=1e-9)
    assert compare("MeanSquare", [[*y[0], 1.0]], [[*t[0], 1.0]]).item() == pytest.approx(0.298371109 * 2 / 3, abs=1e-9)


def test_half_the_square_is_averaged_over_samples() -> None:
    assert compare("HalfSquare", [[2.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]).item() == 1.25
    assert compare("HalfSquare", [[2.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]], reduction="sum").item() == 2.5


def test_the_l1_loss_may_sum_over_outputs_LOS_05() -> None:
    y, t = [[1.0, -2.0], [0.0, 5.0]], [[0.0, 0.0], [0.0, 0.0]]
    assert compare("MeanAbsolute", y, t).item() == 2.0
    assert compare("MeanAbsolute", y, t, within="sum").item() == 4.0


def test_smooth_l1_and_huber_LOS_06_NUM_43() -> None:
    y, expected = [-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0], [2.5, 0.5, 0.125, 0.0, 0.125, 0.5, 2.5]
    for kind in ("SmoothL1", "Huber"):
        each = function(made(kind).each(), "y", "t")(torch.tensor(y), torch.zeros(7))
        assert each.tolist() == expected
    outer = function(made("Huber", delta=2.0).each(), "y", "t")(torch.tensor([5.0]), torch.zeros(1))
    assert outer.item() == 2 * (5 - 0.5 * 2)


@pytest.mark.parametrize(("x", "slopes"), [(1000.0, (2000, 1, 1)), (0.01, (0.02, 1, 0.01))])
def test_gradients_far_away_and_near_NUM_44(x: float, slopes: tuple[float, ...]) -> None:
    for kind, expected in zip(("MeanSquare", "MeanAbsolute", "SmoothL1"), slopes, strict=True):
        y = torch.tensor([x], dtype=torch.float64, requires_grad=True)
        (slope,) = torch.autograd.grad(compare(kind, y, [0.0]), y)
        assert slope.item() == pytest.approx(expected)


def test_divergence_is_cross_entropy_less_entropy_LOS_13() -> None:
    torch.manual_seed(0)
    y, p = torch.randn(5, 4, dtype=torch.float64), torch.softmax(torch.randn(5, 4, dtype=torch.float64), 1)
    entropy = -(p * p.log()).sum(1).mean()
    torch.testing.assert_close(
        compare("KLDivergence", y, p), function(made("CrossEntropy").code(VECTOR, VECTOR), "y", "t")(y, p) - entropy
    )
    assert compare("KLDivergence", p, p, on="probabilities").abs() < 1e-12
    assert compare("KLDivergence", p.log(), p, on="log probabilities").abs() < 1e-12


def test_triplets_of_the_sources_LOS_19_NUM_81() -> None:
    a, p = [[0.0, 0.0]], [[1.0, 0.0]]
    assert compare("Triplet", a, p, [[0.0, 2.0]]).item() == 0
    assert compare("Triplet", a, p, [[0.0, 1.0]]).item() == pytest.approx(0.2)
    assert compare("Triplet", a * 3, p * 3, [[0.0, 1.0]] * 3).item() == pytest.approx(0.6)
    torchs = compare("Triplet", a, p, [[0.0, 2.0]], distance="plain", margin=1.5, reduction="mean").item()
    assert torchs == pytest.approx(0.5, abs=1e-5)
    plain = made("Triplet", distance="plain").each()
    three = [torch.tensor(x) for x in (a, p, [[0.0, 1.0]])]
    assert function(plain, "anchor", "positive", "negative")(*three).tolist() == pytest.approx([0.2], abs=1e-5)


def test_pairs_draw_together_or_apart_LOS_20() -> None:
    y, other = [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]], [[3.0, 4.0], [0.3, 0.4], [3.0, 4.0]]
    each = function(made("Contrastive").each(), "y", "other", "t")
    found = each(torch.tensor(y), torch.tensor(other), torch.tensor([1, 0, 0]))
    assert found.tolist() == pytest.approx([12.5, 0.125, 0.0])
    same = torch.zeros(1, 2, requires_grad=True)
    each(same, torch.zeros(1, 2), torch.tensor([0])).sum().backward()
    assert torch.isfinite(same.grad).all()  # type: ignore[arg-type]


def test_cosines_are_torchs() -> None:
    torch.manual_seed(0)
    y, other, t = torch.randn(6, 4), torch.randn(6, 4), torch.tensor([1, 0, 1, -1, 0, 1])
    found = function(made("CosineEmbedding", margin=0.1).code(), "y", "other", "t")(y, other, t)
    torch.testing.assert_close(found, F.cosine_embedding_loss(y, other, torch.where(t > 0, 1, -1), margin=0.1))


def test_margins_are_torchs() -> None:
    torch.manual_seed(0)
    y, t = torch.randn(6, 4, dtype=torch.float64), torch.randint(0, 4, (6,))
    for kind, p in (("Hinge", 1), ("SquaredHinge", 2)):
        found = function(made(kind).code(VECTOR, LABEL), "y", "t")(y, t)
        torch.testing.assert_close(found, F.multi_margin_loss(y, t, p=p))
    signs = [compare("Hinge", [2.0, 0.5, -1.0], [1.0, s, 1.0]).item() for s in (-1.0, 0.0)]
    assert signs == pytest.approx([(0 + 1.5 + 2) / 3] * 2)
    assert compare("SquaredHinge", [0.5], [1.0]).item() == 0.25


def test_focus_holds_easy_samples_back() -> None:
    y, t = torch.tensor([[4.0, 0.0], [0.0, 0.0]], dtype=torch.float64), torch.tensor([0, 0])
    each = function(made("Focal").each(Tensor.of(2), LABEL), "y", "t")(y, t)
    p = torch.softmax(y, 1)[:, 0]
    torch.testing.assert_close(each, -((1 - p) ** 2) * p.log())
    torch.testing.assert_close(
        function(made("Focal", gamma=0.0).code(Tensor.of(2), LABEL), "y", "t")(y, t), F.cross_entropy(y, t)
    )
    z, yes = torch.randn(5, dtype=torch.float64), torch.tensor([1.0, 0.0, 1.0, 1.0, 0.0], dtype=torch.float64)
    even = function(made("Focal", gamma=0.0, alpha=0.5).code(Tensor.of(), Tensor.of()), "y", "t")(z, yes)
    torch.testing.assert_close(even * 2, F.binary_cross_entropy_with_logits(z, yes))


def test_dice_measures_overlap() -> None:
    mask = torch.zeros(1, 4, 4)
    mask[0, :2] = 1
    shape = Tensor((4, 4), FORMS["a map"])
    dice = function(made("Dice", smooth=1e-6).code(shape, shape.cast("bool")), "y", "t")
    assert dice(100 * (2 * mask - 1), mask.bool()).item() == pytest.approx(0, abs=1e-5)
    assert dice(-100 * (2 * mask - 1), mask.bool()).item() == pytest.approx(1, abs=1e-5)
    left = torch.zeros(1, 4, 4)
    left[0, :, :2] = 1
    assert dice(100 * (2 * left - 1), mask.bool()).item() == pytest.approx(0.5, abs=1e-5)


def test_a_bell_curve_is_torchs() -> None:
    torch.manual_seed(0)
    y, t = torch.randn(5, 6, dtype=torch.float64), torch.randn(5, 3, dtype=torch.float64)
    for full in (False, True):
        found = function(made("GaussianNLL", full=full).code(Tensor.of(6), Tensor.of(3)), "y", "t")(y, t)
        torch.testing.assert_close(found, F.gaussian_nll_loss(y[:, :3], t, y[:, 3:].exp(), full=full))
