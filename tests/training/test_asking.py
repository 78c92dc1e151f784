"""What is asked of a training: answered between steps, changing nothing, the same from a run's checkpoint."""

import random
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.training.asking.desk import Desk
from dlstudio.training.asking.plates import Unreadable, pack, unpack
from dlstudio.training.asking.question import Question, Subject
from dlstudio.training.control import Control
from dlstudio.training.probes import Cost, Histogram, NodeStats, Picture, Snapshot
from dlstudio.training.questions.features import Features
from dlstudio.training.questions.judged import Judged
from dlstudio.training.questions.rest import Rest
from dlstudio.training.run import Run, train
from dlstudio.training.sight import Sight


@pytest.fixture
def lenet() -> Project:
    return dl.template("lenet5")


def weights(run: Run) -> dict[str, torch.Tensor]:
    [*_, last] = sorted(run.folder.checkpoints.glob("*/weights.safetensors"))
    return load_file(last)


def asked(*questions: Question) -> Sight:
    return Sight(desk=Desk(standing=questions))


@dataclass(frozen=True)
class Dice(Question):
    """Draws at random, in training mode if it could, and so would spoil what follows if that were let happen."""

    def ask(self, subject: Subject) -> tuple[float, bool]:
        module = subject.module("model")
        return random.random() + float(torch.rand(1)), module.training


@dataclass(frozen=True)
class Broken(Question):
    def ask(self, subject: Subject) -> None:
        raise KeyError("a mistake of ours")


def test_weights_are_the_same_bits_with_and_without_questions(tmp_path: Path, lenet: Project) -> None:
    plain = train(lenet, runs=tmp_path, steps=12, probes=False)
    sight = asked(Judged(), Features(("conv1",)), Dice(), Broken())
    sight.desk.share = 0.99
    looked = train(lenet, runs=tmp_path, steps=12, sight=sight)
    assert len(sight.desk.answers) == 4
    for name, tensor in weights(plain).items():
        assert torch.equal(tensor, weights(looked)[name]), name
    assert sight.desk.answers[Dice()].value[1] is False


def test_a_question_that_fails_leaves_the_training_alone(tmp_path: Path, lenet: Project) -> None:
    sight = asked(Broken(), Features(("nowhere",)))
    run = train(lenet, runs=tmp_path, steps=3, sight=sight)
    assert run.status == "finished"
    assert isinstance(sight.desk.answers[Broken()].mistake, KeyError)
    assert "nowhere" in sight.desk.answers[Features(("nowhere",))].problem
    assert sight.desk.answers[Features(("nowhere",))].mistake is None


def test_the_last_answer_is_of_the_last_step_and_equals_that_of_the_checkpoint(tmp_path: Path, lenet: Project) -> None:
    judged, features = Judged(), Features(("conv1", "conv2"), (0, 3))
    sight = asked(judged, features)
    run = train(lenet, runs=tmp_path, steps=8, sight=sight)
    rest = Rest(run.path)
    try:
        for question in (judged, features):
            live, kept = sight.desk.answers[question], rest.ask(question)
            assert live.step == kept.step == 8
            assert pack(live.value) == pack(kept.value)
    finally:
        rest.close()


def test_features_are_what_a_hook_hears(tmp_path: Path, lenet: Project) -> None:
    question = Features(("conv1", "conv2"), (2, 5))
    sight = asked(question)
    run = train(lenet, runs=tmp_path, steps=4, sight=sight)
    found = sight.desk.answers[question].value
    model = run.model(best=False)
    heard: list[torch.Tensor] = []
    model.get_submodule("conv2").register_forward_hook(lambda _m, _i, made: heard.append(made))
    with torch.no_grad():
        model(*(sample.float() for sample in found.samples.values()))
    assert found.units == {"conv1": 6, "conv2": 16}
    assert torch.allclose(found.maps["conv2"].float(), heard[0], atol=5e-3, rtol=5e-3)


def test_a_paused_training_answers(tmp_path: Path, lenet: Project) -> None:
    control, sight = Control(), Sight()
    control.pause()
    thread = threading.Thread(target=lambda: train(lenet, runs=tmp_path, sight=sight, control=control))
    thread.start()
    try:
        sight.desk.once.append(question := Features(("conv1",)))
        for _ in range(2400):
            if question in sight.desk.answers:
                break
            thread.join(0.05)
        assert sight.desk.answers[question].step == 0
    finally:
        control.stop()
        thread.join()


@dataclass(frozen=True)
class Counted(Question):
    name: str

    def ask(self, subject: Subject) -> int:
        TURNS.append(self.name)
        return subject.step


TURNS: list[str] = []


def test_the_last_64_answers_are_kept_and_those_that_stand(tmp_path: Path, lenet: Project) -> None:
    sight = asked(Counted("stands"))
    names = [str(i) for i in range(90)]
    sight.desk.once.extend(map(Counted, names[:60]))
    train(lenet, runs=tmp_path, steps=1, sight=sight)
    sight.desk.once.extend(map(Counted, [*names[60:], "5"]))
    train(lenet, runs=tmp_path, steps=1, sight=sight)
    wanted = {*names[27:], "5", "stands"}
    assert {each.name for each in sight.desk.answers if isinstance(each, Counted)} == wanted


def test_standing_questions_take_turns(tmp_path: Path, lenet: Project) -> None:
    TURNS.clear()
    sight = asked(Counted("a"), Counted("b"), Counted("c"))
    sight.desk.share = 0.99
    train(lenet, runs=tmp_path, steps=60, sight=sight)
    counts = [TURNS.count(name) for name in "abc"]
    assert max(counts) - min(counts) <= 1
    assert min(counts) >= 2


def test_looks_and_answers_come_back_from_bytes() -> None:
    stats = NodeStats("Conv2d", 6, gradient=0.5, idle=(1, 2), dead=float("inf"))
    picture = Picture(torch.arange(6.0).view(2, 3))
    look = Snapshot(
        7, {"conv": stats}, Cost(0.1, 0.2, 3), {("conv", "weights"): Histogram((1, 2))}, features={"conv": picture}
    )
    back = unpack(pack(look))
    assert (back.step, back.nodes, back.cost, back.histograms) == (7, look.nodes, look.cost, look.histograms)
    assert torch.equal(back.features["conv"].values, picture.values)


@pytest.mark.parametrize("body", [b"", b"\x00" * 100, pack((1, 2))[:-3], pack("x")[:-1] + b"\xff"])
def test_damaged_bytes_are_no_plate(body: bytes) -> None:
    with pytest.raises(Unreadable):
        unpack(body)


def test_a_plate_names_no_class_that_is_not_known() -> None:
    with pytest.raises(Unreadable):
        unpack(pack({"k": 1}).replace(b'"m"', b'"k"'))


def test_a_run_without_a_checkpoint_cannot_be_asked(tmp_path: Path, lenet: Project) -> None:
    with pytest.raises(ProjectProblem):
        train(lenet, runs=tmp_path, steps=2, device="nowhere")
    run = train(lenet, runs=tmp_path, steps=2)
    for each in run.folder.checkpoints.iterdir():
        for file in each.iterdir():
            file.unlink()
        each.rmdir()
    assert Rest(run.path).ask(Judged()).problem == "The run ended at step 2 before anything was answered."
