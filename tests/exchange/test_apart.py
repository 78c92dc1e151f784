"""An export by another process: the same file, certificate and refusals; called off, it leaves nothing behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import dlstudio as dl
from dlstudio.core import edits
from dlstudio.core.document import Node
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.apart import export_apart

NET = dl.line("input 4 > fc 8 > sigmoid > fc 3")


class Unwanted(Exception):
    pass


def test_it_writes_and_proves_what_an_export_here_does(tmp_path: Path) -> None:
    heard: list[tuple[str, float]] = []
    apart = export_apart(
        NET, "safetensors", tmp_path / "net.safetensors", tell=lambda *now: heard.append(now), options={}
    )
    (tmp_path / "here").mkdir()
    here = dl.export(NET, "safetensors", tmp_path / "here" / "net.safetensors")
    assert apart.passed
    assert apart.path.read_bytes() == here.path.read_bytes()
    assert replace(apart, path=here.path, files=here.files) == here
    assert [share for _, share in heard] == sorted(share for _, share in heard)


def test_a_refusal_comes_with_its_node(tmp_path: Path) -> None:
    [sigmoid] = NET.networks["model"].of_kind("Sigmoid")
    wire = next(each for each in NET.networks["model"].wires if each.source == sigmoid.id)
    drawn = edits.insert(NET, "model", wire, Node("coin", "BernoulliSample"))
    with pytest.raises(ProjectProblem, match="draws at random") as problem:
        export_apart(drawn, "safetensors", tmp_path / "net.safetensors", tell=lambda *_: None, options={})
    assert problem.value.issues[0].node == "coin"
    assert not any(tmp_path.iterdir())


def test_one_that_is_called_off_leaves_nothing_behind(tmp_path: Path) -> None:
    def tell(what: str, share: float) -> None:
        if share > 0.1:
            assert any(tmp_path.iterdir()) or share < 0.6
            raise Unwanted

    with pytest.raises(Unwanted):
        export_apart(NET, "safetensors", tmp_path / "net.safetensors", tell=tell, options={})
    assert not any(tmp_path.iterdir())
