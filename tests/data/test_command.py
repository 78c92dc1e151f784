"""dlstudio data: what it shows of the data of a project, for people and for machines."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import dlstudio as dl
from dlstudio.cli.app import app
from dlstudio.core.frozen import freeze
from tests.data.building import write

Show = Callable[..., Result]


@pytest.fixture
def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Show:
    """Writes a project with this data to a file and shows it."""
    monkeypatch.setenv("COLUMNS", "100")

    def shown(data: dict[str, Any], *options: str) -> Result:
        dl.save(replace(dl.line("input 4 > fc 3"), data=freeze(data)), tmp_path / "a.dls")
        return CliRunner().invoke(app, ["data", str(tmp_path / "a.dls"), *options])

    return shown


def test_columns_parts_classes_statistics_and_issues_are_shown(show: Show) -> None:
    done = show({"source": {"kind": "Iris"}, "transforms": [{"kind": "Standardize"}]})
    assert done.exit_code == 0
    assert "150 samples: 120 train, 15 validation, 15 test" in done.stdout
    assert "one of 3 classes" in done.stdout
    assert ["setosa", "40", "5", "5"] in [line.split() for line in done.stdout.splitlines()]
    assert "sepal length (cm)" in done.stdout
    assert "mean after" in done.stdout
    assert "hint: The samples come sorted by species" in done.stdout


def test_machines_get_an_object_for_each_column(show: Show) -> None:
    done = show({"source": {"kind": "Iris"}}, "--json")
    features, species, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert (features["name"], features["shape"], len(features["features"])) == ("features", [4], 4)
    assert species["balance"]["train"] == {"setosa": 40, "versicolor": 40, "virginica": 40}
    assert last["result"]["samples"] == {"train": 120, "validation": 15, "test": 15}
    assert last["result"]["issues"][0].startswith("hint: ")


def test_paths_start_at_the_project(show: Show, tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "x,y", *(f"{i},c{i % 30}" for i in range(300)))
    done = show({"source": {"kind": "Table", "file": "a.csv"}})
    assert done.exit_code == 0
    assert "one of 30 classes" in done.stdout
    assert "... 10 more" in done.stdout


@pytest.mark.parametrize("kind", ["MNIST", "Shapes", "Sequences", "Curve", "TruthTable"])
def test_every_form_of_data_is_shown(show: Show, kind: str) -> None:
    done = show({"source": {"kind": kind}})
    assert done.exit_code == 0
    assert done.stderr == ""
    assert show({"source": {"kind": kind}}, "--json").exit_code == 0


def test_a_mistake_is_one_line(show: Show) -> None:
    for data, says in (({}, "names no data"), ({"source": {"kind": "Table", "file": "no.csv"}}, "There is no file")):
        done = show(data)
        assert done.exit_code == 1
        [line] = done.stderr.splitlines()
        assert says in line


def test_what_a_file_says_cannot_steer_the_terminal(show: Show, tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "x,[bold]y\x1b[31m", "1,a\x1b[2J", "2,b")
    done = show({"source": {"kind": "Table", "file": "a.csv"}, "split": "Everything"})
    assert "\x1b[2J" not in done.stdout
    assert "[bold]y" in done.stdout
