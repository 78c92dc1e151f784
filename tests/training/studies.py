"""Studies for tests: small projects trained for a moment, without a run folder."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace

import torch
from torch import Tensor

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.frozen import Value, freeze
from dlstudio.training.method import Batch, Method
from dlstudio.training.training import Training


def project(text: str | Project, source: Mapping[str, Value], **training: Value) -> Project:
    """A typed network (or a finished project) with data and a recipe."""
    made = dl.line(text) if isinstance(text, str) else text
    settings = {"device": "cpu", **training}
    return replace(made, data=freeze({"source": source, **made.data}), training=freeze(settings))


def with_network(base: Project, name: str, text: str) -> Project:
    """The project with one more network, typed."""
    return base.with_network(name, dl.line(text).networks["model"])


def ready(made: Project) -> Training:
    return Training.ready(made)


def take(training: Training, steps: int, start: int = 0) -> list[dict[str, float]]:
    """Takes steps and says what each of them measured."""
    found: list[dict[str, float]] = []
    epoch, batch = divmod(start, len(training.feed))
    while len(found) < steps:
        for each in training.feed.epoch(epoch, batch):
            found.append({name: float(value.detach()) for name, value in training.method.step(each).items()})
            if len(found) == steps:
                break
        epoch, batch = epoch + 1, 0
    return found


def weights(method: Method, role: str = "model") -> dict[str, Tensor]:
    return {name: value.clone() for name, value in method.task.modules[role].state_dict().items()}


def assert_goes_on(made: Project, steps: int = 6) -> None:
    """A method that took up what another had remembered goes on with the same bits."""
    whole = ready(made)
    take(whole, steps)
    state, kept, random = deepcopy(whole.method.state()), deepcopy(whole.weights()), torch.get_rng_state()
    expected = take(whole, steps, start=steps)
    other = ready(made)
    other.put_weights(kept)
    other.method.load(state)
    torch.set_rng_state(random)
    assert take(other, steps, start=steps) == expected
    for name, value in whole.weights().items():
        assert torch.equal(value, other.weights()[name]), name


def one_batch(training: Training) -> Batch:
    return next(iter(training.feed.epoch(0)))
