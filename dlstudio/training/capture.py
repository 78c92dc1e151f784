"""Capture: a training step recorded as one graph of the GPU's work, used only once it has proved itself equal.

A small network spends its time in Python, which tells the GPU one small thing after the other; a replay tells it all
at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

import torch
from torch import Tensor

from dlstudio.training import randomness
from dlstudio.training.method import Batch, Method
from dlstudio.training.update import Updater

Values = dict[str, Tensor]
Step = Callable[[Batch], Values]
Tell = Callable[[str], object]

RECIPES = ("Supervised", "Autoencoder")
"""Whose step is one pass over a batch and one update, with nothing that Python decides in between."""
WARM = 3
"""Steps that are taken as always before one is recorded: optimizers and libraries set themselves up in the first."""
TRIES = 3
TOLERANCE = 1e-4
"""How far, as a share of the largest number, a replay may end from the steps that it stands for."""
NOISE = 10.0
"""Or so many times as far as the same steps, taken twice, end from each other."""


class Graph(Protocol):
    """What a device can do with a step: take it aside, take it down, and do again what was taken down."""

    def rehearse(self, work: Callable[[], Values]) -> Values: ...

    def record(self, work: Callable[[], Values]) -> Values: ...

    def replay(self) -> None: ...


class CudaGraph:
    """A CUDA graph; what comes before a recording runs on a stream of its own, as CUDA wants it."""

    def __init__(self) -> None:
        self.graph, self.stream = torch.cuda.CUDAGraph(), torch.cuda.Stream()  # type: ignore[no-untyped-call]

    def rehearse(self, work: Callable[[], Values]) -> Values:
        self.stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self.stream):
            made = work()
        torch.cuda.current_stream().wait_stream(self.stream)
        return made

    def record(self, work: Callable[[], Values]) -> Values:
        with torch.cuda.graph(self.graph):
            return work()

    def replay(self) -> None:
        self.graph.replay()


def step_of(method: Method, tell: Tell, graph: Callable[[], Graph] | None = None) -> Step:
    """The method's step, recorded where the recipe wants that and it is possible; otherwise a sentence says why not."""
    if not method.task.recipe.capture:
        return method.step
    why, update = obstacle(method, any_device=graph is not None), getattr(method, "update", None)
    if why or update is None:
        tell(f"The step is not captured as a graph: {why} It runs as usual.")
        return method.step
    return Captured(method, update, (graph or CudaGraph)(), tell)


def obstacle(method: Method, *, any_device: bool = False) -> str:
    """Why a step cannot be captured; empty where it can."""
    recipe, update = method.task.recipe, getattr(method, "update", None)
    if method.task.device.type != "cuda" and not any_device:
        return f"that is for NVIDIA GPUs, and this training runs on {method.task.device.type}."
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        return "several processes share this training."
    if recipe.kind not in RECIPES or not isinstance(update, Updater) or update.optimizer is None:
        return f"the recipe {recipe.title} decides things in the middle of a step."
    kind = recipe.optimizer["kind"]
    if update.closure != "none" or not _recordable(update.optimizer):
        return f"the optimizer {kind} asks Python in the middle of a step; Adam does not."
    if recipe.accumulate > 1 or recipe.average or recipe.compile:
        name = "accumulate" if recipe.accumulate > 1 else "average" if recipe.average else "compile"
        return f"it does not go together with {name}."
    return ""


def _recordable(optimizer: torch.optim.Optimizer) -> bool:
    """Whether an optimizer keeps all that it counts on the device."""
    fused_sgd = isinstance(optimizer, torch.optim.SGD) and bool(optimizer.defaults["fused"])
    return "capturable" in optimizer.defaults or fused_sgd


