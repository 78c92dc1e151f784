"""The public face: `import dlstudio as dl` costs nothing, and every call of it says what it promises."""

import ast
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import torch

import dlstudio as dl
from dlstudio.core import version
from dlstudio.core.templates import templates

REPOSITORY = Path(__file__).resolve().parent.parent
HEAVY = {"torch", "numpy", "PySide6", "pyqtgraph", "networkx", "typer", "rich"}


def loaded_after(code: str) -> set[str]:
    """Which of the heavy packages are loaded after some code ran in a fresh process."""
    script = f"import sys\n{code}\nprint(*set({sorted(HEAVY)!r}) & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.fixture
def gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of templates in place of our own."""
    folder = tmp_path / "templates"
    folder.mkdir()
    monkeypatch.setattr("dlstudio.core.templates.resource", tmp_path.joinpath)
    for stem, name in (("lenet5", "LeNet-5"), ("xor", "Exclusive or")):
        made = dl.line("input 2 > fc 3 > fc 1")
        dl.save(dl.Project(name=name, networks=made.networks), folder / f"{stem}.dls")
    return folder


def test_importing_loads_nothing_heavy() -> None:
    assert loaded_after("import dlstudio as dl; dl.__all__; dir(dl)") == set()


def test_checking_and_counting_load_neither_torch_nor_qt() -> None:
    calls = "dl.check(p); dl.summary(p); dl.source(p); dl.templates()"
    assert loaded_after(f"import dlstudio as dl; p = dl.line('input 4 > fc 3'); {calls}") <= {"networkx"}


def test_every_public_name_is_there() -> None:
    for name in dl.__all__:
        assert getattr(dl, name) is not None
    assert set(dl.__all__) <= set(dir(dl))


def test_type_checkers_see_what_runs() -> None:
    """Each name's home at run time is where the block for type checkers imports it from."""
    tree = ast.parse((REPOSITORY / "dlstudio" / "__init__.py").read_text("utf-8"))
    block = next(part for part in tree.body if isinstance(part, ast.If))
    imports = [part for part in block.body if isinstance(part, ast.ImportFrom)]
    runs = {name: f"dlstudio.{home}" for name, home in dl._HOMES.items()}
    assert {alias.name: part.module for part in imports for alias in part.names} == runs
    assert set(dl.__all__) == set(runs) | {"source", "__version__"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'trian'"):
        dl.trian  # type: ignore[attr-defined] # noqa: B018


def test_a_line_becomes_a_module_whose_keys_start_with_node_names() -> None:
    project = dl.line("input 1x8x8 > conv 4 3 > relu > flatten > fc 2")
    assert dl.check(project) == []
    module = dl.build(project)
    assert {key.split(".")[0] for key in module.state_dict()} == {"conv1", "linear1"}
    assert module(torch.zeros(5, 1, 8, 8)).shape == (5, 2)
    assert dl.summary(project).parameters == sum(p.numel() for p in module.parameters())


def test_the_source_needs_torch_alone() -> None:
    source = dl.source(dl.line("input 4 > fc 3"))
    assert isinstance(source, str)
    assert {line.split()[1] for line in source.splitlines() if line.startswith(("import", "from"))} == {"torch"}
    compile(source, "source", "exec")


def test_a_project_survives_the_file(tmp_path: Path) -> None:
    project = dl.line("input 4 > fc 3")
    dl.save(project, tmp_path / "a.dls")
    assert dl.load(tmp_path / "a.dls") == project
    assert isinstance(dl.load(str(tmp_path / "a.dls")), dl.Project)


def test_mistakes_are_project_problems(tmp_path: Path) -> None:
    with pytest.raises(dl.ProjectProblem):
        dl.load(tmp_path / "missing.dls")
    with pytest.raises(dl.ProjectProblem):
        dl.line("input 4 > nothing like this")
    with pytest.raises(dl.ProjectProblem):
        dl.build(dl.Project())
    with pytest.raises(dl.ProjectProblem, match="critic"):
        dl.source(dl.line("input 4 > fc 3"), "critic")


@pytest.mark.usefixtures("gallery")
@pytest.mark.parametrize("name", ["lenet5", "LeNet-5", "lenet 5", "LENET5"])
def test_a_template_is_found_by_its_name_and_by_its_title(name: str) -> None:
    assert dl.template(name).name == "LeNet-5"


@pytest.mark.usefixtures("gallery")
def test_a_title_unlike_the_name_is_found_too() -> None:
    assert dl.templates() == ["lenet5", "xor"]
    assert dl.template("exclusive OR") == dl.template("xor")


@pytest.mark.usefixtures("gallery")
@pytest.mark.parametrize(
    ("name", "says"), [("lenet", "Did you mean “lenet5”"), ("quux", "dlstudio templates"), ("", "no template “”")]
)
def test_an_unknown_template_names_the_closest(name: str, says: str) -> None:
    with pytest.raises(dl.ProjectProblem, match=says):
        dl.template(name)


def test_without_templates_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlstudio.core.templates.resource", tmp_path.joinpath)
    assert templates() == []
    with pytest.raises(dl.ProjectProblem, match="came without templates"):
        dl.template("lenet5")


def test_the_version_is_the_one_of_this_clone() -> None:
    declared = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert dl.__version__ == declared


def test_a_copy_that_nothing_declares_has_an_unknown_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(version, "clone", dict)
    monkeypatch.setattr(metadata, "version", absent)
    assert version.version() == version.UNKNOWN


def test_an_installed_package_says_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "clone", dict)
    monkeypatch.setattr(metadata, "version", lambda name: f"{name} 7.8")
    assert version.version() == "dlstudio 7.8"


@pytest.mark.parametrize("text", ["", "not [toml", "[project]\nname = 'other'\nversion = '9'"])
def test_a_neighbouring_project_is_not_taken_for_the_clone(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert version.clone(tmp_path / "dlstudio") == {}
