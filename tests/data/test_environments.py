"""Environments: what is recorded is what happened, the same with the same seed; what cannot be opened is told."""

import builtins
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch

import dlstudio as dl
from dlstudio.core import edits
from dlstudio.core.files import save
from dlstudio.core.frozen import freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.data import environments
from dlstudio.data.environments import recorded
from dlstudio.training.run import train
from tests.data.building import every, prepared

EVERYTHING = {"split": "Everything"}


def rows(**fields: Any) -> dict[str, torch.Tensor]:
    return every(prepared("Environment", data=EVERYTHING, **fields).train)


def test_a_recording_is_what_happens_when_its_actions_are_taken_again() -> None:
    made = rows(name="CartPole-v1", steps=120, seed=3)
    world = gymnasium.make("CartPole-v1")
    seen, _ = world.reset(seed=3)
    for step in range(120):
        following, reward, ended, cut, _ = world.step(int(made["action"][step]))
        for name, value in (("observation", seen), ("next", following), ("reward", [reward]), ("ended", [ended])):
            assert np.array_equal(made[name][step].numpy(), np.asarray(value)), (step, name)
        seen = following
        if ended or cut:
            seen, _ = world.reset()
    assert made["ended"].sum() > 2


def test_the_same_seed_records_the_same_and_another_something_else() -> None:
    one, again, other = (rows(steps=200, seed=seed) for seed in (1, 1, 2))
    assert all(torch.equal(one[name], again[name]) for name in one)
    assert not torch.equal(one["action"], other["action"])
    assert not torch.equal(one["observation"], other["observation"])


def test_columns_follow_the_spaces() -> None:
    made = prepared("Environment", name="CartPole-v1", steps=50, data=EVERYTHING)
    assert {name: column.role for name, column in made.columns.items()} == {
        "observation": "input", "action": "target", "reward": "target", "next": "target", "ended": "target",
        "cut": "target",
    }  # fmt: skip
    assert made.columns["observation"].tensor.shape == (4,)
    assert made.columns["action"].classes == ("0", "1")
    lake = prepared("Environment", name="FrozenLake-v1", steps=50, data=EVERYTHING).columns
    assert len(lake["observation"].classes) == 16
    swing = prepared("Environment", name="Pendulum-v1", steps=250, data=EVERYTHING)
    assert swing.columns["action"].tensor.shape == (1,)
    assert every(swing.train)["cut"].sum() == 1
    cards = prepared("Environment", name="Blackjack-v1", steps=50, data=EVERYTHING).columns
    assert cards["observation"].tensor.shape == (32 + 11 + 2,)


class Painter(gymnasium.Env[Any, Any]):
    """Shows pictures, and takes actions counted from 5; an episode has three steps."""

    observation_space = gymnasium.spaces.Box(0, 255, (4, 6, 3), np.uint8)
    action_space = gymnasium.spaces.Discrete(2, start=np.int64(5))
    time = 0

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        self.time = 0
        return np.full((4, 6, 3), 0, np.uint8), {}

    def step(self, action: Any) -> Any:
        self.time += 1
        return np.full((4, 6, 3), 51 * self.time, np.uint8), 1.0, self.time == 3, False, {}


def test_pictures_stand_channels_first_between_0_and_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gymnasium, "make", lambda _name: Painter())
    made = prepared("Environment", name="Painter-v0", steps=100, episodes=2, data=EVERYTHING)
    assert made.columns["observation"].tensor.form == "an image"
    assert made.columns["action"].classes == ("5", "6")
    seen = every(made.train)
    assert seen["next"].shape == (6, 3, 4, 6)
    assert seen["next"][:, 0, 0, 0].tolist() == pytest.approx([0.2, 0.4, 0.6] * 2)
    assert set(seen["action"].tolist()) <= {0, 1}
    assert made.train.dataset.where(4) == "episode 2, step 2"


def test_what_was_recorded_is_said() -> None:
    made = prepared("Environment", steps=1000, episodes=7)
    (hint,) = [issue for issue in made.issues if issue.code == "data-episodes"]
    assert "of CartPole-v1 by the random policy in 7 episodes of" in hint.text
    record = recorded(gymnasium.make("CartPole-v1"), 30, 0, 0)
    assert sum(record.lengths) == 30


def test_a_network_learns_to_foretell_what_comes_next(tmp_path: Path) -> None:
    """Next comes what is seen now and a push of about 0.2 and 0.3 either way, which costs (0.2² + 0.3²)/4 = 0.03."""
    project = edits.put(dl.line("input 4 > fc 4 > y: output"), "model", "y", target="next")
    data = {"source": {"kind": "Environment", "steps": 1000}}
    training = {"kind": "Supervised", "epochs": 20, "optimizer": {"kind": "Adam", "lr": 0.02}, "device": "cpu"}
    project = dl.Project(networks=project.networks, data=freeze(data), training=freeze(training))
    run = train(project, runs=tmp_path)
    assert run.metrics("validation/loss")[1][-1] < 0.05


def test_what_cannot_be_opened_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, says in {
        "CartPol-v1": "Did you mean",
        "Nothing/At-v0": "cannot be opened",
        "os:CartPole-v1": "would import a Python module",
        "": "cannot be opened",
    }.items():
        with pytest.raises(ProjectProblem, match=says):
            prepared("Environment", name=name)
    monkeypatch.setattr(environments, "AT_MOST", 16 * 2 * 100)
    with pytest.raises(ProjectProblem, match="Record 100 at most"):
        prepared("Environment", steps=2000)


def test_an_outdated_environment_is_remarked_on() -> None:
    made = prepared("Environment", name="CartPole-v0", steps=20, data=EVERYTHING)
    assert any("out of date" in issue.text for issue in made.issues if issue.severity == "warning")


def test_without_gymnasium_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **named: Any) -> Any:
        if name.startswith("gymnasium"):
            raise ImportError(name)
        return real(name, *args, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ProjectProblem, match=r"pip install dlstudio\[rl\]"):
        prepared("Environment")


def test_the_command_shows_a_summary(tmp_path: Path) -> None:
    project = dl.Project(networks=dl.line("input 4 > fc 2").networks, data=freeze({"source": {"kind": "Environment"}}))
    save(project, tmp_path / "pole.dls")
    command = [sys.executable, "-m", "dlstudio", "data", str(tmp_path / "pole.dls"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["name"] for line in lines[:-1]] == ["observation", "action", "reward", "next", "ended", "cut"]
    assert lines[-1]["result"]["total"] == 2000
    assert any("by the random policy" in issue for issue in lines[-1]["result"]["issues"])
