"""Every declared loss: its form, its source, its shapes, weights and padding; and the sources' numbers."""

import math
from typing import Any, NamedTuple

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor as Values

from dlstudio.catalog.losses import NOT_LOSSES, Loss, losses, shown, suggest
from dlstudio.core.frozen import Frozen
from dlstudio.core.spec import BadFields, make
from dlstudio.core.tensor import FORMS, Tensor
from tests.catalog.comparing import compare, function, made
from tests.catalog.declarations import resolve, sound

KINDS = [cls.kind for cls in losses]
every = pytest.mark.parametrize("kind", KINDS)

VECTOR, SCORES, ONE = Tensor.of(4), Tensor.of(5), Tensor.of(1)
STEPS, IMAGE = Tensor.of(6, 5), Tensor.of(5, 3, 4)
LABEL = Tensor.of(dtype="int")
TAGS = Tensor((6,), FORMS["a row of steps"], "int")
PIXELS = Tensor((3, 4), FORMS["a map"], "int")


class Case(NamedTuple):
    """A loss with the shapes of an output and a target that it compares."""

    kind: str
    fields: dict[str, Any]
    y: Tensor
    t: Tensor


CLASSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("CrossEntropy", {}),
    ("CrossEntropy", {"label_smoothing": 0.1, "class_weights": (1.0, 2.0, 0.5, 1.0, 3.0)}),
    ("NegativeLogLikelihood", {"on": "probabilities"}),
    ("Focal", {}),
    ("Hinge", {}),
    ("SquaredHinge", {}),
    ("Dice", {}),
    ("MeanSquare", {}),
    ("BinaryCrossEntropy", {}),
)
NUMBERS = ("MeanSquare", "HalfSquare", "MeanAbsolute", "SmoothL1", "Huber", "Poisson")
YES_NO = ("BinaryCrossEntropy", "Hinge", "SquaredHinge", "Focal", "Dice", "MeanSquare")
CASES = (
    *(
        Case(kind, fields, y, t)
        for kind, fields in CLASSES
        for y, t in ((SCORES, LABEL), (STEPS, TAGS), (IMAGE, PIXELS))
    ),
    *(Case(kind, {}, y, y) for kind in NUMBERS for y in (VECTOR, STEPS, IMAGE, Tensor.of())),
    *(Case(kind, {}, ONE, Tensor.of()) for kind in NUMBERS),
    *(Case(kind, {}, y, y.cast("bool")) for kind in YES_NO for y in (VECTOR, ONE, IMAGE)),
    *(Case(kind, {}, ONE, LABEL) for kind in YES_NO),
    *(Case(kind, {}, y, y) for kind in ("CrossEntropy", "KLDivergence") for y in (SCORES, STEPS, IMAGE)),
    *(Case("NegativeLogLikelihood", {"on": "probabilities"}, y, y) for y in (SCORES, STEPS)),
    Case("KLDivergence", {"on": "probabilities"}, SCORES, SCORES),
    Case("BinaryCrossEntropy", {"on": "probabilities"}, VECTOR, VECTOR.cast("bool")),
    Case("BinaryCrossEntropy", {"positive_weight": 3.0}, VECTOR, VECTOR.cast("bool")),
    Case("GaussianNLL", {}, VECTOR, Tensor.of(2)),
    Case("GaussianNLL", {"full": True}, Tensor.of(6, 4), Tensor.of(6, 2)),
    Case("GaussianNLL", {}, Tensor.of(2, 3, 4), Tensor((3, 4), FORMS["a map"])),
)
cases = pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.kind}-{c.y}-{c.t}-{'-'.join(c.fields)}")


def sample(case: Case, count: int = 7) -> tuple[Values, Values]:
    torch.manual_seed(0)
    y = torch.randn(count, *case.y.shape, dtype=torch.float64)
    if case.fields.get("on") == "probabilities":
        y = torch.sigmoid(y) if case.kind == "BinaryCrossEntropy" else torch.softmax(y, case.y.channel_position + 1)
    if case.t.dtype == "float":
        t = torch.rand(count, *case.t.shape, dtype=torch.float64)
        shares = case.kind in ("CrossEntropy", "KLDivergence", "NegativeLogLikelihood")
        return y, torch.softmax(3 * t, case.y.channel_position + 1) if shares else t
    most = 2 if case.t.dtype == "bool" or case.y.channels == 1 else case.y.channels
    t = torch.randint(0, most, (count, *case.t.shape))
    return y, t.bool() if case.t.dtype == "bool" else t


