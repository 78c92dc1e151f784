"""PT2 file: torch's exported program as what it is: a graph in JSON and weights as bytes; nothing is unpickled."""

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from math import prod
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.arrived import Arrived
from dlstudio.exchange.arriving.pt2_trace import DTYPES, traced
from dlstudio.exchange.arriving.weaving import Weaver

GRAPH, CARD = "models/model.json", "extra/card.json"
MOST_TEXT = 64 * 2**20
MOST_FOLD = 200
"""How much smaller than its content a part of the file may be; torch writes its parts as they are."""


def read(path: Path, inputs: Any, name: str, allow_code: bool, tell: Callable[[str, float], None]) -> Arrived:
    """The project of an exported program; no code of the file is run."""
    tell("Reading the file", 0.1)
    try:
        trace = traced(*contents(path))
        trace.answers = _named(trace.answers, _said_names(path))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as problem:
        raise ProjectProblem(
            f"{path.name} is no exported program that can be read ({problem}). Export it again."
        ) from problem
    tell("Drawing the graph", 0.5)
    title = name or path.stem
    return Weaver(trace).weave(title, path.name).finish()


def _said_names(path: Path) -> list[str]:
    """What dlstudio called the results, where it wrote the file."""
    with zipfile.ZipFile(path) as archive:
        part = next((each for each in archive.infolist() if each.filename.partition("/")[2] == CARD), None)
        return list(map(str, _json(archive, part, path).get("outputs", {}))) if part else []


def _named(answers: Mapping[str, Tensor], names: list[str]) -> Mapping[str, Tensor]:
    return dict(zip(names, answers.values(), strict=True)) if len(names) == len(answers) else answers


def contents(path: Path) -> tuple[dict[str, Any], dict[str, Tensor], frozenset[str]]:
    """The graph, the tensors that it holds by name, and which of them are in the state dict."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = {each.filename.partition("/")[2]: each for each in archive.infolist()}
            if GRAPH not in parts:
                raise ProjectProblem(
                    f"{path.name} holds no graph; save it with torch.export.save of torch 2.8 or later."
                )
            graph = _json(archive, parts[GRAPH], path)
            tensors: dict[str, Tensor] = {}
            for kind in ("weights", "constants"):
                tensors.update(_tensors(archive, parts, kind, path))
            saved = frozenset(_config(archive, parts, "weights", path))
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as problem:
        raise ProjectProblem(
            f"{path.name} cannot be read as an exported program ({problem}). Export it again."
        ) from problem
    return graph, tensors, saved


def _json(archive: zipfile.ZipFile, part: zipfile.ZipInfo, path: Path) -> dict[str, Any]:
    if part.file_size > MOST_TEXT:
        raise ProjectProblem(f"{path.name} holds a graph of more than {MOST_TEXT // 2**20} MB; that is too large.")
    try:
        found = json.loads(_bytes(archive, part, path))
    except (ValueError, RecursionError) as problem:
        raise ProjectProblem(f"{path.name} holds a damaged graph ({problem}). Export it again.") from problem
    if not isinstance(found, dict):
        raise ProjectProblem(f"{path.name} holds no graph of torch's. Export it again.")
    return found


def _bytes(archive: zipfile.ZipFile, part: zipfile.ZipInfo, path: Path) -> bytes:
    if part.file_size > MOST_FOLD * max(part.compress_size, 1024):
        raise ProjectProblem(f"{path.name} is folded up so tightly that it cannot be what torch wrote.")
    return archive.read(part)


def _config(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo], kind: str, path: Path) -> dict[str, Any]:
    part = parts.get(f"data/{kind}/model_{kind}_config.json")
    return dict(_json(archive, part, path).get("config", {})) if part else {}


def _tensors(
    archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo], kind: str, path: Path
) -> Iterator[tuple[str, Tensor]]:
    for name, told in _config(archive, parts, kind, path).items():
        part = parts.get(f"data/{kind}/{told.get('path_name')}")
        if told.get("use_pickle") or part is None:
            raise ProjectProblem(
                f"{path.name} keeps {name} in a form that could run code when it is read; export the model with plain "
                "tensors."
            )
        yield name, _tensor(_bytes(archive, part, path), told["tensor_meta"], name, path)


def _tensor(data: bytes, meta: Mapping[str, Any], name: str, path: Path) -> Tensor:
    dtype = DTYPES.get(meta["dtype"])
    sizes, strides = ([int(n["as_int"]) for n in meta[key]] for key in ("sizes", "strides"))
    if dtype is None:
        raise ProjectProblem(f"{path.name} keeps {name} in a kind of number that is not known here.")
    whole = len(data) - len(data) % dtype.itemsize
    flat = torch.frombuffer(bytearray(data[:whole]), dtype=dtype) if whole else torch.empty(0, dtype=dtype)
    reach = 1 + sum((n - 1) * s for n, s in zip(sizes, strides, strict=True)) if prod(sizes) else 0
    if min([0, *sizes, *strides]) < 0 or max(reach, prod(sizes)) > flat.numel():
        raise ProjectProblem(f"{path.name} keeps {name} in fewer numbers than its shape has. Export it again.")
    return flat.as_strided(sizes, strides).clone()
