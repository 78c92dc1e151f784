"""Channels: in which order the numbers of pictures lie in memory, which changes how fast convolutions are."""

import torch
from torch import nn

from dlstudio.catalog.recipes import Recipe

PICTURES = nn.Conv2d | nn.ConvTranspose2d
WIDE = 256
"""On a CPU, convolutions with more channels than this on small maps were up to a quarter slower with channels last;
with fewer, the whole step was faster (LeNet-5: 1.5 times), above all by the pooling."""
HALF = ("bf16", "fp16", "tf32")
"""Precisions for which a GPU has units that want channels last."""


def lay_out(module: nn.Module, recipe: Recipe, device: torch.device) -> None:
    """Puts the filters of a network in the order that the recipe names; pictures follow them through the network."""
    if recipe.layout == "channels last" or (recipe.layout == "auto" and last_is_faster(module, recipe, device)):
        for part in module.modules():
            if isinstance(part, PICTURES):
                part.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def last_is_faster(module: nn.Module, recipe: Recipe, device: torch.device) -> bool:
    """What was measured, as a rule that gives the same answer on every machine, so that runs can be repeated."""
    layers = [part for part in module.modules() if isinstance(part, PICTURES)]
    if device.type == "cuda":
        return bool(layers) and recipe.precision in HALF
    return device.type == "cpu" and bool(layers) and max(part.in_channels for part in layers) <= WIDE
