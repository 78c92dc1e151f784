"""Runs to work with, disks that are full, and folders that are read-only also for root."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.runs.folder import RunFolder

NOBODY = 65534

Create = Callable[..., RunFolder]


@pytest.fixture
def project() -> Project:
    return dl.line("input 4 > fc 8 > relu > fc 3")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of runs that is not there yet."""
    return tmp_path / "runs"


@pytest.fixture
def create(root: Path, project: Project) -> Create:
    def made(name: str | None = "first", *, of: Project = project, **settings: object) -> RunFolder:
        return RunFolder.create(root, of, "import torch\n", name=name, settings=settings)

    return made


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB, where the system lets us mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    mounted = sys.platform == "linux" and shutil.which("mount") and subprocess.run(command, capture_output=True)
    if not mounted or mounted.returncode:
        pytest.skip("only root on Linux may mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture
def read_only() -> Iterator[Callable[[Path], Path]]:
    """Copies a folder to where nothing can be written, not even by root, who is nobody for the while."""
    if sys.platform == "win32":
        pytest.skip("folders of Windows know no such permission")
    place = Path(tempfile.mkdtemp())
    was = os.geteuid()

    def locked(source: Path) -> Path:
        copy = Path(shutil.copytree(source, place / source.name))
        for each in (place, *place.rglob("*")):
            if was == 0:
                os.chown(each, NOBODY, NOBODY)
            each.chmod(0o555 if each.is_dir() else 0o444)
        if was == 0:
            os.seteuid(NOBODY)
        return copy

    yield locked
    os.seteuid(was)
    for each in (place, *place.rglob("*")):
        if each.is_dir():
            each.chmod(0o755)
    shutil.rmtree(place)
