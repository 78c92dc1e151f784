"""Every template that trains leaves as Python, ONNX and PT2 and answers as here: a few at once, all in slow tests."""

from pathlib import Path

import pytest

import dlstudio as dl
from dlstudio.exchange.certificate import Certificate
from tests.exchange.small import small, trained_templates

pytest.importorskip("onnxruntime")


def proven(name: str, format: str, folder: Path) -> Certificate:
    proof = dl.export(small(name), format, folder / name)
    assert proof.passed, str(proof)
    assert proof.worst < 1e-5, str(proof)
    return proof


@pytest.mark.parametrize(
    ("name", "format"),
    [
        pytest.param("siamese", "onnx", id="two inputs, shared weights"),
        pytest.param("frame_tagger", "onnx", id="blocks, a loop over time"),
        pytest.param("localiser", "safetensors", id="two outputs"),
        pytest.param("attention", "pt2", id="attention, two inputs"),
        pytest.param("wine", "python", id="normalizations, classes"),
    ],
)
def test_a_template_answers_elsewhere_as_here(name: str, format: str, tmp_path: Path) -> None:
    proof = proven(name, format, tmp_path)
    assert "samples of the test part" in proof.asked


@pytest.mark.slow
@pytest.mark.parametrize("format", ["python", "onnx", "pt2"])
@pytest.mark.parametrize("name", trained_templates())
def test_EVA_23_every_template_that_trains_is_exported_within_1e_5(name: str, format: str, tmp_path: Path) -> None:
    proven(name, format, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", trained_templates())
def test_every_lesson_trains_elsewhere_to_the_same_losses(name: str, tmp_path: Path) -> None:
    run = dl.train(small(name), runs=tmp_path, epochs=1, device="cpu", probes=False)
    proof = dl.export(run, "training", tmp_path / "lesson.py")
    assert proof.passed, str(proof)
    assert proof.worst == 0.0
