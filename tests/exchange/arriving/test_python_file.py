"""A Python file runs with consent only, in a process of its own, with limits; what comes back is plain."""

from pathlib import Path

import pytest
import torch

import dlstudio as dl
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving import python_file
from dlstudio.exchange.arriving.arrive import arrive

NET = """
import torch
from torch import nn
open({mark!r}, "w").write("ran")
print("a word to nobody")

class Inner(nn.Module):
    def __init__(self, n=4):
        super().__init__()
        self.linear = nn.Linear(n, n)
    def forward(self, x):
        return x + self.linear(x).relu()

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([Inner(4) for _ in range(3)])
        self.out = nn.Linear(4, 2)
    def forward(self, x):
        for part in self.parts:
            x = part(x)
        return self.out(x)
"""


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text(NET.format(mark=str(tmp_path / "mark")))
    return path


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "model.py"
    path.write_text(text)
    return path


def test_without_consent_nothing_runs(net: Path) -> None:
    with pytest.raises(ProjectProblem, match=r"net\.py is Python, which has to run .* --allow-code"):
        dl.import_model(net, inputs=(4,))
    assert not (net.parent / "mark").exists()


def test_with_consent_the_outermost_class_becomes_the_project(net: Path) -> None:
    arrived = arrive(net, inputs=(4,), allow_code=True)
    assert (net.parent / "mark").exists()
    assert arrived.project.networks["model"].nodes["parts"].fields["repeat"] == 3
    module = dl.build(arrived.project)
    module.load_state_dict(dict(arrived.weights))
    assert torch.equal(module.state_dict()["parts.2.linear.weight"], arrived.weights["parts.2.linear.weight"])
    assert "answers as the model does" in str(arrived.report)


def test_a_class_can_be_named(net: Path) -> None:
    project = arrive(net, inputs=(4,), name="Inner", allow_code=True).project
    assert project.name == "Inner"
    assert {node.kind for node in project.networks["model"].nodes.values()} >= {"Linear", "ReLU", "Add"}


def test_several_models_are_asked_about(tmp_path: Path) -> None:
    text = "from torch import nn\nclass A(nn.Linear):\n    def __init__(self): super().__init__(2, 2)\n"
    path = written(tmp_path, text + text.replace("class A", "class B").replace("from torch import nn\n", ""))
    with pytest.raises(ProjectProblem, match=r"several models in it: A, B\. Say which one: --class A"):
        arrive(path, inputs=(2,), allow_code=True)


def test_a_class_that_needs_arguments_asks_for_a_function(tmp_path: Path) -> None:
    text = "from torch import nn\nclass A(nn.Module):\n    def __init__(self, n): super().__init__()\n"
    with pytest.raises(ProjectProblem, match=r"A cannot be made without arguments\. Add a function"):
        arrive(written(tmp_path, text), inputs=(2,), allow_code=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = (", r"model\.py: line 1: SyntaxError"),
        ("import torch\n1 / 0", r"model\.py: line 2: ZeroDivisionError"),
        ("raise SystemExit(3)", r"model\.py: line 1: SystemExit"),
        ("import os\nos._exit(0)", r"the process ended while loading it"),
        ("import torch\nx = torch.ones(400_000_000)\n", "needs more memory than 500 MB"),
        ("x = bytearray(3_000_000_000)\n", "needs more memory than 500 MB"),
        ("x = 1\n", "there is no class in it that derives from nn.Module"),
    ],
)
def test_what_goes_wrong_in_a_file_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ProjectProblem, match=said):
        arrive(written(tmp_path, text), inputs=(2,), allow_code=True)


def test_a_file_that_does_not_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(python_file.PATIENCE, "loading", 1.0)
    with pytest.raises(ProjectProblem, match="did not end within 1 seconds, so it was stopped"):
        arrive(written(tmp_path, "while True: pass\n"), inputs=(2,), allow_code=True)


def test_a_file_longer_than_anyone_writes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    with path.open("wb") as file:
        file.truncate(2**33)
    with pytest.raises(ProjectProblem, match="longer than 4 MB"):
        arrive(path, inputs=(2,), allow_code=True)
