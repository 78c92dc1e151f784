"""What an export writes, what its certificate says, and what is refused before anything is written."""

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

import dlstudio as dl
from dlstudio.catalog.formats import formats
from dlstudio.core import edits
from dlstudio.core.document import Node
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange import asking, writers
from dlstudio.exchange.asking import Answers
from dlstudio.exchange.steadiness import require_steady
from dlstudio.exchange.subject import subject
from dlstudio.training.run import Run, train
from tests.exchange.small import small

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return train(small("lenet5"), runs=tmp_path_factory.mktemp("runs"), epochs=1, device="cpu", probes=False)


@pytest.fixture(scope="module")
def file(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dl.export(run, "python", tmp_path_factory.mktemp("python") / "digits.py").path


def test_every_format_has_exactly_one_writer() -> None:
    for form in formats:
        if all(find_spec(package) for package in form.needs):
            writers.writer(form())
    assert {form.kind for form in formats} == set(writers.writers)


def test_NDA_10_a_python_file_classifies_pictures_with_torch_alone(run: Run, file: Path, tmp_path: Path) -> None:
    imported = set(re.findall(r"^(?:import|from) (\w+)", file.read_text("utf-8"), re.MULTILINE))
    assert imported - sys.stdlib_module_names == {"torch"}
    picture = tmp_path / "seven.png"
    values = (torch.rand(28, 28, generator=torch.Generator().manual_seed(1)) * 255).to(torch.uint8)
    Image.frombytes("L", (28, 28), bytes(values.flatten().tolist())).save(picture)
    done = subprocess.run([sys.executable, "-I", str(file), str(picture)], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    with torch.no_grad():
        likely = run.model()(values.float().reshape(1, 1, 28, 28) / 255).softmax(1)
    best = int(likely.argmax())
    assert done.stdout.startswith(f"digit: {best} {float(likely[0, best]):.1%}, ")


def test_the_weights_of_a_run_are_those_that_validated_best(run: Run, tmp_path: Path) -> None:
    proof = dl.export(run, "safetensors", tmp_path / "digits.safetensors")
    kept, trained = load_file(proof.path), run.model().state_dict()
    assert all(torch.equal(kept[name], value) for name, value in trained.items())
    card = json.loads(proof.path.with_suffix(".json").read_text("utf-8"))
    assert card["classes"]["digit"] == [str(digit) for digit in range(10)]
    assert "best weights of the run" in proof.weights


def test_onnx_tells_its_nodes_names_and_classes_and_nothing_of_this_machine(run: Run, tmp_path: Path) -> None:
    proof = dl.export(run, "onnx", tmp_path / "digits.onnx")
    assert [each.nodes for each in proof.nodes][:3] == [("conv1",), ("act1",), ("pool1",)]
    assert proof.unmatched == 0
    assert proof.first is None
    model = onnx.load(proof.path)
    facts = {entry.key: entry.value for entry in model.metadata_props}
    assert json.loads(facts["classes"]) == {"digit": [str(digit) for digit in range(10)]}
    assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "batch"
    assert model.graph.node[0].metadata_props[0].value == "conv1"
    assert str(Path(torch.__file__).parent).encode() not in proof.path.read_bytes()
    certificate = json.loads(proof.path.with_name("digits.onnx.certificate.json").read_text("utf-8"))
    assert certificate["passed"] is True
    assert "answers as the trained model does" in proof.path.with_name("digits.onnx.certificate.txt").read_text("utf-8")


def test_onnx_in_halves_or_bytes_is_smaller_and_nearly_the_same(tmp_path: Path) -> None:
    project = dl.line("input 64 > fc 256 > relu > fc 256 > relu > fc 10")
    whole = dl.export(project, "onnx", tmp_path / "whole.onnx")
    for precision, share in (("fp16", 0.6), ("int8", 0.45)):
        less = dl.export(project, "onnx", tmp_path / f"{precision}.onnx", precision=precision)
        assert less.passed
        assert 0 < less.worst < less.tolerance
        assert less.path.stat().st_size < share * whole.path.stat().st_size


def test_baked_preprocessing_takes_samples_as_the_data_holds_them(tmp_path: Path) -> None:
    proof = dl.export(dl.template("wine"), "onnx", tmp_path / "wine.onnx", preprocessing=True)
    assert proof.passed
    facts = {entry.key: entry.value for entry in onnx.load(proof.path).metadata_props}
    assert json.loads(facts["preprocessing"]) == {}


def test_a_file_that_answers_otherwise_is_kept_apart_and_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*given: Any) -> Answers:
        batches = [{"digit": torch.zeros(len(batch["image"]), 10)} for batch in given[3]]
        return Answers(batches, {}, {"nobody": "0"})

    monkeypatch.setattr(writers, "ask", wrong)
    proof = dl.export(run, "safetensors", tmp_path / "digits.safetensors")
    assert not proof.passed
    assert not (tmp_path / "digits.safetensors").exists()
    assert proof.path == tmp_path / "digits.safetensors.failed" / "digits.safetensors"
    assert "does NOT answer" in proof.path.with_name("digits.safetensors.certificate.txt").read_text("utf-8")


def test_a_file_that_cannot_be_asked_has_failed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "CLOSED", "raise SystemExit('it is broken')\n")
    proof = dl.export(run, "safetensors", tmp_path / "digits.safetensors")
    assert not proof.passed
    assert "it is broken" in str(proof)


