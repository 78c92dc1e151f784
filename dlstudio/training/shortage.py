"""Shortage: memory that ran out, and the largest batch for which it lasts, found by trying."""

import gc

import torch

from dlstudio.training.devices import describe
from dlstudio.training.method import Batch, Method

CPU_WORDS = ("DefaultCPUAllocator", "not enough memory", "out of memory", "bad_alloc", "could not create a memory")


def ran_short(problem: BaseException) -> bool:
    """Whether memory ran out; on the CPU that is an error of no kind of its own."""
    if isinstance(problem, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(problem, RuntimeError) and any(words in str(problem) for words in CPU_WORDS)


def shortage(method: Method, batch: Batch | None, kept: int | None) -> str:
    """Where memory ran out, which batch fits, and what is kept. The weights are worthless after the trying."""
    task = method.task
    fits = largest(method, batch) if batch else None
    more = -(-task.recipe.batch_size // fits) * task.recipe.accumulate if fits else 0
    advice = (
        f"A batch of {fits} fits, and with accumulate {more} it learns the same"
        if fits
        else "No smaller batch fits either: make the network or its inputs smaller"
    )
    then = f"; the checkpoint of step {kept:,} is kept, so resume with that." if kept is not None else "."
    where = "This machine" if task.device.type == "cpu" else describe(task.device)
    return f"{where} ran out of memory with a batch of {task.recipe.batch_size}. {advice}{then}"


def largest(method: Method, batch: Batch) -> int | None:
    """A batch is halved until a step with it goes well; None where not even one sample does."""
    size = min(len(values) for values in batch.values())
    while size > 1:
        size //= 2
        if _goes_well(method, {name: values[:size] for name, values in batch.items()}):
            return size
    return None


def _goes_well(method: Method, batch: Batch) -> bool:
    """Whether memory lasts for two steps: the optimizer may take more in the first."""
    _tidy(method)
    try:
        for _ in range(2):
            method.step(batch)
    except (RuntimeError, MemoryError, ValueError):  # a batch of one may also be too small, for its statistics say
        return False
    return True


def _tidy(method: Method) -> None:
    """Gives back what the step that failed had taken."""
    for module in method.task.modules.values():
        module.zero_grad(set_to_none=True)
    gc.collect()
    if method.task.device.type == "cuda":
        torch.cuda.empty_cache()
