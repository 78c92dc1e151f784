"""The library: runs listed, chosen, ordered, compared, renamed, noted and deleted."""

import math
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import dlstudio as dl
from dlstudio.core.document import MODEL, Node, Project
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.comparison import FieldChange, compare, differences
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.library import choose, delete, find, list_runs, note, order, rename, summary
from dlstudio.runs.metrics import MetricWriter
from tests.runs.conftest import Create


def measured(run: RunFolder, **values: float) -> RunFolder:
    with MetricWriter(run.metrics) as writer:
        writer.append(1, values)
    return run


def names(root: Path) -> list[str]:
    return [run.name for run in list_runs(root)]


def test_runs_are_listed_with_what_became_of_them(create: Create, root: Path) -> None:
    measured(create("one", rate=0.1), loss=0.5).set_status("finished", "All done.", step=10, epoch=2)
    create("two")
    with create("three").lock():
        found = {run.name: run for run in list_runs(root)}
    assert list(found) == ["one", "two", "three"]
    one = found["one"]
    assert (one.status, one.reason, one.step, one.epoch) == ("finished", "All done.", 10, 2)
    assert (one.settings, one.metrics) == ({"rate": 0.1}, {"loss": 0.5})
    assert (found["two"].status, found["three"].status) == ("interrupted", "running")


def test_no_folder_of_runs_is_an_empty_list_and_a_file_a_sentence(tmp_path: Path) -> None:
    assert list_runs(tmp_path / "none") == []
    (tmp_path / "file").touch()
    with pytest.raises(ProjectProblem, match="could not be listed"):
        list_runs(tmp_path / "file")


def test_half_made_and_foreign_things_are_passed_over(create: Create, root: Path) -> None:
    create("good")
    for name in (".new-123", ".gone-9", "photos", "empty"):
        (root / name).mkdir()
    (root / "photos" / "state.json").write_text("{}")
    (root / "notes.txt").write_text("mine")
    (root / "link").symlink_to(root / "nowhere")
    assert names(root) == ["good"]


@pytest.mark.parametrize("file", ["state.json", "environment.json", "metrics.sqlite"])
@pytest.mark.parametrize("content", ["", "{", "[1]", '{"status": 3, "settings": 5}', "\0" * 5000, None])
def test_a_damaged_run_stays_in_the_list(create: Create, root: Path, file: str, content: str | None) -> None:
    run = measured(create("bad"), loss=1.0)
    create("good")
    if content is None:
        (run.path / file).unlink()
    else:
        (run.path / file).write_text(content)
    found = {each.name: each for each in list_runs(root)}
    assert found["good"].status == "interrupted"
    assert found["bad"].status in ("damaged", "interrupted")
    assert found["bad"].status == "interrupted" or found["bad"].reason
    delete(root, "bad")
    assert names(root) == ["good"]


def test_a_thousand_runs_are_listed_by_name_and_number(create: Create, root: Path) -> None:
    run = measured(create("run-0", seed=0), loss=0.5, accuracy=0.9)
    run.set_status("finished", step=10, epoch=1)
    for i in range(1, 1000):
        shutil.copytree(run.path, root / f"run-{i}")
    found = list_runs(root)
    assert [each.name for each in found] == [f"run-{i}" for i in range(1000)]
    assert all(each.metrics == {"loss": 0.5, "accuracy": 0.9} for each in found)


def test_runs_are_chosen_by_status_and_text(create: Create, root: Path) -> None:
    create("one", device="cuda").set_status("finished")
    create("two", device="cpu")
    note(root, "two", "Without Dropout")
    runs = list_runs(root)
    assert [run.name for run in choose(runs, status="finished")] == ["one"]
    assert [run.name for run in choose(runs, text="dropout")] == ["two"]
    assert [run.name for run in choose(runs, text="device=cuda")] == ["one"]
    assert choose(runs, status="failed", text="one") == []


def test_runs_are_ordered_by_column_metric_or_setting(create: Create, root: Path) -> None:
    for i, (loss, rate) in enumerate([(0.3, 0.1), (math.nan, 0.01), (0.1, 10), (0.2, 1)]):
        measured(create(f"r{9 + i}", rate=rate), loss=loss)
    create("none")
    runs = list_runs(root)

    def ordered(by: str, *, down: bool = False) -> list[str]:
        return [run.name for run in order(runs, by, down=down)]

    assert ordered("loss") == ["r11", "r12", "r9", "none", "r10"]
    assert ordered("loss", down=True) == ["r9", "r12", "r11", "none", "r10"]
    assert ordered("rate") == ["r10", "r9", "r12", "r11", "none"]
    assert ordered("name") == ["none", "r9", "r10", "r11", "r12"]
    assert ordered("started") == ["r9", "r10", "r11", "r12", "none"]


