"""Reading an ONNX file without trusting it: what it claims is held against what is there before memory is taken."""

import mmap
from pathlib import Path
from typing import Any

import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.onnx_census import Census
from dlstudio.exchange.arriving.onnx_functions import inlined

LARGEST = 2**31 - 1
"""Bytes that one file of protocol buffers can have; larger models keep their weights beside it."""
KNOWN = onnx.defs.onnx_opset_version()
OURS = ("", "ai.onnx")
"""What the domain of ONNX's own operators is called."""

_OTHERS = {
    b"PK": "a zip archive",
    b"\x80": "a Python pickle, which is not opened since it could run code",
    b"\x89HDF": "an HDF5 file",
    b"\x1f\x8b": "compressed with gzip; unpack it first",
    b"GGUF": "a GGUF file",
    b"version https://git-lfs": "only a pointer of Git LFS; fetch the file itself",
    b"<": "a web page or XML",
}


def read_model(path: Path) -> Any:
    """The ModelProto of a file, with its graph; weights in files beside it are not read yet."""
    _require_onnx(path)
    try:
        with path.open("rb") as file:
            model = onnx.ModelProto.FromString(file.read())
    except (DecodeError, ValueError) as error:
        raise ProjectProblem(f"{path.name} is damaged or no ONNX file ({_short(error)}); save it again.") from error
    _require_usable(model, path.name)
    return inlined(model, path.name) if model.functions else model


def _require_onnx(path: Path) -> None:
    """Refuses what is no ONNX file by its first bytes and its parts."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise ProjectProblem(f"{path.name} is no file; choose an .onnx file.")
        if size > LARGEST:
            raise ProjectProblem(f"{path.name} is {size / 2**30:.1f} GB, and an ONNX file has at most 2 GB.")
        if size == 0:
            raise ProjectProblem(f"{path.name} is empty; save or download it again.")
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            _require_no_other(data[:64], path.name)
            Census(data, path.name).take()
    except OSError as error:
        raise ProjectProblem(f"{path.name} cannot be read ({error.strerror or error}).") from error


def _require_no_other(head: bytes, name: str) -> None:
    found = next((what for mark, what in _OTHERS.items() if head.startswith(mark)), None)
    if found:
        raise ProjectProblem(f"{name} is no ONNX file: it is {found}.")


def _require_usable(model: Any, name: str) -> None:
    """Refuses models of a newer ONNX, and such as have no graph."""
    if not model.graph.node and not model.graph.output:
        raise ProjectProblem(f"{name} holds no graph, so there is nothing to open.")
    version = opset(model)
    if not 1 <= version <= KNOWN:
        raise ProjectProblem(
            f"{name} is written for the operators of ONNX {version}, and those up to {KNOWN} are known here. "
            f"Save it for opset {KNOWN} or older."
        )


def opset(model: Any) -> int:
    """Which version of ONNX's own operators a model uses."""
    found = [each.version for each in model.opset_import if each.domain in OURS]
    return int(found[0]) if found else 1


def _short(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".")[:200] or type(error).__name__
