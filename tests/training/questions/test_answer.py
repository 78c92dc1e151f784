"""Answers to what is drawn, dropped and typed: against the model, and the rules by which MNIST was made."""

from pathlib import Path

import pytest
import torch

from dlstudio.data.prepare import prepare
from dlstudio.training.questions.answer import Answer, Picture, Typed
from dlstudio.training.questions.drawing import centred, fitted
from dlstudio.training.questions.entries import Entries
from tests.training.questions.asking import answers, asked


def test_a_drawing_is_scaled_into_twenty_pixels_about_its_centre_of_mass() -> None:
    ink = torch.zeros(140, 140)
    ink[10:110, 20:40] = 1.0
    made = centred(ink, 28, 28)
    down, across = (made > 0.5).nonzero().T
    assert (int(down.max() - down.min()) + 1, int(across.max() - across.min()) + 1) == (20, 4)
    mass = (made.sum(1) * (torch.arange(28) + 0.5)).sum() / made.sum()
    assert float(mass) == pytest.approx(14, abs=0.5)
    assert centred(torch.zeros(9, 9), 28, 28).sum() == 0


def test_a_dropped_picture_keeps_its_shape_on_a_ground_of_its_own() -> None:
    picture = torch.full((3, 40, 80), 0.25)
    made = fitted(picture, 1, 28, 28)
    assert made.shape == (1, 28, 28)
    assert torch.allclose(made, torch.full_like(made, 0.25), atol=1e-3)


def test_a_row_is_answered_as_the_model_does_in_the_units_of_the_data(tmp_path: Path) -> None:
    run, [sheet] = asked("wine", tmp_path, Entries(5), steps=3)
    [entry] = sheet.entries
    assert entry.features[0] == "alcohol"
    assert 10 < float(entry.numbers[0]) < 16
    typed = Answer((("measurements", Typed(tuple(entry.numbers.tolist()))),), nodes=("hidden",))
    run, [replied] = asked("wine", tmp_path, typed, steps=3)
    part = prepare(run.project).validation
    with torch.no_grad():
        chances = run.model(best=False)(part.dataset.take(part.indices[[5]])["features"])[0].softmax(0)
    [reply] = replied.replies
    assert torch.allclose(reply.values, chances.sort(descending=True).values, atol=1e-3)
    assert set(replied.features.maps) == {"hidden"}


def test_a_picture_of_the_data_is_answered_as_the_sample_is(tmp_path: Path) -> None:
    _, [sheet] = asked("lenet5", tmp_path, Entries(3), steps=2)
    pixels = sheet.entries[0].picture
    given = Picture((1, 28, 28), pixels.numpy().tobytes())
    _, [own, same] = asked("lenet5", tmp_path, Answer((("image", given),)), Answer((), row=3), steps=2)
    assert own.replies[0].names == same.replies[0].names
    assert torch.allclose(own.replies[0].values, same.replies[0].values, atol=5e-3)


def test_what_does_not_fit_is_a_sentence(tmp_path: Path) -> None:
    _, found = answers(
        "wine", tmp_path, Answer((("measurements", Typed((1.0, 2.0))),)),
        Answer((("measurements", Picture((1, 2, 2), bytes(4))),)), steps=1,
    )  # fmt: skip
    assert found[0].problem == "features takes 13 numbers, and 2 were given."
    assert "which is no picture" in found[1].problem


def test_answers_hold_one_tensor_twice(tmp_path: Path) -> None:
    _, [replied] = asked("lstm_classifier", tmp_path, Answer((), nodes=("embedding", "lstm")), steps=1)
    assert replied.replies[0].values.sum() == pytest.approx(1, abs=1e-3)
