"""What an exported training with examples and answers carries: the loss of a batch, and a step."""

import torch
from torch import Tensor, nn

from dlstudio.exchange.carried.learner import Learner

ASKS, SPOILT, SEVERAL = "none", False, False
HALF: torch.dtype | None = None
INPUTS: tuple[str, ...] = ()
COUNTS = FIRST = ""


def loss_of(answers: tuple[Tensor, ...], batch: dict[str, Tensor]) -> Tensor:
    raise NotImplementedError


def residuals_of(answers: tuple[Tensor, ...], batch: dict[str, Tensor]) -> Tensor:
    raise NotImplementedError


def spoilt(value: Tensor, luck: torch.Generator | None = None) -> Tensor:
    raise NotImplementedError


def answers_of(model: nn.Module, inputs: list[Tensor]) -> tuple[Tensor, ...]:
    """What the network says, output by output."""
    if SEVERAL:
        return tuple(model(*inputs))
    return (model(*inputs),)


def losses_for(model: nn.Module, inputs: list[Tensor], batch: dict[str, Tensor]) -> Tensor:
    """The loss of what the network says to inputs."""
    if HALF:
        with torch.autocast(inputs[0].device.type, HALF):
            return loss_of(answers_of(model, inputs), batch)
    return loss_of(answers_of(model, inputs), batch)


def learn(model: nn.Module, learner: Learner, batch: dict[str, Tensor]) -> dict[str, float]:
    """Learns from one batch; its loss."""
    inputs = [spoilt(batch[name]) for name in INPUTS] if SPOILT else [batch[name] for name in INPUTS]
    if ASKS == "none":
        loss = losses_for(model, inputs, batch)
        learner.learn(loss)
    elif ASKS == "residuals":
        with torch.no_grad():
            loss = losses_for(model, inputs, batch)
        learner.asked(lambda: residuals_of(answers_of(model, inputs), batch))
    else:
        loss = learner.minimise(lambda: losses_for(model, inputs, batch))
    return {"loss": loss.item()}


def loss_on(model: nn.Module, batch: dict[str, Tensor], luck: torch.Generator | None = None) -> tuple[Tensor, float]:
    """The loss of a batch that it does not learn from, and how much the batch counts."""
    inputs = [spoilt(batch[name], luck) for name in INPUTS] if SPOILT else [batch[name] for name in INPUTS]
    if COUNTS:
        return losses_for(model, inputs, batch), float(batch[COUNTS].sum())
    return losses_for(model, inputs, batch), len(batch[FIRST])
