"""What an exported training of a language model carries: windows read in chunks, with states that go on."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from dlstudio.compiler.memory import Memory
from dlstudio.exchange.carried.learner import Learner
from dlstudio.exchange.carried.training import batches, hold

CHUNK = 1
FROZEN: tuple[str, ...] = ()
ONLY_NODES, WITH_STATES = False, False
AVERAGE = 0.0
HALF: torch.dtype | None = None
TEXT = NEXT = FIRST = ENTRY = ""
KEEPERS: tuple[str, ...] = ()
ANSWER = 0
GIVEN: tuple[str, ...] = ()
STATES: dict[str, tuple[int, tuple[int, ...]]] = {}


def loss_of(answers: tuple[Tensor, ...], batch: dict[str, Tensor]) -> Tensor:
    raise NotImplementedError


def optimizer_of(named: dict[str, nn.Parameter]) -> torch.optim.Optimizer:
    raise NotImplementedError


class Reader(Learner):
    """What moves the weights, and what the recurrent layers remember from one chunk to the next."""

    def __init__(self, model: nn.Module, named: dict[str, nn.Parameter], optimizer: torch.optim.Optimizer) -> None:
        super().__init__(named, optimizer)
        self.memory = Memory([model.get_submodule(name) for name in KEEPERS])


def learner_of(model: nn.Module) -> Learner:
    """What moves the weights that learn."""
    named = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    if KEEPERS:
        return Reader(model, named, optimizer_of(named))
    return Learner(named, optimizer_of(named))


def read(model: nn.Module, x: Tensor, states: dict[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
    """The scores of a chunk, and the states after it, which remember nothing of how they came about."""
    made = model(*(x if name == ENTRY else state_of(name, states, x) for name in GIVEN))
    return made[ANSWER], {name: made[place].detach() for name, (place, _) in STATES.items()}


def state_of(name: str, states: dict[str, Tensor], x: Tensor) -> Tensor:
    """A state as the chunk before left it; zeros at the start of a window."""
    return states[name] if name in states else torch.zeros(len(x), *STATES[name][1], device=x.device)


def chunk_losses(model: nn.Module, batch: dict[str, Tensor]) -> Iterator[tuple[Tensor, int]]:
    """The loss of each chunk of a window, and how many steps it counts: states go on to the next, gradients do not."""
    if WITH_STATES:
        states: dict[str, Tensor] = {}
    for x, y in zip(torch.split(batch[TEXT], CHUNK, 1), torch.split(batch[NEXT], CHUNK, 1), strict=True):
        if HALF:
            with torch.autocast(x.device.type, HALF):
                if WITH_STATES:
                    scores, states = read(model, x, states)
                else:
                    scores = model(x)
                loss = loss_of((scores,), {NEXT: y})
        else:
            if WITH_STATES:
                scores, states = read(model, x, states)
            else:
                scores = model(x)
            loss = loss_of((scores,), {NEXT: y})
        yield loss, x.shape[1]


def losses_of(model: nn.Module, learner: Learner, batch: dict[str, Tensor]) -> Iterator[tuple[Tensor, int]]:
    """The losses of a window, at whose start the layers remember nothing."""
    with learner.memory:  # type: ignore[attr-defined]
        yield from chunk_losses(model, batch)


def learn(model: nn.Module, learner: Learner, batch: dict[str, Tensor]) -> dict[str, float]:
    """Learns from each chunk of a window; the mean loss."""
    total = torch.zeros((), device=batch[TEXT].device)
    for loss, length in losses_of(model, learner, batch) if KEEPERS else chunk_losses(model, batch):
        learner.learn(loss)
        total = total + loss.detach() * length
    return {"loss": (total / batch[TEXT].shape[1]).item()}


@torch.no_grad()
def judged(model: nn.Module, learner: Learner, samples: dict[str, Tensor]) -> float:
    """The mean loss on windows that it does not learn from."""
    if AVERAGE:
        learner.swap()
    model.eval()
    total, count = torch.zeros(()), 0
    for batch in batches(samples, torch.arange(len(samples[FIRST]))):
        for loss, length in losses_of(model, learner, batch) if KEEPERS else chunk_losses(model, batch):
            size = length * len(batch[TEXT])
            total, count = total + loss * size, count + size
    if AVERAGE:
        learner.swap()
    model.train()
    if FROZEN or ONLY_NODES:
        hold(model)
    return float(total) / count
