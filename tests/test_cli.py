"""The command line: every command, what it says to machines, and every mistake told in one line."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

import dlstudio as dl
from dlstudio import cli
from dlstudio.cli.app import app
from dlstudio.cli.environment import gpu_load, package, requirements
from dlstudio.core.document import MODEL, Project
from dlstudio.core.edits import rename

REPOSITORY = Path(__file__).resolve().parent.parent
NET = "input 1x8x8 > conv 4 3 > relu > flatten > fc 2"
COMMANDS = ["templates", "new", "check", "summary", "line", "code", "data", "shot", "doctor"]

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process, as on a screen of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")

    def invoke(*arguments: object, given: str | bytes | None = None) -> Result:
        return CliRunner().invoke(app, [str(each) for each in arguments], input=given)

    return invoke


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """The file of a project without mistakes."""
    path = tmp_path / "sound.dls"
    dl.save(dl.line(NET), path)
    return path


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """The file of a project in which a wire is missing and a node is left over."""
    project = dl.line("input 4 > fc 4 > fc 3")
    network = project.networks[MODEL]
    cut = {target: wires for target, wires in network.inbound.items() if target != "linear2"}
    made = type(network).of(network.nodes.values(), (wire for wires in cut.values() for wire in wires))
    path = tmp_path / "wrong.dls"
    dl.save(project.with_network(MODEL, made), path)
    return path


@pytest.fixture
def gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two templates in place of our own."""
    folder = tmp_path / "resources" / "templates"
    folder.mkdir(parents=True)
    monkeypatch.setattr("dlstudio.core.templates.resource", (tmp_path / "resources").joinpath)
    (folder / "durations.json").write_text('{"lenet5": 20.3}')
    notes = "Reads digits\nas in 1998.\n\nA second paragraph."
    lenet = dl.Project(name="LeNet-5", notes=notes, networks=dl.line(NET).networks)
    dl.save(lenet, folder / "lenet5.dls")
    dl.save(dl.Project(name="Exclusive or", networks=dl.line("input 2 > fc 3 > fc 1").networks), folder / "xor.dls")


def records(done: Result) -> list[dict[str, Any]]:
    """The JSON objects of an answer; the last holds the result."""
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert list(found[-1]) == ["result"]
    return found


def refused(done: Result, says: str, code: int = 1) -> None:
    """The command failed with one clear line, and nothing else."""
    assert done.exit_code == code, done.output
    assert done.stdout == ""
    assert isinstance(done.exception, SystemExit)
    [line] = done.stderr.splitlines()
    assert line.startswith("dlstudio: ")
    assert says in line


def process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dlstudio", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, encoding="utf-8", **options)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(run: Run, command: str) -> None:
    done = run(command, "--help")
    assert done.exit_code == 0
    assert f"Example: dlstudio {command}" in done.stdout
    assert "--json" in done.stdout


def test_help_lists_the_commands(run: Run) -> None:
    done = run("--help")
    assert done.exit_code == 0
    assert all(f" {command} " in done.stdout for command in COMMANDS)
    assert "-h" in done.stdout
    assert run("-h").stdout == done.stdout


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").stdout == f"dlstudio {dl.__version__}\n"


def test_without_a_command_the_window_opens_on_what_is_named(run: Run, sound: Path, opened: list[Any]) -> None:
    assert run().exit_code == 0
    assert run(sound).exit_code == 0
    assert run("lenet5").exit_code == 0
    assert [(project and project.name, path) for project, path in opened] == [
        (None, None), ("untitled", sound), ("LeNet-5", None)
    ]  # fmt: skip


def test_json_says_whether_there_would_be_a_window(run: Run, sound: Path, opened: list[Any]) -> None:
    assert records(run(sound, "--json"))[-1]["result"] == {"window": True, "project": "untitled"}
    assert opened == []


