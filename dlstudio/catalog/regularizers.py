"""Regularizers: what keeps weights small and steps short, beside the loss."""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, ClassVar, Literal

from dlstudio.core.fields import Choice, Real, Words
from dlstudio.core.frozen import Value
from dlstudio.core.spec import Declaration, Registry

Place = Literal["loss", "gradient", "weight"]
"""Where it acts: a term beside the loss, a change of the gradients before the step, of the weights after it."""


@dataclass(frozen=True)
class Regularizer(Declaration):
    """One way to hold weights or gradients back. Its function takes weights and the arguments that stand here."""

    source: ClassVar[str] = ""
    """A function of ours (`.weight_penalty.l1_penalty`) or torch's; of a list of weights."""
    place: ClassVar[Place] = "loss"

    def arguments(self) -> dict[str, Value]:
        """The function's arguments after the weights."""
        return self.values()

    @property
    def active(self) -> bool:
        """Whether it does anything: a strength of 0 is left out altogether, so that not a bit changes (REG-04)."""
        return True

    def touches(self, name: str, rank: int) -> bool:
        """Whether it acts on a parameter, by its name in the state dict and its number of axes."""
        return True


regularizers: Registry[Regularizer] = Registry("regularizer")


def regularizer(family: str, source: str, *, synonyms: str = "") -> Callable[[type[Regularizer]], type[Regularizer]]:
    """Registers a regularizer; `synonyms` are words, separated by commas, that the search finds it by."""

    def register(cls: type[Regularizer]) -> type[Regularizer]:
        cls.source = source
        return regularizers.add(cls, family=family, synonyms=synonyms)

    return register


ON = Choice(
    options=("weights", "all"),
    help="Weights: matrices and kernels only. All: biases, and the scales of normalizations, too",
)
NODES = Words(
    help="Only the parameters of these nodes, or of these names, such as conv1 or *.weight_hh*; none: all nodes"
)
STRENGTH = Real(low=0, help="How much the penalty counts beside the loss; 0 is none")


@dataclass(frozen=True)
class Chosen(Regularizer):
    """A regularizer of some of the weights."""

    on: Annotated[str, ON] = "weights"
    nodes: Annotated[tuple[str, ...], NODES] = ()

    def arguments(self) -> dict[str, Value]:
        return {name: value for name, value in self.values().items() if name not in ("on", "nodes")}

    def touches(self, name: str, rank: int) -> bool:
        if self.on == "weights" and rank < 2:
            return False
        return not self.nodes or any(fnmatchcase(name, node) or name.startswith(f"{node}.") for node in self.nodes)


PENALTY = "Penalties on weights"


@regularizer(PENALTY, ".weight_penalty.l1_penalty", synonyms="lasso, sparse, feature selection, REG-01, REG-05")
class L1(Chosen):
    """λΣ|θ|: every step takes the same from each weight, w ← w − ελ·sign(w), so that useless ones end near 0.

    Gradient descent leaves them jumping about 0; ProximalGradientDescent, an optimizer, makes them exactly 0."""

    strength: Annotated[float, STRENGTH] = 0.0001

    @property
    def active(self) -> bool:
        return self.strength > 0


@regularizer(
    PENALTY, ".weight_penalty.l2_penalty", synonyms="weight decay, ridge, Tikhonov, shrinkage, REG-02, REG-03, LOS-31"
)
class L2(Chosen):
    """½αΣθ² or λΣθ²: every step takes a share of each weight, w ← (1 − εα)w, so that large ones shrink most.

    The factor says which: with ½, ε = 0.1 and α = 0.1 take 2 to 1.98, without it to 1.96. An optimizer's weight
    decay is the form with ½."""

    strength: Annotated[float, STRENGTH] = 0.0001
    factor: Annotated[
        str, Choice(options=("half", "whole"), help="½αΣθ² with the gradient αθ, or λΣθ² with the gradient 2λθ")
    ] = "half"

    @property
    def active(self) -> bool:
        return self.strength > 0

    def arguments(self) -> dict[str, Value]:
        return {"strength": self.strength * (2 if self.factor == "whole" else 1)}


@regularizer(PENALTY, ".weight_penalty.elastic_penalty", synonyms="L1 and L2, lasso, ridge")
class ElasticNet(Chosen):
    """λ₁Σ|θ| + ½λ₂Σθ²: both penalties at once, for inputs that say much the same."""

    l1: Annotated[float, STRENGTH] = 0.0001
    l2: Annotated[float, STRENGTH] = 0.0001

    @property
    def active(self) -> bool:
        return self.l1 > 0 or self.l2 > 0


@regularizer("Limits on weights", ".max_norm.max_norm_", synonyms="constraint, radius, dropout, REG-16, OPT-26")
class MaxNorm(Chosen):
    """After each step the incoming weights of every neuron are scaled back to a length of at most c.

    Goes with dropout, a large falling rate and a high momentum: weights cannot run away. Biases have no length."""

    place = "weight"

    c: Annotated[float, Real(low=0, open_low=True, help="The longest that the weights of one neuron may get")] = 3.0

    def touches(self, name: str, rank: int) -> bool:
        return rank >= 2 and super().touches(name, rank)


CLIPPING = "Limits on gradients"


@regularizer(CLIPPING, ".clip_gradients.clip_values_", synonyms="gradient clipping, exploding, threshold 5, TRN-24")
class ClipValue(Regularizer):
    """Cuts every gradient to the threshold on both sides before the step, against exploding gradients."""

    place = "gradient"

    threshold: Annotated[
        float, Real(low=0, open_low=True, help="The largest gradient of a single weight; the sources use 5")
    ] = 5.0


@regularizer(CLIPPING, ".clip_gradients.clip_norm_", synonyms="gradient clipping, exploding, norm, recurrent")
class ClipNorm(Regularizer):
    """Shortens all gradients together when they are longer than a limit: the direction stays as it is."""

    place = "gradient"

    longest: Annotated[float, Real(low=0, open_low=True, help="The length that all gradients together may have")] = 1.0
