"""The loop, with a method that only counts: order, pause, single steps, stop, checkpoints, patience, bad numbers."""

import threading
import time
from collections.abc import Generator, Iterable, Mapping
from typing import Any

import pytest
import torch
from torch import Tensor

from dlstudio.training.control import Control
from dlstudio.training.loop import Limits, Loop, Position
from dlstudio.training.method import Batch, Method
from dlstudio.training.recorder import Numbers


class Counting(Method):
    """Remembers what it was shown; its loss is what the test says."""

    recipe = "Supervised"

    def __init__(self, losses: dict[int, float] | None = None, validation: Iterable[float] = ()) -> None:
        self.seen: list[int] = []
        self.losses = losses or {}
        self.validation = iter(validation)

    def step(self, batch: Batch) -> dict[str, Tensor]:
        self.seen.append(int(batch["number"]))
        return {"loss": torch.tensor(self.losses.get(len(self.seen), 1.0))}

    def evaluate(self, batches: Iterable[Batch]) -> dict[str, float]:
        return {"loss": next(self.validation, 1.0)}

    def state(self) -> dict[str, Any]:
        return {}

    def load(self, state: Mapping[str, Any]) -> None:
        pass


class Numbered:
    """Batches that carry their own number."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def epoch(self, number: int, start: int = 0) -> Generator[Batch]:
        for i in range(start, self.count):
            yield {"number": torch.tensor(100 * number + i)}


class Kept:
    """What the loop gave away."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int, dict[str, float]]] = []
        self.checkpoints: list[tuple[int, bool]] = []

    def numbers(self, step: int, epoch: int, values: Numbers) -> None:
        self.rows.append((step, epoch, dict(values)))

    def checkpoint(self, position: Position, *, best: bool) -> None:
        self.checkpoints.append((position.step, best))

    def origin(self, step: int) -> str | None:
        return None


def loop(method: Counting, batches: int = 4, validation: bool = False, **limits: Any) -> tuple[Loop, Kept]:
    kept = Kept()
    feed = Numbered(batches)
    made = Loop(method, feed, feed if validation else None, kept, Limits(**{"epochs": 3, **limits}))
    return made, kept


def test_every_batch_of_every_epoch_is_seen_once_and_in_order() -> None:
    method = Counting()
    made, kept = loop(method)
    assert made.run().status == "finished"
    assert method.seen == [0, 1, 2, 3, 100, 101, 102, 103, 200, 201, 202, 203]
    assert [step for step, _, _ in kept.rows] == list(range(1, 13))
    assert kept.checkpoints == [(4, False), (8, False), (12, False)]


def test_it_goes_on_in_the_middle_of_an_epoch() -> None:
    method = Counting()
    made, kept = loop(method)
    made.position = Position(step=6, epoch=1, batch=2)
    made.run()
    assert method.seen == [102, 103, 200, 201, 202, 203]
    assert kept.rows[0][0] == 7


def test_it_ends_after_the_steps_that_were_asked_for_and_keeps_the_last() -> None:
    method = Counting()
    made, kept = loop(method, steps=6)
    assert "6 steps" in made.run().reason
    assert len(method.seen) == 6
    assert kept.checkpoints[-1] == (6, False)


def test_checkpoints_come_every_so_many_steps() -> None:
    made, kept = loop(Counting(), checkpoint_every=5)
    made.run()
    assert [step for step, _ in kept.checkpoints] == [5, 10, 12]


def test_short_epochs_share_a_checkpoint_but_the_best_and_the_last_are_kept() -> None:
    losses = [3.0, 3.5, 2.0, 2.5, 2.6, 2.7]
    made, kept = loop(Counting(validation=losses), validation=True, epochs=6, spared=3600.0)
    made.run()
    assert kept.checkpoints == [(4, True), (12, True), (24, False)]
    made, kept = loop(Counting(), epochs=6, spared=3600.0)
    made.run()
    assert [step for step, _ in kept.checkpoints] == [4, 24]


def test_patience_ends_it_and_the_best_is_marked() -> None:
    made, kept = loop(Counting(validation=[3.0, 2.0, 2.5, 2.1, 1.0]), validation=True, epochs=9, patience=2)
    ending = made.run()
    assert ending.status == "early"
    assert kept.checkpoints == [(4, True), (8, True), (12, False), (16, False)]
    assert [row[2] for row in kept.rows if "validation/loss" in row[2]][1] == {"validation/loss": 2.0}


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_number_that_is_none_ends_it_and_names_the_step(bad: float) -> None:
    made, kept = loop(Counting(losses={7: bad}))
    ending = made.run()
    assert ending.status == "failed"
    assert "step 7" in ending.reason
    assert all(step <= 4 for step, _ in kept.checkpoints)


def in_background(made: Loop) -> threading.Thread:
    thread = threading.Thread(target=made.run)
    thread.start()
    return thread


def wait_for(what: Any) -> None:
    end = time.monotonic() + 120
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def test_pause_single_steps_resume_and_stop_from_another_thread() -> None:
    method = Counting()
    made, kept = loop(method, batches=3, epochs=10**6)
    made.control = Control()
    made.control.pause()
    thread = in_background(made)
    time.sleep(0.05)
    assert method.seen == []
    made.control.step(2)
    wait_for(lambda: len(method.seen) == 2)
    time.sleep(0.25)
    assert len(method.seen) == 2
    made.control.resume()
    wait_for(lambda: len(method.seen) > 10)
    made.control.pause()
    time.sleep(0.05)
    count = len(method.seen)
    wait_for(lambda: kept.checkpoints and kept.checkpoints[-1][0] == len(method.seen))
    assert len(method.seen) - count <= 1
    made.control.stop()
    thread.join(120)
    assert not thread.is_alive()
    assert kept.checkpoints[-1][0] == len(method.seen)
