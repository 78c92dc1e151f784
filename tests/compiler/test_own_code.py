"""Python of the user's own: it stands in the source, and it runs only when it was allowed."""

from pathlib import Path

import pytest
import torch

from dlstudio.catalog.layers.custom import EXAMPLE
from dlstudio.compiler.check import check
from dlstudio.compiler.emit import emit
from dlstudio.compiler.line import line
from dlstudio.compiler.load import blame, load
from dlstudio.core import edits
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from tests.building import build

BAD = """
import torch
from pathlib import Path
from torch import nn

Path("ran").write_text("the code has run")


class Bad(nn.Module):
    def forward(self, x):
        raise ValueError("on purpose")
"""


def own(code: str = EXAMPLE) -> Project:
    return edits.put(line("input 4 > custom > fc 2"), "model", "custom1", code=code)


def test_it_does_not_run_before_it_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert not check(own(BAD))
    source = emit(own(BAD))
    assert source.own_code == ("model/custom1",)
    with pytest.raises(ProjectProblem, match="model/custom1"):
        load(source)
    with pytest.raises(ProjectProblem, match="has not run"):
        build(own(BAD))
    assert not list(tmp_path.iterdir())
    build(own(BAD), allow_code=True)
    assert (tmp_path / "ran").exists()


def test_it_computes_what_it_says() -> None:
    module = build(own(), allow_code=True)
    x = torch.randn(2, 4)
    torch.testing.assert_close(module(x), module.linear1(x * torch.sigmoid(x)))


def test_settings_reach_the_constructor() -> None:
    project = edits.put(own(), "model", "custom1", settings={"start": 2.0})
    assert build(project, allow_code=True).custom1.b.item() == 2.0


def test_an_error_in_it_names_the_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    module = build(own(BAD), allow_code=True)
    with pytest.raises(ValueError, match="on purpose") as caught:
        module(torch.zeros(1, 4))
    found = blame(caught.value)
    assert found
    assert found.node == "custom1"


def test_two_nodes_may_use_one_class_and_not_two_of_one_name() -> None:
    project = line("input 4 > a: custom > b: custom > fc 2")
    assert emit(project).text.count("class Swish(") == 1
    other = edits.put(project, "model", "b", code=EXAMPLE.replace("1.0", "3.0"))
    with pytest.raises(ProjectProblem, match="class Swish"):
        emit(other)


def test_its_class_does_not_clash_with_the_models() -> None:
    project = own()
    named = Project("Swish", "", project.networks)
    source = emit(named)
    assert source.class_name == "Swish2"
    assert load(source, allow_code=True)()(torch.zeros(1, 4)).shape == (1, 2)


def test_imports_from_the_future_do_not_break_the_source() -> None:
    project = own("from __future__ import annotations\n" + EXAMPLE)
    assert build(project, allow_code=True)(torch.zeros(1, 4)).shape == (1, 2)
