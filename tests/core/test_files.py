"""The file format: nothing is lost, equal projects are equal text, and whatever is broken is said in a sentence."""

import errno
import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlstudio.core import files, migrate, resources
from dlstudio.core.document import Network, Node, Point, Project, Sheet, Wire, natural
from dlstudio.core.edits import in_order
from dlstudio.core.files import autosave, discard, dumps, load, loads, recover, save, shadow
from dlstudio.core.frozen import Frozen, freeze, same
from dlstudio.core.issue import ProjectProblem
from tests.core import strategies as some

LENET = Project(
    name="LeNet-5",
    notes="After LeCun 1998.",
    networks=Frozen(
        {
            "model": Network.of(
                [
                    Node("input1", "Input", freeze({"size": [1, 28, 28]})),
                    Node("conv10", "Conv2d", freeze({"out_channels": 16}), note="the second"),
                    Node("conv2", "Conv2d", freeze({"out_channels": 6, "kernel_size": [5, 5]}), muted=True),
                    Node("output1", "Output"),
                ],
                [
                    Wire("input1", "y", "conv2", "x"),
                    Wire("conv2", "y", "conv10", "x"),
                    Wire("conv10", "y", "output1", "x"),
                ],
            )
        }
    ),
    training=freeze({"epochs": 3, "optimizer": {"kind": "Adam", "lr": 0.001}}),
    sheets=Frozen({"model": Sheet(Frozen({"conv10": Point(2.5, -0.0), "conv2": Point(1.0, 40)}))}),
)

TEXT = """\
{
  "format": 1,
  "name": "LeNet-5",
  "networks": {
    "model": {
      "nodes": {
        "conv2": {"fields": {"kernel_size": [5, 5], "out_channels": 6}, "kind": "Conv2d", "muted": true},
        "conv10": {"fields": {"out_channels": 16}, "kind": "Conv2d", "note": "the second"},
        "input1": {"fields": {"size": [1, 28, 28]}, "kind": "Input"},
        "output1": {"kind": "Output"}
      },
      "wires": [
        ["input1", "y", "conv2", "x"],
        ["conv2", "y", "conv10", "x"],
        ["conv10", "y", "output1", "x"]
      ]
    }
  },
  "notes": "After LeCun 1998.",
  "training": {"epochs": 3, "optimizer": {"kind": "Adam", "lr": 0.001}},
  "layout": {
    "sheets": {
      "model": {
        "positions": {
          "conv2": [1, 40],
          "conv10": [2.5, 0]
        }
      }
    }
  }
}
"""


def test_a_project_reads_as_it_was_designed_to():
    assert dumps(LENET) == TEXT
    assert loads(TEXT) == LENET


@given(some.projects)
def test_what_is_written_is_read_back_the_same(project):
    text = dumps(project)
    back = loads(text)
    assert back == project
    assert dumps(back) == text


@given(some.values)
def test_values_keep_their_types(value):
    back = loads(dumps(Project(data=Frozen({"value": value})))).data["value"]
    assert same(back, value)


@given(some.projects, st.randoms(use_true_random=False))
def test_the_order_in_which_a_project_was_made_does_not_show(project, chance):
    def shuffled(mapping):
        items = list(mapping.items())
        chance.shuffle(items)
        return Frozen(items)

    networks = {
        name: Network.of(
            chance.sample(list(n.nodes.values()), len(n.nodes)),
            chance.sample(list(n.wires), len(list(n.wires))),
            kind=n.kind,
            arguments=shuffled(n.arguments),
            note=n.note,
            extra=shuffled(n.extra),
        )
        for name, n in shuffled(project.networks).items()
    }
    other = Project(
        name=project.name,
        notes=project.notes,
        networks=Frozen(networks),
        data=shuffled(project.data),
        training=project.training,
        search=project.search,
        sheets=shuffled(project.sheets),
        panels=shuffled(project.panels),
        extra=shuffled(project.extra),
    )
    assert other == project
    assert dumps(other) == dumps(project)


@given(some.networks())
def test_each_node_and_each_wire_has_a_line(network):
    bare = replace(network, arguments=Frozen(), extra=Frozen())
    lines = [line.strip().rstrip(",") for line in dumps(Project(networks=Frozen({"m": bare}))).split("\n")]
    nodes = [json.loads(f"{{{line}}}") for line in lines if line.startswith('"') and '"kind": ' in line]
    wires = [json.loads(line) for line in lines if line.startswith("[")]
    assert [name for node in nodes for name in node if name != "kind"] == in_order(network.nodes)
    assert [Wire(*wire) for wire in wires] == sorted(network.wires, key=lambda w: tuple(map(natural, (*w[2:], *w[:2]))))


