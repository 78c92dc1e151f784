"""Compiling: torch.compile where this machine can do it, and a sentence where it cannot."""

import os
import shutil
import sysconfig
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import torch
from torch import nn

from dlstudio.core.issue import ProjectProblem

COMPILERS = ("g++", "clang++", "cl")


def compiled(modules: dict[str, nn.Module], device: torch.device) -> dict[str, nn.Module]:
    """The networks as compiled ones, which happens at the first step; a ProjectProblem where that would fail."""
    missing = lacking(device)
    if missing:
        raise ProjectProblem(f"The recipe compiles the network, which needs {missing} Switch compile off, or add it.")
    return {role: cast(nn.Module, torch.compile(module)) for role, module in modules.items()}


def lacking(device: torch.device) -> str:
    """What torch.compile would miss here, as the end of a sentence; empty where it has everything."""
    if device.type == "cuda":
        return "" if find_spec("triton") else "the package triton, and this Python has none."
    named = os.environ.get("CXX", "")
    if not any(shutil.which(each) for each in ((named,) if named else COMPILERS)):
        return f"a C++ compiler, and there is none ({named or ', '.join(COMPILERS)}) on this machine."
    if not (Path(sysconfig.get_paths()["include"]) / "Python.h").is_file():
        return "Python's header files (Python.h; the package python3-dev on Debian), which are missing here."
    return ""
