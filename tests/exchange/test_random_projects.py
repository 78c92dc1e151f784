"""Projects drawn at random: each is exported, and the file answers as the model does or is refused with its node."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from random import Random

import pytest

import dlstudio as dl
from dlstudio.catalog.layers import layers
from dlstudio.compiler.check import check
from dlstudio.core import edits
from dlstudio.core.document import Network, Node, Project, Wire
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange import asking
from tests.compiler.test_any_project import network

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

FORMATS = {"python": ".py", "onnx": ".onnx", "pt2": ".pt2"}


def sound(seed: int) -> Iterator[Project]:
    """Projects of nodes of any kind, wired at random, with which nothing is wrong."""
    chance = Random(seed)
    while True:
        drawn = Frozen({"part": network(chance, []), "model": network(chance, ["part"])})
        project = Project(name="drawn", networks=drawn)
        if not any(issue.severity == "error" for issue in check(project)):
            yield project


@pytest.fixture(autouse=True)
def asked_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are asked by the same programs, but in this process: a new one takes seconds."""

    def started(program: str, folder: Path) -> str:
        import_module(f"dlstudio.exchange.proof.{program.removesuffix('.py')}").main(folder)
        return ""

    monkeypatch.setattr(asking, "_started", started)


def require_same(project: Project, format: str, folder: Path) -> bool:
    """Whether the format carries it; a refusal names a node that is there."""
    try:
        proof = dl.export(project, format, folder / f"drawn{FORMATS[format]}", allow_code=True)
    except ProjectProblem as problem:
        names = [(issue.network, issue.node) for issue in problem.issues[:1]]
        if not any(node in project.networks[network].nodes for network, node in names):
            raise
        return False
    assert proof.passed, f"{proof}\n{project.networks}"
    return True


@pytest.mark.parametrize("seed", range(12))
def test_any_project_answers_the_same_in_every_format_or_is_refused_with_its_node(seed: int, tmp_path: Path) -> None:
    for project in islice(sound(seed), 2):
        assert {format: require_same(project, format, tmp_path) for format in FORMATS}


def gumbel() -> Project:
    project = dl.line("input 4 > fc 3")
    [fc] = project.networks["model"].of_kind("Linear")
    wire = next(each for each in project.networks["model"].wires if each.source == fc.id)
    return edits.insert(project, "model", wire, Node("drawn", "GumbelSoftmax", Frozen({"in_eval": "sample"})))


def cosine() -> Project:
    nodes = [Node("x", "Input", Frozen({"size": (4,)})), Node("y", "Output")]
    far = Node("far", "CosineSimilarity", Frozen({"eps": 1e300}))
    wires = [Wire("x", "y", "far", port.name) for port in layers["CosineSimilarity"].inputs]
    model = Network.of([*nodes, far], [*wires, Wire("far", "y", "y", "x")])
    return Project(networks=Frozen({"model": model}))


@pytest.mark.parametrize(("make", "node"), [(gumbel, "drawn"), (cosine, "far")])
def test_what_draws_or_cannot_run_is_named(make: Callable[[], Project], node: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectProblem) as problem:
        dl.export(make(), "pt2", tmp_path / "net.pt2")
    assert problem.value.issues[0].node == node


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1040))
def test_hundreds_of_them(seed: int, tmp_path: Path) -> None:
    for project in islice(sound(seed), 10):
        for format in FORMATS:
            require_same(project, format, tmp_path)
