"""GANs: who pays what, who is held while the other learns, and that a ring of points is covered."""

import math

import pytest
import torch
from torch import Tensor

from dlstudio.core.document import Project
from dlstudio.core.frozen import Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.modules.forgery import slope_penalty
from dlstudio.training.gan import GAMES, Gan
from dlstudio.training.training import Training
from dlstudio.training.update import Updater
from tests.training.studies import assert_goes_on, one_batch, project, ready, take, weights, with_network

RING: dict[str, Value] = {"kind": "Points", "pattern": "gaussians", "classes": 8, "noise": 0.0, "count": 2000}
GENERATOR = "noise: input 4 > fc 64 > relu > fc 64 > relu > fc 2"
CRITIC = "point: input 2 > fc 64 > leakyrelu > fc 64 > leakyrelu > fc 1"


def ring(critic: str = CRITIC, generator: str = GENERATOR, **training: Value) -> Project:
    base = with_network(with_network(project("input 2 > fc 1", RING), "critic", critic), "generator", generator)
    lr: dict[str, Value] = {"kind": "Adam", "lr": 0.001, "betas": (0.5, 0.99)}
    return project(base, RING, **{"kind": "Gan", "optimizer": lr, "batch_size": 128, **training})


def gan(training: Training) -> Gan:
    assert isinstance(training.method, Gan)
    return training.method


def test_where_both_are_alike_the_best_critic_pays_ln_4_LOS_21() -> None:
    """The best critic says ½ to everything when real and made are mixed equally and cannot be told apart."""
    undecided = torch.zeros(32, 1)
    assert float(GAMES["trick"].critic(undecided, undecided)) == pytest.approx(math.log(4), abs=1e-6)
    for off in (-0.3, 0.2):
        assert float(GAMES["trick"].critic(undecided + off, undecided + off)) > math.log(4)


def test_the_trick_loss_is_minus_log_of_being_called_real_LOS_21() -> None:
    scores = torch.tensor([[0.3], [-2.0]])
    expected = -torch.log(torch.sigmoid(scores)).mean()
    torch.testing.assert_close(GAMES["trick"].generator(scores), expected)


@pytest.mark.parametrize(
    ("loss", "critic", "generator"), [("least squares", 0.5 * (0.25 + 0.04), 0.5 * 0.64), ("wasserstein", -1.3, -0.2)]
)
def test_the_other_games(loss: str, critic: float, generator: float) -> None:
    real, made = torch.tensor([[1.5]]), torch.tensor([[0.2]])
    assert float(GAMES[loss].critic(real, made)) == pytest.approx(critic)
    assert float(GAMES[loss].generator(made)) == pytest.approx(generator)


def test_each_player_stays_as_it_is_while_the_other_learns_TRN_25() -> None:
    method = gan(ready(ring(CRITIC.replace("leakyrelu > fc 1", "batchnorm > leakyrelu > fc 1"))))
    batch = one_batch(ready(ring()))
    seen: list[tuple[dict[str, Tensor], dict[str, Tensor]]] = []
    learn_critic, learn_generator = method.critic_update, method.generator_update

    def critic_learns(_self: Updater, loss: Tensor) -> None:
        before = weights(method, "generator")
        Updater.__call__(learn_critic, loss)
        seen.append((before, weights(method, "generator")))

    learn_critic.__class__ = type("Watched", (Updater,), {"__call__": critic_learns})
    made = method.make(batch)
    before = weights(method, "critic")
    method._trick(batch, made)
    held = weights(method, "critic")
    assert before.keys() == held.keys()
    assert any("running" in name for name in held)
    assert all(torch.equal(before[name], held[name]) for name in held)
    moved = weights(method, "generator")
    method.step(batch)
    assert all(torch.equal(seen[0][0][name], seen[0][1][name]) for name in moved)
    assert not torch.equal(moved["linear1.weight"], weights(method, "generator")["linear1.weight"])
    assert learn_generator.count == 2
    assert all(weight.requires_grad for weight in method.critic.parameters())


def test_real_and_made_are_looked_at_in_one_batch_TRN_25() -> None:
    method = gan(ready(ring()))
    sizes: list[int] = []
    method.critic.register_forward_pre_hook(lambda _module, given: sizes.append(len(given[0])))
    batch = one_batch(ready(ring()))
    method.step(batch)
    assert sizes == [256, 128]


def test_a_step_measures_both_losses_and_how_often_the_critic_is_right_DIA_28() -> None:
    found = take(ready(ring()), 30)
    assert all(row.keys() == {"critic", "generator", "critic accuracy"} for row in found)
    assert all(0 <= row["critic accuracy"] <= 1 for row in found)
    assert max(row["critic accuracy"] for row in found) > 0.8


