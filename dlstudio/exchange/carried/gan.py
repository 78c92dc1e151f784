"""What an exported adversarial training carries: a critic and a generator that learn in turns."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from dlstudio.exchange.carried.learner import Learner
from dlstudio.exchange.carried.training import lay_out
from dlstudio.modules.forgery import slope_penalty

SEED, CRITIC_STEPS = 0, 1
CLIP_WEIGHTS = GRADIENT_PENALTY = BORDER = AVERAGE = 0.0
REAL = ""
CRITIC_CHANNELS_LAST = CHANNELS_LAST = STATISTICS = SLOWER = False
HALF: torch.dtype | None = None
Generator: type[nn.Module] = nn.Identity
Critic: type[nn.Module] = nn.Identity


def critic_loss(real: Tensor, made: Tensor) -> Tensor:
    raise NotImplementedError


def generator_loss(made: Tensor) -> Tensor:
    raise NotImplementedError


def make(generator: nn.Module, batch: dict[str, Tensor]) -> Tensor:
    raise NotImplementedError


def score(critic: nn.Module, samples: Tensor, batch: dict[str, Tensor]) -> Tensor:
    raise NotImplementedError


def generator_optimizer_of(named: dict[str, nn.Parameter]) -> torch.optim.Optimizer:
    raise NotImplementedError


def critic_optimizer_of(named: dict[str, nn.Parameter]) -> torch.optim.Optimizer:
    raise NotImplementedError


def slower_factor(step: int) -> float:
    raise NotImplementedError


def network(device: str) -> nn.ModuleDict:
    """Both networks as they begin: their weights follow from the seed."""
    torch.manual_seed(SEED)
    generator, critic = Generator().to(device), Critic().to(device)
    if CHANNELS_LAST:
        lay_out(generator)
    if CRITIC_CHANNELS_LAST:
        lay_out(critic)
    return nn.ModuleDict({"generator": generator, "critic": critic})


class Players:
    """What moves the weights of both."""

    def __init__(self, model: nn.Module) -> None:
        of = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
        made = {name.removeprefix("generator."): each for name, each in of.items() if name.startswith("generator.")}
        told = {name.removeprefix("critic."): each for name, each in of.items() if name.startswith("critic.")}
        self.critic = Learner(told, critic_optimizer_of(told))
        self.generator = Learner(made, generator_optimizer_of(made))
        if SLOWER:
            self.generator.factor = slower_factor

    def swap(self) -> None:
        """Puts averages in the place of the weights of both."""
        self.generator.swap()
        self.critic.swap()


def learner_of(model: nn.Module) -> Players:
    """What moves the weights of both."""
    return Players(model)


def learn(model: nn.ModuleDict, players: Players, batch: dict[str, Tensor]) -> dict[str, float]:
    """The critic learns to tell real samples from made ones, then the generator to trick it as it stands."""
    if HALF:
        with torch.autocast(batch[REAL].device.type, HALF):
            made = make(model["generator"], batch)
            loss, paid, right = judge(model["critic"], made.detach(), batch)
    else:
        made = make(model["generator"], batch)
        loss, paid, right = judge(model["critic"], made.detach(), batch)
    players.critic.learn(paid)
    if CLIP_WEIGHTS:
        clip(players.critic)
    told = {"critic": loss.item(), "critic accuracy": right.item()}
    if CRITIC_STEPS > 1:
        if players.critic.count % CRITIC_STEPS == 0:
            told["generator"] = trick(model["critic"], players, made, batch)
    else:
        told["generator"] = trick(model["critic"], players, made, batch)
    return told


def judge(critic: nn.Module, made: Tensor, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """The critic's loss on real and made samples in one batch, what it pays, and how often it is right."""
    real = batch[REAL]
    scores = score(critic, torch.cat([real, made]), batch)
    of_real, of_made = scores[: len(real)], scores[len(real) :]
    loss = critic_loss(of_real, of_made)
    right = ((of_real > BORDER).float().mean() + (of_made <= BORDER).float().mean()) / 2
    if GRADIENT_PENALTY:
        paid = loss + GRADIENT_PENALTY * slope_penalty(lambda x: score(critic, x, batch), real, made)
        return loss, paid, right
    return loss, loss, right


@torch.no_grad()
def clip(learner: Learner) -> None:
    """Keeps the weights of the critic small."""
    for weight in learner.named.values():
        weight.clamp_(-CLIP_WEIGHTS, CLIP_WEIGHTS)


def trick(critic: nn.Module, players: Players, made: Tensor, batch: dict[str, Tensor]) -> float:
    """The generator learns from what the critic says of its samples; the critic stays as it is."""
    with held(critic, players.critic):
        if HALF:
            with torch.autocast(made.device.type, HALF):
                loss = generator_loss(score(critic, made, batch))
        else:
            loss = generator_loss(score(critic, made, batch))
        players.generator.learn(loss)
    return loss.item()


@contextmanager
def held(critic: nn.Module, learner: Learner) -> Iterator[None]:
    """Keeps the critic as it is while gradients flow through it."""
    for weight in learner.named.values():
        weight.requires_grad_(False)
    if STATISTICS:
        before = [(buffer, buffer.clone()) for buffer in critic.buffers()]
    yield
    for weight in learner.named.values():
        weight.requires_grad_(True)
    if STATISTICS:
        for buffer, kept in before:  # type: ignore[possibly-undefined]
            buffer.copy_(kept)
