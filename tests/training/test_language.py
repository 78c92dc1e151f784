"""Language models: chunks, the state that goes on, the gradient that does not, and that “hello” is learnt."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

import dlstudio as dl
from dlstudio.core import edits
from dlstudio.core.document import Project, Wire
from dlstudio.core.frozen import Value, freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.dataset import Column, InMemory, Role
from dlstudio.data.prepare import Part, Prepared
from dlstudio.training.language import Language
from dlstudio.training.training import Training
from dlstudio.training.update import Updater
from tests.training.studies import assert_goes_on, one_batch, project, take

NET = "input 8 int > embedding 13 6 > rnn 10 > fc 13"


@pytest.fixture
def alphabet(tmp_path: Path) -> Path:
    file = tmp_path / "text.txt"
    file.write_text("abcdefghijkl" * 120)
    return file


def language(file: Path, text: str | Project = NET, length: int = 24, **training: Value) -> Project:
    source: dict[str, Value] = {"kind": "Text", "file": str(file), "length": length}
    return project(text, source, **{"kind": "Language", "batch_size": 8, **training})


def ready(made: Project) -> Training:
    return Training.ready(made)


def method(training: Training) -> Language:
    assert isinstance(training.method, Language)
    return training.method


def losses(training: Training) -> list[Tensor]:
    """Lets the gradients of each chunk's loss be looked at instead of learnt from."""
    found: list[Tensor] = []
    looking = {"__call__": lambda _self, loss: found.append(loss)}
    method(training).update.__class__ = type("Looking", (Updater,), looking)
    return found


def wired() -> Project:
    made = dl.line("tokens: input 8 int > embedding 13 6 > memory: rnn 10 > fc 13 > scores: output")
    state = dl.line("before: input 10 > after: output").networks["model"].nodes
    for name in ("before", "after"):
        made = edits.add(made, "model", state[name])
    return edits.connect(made, "model", Wire("before", "y", "memory", "h0"), Wire("memory", "h", "after", "x"))


def test_a_hundred_letters_are_four_chunks_of_25_NUM_82(alphabet: Path) -> None:
    training = ready(language(alphabet, length=100))
    found = losses(training)
    training.method.step(one_batch(training))
    assert method(training).chunks == 4
    assert len(found) == 4


@pytest.mark.parametrize("text", [NET, NET.replace("rnn 10", "lstm 10 2"), NET.replace("rnn", "peepholelstm"), None])
def test_the_state_goes_on_from_chunk_to_chunk_TRN_17(text: str | None, alphabet: Path) -> None:
    """In chunks the network foretells what it foretells in one go, so nothing is forgotten in between."""
    made = language(alphabet, text or wired())
    in_chunks, whole = ready(edits_training(made, chunk=5)), ready(edits_training(made, chunk=24))
    whole.put_weights(in_chunks.weights())
    batch = one_batch(whole)
    assert method(in_chunks).chunks == 5
    assert in_chunks.method.evaluate([batch])["loss"] == pytest.approx(whole.method.evaluate([batch])["loss"], rel=1e-6)


def edits_training(made: Project, **settings: Value) -> Project:
    return replace(made, training=made.training.merge(freeze(settings)))


@pytest.mark.parametrize("text", [NET, None])
def test_the_gradient_does_not_cross_to_the_chunk_before_TRN_17(text: str | None, alphabet: Path) -> None:
    training = ready(language(alphabet, text or wired(), chunk=4))
    found = losses(training)
    batch = {name: torch.arange(24)[None] % 12 for name in ("text", "next")}
    training.method.step(batch)
    (letters,) = (p for name, p in training.modules["model"].named_parameters() if "embedding" in name)
    (slope,) = torch.autograd.grad(found[1], letters)
    learning = slope.abs().sum(1) > 0
    assert learning.nonzero().flatten().tolist() == [4, 5, 6, 7]