def test_keys_of_a_newer_program_are_kept_everywhere():
    text = """{"format": 1, "new1": [1], "networks": {"m": {"new2": {}, "nodes": {"a": {"kind": "?", "new3": null}}}},
    "layout": {"new4": 1.0, "sheets": {"m": {"new5": "e", "frames": {"f": {"rect": [0, 0, 1, 1], "new6": true}}}}}}"""
    once = dumps(loads(text))
    for key in range(1, 7):
        assert f'"new{key}"' in once
    assert dumps(loads(once)) == once


def test_a_file_with_a_format_alone_is_an_empty_project():
    assert loads('{"format": 1}') == Project()


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm():
    assert loads("\ufeff" + TEXT.replace("\n", "\r\n")) == LENET


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty"),
        (" \n\t", "The file is empty"),
        ("3", "holds 3, not a project"),
        ("[]", "holds a list, not a project"),
        ("null", "holds null, not a project"),
        ("{}", "names no format"),
        ('{"format": 7}', "a newer dlstudio (format 7; this one reads up to 1). Update dlstudio to open it."),
        ('{"format": ' + "9" * 400 + "}", "a newer dlstudio (format very large"),
        ('{"format": true}', "format: must be a whole number"),
        ('{"format": "1"}', "format: must be a whole number"),
        ('{"format": 1.0}', "format: must be a whole number"),
        ('{"format": 0}', "format: must be a whole number"),
        ("import torch", "line 1, column 1"),
        ('{"format": 1,\n "a" 3}', "line 2, column 6"),
        (TEXT[:300], "ends too early"),
        (TEXT.rstrip()[:-1], "ends too early"),
        (TEXT + "}", "line 32, column 1"),
        ('{"format": 1, "data": {"a": {"b": [1, {"c": 1, "c": 2}]}}}', 'data.a.b[1]: the key "c" stands there twice'),
        ('{"format": 1, "format": 1}', 'project: the key "format" stands there twice'),
        ('{"format": 1, "data": {"lr": NaN}}', "data.lr: must be a finite number"),
        ('{"format": 1, "data": {"lr": -Infinity}}', "data.lr: must be a finite number"),
        ('{"format": 1, "data": {"lr": 1e999}}', "data.lr: must be a finite number"),
        ('{"format": 1, "data": {"n": ' + "9" * 5000 + "}}", "data.n: must be a finite number"),
        ('{"format": 1, "data": {"t": "\\ud800"}}', "data.t: holds half of a character"),
        ('{"format": 1, "data": {"\\udc00": 1}}', "data: holds half of a character"),
        ('{"format": 1, "data": ' + '{"a":' * 70 + "1" + "}" * 71, "nested deeper than 60"),
        ('{"format": 1, "data": ' + "[" * 90000, "nested too deeply"),
        ('{"format": 1, "name": 3}', "name: must be a text, not 3"),
        ('{"format": 1, "name": null}', "name: must be a text, not null"),
        ('{"format": 1, "data": []}', "data: must be an object in {}, not a list"),
        ('{"format": 1, "networks": 1}', "networks: must be an object in {}, not 1"),
        ('{"format": 1, "networks": {"m": "x"}}', "networks.m: must be an object in {}, not “x”"),
        (
            '{"format": 1, "networks": {"m": {"nodes": {"a b": {"kind": 3}}}}}',
            'networks.m.nodes."a b".kind: must be a text',
        ),
        ('{"format": 1, "networks": {"m": {"nodes": {"a": {}}}}}', "networks.m.nodes.a: has no kind"),
        (
            '{"format": 1, "networks": {"m": {"nodes": {"a": {"kind": "", "muted": 1}}}}}',
            "a.muted: must be true or false",
        ),
        (
            '{"format": 1, "networks": {"m": {"nodes": {"a": {"kind": "", "fields": 1}}}}}',
            "a.fields: must be an object",
        ),
        ('{"format": 1, "networks": {"m": {"wires": {}}}}', "networks.m.wires: must be a list, not an object"),
        (
            '{"format": 1, "networks": {"m": {"wires": [["a", "y", "b"]]}}}',
            "networks.m.wires[0]: must be a wire such as",
        ),
        ('{"format": 1, "networks": {"m": {"wires": [["a", "y", "b", 1]]}}}', "networks.m.wires[0]: must be a text"),
        (
            '{"format": 1, "layout": {"sheets": {"m": {"positions": {"a": [1]}}}}}',
            "positions.a: must be 2 numbers in []",
        ),
        ('{"format": 1, "layout": {"sheets": {"m": {"positions": {"a": [1, true]}}}}}', "a: must be 2 numbers in []"),
        ('{"format": 1, "layout": {"sheets": {"m": {"positions": {"a": [1, "2"]}}}}}', "a: must hold numbers, not “2”"),
        (
            '{"format": 1, "layout": {"sheets": {"m": {"positions": {"a": [1, 1' + "0" * 400 + "]}}}}}",
            "a: lies too far out",
        ),
        ('{"format": 1, "layout": {"sheets": {"m": {"notes": {"a": {}}}}}}', "notes.a: has no rect"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text, said):
    with pytest.raises(ProjectProblem) as caught:
        loads(text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("project", "said"),
    [
        (Project(data=Frozen({"lr": float("nan")})), "data.lr: must be a finite number"),
        (Project(data=Frozen({"a": (1, float("inf"))})), "data.a[1]: must be a finite number"),
        (Project(data=Frozen({"a": "\ud800"})), "data.a: holds half of a character"),
        (Project(name="\udfff"), "name: holds half of a character"),
        (Project(data=Frozen({"a": 10**1000})), "data.a: is a number of more than 1,000 digits"),
        (Project(data=Frozen({"a": object()})), "data.a: holds a object"),
        (Project(data=Frozen({"a": Frozen({1: 2})})), "data.a: must be a text, not 1"),
        (Project(extra=Frozen({"data": 1})), "project: keeps an extra “data”"),
        (Project(networks=Frozen({"m": Network(nodes=Frozen({"a": Node("b", "X")}))})), "networks.m.nodes.a: the node"),
    ],
)
def test_what_no_file_can_hold_is_not_written(project, said, tmp_path):
    path = tmp_path / "a.dls"
    path.write_text("as it was")
    with pytest.raises(ProjectProblem, match=r"a\.dls was not saved: ") as caught:
        save(project, path)
    assert said in str(caught.value)
    assert path.read_text() == "as it was"