def loss(case: Case, **more: Any) -> Loss:
    return made(case.kind, **case.fields, **more)


def has_within(case: Case) -> bool:
    return "within" in losses[case.kind].specs


@every
def test_a_declaration_is_sound(kind: str) -> None:
    sound(losses[kind])


@every
def test_the_source_is_a_function(kind: str) -> None:
    for source in (losses[kind].source, *losses[kind].alternatives):
        assert callable(resolve(source))


@every
def test_what_the_source_leaves_out_is_the_functions_own_default(kind: str) -> None:
    import inspect

    cls = losses[kind]
    theirs = {n: p.default for n, p in inspect.signature(resolve(cls.source)).parameters.items()}
    for name in set(cls.specs) - cls.not_arguments:
        if name in theirs and name not in cls.torch_defaults:
            assert theirs[name] == cls.specs[name].default, name


def test_every_loss_of_an_output_has_a_case() -> None:
    assert {case.kind for case in CASES} == {cls.kind for cls in losses if cls.inputs == ("y", "t")}


@cases
def test_it_takes_what_it_says_and_a_step_lowers_it(case: Case) -> None:
    made_loss = loss(case)
    assert made_loss.refuses(case.y, case.t) == ""
    y, t = sample(case)
    y.requires_grad_()
    compare_ = function(made_loss.code(case.y, case.t), "y", "t")
    before = compare_(y, t)
    assert before.shape == ()
    (slope,) = torch.autograd.grad(before, y)
    if case.fields.get("on") != "probabilities":
        assert compare_(y - 1e-3 * slope, t) < before
    assert torch.isfinite(slope).all()


@cases
def test_each_sample_has_its_own_loss_LOS_28(case: Case) -> None:
    y, t = sample(case)
    found = function(loss(case).each(case.y, case.t), "y", "t")(y, t)
    assert found.shape == (len(y),)
    one = function(loss(case).code(case.y, case.t), "y", "t")
    alone = torch.stack([one(y[i : i + 1], t[i : i + 1]) for i in range(len(y))])
    torch.testing.assert_close(found, alone)


@cases
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("within", ["mean", "sum"])
def test_weights_of_one_change_nothing_and_weights_count_samples_LOS_28(
    case: Case, reduction: str, within: str
) -> None:
    fields = {"reduction": reduction, **({"within": within} if has_within(case) else {})}
    if "class_weights" in case.fields and (reduction, within) == ("sum", "mean"):
        pytest.skip("a sum of means over steps of unequal weight is no sum over steps")
    made_loss, (y, t) = loss(case, **fields), sample(case)
    plain = function(made_loss.code(case.y, case.t), "y", "t")
    weighted = function(made_loss.code(case.y, case.t, weighted=True), "y", "t", "weight")
    torch.testing.assert_close(weighted(y, t, torch.ones(len(y))), plain(y, t))
    twice = torch.tensor([0, 1, 1, 2, 2, 3])
    counts = torch.tensor([1.0, 2.0, 2.0, 1.0, 0.0, 0.0, 0.0])
    torch.testing.assert_close(weighted(y, t, counts), plain(y[twice], t[twice]))


@cases
def test_the_sum_is_the_mean_times_the_batch_LOS_12(case: Case) -> None:
    if "class_weights" in case.fields:
        pytest.skip("its mean is weighted")
    y, t = sample(case)
    within = {"within": losses[case.kind].specs["within"].default} if has_within(case) else {}
    mean = function(loss(case, **within).code(case.y, case.t), "y", "t")(y, t)
    total = function(loss(case, reduction="sum", **within).code(case.y, case.t), "y", "t")(y, t)
    torch.testing.assert_close(total, mean * len(y))


