"""Gradient descent: one learning rate for all weights, with or without momentum."""

from typing import Annotated, ClassVar

from dlstudio.catalog.optimizers.held import Held
from dlstudio.catalog.optimizers.optimizer import DECAY, MOMENTUM, RATE, Optimizer, optimizer, pair
from dlstudio.core.fields import Flag, Real, Reals
from dlstudio.core.spec import BadField, BadFields

FAMILY = "Gradient descent"

FACTORS = Reals(low=0, most=2, help="By what a step is multiplied when the sign flips, and while it stays")
STEPS = Reals(low=0, most=2, help="The smallest and the largest step of a weight")


@optimizer(
    FAMILY,
    "torch.optim.SGD",
    synonyms="gradient descent, GD, BGD, batch gradient descent, stochastic, mini-batch, online, momentum, Nesterov, "
    "GradientDescentOptimizer, tf.train.GradientDescentOptimizer, MomentumOptimizer, tf.train.MomentumOptimizer, "
    "OPT-01, OPT-02, OPT-03, OPT-04",
)
class SGD(Optimizer):
    """Moves weights against the gradient: θ ← θ − lr·∇J; the batch size makes it batch, mini-batch or online descent.

    With momentum it keeps a velocity v ← momentum·v + g and moves by lr·v, torch's way. Where the learning rate
    changes while training, that differs from v ← momentum·v − lr·g: see SourceMomentum and SourceNesterov."""

    fused = True
    foreach = True
    torch_defaults: ClassVar = {"lr": 0.001}

    lr: Annotated[float, RATE] = 0.01
    momentum: Annotated[float, MOMENTUM] = 0.0
    dampening: Annotated[float, Real(low=0, high=1, help="How much of a new gradient is left out of the velocity")] = (
        0.0
    )
    weight_decay: Annotated[float, DECAY] = 0.0
    nesterov: Annotated[bool, Flag(help="Takes the gradient ahead, where the momentum leads (needs a momentum)")] = (
        False
    )

    def validate(self) -> None:
        if self.nesterov and (self.momentum == 0 or self.dampening != 0):
            text = "Nesterov needs a momentum above 0 and a dampening of 0; set momentum to 0.9 and dampening to 0."
            raise BadFields((BadField("nesterov", text),))

    def remembers(self, held: Held) -> int:
        return held.numbers if self.momentum else 0


@optimizer(FAMILY, ".source_momentum.SourceMomentum", synonyms="momentum, inertia, velocity, OPT-05, OPT-25")
class SourceMomentum(Optimizer):
    """Momentum as the sources write it: v ← momentum·v − lr·g, then θ ← θ + v.

    It equals torch's while the learning rate stays; when that falls, the velocity keeps the old rate for a while."""

    keeps = 1

    title = "Momentum (v = μv − lr·g)"

    lr: Annotated[float, RATE] = 0.01
    momentum: Annotated[float, MOMENTUM] = 0.9
    weight_decay: Annotated[float, DECAY] = 0.0


@optimizer(
    FAMILY, ".source_nesterov.SourceNesterov", synonyms="Nesterov, accelerated gradient, NAG, look ahead, OPT-06"
)
class SourceNesterov(Optimizer):
    """Nesterov's momentum as the sources write it: the gradient is taken at θ + momentum·v, the weights are θ itself.

    torch's SGD with nesterov stores the look-ahead point instead, so its weights run ahead of these."""

    keeps = 1

    title = "Nesterov (gradient at θ + μv)"
    closure = "gradient"

    lr: Annotated[float, RATE] = 0.01
    momentum: Annotated[float, MOMENTUM] = 0.9
    weight_decay: Annotated[float, DECAY] = 0.0


@optimizer(FAMILY, "torch.optim.ASGD", synonyms="averaged, Polyak")
class ASGD(Optimizer):
    """Gradient descent that also keeps the average of all weights so far (Polyak and Juditsky 1992)."""

    keeps = 1

    foreach = True

    lr: Annotated[float, RATE] = 0.01
    lambd: Annotated[float, Real(low=0, help="How fast the weights and the rate decay")] = 0.0001
    alpha: Annotated[float, Real(low=0, help="The power by which the rate falls")] = 0.75
    t0: Annotated[float, Real(low=0, help="After how many steps the averaging starts")] = 1_000_000.0
    weight_decay: Annotated[float, DECAY] = 0.0


@optimizer(FAMILY, "torch.optim.Rprop", synonyms="resilient propagation, sign of the gradient, OPT-13")
class Rprop(Optimizer):
    """Looks at the sign of each gradient only: a weight's step grows while the sign stays, and shrinks when it flips.

    For full batches: with mini-batches the signs flip by chance, and the corrections cancel each other."""

    keeps = 2

    foreach = True
    full_batch = (
        "Rprop follows the signs of gradients, which flip by chance from one mini-batch to the next, so that its "
        "corrections cancel. Set the batch size to the number of samples, or use RMSprop."
    )

    lr: Annotated[float, RATE] = 0.01
    etas: Annotated[tuple[float, ...], FACTORS] = (0.5, 1.2)
    step_sizes: Annotated[tuple[float, ...], STEPS] = (1e-06, 50.0)

    def validate(self) -> None:
        pair("etas", self.etas, rising=True)
        pair("step_sizes", self.step_sizes, rising=True)
        if not 0 < self.etas[0] < 1 < self.etas[1]:
            text = "The first of the etas must lie between 0 and 1 and the second above 1, such as 0.5 and 1.2."
            raise BadFields((BadField("etas", text),))
