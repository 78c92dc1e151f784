"""Threads: how many cores the arithmetic of a training on a CPU is worth."""

import torch

from dlstudio.catalog.recipes import Recipe
from dlstudio.compiler.cost import summary
from dlstudio.core.document import Project

SMALL = 5_000_000
"""Multiply-accumulates of a batch on its way forward up to which a second core costs more to wake than it saves.

Measured by turns, one core against two: 0.3 M (residual20) 0.88 times as fast with two, 1.6 M (a perceptron, 16
digits) 0.96, 6.5 M (64 digits) 1.17, 6.7 M (LeNet-5, 16 digits) 1.30. Where others use the cores too, waiting for the
second one is far dearer."""


def fitting(project: Project, recipe: Recipe, device: torch.device) -> int:
    """How many threads; 0 leaves it to torch. It follows from project and recipe, so a resumed run takes as many."""
    if recipe.threads or device.type != "cpu":
        return recipe.threads
    macs = sum(summary(project, role).macs for role in recipe.roles)
    return int(macs * recipe.batch_size <= SMALL)
