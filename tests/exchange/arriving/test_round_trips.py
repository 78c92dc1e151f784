"""Templates that went out as Python and as .pt2 come in again and answer as before; so they do after training."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import dlstudio as dl
from dlstudio.compiler.emit import emit
from dlstudio.exchange.arriving.arrive import arrive
from dlstudio.exchange.arriving.arrived import Arrived
from dlstudio.exchange.arriving.limits import Limits
from dlstudio.exchange.subject import Subject
from tests.exchange.arriving.onnx_models import expected
from tests.exchange.arriving.test_onnx_round_trip import require_same, written
from tests.exchange.small import trained_templates

FORMS = ("python", "pt2")
PATIENT = Limits(patience=60.0, memory=2000)


def back(form: str, name: str, folder: Path) -> tuple[Subject, Arrived]:
    """A template that went out in a format and came in again."""
    made, path = written(name, folder, form)
    return made, arrive(path, allow_code=True, limits=PATIENT)


@pytest.mark.parametrize("form", FORMS)
def test_a_template_that_went_out_comes_in_again(form: str, tmp_path: Path) -> None:
    require_same(*back(form, "lenet5", tmp_path), named=False)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", trained_templates())
def test_every_template_that_trains_comes_in_again(form: str, name: str, tmp_path: Path) -> None:
    require_same(*back(form, name, tmp_path), named=False)


@pytest.mark.parametrize("form", FORMS)
def test_what_came_in_is_trained_and_goes_out_as_onnx(form: str, tmp_path: Path) -> None:
    made, arrived = back(form, "lenet5", tmp_path)
    (tmp_path / "weights.safetensors").write_bytes(arrived.packed())
    start = {"kind": "Weights", "from": str(tmp_path / "weights.safetensors"), "strict": True}
    project = replace(arrived.project, data=made.project.data, training=made.project.training.put("start", start))
    run = dl.train(project, runs=tmp_path / "runs", steps=3, device="cpu", probes=False)
    proof = dl.export(run, "onnx", tmp_path / "again.onnx")
    assert proof.passed, str(proof)
    [(name, shape)] = emit(project).inputs.items()
    image = np.random.default_rng(0).random((2, *shape.shape), np.float32)
    [answer] = expected(tmp_path / "again.onnx", {name: image})
    with torch.no_grad():
        trained = run.model().eval()(torch.from_numpy(image))
        before = made.module(torch.from_numpy(image))
    torch.testing.assert_close(torch.from_numpy(answer), trained, rtol=1e-4, atol=1e-5)
    assert not torch.allclose(trained, before)
