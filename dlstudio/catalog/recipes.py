"""Recipes: the ways to train, as forms; what a training step does is bound to them by name in training/."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from dlstudio.core.fields import Choice, Declared, Flag, Int, Real, Words
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import Declaration, Registry

DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("float32", "tf32", "bf16", "fp16")

ADAM: Frozen[str, Value] = Frozen({"kind": "Adam"})
CONSTANT: Frozen[str, Value] = Frozen({"kind": "Constant"})

EPOCHS = Int(1, 10_000_000, help="How many times all training samples are seen")
BATCH = Int(1, 2**24, help="How many samples one step learns from")
SEED = Int(0, 2**32 - 1, help="Fixes every random choice, so that a run can be repeated")
DEVICE = Choice(options=DEVICES, help="Where to train; auto takes a GPU when there is one")
PRECISION = Choice(
    options=PRECISIONS, help="How numbers are stored while computing: bf16 and fp16 are faster on a GPU, tf32 on NVIDIA"
)
OPTIMIZER = Declared(registry="optimizer", help="How weights follow their gradients")
SCHEDULE = Declared(registry="schedule", help="How the learning rate changes while training")


@dataclass(frozen=True)
class Recipe(Declaration):
    """One way to train; `roles` are the networks that it needs, by name."""

    roles: ClassVar[tuple[str, ...]] = ("model",)

    epochs: Annotated[int, EPOCHS] = 10
    batch_size: Annotated[int, BATCH] = 64
    optimizer: Annotated[Frozen[str, Value], OPTIMIZER] = ADAM
    schedule: Annotated[Frozen[str, Value], SCHEDULE] = CONSTANT
    seed: Annotated[int, SEED] = 0
    device: Annotated[str, DEVICE] = "auto"
    precision: Annotated[str, PRECISION] = "float32"
    compile: Annotated[bool, Flag(help="Compiles the network first: slower to start, often faster to run")] = False
    accumulate: Annotated[
        int, Int(1, 65536, help="How many batches are summed up before one step: a large batch in little memory")
    ] = 1
    clip_norm: Annotated[
        float, Real(low=0, help="Gradients longer than this in all are shortened to it; 0 leaves them as they are")
    ] = 0.0
    clip_value: Annotated[
        float, Real(low=0, help="Each gradient is cut to this size on both sides (the sources use 5); 0 leaves them")
    ] = 0.0
    average: Annotated[
        float, Real(low=0, high=0.999999, help="Keeps a moving average of the weights; 0.999 is usual, 0 is off")
    ] = 0.0
    patience: Annotated[
        int, Int(0, 1_000_000, help="Stops after so many epochs without a better validation loss; 0 never stops early")
    ] = 0
    frozen: Annotated[
        tuple[str, ...], Words(help="Nodes whose weights stay as they are, such as all but the last for fine tuning")
    ] = ()
    evaluate_every: Annotated[int, Int(1, 10_000, help="Validates after every so many epochs")] = 1
    checkpoint_every: Annotated[
        int, Int(0, 2**31 - 1, help="Keeps a checkpoint every so many steps; 0 for each epoch")
    ] = 0


recipes: Registry[Recipe] = Registry("recipe")


def recipe(family: str, *, synonyms: str = "") -> Callable[[type[Recipe]], type[Recipe]]:
    """Registers a recipe under a heading of the training form."""

    def register(cls: type[Recipe]) -> type[Recipe]:
        cls.synonyms = tuple(word.strip() for word in synonyms.split(",") if word.strip())
        return recipes.add(cls, family=family)

    return register


@recipe("Learning from examples", synonyms="classification, regression, tagging, teacher")
class Supervised(Recipe):
    """Shows the network inputs with the right answers, and moves its weights towards giving them.

    The loss of each Output says how the difference is measured; several are added with their weights."""