@pytest.mark.parametrize("within", ["mean", "sum"])
@pytest.mark.parametrize("kind", ["CrossEntropy", "NegativeLogLikelihood"])
def test_padded_steps_do_not_count_LOS_30(kind: str, within: str) -> None:
    torch.manual_seed(0)
    y, t = torch.randn(3, 6, 5), torch.randint(0, 5, (3, 6))
    lengths = [6, 2, 4]
    for row, length in enumerate(lengths):
        t[row, length:] = 0
    padded = t.clone()
    for row, length in enumerate(lengths):
        padded[row, length:] = -1
    made_loss = made(kind, ignore_index=-1, within=within)
    each = function(made_loss.each(STEPS, TAGS), "y", "t")(y, padded)
    one = function(made(kind, within=within).code(STEPS, TAGS), "y", "t")
    alone = torch.stack([one(y[i : i + 1, :n], t[i : i + 1, :n]) for i, n in enumerate(lengths)])
    torch.testing.assert_close(each, alone)
    whole = function(made_loss.code(STEPS, TAGS), "y", "t")(y, padded)
    sums = alone * torch.tensor(lengths) if within == "mean" else alone
    torch.testing.assert_close(whole, sums.sum() / (sum(lengths) if within == "mean" else 3))


def test_a_mask_leaves_numbers_out_LOS_30() -> None:
    y, t = torch.zeros(2, 3, 2), torch.ones(2, 3, 2)
    t[0, 1:] = math.nan
    mask = torch.tensor([[True, False, False], [True, True, True]])
    masked = made("MeanSquare").code(Tensor.of(3, 2), Tensor.of(3, 2), masked=True)
    assert function(masked, "y", "t", "mask")(y, t, mask).item() == 1.0
    each = made("MeanSquare").each(Tensor.of(3, 2), Tensor.of(3, 2), masked=True)
    assert function(each, "y", "t", "mask")(y, t, mask).tolist() == [1.0, 1.0]


def test_the_source_is_what_one_would_write() -> None:
    assert made("CrossEntropy").code(SCORES, LABEL).text == "F.cross_entropy({y}, {t})"
    assert made("CrossEntropy").code(STEPS, TAGS).text == "F.cross_entropy({y}.movedim(-1, 1), {t})"
    assert made("MeanSquare").code(ONE, Tensor.of()).text == "F.mse_loss({y}, {t}.reshape({y}.shape))"
    assert made("Huber", delta=2.0).code(VECTOR, VECTOR).text == "F.huber_loss({y}, {t}, delta={delta})"
    half = made("HalfSquare").code(VECTOR, VECTOR)
    assert half.text == ".reduce_loss.reduce_loss(.half_square.half_square_loss({y}, {t}), within='sum')"
    assert made("HalfSquare").carried(half) == (".half_square.half_square_loss", ".reduce_loss.reduce_loss")


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


@pytest.mark.parametrize("kind", ["Triplet", "Contrastive", "CosineEmbedding"])
def test_losses_of_codes_take_weights_too_LOS_28(kind: str) -> None:
    torch.manual_seed(0)
    made_loss = made(kind)
    given = [
        torch.randn(4, 3),
        torch.randn(4, 3),
        torch.tensor([1, 0, 1, 0]) if kind != "Triplet" else torch.randn(4, 3),
    ]
    each = function(made_loss.each(), *made_loss.inputs)(*given)
    weight = torch.tensor([1.0, 0.0, 2.0, 0.5])
    found = function(made_loss.code(weighted=True), *made_loss.inputs, "weight")(*given, weight)
    total = (each * weight).sum()
    torch.testing.assert_close(found, total if made_loss.reduction == "sum" else total / 3.5)
    shape = Tensor.of(3)
    assert made_loss.refuses(shape, None) == ""


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


@pytest.mark.parametrize("name", ["ZeroOne", "Accuracy", "Perplexity"])
def test_what_is_no_loss_is_refused_with_the_reason_LOS_01(name: str) -> None:
    assert name not in losses
    assert "Train by CrossEntropy" in NOT_LOSSES[name]


