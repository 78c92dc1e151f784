"""What an exported training carries: how it reads its samples, draws its batches, learns and judges.

The constants stand for those that the exporter writes in their place, and so do the functions without a body."""

import sys
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

SAMPLES = Path(__file__).with_suffix(".safetensors")
SEED, EPOCHS, BATCH_SIZE, THREADS, PATIENCE, EVALUATE_EVERY, ACCUMULATE = 0, 1, 1, 0, 0, 1, 1
SHUFFLE, CHANNELS_LAST = True, False
ASKS, WITH_GRADIENTS, AVERAGE = False, False, 0.0
STEPS_PER_EPOCH = TOTAL_STEPS = 1
DEVICE = "cpu"
INPUTS: tuple[str, ...] = ()
COUNTS = ""
FROZEN: tuple[str, ...] = ()
Network: type[nn.Module] = nn.Identity


def read_tensors(path: Path) -> dict[str, Tensor]:
    raise NotImplementedError


def loss_of(answers: tuple[Tensor, ...], batch: dict[str, Tensor]) -> Tensor:
    raise NotImplementedError


def augmented(batch: dict[str, Tensor], epoch: int, position: int) -> dict[str, Tensor]:
    raise NotImplementedError


def seen(value: Tensor, luck: torch.Generator | None = None) -> Tensor:
    raise NotImplementedError


def factor(step: int, epoch: int) -> float:
    raise NotImplementedError


def optimizer_of(named: dict[str, nn.Parameter]) -> torch.optim.Optimizer:
    raise NotImplementedError


def penalty(named: dict[str, nn.Parameter], loss: Tensor) -> Tensor:
    raise NotImplementedError


def before_step(named: dict[str, nn.Parameter]) -> None:
    raise NotImplementedError


def after_step(named: dict[str, nn.Parameter]) -> None:
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


def network(device: str) -> nn.Module:
    """The network as it begins: its weights follow from the seed."""
    torch.manual_seed(SEED)
    model = Network().to(device)
    if CHANNELS_LAST:
        for part in model.modules():
            if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
                part.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return model


def hold(model: nn.Module) -> None:
    """Keeps some parts as they are, the statistics of their batch norms too."""
    for name in FROZEN:
        model.get_submodule(name).requires_grad_(False).eval()


def batches(samples: dict[str, Tensor], order: Tensor) -> list[dict[str, Tensor]]:
    """The samples in an order, cut into batches."""
    return [{name: value[rows] for name, value in samples.items()} for rows in torch.split(order, BATCH_SIZE)]


def answers_of(model: nn.Module, batch: dict[str, Tensor], luck: torch.Generator | None = None) -> tuple[Tensor, ...]:
    """What the network says, always as a tuple."""
    made = model(*(seen(batch[name], luck) for name in INPUTS))
    return made if isinstance(made, tuple) else (made,)


@torch.no_grad()
def judged(model: nn.Module, samples: dict[str, Tensor], mean: dict[str, Tensor]) -> float:
    """The mean loss on samples that it does not learn from, with averaged weights where there are some."""
    kept = {name: weight.clone() for name, weight in model.named_parameters() if name in mean}
    put(model, mean)
    model.eval()
    total, count = 0.0, 0.0
    luck = torch.Generator(samples[INPUTS[0]].device).manual_seed(SEED)
    for batch in batches(samples, torch.arange(len(samples[INPUTS[0]]))):
        size = float(batch[COUNTS].sum()) if COUNTS else len(batch[INPUTS[0]])
        total, count = total + float(loss_of(answers_of(model, batch, luck), batch)) * size, count + size
    put(model, kept)
    model.train()
    hold(model)
    return total / count


@torch.no_grad()
def put(model: nn.Module, weights: dict[str, Tensor]) -> None:
    """Gives a network some weights."""
    for name, weight in model.named_parameters():
        if name in weights:
            weight.copy_(weights[name])


