"""ExecuTorch programs: they answer as the model does at every batch size, and what they cannot carry is refused."""

from __future__ import annotations

import json
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import dlstudio as dl
from dlstudio.catalog.formats import Executorch
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.certificate import Certificate
from dlstudio.exchange.executorch_file import ExecutorchWriter
from dlstudio.exchange.export import declared
from dlstudio.exchange.subject import subject
from tests.exchange.small import small

needs = pytest.mark.skipif(find_spec("executorch") is None, reason="needs dlstudio[executorch]")
LINE = "input 1x8x8 > conv 4 3x3 > bn > relu > flatten > fc 3"


def exported(project: Any, path: Path, **options: Any) -> Certificate:
    return dl.export(project, "executorch", path, **options)


def test_the_missing_package_is_named_with_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "executorch", None)
    with pytest.raises(ProjectProblem, match=re.escape("pip install 'dlstudio[executorch]'")):
        exported(dl.line(LINE), tmp_path / "net.pte")
    assert not any(tmp_path.iterdir())


def test_a_package_that_does_not_fit_torch_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "executorch", ModuleType("executorch"))  # no part of it can be imported
    monkeypatch.setitem(sys.modules, "executorch.exir", None)
    with pytest.raises(ProjectProblem, match="executorch does not work beside torch"):
        exported(dl.line(LINE), tmp_path / "net.pte")
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(("largest", "sizes"), [(1, [1]), (2, [1, 2]), (5, [1, 2, 5]), (16, [1, 2, 7, 16])])
def test_it_is_asked_in_batches_up_to_the_largest(largest: int, sizes: list[int]) -> None:
    form = declared("executorch", {"largest_batch": largest})
    assert isinstance(form, Executorch)
    batches = ExecutorchWriter().batches(form, subject(dl.line(LINE)), raw=False)
    assert [len(image) for (image,) in batches] == sizes


@needs
@pytest.mark.parametrize("kernels", ["xnnpack", "portable"])
@pytest.mark.parametrize("largest", [1, 16])
def test_it_answers_as_the_model_does(kernels: str, largest: int, tmp_path: Path) -> None:
    proof = exported(dl.line(LINE), tmp_path / "net.pte", kernels=kernels, largest_batch=largest)
    assert proof.passed, proof.problem
    assert proof.worst < 1e-5
    assert proof.asked.endswith("batches of 1" if largest == 1 else "batches of 1, 2, 7, 16")
    assert "executorch" in proof.runtime
    carries = b"XnnpackBackend" in proof.path.read_bytes()
    assert carries == (kernels == "xnnpack")


@needs
def test_samples_as_the_data_holds_them_and_a_card_beside_it(tmp_path: Path) -> None:
    proof = exported(dl.template("wine"), tmp_path / "wine.pte", preprocessing=True)
    assert proof.passed, proof.problem
    card = json.loads((tmp_path / "wine.pte.json").read_text("utf-8"))
    assert card["preprocessing"] == {}
    assert card["largest batch"] == 16
    assert len(card["classes"]["cultivar"]) == 3
    assert {each.name for each in proof.files} == {"wine.pte", "wine.pte.json"}


@needs
@pytest.mark.parametrize(
    "name",
    [
        "siamese",
        "variational_autoencoder",
        pytest.param("gru_classifier", marks=pytest.mark.slow),
        pytest.param("vision_transformer", marks=pytest.mark.slow),
    ],
)
def test_templates_of_many_kinds(name: str, tmp_path: Path) -> None:
    proof = exported(small(name), tmp_path / "net.pte", largest_batch=4)
    assert proof.passed, proof.problem


@needs
def test_what_no_kernel_computes_is_refused_with_its_node(tmp_path: Path) -> None:
    project = dl.line("input 4 > fc 8 > rrelu > fc 3")
    [node] = project.networks["model"].of_kind("RReLU")
    with pytest.raises(ProjectProblem, match="ExecuTorch has nothing for") as problem:
        exported(project, tmp_path / "net.pte")
    assert problem.value.issues[0].node == node.id
    assert not any(tmp_path.iterdir())