def test_wires_from_and_to_nothing_are_read():
    text = '{"format": 1, "networks": {"m": {"wires": [["a", "y", "b", "no such port"]]}}}'
    assert list(loads(text).networks["m"].wires) == [Wire("a", "y", "b", "no such port")]


# The disk.


def test_a_saved_project_is_loaded(tmp_path):
    save(LENET, tmp_path / "lenet.dls")
    assert load(tmp_path / "lenet.dls") == LENET
    assert load(str(tmp_path / "lenet.dls")) == LENET
    assert [file.name for file in tmp_path.iterdir()] == ["lenet.dls"]


def test_a_problem_names_the_file(tmp_path):
    path = tmp_path / "broken.dls"
    path.write_text('{"format": 1, "name": 3}')
    with pytest.raises(ProjectProblem, match=r"^broken\.dls: name: must be a text"):
        load(path)
    path.write_bytes(b'{"format": 1,\n"name": "\xff"}')
    with pytest.raises(ProjectProblem, match=r"^broken\.dls: line 2 is not text"):
        load(path)


@pytest.mark.parametrize(
    "name", ["missing.dls", "missing/a.dls", "folder", "pipe", "a\0b", "x" * 300, "loop", "file/a.dls"]
)
def test_what_cannot_be_opened_is_said(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ProjectProblem, match=r"could not be opened: .*; .*\.$"):
        load(tmp_path / name)


