"""Features: one more forward pass, for pinned samples or for a compiled network, that leaves no trace."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from dlstudio.training.probes.parcel import Parcel
from dlstudio.training.probes.wish import Wish


def look_again(module: nn.Module, inputs: Sequence[Any]) -> None:
    """Runs a network as it stands; neither its buffers nor any random state are changed."""
    device = next((w.device for w in module.parameters()), torch.device("cpu"))
    copies = {name: buffer.clone() for name, buffer in module.named_buffers()}
    devices = [device] if device.type == "cuda" else []
    with torch.no_grad(), torch.random.fork_rng(devices):
        functional_call(module, copies, tuple(inputs))


@contextmanager
def judging(module: nn.Module) -> Iterator[None]:
    """The network as it is when it is used, without dropout; afterwards each part is as it was."""
    modes = {part: part.training for part in module.modules()}
    module.eval()
    try:
        yield
    finally:
        for part, training in modes.items():
            part.training = training


@contextmanager
def listening(parts: Mapping[str, nn.Module], hear: Callable[[str, Any], object]) -> Iterator[None]:
    """Hears what parts give, by name, while this lasts."""

    def hook(name: str) -> Any:
        return lambda _part, _inputs, made: hear(name, made) and None

    handles = [part.register_forward_hook(hook(name)) for name, part in parts.items()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def pack_features(module: nn.Module, parts: Mapping[str, nn.Module], wish: Wish, parcel: Parcel) -> None:
    """Puts what the wished nodes make of the pinned samples into the parcel."""
    wanted = [name for name in parts if name in wish.features]
    if not wanted or not wish.pinned or isinstance(module, nn.ModuleDict):
        return

    def keep(name: str, output: Any) -> None:
        made = output[0] if isinstance(output, tuple) else output
        if isinstance(made, Tensor):
            parcel.put((name, "features"), made[:, : wish.maps] if made.ndim > 3 else made)

    device = next((w.device for w in module.parameters()), torch.device("cpu"))
    with listening({name: parts[name] for name in wanted}, keep), judging(module):
        look_again(module, [sample.to(device) for sample in wish.pinned])
