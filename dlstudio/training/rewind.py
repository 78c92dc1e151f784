"""Rewind: puts a training back to a checkpoint, to go on from there or to see where its numbers broke."""

import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from dlstudio.data.batches import Batches
from dlstudio.runs.checkpoints import Loaded
from dlstudio.training import randomness
from dlstudio.training.culprit import finite
from dlstudio.training.loop import Position
from dlstudio.training.method import Method, method_of

LONGEST = 20.0
"""Seconds that taking the same steps again may last."""


class Trained(Protocol):
    """What has weights that a checkpoint holds."""

    method: Method
    device: torch.device
    feed: Batches

    @property
    def modules(self) -> dict[str, nn.Module]: ...

    def weights(self) -> dict[str, Tensor]: ...

    def put_weights(self, weights: Mapping[str, Tensor]) -> None: ...


def rewind(training: Trained, loaded: Loaded) -> Position:
    """Everything as it was at the checkpoint; batches of another size go on at the same sample of the epoch."""
    training.put_weights(loaded.weights)
    training.method.load(loaded.state["method"])
    randomness.restore(loaded.state["random"], training.device)
    position = Position(**loaded.state["position"])
    now = training.method.task.recipe.batch_size
    before = loaded.state.get("batch_size", now)
    if before != now:
        position.batch = position.batch * before // now
    return position


def origin(training: Trained, loaded: Loaded, step: int) -> str | None:
    """The node in which numbers broke at a step, seen by taking the steps from the checkpoint to there once more.

    None where that cannot be told so: without a checkpoint, in too long a time, or beside other processes."""
    method = training.method
    if loaded.entry is None or type(method) is not method_of(method.task.recipe.kind):
        return None
    position, end = rewind(training, loaded), time.monotonic() + LONGEST
    while position.step < step and time.monotonic() < end:
        with closing(training.feed.epoch(position.epoch, start=position.batch)) as batches:
            for batch in batches:
                with _listening(training.modules) as broken:
                    method.step(batch)
                position.step += 1
                if broken or position.step == step or time.monotonic() > end:
                    return broken[0] if broken else _last_spoilt(training.modules)
        position.epoch, position.batch = position.epoch + 1, 0
    return None


@contextmanager
def _listening(modules: Mapping[str, nn.Module]) -> Iterator[list[str]]:
    """The nodes that gave out what is no number, in the order in which they did."""
    broken: list[str] = []

    def hook(name: str) -> Any:
        return lambda _part, _inputs, made: None if finite(made) else broken.append(name)

    handles = [part.register_forward_hook(hook(name)) for name, part in _leaves(modules)]
    try:
        yield broken
    finally:
        for handle in handles:
            handle.remove()


def _last_spoilt(modules: Mapping[str, nn.Module]) -> str | None:
    """The forward pass was sound: what broke in the backward pass went from the last spoilt node to all before it."""
    spoilt = [name for name, part in _leaves(modules) if not finite(dict(part.named_parameters()))]
    return spoilt[-1] if spoilt else None


def _leaves(modules: Mapping[str, nn.Module]) -> Iterator[tuple[str, nn.Module]]:
    for role, module in modules.items():
        for name, part in getattr(module, "_orig_mod", module).named_modules():
            if name and not any(part.children()):
                yield (f"{role}.{name}" if len(modules) > 1 else name), part
