"""A training that is killed with -9 again and again, at random moments, and goes on from where it was each time.

Run by itself, so that no thread of a test is there when it forks: python -m tests.runs.killed FOLDER TIMES
"""

import os
import random
import select
import signal
import sys
import time
from pathlib import Path

import torch

from dlstudio.core.document import Project
from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.metrics import MetricReader, MetricWriter

EVERY = 20


def weights(step: int) -> dict[str, torch.Tensor]:
    """Something like learning: each step's weights follow from the step alone."""
    return {"w": torch.full((50, 50), float(step)), "b": torch.full((50,), step / 2)}


def train(run: RunFolder, told: int) -> None:
    """Goes on from the last checkpoint for ever; tells each step that is committed for certain."""
    with run.lock(), MetricWriter(run.metrics, every=0.005) as writer:
        kept = Checkpoints(run.checkpoints)
        entry, found, state, warnings = kept.load_latest()
        assert warnings == ()
        step = state["step"] if entry is not None else 0
        assert entry is None or torch.equal(found["w"], weights(step)["w"])
        writer.truncate(step)
        while True:
            step += 1
            writer.append(step, {"loss": 1 / step, "twice": 2.0 * step}, epoch=step // 100)
            time.sleep(0.0005)
            if step % EVERY == 0:
                writer.flush()
                kept.save(step, weights=weights(step), state={"step": step}, best=step % 100 == 0)
                run.set_status("running", step=step, epoch=step // 100)
                os.write(told, step.to_bytes(8, "big"))


def life(run: RunFolder, seconds: float) -> int:
    """Trains in a process of its own that is killed; the last step that it told."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(told)
            train(run, tell)
        finally:
            os._exit(1)
    os.close(tell)
    select.select([told], [], [], 20)  # it trains
    time.sleep(seconds)
    assert os.waitpid(child, os.WNOHANG) == (0, 0), "the training ended by itself"
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    said = b"".join(iter(lambda: os.read(told, 65536), b""))
    os.close(told)
    return int.from_bytes(said[-8:], "big")


def look(run: RunFolder, committed: int) -> int:
    """Everything that was committed is there, once; the last step of the metrics."""
    reader = MetricReader(run.metrics)
    steps, losses = reader.read("loss")
    count = len(steps)
    assert count >= committed, f"{count} of {committed} are left"
    assert steps.tolist() == list(range(1, count + 1)), "a step is missing or doubled"
    assert losses.tolist() == [1 / step for step in steps.tolist()]
    assert reader.read("twice")[1].tolist() == [2.0 * step for step in steps.tolist()]
    assert [row.step for row in reader.rows()] == steps.tolist()
    entry, found, state, warnings = Checkpoints(run.checkpoints).load_latest()
    assert entry is not None
    assert warnings == ()
    assert state["step"] == entry.step >= committed
    assert all(torch.equal(found[name], tensor) for name, tensor in weights(entry.step).items())
    assert run.interrupted
    assert run.status().step <= entry.step
    assert run.project() == Project()
    return count


def main(folder: Path, times: int) -> None:
    dice = random.Random(0)
    run = RunFolder.create(folder, Project(), "", name="killed", settings={})
    before = 0
    for _ in range(times):
        committed = life(run, dice.uniform(0.0, 0.15))
        assert committed > before - EVERY, "it did not go on from its last checkpoint"
        look(run, committed)
        before = committed
    print(f"killed {times} times at step {before} or later")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(Path(sys.argv[1]), int(sys.argv[2]))
