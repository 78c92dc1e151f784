"""A training is looked into while it goes on: findings reach the run, the caller and other processes."""

import json
import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.frozen import Value, freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.findings import FindingRow, read_findings, write_findings
from dlstudio.training.curves import Curves
from dlstudio.training.doctor import Finding
from dlstudio.training.probes import Wish
from dlstudio.training.run import open_run, train
from dlstudio.training.sight import Sight
from tests.training import studies

SIGMOIDS = "input 1x8x8 > flatten > " + "fc 16 > sigmoid > " * 12 + "fc 10"
HEALTHY = "input 1x8x8 > flatten > fc 32 > relu > fc 10"


def digits(text: str, **training: Value) -> Project:
    settings = {"kind": "Supervised", "epochs": 3, "device": "cpu", **training}
    return replace(dl.line(text), data=freeze({"source": {"kind": "Digits"}}), training=freeze(settings))


def test_a_finding_is_told_once_with_its_fixes_and_kept_in_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlstudio.training.watch.SHARE", 0.9)  # it looks often enough on a machine with other work too
    said: list[str | Finding] = []
    sight = Sight(probes=True)
    run = train(digits(SIGMOIDS), runs=tmp_path, tell=said.append, sight=sight)
    vanishing = [each for each in said if isinstance(each, Finding) and each.code == "vanishing-gradient"]
    assert len(vanishing) == 1
    assert vanishing[0].fixes
    assert "vanishing-gradient" in {finding.code for finding in open_run(run.path).findings}
    assert "vanishing-gradient" in {finding.code for finding in sight.findings}
    assert any("The gradient vanishes" in line for line in run.log)
    [row] = [row for row in read_findings(run.path) if row.code == "vanishing-gradient"]
    assert row.now
    assert row.fixes
    assert row.seen_step == run.folder.status().step


def test_what_is_found_is_written_down_with_the_step_at_which_it_was_seen_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlstudio.training.watch.EVERY", 0.0)
    monkeypatch.setattr("dlstudio.training.watch.DOCTOR", 1.0)
    monkeypatch.setattr("dlstudio.training.watch.examine", lambda _: [Finding("odd", "Something is odd.", "", 1, {})])
    said: list[str | Finding] = []
    run = train(digits(SIGMOIDS), runs=tmp_path, steps=5, tell=said.append)
    assert [each.code for each in said if isinstance(each, Finding)] == ["odd"]
    [row] = read_findings(run.path)
    assert (row.since_step, row.seen_step, row.now) == (1, 5, True)


def test_a_healthy_training_is_left_in_peace(tmp_path: Path) -> None:
    said: list[str | Finding] = []
    run = train(digits(HEALTHY), runs=tmp_path, tell=said.append, probes=True)
    assert said == []
    assert run.findings == ()


def test_a_look_changes_no_weight_whether_often_now_and_then_or_never(tmp_path: Path) -> None:
    ways = (True, None, False)
    often, rarely, never = (train(digits(HEALTHY, epochs=1), runs=tmp_path, probes=way).model() for way in ways)
    for name, tensor in never.state_dict().items():
        assert torch.equal(tensor, often.state_dict()[name])
        assert torch.equal(tensor, rarely.state_dict()[name])


def test_what_a_window_pulls_is_bounded_and_pictures_come_with_the_latest_look_only(tmp_path: Path) -> None:
    sight = Sight(probes=True)
    sight.wish = Wish(features=frozenset({"conv1"}), pinned=(torch.zeros(2, 1, 8, 8),))
    train(digits("input 1x8x8 > conv 4 3 same > relu > flatten > fc 10"), runs=tmp_path, sight=sight)
    assert sight.plan is not None
    assert sight.numbers[-1][0] == sight.plan.last
    assert sight.latest is not None
    assert sight.latest.features["conv1"].values.shape == (2, 4, 8, 8)
    assert sight.snapshots[-1].step == sight.latest.step
    assert not any(snapshot.features for snapshot in sight.snapshots)
    assert sight.numbers.maxlen
    assert sight.snapshots.maxlen


def test_without_probes_the_doctor_still_sees_curves_and_drawing(tmp_path: Path) -> None:
    sight = Sight(probes=False)
    run = train(digits("input 1x8x8 > flatten > fc 10 > softmax", epochs=1), runs=tmp_path, sight=sight)
    assert not sight.snapshots
    assert {finding.code for finding in run.findings} == {"double-softmax"}


def test_a_failed_training_has_the_finding_that_names_the_node(tmp_path: Path) -> None:
    project = digits("input 1x8x8 > flatten > wide: fc 32 > fc 10", optimizer={"kind": "SGD", "lr": 1e6})
    with pytest.raises(ProjectProblem, match="became"):
        train(project, runs=tmp_path)
    found = open_run(next(tmp_path.iterdir())).findings
    assert [finding.node for finding in found if finding.code == "not-a-number"] == ["wide"]


def test_a_network_of_two_roles_is_watched_as_well(tmp_path: Path) -> None:
    base = dl.line("input 2 > fc 16 > leakyrelu > fc 1")
    critic = base.networks["model"]
    generator = dl.line("input 4 > fc 16 > relu > fc 2").networks["model"]
    project = replace(base, networks=freeze({"generator": generator, "critic": critic}))
    made = studies.project(project, {"kind": "Points"}, kind="Gan", epochs=1)
    sight = Sight(probes=True)
    train(made, runs=tmp_path, sight=sight, steps=3)
    assert {"critic.linear1", "generator.linear1"} <= set(sight.snapshots[0].nodes)


def test_findings_on_disk_hold_what_json_cannot(tmp_path: Path) -> None:
    row = FindingRow("a", "text", "node", 3, 7, False, {"x": math.inf, "y": 1.0}, ("Mend it",))
    write_findings(tmp_path, [row])
    json.loads((tmp_path / "findings.json").read_text("utf-8"), parse_constant=pytest.fail)
    [found] = read_findings(tmp_path)
    assert math.isnan(found.evidence["x"])
    assert replace(found, evidence=row.evidence) == row
    (tmp_path / "findings.json").write_text('[{"code": 1', "utf-8")
    assert read_findings(tmp_path) == []


def test_curves_are_bounded_with_the_latest_values_whole() -> None:
    curves = Curves(most=100)
    for step in range(1, 10_001):
        curves.add(step, {"loss": float(step)})
    steps, values = curves.all()["loss"]
    assert len(steps) <= 100
    assert list(steps[-40:]) == list(range(9_961, 10_001))
    assert steps[0] == 1
    assert all(after > before for before, after in pairwise(steps))
    assert [float(step) for step in steps] == list(values)
