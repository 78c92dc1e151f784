"""Devices: where a training runs, and how numbers are stored there."""

from contextlib import AbstractContextManager, nullcontext

import torch

from dlstudio.core.issue import ProjectProblem


def pick(name: str) -> torch.device:
    """The device of that name; auto takes the first GPU there is."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "mps" if _has_mps() else "cpu")
    if name.split(":", maxsplit=1)[0] not in present():
        raise ProjectProblem(
            f"There is no device “{name}” on this machine (there is: {', '.join(present())}). "
            "Choose auto or one of these."
        )
    return torch.device(name)


def present() -> tuple[str, ...]:
    """The kinds of device that this machine has."""
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": _has_mps()}
    return tuple(kind for kind, found in there.items() if found)


def _has_mps() -> bool:
    return torch.backends.mps.is_available()


def precise(device: torch.device, precision: str) -> AbstractContextManager[object]:
    """The context in which the forward pass runs for a precision."""
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.allow_tf32 = precision == "tf32"
    kinds = {"bf16": torch.bfloat16, "fp16": torch.float16}
    return torch.autocast(device.type, kinds[precision]) if precision in kinds else nullcontext()


def describe(device: torch.device) -> str:
    """What people call it."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    count = torch.get_num_threads()
    return {"mps": "Apple GPU", "cpu": f"CPU, {count} thread{'' if count == 1 else 's'}"}.get(device.type, device.type)
