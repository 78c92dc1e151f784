"""dlstudio runs: what people and machines see of the library."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from dlstudio.cli.app import app
from dlstudio.cli.runs import runs
from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.runs.metrics import MetricWriter
from tests.runs.conftest import Create

COMMANDS = [command.callback.__name__ for command in runs.registered_commands if command.callback]


@pytest.fixture
def library(create: Create, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two runs in the folder in which commands are typed."""
    monkeypatch.chdir(root.parent)
    monkeypatch.setenv("COLUMNS", "100")
    one = create("lenet-1", seed=1)
    with MetricWriter(one.metrics) as writer:
        writer.append(1200, {"loss": 0.123456, "validation/loss": float("nan")})
    Checkpoints(one.checkpoints).save(1200, weights={}, state={}, best=True)
    one.set_status("finished", "All 3 epochs are done.", step=1200, epoch=3)
    create("lenet-2", seed=2)
    return root


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["runs", *map(str, arguments)])


def answer(*arguments: object) -> list[dict[str, Any]]:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return [
        json.loads(line, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
        for line in done.stdout.splitlines()
    ]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = run(*command.split(), "--help")
    assert done.exit_code == 0
    assert f"Example: dlstudio runs {command}".strip() in done.stdout


@pytest.mark.usefixtures("library")
def test_the_list_shows_status_step_and_loss() -> None:
    lines = run().stdout.splitlines()
    assert lines[0].split() == ["run", "status", "step", "loss", "validation", "started", "note"]
    assert lines[1].split()[:5] == ["lenet-1", "finished", "1,200", "0.1235", "nan"]
    assert lines[2].split()[:5] == ["lenet-2", "interrupted", "0", "·", "·"]


@pytest.mark.usefixtures("library")
def test_machines_get_one_object_a_run_and_no_nan() -> None:
    one, two, last = answer()
    assert last == {"result": {"runs": 2}}
    assert (one["name"], one["status"], one["step"], one["settings"]) == ("lenet-1", "finished", 1200, {"seed": 1})
    assert one["metrics"] == {"loss": 0.123456, "validation/loss": None}
    assert two["status"] == "interrupted"


def test_the_list_is_chosen_and_ordered(library: Path) -> None:
    assert [each["name"] for each in answer("--status", "finished")[:-1]] == ["lenet-1"]
    assert [each["name"] for each in answer("--sort", "seed", "--down")[:-1]] == ["lenet-2", "lenet-1"]
    assert "There are no runs in runs that fit." in run("--find", "resnet").stdout
    assert "There are no runs in elsewhere." in run("--runs", "elsewhere").stdout
    assert len(answer("--runs", library)) == 3


@pytest.mark.usefixtures("library")
def test_show_tells_what_is_known() -> None:
    text = run("show", "lenet-1").stdout
    for each in (
        "finished: All 3 epochs are done.",
        "1,200 in epoch 3",
        "seed=1",
        "loss 0.1235",
        "1,200 (best)",
        "torch",
    ):
        assert each in text
    [shown] = answer("show", "lenet-1")
    assert shown["result"]["checkpoints"][0]["best"] is True
    assert shown["result"]["environment"]["seed"] == 1


@pytest.mark.usefixtures("library")
def test_compare_tells_what_differs() -> None:
    assert "seed: 1 → 2" in run("compare", "lenet-1", "lenet-2").stdout
    assert "Both were asked for the same." in run("compare", "lenet-2", "lenet-2").stdout
    [found] = answer("compare", "lenet-1", "lenet-2")
    assert found["result"]["settings"] == {"seed": [1, 2]}


def test_delete_wants_a_yes(library: Path) -> None:
    done = run("delete", "lenet-1")
    assert done.exit_code == 1
    assert "--yes does it" in done.stderr
    assert (library / "lenet-1").exists()
    assert answer("delete", "lenet-1", "--yes") == [{"result": {"deleted": "lenet-1"}}]
    assert not (library / "lenet-1").exists()


def test_rename_and_note_and_repair(library: Path) -> None:
    assert run("rename", "lenet-1", "base line").exit_code == 0
    assert run("note", "base line", "no\x1b[31m dropout").exit_code == 0
    assert "no [31m dropout" in run().stdout
    with (library / "base line" / "metrics.sqlite").open("r+b") as file:
        file.write(b"damage")
    assert "dlstudio runs repair" in run("show", "base line").stdout
    [done] = answer("repair", "base line")
    assert Path(done["result"]["aside"]).exists()
    assert "interrupted" not in run("show", "base line").stdout


@pytest.mark.usefixtures("library")
def test_export_writes_for_tensorboard() -> None:
    [done] = answer("export", "lenet-1", "logs")
    assert Path(done["result"]["file"]).stat().st_size > 50


def test_the_root_stands_before_or_after_the_command(library: Path) -> None:
    moved = library.rename(library.with_name("elsewhere"))
    for arguments in (["--runs", moved, "show", "lenet-1"], ["show", "lenet-1", "--runs", moved]):
        assert "lenet-1" in run(*arguments).stdout


@pytest.mark.usefixtures("library")
def test_mistakes_are_one_line() -> None:
    for arguments, says in (
        (["show", "lenet-3"], "Did you mean “lenet-"),
        (["show", "../lenet-1"], "cannot be named"),
        (["rename", "lenet-1", "lenet-2"], "already a run"),
        (["shwo"], "Did you mean 'show'?"),
    ):
        done = run(*arguments)
        assert done.exit_code != 0
        assert says in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert done.stdout == ""
