"""Threads: small steps are taken by one core, whatever torch is set to, and afterwards everything is as it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

import dlstudio as dl
from dlstudio.core import paths
from dlstudio.core.document import Project
from dlstudio.core.frozen import Value
from dlstudio.training.run import train
from dlstudio.training.threads import fitting, using
from dlstudio.training.training import recipe_of
from tests.training.studies import project

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def three() -> Iterator[None]:
    with using(3):
        yield


def tiny(**training: Value) -> Project:
    return project("input 2 > fc 8 > tanh > fc 2", {"kind": "Points", "count": 100}, **training)


def chosen(made: Project, device: torch.device = CPU) -> int:
    return fitting(made, recipe_of(made), device)


def test_small_steps_take_one_thread_and_large_ones_what_torch_takes() -> None:
    for name in ("xor", "residual20", "mlp"):
        assert chosen(dl.template(name)) == 1
    assert chosen(paths.put(dl.template("mlp"), "training.batch_size", 4096)) == 0
    assert chosen(dl.template("small_vgg")) == 0


def test_a_number_that_was_asked_for_is_taken_everywhere() -> None:
    assert chosen(tiny(threads=5)) == 5
    assert chosen(tiny(threads=5), torch.device("cuda")) == 5
    assert chosen(tiny(), torch.device("cuda")) == 0


def test_what_torch_was_set_to_comes_back_also_after_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="shapes"), using(1):
        torch.zeros(torch.get_num_threads(), 2) @ torch.zeros(torch.get_num_threads(), 2)
    assert torch.get_num_threads() == 3
    with using(0):
        assert torch.get_num_threads() == 3


@pytest.mark.parametrize(("asked", "taken"), [(0, 1), (2, 2)])
def test_a_run_and_the_run_that_goes_on_compute_with_as_many(asked: int, taken: int, tmp_path: Path) -> None:
    seen = set[int]()
    made = tiny(threads=asked, epochs=2)

    def listen(*_: object) -> None:
        seen.add(torch.get_num_threads())

    run = train(made, runs=tmp_path, device="cpu", epochs=1, listen=listen)
    torch.set_num_threads(4)
    run.resume(epochs=2, listen=listen)
    assert (seen, torch.get_num_threads()) == ({taken}, 4)
    whole = train(made, runs=tmp_path, device="cpu", epochs=2)
    for part, all_of_it in zip(run.model().parameters(), whole.model().parameters(), strict=True):
        assert part.equal(all_of_it)
