"""Exported programs arrive with their weights and modules; nothing in them is unpickled or run."""

import io
import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.export import Dim

import dlstudio as dl
from dlstudio.compiler.emit import emit
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.arrive import arrive
from tests.exchange.arriving import models


def exported(model: nn.Module, path: Path, *shape: int) -> nn.Module:
    program = torch.export.export(model.eval(), (torch.randn(2, *shape),), dynamic_shapes=({0: Dim("batch")},))
    torch.export.save(program, path)
    return model


@pytest.mark.parametrize(("make", "shape"), [(models.LeNet, (1, 28, 28)), (models.ResNet, (3, 16, 16))])
def test_a_program_takes_its_models_weights_and_answers_alike(
    make: Any, shape: tuple[int, ...], tmp_path: Path
) -> None:
    model = exported(make(), tmp_path / "model.pt2", *shape)
    arrived = arrive(tmp_path / "model.pt2")
    assert arrived.report.whole, str(arrived.report)
    module = dl.build(arrived.project).eval()
    module.load_state_dict(model.state_dict())
    x = torch.randn(3, *shape)
    with torch.no_grad():
        torch.testing.assert_close(module(x), model(x), rtol=1e-6, atol=1e-6)


def test_the_modules_of_a_program_are_blocks_again(tmp_path: Path) -> None:
    exported(models.ResNet(), tmp_path / "model.pt2", 3, 16, 16)
    nodes = arrive(tmp_path / "model.pt2").project.networks["model"].nodes
    assert nodes["layer1"].fields["repeat"] == 3
    assert nodes["layer2"].kind == "Block"


class Named(nn.Module):
    """Gives its results by name."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(3, 2), nn.Linear(3, 4)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"small": self.a(x), "large": self.b(x)}


def test_results_that_a_program_gives_by_name_keep_their_names(tmp_path: Path) -> None:
    exported(Named(), tmp_path / "model.pt2", 3)
    outputs = emit(arrive(tmp_path / "model.pt2").project).outputs
    assert {name: x.shape for name, x in outputs.items()} == {"small": (2,), "large": (4,)}


@pytest.mark.parametrize("name", ["lenet5", "lstm_classifier"])
def test_what_dlstudio_exports_comes_back(name: str, tmp_path: Path) -> None:
    dl.export(dl.template(name), "pt2", tmp_path / "model.pt2")
    arrived = arrive(tmp_path / "model.pt2")
    assert arrived.report.whole, str(arrived.report)
    assert emit(arrived.project).outputs.keys() == emit(dl.template(name)).outputs.keys()
    module = dl.build(arrived.project).eval()
    module.load_state_dict(dict(arrived.weights))
    program = torch.export.load(tmp_path / "model.pt2").module()
    x = torch.randn(2, 1, 28, 28) if name == "lenet5" else torch.zeros(2, *_length(arrived.project), dtype=torch.long)
    with torch.no_grad():
        torch.testing.assert_close(module(x), program(x), rtol=1e-5, atol=1e-6)


def _length(project: Any) -> tuple[int, ...]:
    return tuple(project.networks["model"].of_kind("Input")[0].fields["size"])


class _Mark:
    """What runs when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return open, (str(self.path), "w")


def changed(source: Path, target: Path, **parts: bytes) -> None:
    """A copy of an archive in which parts whose names end so hold something else."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for each in old.infolist():
            other = next((data for end, data in parts.items() if each.filename.endswith(end.replace("__", "/"))), None)
            new.writestr(each.filename, old.read(each) if other is None else other)


def test_pickles_in_a_program_are_never_loaded(tmp_path: Path) -> None:
    exported(models.LeNet(), tmp_path / "good.pt2", 1, 28, 28)
    mark = tmp_path / "mark"
    inside = io.BytesIO()
    pickle.dump(_Mark(mark), inside)
    with zipfile.ZipFile(tmp_path / "good.pt2") as archive:
        name = next(each for each in archive.namelist() if each.endswith("weights_config.json"))
        config = json.loads(archive.read(name))
    next(iter(config["config"].values()))["use_pickle"] = True
    changed(
        tmp_path / "good.pt2",
        tmp_path / "bad.pt2",
        **{
            "sample_inputs__model.pt": inside.getvalue(),
            "weights__weight_0": inside.getvalue(),
            "weights_config.json": json.dumps(config).encode(),
        },
    )
    with pytest.raises(ProjectProblem, match="in a form that could run code"):
        arrive(tmp_path / "bad.pt2")
    assert not mark.exists()


@pytest.mark.parametrize(
    ("part", "data", "said"),
    [
        ("models__model.json", b"{", "holds a damaged graph"),
        ("models__model.json", b"[1]", "holds no graph of torch's"),
        ("models__model.json", b"{}", "is no exported program that can be read"),
        ("weights__weight_0", b"12", "in fewer numbers than its shape has"),
    ],
)
def test_a_damaged_program_ends_in_a_sentence(part: str, data: bytes, said: str, tmp_path: Path) -> None:
    exported(models.LeNet(), tmp_path / "good.pt2", 1, 28, 28)
    changed(tmp_path / "good.pt2", tmp_path / "bad.pt2", **{part: data})
    with pytest.raises(ProjectProblem, match=said):
        arrive(tmp_path / "bad.pt2")


def test_what_is_no_archive_and_what_is_a_bomb_end_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.pt2").write_text("no archive")
    with pytest.raises(ProjectProblem, match="cannot be read as an exported program"):
        arrive(tmp_path / "text.pt2")
    with zipfile.ZipFile(tmp_path / "bomb.pt2", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model/models/model.json", b" " * (50 * 2**20))
    with pytest.raises(ProjectProblem, match="folded up so tightly"):
        arrive(tmp_path / "bomb.pt2")