def test_two_runs_are_compared_node_by_node(create: Create, project: Project) -> None:
    network = project.networks[MODEL]
    nodes = dict(network.nodes)
    nodes["linear1"] = replace(nodes["linear1"], fields=nodes["linear1"].fields.put("out_features", 16))
    nodes["extra"] = Node("extra", "ReLU")
    del nodes["relu1"]
    kept = [wire for wire in network.wires if "relu1" not in (wire.source, wire.target)]
    changed = project.with_network(MODEL, type(network).of(nodes.values(), kept))
    changed = replace(changed, training=Frozen({"optimizer": Frozen({"kind": "Adam", "lr": 0.1})}))
    one = measured(create("one", seed=1, device="cpu"), loss=0.5, odd=math.nan)
    other = measured(create("other", of=changed, seed=2, device="cpu"), loss=0.25, odd=math.nan)
    found = compare(one, other)
    assert not found.same
    assert found.settings == {"seed": (1, 2)}
    assert found.training == {"optimizer.kind": (None, "Adam"), "optimizer.lr": (None, 0.1)}
    assert found.metrics == {"loss": (0.5, 0.25)}
    [change] = found.networks
    assert (change.network, change.added, change.removed) == (MODEL, ("extra",), ("relu1",))
    assert change.changed == (FieldChange("linear1", "out_features", 8, 16),)
    assert {wire.source for wire in change.wires_removed} == {"linear1", "relu1"}
    assert change.wires_added == ()
    back = compare(other, one).networks[0]
    assert (back.added, back.removed, back.wires_added) == (change.removed, change.added, change.wires_removed)


def test_moving_a_node_is_no_difference_and_a_new_network_is(create: Create, project: Project) -> None:
    moved = replace(project, panels=Frozen({"open": True}), notes="moved")
    assert compare(create("one"), create("two", of=moved)).same
    more = project.with_network("critic", dl.line("input 2 > fc 1").networks[MODEL])
    [change] = compare(create("three"), create("four", of=more)).networks
    assert change.network == "critic"
    assert set(change.added) == set(more.networks["critic"].nodes)


def test_differences_know_types_lists_and_emptiness() -> None:
    assert differences({"a": [1, 2], "b": {"c": {}}}, {"a": (1, 2), "b": {"c": {}}}) == {}
    assert differences({"a": 1}, {"a": True}) == {"a": (1, True)}
    assert differences({"a": {"b": None}}, {"a": {}}) == {"a": (None, {}), "a.b": (None, None)}


def test_a_run_is_found_by_its_name_alone(create: Create, root: Path) -> None:
    create("lenet-1")
    assert find(root, "lenet-1").name == "lenet-1"
    with pytest.raises(ProjectProblem, match=r"no run “lenet-2” in .* Did you mean “lenet-1”"):
        find(root, "lenet-2")
    with pytest.raises(ProjectProblem, match="cannot be named"):
        find(root / "sub", "../lenet-1")
    (root / "photos").mkdir()
    with pytest.raises(ProjectProblem, match="is no run"):
        delete(root, "photos")
    assert (root / "photos").exists()


def test_a_run_is_renamed_and_deleted_but_not_while_it_is_written(create: Create, root: Path) -> None:
    run = create("one")
    create("two")
    with run.lock():
        for change in (lambda: rename(root, "one", "three"), lambda: delete(root, "one")):
            with pytest.raises(ProjectProblem, match="“one” is being written"):
                change()
    with pytest.raises(ProjectProblem, match="already a run “two”"):
        rename(root, "one", "two")
    with pytest.raises(ProjectProblem, match="cannot be named"):
        rename(root, "one", "a/b")
    assert rename(root, "one", "three").project() == run.__class__(root / "two").project()
    assert names(root) == ["three", "two"]
    delete(root, "three")
    assert [each.name for each in root.iterdir()] == ["two"]


def test_a_note_is_kept_and_taken_away(create: Create, root: Path) -> None:
    run = create("one")
    note(root, "one", "ohne Dropout: β = 3\nzweite Zeile")
    assert summary(run).note == "ohne Dropout: β = 3\nzweite Zeile"
    run.set_status("finished")
    assert summary(run).note
    note(root, "one", "")
    note(root, "one", "")
    assert summary(run).note == ""


def test_a_list_is_made_while_runs_come_and_go(create: Create, root: Path) -> None:
    over = threading.Event()
    trouble: list[BaseException] = []

    def look() -> None:
        try:
            while not over.is_set():
                list_runs(root)
        except BaseException as error:
            trouble.append(error)
            raise

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for _ in range(30):
            measured(create("busy"), loss=1.0)
            delete(root, "busy")
    finally:
        over.set()
        looking.join()
    assert trouble == []


def test_a_read_only_library_is_listed_and_not_changed(create: Create, read_only: Callable[[Path], Path]) -> None:
    root = read_only(measured(create("one"), loss=1.0).path.parent)
    assert [run.metrics for run in list_runs(root)] == [{"loss": 1.0}]
    for change in (lambda: rename(root, "one", "two"), lambda: delete(root, "one"), lambda: note(root, "one", "x")):
        with pytest.raises(ProjectProblem, match="no right to it"):
            change()
    assert names(root) == ["one"]
