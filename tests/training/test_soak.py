"""Memory over a long time: a training takes the model, the data and little else, and does not grow."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.files import save
from dlstudio.core.frozen import Value, freeze

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what is resident is read from /proc")

MB = 2**20
LENET = (
    "input 1x28x28 > conv 6 5 p2 > tanh > avgpool 2 > conv 16 5 > tanh > avgpool 2 > flatten > "
    "fc 120 > tanh > fc 84 > tanh > fc 10"
)

CHILD = """
import json, resource, sys
from pathlib import Path
import torch
from dlstudio.core.files import load
from dlstudio.training.run import train
from dlstudio.training.method import method_of

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

torch.set_num_threads(1)
method_of("Supervised")
torch.nn.functional.conv2d(torch.zeros(1, 1, 8, 8), torch.zeros(1, 1, 3, 3))
torch.optim.Adam([torch.zeros(1, requires_grad=True)]).step()  # what torch loads with its first optimizer
steps, every = int(sys.argv[3]), int(sys.argv[4])
before, seen = resident(), []

def listen(step, epoch, values):
    if step % every == 0:
        seen.append((step, resident()))

run = train(load(sys.argv[1]), runs=sys.argv[2], steps=steps, listen=listen, probes=True)
weights = sum(tensor.nbytes for tensor in run.model(best=False).state_dict().values())
print(json.dumps({"before": before, "seen": seen, "weights": weights}))
"""


def project(net: str, source: Value, **training: Value) -> Project:
    settings = {"kind": "Supervised", "epochs": 10**6, "device": "cpu", **training}
    return replace(dl.line(net), data=freeze({"source": source}), training=freeze(settings))


def measured(made: Project, folder: Path, steps: int, every: int) -> dict[str, Any]:
    """What was resident before the training, and every so many steps."""
    save(made, folder / "p.dls")
    words = [sys.executable, "-c", CHILD, str(folder / "p.dls"), str(folder / "runs"), str(steps), str(every)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_training_takes_no_more_than_the_model_the_data_and_100_MB(tmp_path: Path) -> None:
    """Weights count four times: with their gradient and the two averages of Adam. 5,000 digits are 16 MB of floats."""
    found = measured(project(LENET, {"kind": "MNIST"}), tmp_path, 300, 10)
    taken = max(size for _, size in found["seen"]) - found["before"]
    due = 4 * found["weights"] + 5_000 * 28 * 28 * 4
    print(f"{taken / MB:.1f} MB, of which {due / MB:.1f} MB are the model and the data")
    assert taken <= due + 100 * MB


@pytest.mark.slow
def test_a_hundred_thousand_steps_take_no_more_memory_than_a_few(tmp_path: Path) -> None:
    tiny = project("input 2 > fc 8 > tanh > fc 2", {"kind": "Points"}, evaluate_every=100, checkpoint_every=10_000)
    found = measured(tiny, tmp_path, 100_000, 1_000)
    steps, sizes = zip(*found["seen"], strict=True)
    half = len(sizes) // 2
    growth = (max(sizes[half:]) - max(sizes[:half])) / (steps[-1] - steps[half])
    print(f"{growth:.2f} bytes a step over the second half of {steps[-1]:,} steps; {(sizes[-1]) / MB:.0f} MB in all")
    assert growth < 20
