"""What every exported training carries: how it reads its samples, draws its batches, and goes through its epochs.

The constants stand for those that the exporter writes in their place, and so do the functions without a body. Where a
constant decides a branch, a script has that branch alone."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import Tensor, nn

from dlstudio.exchange.carried.learner import Learner

SAMPLES = Path(__file__).with_suffix(".safetensors")
SEED, EPOCHS, BATCH_SIZE, THREADS, PATIENCE, EVALUATE_EVERY = 0, 1, 1, 0, 0, 1
SHUFFLE, CHANNELS_LAST, AUGMENTED, VALIDATED, PLATEAU, START, TF32 = True, False, False, False, False, False, False
SAMPLING, LABELS = "as it is", ""
DEVICE = "cpu"
AVERAGE = 0.0
FROZEN: tuple[str, ...] = ()
ONLY_NODES = LUCK = False
FIRST = ""
Network: type[nn.Module] = nn.Identity


def read_tensors(path: Path) -> dict[str, Tensor]:
    raise NotImplementedError


def augmented(batch: dict[str, Tensor], epoch: int, position: int) -> dict[str, Tensor]:
    raise NotImplementedError


def balanced(labels: Tensor, luck: torch.Generator) -> Tensor:
    raise NotImplementedError


def class_weights(labels: Tensor) -> Tensor:
    raise NotImplementedError


def optimizer_of(named: dict[str, nn.Parameter]) -> torch.optim.Optimizer:
    raise NotImplementedError


def learn(model: nn.Module, learner: Learner, batch: dict[str, Tensor]) -> dict[str, float]:
    raise NotImplementedError


def loss_on(model: nn.Module, batch: dict[str, Tensor], luck: torch.Generator | None = None) -> tuple[Tensor, float]:
    raise NotImplementedError


def mixed(*numbers: int) -> int:
    """One seed from several numbers, such that neighbours give unrelated ones (SplitMix64's finisher)."""
    mask, state = 2**64 - 1, 0
    for number in numbers:
        state = (state ^ (number & mask)) + 0x9E3779B97F4A7C15 & mask
        state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & mask
        state = (state ^ state >> 27) * 0x94D049BB133111EB & mask
        state ^= state >> 31
    return state


def samples_of(device: str) -> dict[str, dict[str, Tensor]]:
    """The tensors beside this file, by the part that they belong to and their name."""
    parts: dict[str, dict[str, Tensor]] = {}
    for name, value in read_tensors(SAMPLES).items():
        part, _, column = name.partition("/")
        parts.setdefault(part, {})[column] = value.to(device)
    return parts


def network(device: str) -> nn.Module:
    """The network as it begins: its weights follow from the seed."""
    torch.manual_seed(SEED)
    if CHANNELS_LAST:
        return lay_out(Network().to(device))
    return Network().to(device)


def lay_out(model: nn.Module) -> nn.Module:
    """Puts the channels of each pixel side by side in memory, which is faster."""
    for part in model.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            part.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return model


def hold(model: nn.Module) -> None:
    """Keeps some parts as they are, the statistics of their batch norms too."""
    for name in FROZEN:
        model.get_submodule(name).requires_grad_(False).eval()
    if ONLY_NODES:
        for weight in model.parameters(recurse=False):
            weight.requires_grad_(False)


def learner_of(model: nn.Module) -> Learner:
    """What moves the weights that learn."""
    named = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    return Learner(named, optimizer_of(named))


def order_of(samples: dict[str, Tensor], epoch: int) -> Tensor:
    """The numbers of the samples in the order of an epoch, which follows from the seed."""
    if SAMPLING == "as it is" and not SHUFFLE:
        return torch.arange(len(samples[FIRST]))
    luck = torch.Generator().manual_seed(mixed(SEED, epoch))
    if SAMPLING == "balanced":
        return balanced(samples[LABELS].cpu(), luck)
    if SAMPLING == "weighted":
        chances = class_weights(samples[LABELS].cpu())
        return torch.multinomial(chances, len(chances), replacement=True, generator=luck)
    return torch.randperm(len(samples[FIRST]), generator=luck)


def batches(samples: dict[str, Tensor], order: Tensor) -> Iterator[dict[str, Tensor]]:
    """The samples in an order, cut into batches."""
    for rows in torch.split(order.to(samples[FIRST].device), BATCH_SIZE):
        yield {name: value[rows] for name, value in samples.items()}


def drawn(samples: dict[str, Tensor], epoch: int) -> Iterator[dict[str, Tensor]]:
    """The batches of an epoch, as they are learned from."""
    if AUGMENTED:
        for position, batch in enumerate(batches(samples, order_of(samples, epoch))):
            yield augmented(batch, epoch, position)
    else:
        yield from batches(samples, order_of(samples, epoch))


@torch.no_grad()
def judged(model: nn.Module, learner: Learner, samples: dict[str, Tensor]) -> float:
    """The mean loss on samples that it does not learn from."""
    if AVERAGE:
        learner.swap()
    model.eval()
    if LUCK:
        luck = torch.Generator(samples[FIRST].device).manual_seed(SEED)
    total, count = torch.zeros(()), 0.0
    for batch in batches(samples, torch.arange(len(samples[FIRST]))):
        loss, size = loss_on(model, batch, luck) if LUCK else loss_on(model, batch)  # type: ignore[possibly-undefined]
        total, count = total + loss * size, count + size
    if AVERAGE:
        learner.swap()
    model.train()
    if FROZEN or ONLY_NODES:
        hold(model)
    return float(total) / count


def train(steps: int | None = None, tell: Callable[[str], object] = print) -> tuple[nn.Module, list[dict[str, float]]]:
    """Trains to the end, or for so many steps; the network, and what every step measured."""
    if THREADS:
        torch.set_num_threads(THREADS)
    device = ("cuda" if torch.cuda.is_available() else "cpu") if DEVICE == "auto" else DEVICE
    if TF32:
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    parts = samples_of(device)
    model = network(device)
    if START:
        model.load_state_dict(parts["start"], strict=False)
    if FROZEN or ONLY_NODES:
        hold(model)
    learner = learner_of(model)
    measured: list[dict[str, float]] = []
    if PATIENCE:
        best, waited = float("inf"), 0
    for epoch in range(EPOCHS):
        for batch in drawn(parts["train"], epoch):
            measured.append(learn(model, learner, batch))
            if len(measured) == steps:
                return model, measured
        told = ", ".join(f"{name} {value:.6f}" for name, value in measured[-1].items())
        tell(f"epoch {epoch + 1} of {EPOCHS}: {told}")
        if VALIDATED and (EVALUATE_EVERY == 1 or (epoch + 1) % EVALUATE_EVERY == 0):
            loss = judged(model, learner, parts["validation"])
            tell(f"    on samples that it does not learn from: loss {loss:.6f}")
            if PLATEAU:
                learner.look_at(loss)
            if PATIENCE:
                best, waited = (loss, 0) if loss < best else (best, waited + 1)
                if waited >= PATIENCE:
                    break
    if AVERAGE:
        learner.swap()
    return model, measured


def main() -> None:
    """Trains, and keeps the weights beside this file."""
    model, _ = train(int(sys.argv[1]) if len(sys.argv) > 1 else None)
    kept = SAMPLES.with_name(f"{SAMPLES.stem}-trained.pt")
    torch.save(model.state_dict(), kept)
    print(f"{kept} has the weights; torch.load(path, weights_only=True) reads them.")
