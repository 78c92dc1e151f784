"""Every declared optimizer: its form, its class, one step of it, its state, and what is refused."""

import io
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dlstudio.catalog.optimizers import Optimizer, optimizers
from dlstudio.core.frozen import Frozen
from dlstudio.core.spec import BadFields, make
from tests.catalog.declarations import omitted_defaults_are_theirs, resolve, sound

KINDS = [cls.kind for cls in optimizers]
every = pytest.mark.parametrize("kind", KINDS)

TF_NAMES = (
    "GradientDescentOptimizer",
    "AdadeltaOptimizer",
    "AdagradOptimizer",
    "AdagradDAOptimizer",
    "MomentumOptimizer",
    "AdamOptimizer",
    "FtrlOptimizer",
    "ProximalGradientDescentOptimizer",
    "ProximalAdagradOptimizer",
    "RMSPropOptimizer",
)


def made(kind: str, **fields: Any) -> Optimizer:
    optimizer = make(optimizers[kind], fields, {})
    optimizer.validate()
    return optimizer


def started(optimizer: Optimizer, weights: Any, **more: Any) -> Any:
    return resolve(optimizer.source)(weights, **optimizer.arguments(), **more)


class Problem:
    """A straight line through noisy points, on which every optimizer is tried."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.model = nn.Linear(3, 1)
        self.x = torch.randn(32, 3)
        self.t = self.x @ torch.tensor([[1.0], [-2.0], [0.5]]) + 0.3

    def loss(self) -> Tensor:
        return F.mse_loss(self.model(self.x), self.t)

    def residuals(self) -> Tensor:
        return torch.sub(self.model(self.x), self.t).flatten()

    def step(self, kind: str, optimizer: torch.optim.Optimizer) -> None:
        def gradient() -> Tensor:
            optimizer.zero_grad()
            loss = self.loss()
            loss.backward()
            return loss

        closure = optimizers[kind].closure
        if closure == "none":
            gradient()
            optimizer.step()
        else:
            called: Any = {"gradient": gradient, "loss": self.loss, "residuals": self.residuals}[closure]
            optimizer.step(called)


@every
def test_a_declaration_is_sound(kind: str) -> None:
    sound(optimizers[kind])
    optimizers[kind]().validate()


@every
def test_what_the_source_leaves_out_is_the_constructors_own_default(kind: str) -> None:
    omitted_defaults_are_theirs(optimizers[kind]().call())


@every
def test_the_call_always_says_the_rate(kind: str) -> None:
    call = optimizers[kind]().call()
    assert call.defaults.get("lr") != dict(call.keywords)["lr"]


@every
def test_some_steps_lower_the_loss(kind: str) -> None:
    problem = Problem()
    optimizer = started(made(kind), problem.model.parameters())
    before = problem.loss()
    problem.step(kind, optimizer)
    one = problem.loss()
    assert one < before
    for _ in range(3):
        problem.step(kind, optimizer)
    assert problem.loss() < before
    assert all(torch.isfinite(weight).all() for weight in problem.model.parameters())


@every
def test_a_resumed_state_goes_on_bit_for_bit(kind: str) -> None:
    straight, resumed = Problem(), Problem()
    first, second = (started(made(kind), p.model.parameters()) for p in (straight, resumed))
    for _ in range(3):
        straight.step(kind, first)
        resumed.step(kind, second)
    file = io.BytesIO()
    torch.save(second.state_dict(), file)
    file.seek(0)
    third = started(made(kind), resumed.model.parameters())
    third.load_state_dict(torch.load(file, weights_only=True))
    for _ in range(3):
        straight.step(kind, first)
        resumed.step(kind, third)
    for one, other in zip(straight.model.parameters(), resumed.model.parameters(), strict=True):
        assert torch.equal(one, other)


@every
def test_groups_have_their_own_rates_where_there_may_be_groups(kind: str) -> None:
    problem = Problem()
    groups = [{"params": [problem.model.weight]}, {"params": [problem.model.bias], "lr": 0.0}]
    if optimizers[kind].family == "Curvature":
        with pytest.raises(ValueError, match=r"group"):
            started(made(kind), groups)
        return
    before = problem.model.bias.clone()
    optimizer = started(made(kind), groups)
    assert [group["lr"] > 0 for group in optimizer.param_groups] == [True, False]
    problem.step(kind, optimizer)
    still = kind in ("AdagradDA", "Rprop")  # a rate of 0 means other things to them
    assert still or torch.equal(before, problem.model.bias)


@every
def test_a_weight_without_a_gradient_stays(kind: str) -> None:
    problem = Problem()
    unused = nn.Parameter(torch.ones(2))
    optimizer = started(made(kind), [*problem.model.parameters(), unused])
    problem.step(kind, optimizer)
    assert torch.equal(unused, torch.ones(2))


@pytest.mark.parametrize("kind", [cls.kind for cls in optimizers if cls.fused])
def test_fused_steps_are_the_plain_ones(kind: str) -> None:
    plain, fused = Problem(), Problem()
    one = started(made(kind), plain.model.parameters())
    other = started(made(kind), fused.model.parameters(), fused=True)
    for _ in range(5):
        plain.step(kind, one)
        fused.step(kind, other)
    torch.testing.assert_close(plain.model.weight, fused.model.weight)


@pytest.mark.parametrize("kind", [cls.kind for cls in optimizers if cls.foreach])
def test_foreach_is_taken_where_it_is_declared(kind: str) -> None:
    problem = Problem()
    problem.step(kind, started(made(kind), problem.model.parameters(), foreach=True))


@every
def test_a_negative_rate_is_refused_OPT_01(kind: str) -> None:
    with pytest.raises(BadFields, match=r"lr must be"):
        made(kind, lr=-0.1)


@pytest.mark.parametrize(
    ("kind", "fields", "word"),
    [
        ("SGD", {"nesterov": True}, "momentum"),
        ("SGD", {"momentum": 1.0}, "momentum"),
        ("SourceMomentum", {"momentum": -0.1}, "momentum"),
        ("Adam", {"betas": (0.9,)}, "two numbers"),
        ("Adam", {"betas": (0.9, 1.0)}, "betas"),
        ("Rprop", {"etas": (1.2, 0.5)}, "smaller"),
        ("Rprop", {"etas": (0.5, 0.9)}, "etas"),
        ("Ftrl", {"lr": 0}, "above 0"),
        ("Ftrl", {"initial_accumulator_value": 0}, "above 0"),
    ],
)
def test_what_does_not_work_is_said_in_a_sentence_OPT_25(kind: str, fields: Any, word: str) -> None:
    with pytest.raises(BadFields, match=word):
        made(kind, **fields)


def test_every_name_of_tf_train_finds_its_equivalent_OPT_18() -> None:
    for name in TF_NAMES:
        assert [cls.kind for cls in optimizers if name in cls.synonyms and f"tf.train.{name}" in cls.synonyms], name


def test_the_nine_choices_of_the_sources_are_there_OPT_24() -> None:
    names = ["SGD", "SourceMomentum", "SourceNesterov", "Adagrad", "Adadelta", "RMSprop", "Adam", "Adamax", "NAdam"]
    assert set(names) <= set(KINDS)


def test_what_keeps_a_matrix_is_limited_OPT_19() -> None:
    big = nn.Linear(100, 60).parameters()
    for kind in ("Newton", "BFGS", "LevenbergMarquardt"):
        most = optimizers[kind].most_parameters
        assert most is not None
        with pytest.raises(ValueError, match=rf"at most {most:,} weights; this network has 6,060\. Use LBFGS"):
            started(made(kind), nn.Linear(100, 60).parameters())
    started(made("LBFGS"), big)


def test_a_set_of_fields_makes_the_call() -> None:
    call = made("SGD", momentum=0.9).call()
    assert call.callee == "torch.optim.SGD"
    given = {name: value for name, value in call.keywords if call.defaults.get(name) != value}
    assert Frozen(given) == Frozen({"lr": 0.01, "momentum": 0.9})
