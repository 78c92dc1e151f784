"""Every declared loss: its form, its source, its shapes, weights and padding, and what is refused."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor as Values

from dlstudio.catalog.losses import NOT_LOSSES, Loss, losses, suggest
from dlstudio.core.frozen import Frozen
from dlstudio.core.spec import BadFields, make
from dlstudio.core.tensor import FORMS, Tensor
from tests.catalog.comparing import LABEL, ONE, SCORES, VECTOR, function, made
from tests.catalog.declarations import resolve, sound

KINDS = [cls.kind for cls in losses]
every = pytest.mark.parametrize("kind", KINDS)

STEPS, IMAGE = Tensor.of(6, 5), Tensor.of(5, 3, 4)
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


def each(some: Sequence[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", some, ids=lambda c: f"{c.kind}-{c.y}-{c.t}-{'-'.join(c.fields)}")


cases = each(CASES)


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
    made_loss, (y, t) = loss(case, **fields), sample(case)
    plain = function(made_loss.code(case.y, case.t), "y", "t")
    weighted = function(made_loss.code(case.y, case.t, weighted=True), "y", "t", "weight")
    torch.testing.assert_close(weighted(y, t, torch.ones(len(y))), plain(y, t))
    twice = torch.tensor([0, 1, 1, 2, 2, 3])
    counts = torch.tensor([1.0, 2.0, 2.0, 1.0, 0.0, 0.0, 0.0])
    torch.testing.assert_close(weighted(y, t, counts), plain(y[twice], t[twice]))


@each([case for case in CASES if "class_weights" not in case.fields])  # their mean is weighted
def test_the_sum_is_the_mean_times_the_batch_LOS_12(case: Case) -> None:
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