@pytest.mark.parametrize("name", ["missing/a.dls", "folder", "pipe", "a\0b", "x" * 300, "loop", "file/a.dls"])
def test_what_cannot_be_written_is_said_and_leaves_nothing(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ProjectProblem, match=r"could not be written: .*; .*\.$"):
        save(LENET, tmp_path / name)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch, call, number):
    path = tmp_path / "lenet.dls"
    save(LENET, path)
    old = path.read_bytes()

    def fail(*_args):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os if call == "fsync" else Path, call, fail)
    with pytest.raises(ProjectProblem, match=r"the disk is full|Input/output"):
        save(Project(name="other"), path)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_the_permissions_of_a_file_are_kept(tmp_path):
    path = tmp_path / "lenet.dls"
    save(LENET, path)
    path.chmod(0o640)
    save(Project(), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_permissions(tmp_path):
    save(LENET, tmp_path / "a.dls")
    (tmp_path / "b").touch()
    assert (tmp_path / "a.dls").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_link_is_written_through(tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "link.dls"
    link.symlink_to("real/lenet.dls")
    save(LENET, link)
    assert link.is_symlink()
    assert load(tmp_path / "real" / "lenet.dls") == LENET


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_what_may_not_be_written_is_left_alone(tmp_path, monkeypatch):
    path = tmp_path / "lenet.dls"
    save(LENET, path)
    monkeypatch.setattr(os, "access", lambda *_: False)  # as root, every file may be written
    with pytest.raises(ProjectProblem, match="you have no right to it"):
        save(Project(), path)
    assert load(path) == LENET


def test_a_kill_while_writing_leaves_the_old_or_the_new_file(tmp_path):
    path = tmp_path / "lenet.dls"
    save(LENET, path)
    script = f"""
import os
from dlstudio.core import files
os.fsync = lambda fd: os.kill(os.getpid(), 9)
files.save(files.Project(name="new"), {str(path)!r})
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], capture_output=True)
    assert done.returncode == -9, done.stderr
    assert load(path) == LENET


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "huge.dls"
    with path.open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(ProjectProblem, match=r"huge\.dls is larger than a project may be"):
        load(path)


def test_an_autosave_lies_beside_the_file_until_it_is_discarded(tmp_path):
    path = tmp_path / "lenet.dls"
    assert recover(path) is None
    autosave(LENET, path)
    assert shadow(path).parent == tmp_path
    assert not path.exists()
    assert recover(path) == LENET
    discard(path)
    discard(path)
    assert recover(path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_autosave_is_said(tmp_path):
    shadow(tmp_path / "a.dls").write_text("{")
    with pytest.raises(ProjectProblem, match=r"\.a\.dls\.autosave: The file ends too early"):
        recover(tmp_path / "a.dls")


# Migrations.


@pytest.fixture
def format3(monkeypatch):
    """Two more formats: the second calls the notes `notes`, not `remarks`; the third counts epochs from one."""
    monkeypatch.setattr(migrate, "FORMAT", 3)
    monkeypatch.setattr(migrate, "_steps", {})

    @migrate.migration(from_format=1)
    def rename_remarks(raw):
        return {"notes" if key == "remarks" else key: value for key, value in raw.items()}

    @migrate.migration(from_format=2)
    def count_from_one(raw):
        return {**raw, "training": {"epochs": raw["training"]["epochs"] + 1}}


@pytest.mark.usefixtures("format3")
def test_migrations_run_in_order_from_the_format_of_the_file():
    old = loads('{"format": 1, "remarks": "old", "training": {"epochs": 1}}')
    assert (old.notes, old.training) == ("old", {"epochs": 2})
    newer = loads('{"format": 2, "remarks": "kept", "training": {"epochs": 1}}')
    assert (newer.notes, newer.extra, newer.training) == ("", {"remarks": "kept"}, {"epochs": 2})
    assert loads('{"format": 3, "training": {"epochs": 1}}').training == {"epochs": 1}


@pytest.mark.usefixtures("format3")
@pytest.mark.parametrize("training", ["{}", "3", "[]", '{"epochs": "many"}'])
def test_a_file_that_cannot_be_migrated_is_said(training):
    with pytest.raises(ProjectProblem, match="of format 2 and cannot be brought up to format 3"):
        loads(f'{{"format": 1, "training": {training}}}')


@pytest.mark.usefixtures("format3")
def test_a_migration_is_written_once():
    with pytest.raises(TypeError, match="two migrations start from format 2"):
        migrate.migration(from_format=2)(dict)


def test_every_older_format_has_its_migration():
    assert sorted(migrate._steps) == list(range(1, migrate.FORMAT))


# Resources.


def test_resources_are_found_in_a_clone_and_in_a_wheel(tmp_path):
    assert resources.resource("constraints.txt").is_file()
    package = tmp_path / "site-packages" / "dlstudio"
    (tmp_path / "site-packages" / "resources").mkdir(parents=True)
    assert resources.root(package) == package / "_resources"
    (tmp_path / "site-packages" / "pyproject.toml").touch()
    assert resources.root(package) == tmp_path / "site-packages" / "resources"


def test_files_names_what_it_offers():
    assert set(files.__all__) >= {"dumps", "loads", "load", "save", "shadow", "autosave", "recover", "discard"}
