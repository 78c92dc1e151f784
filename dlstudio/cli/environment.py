"""What is on this machine, looked at piece by piece: one finding for each thing that dlstudio uses."""

import os
import platform
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import typer

from dlstudio.core.resources import resource
from dlstudio.core.templates import templates
from dlstudio.core.version import clone, version

Mark = Literal["good", "missing", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing: here and well, missing though nothing needs it yet, or bad."""

    name: str
    mark: Mark
    text: str


def findings() -> Iterator[Finding]:
    """Everything worth knowing, in the order in which one would look."""
    yield Finding("python", "good", f"{platform.python_version()} ({sys.executable})")
    yield Finding("platform", "good", f"{platform.platform()}, {os.cpu_count()} processors")
    yield Finding("dlstudio", "good", version())
    for name, extra in requirements():
        yield package(name, extra)
    yield from devices()
    yield qt_libraries()
    yield resources()
    yield config_folder()


def requirements() -> list[tuple[str, str]]:
    """The packages that dlstudio uses, each with the extra that brings it; tools for its tests are no part of it."""
    declared = clone()
    if declared:
        extras: dict[str, list[str]] = {"": declared["dependencies"], **declared.get("optional-dependencies", {})}
        lines = [(line, extra) for extra, each in extras.items() for line in each]
    else:
        lines = [(line, _extra(line)) for line in _installed()]
    return [(re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0], extra) for line, extra in lines if extra != "test"]


def _installed() -> list[str]:
    try:
        return metadata.requires("dlstudio") or []
    except metadata.PackageNotFoundError:
        return []


def _extra(line: str) -> str:
    found = re.search(r"extra\s*==\s*[\"']([^\"']+)", line)
    return found[1] if found else ""


def package(name: str, extra: str) -> Finding:
    """The version of an installed package, or the command that installs it."""
    try:
        return Finding(name, "good", metadata.version(name))
    except metadata.PackageNotFoundError:
        command = f"pip install dlstudio[{extra}]" if extra else "pip install dlstudio"
        return Finding(name, "missing" if extra else "bad", f"missing: {command}")


def devices() -> Iterator[Finding]:
    """Where torch can compute."""
    try:
        import torch
    except (ImportError, OSError) as error:  # OSError: a shared library of torch's own does not load
        yield Finding("torch devices", "bad", f"torch does not load: {error}")
        return
    yield Finding("CPU", "good", f"{torch.get_num_threads()} threads")
    cuda = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    yield Finding("CUDA", "good" if cuda else "missing", ", ".join(cuda) or _no_cuda(torch.version.cuda))
    if cuda and not torch.version.hip:
        yield gpu_load()
    if sys.platform == "darwin":
        there = torch.backends.mps.is_available()
        yield Finding("MPS", "good" if there else "missing", "available" if there else "not on this machine")


def gpu_load() -> Finding:
    """Whether the window can tell how busy a GPU is."""
    there = find_spec("pynvml") is not None
    return Finding("GPU load", "good" if there else "missing", "known" if there else "pip install nvidia-ml-py")


def _no_cuda(built_for: str | None) -> str:
    return "no device found" if built_for else "this torch was built without it"


def qt_libraries() -> Finding:
    """The shared libraries of the system that Qt loads."""
    from dlstudio.bootstrap.libraries import advice, missing_libraries

    missing = missing_libraries(display=bool(os.environ.get("DISPLAY")))
    return Finding("Qt libraries", "bad" if missing else "good", advice(missing) if missing else "all there")


def resources() -> Finding:
    """The pictures, templates and pinned versions that come with the program."""
    folder = resource()
    if not folder.is_dir():
        return Finding("resources", "bad", f"there is no {folder}: install dlstudio again")
    return Finding("resources", "good", f"{folder}, {len(templates())} templates")


def config_folder() -> Finding:
    """Where settings are kept; it is made when first needed, so the nearest folder that exists must be writable."""
    folder = Path(typer.get_app_dir("dlstudio"))
    nearest = next(each for each in (folder, *folder.parents) if each.exists())
    writable = nearest.is_dir() and os.access(nearest, os.W_OK)
    text = str(folder) if writable else f"{nearest} cannot be written to: change its permissions"
    return Finding("settings", "good" if writable else "bad", text)
