"""dlstudio import: what people type, what machines read, and what goes wrong in one line."""

import json
import subprocess
import sys
from pathlib import Path

import dlstudio as dl

NET = """
from torch import nn
class Net(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
"""


def said(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "dlstudio", "import", *words], capture_output=True, text=True, check=False, timeout=300
    )


def test_a_file_is_imported_with_its_weights_and_the_report_is_read_by_machines(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(NET)
    made = said(str(tmp_path / "net.py"), str(tmp_path / "net.dls"), "--inputs", "4", "--allow-code", "--json")
    assert made.returncode == 0, made.stderr
    lines = [json.loads(line) for line in made.stdout.splitlines()]
    assert {"doing", "done"} == set(lines[0])
    assert lines[-1]["result"]["taken"] == {"Input": 1, "Linear": 2, "Output": 1, "ReLU": 1}
    assert lines[-1]["result"]["weights"] == str(tmp_path / "net.safetensors")
    project = dl.load(tmp_path / "net.dls")
    assert dl.load_weights(dl.build(project), tmp_path / "net.safetensors").whole


def test_without_consent_there_is_one_line_and_no_file(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(NET)
    made = said(str(tmp_path / "net.py"), str(tmp_path / "net.dls"), "--inputs", "4")
    assert made.returncode == 1
    assert made.stderr.count("\n") == 1
    assert "Read it, then allow it: --allow-code" in made.stderr
    assert not (tmp_path / "net.dls").exists()


def test_help_has_an_example() -> None:
    assert "Example: dlstudio import" in " ".join(said("--help").stdout.split())
