"""dlstudio eval: what it shows to people, what it tells machines, and every mistake in one line."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.torch import save_file
from typer.testing import CliRunner, Result

import dlstudio as dl
from dlstudio.cli.app import app
from dlstudio.core.frozen import Value, freeze
from dlstudio.training.run import Run, train

Call = Callable[..., Result]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs a command in this process, as on a screen of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    return lambda *arguments: CliRunner().invoke(app, [str(each) for each in arguments])


def trained(text: str, source: dict[str, Value], folder: Path, **data: Value) -> Run:
    training = {"kind": "Supervised", "epochs": 2, "device": "cpu"}
    project = replace(dl.line(text), data=freeze({"source": source, **data}), training=freeze(training))
    return train(project, runs=folder)


@pytest.fixture(scope="module")
def flowers(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return trained("input 4 > fc 16 > tanh > fc 3", {"kind": "Iris"}, tmp_path_factory.mktemp("runs"))


def test_the_table_has_numbers_classes_confusions_and_mistakes(flowers: Run, call: Call) -> None:
    done = call("eval", flowers.path)
    assert done.exit_code == 0, done.stderr
    found = flowers.evaluate()
    assert f"step {found.step:,}, {found.samples} samples of the test part" in done.stdout
    assert f"{found.numbers['accuracy']:.4g}" in done.stdout
    for words in ("is \\ answered", "worst mistakes", "precision", "virginica", "roc auc"):
        assert words in done.stdout, words
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_run_is_found_by_its_name_and_another_part_is_measured(flowers: Run, call: Call) -> None:
    done = call("eval", flowers.path.name, "--runs", flowers.path.parent, "--part", "train", "--latest")
    assert "samples of the train part" in done.stdout


def test_machines_get_every_output_and_then_the_numbers(flowers: Run, call: Call) -> None:
    done = call("eval", flowers.path, "--gap", "--json", "--metric", "f1", "--metric", "accuracy")
    *outputs, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["output"] for each in outputs] == [each.output for each in flowers.evaluate().outputs]
    assert sum(map(sum, outputs[0]["confusion"])) == last["result"]["samples"]
    assert set(last["result"]["numbers"]) == set(last["result"]["gap"]) == {"loss", "f1", "accuracy"}


def test_a_project_is_measured_with_the_weights_of_a_file(flowers: Run, call: Call, tmp_path: Path) -> None:
    dl.save(flowers.project, tmp_path / "flowers.dls")
    save_file(flowers.model().state_dict(), tmp_path / "flowers.safetensors")
    done = call("eval", tmp_path / "flowers.dls", "--weights", tmp_path / "flowers.safetensors", "--json")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])["result"]["numbers"]
    assert found == pytest.approx(dict(flowers.evaluate().numbers))


def test_numbers_have_a_table_too(call: Call, tmp_path: Path) -> None:
    run = trained("input 10 > fc 1", {"kind": "Diabetes"}, tmp_path)
    done = call("eval", run.path, "--gap", "--part", "validation")
    for words in ("root mean square error", "r2", "off by", "mean error", "gap"):
        assert words in done.stdout, words


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "There is no run"),
        (["RUN", "--part", "everything"], "train"),
        (["RUN", "--metric", "acuracy"], "There is no metric “acuracy”"),
        (["RUN", "--metric", "bleu"], "No output of this network can be measured by bleu"),
        (["xor", "--weights", "nowhere.safetensors"], "nowhere.safetensors"),
    ],
)
def test_a_mistake_is_told_in_one_line(flowers: Run, call: Call, arguments: list[str], says: str) -> None:
    done = call("eval", *(str(flowers.path) if each == "RUN" else each for each in arguments))
    assert done.exit_code != 0
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_empty_part_is_told(call: Call, tmp_path: Path) -> None:
    split = {"kind": "Fractions", "train": 1.0, "validation": 0.0, "test": 0.0}
    run = trained("input 2 > fc 1 > sigmoid", {"kind": "TruthTable", "gate": "and"}, tmp_path, split=split)
    assert "The test part of the data is empty" in call("eval", run.path).stderr


def test_help_has_an_example(call: Call) -> None:
    done = call("eval", "--help")
    assert "Example: dlstudio eval" in done.stdout
