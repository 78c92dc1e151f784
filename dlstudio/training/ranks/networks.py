"""Networks on many ranks: each holds a replica, or a piece; weights go out and come in whole, under plain names."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed._composable.replicate import replicate  # DistributedDataParallel that keeps a module's names
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FSDPModule, fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor

UNIT = 250_000
"""A part of a network with fewer weights is not worth a message of its own."""


def in_pieces(module: nn.Module, device: torch.device, *, apart: bool) -> nn.Module:
    """Leaves each rank a piece of every weight; what is needed whole is fetched when its turn comes.

    `apart` allows that part by part; otherwise the whole network is fetched at once."""
    mesh = init_device_mesh(device.type, (dist.get_world_size(),))
    for part in units(module) if apart else ():
        fully_shard(part, mesh=mesh)
    fully_shard(module, mesh=mesh)
    return module.to(device)


def agreeing(modules: Iterable[nn.Module]) -> None:
    """Makes all ranks take the same step: their gradients are averaged while they are computed."""
    for module in modules:
        plain = getattr(module, "_orig_mod", module)
        if not isinstance(plain, FSDPModule) and any(weight.requires_grad for weight in plain.parameters()):
            replicate(plain)


def with_whole_batches(module: nn.Module, device: torch.device) -> nn.Module:
    """Batch norms that see the batches of all ranks; torch has them for GPUs alone."""
    if device.type != "cuda":
        return module
    made: nn.Module = nn.SyncBatchNorm.convert_sync_batchnorm(module)  # type: ignore[no-untyped-call]
    return made


def units(module: nn.Module) -> Iterator[nn.Module]:
    """The parts of a network that are called as one and have enough weights."""
    for part in module.children():
        if isinstance(part, nn.ModuleList | nn.ModuleDict):
            yield from units(part)
        elif sum(weight.numel() for weight in part.parameters()) >= UNIT:
            yield part


def level(modules: Iterable[nn.Module]) -> None:
    """Gives all ranks the mean of their running statistics, before anybody judges or keeps a network."""
    for module in modules:
        for buffer in module.buffers():
            if buffer.is_floating_point() and buffer.numel():
                dist.all_reduce(buffer)
                buffer.div_(dist.get_world_size())


def whole(value: Any, *, kept: bool) -> Any:
    """A state with every scattered tensor put together; only where it is `kept` it is brought to the memory."""
    if isinstance(value, DTensor):
        full = value.full_tensor()
        return full.cpu() if kept else full
    if isinstance(value, Mapping):
        return {key: whole(item, kept=kept) for key, item in value.items()}
    return [whole(item, kept=kept) for item in value] if isinstance(value, list | tuple) else value


def like(value: Tensor, own: Tensor) -> Tensor:
    """A whole tensor as this rank holds such a one: the same, or its piece of it."""
    if not isinstance(own, DTensor) or value.shape != own.shape:
        return value
    return distribute_tensor(value.to(own.device), own.device_mesh, own.placements, src_data_rank=None)


def scattered(value: Any, weights: Mapping[str, Tensor], own: Tensor | None = None) -> Any:
    """A whole state as this rank holds it; what stands below the name of a weight is in pieces as that weight is."""
    if isinstance(value, Tensor):
        return value if own is None else like(value, own)
    if isinstance(value, Mapping):
        return {key: scattered(item, weights, weights.get(key, own)) for key, item in value.items()}
    return [scattered(item, weights, own) for item in value] if isinstance(value, list | tuple) else value
