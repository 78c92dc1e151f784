"""Metric learning: squared distances, whom an anchor is compared with, and that classes come to lie apart."""

import pytest
import torch

from dlstudio.core.document import Project
from dlstudio.core.frozen import Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.modules.partners import partners, squares
from dlstudio.training.metric_learning import Compared, MetricLearning, verification
from tests.training.studies import assert_goes_on, one_batch, project, ready, take

NET = "input 1x8x8 > flatten > fc 32 > relu > fc 8"


def digits(text: str = NET, source: str = "Digits", **training: Value) -> Project:
    return project(text, {"kind": source}, **{"kind": "MetricLearning", **training})


def compared(kind: str = "Triplet", **fields: Value) -> Compared:
    method = ready(digits(loss={"kind": kind, **fields})).method
    assert isinstance(method, MetricLearning)
    return method.compared


def test_the_triplet_loss_takes_squared_distances_NUM_81_LOS_19() -> None:
    anchor, same = torch.zeros(2, 2), torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    other = torch.tensor([[0.0, 2.0], [0.0, 1.0]])
    torch.testing.assert_close(compared().each(anchor, same, other), torch.tensor([0.0, 0.2]))


def test_squared_and_plain_distances_differ_where_torchs_own_would_mislead_NUM_81() -> None:
    codes = [torch.tensor([each]) for each in ((0.0, 0.0), (2.0, 0.0), (0.0, 1.9))]
    assert float(compared().each(*codes)) == pytest.approx(0.59)
    assert float(compared(distance="plain").each(*codes)) == pytest.approx(0.3)


def test_losses_of_a_batch_are_summed_or_averaged_NUM_81() -> None:
    codes, labels = torch.randn(12, 8), torch.arange(12) % 3
    losses: list[float] = []
    for reduction in ("sum", "mean"):
        method = ready(digits(loss={"kind": "Triplet", "reduction": reduction}, mining="hard")).method
        assert isinstance(method, MetricLearning)
        losses.append(float(method._losses(codes, labels)["loss"]))
    assert losses[0] == pytest.approx(12 * losses[1], rel=1e-5)


def test_the_pair_loss_is_small_for_same_and_near_and_for_different_and_far_LOS_20() -> None:
    anchor, near, far = torch.zeros(1, 1), torch.tensor([[0.1]]), torch.tensor([[2.0]])
    pairs = compared("Contrastive")
    assert pairs.each(anchor, near, far).tolist() == pytest.approx([0.005, 0.0])
    assert pairs.each(anchor, far, near).tolist() == pytest.approx([2.0, 0.5 * 0.9**2])


def test_the_pair_loss_has_a_finite_slope_where_codes_are_equal() -> None:
    codes = torch.zeros(1, 3, requires_grad=True)
    torch.autograd.backward(compared("Contrastive").each(codes, codes * 1, codes * 1).sum())
    assert codes.grad is not None
    assert torch.isfinite(codes.grad).all()


def test_a_loss_that_compares_no_codes_is_refused() -> None:
    with pytest.raises(ProjectProblem, match="CrossEntropy compares no codes"):
        ready(digits(loss="CrossEntropy"))
    with pytest.raises(ProjectProblem, match="Did you mean “Triplet”"):
        ready(digits(loss="Tripplet"))


@pytest.mark.parametrize("hard", [False, True])
def test_partners_are_of_the_same_and_of_another_class_and_never_the_anchor(hard: bool) -> None:
    labels = torch.tensor([0, 0, 1, 1, 1, 2])
    chosen = partners(squares(torch.randn(6, 4)), labels, hard=hard)
    assert chosen.anchors.tolist() == [0, 1, 2, 3, 4]
    assert torch.equal(labels[chosen.same], labels[chosen.anchors])
    assert (labels[chosen.other] != labels[chosen.anchors]).all()
    assert (chosen.same != chosen.anchors).all()


def test_hard_partners_are_the_farthest_and_the_nearest_TRN_26() -> None:
    codes = torch.tensor([[0.0], [1.0], [5.0], [3.0], [9.0]])
    chosen = partners(squares(codes), torch.tensor([0, 0, 0, 1, 1]), hard=True)
    assert (int(chosen.same[0]), int(chosen.other[0])) == (2, 3)


def test_hard_mining_raises_the_share_of_losses_that_are_not_zero_TRN_26() -> None:
    shares: dict[str, float] = {}
    for mining in ("random", "hard"):
        training = ready(digits(mining="random"))
        take(training, 60)
        other = ready(digits(mining=mining))
        other.put_weights(training.weights())
        shares[mining] = other.method.evaluate(training.feed.epoch(0))["active"]
    assert shares["hard"] > 1.5 * shares["random"]


@pytest.mark.parametrize("settings", [{"loss": "Triplet"}, {"loss": "Contrastive", "mining": "hard"}])
def test_pairs_of_one_digit_come_to_lie_nearer_than_others_LOS_20(settings: dict[str, Value]) -> None:
    training = ready(digits(**settings, normalize=True))
    batch = one_batch(training)
    before = training.method.evaluate([batch])["verification"]
    take(training, 150)
    assert training.method.evaluate([batch])["verification"] > max(0.93, before)


def test_verification_counts_pairs() -> None:
    apart, labels = squares(torch.tensor([[0.0], [1.0], [5.0], [6.5]])), torch.tensor([0, 0, 1, 1])
    assert float(verification(apart, labels)) == 1.0
    assert float(verification(apart, torch.tensor([0, 1, 1, 0]))) == pytest.approx(0.25)
    assert float(verification(apart, torch.zeros(4))) == 1.0


def test_codes_on_the_sphere_have_length_1() -> None:
    training = ready(digits(normalize=True))
    assert isinstance(training.method, MetricLearning)
    lengths = training.method._codes(one_batch(training)).detach().norm(dim=1)
    torch.testing.assert_close(lengths, torch.ones_like(lengths))


def test_a_batch_of_one_class_teaches_nothing_and_does_no_harm() -> None:
    training = ready(digits())
    batch = dict(one_batch(training))
    batch["digit"] = torch.zeros_like(batch["digit"])
    found = training.method.step(batch)
    assert float(found["loss"].detach()) == 0.0
    assert float(found["active"]) == 0.0


def test_it_goes_on_with_the_same_bits() -> None:
    assert_goes_on(digits())


def test_data_without_classes_and_networks_without_a_code_are_refused() -> None:
    with pytest.raises(ProjectProblem, match="needs a column of classes; the data has features, progression"):
        ready(digits("input 10 > fc 4", "Diabetes"))
    with pytest.raises(ProjectProblem, match="one vector for a sample"):
        ready(digits("input 1x8x8 > conv 4 3"))
