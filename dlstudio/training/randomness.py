"""Randomness: all random states that a training draws from, taken down and put back."""

import random
from typing import Any

import torch


def seed(number: int) -> None:
    """Starts every source of randomness at a number."""
    random.seed(number)
    torch.manual_seed(number)


def state(device: torch.device) -> dict[str, Any]:
    """Where every source of randomness stands, in plain containers and tensors."""
    kind, numbers, gauss = random.getstate()
    found: dict[str, Any] = {"torch": torch.get_rng_state(), "python": [kind, list(numbers), gauss]}
    if device.type == "cuda":
        found["cuda"] = torch.cuda.get_rng_state(device)
    if device.type == "mps":
        found["mps"] = torch.mps.get_rng_state()
    return found


def restore(found: dict[str, Any], device: torch.device) -> None:
    """Puts every source of randomness back to where it stood."""
    kind, numbers, gauss = found["python"]
    random.setstate((kind, tuple(numbers), gauss))
    torch.set_rng_state(found["torch"])
    if device.type == "cuda" and "cuda" in found:
        torch.cuda.set_rng_state(found["cuda"], device)
    if device.type == "mps" and "mps" in found:
        torch.mps.set_rng_state(found["mps"])
