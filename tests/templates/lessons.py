"""What templates learn from: the data and the training of those that have some so far."""

from dataclasses import replace

from dlstudio.core.document import Project
from dlstudio.core.frozen import Value, freeze

ALL = {"kind": "Fractions", "train": 1.0, "validation": 0.0, "test": 0.0}
"""A split for data that is too small to keep any of it back."""


def adam(rate: float) -> dict[str, Value]:
    return {"kind": "Adam", "lr": rate}


LESSONS: dict[str, tuple[dict[str, Value], dict[str, Value]]] = {
    "lenet5": (
        {"source": {"kind": "MNIST"}},
        {"kind": "Supervised", "epochs": 3, "batch_size": 16, "optimizer": adam(0.002)},
    ),
    "mlp": (
        {"source": {"kind": "MNIST"}},
        {"kind": "Supervised", "epochs": 5, "batch_size": 16, "optimizer": adam(0.002)},
    ),
    "deep_feed_forward": (
        {"source": {"kind": "Points", "pattern": "spirals", "noise": 0.02}},
        {"kind": "Supervised", "epochs": 150, "batch_size": 64, "optimizer": adam(0.005)},
    ),
    "radial_basis": (
        {"source": {"kind": "Curve", "noise": 0.0}},
        {"kind": "Supervised", "epochs": 200, "batch_size": 32, "optimizer": adam(0.02)},
    ),
    "xor": (
        {"source": {"kind": "TruthTable", "gate": "xor"}, "split": ALL},
        {"kind": "Supervised", "epochs": 300, "batch_size": 4, "optimizer": adam(0.05)},
    ),
}
"""By the name of the template: its data, and how it is trained."""


def taught(name: str, made: Project) -> Project:
    """The template with its lesson, where it has one."""
    if name not in LESSONS:
        return made
    data, training = LESSONS[name]
    return replace(made, data=freeze(data), training=freeze(training))
