"""Steadiness: a network that draws at random while it is used gives no two answers alike, so no file can be proven."""

from typing import Any

import torch
from torch import Tensor, nn

from dlstudio.exchange.subject import Subject
from dlstudio.exchange.tracing import refusal, refusing

DRAWS = ("torch.rand", "torch.bernoulli", "torch.normal", "torch.multinomial", "gumbel_softmax")
"""What draws at random in a line of source."""


def require_steady(subject: Subject) -> None:
    """Refuses a network whose answers are drawn at random, with the node that draws."""
    batch = subject.samples.batches()[-1]
    with torch.random.fork_rng(devices=()), refusing(subject, "run the network"):
        one, two = _watched(subject.module, batch), _watched(subject.module, batch)
    for name, value in one.items():
        if not torch.equal(value.nan_to_num(), two[name].nan_to_num()):
            text = "It draws at random also while the network is used, so no export can be shown to answer as before."
            node = name.partition(".")[0] or _drawing(subject)
            raise refusal(subject, f"{text} Set in_eval, where it has that, or take another layer.", node)


def _drawing(subject: Subject) -> str:
    """The node of the first line that draws, where no part of the network but its own lines do."""
    lines = enumerate(subject.source.text.split("\n"), 1)
    found = [number for number, line in lines if any(word in line for word in DRAWS)]
    return next((subject.source.places[number][1] for number in found if number in subject.source.places), "")


def _watched(module: nn.Module, batch: tuple[Tensor, ...]) -> dict[str, Tensor]:
    """What each part of the network gives, in the order in which they run, and at last what the whole gives."""
    found: dict[str, Tensor] = {}

    def look(name: str) -> Any:
        def keep(_part: nn.Module, _given: Any, made: Any) -> None:
            if isinstance(made, Tensor) and name:
                found.setdefault(name, made)

        return keep

    hooks = [part.register_forward_hook(look(name)) for name, part in module.named_modules()]
    try:
        with torch.no_grad():
            made = module(*batch)
    finally:
        for hook in hooks:
            hook.remove()
    answers = made if isinstance(made, tuple) else (made,)
    return found | {f".{number}": each for number, each in enumerate(answers)}
