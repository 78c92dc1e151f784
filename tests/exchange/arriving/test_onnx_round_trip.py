"""Networks that went out as ONNX and came in again, and models that nobody here made."""

from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import numpy_helper

import dlstudio as dl
from dlstudio.compiler.emit import emit
from dlstudio.compiler.load import build
from dlstudio.exchange.arriving.arrived import Arrived
from dlstudio.exchange.arriving.onnx_file import read
from dlstudio.exchange.export import declared
from dlstudio.exchange.subject import Subject, subject
from dlstudio.exchange.tracing import quiet
from dlstudio.exchange.writers import Writer, writer
from tests.exchange.arriving.onnx_models import expected
from tests.exchange.small import small, trained_templates

LIGHT = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
MODELS = sorted(path.stem.removeprefix("light_") for path in LIGHT.glob("*.onnx"))


def written(name: str, folder: Path, kind: str = "onnx", **options: str) -> tuple[Subject, Path]:
    """A template as a file of another format, which is not proven again here."""
    form, made = declared(kind, options), subject(small(name))
    path = folder / f"{name}{form.suffix}"
    work = writer(form)
    assert isinstance(work, Writer)
    work.write(form, made, path)
    return made, path


def require_same(made: Subject, arrived: Arrived, *, named: bool = True) -> None:
    """The network that came in answers as the one that went out, under the same names where the format has some."""
    assert arrived.report.whole, str(arrived.report)
    source = emit(arrived.project)
    module = build(arrived.project, allow_code=True).eval()
    module.load_state_dict(dict(arrived.weights))
    given = dict(zip(made.source.inputs, made.samples.batches(raw=False)[-1], strict=True))
    wanted = made.answers(tuple(given.values()))
    with torch.no_grad():
        answer = module(*((given[name] for name in source.inputs) if named else given.values()))
    names = source.outputs if named else wanted
    found = dict(zip(names, answer if isinstance(answer, tuple) else (answer,), strict=True))
    assert set(found) == set(wanted)
    for name, value in wanted.items():
        torch.testing.assert_close(found[name].reshape(value.shape), value, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["lenet5", "siamese"])
def test_a_template_that_went_out_comes_in_again(name: str, tmp_path: Path) -> None:
    made, path = written(name, tmp_path)
    require_same(made, read(path))


def test_the_public_call_opens_a_file_and_its_weights(tmp_path: Path) -> None:
    made, path = written("wine", tmp_path)
    project = dl.import_model(path, weights=tmp_path / "weights.safetensors")
    module = dl.build(project).eval()
    assert dl.load_weights(module, project.training["start"]["from"]).whole
    given = made.samples.batches(raw=False)[-1]
    [wanted] = made.answers(given).values()
    with torch.no_grad():
        torch.testing.assert_close(module(*given), wanted, rtol=1e-4, atol=1e-5)


def test_half_precision_comes_in_as_single(tmp_path: Path) -> None:
    made, path = written("lenet5", tmp_path, precision="fp16")
    arrived = read(path)
    assert arrived.report.whole, str(arrived.report)
    assert {weight.dtype for weight in arrived.weights.values()} == {torch.float32}
    there = made.module.state_dict()
    [first] = [name for name in there if there[name].shape == (6, 1, 5, 5)]
    [here] = [weight for weight in arrived.weights.values() if weight.shape == (6, 1, 5, 5)]
    torch.testing.assert_close(here, there[first], rtol=1e-3, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("name", trained_templates())
def test_every_template_that_trains_goes_out_and_comes_in_again(name: str, tmp_path: Path) -> None:
    made, path = written(name, tmp_path)
    require_same(made, read(path))


def test_a_file_that_came_in_is_trained_and_goes_out_again(tmp_path: Path) -> None:
    made, path = written("lenet5", tmp_path)
    arrived = read(path)
    (tmp_path / "weights.safetensors").write_bytes(arrived.packed())
    start = {"kind": "Weights", "from": str(tmp_path / "weights.safetensors"), "strict": True}
    project = replace(arrived.project, data=made.project.data, training=made.project.training.put("start", start))
    run = dl.train(project, runs=tmp_path / "runs", steps=3, device="cpu", probes=False)
    proof = dl.export(run, "onnx", tmp_path / "again.onnx")
    assert proof.passed, str(proof)
    image = np.random.default_rng(0).random((2, *emit(project).inputs["image"].shape), np.float32)
    before, after = (expected(each, {"image": image})[0] for each in (path, tmp_path / "again.onnx"))
    assert before.shape == after.shape == (2, 10)
    assert not np.allclose(before, after)


@pytest.mark.parametrize("name", MODELS)
def test_a_light_model_opens_with_the_right_shapes(name: str) -> None:
    path = LIGHT / f"light_{name}.onnx"
    arrived = read(path)
    assert arrived.report.whole, str(arrived.report)
    source = emit(arrived.project)
    said = {each.name: _shape(each) for each in onnx.load(path).graph.output}
    assert {output.shape for output in source.outputs.values()} == {shape[1:] for shape in said.values()}
    with torch.device("meta"):
        network = build(arrived.project)
    assert {key: weight.shape for key, weight in network.state_dict().items()} == {
        key: weight.shape for key, weight in arrived.weights.items()
    }


def _shape(value: Any) -> tuple[int, ...]:
    return tuple(axis.dim_value for axis in value.type.tensor_type.shape.dim)


def with_weights(name: str, path: Path) -> None:
    """A light model keeps one number for each weight; here are many, of a size that lets signals through."""
    model = onnx.load(LIGHT / f"light_{name}.onnx")
    dice, left = np.random.default_rng(0), []
    shapes = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type != "ConstantOfShape":
            left.append(node)
            continue
        shape = tuple(int(n) for n in shapes[node.input[0]])
        drawn = dice.standard_normal(shape, np.float32) * (2 / max(prod(shape[1:]), 1)) ** 0.5
        value = abs(drawn) + 0.5 if len(shape) == 1 else drawn
        model.graph.initializer.append(numpy_helper.from_array(value.astype(np.float32), node.output[0]))
    del model.graph.node[:]
    model.graph.node.extend(left)
    onnx.save(model, path)


@pytest.mark.parametrize(
    "name",
    [
        "squeezenet",
        *(pytest.param(name, marks=pytest.mark.slow) for name in MODELS if name not in ("squeezenet", "vgg19")),
    ],
)
def test_a_light_model_with_weights_answers_as_onnxruntime_and_goes_out_again(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.onnx"
    with_weights(name, path)
    arrived = read(path)
    module = build(arrived.project).eval()
    module.load_state_dict(dict(arrived.weights))
    [entry] = emit(arrived.project).inputs.items()
    image = np.random.default_rng(1).standard_normal((1, *entry[1].shape), np.float32)
    session = onnxruntime.InferenceSession(str(path), _quiet())
    [wanted] = session.run(None, {each.name: image for each in session.get_inputs()[:1]})
    with torch.no_grad():
        found = module(torch.from_numpy(image))
    scale = float(np.abs(wanted).max())
    np.testing.assert_allclose(found.numpy().reshape(wanted.shape), wanted, rtol=1e-3, atol=1e-4 * scale)
    with quiet():
        torch.onnx.export(module, (torch.from_numpy(image),), tmp_path / "again.onnx", dynamo=True, verbose=False)
    again = onnxruntime.InferenceSession(str(tmp_path / "again.onnx"), _quiet())
    [answer] = again.run(None, {again.get_inputs()[0].name: image})
    np.testing.assert_allclose(answer.reshape(wanted.shape), wanted, rtol=1e-3, atol=1e-4 * scale)


def _quiet() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    return options
