"""dlstudio export: what it says to people and to machines, and every mistake in one line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import dlstudio as dl
from dlstudio.cli.app import app
from dlstudio.exchange import asking


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments], env={"COLUMNS": "80"})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    dl.save(dl.line("input 4 > fc 3"), tmp_path / "mine.dls")
    return tmp_path / "mine.dls"


def test_a_project_leaves_and_the_certificate_is_shown(file: Path, tmp_path: Path) -> None:
    done = call("export", file, "safetensors", tmp_path / "mine.safetensors")
    assert done.exit_code == 0, done.output
    assert "mine.safetensors answers as the trained model does." in done.stdout
    assert {each.suffix for each in tmp_path.glob("mine.*")} == {".dls", ".safetensors", ".json", ".txt"}


def test_machines_hear_how_far_it_is_and_the_result_last(file: Path, tmp_path: Path) -> None:
    done = call("export", file, "safetensors", tmp_path / "mine.safetensors", "--json")
    *said, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["done"] for each in said] == sorted(each["done"] for each in said)
    assert last["result"]["passed"] is True
    assert last["result"]["outputs"][0]["absolute"] == 0.0


def test_a_file_that_failed_is_told_in_one_line_and_not_with_0(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "CLOSED", "raise SystemExit('broken')\n")
    done = call("export", file, "safetensors", tmp_path / "mine.safetensors")
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "kept apart" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("onx", "a.onnx"), "Did you mean “onnx”?"),
        (("onnx", "a.onnx", "-o", "precision"), "precision=VALUE"),
        (("onnx", "a.onnx", "-o", "precison=fp16"), "Did you mean “precision”?"),
        (("onnx", "a.onnx", "-o", "precision=fp8"), "must be one of float32, fp16, int8"),
    ],
)
def test_mistakes_are_one_line(file: Path, arguments: tuple[str, ...], said: str) -> None:
    done = call("export", file, *arguments)
    assert done.exit_code == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_help_has_an_example_and_names_the_formats() -> None:
    done = call("export", "--help")
    assert "Example:" in done.stdout
    assert "python, training, onnx, pt2, executorch, safetensors" in " ".join(done.stdout.replace("│", " ").split())
