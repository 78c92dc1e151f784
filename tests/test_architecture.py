"""Imports point down the house, and the tools that guard this notice when one does not."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()"]
# What a package may import besides the standard library and dlstudio; the others are free.
OUTSIDE = {"bootstrap": set[str](), "core": {"networkx"}, "catalog": set[str](), "modules": {"torch"}}
LAYERS = ["core", "catalog", "modules", "compiler", "data", "runs", "training", "exchange", "search", "ui"]

Finding = tuple[str, str]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Hold the contracts of a clone against its tree."""
    return subprocess.run(
        [*LINT, "--no-cache", "--no-logo"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )


def imported(file: Path) -> Iterator[str]:
    """The full names that a file imports, wherever in it that stands."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the package in which every layer of the design exists."""
    shutil.copytree(REPOSITORY / "dlstudio", tmp_path / "dlstudio", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    (tmp_path / "dlstudio" / "__init__.py").touch()
    for layer in LAYERS:
        package = tmp_path / "dlstudio" / layer
        package.mkdir(exist_ok=True)
        (package / "__init__.py").touch()
    return tmp_path


def test_the_tree_keeps_the_contracts() -> None:
    done = lint_imports(REPOSITORY)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(
    ("file", "statement", "named"),
    [
        ("core/wrong.py", "import torch", "dlstudio.core.wrong -> torch"),
        ("catalog/wrong.py", "def later():\n    import numpy as np", "dlstudio.catalog.wrong -> numpy"),
        ("core/wrong.py", "import dlstudio.catalog", "dlstudio.core.wrong -> dlstudio.catalog"),
        ("data/wrong.py", "import dlstudio.compiler", "dlstudio.data.wrong -> dlstudio.compiler"),
        ("training/wrong.py", "from dlstudio import exchange", "dlstudio.training.wrong -> dlstudio.exchange"),
        ("search/wrong.py", "from dlstudio import ui", "dlstudio.search.wrong -> dlstudio.ui"),
        ("ui/wrong.py", "import dlstudio.cli", "dlstudio.ui.wrong -> dlstudio.cli"),
        ("training/wrong.py", "from PySide6.QtCore import QTimer", "dlstudio.training.wrong -> PySide6"),
        ("cli/wrong.py", "import pyqtgraph", "dlstudio.cli.wrong -> pyqtgraph"),
        ("runs/wrong.py", "import dlstudio.bootstrap", "dlstudio.runs.wrong -> dlstudio.bootstrap"),
        ("bootstrap/wrong.py", "import dlstudio.core", "dlstudio.bootstrap.wrong -> dlstudio.core"),
    ],
)
def test_a_forbidden_import_is_named(tree: Path, file: str, statement: str, named: str) -> None:
    with (tree / "dlstudio" / file).open("a") as module:
        module.write(f"\n{statement}\n")
    done = lint_imports(tree)
    assert done.returncode == 1
    assert named in done.stdout


def test_the_public_face_is_no_way_around_the_layers(tree: Path) -> None:
    (tree / "dlstudio" / "__init__.py").write_text("def load():\n    import dlstudio.training\n")
    (tree / "dlstudio" / "core" / "wrong.py").write_text("import dlstudio\n")
    done = lint_imports(tree)
    assert done.returncode == 1
    assert "dlstudio.core.wrong -> dlstudio " in done.stdout


def test_the_window_may_use_qt(tree: Path) -> None:
    (tree / "dlstudio" / "ui" / "right.py").write_text("import PySide6.QtWidgets\nimport pyqtgraph\n")
    (tree / "dlstudio" / "cli" / "window.py").write_text("def window():\n    import dlstudio.ui.right\n")
    done = lint_imports(tree)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("layer", OUTSIDE)
def test_a_layer_needs_only_what_it_says(layer: str) -> None:
    known = sys.stdlib_module_names | OUTSIDE[layer] | {"dlstudio"}
    found = {
        (file.name, name)
        for file in (REPOSITORY / "dlstudio" / layer).rglob("*.py")
        for name in imported(file)
        if name.partition(".")[0] not in known
    }
    assert found == set[Finding]()


def test_each_module_stands_alone() -> None:
    found = {
        (file.name, name)
        for file in (REPOSITORY / "dlstudio" / "modules").rglob("*.py")
        for name in imported(file)
        if file.name != "__init__.py" and name.partition(".")[0] == "dlstudio"
    }
    assert found == set[Finding]()
