"""Every regularizer: its form, which weights it touches, and the sources' numbers for one step."""

import inspect
from typing import Any

import pytest
import torch
from torch import nn

from dlstudio.catalog.regularizers import Regularizer, regularizers
from dlstudio.core.spec import BadFields, make
from tests.catalog.declarations import resolve, sound

every = pytest.mark.parametrize("kind", [cls.kind for cls in regularizers])


def made(kind: str, **fields: Any) -> Regularizer:
    return make(regularizers[kind], fields, {})


def apply(kind: str, weights: list[nn.Parameter], **fields: Any) -> Any:
    regularizer = made(kind, **fields)
    return resolve(regularizer.source)(weights, **regularizer.arguments())


def one(value: float) -> nn.Parameter:
    return nn.Parameter(torch.tensor([[value]], dtype=torch.float64))


@every
def test_a_declaration_is_sound(kind: str) -> None:
    sound(regularizers[kind])


@every
def test_the_function_takes_the_arguments(kind: str) -> None:
    regularizer = made(kind)
    names = list(inspect.signature(resolve(regularizer.source)).parameters)
    assert names == ["weights", *regularizer.arguments()]
    assert regularizer.active


@pytest.mark.parametrize(
    ("kind", "fields", "end"),
    [
        ("L1", {}, 1.99),
        ("L2", {}, 1.98),
        ("L2", {"factor": "half"}, 1.98),
        ("L2", {"factor": "whole"}, 1.96),
    ],
)
def test_one_step_of_each_penalty_NUM_50_REG_01_REG_02_REG_03(kind: str, fields: Any, end: float) -> None:
    weight = one(2.0)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    apply(kind, [weight], strength=0.1, **fields).backward()
    optimizer.step()
    assert weight.item() == pytest.approx(end)


def test_the_penalty_is_the_formula_REG_01_REG_02_REG_03() -> None:
    weights = [nn.Parameter(torch.tensor([[1.0, -2.0]])), nn.Parameter(torch.tensor([3.0]))]
    assert apply("L1", weights, strength=0.5).item() == 3.0
    assert apply("L2", weights, strength=0.5).item() == 3.5
    assert apply("L2", weights, strength=0.5, factor="whole").item() == 7.0
    assert apply("ElasticNet", weights, l1=0.5, l2=0.5).item() == 6.5


def test_a_strength_of_zero_is_none_REG_04() -> None:
    assert not made("L1", strength=0).active
    assert not made("L2", strength=0).active
    assert not made("ElasticNet", l1=0, l2=0).active
    assert made("ElasticNet", l1=0, l2=0.1).active
    torch.manual_seed(0)
    ends = []
    for kind in (None, "L1", "L2"):
        torch.manual_seed(0)
        model, x = nn.Linear(4, 3), torch.randn(8, 4)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(10):
            optimizer.zero_grad()
            loss = model(x).square().mean()
            if kind:  # even when the term is not left out, as the trainer does
                loss = loss + apply(kind, list(model.parameters()), strength=0.0)
            loss.backward()
            optimizer.step()
        ends.append(model.weight.detach())
    assert torch.equal(ends[0], ends[1])
    assert torch.equal(ends[0], ends[2])


def test_the_regularised_gradient_is_the_closed_form_LOS_31() -> None:
    torch.manual_seed(0)
    model, x, t = nn.Linear(3, 1, bias=False).double(), torch.randn(8, 3).double(), torch.randn(8, 1).double()
    start = model.weight.detach().clone()
    for rows in (slice(None), slice(2, 3), slice(0, 4)):  # the whole batch, one sample, a mini-batch
        with torch.no_grad():
            model.weight.copy_(start)
        model.zero_grad()
        loss = (model(x[rows]) - t[rows]).square().mean() / 2
        (loss + apply("L2", [*model.parameters()], strength=0.3)).backward()
        torch.optim.SGD(model.parameters(), lr=0.1).step()
        error = x[rows] @ start.T - t[rows]
        expected = start - 0.1 * ((error.T @ x[rows]) / len(error) + 0.3 * start)
        torch.testing.assert_close(model.weight.detach(), expected, atol=1e-7, rtol=0)


