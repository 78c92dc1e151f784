"""Groups: the weights that learn, by name, parted by how fast they learn and whether they decay."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from dlstudio.catalog.recipes import Recipe
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
    form = chosen_optimizer(recipe.optimizer).arguments()
    parted: dict[tuple[float, bool], dict[str, Tensor]] = {}
    for name, weight in weights.items():
        decays = recipe.decay_on == "all" or weight.ndim > 1 or not form.get("weight_decay")
        parted.setdefault((_factor(recipe, name), decays), {})[name] = weight
    groups: list[Group] = []
    for (factor, decays), named in parted.items():
        own: Group = {"params": list(named.values())}
        if factor != 1.0:
            own["lr"] = form["lr"] * factor
        groups.append(own if decays else {**own, "weight_decay": 0.0})
    return groups, [name for named in parted.values() for name in named]


def _factor(recipe: Recipe, name: str) -> float:
    """How much faster or slower a weight learns than the recipe says, by its node."""
    return float(recipe.rates.get(name.split(".")[1], 1.0)) if recipe.rates else 1.0