def learn(
    model: nn.Module,
    named: dict[str, nn.Parameter],
    optimizer: torch.optim.Optimizer,
    batch: dict[str, Tensor],
    step: int,
) -> Tensor:
    """One batch: its loss, and, every so many batches, a step down its gradients."""
    loss = loss_of(answers_of(model, batch), batch)
    (penalty(named, loss) / ACCUMULATE).backward()  # type: ignore[no-untyped-call]
    if (step + 1) % ACCUMULATE == 0:
        before_step(named)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        after_step(named)
    return loss


def learn_asking(
    model: nn.Module, named: dict[str, nn.Parameter], optimizer: torch.optim.Optimizer, batch: dict[str, Tensor]
) -> Tensor:
    """One batch, for whose loss the optimizer may ask several times; the loss that it asked for last."""
    last: list[Tensor] = []

    def closure() -> Tensor:
        with torch.enable_grad():
            optimizer.zero_grad(set_to_none=True)
            last[:] = [loss_of(answers_of(model, batch), batch)]
            whole = penalty(named, last[0])
            if WITH_GRADIENTS:
                whole.backward()  # type: ignore[no-untyped-call]
        return whole

    optimizer.step(closure)  # type: ignore[arg-type]
    optimizer.zero_grad(set_to_none=True)
    after_step(named)
    return last[0]


def train(steps: int | None = None, tell: Callable[[str], object] = print) -> tuple[nn.Module, list[float]]:
    """Trains to the end, or for so many steps; the network, and the loss of every step."""
    if THREADS:
        torch.set_num_threads(THREADS)
    device = ("cuda" if torch.cuda.is_available() else "cpu") if DEVICE == "auto" else DEVICE
    parts: dict[str, dict[str, Tensor]] = {"train": {}, "validation": {}}
    for name, value in read_tensors(SAMPLES).items():
        part, _, column = name.partition("/")
        parts[part][column] = value.to(device)
    model = network(device)
    hold(model)
    named = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    mean = {name: weight.detach().clone() for name, weight in named.items()} if AVERAGE else {}
    optimizer = optimizer_of(named)
    rates = [group["lr"] for group in optimizer.param_groups]
    losses: list[float] = []
    best, waited, step = float("inf"), 0, 0
    for epoch in range(EPOCHS):
        count = len(parts["train"][INPUTS[0]])
        luck = torch.Generator().manual_seed(mixed(SEED, epoch))
        order = torch.randperm(count, generator=luck) if SHUFFLE else torch.arange(count)
        for position, plain in enumerate(batches(parts["train"], order.to(device))):
            batch = augmented(plain, epoch, position)
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * factor(step, step // STEPS_PER_EPOCH)
            loss = learn_asking(model, named, optimizer, batch) if ASKS else learn(model, named, optimizer, batch, step)
            step += 1
            if mean and (ASKS or step % ACCUMULATE == 0):
                kept = min(AVERAGE, (1 + step) / (10 + step))
                torch._foreach_lerp_(list(mean.values()), [weight.detach() for weight in named.values()], 1 - kept)
            losses.append(loss.item())
            if step == steps:
                return model, losses
        line = f"epoch {epoch + 1} of {EPOCHS}: loss {losses[-1]:.6f}"
        if parts["validation"] and (epoch + 1) % EVALUATE_EVERY == 0:
            found = judged(model, parts["validation"], mean)
            waited = 0 if found < best else waited + 1
            best, line = min(best, found), f"{line}, validation loss {found:.6f}"
        tell(line)
        if PATIENCE and waited >= PATIENCE:
            break
    put(model, mean)
    return model, losses


def main() -> None:
    """Trains, and keeps the weights beside this file."""
    model, _ = train(int(sys.argv[1]) if len(sys.argv) > 1 else None)
    kept = SAMPLES.with_name(f"{SAMPLES.stem}-trained.pt")
    torch.save(model.state_dict(), kept)
    print(f"{kept} has the weights; torch.load(path, weights_only=True) reads them.")