@pytest.mark.parametrize(
    ("kind", "y", "t", "classes", "words"),
    [
        ("CrossEntropy", ONE, LABEL, 2, "For yes or no take BinaryCrossEntropy"),
        ("CrossEntropy", SCORES, LABEL, 10, "10 classes, but the output gives 5 scores. Make them 10"),
        ("CrossEntropy", SCORES, TAGS, 5, "other axes"),
        ("CrossEntropy", SCORES, VECTOR, 0, "compares scores with classes"),
        ("MeanSquare", VECTOR, SCORES, 0, "compares numbers one by one, but the output is 4 and the target 5"),
        ("MeanSquare", SCORES, LABEL, 10, "10 classes, but the output gives 5 numbers"),
        ("BinaryCrossEntropy", VECTOR, TAGS, 3, "one number for each of the 3 classes"),
        ("KLDivergence", SCORES, LABEL, 5, "Use CrossEntropy"),
        ("GaussianNLL", SCORES, SCORES, 0, "a mean and a log variance"),
    ],
)
def test_what_cannot_be_compared_is_said(kind: str, y: Tensor, t: Tensor, classes: int, words: str) -> None:
    assert words in made(kind).refuses(y, t, classes)


def test_fields_that_do_not_go_together_are_said() -> None:
    with pytest.raises(BadFields, match="positive weight"):
        made("BinaryCrossEntropy", on="probabilities", positive_weight=2.0)
    assert "3 class weights for 5" in made("CrossEntropy", class_weights=(1, 2, 3)).refuses(SCORES, LABEL, 5)


@pytest.mark.parametrize(
    ("t", "classes", "y", "before", "spec"),
    [
        (LABEL, 10, Tensor.of(10), "Linear", {"kind": "CrossEntropy"}),
        (LABEL, 10, None, "", {"kind": "CrossEntropy"}),
        (LABEL, 10, Tensor.of(10), "Softmax", {"kind": "NegativeLogLikelihood", "on": "probabilities"}),
        (LABEL, 10, Tensor.of(10), "LogSoftmax", {"kind": "NegativeLogLikelihood"}),
        (LABEL, 2, ONE, "Linear", {"kind": "BinaryCrossEntropy"}),
        (LABEL, 2, ONE, "Sigmoid", {"kind": "BinaryCrossEntropy", "on": "probabilities"}),
        (LABEL, 2, Tensor.of(2), "Linear", {"kind": "CrossEntropy"}),
        (TAGS, 5, STEPS, "Linear", {"kind": "CrossEntropy"}),
        (PIXELS, 5, IMAGE, "Conv2d", {"kind": "CrossEntropy"}),
        (Tensor.of(4, dtype="bool"), 0, VECTOR, "Linear", {"kind": "BinaryCrossEntropy"}),
        (VECTOR, 0, VECTOR, "Sigmoid", {"kind": "MeanSquare"}),
        (Tensor.of(), 0, ONE, "Linear", {"kind": "MeanSquare"}),
        (LABEL, 0, ONE, "Linear", {"kind": "MeanSquare"}),
    ],
)
def test_auto_chooses_what_most_would(t: Tensor, classes: int, y: Tensor | None, before: str, spec: Any) -> None:
    found = suggest(t, classes, y, before)
    assert found == Frozen(spec)
    chosen = make(losses[found["kind"]], found.drop("kind"), {})
    assert y is None or chosen.refuses(y, t, classes) == ""


@pytest.mark.parametrize("kind", ["MeanSquare", "HalfSquare"])
def test_squares_give_their_residuals_OPT_21(kind: str) -> None:
    y, t = torch.randn(4, 1), torch.randn(4)
    code = made(kind).residuals(ONE, Tensor.of())
    assert code is not None
    torch.testing.assert_close(function(code, "y", "t")(y, t), y.flatten() - t)
    assert made("CrossEntropy").residuals(SCORES, LABEL) is None


def test_class_weights_are_torchs_with_and_without_sample_weights() -> None:
    case = Case("CrossEntropy", {"class_weights": (1.0, 2.0, 0.5, 1.0, 3.0)}, STEPS, TAGS)
    y, t = sample(case)
    weights = torch.tensor(case.fields["class_weights"], dtype=torch.float64)
    expected = F.cross_entropy(y.movedim(-1, 1), t, weight=weights)
    torch.testing.assert_close(function(loss(case).code(STEPS, TAGS), "y", "t")(y, t), expected)
    weighted = function(loss(case).code(STEPS, TAGS, weighted=True), "y", "t", "weight")
    torch.testing.assert_close(weighted(y, t, torch.full((7,), 2.0)), expected)
