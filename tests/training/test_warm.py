"""Warm starts: weights come over by their names, bit for bit; what does not is named, and nothing is unpickled."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

import dlstudio as dl
from dlstudio.core import edits
from dlstudio.core.document import Project
from dlstudio.core.frozen import Value, freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.pairing import paired
from dlstudio.runs.warm import load_weights
from dlstudio.training.run import Run, open_run, train
from dlstudio.training.training import Training

SMALL = "input 1x8x8 > conv 4 3 > relu > flatten > fc 12 > relu > scores: fc 10"


def digits(text: str = SMALL, **training: Value) -> Project:
    settings = {"kind": "Supervised", "epochs": 1, "device": "cpu", **training}
    return replace(dl.line(text), data=freeze({"source": {"kind": "Digits"}}), training=freeze(settings))


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return train(digits(), runs=tmp_path_factory.mktemp("runs"), name="first")


def started(project: Project, folder: Path | None = None) -> Training:
    return Training.ready(project, folder=folder)


def first(project: Project, folder: Path | None = None) -> dict[str, Tensor]:
    """The weights with which a training begins."""
    return {name.removeprefix("model."): tensor for name, tensor in started(project, folder).weights().items()}


def test_lenet5_goes_on_elsewhere_with_a_last_layer_of_its_own_TRN_19_INI_10(tmp_path: Path) -> None:
    """Pretrained on a few digits; another project takes all but the last layer, which has other classes there."""
    lenet = replace(dl.template("lenet5"), data=freeze({"source": {"kind": "MNIST", "size": 200}}))
    source = train(lenet, runs=tmp_path / "runs", name="digits", epochs=1, device="cpu")
    nodes = list(lenet.networks["model"].nodes)
    last = next(
        name for name in reversed(nodes) if lenet.networks["model"].nodes[name].fields.get("out_features") == 10
    )
    other = edits.rename(lenet, "model", last, "verdict")
    start = {"from": "runs/digits", "rename": {last: "verdict"}}
    kept = first(replace(other, training=lenet.training.put("start", freeze(start))), tmp_path)
    there = source.model().state_dict()
    assert {name.replace("verdict", last) for name in kept} == there.keys()
    assert all(torch.equal(tensor, there[name.replace("verdict", last)]) for name, tensor in kept.items())
    pictures = np.random.default_rng(0).integers(0, 255, (50, 28, 28), dtype=np.uint8)
    np.savez(tmp_path / "five.npz", x=pictures, y=np.arange(50) % 5)
    smaller = replace(
        edits.put(other, "model", "verdict", out_features=5),
        data=freeze({"source": {"kind": "Arrays", "file": "five.npz"}}),
        training=lenet.training.put("start", freeze(start)),
    )
    training = started(smaller, tmp_path)
    assert training.warm is not None
    assert [str(misfit) for misfit in training.warm.misfits] == [
        "verdict.weight is 5×84 here and 10×84 there",
        "verdict.bias is 5 here and 10 there",
    ]
    assert "8 of 10 weights come from the run digits (step" in str(training.warm)
    for name in training.warm.taken:
        assert torch.equal(training.weights()[f"model.{name}"], there[name])


def test_at_step_0_the_loss_is_the_source_models_TRN_19(pretrained: Run, tmp_path: Path) -> None:
    start: dict[str, Value] = {"from": str(pretrained.path), "which": "latest"}
    still: dict[str, Value] = {"optimizer": {"kind": "SGD", "lr": 0.0}}
    run = train(digits(start=start, **still), runs=tmp_path)
    assert run.metrics("validation/loss")[1][-1] == pretrained.metrics("validation/loss")[1][-1]


def test_frozen_nodes_keep_what_they_took_over_TRN_21(pretrained: Run, tmp_path: Path) -> None:
    run = train(digits(start={"from": str(pretrained.path)}, frozen=["conv1", "linear1"]), runs=tmp_path, steps=5)
    there, here = pretrained.model().state_dict(), run.model(best=False).state_dict()
    assert [name for name in here if not torch.equal(here[name], there[name])] == ["scores.weight", "scores.bias"]


def test_the_report_stays_in_the_run_and_is_said_in_one_line(pretrained: Run, tmp_path: Path) -> None:
    text = SMALL.replace("scores: fc 10", "verdict: fc 10")
    heard: list[Any] = []
    run = train(digits(text, start={"from": str(pretrained.path)}), runs=tmp_path, steps=1, tell=heard.append)
    said = next(each for each in heard if "weights come from" in str(each))
    assert "4 of 6 weights come from the run first" in said
    assert "Not found there: verdict.weight, verdict.bias. Left over there: scores.bias, scores.weight." in said
    assert any(said in each for each in run.log)
    kept = run.folder.settings()["start"]
    assert kept["text"] == said
    assert kept["missing"] == ["verdict.weight", "verdict.bias"]
    assert kept["taken"] == ["conv1.weight", "conv1.bias", "linear1.weight", "linear1.bias"]


def test_a_resumed_run_asks_no_more_for_what_it_started_from(pretrained: Run, tmp_path: Path) -> None:
    save_file(pretrained.model().state_dict(), tmp_path / "w.safetensors")
    project = digits(start={"from": "w.safetensors"})
    whole = train(project, runs=tmp_path / "runs", folder=tmp_path)
    part = train(project, runs=tmp_path / "runs", folder=tmp_path, steps=5)
    (tmp_path / "w.safetensors").unlink()
    part.resume(steps=10**6)
    one, other = (run.model(best=False).state_dict() for run in (whole, part))
    assert all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("form", ["safetensors", "pt", "nested", "wrapped"])
def test_files_of_all_forms_give_the_same(form: str, pretrained: Run, tmp_path: Path) -> None:
    state = pretrained.model().state_dict()
    path = tmp_path / ("w.safetensors" if form == "safetensors" else "w.pth")
    if form == "safetensors":
        save_file(state, path)
    else:
        wrapped = {f"module.{name}": tensor for name, tensor in state.items()} if form == "wrapped" else state
        torch.save({"epoch": 3, "state_dict": wrapped} if form == "nested" else wrapped, path)
    kept = first(digits(start={"from": path.name}), tmp_path)
    assert all(torch.equal(tensor, state[name]) for name, tensor in kept.items())


def test_a_module_of_ones_own_takes_weights_without_a_training(tmp_path: Path) -> None:
    encoder = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    torch.save(
        {"backbone.0.weight": torch.ones(4, 3), "head.weight": torch.ones(3, 4), "x": torch.ones(1)}, tmp_path / "w.pt"
    )
    report = load_weights(encoder, tmp_path / "w.pt", {"backbone": "", "head": "2"})
    assert report.taken == ("0.weight",)
    assert report.missing == ("0.bias", "2.bias")
    assert report.left == ("x",)
    assert [str(misfit) for misfit in report.misfits] == ["2.weight is 2×4 here and 3×4 there"]
    assert torch.equal(encoder.get_parameter("0.weight"), torch.ones(4, 3))
    assert dl.load_weights is load_weights


def test_weights_under_other_names_are_matched_by_shape_and_order(tmp_path: Path) -> None:
    """Two equal convolutions in a row, a norm and a head: each layer takes the one that stands where it stands."""

    def made() -> nn.Sequential:
        same = [nn.Conv2d(4, 4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, 4, 3), nn.BatchNorm2d(4)]
        return nn.Sequential(nn.Conv2d(1, 4, 3), *same, nn.Flatten(), nn.Linear(36, 10))

    ours, theirs = made(), made()
    words = {"0": "stem", "1": "a.conv", "2": "a.norm", "3": "b.conv", "4": "b.norm", "6": "head"}
    found = {f"{words[k.partition('.')[0]]}.{k.partition('.')[2]}": v for k, v in theirs.state_dict().items()}
    torch.save(found | {"extra.weight": torch.zeros(3, 3)}, tmp_path / "other.pt")
    with pytest.raises(ProjectProblem, match="No weight could be taken"):
        load_weights(ours, tmp_path / "other.pt")
    report = load_weights(ours, tmp_path / "other.pt", by_shape=True)
    assert all(torch.equal(value, theirs.state_dict()[name]) for name, value in ours.state_dict().items())
    assert dict(report.paired)["3.weight"] == "b.conv.weight"
    assert report.left == ("extra.weight",)
    assert "By shape and order: 0.weight is stem.weight" in str(report)
    assert ["3.weight", "b.conv.weight"] in [list(pair) for pair in report.plain()["paired"]]


def test_a_start_by_shape_takes_weights_under_other_names(tmp_path: Path) -> None:
    from dlstudio.runs.warm import warm_start

    save_file({"other.weight": torch.ones(3, 2), "other.bias": torch.ones(3)}, tmp_path / "w.safetensors")
    ours = nn.ModuleDict({"mine": nn.Linear(2, 3)})
    report = warm_start(
        {"model": ours}, freeze({"kind": "Weights", "from": "w.safetensors", "by_shape": True}), tmp_path
    )
    assert report is not None
    assert report.whole
    assert torch.equal(ours.get_parameter("mine.weight"), torch.ones(3, 2))


def test_by_shape_takes_nothing_from_a_weight_that_a_name_has_taken() -> None:
    ours, theirs = (nn.ModuleDict({n: nn.Linear(2, 2) for n in names}) for names in (("a", "b"), ("b", "c")))
    here, there = ours.state_dict(), theirs.state_dict()
    common = {name for name in here if name in there}
    found = paired(
        {name: value for name, value in here.items() if name not in common},
        {name: value for name, value in there.items() if name not in common},
    )
    assert found == {"a.weight": "c.weight", "a.bias": "c.bias"}


def test_a_layer_that_is_not_there_is_left_out_of_the_order() -> None:
    here = {f"h{i}.weight": torch.empty(n, n) for i, n in enumerate((3, 5, 5, 7))}
    there = {f"t{i}.weight": torch.empty(n, n) for i, n in enumerate((3, 4, 5, 5, 7))}
    found = paired(here, there)
    assert found == {f"h{i}.weight": f"t{j}.weight" for i, j in ((0, 0), (1, 2), (2, 3), (3, 4))}


def test_of_two_networks_each_takes_its_own(tmp_path: Path) -> None:
    save_file({"generator.up.weight": torch.ones(3, 2), "only.bias": torch.ones(1)}, tmp_path / "w.safetensors")
    from dlstudio.runs.warm import warm_start

    generator = nn.Module()
    generator.up = nn.Linear(2, 3)
    critic = nn.Module()
    critic.up, critic.only = nn.Linear(2, 3), nn.Linear(3, 1)
    report = warm_start(
        {"generator": generator, "critic": critic}, freeze({"kind": "Weights", "from": "w.safetensors"}), tmp_path
    )
    assert report is not None
    assert report.taken == ("generator.up.weight", "critic.only.bias")
    assert not torch.equal(critic.up.weight, torch.ones(3, 2))


class Trap:
    def __reduce__(self) -> Any:
        return exec, ("raise SystemExit('the pickle ran')",)


def wrong(tmp_path: Path, start: dict[str, Any], text: str = SMALL) -> str:
    with pytest.raises(ProjectProblem) as told:
        started(digits(text, start=start), tmp_path)
    return str(told.value)


def test_what_cannot_be_taken_over_is_told(pretrained: Run, tmp_path: Path) -> None:
    torch.save({"conv1.weight": Trap()}, tmp_path / "trap.pt")
    (tmp_path / "bad.safetensors").write_bytes(b"no weights")
    (tmp_path / "empty").mkdir()
    torch.save([1, 2], tmp_path / "list.pt")
    save_file({"features.0.weight": torch.ones(2)}, tmp_path / "alien.safetensors")
    assert "there are no weights" in wrong(tmp_path, {"from": "gone.pt"}).lower()
    assert "name a run's folder, a .safetensors, or a .pt file" in wrong(tmp_path, {"from": "gone.pt"})
    assert "holds Python objects, which could run code" in wrong(tmp_path, {"from": "trap.pt"})
    assert "bad.safetensors cannot be read as weights" in wrong(tmp_path, {"from": "bad.safetensors"})
    assert "empty is no run" in wrong(tmp_path, {"from": "empty"})
    assert "list.pt holds no state dict" in wrong(tmp_path, {"from": "list.pt"})
    assert "names no weights" in wrong(tmp_path, {"which": "best"})
    assert "Its names begin with features.0; those of the network with conv1, linear1, scores" in wrong(
        tmp_path, {"from": "alien.safetensors"}
    )
    assert "No weight could be taken from alien.safetensors. conv1.weight is 4×1×3×3 here and 2 there" in wrong(
        tmp_path, {"from": "alien.safetensors", "rename": {"features.0": "conv1"}}
    )
    path = str(pretrained.path)
    assert "no name in the run first" in wrong(tmp_path, {"from": path, "rename": {"conv9": "conv1"}})
    assert "would become" in wrong(tmp_path, {"from": path, "rename": {"conv1": "linear1"}})
    strict = wrong(tmp_path, {"from": path, "strict": True}, SMALL.replace("fc 12", "fc 13"))
    assert "The start is strict" in strict
    assert "linear1.weight is 13×144 here and 12×144 there" in strict
    assert "There is no start “Waits”. Did you mean “Weights”?" in wrong(tmp_path, {"kind": "Waits", "from": path})


def test_the_command_line_starts_warm_by_a_setting(pretrained: Run, tmp_path: Path) -> None:
    dl.save(digits(), tmp_path / "net.dls")
    save_file(pretrained.model().state_dict(), tmp_path / "w.safetensors")
    command = [sys.executable, "-m", "dlstudio", "train", str(tmp_path / "net.dls"), "--runs", str(tmp_path / "runs")]
    settings = ["--set", "training.start.from=w.safetensors", "--steps", "1", "--set", "training.optimizer.lr=0"]
    done = subprocess.run([*command, *settings, "--name", "warm"], capture_output=True, text=True, cwd=Path.cwd())
    assert done.returncode == 0, done.stderr
    assert "6 of 6 weights come from w.safetensors." in done.stdout + done.stderr
    one, other = pretrained.model().state_dict(), open_run(tmp_path / "runs" / "warm").model(best=False).state_dict()
    assert all(torch.equal(one[name], other[name]) for name in one)