def test_an_exported_file_cannot_lean_on_dlstudio(tmp_path: Path) -> None:
    (tmp_path / "leaning.py").write_text(f"{asking.CLOSED}\nimport dlstudio\n", "utf-8")
    done = subprocess.run([sys.executable, "leaning.py"], capture_output=True, text=True, cwd=tmp_path)
    assert "must not need dlstudio" in done.stderr


def refused(match: str, project: Any, format: str, path: Path, **options: Any) -> ProjectProblem:
    with pytest.raises(ProjectProblem, match=match) as problem:
        dl.export(project, format, path, **options)
    assert not path.parent.is_dir() or not any(path.parent.iterdir())
    return problem.value


@pytest.mark.parametrize(("name", "node"), [("lstm_by_hand", "Cell/"), ("gru_classifier", "model/gru")])
def test_time_of_any_length_is_refused_where_a_node_goes_step_by_step(name: str, node: str, tmp_path: Path) -> None:
    problem = refused("one by one", small(name), "pt2", tmp_path / "rnn.pt2", dynamic_time=True)
    assert problem.issues[0].place.startswith(node)


def test_what_onnx_has_nothing_for_is_refused_with_its_node(tmp_path: Path) -> None:
    project = dl.line("input 4 > fc 8 > rrelu > fc 3")
    [node] = project.networks["model"].of_kind("RReLU")
    problem = refused("ONNX has nothing for", project, "onnx", tmp_path / "a.onnx")
    assert problem.issues[0].node == node.id


def test_what_draws_at_random_is_refused_with_its_node(tmp_path: Path) -> None:
    project = dl.line("input 4 > fc 8 > sigmoid > fc 3")
    [sigmoid] = project.networks["model"].of_kind("Sigmoid")
    wire = next(each for each in project.networks["model"].wires if each.source == sigmoid.id)
    drawn = edits.insert(project, "model", wire, Node("coin", "BernoulliSample"))
    problem = refused("draws at random", drawn, "onnx", tmp_path / "coin.onnx")
    assert problem.issues[0].node == "coin"


@pytest.mark.parametrize(
    ("format", "name", "options", "match"),
    [
        ("onx", "a.onnx", {}, "Did you mean “Onnx”"),
        ("onnx", "a.onnx", {"opset": 3}, "opset"),
        ("onnx", "a.onnx", {"precison": "fp16"}, "precision"),
        ("onnx", "a.txt", {}, "ends in .onnx"),
        ("pt2", "nowhere/a.pt2", {}, "no folder"),
        ("pt2", "a.pt2", {"dynamic_time": True}, "no time axis|has a time axis"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    format: str, name: str, options: dict[str, Any], match: str, tmp_path: Path
) -> None:
    refused(match, dl.line("input 4 > fc 3"), format, tmp_path / name, **options)


def test_a_missing_package_is_named_with_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    refused(re.escape("pip install 'dlstudio[export]'"), dl.line("input 4 > fc 3"), "onnx", tmp_path / "a.onnx")


def test_sequences_of_any_length_where_the_network_allows_them(tmp_path: Path) -> None:
    import numpy as np
    import onnxruntime

    project = dl.line("input 20x8 sequence > fc 16 > relu > fc 2")
    proof = dl.export(project, "onnx", tmp_path / "steps.onnx", dynamic_time=True)
    session = onnxruntime.InferenceSession(str(proof.path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    for length in (3, 20, 41):
        assert session.run(None, {name: np.zeros((2, length, 8), dtype=np.float32)})[0].shape == (2, length, 2)


def test_the_random_numbers_of_the_caller_are_left_alone() -> None:
    torch.manual_seed(7)
    wanted = torch.rand(3)
    torch.manual_seed(7)
    require_steady(subject(dl.line("input 4 > fc 8 > dropout 0.5 > fc 3")))
    assert torch.equal(torch.rand(3), wanted)