def test_l1_zeroes_useless_inputs_and_l2_does_not_REG_05() -> None:
    def sizes(kind: str, strength: float) -> torch.Tensor:
        torch.manual_seed(0)
        x = torch.randn(100, 6)
        t = 3 * x[:, :1] - 2 * x[:, 1:2] + 0.1 * torch.randn(100, 1)
        model = nn.Linear(6, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
        for _ in range(600):
            optimizer.zero_grad()
            ((model(x) - t).square().mean() + apply(kind, [*model.parameters()][:1], strength=strength)).backward()
            optimizer.step()
        return model.weight.detach().abs().flatten()

    by_l1, by_l2 = sizes("L1", 0.5), sizes("L2", 0.5)
    assert by_l1[2:].max() < 2 * 0.02 * 0.5  # they jump about 0 by no more than a step
    assert by_l1[:2].min() > 1
    assert by_l2[2:].max() > 2 * by_l1[2:].max()


@pytest.mark.parametrize("shape", [(5, 7), (4, 3, 3, 3)])
def test_no_neurons_weights_are_longer_than_the_radius_REG_16(shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    weight = nn.Parameter(torch.randn(shape) * torch.linspace(0.01, 5, shape[0]).reshape(-1, *[1] * (len(shape) - 1)))
    before = weight.detach().clone().flatten(1)
    apply("MaxNorm", [weight], c=1.5)
    after = weight.detach().flatten(1)
    assert (after.norm(dim=1) <= 1.5 + 1e-6).all()
    short = before.norm(dim=1) <= 1.5
    assert short.any()
    assert not short.all()
    assert torch.equal(after[short], before[short])
    torch.testing.assert_close(nn.functional.cosine_similarity(after, before), torch.ones(shape[0]))


def test_gradients_are_cut_on_both_sides_and_counted_NUM_70_TRN_24() -> None:
    weight = nn.Parameter(torch.zeros(4))
    weight.grad = torch.tensor([-100.0, -5.0, 5.0, 100.0])
    assert apply("ClipValue", [weight]).item() == 2
    assert weight.grad.tolist() == [-5.0, -5.0, 5.0, 5.0]
    assert apply("ClipValue", [nn.Parameter(torch.zeros(1))]).item() == 0


def test_gradients_are_shortened_together() -> None:
    weights = [nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))]
    weights[0].grad, weights[1].grad = torch.tensor([3.0]), torch.tensor([-4.0])
    assert apply("ClipNorm", weights, longest=2.0).item() == 5.0
    assert [w.grad.item() for w in weights[:2] if w.grad is not None] == pytest.approx([1.2, -1.6], abs=1e-5)


def test_which_parameters_are_touched() -> None:
    assert made("L2").touches("fc1.weight", 2)
    assert not made("L2").touches("fc1.bias", 1)
    assert made("L2", on="all").touches("fc1.bias", 1)
    only = made("L2", nodes=("conv1", "*.weight_hh*"))
    assert [only.touches(n, 2) for n in ("conv1.weight", "conv10.weight", "rnn.weight_hh_l0", "rnn.weight_ih_l0")] == [
        True,
        False,
        True,
        False,
    ]
    assert not made("MaxNorm", on="all").touches("fc1.bias", 1)
    assert made("ClipValue").touches("fc1.bias", 1)


@pytest.mark.parametrize(
    ("kind", "fields"), [("L1", {"strength": -1}), ("MaxNorm", {"c": 0}), ("ClipValue", {"threshold": 0})]
)
def test_what_cannot_work_is_refused(kind: str, fields: Any) -> None:
    with pytest.raises(BadFields, match="must be"):
        made(kind, **fields)