def test_a_window_starts_from_zeros_and_leaves_nothing_behind(alphabet: Path) -> None:
    training = ready(language(alphabet, chunk=5))
    batch = one_batch(training)
    first = training.method.evaluate([batch])
    assert training.method.evaluate([batch]) == first
    module = training.modules["model"]
    assert torch.equal(module(batch["text"][:3]), module(batch["text"][:3]))


def test_perplexity_is_e_to_the_loss(alphabet: Path) -> None:
    training = ready(language(alphabet))
    found = take(training, 1)[0]
    assert found["perplexity"] == pytest.approx(math.exp(found["loss"]), rel=1e-5)
    told = training.method.evaluate([one_batch(training)])
    assert told["perplexity"] == pytest.approx(math.exp(told["loss"]))
    assert told["perplexity"] == pytest.approx(13, rel=0.3)


@pytest.mark.parametrize("text", [NET.replace("rnn", "gru"), None])
def test_the_alphabet_is_learnt(text: str | None, alphabet: Path) -> None:
    adam: dict[str, Value] = {"kind": "Adam", "lr": 0.02}
    training = ready(language(alphabet, text or wired(), chunk=8, optimizer=adam))
    take(training, 60)
    assert training.method.evaluate([one_batch(training)])["perplexity"] < 1.5


def hello(*_arguments: object, **_settings: object) -> Prepared:
    """“hello” with the letters in the order [h, l, e, o]: h, e, l, l is read, e, l, l, o comes next."""
    letters = {name: Column(name, Shape.of(4, dtype="int"), tuple("hleo"), role) for name, role in ROLES.items()}
    values = {"text": torch.tensor([[0, 2, 1, 1]]), "next": torch.tensor([[2, 1, 1, 3]])}
    part = Part(InMemory(letters, values), torch.tensor([0]))
    return Prepared(part, part, part, letters)


ROLES: dict[str, Role] = {"text": "input", "next": "target"}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_hello_is_spelt_after_300_steps_NUM_83(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlstudio.training.training.prepare", hello)
    adam: dict[str, Value] = {"kind": "Adam", "lr": 0.05}
    settings = freeze({"kind": "Language", "optimizer": adam, "seed": seed, "epochs": 300, "device": "cpu"})
    training = ready(replace(dl.template("char_rnn"), training=settings))
    take(training, 300)
    batch = one_batch(training)
    assert training.modules["model"](batch["text"]).argmax(-1).tolist() == [[2, 1, 1, 3]]


def test_a_network_without_a_state_reads_the_window_whole(alphabet: Path) -> None:
    training = ready(language(alphabet, "input 8 int > embedding 13 6 > fc 8 > relu > fc 13", chunk=4))
    assert method(training).chunks == 1


def test_it_goes_on_with_the_same_bits(alphabet: Path) -> None:
    assert_goes_on(language(alphabet, chunk=10))


def test_a_layer_that_reads_both_ways_is_refused(alphabet: Path) -> None:
    with pytest.raises(ProjectProblem, match="rnn1 reads the text from its end too"):
        ready(language(alphabet, NET.replace("rnn 10", "rnn 10 bi")))


@pytest.mark.parametrize(
    ("old", "new", "where"), [("fc 13", "fc 9", "its last layer"), ("embedding 13", "embedding 9", "embedding1")]
)
def test_too_little_room_for_the_symbols_is_refused(old: str, new: str, where: str, alphabet: Path) -> None:
    with pytest.raises(ProjectProblem, match=rf"has 13 symbols.*room for 9 in {where}"):
        ready(language(alphabet, NET.replace(old, new)))


def test_numbers_in_and_one_answer_for_all_are_refused(alphabet: Path) -> None:
    with pytest.raises(ProjectProblem, match="reads a vector 4"):
        ready(project("input 4 > fc 3", {"kind": "Iris"}, kind="Language"))
    with pytest.raises(ProjectProblem, match="output gives a vector"):
        ready(language(alphabet, "input 8 int > embedding 13 6 > flatten > fc 13"))
