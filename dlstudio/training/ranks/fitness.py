"""Fitness: whether a training can be shared by many processes, in a sentence where not."""

from collections.abc import Iterator

from dlstudio.catalog.recipes import Gan, Recipe
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.training.declared import chosen_optimizer
from dlstudio.training.ranks.rank import Ranks
from dlstudio.training.restraint import chosen

SHARED = ("Supervised", "Autoencoder", "Gan", "MetricLearning", "Language")
"""Recipes of which each process can do a part."""
MATRICES = ("Adafactor", "Muon")
"""Optimizers that look at a whole matrix at once."""


def require_shareable(recipe: Recipe, ranks: Ranks) -> None:
    """Refuses before anything is written what would end in another result, or in none."""
    if not ranks.many:
        return
    optimizers = [_optimizer(recipe, spec) for spec in _optimizers(recipe)]
    for text in (_way(recipe), _size(recipe, ranks), *optimizers, _pieces(recipe)):
        if text:
            raise ProjectProblem(text)


def _way(recipe: Recipe) -> str:
    if recipe.kind in SHARED:
        return ""
    return f"The recipe {recipe.title} cannot be shared by several processes; train without torchrun."


def _size(recipe: Recipe, ranks: Ranks) -> str:
    if recipe.batch_size >= ranks.world:
        return ""
    return (
        f"A batch of {recipe.batch_size} cannot be shared by {ranks.world} processes: batch_size is what all of them "
        f"learn from together. Make it at least {ranks.world}."
    )


def _optimizers(recipe: Recipe) -> Iterator[Frozen[str, Value]]:
    yield recipe.optimizer
    if isinstance(recipe, Gan) and recipe.critic_optimizer:
        yield recipe.critic_optimizer


def _optimizer(recipe: Recipe, spec: Frozen[str, Value]) -> str:
    chosen = chosen_optimizer(spec)
    if chosen.closure != "none":
        return f"{chosen.kind} works on one process only; with torchrun choose another optimizer, such as Adam."
    if recipe.sharding == "shard" and (chosen.kind in MATRICES or chosen.source.startswith(".")):
        return f"{chosen.kind} needs every weight whole; with sharding “shard” choose another one, such as AdamW."
    return ""


def _pieces(recipe: Recipe) -> str:
    """What weights in pieces do not go with."""
    if recipe.sharding != "shard":
        return ""
    if recipe.precision == "fp16":
        return "Precision fp16 does not go with sharding “shard”; choose bf16."
    for each in chosen(recipe.regularizers):
        if each.place != "gradient":
            return f"The regularizer {each.kind} needs every weight whole; with sharding “shard” take it out."
    return ""
