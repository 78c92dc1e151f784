"""Rates: the weights that learn, parted by how fast they learn and whether they decay, as optimizers take them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dlstudio.catalog.optimizers import Optimizer
from dlstudio.catalog.recipes import Recipe
from dlstudio.core.frozen import Value


@dataclass
class Group:
    """Weights by their names, and what is otherwise for them than for others."""

    options: Mapping[str, Value]
    names: list[str] = field(default_factory=list)


def groups(recipe: Recipe, optimizer: Optimizer, ranks: Mapping[str, int]) -> list[Group]:
    """The groups of weights; `ranks` has the number of axes of each, by its network's name and its own."""
    form = optimizer.arguments()
    found: dict[tuple[float, bool], Group] = {}
    for name, rank in ranks.items():
        factor = float(recipe.rates.get(name.split(".")[1], 1.0)) if recipe.rates else 1.0
        decays = recipe.decay_on == "all" or rank > 1 or not form.get("weight_decay")
        own: dict[str, Value] = {"lr": form["lr"] * factor} if factor != 1.0 else {}
        own |= {} if decays else {"weight_decay": 0.0}
        found.setdefault((factor, decays), Group(own)).names.append(name)
    return list(found.values())
