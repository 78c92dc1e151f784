"""Checkpoints: there whole or not at all, never a pickle, and one before is used where one is damaged."""

import json
import os
import random
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.runs.entry import checksum

LIMITED = """
import resource, signal, sys, torch
from pathlib import Path
from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.checkpoints import Checkpoints
kept = Checkpoints(Path(sys.argv[1]))
small = {"weights": {"w": torch.ones(10)}, "state": {"step": 1}}
kept.save(1, **small)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
large = {"w": torch.ones(100_000)}
for each in ({"weights": large, "state": {}}, {"weights": {}, "state": large}):
    try:
        kept.save(2, **each)
    except ProjectProblem as problem:
        print(problem)
kept.save(3, **small)
"""


@pytest.fixture
def kept(tmp_path: Path) -> Checkpoints:
    return Checkpoints(tmp_path / "checkpoints")


def save(kept: Checkpoints, *steps: int, best: int | None = None) -> None:
    for step in steps:
        kept.save(step, weights={"w": torch.full((4,), float(step))}, state={"step": step}, best=step == best)


def steps(kept: Checkpoints) -> list[int]:
    return [entry.step for entry in kept.list()]


def hidden(kept: Checkpoints) -> list[Path]:
    return [each for each in kept.folder.iterdir() if each.name.startswith(".")]


def optimizer() -> tuple[nn.Module, torch.optim.Optimizer]:
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
    adam = torch.optim.Adam(model.parameters(), lr=0.01, betas=(0.9, 0.99))
    for _ in range(3):
        adam.zero_grad()
        model(torch.randn(5, 3)).sum().backward()
        adam.step()
    return model, adam


def test_weights_and_states_come_back_bit_by_bit(kept: Checkpoints) -> None:
    model, adam = optimizer()
    state = {
        "optimizer": adam.state_dict(),
        "random": [torch.get_rng_state(), list(random.getstate()[1])],
        "position": {"step": 3, "epoch": 0, "best": float("inf"), "name": "β", "done": False, "none": None},
        "pair": (1, 2.5),
        "ordered": OrderedDict(a=1),
    }
    kept.save(3, weights=model.state_dict(), state=state)
    entry, weights, found, warnings = kept.load_latest()
    assert entry is not None
    assert (entry.step, warnings) == (3, ())
    assert weights.keys() == model.state_dict().keys()
    assert all(torch.equal(weights[name], tensor) for name, tensor in model.state_dict().items())
    assert found["position"] == state["position"]
    assert (found["pair"], found["ordered"]) == ((1, 2.5), {"a": 1})
    assert torch.equal(found["random"][0], torch.get_rng_state())
    assert found["random"][1] == list(random.getstate()[1])
    other, again = optimizer()
    other.load_state_dict(weights)
    again.load_state_dict(found["optimizer"])
    for one, two in zip(adam.state.values(), again.state.values(), strict=True):
        assert all(torch.equal(one[key], two[key]) for key in one)


def test_tied_weights_views_and_odd_layouts_are_kept(kept: Checkpoints) -> None:
    whole = torch.arange(12.0).reshape(3, 4)
    weights = {"a": whole, "b": whole, "t": whole.t(), "row": whole[1], "none": torch.empty(0), "one": torch.tensor(3)}
    weights["half"] = whole.to(torch.bfloat16)
    kept.save(1, weights=weights, state={"view": whole[0], "big": torch.ones(100_000)[:2]})
    _, found, state, _ = kept.load_latest()
    assert all(torch.equal(found[name], tensor) for name, tensor in weights.items())
    assert torch.equal(state["view"], whole[0])
    assert (kept.list()[0].path / "state.pt").stat().st_size < 10_000


def test_the_last_few_and_the_best_are_kept(kept: Checkpoints) -> None:
    save(kept, 1, 2, 3, 4, 5, 6, best=2)
    assert [(entry.step, entry.best) for entry in kept.list()] == [(2, True), (4, False), (5, False), (6, False)]
    save(kept, 7, best=7)
    assert [(entry.step, entry.best) for entry in kept.list()] == [(5, False), (6, False), (7, True)]
    best, latest = kept.best(), kept.latest()
    assert best is not None
    assert latest is not None
    assert best.step == latest.step == 7
    assert hidden(kept) == []


def test_without_a_checkpoint_there_is_nothing_to_load(kept: Checkpoints) -> None:
    assert (kept.list(), kept.latest(), kept.best()) == ([], None, None)
    assert kept.load_latest() == (None, {}, {}, ())


def test_a_step_that_is_saved_again_takes_the_place_of_the_first(kept: Checkpoints) -> None:
    save(kept, 5)
    kept.save(5, weights={"w": torch.zeros(4)}, state={})
    assert kept.load_latest().weights["w"].tolist() == [0, 0, 0, 0]
    kept.truncate(4)
    assert steps(kept) == []


def test_a_training_that_went_back_goes_on_from_where_it_was_last(kept: Checkpoints) -> None:
    save(kept, 10, 20, 30)
    kept.truncate(20)
    save(kept, 25)
    assert steps(kept) == [10, 20, 25]
    save(kept, 5)
    entry = kept.latest()
    assert entry is not None
    assert entry.step == 5


