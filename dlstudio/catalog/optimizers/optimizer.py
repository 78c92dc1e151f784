"""Optimizer: the declaration of one rule by which weights follow their gradients."""

from collections.abc import Callable, Mapping
from typing import ClassVar, Literal

from dlstudio.catalog.code import Call
from dlstudio.catalog.optimizers.held import Held
from dlstudio.core.fields import Flag, Real, Reals
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import BadField, BadFields, Declaration, Registry

Closure = Literal["none", "gradient", "loss", "residuals"]


class Optimizer(Declaration):
    """One rule by which weights follow their gradients; its fields are the constructor's arguments."""

    source: ClassVar[str] = ""
    """The torch class (`torch.optim.Adam`), or one of ours (`.ftrl.Ftrl`)."""
    fused: ClassVar[bool] = False
    """Whether the constructor takes `fused=True`, on every device that torch trains on."""
    foreach: ClassVar[bool] = False
    """Whether the constructor takes `foreach=True`."""
    closure: ClassVar[Closure] = "none"
    """What `step` must be given: a function that clears the gradients, computes them and returns the loss (gradient),
    one that returns the loss with its graph (loss), or the vector of all residuals with its graph (residuals)."""
    most_parameters: ClassVar[int | None] = None
    """For how many trainable numbers it is meant at most, as it keeps a matrix over all of them."""
    full_batch: ClassVar[str] = ""
    """Why it should see all samples at each step, if it should."""
    keeps: ClassVar[int] = 0
    """How many numbers it remembers for each weight from one step to the next."""
    torch_defaults: ClassVar[Mapping[str, Value]] = {}
    """What the constructor takes when nothing is said, where that is not the field's own default."""

    def validate(self) -> None:
        """Raises BadFields where fields that are right alone do not go together."""

    def remembers(self, held: Held) -> int:
        """How many numbers it remembers from one step to the next, beside counts of steps."""
        return self.keeps * held.numbers

    def arguments(self) -> dict[str, Value]:
        """The constructor's arguments after the parameters."""
        return self.values()

    def call(self) -> Call:
        """The constructor call; the parameters stand first in it and are for the caller to write."""
        defaults = {name: field.default for name, field in self.specs.items() if name != "lr"}
        return Call(self.source, (), tuple(self.arguments().items()), Frozen({**defaults, **self.torch_defaults}))


optimizers: Registry[Optimizer] = Registry("optimizer")


def optimizer(family: str, source: str, *, synonyms: str = "") -> Callable[[type[Optimizer]], type[Optimizer]]:
    """Registers an optimizer; `synonyms` are words, separated by commas, that the search finds it by."""

    def register(cls: type[Optimizer]) -> type[Optimizer]:
        cls.source = source
        return optimizers.add(cls, family=family, synonyms=synonyms)

    return register


RATE = Real(low=0, high=1e6, help="The learning rate: how far a step goes; about 0.001 to 0.1 is usual")
POSITIVE_RATE = Real(
    low=0, high=1e6, open_low=True, help="The learning rate: how far a step goes; about 0.001 to 0.1 is usual"
)
MOMENTUM = Real(
    low=0,
    high=0.999999,
    help="How much of the last step is kept, below 1; under a steady gradient steps grow to lr·g/(1 − momentum)",
)
DECAY = Real(low=0, help="L2: pulls every weight towards 0 by this share of it, as the penalty ½·decay·Σθ² does")
BETAS = Reals(
    low=0,
    high=0.999999,
    most=2,
    help="How slowly the means of the gradients, and of their squares, forget: two numbers below 1",
)
EPS = Real(low=0, help="Added after the square root, so that nothing is divided by 0")
AMSGRAD = Flag(help="Never lets a weight's rate grow again (AMSGrad, Reddi et al. 2018)")
L1 = Real(low=0, help="L1 penalty λΣ|θ|: above 0, weights that hardly matter become exactly 0")


def pair(field: str, value: tuple[float, ...], *, rising: bool = False) -> None:
    """Refuses what is not two numbers, or not the smaller one first where that is asked for."""
    if len(value) != 2:
        raise BadFields((BadField(field, f"The {field.replace('_', ' ')} must be two numbers, not {len(value)}."),))
    if rising and not value[0] <= value[1]:
        raise BadFields(
            (BadField(field, f"The {field.replace('_', ' ')} must be the smaller number, then the larger."),)
        )
