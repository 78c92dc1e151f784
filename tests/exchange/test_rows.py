"""An exported network reads rows as they stand in the user's table, with their words and in any order of columns."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import dlstudio as dl
from dlstudio.core.frozen import freeze
from dlstudio.training.run import train

ROWS = [
    (f"{i % 5}.5", ("red", "green", "blue")[i % 3], ("low", "high")[i % 2], ("no", "yes")[i % 2]) for i in range(60)
]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A script that tells yes from no, and the run that it came from."""
    folder = tmp_path_factory.mktemp("rows")
    lines = ["width,colour,level,answer", *(",".join(row) for row in ROWS)]
    (folder / "table.csv").write_text("\n".join(lines), "utf-8")
    columns = {"width": "number", "colour": "one-hot", "level": "ordinal", "answer": "class"}
    data = {"source": {"kind": "Table", "file": str(folder / "table.csv"), "roles": columns}}
    settings = {"kind": "Supervised", "epochs": 2, "batch_size": 16, "device": "cpu"}
    project = replace(dl.line("input 5 > fc 2"), data=freeze(data), training=freeze(settings))
    run = train(project, runs=folder, probes=False)
    return dl.export(run, "python", folder / "answers.py").path, run.path


def answers(file: Path, table: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", str(file), str(table)], capture_output=True, text=True)


@pytest.mark.parametrize(
    "text",
    ["width,colour,level\n1.5,green,high", "level;colour;note;width\nhigh;green;never seen;1.5", "1.5\tgreen\thigh"],
    ids=["named", "in another order, with more", "by place"],
)
def test_a_row_is_read_by_its_names_or_places(exported: tuple[Path, Path], text: str, tmp_path: Path) -> None:
    file, run = exported
    (tmp_path / "rows.csv").write_text(text, "utf-8")
    done = answers(file, tmp_path / "rows.csv")
    assert done.returncode == 0, done.stderr
    colours = [float(kind == "green") for kind in sorted({row[1] for row in ROWS})]
    level = float(sorted({row[2] for row in ROWS}).index("high"))
    with torch.no_grad():
        likely = dl.open_run(run).model()(torch.tensor([[1.5, *colours, level]])).softmax(1)[0]
    best = int(likely.argmax())
    assert f": {('no', 'yes')[best]} {float(likely[best]):.1%}" in done.stdout


def test_a_word_that_was_never_seen_is_named(exported: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("width,colour,level\n1.5,pink,high", "utf-8")
    done = answers(exported[0], tmp_path / "rows.csv")
    assert done.returncode == 1
    assert "“pink” is no colour, which is one of" in done.stderr
    assert "Traceback" not in done.stderr