class Captured:
    """Takes the first steps as always; then records one, proves the record, and replays it for each further batch."""

    def __init__(self, method: Method, update: Updater, graph: Graph, tell: Tell) -> None:
        self.method, self.update, self.graph, self.tell = method, update, graph, tell
        assert update.optimizer is not None
        self.optimizer = update.optimizer
        self.seen, self.off = 0, False
        self.given: dict[str, Tensor] = {}
        """Where the recorded step reads its batch."""
        self.made: Values = {}
        """Where it leaves what it measured."""
        for group in self.optimizer.param_groups:
            if "capturable" in group and method.task.device.type == "cuda":
                group["capturable"] = True

    def __call__(self, batch: Batch) -> Values:
        if self.off or self._watched():
            return self.method.step(batch)
        if self.seen < WARM:
            self.seen += 1
            return self.graph.rehearse(lambda: self.method.step(batch))
        if not self.given and not self._proved(batch):
            return self.method.step(batch)
        if any(value.shape != self.given[name].shape for name, value in batch.items()):
            return self.method.step(batch)
        for name, value in batch.items():
            self.given[name].copy_(value, non_blocking=True)
        self._replay()
        return {name: value.clone() for name, value in self.made.items()}

    def _watched(self) -> bool:
        """Whether somebody listens to this step: a replay would not call them."""
        parts = (part for module in self.method.task.modules.values() for part in module.modules())
        return bool(self.optimizer._optimizer_step_pre_hooks) or any(
            part._forward_hooks or part._forward_pre_hooks for part in parts
        )

    def _proved(self, batch: Batch) -> bool:
        """Records a step and compares what it does, from the same state, with the step itself."""
        self.given = {name: value.clone() for name, value in batch.items()}
        for group in self.optimizer.param_groups:  # a number would stay what it was when the step was recorded
            group["lr"] = torch.as_tensor(group["lr"], dtype=torch.float32, device=self.method.task.device)
        kept = _State(self.method, self.update)
        once, twice = (self._trial(kept, lambda: self.method.step(self.given)) for _ in range(2))
        try:
            with self.update.held():
                self.made = self.graph.record(lambda: self.method.step(self.given))
            apart = distance(once, self._trial(kept, self._replay))
        except RuntimeError as problem:
            return self._given_up(kept, str(problem).partition("\n")[0])
        if not apart <= max(TOLERANCE, NOISE * distance(once, twice)):
            return self._given_up(kept, f"the record ends {apart:.2g} apart from the step itself")
        kept.restore()
        return True

    def _given_up(self, kept: "_State", why: str) -> bool:
        self.off, self.given, self.made = True, {}, {}
        kept.restore()
        for group, rate in zip(self.optimizer.param_groups, self.update.rates, strict=True):
            group["lr"] = rate
        self.tell(f"The step is not captured as a graph ({why.rstrip('.')}). It runs as usual.")
        return False

    def _trial(self, kept: "_State", step: Callable[[], object]) -> list[Tensor]:
        """What some steps from the kept state lead to, the last of them at another rate."""
        kept.restore()
        for turn in range(TRIES):
            with self._slower(turn == TRIES - 1):
                step()
        return [value.detach().clone() for value in kept.places]

    def _replay(self) -> None:
        self.update.advance()
        self.graph.replay()

    @contextmanager
    def _slower(self, wanted: bool) -> Iterator[None]:
        """At half the rate: a record in which the rate is fixed betrays itself."""
        rates = self.update.rates
        self.update.rates, self.update.factor = [rate * (0.5 if wanted else 1.0) for rate in rates], -1.0
        try:
            yield
        finally:
            self.update.rates, self.update.factor = rates, -1.0


class _State:
    """Everything that a step changes, copied, and put back into the very same places in memory."""

    def __init__(self, method: Method, update: Updater) -> None:
        self.device, self.update, self.count = method.task.device, update, update.count
        assert update.optimizer is not None
        self.places = [
            *(value for module in method.task.modules.values() for value in module.state_dict().values()),
            *(v for kept in update.optimizer.state.values() for v in kept.values() if isinstance(v, Tensor)),
            *(v for v in vars(update.scaler).values() if isinstance(v, Tensor)),
        ]
        self.copies = [place.clone() for place in self.places]
        self.random = randomness.state(self.device)

    @torch.no_grad()
    def restore(self) -> None:
        for place, copy in zip(self.places, self.copies, strict=True):
            place.copy_(copy)
        randomness.restore(self.random, self.device)
        self.update.count, self.update.factor = self.count, -1.0


def distance(these: list[Tensor], those: list[Tensor]) -> float:
    """The largest difference, as a share of the largest number of its tensor; infinite where a number is none."""
    found = [_apart(a.double(), b.double()) for a, b in zip(these, those, strict=True) if a.numel()]
    return float(torch.stack(found).max().nan_to_num(torch.inf)) if found else 0.0


def _apart(a: Tensor, b: Tensor) -> Tensor:
    return (a - b).abs().max() / b.abs().max().clamp_min(1e-30)
