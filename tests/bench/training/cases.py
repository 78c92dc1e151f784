"""Cases: the models that are trained, each with data that it can learn from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import dlstudio as dl
from dlstudio.core import edits
from dlstudio.core.document import Project
from dlstudio.core.frozen import Value, freeze

LENET = (
    "input 1x28x28 > conv 6 5 p2 > tanh > avgpool 2 > conv 16 5 > tanh > avgpool 2 > flatten > "
    "fc 120 > tanh > fc 84 > tanh > fc 10"
)
RATE = 1e-3


@dataclass(frozen=True)
class Case:
    """One model: how it is made in a folder, and how many times as fast as the good loop the engine has to be."""

    name: str
    title: str
    make: Callable[[Path], Project]
    batch: int
    bar: float = 1.0
    recipe: str = "Supervised"

    def project(self, folder: Path, device: str) -> Project:
        """The project with a recipe that does nothing beside its steps."""
        rarely: Mapping[str, Value] = {"epochs": 10**6, "evaluate_every": 9999, "checkpoint_every": 10**9}
        adam = {"kind": "Adam", "lr": RATE}
        made = {"kind": self.recipe, "batch_size": self.batch, "device": device, "optimizer": adam, **rarely}
        return replace(self.make(folder), training=freeze(made))


def mlp(_folder: Path) -> Project:
    return _with(dl.line("input 1x28x28 > flatten > fc 128 > relu > fc 10"), {"kind": "MNIST"})


def lenet5(_folder: Path) -> Project:
    return _with(dl.line(LENET), {"kind": "MNIST"})


def resnet18(folder: Path) -> Project:
    """Noise has the same cost as pictures."""
    random = np.random.default_rng(0)
    path = folder / "pictures.npz"
    np.savez(path, x=random.integers(0, 256, (512, 3, 32, 32), np.uint8), y=random.integers(0, 10, 512))
    template = edits.put(dl.template("resnet18"), "model", "image", size=(3, 32, 32))
    return _with(template, {"kind": "Arrays", "file": str(path)})


def lstm(folder: Path) -> Project:
    random = np.random.default_rng(0)
    path = folder / "sentences.npz"
    np.savez(path, x=random.integers(0, 100, (2048, 40)), y=random.integers(0, 2, 2048))
    return _with(dl.template("lstm_classifier"), {"kind": "Arrays", "file": str(path)})


def gpt(folder: Path) -> Project:
    path = folder / "letters.txt"
    letters = np.random.default_rng(0).choice(list("abcdefghijklmnopqrstuvwxyz ,.\n"), 64 * 600)
    path.write_text("".join(letters), encoding="utf-8")
    return _with(dl.template("gpt"), {"kind": "Text", "file": str(path), "length": 64})


def _with(project: Project, source: Mapping[str, Value]) -> Project:
    return replace(project, data=freeze({"source": source}))


CASES = (
    Case("mlp", "MLP 784-128-10", mlp, batch=64, bar=1.1),
    Case("lenet5", "LeNet-5 at 28×28", lenet5, batch=64, bar=1.1),
    Case("resnet18", "ResNet-18 at 32×32", resnet18, batch=32),
    Case("lstm", "LSTM classifier, 40 words", lstm, batch=64),
    Case("gpt", "small GPT, 64 letters", gpt, batch=16, recipe="Language"),
)
