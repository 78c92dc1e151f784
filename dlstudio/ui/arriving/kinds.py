"""Kinds: the files that hold a model of another program, or weights without a graph."""

from pathlib import Path

MODELS = (".onnx", ".pt2", ".py")
WEIGHTS = (".safetensors", ".pt", ".pth", ".bin", ".ckpt")
SCRIPT = ".py"


def is_model(path: Path) -> bool:
    return path.suffix.lower() in MODELS


def is_weights(path: Path) -> bool:
    return path.suffix.lower() in WEIGHTS


def is_script(path: Path) -> bool:
    """Whether it must run to be understood."""
    return path.suffix.lower() == SCRIPT
