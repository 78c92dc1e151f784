"""Groups: the weights that learn, by name, parted by how fast they learn and whether they decay."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from dlstudio.catalog.recipes import Recipe
from dlstudio.compiler.rates import groups
from dlstudio.training.declared import chosen_optimizer
from dlstudio.training.freezing import plain
from dlstudio.training.method import Task

Group = dict[str, Any]


def learning(task: Task, modules: Sequence[nn.Module]) -> dict[str, Tensor]:
    """The weights of some of a task's networks that learn, under their network's name and their own."""
    return {
        f"{role}.{name}": weight
        for role, module in task.modules.items()
        if any(module is each for each in modules)
        for name, weight in plain(module).named_parameters()
        if weight.requires_grad
    }


def grouped(recipe: Recipe, weights: Mapping[str, Tensor]) -> tuple[list[Group], list[str]]:
    """The optimizer's groups, and the names of the weights in the order in which it counts them."""
    ranks = {name: weight.ndim for name, weight in weights.items()}
    parted = groups(recipe, chosen_optimizer(recipe.optimizer), ranks)
    made: list[Group] = [{"params": [weights[name] for name in each.names], **each.options} for each in parted]
    return made, [name for each in parted for name in each.names]
