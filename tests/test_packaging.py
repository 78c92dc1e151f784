"""What `pip install dlstudio` gives: a wheel that works from an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(REPOSITORY)]
    done = subprocess.run(build, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that has the wheel, and sees this environment's other packages."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    scripts = Path(sysconfig.get_path("scripts", vars={"base": str(folder)}))
    pip = [sys.executable, "-m", "pip", "--python", str(scripts / "python")]
    install = [*pip, "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    # A bare path entry: the .pth files over there are not read, so the clone itself stays out of reach.
    (site / "neighbours.pth").write_text(sysconfig.get_path("purelib"))
    return scripts


def run(program: Path, *arguments: str, folder: Path) -> str:
    """What a command prints when it succeeds."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([program, *arguments], cwd=folder, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_carries_the_resources_and_nothing_beside_the_package(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "dlstudio/_resources/constraints.txt" in names
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"dlstudio"}
    assert not [name for name in names if "__pycache__" in name]


def test_the_wheel_names_its_licence_and_its_extras(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("METADATA")]
        metadata = archive.read(name).decode()
    assert "License-Expression: MIT" in metadata
    for extra in ("export", "rl", "search", "test"):
        assert f"Provides-Extra: {extra}\n" in metadata


def test_the_installed_package_is_the_one_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    where = run(installed / "python", "-c", "import dlstudio; print(dlstudio.__file__)", folder=tmp_path)
    assert Path(where.strip()).is_relative_to(installed.parent)


def test_the_command_explains_itself(installed: Path, tmp_path: Path) -> None:
    assert "templates" in run(installed / "dlstudio", "--help", folder=tmp_path)


def test_the_command_finds_the_templates(installed: Path, tmp_path: Path) -> None:
    assert "lenet5" in run(installed / "dlstudio", "templates", folder=tmp_path)


def test_the_command_writes_source_that_needs_torch_alone(installed: Path, tmp_path: Path) -> None:
    source = run(installed / "dlstudio", "code", "lenet5", folder=tmp_path)
    assert "nn.Module" in source
    assert "dlstudio" not in "".join(line for line in source.splitlines() if "import" in line)


def test_the_module_is_a_way_in_too(installed: Path, tmp_path: Path) -> None:
    assert "lenet5" in run(installed / "python", "-m", "dlstudio", "templates", folder=tmp_path)