def test_without_a_screen_the_command_is_told_that_draws_a_picture(run: Run, sound: Path, blind: None) -> None:
    refused(run(sound), f"There is no screen to open a window on. Draw a picture of it with: dlstudio shot {sound}")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What windows would have been opened on."""
    import dlstudio.ui.app

    calls: list[Any] = []

    def run(project: Project | None, path: Path | None) -> int:
        calls.append((project, path))
        return 0

    monkeypatch.setattr(dlstudio.ui.app, "run", run)
    return calls


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a screen."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def test_a_project_for_the_window_must_be_there(run: Run, tmp_path: Path) -> None:
    refused(run(tmp_path / "missing.dls"), "missing.dls")
    refused(run("nosuchproject"), "no file and no template “nosuchproject”")


@pytest.mark.parametrize(("typed", "meant"), [("chek", "check"), ("sumary", "summary"), ("template", "templates")])
def test_a_mistyped_command_is_understood(run: Run, typed: str, meant: str) -> None:
    refused(run(typed, "x.dls"), f"Did you mean “{meant}”?")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--wrong",), "--wrong"),
        (("summary",), "PROJECT"),
        (("summary", "a", "b"), "unexpected"),
        (("summary", "a", "--batch", "0"), "--batch"),
        (("summary", "a", "--batch", "many"), "--batch"),
        (("summary", "a", "--optimizer", "lion"), "adam"),
        (("new",), "FILE"),
        (("new", "lenet5"), "a template and a file"),
        (("new", "--line", "input 4", "a", "b"), "one file"),
    ],
)
def test_a_command_line_that_is_not_understood_is_told_in_one_line(
    run: Run, arguments: tuple[str, ...], says: str
) -> None:
    done = run(*arguments)
    refused(done, says, code=2)
    assert "--help" in done.stderr


@pytest.mark.usefixtures("gallery")
def test_templates_are_listed_with_what_they_show(run: Run) -> None:
    shown = run("templates")
    assert shown.exit_code == 0
    assert "lenet5" in shown.stdout
    assert "330 parameters, trains in about 20 s" in shown.stdout
    assert "Exclusive or" in shown.stdout
    assert records(run("templates", "--json")) == [
        {"name": "lenet5", "title": "LeNet-5", "about": "Reads digits as in 1998.", "parameters": 330, "seconds": 20.3},
        {"name": "xor", "title": "Exclusive or", "about": "", "parameters": 13, "seconds": None},
        {"result": {"templates": 2}},
    ]


def test_no_templates_are_no_failure(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlstudio.core.templates.resource", tmp_path.joinpath)
    assert run("templates").exit_code == 0
    assert records(run("templates", "--json"))[-1]["result"]["templates"] == 0


@pytest.mark.usefixtures("gallery")
@pytest.mark.parametrize("command", ["summary", "check", "code"])
def test_a_template_can_be_named_where_a_project_is_asked_for(run: Run, command: str) -> None:
    assert run(command, "lenet5").exit_code == 0
    assert run(command, "LeNet-5").exit_code == 0
    refused(run(command, "lenet"), "Did you mean “lenet5”?")


@pytest.mark.usefixtures("gallery")
def test_a_template_goes_before_a_folder_but_not_before_a_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lenet5").mkdir()
    assert records(run("summary", "lenet5", "--json"))[-1]["result"]["parameters"] == 330
    dl.save(dl.line("input 4 > fc 3"), tmp_path / "xor")
    assert records(run("summary", "xor", "--json"))[-1]["result"]["parameters"] == 15


@pytest.mark.usefixtures("gallery")
def test_new_writes_a_template(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.dls"
    assert run("new", "lenet5", file).exit_code == 0
    assert dl.load(file) == dl.template("lenet5")
    refused(run("new", "nothing", tmp_path / "other.dls"), "no template “nothing”")
    assert not (tmp_path / "other.dls").exists()


def test_new_writes_what_a_line_says_under_the_name_of_the_file(run: Run, tmp_path: Path) -> None:
    done = run("new", "--line", "input 4 > fc 3", tmp_path / "mine", "--json")
    assert records(done) == [{"result": {"file": str(tmp_path / "mine.dls")}}]
    project = dl.load(tmp_path / "mine.dls")
    assert project.name == "mine"
    assert project.networks == dl.line("input 4 > fc 3").networks


def test_new_replaces_nothing_unless_it_is_told_to(run: Run, sound: Path) -> None:
    before = sound.read_bytes()
    refused(run("new", "--line", "input 4 > fc 3", sound), "--force")
    assert sound.read_bytes() == before
    assert run("new", "--line", "input 4 > fc 3", sound, "--force").exit_code == 0
    assert sound.read_bytes() != before


def test_what_cannot_be_written_is_told(run: Run, sound: Path, tmp_path: Path) -> None:
    refused(run("new", "--line", "input 4", tmp_path / "no" / "such" / "folder.dls"), "folder.dls")
    refused(run("new", "--line", "input 4", sound / "inside.dls"), "inside.dls")
    (tmp_path / "folder.dls").mkdir()
    refused(run("new", "--line", "input 4", tmp_path / "folder.dls", "--force"), "folder")
    refused(run("code", sound, "-o", tmp_path), "folder")
    refused(run("code", sound, "-o", tmp_path / "no" / "net.py"), "net.py")


def test_check_of_a_sound_project_succeeds(run: Run, sound: Path) -> None:
    done = run("check", sound)
    assert (done.exit_code, done.stdout) == (0, "Nothing to mend: the project can be built.\n")
    assert records(run("check", sound, "--json")) == [
        {"result": {"sound": True, "errors": 0, "warnings": 0, "hints": 0}}
    ]


def test_check_names_the_node_the_text_and_the_fixes_by_severity(run: Run, wrong: Path) -> None:
    done = run("check", wrong)
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[0].endswith("errors") or lines[0] == "1 error"
    issues = dl.check(dl.load(wrong))
    for issue in issues:
        assert f"  {issue.place}: {issue.text}" in lines
        assert all(f"    fix: {fix.label}" in lines for fix in issue.fixes)
    assert {issue.severity for issue in issues} == {"error", "warning"}
    assert lines.index("1 error") < next(i for i, line in enumerate(lines) if "warning" in line)


def test_check_tells_machines_one_issue_a_line(run: Run, wrong: Path) -> None:
    done = run("check", wrong, "--json")
    assert done.exit_code == 1
    *found, last = records(done)
    issues = dl.check(dl.load(wrong))
    assert [(each["code"], each["node"], each["text"]) for each in found] == [(i.code, i.node, i.text) for i in issues]
    assert found[0]["fixes"] == [fix.label for fix in issues[0].fixes]
    assert last["result"]["sound"] is False
    assert last["result"]["errors"] == 1


def test_an_empty_project_is_told_what_to_do(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "empty.dls"
    dl.save(dl.Project(), file)
    done = run("check", file)
    assert done.exit_code == 1
    assert "Add an Input" in done.stdout
    shown = run("summary", file)
    assert (shown.exit_code, shown.stdout) == (0, "The network “model” is empty.\n")
    refused(run("code", file), "empty")


def test_summary_shows_rows_and_totals(run: Run, sound: Path) -> None:
    done = run("summary", sound, "--batch", "8")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["node", "kind", "shape", "parameters", "MACs", "share"]
    assert lines[2].split()[:5] == ["conv1", "Conv2d", "4×6×6", "40", "1,296"]
    assert "330 parameters" in done.stdout
    assert "at batch 8" in done.stdout


def test_summary_tells_machines_everything(run: Run, sound: Path) -> None:
    *found, last = records(run("summary", sound, "--json", "--batch", "8", "--optimizer", "sgd"))
    expected = dl.summary(dl.load(sound), batch=8, optimizer="sgd")
    assert [each["node"] for each in found] == [row.node for row in expected.rows]
    assert found[1]["shape"] == [4, 6, 6]
    result = last["result"]
    assert (result["parameters"], result["macs"]) == (expected.parameters, expected.macs)
    assert result["memory"]["training"] == expected.memory.training
    assert result["memory"]["state"] == 0


def test_summary_of_a_half_drawn_network_shows_what_is_sound(run: Run, wrong: Path) -> None:
    done = run("summary", wrong)
    assert done.exit_code == 0
    assert "cannot be built yet" in done.stdout
    assert "?" in next(line for line in done.stdout.splitlines() if line.startswith("linear2"))


def test_another_network_can_be_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "two.dls"
    project = dl.line("input 4 > fc 3")
    dl.save(project.with_network("critic", dl.line("input 5 > fc 1").networks[MODEL]), file)
    assert records(run("summary", file, "-n", "critic", "--json"))[-1]["result"]["parameters"] == 6
    assert "nn.Linear(5, 1)" in run("code", file, "--network", "critic").stdout
    refused(run("summary", file, "-n", "judge"), "judge")
    refused(run("code", file, "-n", "judge"), "judge")


def test_wide_tables_fit_into_80_columns(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "wide.dls"
    project = dl.line("input 3x512x512 > conv 4096 7x7 p3 > conv 4096 7x7 p3 > flatten > fc 10")
    dl.save(rename(project, MODEL, "conv1", "a_very_long_name_of_a_node_that_nobody_should_give_to_one"), file)
    done = run("summary", file)
    assert max(cell_len(line) for line in done.stdout.splitlines()) <= 80
    assert "822,087,680" in done.stdout


def test_a_line_is_summed_up_without_a_file(run: Run) -> None:
    assert "330 parameters" in run("line", NET).stdout
    assert records(run("line", NET, "--json"))[-1]["result"]["parameters"] == 330
    refused(run("line", "input 4 > nothing"), "nothing")


def test_code_is_the_source_and_nothing_else(run: Run, sound: Path, tmp_path: Path) -> None:
    source = dl.source(dl.load(sound))
    assert run("code", sound).stdout == source
    file = tmp_path / "net.py"
    assert run("code", sound, "-o", file).exit_code == 0
    assert file.read_text("utf-8") == source
    assert records(run("code", sound, "--json"))[-1]["result"] == {"class": "Model", "source": source}


def test_code_of_a_project_with_errors_says_what_is_in_the_way(run: Run, wrong: Path) -> None:
    refused(run("code", wrong), "linear2")


@pytest.mark.parametrize("command", ["check", "summary", "code"])
def test_a_project_may_come_from_standard_input(run: Run, sound: Path, command: str) -> None:
    text = sound.read_text("utf-8")
    assert run(command, "-", given=text).stdout == run(command, sound).stdout
    refused(run(command, "-", given=""), "standard input")
    refused(run(command, "-", given="{"), "standard input")
    refused(run(command, "-", given=b"\xff\xfe\x00"), "no text")


@pytest.mark.parametrize("command", ["check", "summary", "code"])
def test_files_that_are_no_projects_are_told(run: Run, tmp_path: Path, command: str) -> None:
    refused(run(command, tmp_path / "missing.dls"), "missing.dls")
    refused(run(command, tmp_path), tmp_path.name)
    for name, data in (("torn.dls", b'{"format": 1, "net'), ("bytes.dls", b"\x80\x81"), ("list.dls", b"[1]")):
        (tmp_path / name).write_bytes(data)
        refused(run(command, tmp_path / name), name)


def test_names_in_a_project_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "evil.dls"
    project = dl.line("input 4 > fc 3")
    dl.save(rename(project, MODEL, "linear1", "[red]\x1b[31mboo"), file)
    for command in ("check", "summary"):
        done = run(command, file)
        assert "\x1b" not in done.output
        assert "[red]" in done.stdout


def test_doctor_tells_what_is_here(run: Run) -> None:
    found = {each["name"]: each for each in records(run("doctor", "--json"))[:-1]}
    for name in ("python", "platform", "dlstudio", "torch", "networkx", "typer", "CPU", "CUDA", "Qt libraries"):
        assert name in found
    assert found["dlstudio"]["text"] == dl.__version__
    assert found["torch"]["mark"] == "good"
    assert "onnx" in found
    assert "pytest" not in found
    shown = run("doctor")
    assert all(name in shown.stdout for name in found)


def test_doctor_lists_every_optional_package_with_the_extra_that_brings_it(run: Run) -> None:
    extras = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    found = {each["name"]: each for each in records(run("doctor", "--json"))[:-1]}
    for extra in extras.keys() - {"test"}:
        for name in (re.split(r"[<>=]", line)[0] for line in extras[extra]):
            missing = f"missing: pip install dlstudio[{extra}]"
            assert found[name]["text"] == missing or found[name]["mark"] == "good"
    assert {"onnx", "onnxscript", "onnxruntime"} <= found.keys()


def test_doctor_names_what_tells_the_load_of_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlstudio.cli.environment.find_spec", lambda _: None)
    assert gpu_load().text == "pip install nvidia-ml-py"
    monkeypatch.setattr("dlstudio.cli.environment.find_spec", lambda name: name == "pynvml")
    assert gpu_load().mark == "good"


def test_doctor_names_the_command_for_what_is_missing() -> None:
    assert package("dlstudio-no-such-package", "export").text == "missing: pip install dlstudio[export]"
    assert package("dlstudio-no-such-package", "export").mark == "missing"
    assert package("dlstudio-no-such-package", "").mark == "bad"


def test_doctor_fails_when_something_needed_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlstudio.cli.environment.requirements", lambda: [("dlstudio-no-such-package", "")])
    done = run("doctor")
    assert done.exit_code == 1
    assert "1 to mend: dlstudio-no-such-package" in done.stdout


def test_doctor_knows_the_dependencies_of_an_installed_package(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["torch<3,>=2.8", 'onnx>=1.17; extra == "export"', "pytest; extra == 'test'"]
    monkeypatch.setattr("dlstudio.cli.environment.clone", dict)
    monkeypatch.setattr("dlstudio.cli.environment.metadata.requires", lambda _: lines)
    assert requirements() == [("torch", ""), ("onnx", "export")]


def test_a_program_mistake_shows_its_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("dlstudio.cli.summary.project", broken)
    assert isinstance(run("summary", "x").exception, ZeroDivisionError)


def test_ctrl_c_ends_with_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dlstudio.cli.summary.project", interrupted)
    assert run("summary", "x").exit_code == 130
    monkeypatch.setattr("dlstudio.cli.app.run", interrupted)
    assert cli.main() == 130


def test_the_entry_returns_the_exit_code(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["dlstudio", "--version"])
    assert cli.main() == 0
    monkeypatch.setattr(sys, "argv", ["dlstudio", "check", "missing.dls"])
    assert cli.main() == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_process_ends_as_the_command_does(sound: Path, wrong: Path) -> None:
    done = process("check", str(sound))
    assert (done.returncode, done.stderr) == (0, "")
    done = process("check", str(wrong))
    assert (done.returncode, done.stderr) == (1, "")
    done = process("summary", "missing.dls")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_nothing_is_coloured_in_a_pipe(sound: Path, wrong: Path) -> None:
    for arguments in (("summary", sound), ("code", sound), ("check", wrong), ("--help",)):
        assert "\x1b" not in process(*map(str, arguments)).stdout


def test_light_commands_load_neither_torch_nor_qt(sound: Path) -> None:
    script = (
        "import sys; from dlstudio.cli import main; code = main(); "
        "print(*{'torch', 'numpy', 'PySide6'} & set(sys.modules), file=sys.stderr); sys.exit(code)"
    )
    for arguments in (["--help"], ["summary", str(sound)], ["check", str(sound)], ["code", str(sound)], ["templates"]):
        command = [sys.executable, "-c", script, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY)
        assert (done.returncode, done.stderr) == (0, "\n")


def test_help_loads_no_compiler() -> None:
    script = (
        "import sys; from dlstudio.cli import main; code = main(); "
        "assert 'networkx' not in sys.modules and 'dlstudio.compiler' not in sys.modules; sys.exit(code)"
    )
    assert subprocess.run([sys.executable, "-c", script, "--help"], capture_output=True, cwd=REPOSITORY).returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="pipes break differently there")
@pytest.mark.parametrize(
    "arguments", [("code", "PROJECT"), ("summary", "PROJECT"), ("--help",), ("check", "PROJECT", "--json")]
)
def test_a_reader_that_leaves_early_is_no_traceback(sound: Path, arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "dlstudio", *(str(sound) if each == "PROJECT" else each for each in arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPOSITORY) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait() == 1


@pytest.mark.skipif(os.name == "nt", reason="there are no such terminals")
def test_a_terminal_gets_colours_unless_it_wants_none(sound: Path) -> None:
    coloured = on_terminal(["code", str(sound)], {"TERM": "xterm-256color"})
    assert "\x1b[" in coloured
    assert "\x1b[" not in on_terminal(["code", str(sound)], {"TERM": "xterm-256color", "NO_COLOR": "1"})


def on_terminal(arguments: list[str], more: dict[str, str]) -> str:
    """What a command writes to a terminal."""
    import pty

    ours, theirs = pty.openpty()
    free = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    command = [sys.executable, "-m", "dlstudio", *arguments]
    done = subprocess.run(command, stdout=theirs, stdin=theirs, cwd=REPOSITORY, env={**free, **more})
    os.close(theirs)
    with os.fdopen(ours, "rb") as screen:
        text = screen.read1(1 << 16).decode()
    assert done.returncode == 0
    return text


def test_a_terminal_without_our_letters_gets_others_and_no_crash(sound: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "dlstudio", "summary", str(sound)]
    done = subprocess.run(command, capture_output=True, cwd=REPOSITORY, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"4?6?6" in done.stdout


@pytest.mark.parametrize(("typed", "offered"), [("dlstudio che", "check"), ("dlstudio summary --ba", "--batch")])
def test_the_shell_completes(typed: str, offered: str) -> None:
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1), "_DLSTUDIO_COMPLETE": "complete_bash"}
    command = [sys.executable, "-m", "dlstudio"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, env={**os.environ, **words})
    assert done.stdout.split() == [offered]


@pytest.mark.usefixtures("gallery")
def test_a_template_is_completed_where_a_project_may_stand(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for typed in ("dlstudio len", "dlstudio summary len"):
        monkeypatch.setenv("COMP_WORDS", typed)
        monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - 1))
        done = CliRunner().invoke(app, [], prog_name="dlstudio", env={"_DLSTUDIO_COMPLETE": "complete_bash"})
        assert done.stdout.split() == ["lenet5"]