@pytest.mark.parametrize("file", ["weights.safetensors", "state.pt", "manifest.json"])
@pytest.mark.parametrize("how", ["cut", "flipped", "empty", "gone"])
def test_of_a_damaged_checkpoint_the_one_before_is_used_and_it_says_so(kept: Checkpoints, file: str, how: str) -> None:
    save(kept, 1, 2, 3)
    damage(kept.list()[-1].path / file, how)
    entry, weights, state, warnings = kept.load_latest()
    assert entry is not None
    assert (entry.step, weights["w"].tolist(), state) == (2, [2.0] * 4, {"step": 2})
    assert len(warnings) == 1
    assert "000003-step-3 is damaged" in warnings[0]
    save(kept, 3)
    assert kept.load_latest().state == {"step": 3}
    assert kept.load_latest().warnings == ()


def damage(path: Path, how: str) -> None:
    data = path.read_bytes()
    if how == "gone":
        path.unlink()
    elif how == "flipped":
        middle = len(data) // 2
        path.write_bytes(data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :])
    else:
        path.write_bytes(b"" if how == "empty" else data[: len(data) // 2])


def test_a_damaged_checkpoint_that_was_asked_for_is_refused(kept: Checkpoints) -> None:
    save(kept, 1)
    [entry] = kept.list()
    damage(entry.path / "weights.safetensors", "cut")
    with pytest.raises(ProjectProblem, match=r"checkpoint of step 1 is damaged: weights.safetensors"):
        kept.load(entry)
    with pytest.raises(ProjectProblem, match=r"No checkpoint in .* can be read"):
        kept.load_latest()


@pytest.mark.parametrize("manifest", ["{}", "[]", '{"step": "x", "best": 1, "time": 0, "sha256": {}}', "null"])
def test_a_manifest_that_says_too_little_is_damage(kept: Checkpoints, manifest: str) -> None:
    save(kept, 1, 2)
    (kept.list()[-1].path / "manifest.json").write_text(manifest)
    assert kept.load_latest().state == {"step": 1}
    assert steps(kept) == [1]


def test_a_manifest_names_no_files_outside(kept: Checkpoints) -> None:
    save(kept, 1)
    path = kept.list()[0].path / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["sha256"]["../../secret"] = "0" * 64
    path.write_text(json.dumps(manifest))
    with pytest.raises(ProjectProblem, match="manifest"):
        kept.load_latest()


class Evil:
    def __reduce__(self) -> Any:
        return os.system, ("touch evil",)


def test_a_pickle_in_a_checkpoint_is_never_run(
    kept: Checkpoints, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save(kept, 1)
    path = kept.list()[0].path
    torch.save({"x": Evil()}, path / "state.pt")
    manifest = json.loads((path / "manifest.json").read_text())
    manifest["sha256"]["state.pt"] = checksum(path / "state.pt")
    (path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ProjectProblem, match="cannot be read"):
        kept.load_latest()
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("value", [Evil(), {1, 2}, lambda: 1, {(1, 2): 3}, [{"x": object()}]])
def test_what_only_a_pickle_could_hold_is_a_mistake_of_ours(kept: Checkpoints, value: object) -> None:
    with pytest.raises(TypeError, match=r"state\['x'\]"):
        kept.save(1, weights={}, state={"x": value})
    assert not kept.folder.exists()


def test_a_disk_without_room_is_told_and_the_old_ones_stay(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Checkpoints(small_disk / "checkpoints")
    save(kept, 1, 2)
    before = sorted(small_disk.rglob("*"))
    large: dict[str, Tensor] = {"w": torch.ones(400_000)}
    for weights, state in ((large, {}), ({}, large)):
        with pytest.raises(ProjectProblem, match="step 3 could not be written: the disk is full"):
            kept.save(3, weights=weights, state=state)
    monkeypatch.setattr(Checkpoints, "_room", lambda *_: None)  # another program was quicker: it ends in the middle
    for weights, state in ((large, {}), ({}, large)):
        with pytest.raises(ProjectProblem, match="step 3 could not be written: the disk is full"):
            kept.save(3, weights=weights, state=state)
    assert sorted(small_disk.rglob("*")) == before
    assert kept.load_latest().state == {"step": 2}
    save(kept, 4)
    assert steps(kept) == [1, 2, 4]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_a_file_that_may_not_grow_is_told_and_leaves_nothing(kept: Checkpoints) -> None:
    done = subprocess.run([sys.executable, "-c", LIMITED, str(kept.folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("step 2 could not be written: the disk is full") == 2
    assert steps(kept) == [1, 3]
    assert hidden(kept) == []


def test_a_read_only_folder_is_told_and_can_be_loaded_from(
    kept: Checkpoints, read_only: Callable[[Path], Path]
) -> None:
    save(kept, 1)
    copy = Checkpoints(read_only(kept.folder))
    with pytest.raises(ProjectProblem, match="no right to it"):
        save(copy, 2)
    assert copy.load_latest().state == {"step": 1}


def test_what_a_killed_process_left_is_swept_away_by_the_next_save(kept: Checkpoints) -> None:
    save(kept, 1)
    for name in (".part-123", ".gone-000009-step-9"):
        (kept.folder / name).mkdir()
        (kept.folder / name / "weights.safetensors").write_bytes(b"half")
    assert steps(kept) == [1]
    save(kept, 2)
    assert hidden(kept) == []


def test_foreign_things_among_the_checkpoints_are_left_alone(kept: Checkpoints) -> None:
    save(kept, 1)
    (kept.folder / "notes.txt").write_text("mine")
    (kept.folder / "000-mine").mkdir()
    (kept.folder / "000007-step-7").write_text("a file")
    save(kept, 2, 3, 4, 5)
    assert steps(kept) == [3, 4, 5]
    assert (kept.folder / "notes.txt").exists()
    assert (kept.folder / "000-mine").exists()
