"""Groups: under which headings the fields of a recipe stand."""

from dataclasses import dataclass

from dlstudio.catalog.recipes import Recipe
from dlstudio.core.spec import Field


@dataclass(frozen=True, slots=True)
class Group:
    """A heading with fields; some are closed at first."""

    title: str
    names: tuple[str, ...]
    opened: bool = True


HOW_LONG = Group("How long", ("epochs", "patience", "checkpoint_every"))
VALIDATION = Group("Validation", ("metrics", "evaluate_every"), opened=False)
BATCHES = Group("Batches", ("batch_size", "accumulate", "seed"))
OPTIMIZER = Group("Optimizer", ("optimizer", "critic_optimizer"))
SCHEDULE = Group("Learning rate over time", ("schedule",))
REGULARIZERS = Group("Regularizers", ("regularizers", "decay_on", "average"), opened=False)
TUNING = Group("Fine tuning", ("start", "learning", "last", "frozen", "rates"), opened=False)
COMPUTING = Group(
    "Computing",
    ("device", "precision", "threads", "compile", "layout", "capture", "workers", "sharding"),
    opened=False,
)
SHARED = (HOW_LONG, OPTIMIZER, SCHEDULE, BATCHES, REGULARIZERS, TUNING, VALIDATION, COMPUTING)


def own(recipe: type[Recipe]) -> Group:
    """The fields that only this way to train has."""
    shared = {name for group in SHARED for name in group.names}
    return Group(recipe.title, tuple(name for name in recipe.specs if name not in shared))


def fields(recipe: type[Recipe], group: Group) -> tuple[Field, ...]:
    """The fields of a group that mean something to a recipe."""
    return tuple(recipe.specs[name] for name in group.names if name in recipe.specs and name not in recipe.ignores)