def test_the_critic_may_take_several_steps_for_one() -> None:
    training = ready(ring(critic_steps=3))
    found = take(training, 7)
    assert ["generator" in row for row in found] == [False, False, True, False, False, True, False]
    assert gan(training).generator_update.count == 2


def test_clipped_weights_stay_within_their_limit() -> None:
    training = ready(ring(loss="wasserstein", clip_weights=0.01))
    take(training, 3)
    assert all(float(weight.abs().max()) <= 0.01 for weight in weights(gan(training), "critic").values())


def test_the_gradient_penalty_is_0_where_the_slope_is_1() -> None:
    method = gan(ready(ring("point: input 2 > fc 1", loss="wasserstein", gradient_penalty=10.0)))
    with torch.no_grad():
        for name, weight in method.critic.named_parameters():
            weight.copy_(torch.tensor([[0.6, 0.8]]) if name.endswith("weight") else torch.zeros(1))
    batch = one_batch(ready(ring()))
    real = batch[method.seen[method.shown]]
    slope = slope_penalty(lambda x: method._scores(x, batch), real, torch.randn(128, 2))
    assert float(slope.detach()) == pytest.approx(0.0, abs=1e-10)
    assert math.isfinite(float(method.step(batch)["critic"].detach()))


def test_the_same_seed_makes_the_same_samples_GEN_06() -> None:
    method = gan(ready(ring()))
    assert torch.equal(method.sample(5, seed=3), method.sample(5, seed=3))
    assert not torch.equal(method.sample(5, seed=3), method.sample(5, seed=4))


def test_a_generator_may_be_told_the_class() -> None:
    kind = "kind: input 8 > onehot 8 > fc 4 > told: relu\n"
    critic = kind.replace("input 8", "input 1 int") + "point: input 2 > concat told > fc 32 > relu > fc 1"
    generator = kind.replace("input 8", "input 1 int") + "noise: input 4 > concat told > fc 32 > relu > fc 2"
    training = ready(ring(critic, generator))
    assert list(gan(training).noise) == ["noise"]
    assert take(training, 3)[-1]["critic"] > 0


@pytest.mark.parametrize("extra", [{}, {"critic_steps": 2, "loss": "wasserstein", "gradient_penalty": 10.0}])
def test_it_goes_on_with_the_same_bits(extra: dict[str, Value]) -> None:
    assert_goes_on(ring(**extra), steps=5)


def test_validation_measures_without_learning() -> None:
    training = ready(ring())
    before = training.weights()["critic.linear1.weight"].clone()
    found = training.method.evaluate([one_batch(training)])
    assert found.keys() == {"critic", "generator", "critic accuracy"}
    assert training.method.evaluate([one_batch(training)]) == found
    assert torch.equal(before, training.weights()["critic.linear1.weight"])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"critic": CRITIC + " > sigmoid"}, "would do it twice"),
        ({"generator": "noise: input 4 > fc 3"}, "generator gives 3, and the critic looks at 2"),
        ({"critic": "point: input 2 > fc 2"}, "needs one number"),
        ({"loss": "wasserstein"}, "set clip weights or a gradient penalty"),
    ],
)
def test_what_cannot_be_played_is_said_before(change: dict[str, str], says: str) -> None:
    with pytest.raises(ProjectProblem, match=says):
        ready(ring(**change))


def test_the_fix_takes_the_sigmoid_out() -> None:
    made = ring(CRITIC + " > sigmoid")
    (issue,) = Gan.accepts(made)
    assert Gan.accepts(issue.fixes[0].edit(made)) == []


def test_a_missing_player_is_named() -> None:
    with pytest.raises(ProjectProblem, match="trains a network named “generator”; the project has model"):
        ready(project("input 2 > fc 1", RING, kind="Gan"))


def test_an_optimizer_that_asks_again_and_again_has_no_place_in_a_game() -> None:
    for field in ("optimizer", "critic_optimizer"):
        settings: dict[str, Value] = {field: {"kind": "LBFGS"}}
        with pytest.raises(ProjectProblem, match="LBFGS asks for the loss several times in a step, which GAN cannot"):
            ready(ring(**settings))


@pytest.mark.slow
def test_six_of_eight_clouds_on_a_ring_are_covered_GEN_05() -> None:
    training = ready(ring(epochs=400))
    take(training, 5000)
    assert covered(gan(training).sample(2000)) >= 6


def covered(samples: Tensor) -> int:
    """How many of the eight clouds hold at least one in fifty samples near their middle."""
    angles = 2 * math.pi * torch.arange(8) / 8
    middles = torch.stack([angles.cos(), angles.sin()], dim=1)
    near = torch.cdist(samples, middles) < 0.3
    return int((near.float().mean(0) > 0.02).sum())
