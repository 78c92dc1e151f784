"""Adaptive rates: every weight has a learning rate of its own, from the gradients that it has seen."""

from typing import Annotated

from dlstudio.catalog.optimizers.held import Held
from dlstudio.catalog.optimizers.optimizer import AMSGRAD, BETAS, DECAY, EPS, MOMENTUM, RATE, Optimizer, optimizer, pair
from dlstudio.core.fields import Flag, Int, Real

FAMILY = "Adaptive rates"


class _Moments(Optimizer):
    """Adam and its kin, which remember two means for each weight: of its gradients, and of their size."""

    foreach = True
    keeps = 2
    betas: tuple[float, ...]

    def validate(self) -> None:
        pair("betas", self.betas)


@optimizer(FAMILY, "torch.optim.Adam", synonyms="adaptive moments, AdamOptimizer, tf.train.AdamOptimizer, OPT-10")
class Adam(_Moments):
    """Momentum and a rate of its own for every weight; the usual first choice (Kingma and Ba 2015).

    The first step is lr·sign(g). The weight decay is added to the gradient; AdamW takes it apart from the rates."""

    fused = True

    lr: Annotated[float, RATE] = 0.001
    betas: Annotated[tuple[float, ...], BETAS] = (0.9, 0.999)
    eps: Annotated[float, EPS] = 1e-08
    weight_decay: Annotated[float, DECAY] = 0.0
    amsgrad: Annotated[bool, AMSGRAD] = False

    def remembers(self, held: Held) -> int:
        return (self.keeps + self.amsgrad) * held.numbers


@optimizer(FAMILY, "torch.optim.AdamW", synonyms="decoupled weight decay, transformer")
class AdamW(_Moments):
    """Adam with a weight decay apart from the rates: θ ← θ − lr·decay·θ (Loshchilov and Hutter 2019)."""

    fused = True

    lr: Annotated[float, RATE] = 0.001
    betas: Annotated[tuple[float, ...], BETAS] = (0.9, 0.999)
    eps: Annotated[float, EPS] = 1e-08
    weight_decay: Annotated[float, Real(low=0, help="The share of each weight, times lr, that a step takes away")] = (
        0.01
    )
    amsgrad: Annotated[bool, AMSGRAD] = False

    def remembers(self, held: Held) -> int:
        return (self.keeps + self.amsgrad) * held.numbers


@optimizer(FAMILY, "torch.optim.NAdam", synonyms="Nadam, Nesterov Adam, OPT-12")
class NAdam(_Moments):
    """Adam with Nesterov's look ahead (Dozat 2016)."""

    lr: Annotated[float, RATE] = 0.002
    betas: Annotated[tuple[float, ...], BETAS] = (0.9, 0.999)
    eps: Annotated[float, EPS] = 1e-08
    weight_decay: Annotated[float, DECAY] = 0.0
    momentum_decay: Annotated[float, Real(low=0, help="How the momentum warms up")] = 0.004


@optimizer(FAMILY, "torch.optim.RAdam", synonyms="rectified Adam, warm-up")
class RAdam(_Moments):
    """Adam that holds its rates back until it has seen enough, so that it needs no warm-up (Liu et al. 2020)."""

    lr: Annotated[float, RATE] = 0.001
    betas: Annotated[tuple[float, ...], BETAS] = (0.9, 0.999)
    eps: Annotated[float, EPS] = 1e-08
    weight_decay: Annotated[float, DECAY] = 0.0


@optimizer(FAMILY, "torch.optim.Adamax", synonyms="AdaMax, infinity norm, OPT-11")
class Adamax(_Moments):
    """Adam with the largest gradient so far in place of the mean square (Kingma and Ba 2015)."""

    lr: Annotated[float, RATE] = 0.002
    betas: Annotated[tuple[float, ...], BETAS] = (0.9, 0.999)
    eps: Annotated[float, EPS] = 1e-08
    weight_decay: Annotated[float, DECAY] = 0.0


@optimizer(FAMILY, "torch.optim.Adagrad", synonyms="AdaGrad, AdagradOptimizer, tf.train.AdagradOptimizer, OPT-07")
class Adagrad(Optimizer):
    """Divides each weight's rate by the root of all its squared gradients so far: θ ← θ − lr·g/(√Σg² + ε).

    The rates only ever fall. The sources take ε ≈ 1e-7, torch 1e-10."""

    keeps = 1

    foreach = True

    lr: Annotated[float, RATE] = 0.01
    lr_decay: Annotated[float, Real(low=0, help="How fast the rate falls beside that: lr/(1 + step·lr_decay)")] = 0.0
    weight_decay: Annotated[float, DECAY] = 0.0
    initial_accumulator_value: Annotated[float, Real(low=0, help="Where the sum of squares starts")] = 0.0
    eps: Annotated[float, EPS] = 1e-10


@optimizer(FAMILY, "torch.optim.Adadelta", synonyms="AdaDelta, AdadeltaOptimizer, tf.train.AdadeltaOptimizer, OPT-08")
class Adadelta(Optimizer):
    """Finds the size of its steps by itself, from the steps it took before; its rate stays at 1 (Zeiler 2012)."""

    keeps = 2

    foreach = True

    lr: Annotated[float, Real(low=0, high=1e6, help="A factor on the steps; 1 leaves them as they are")] = 1.0
    rho: Annotated[float, Real(low=0, high=0.999999, help="How slowly the means of squares forget")] = 0.9
    eps: Annotated[float, Real(low=0, help="Added inside the square roots; the first steps grow from it")] = 1e-06
    weight_decay: Annotated[float, DECAY] = 0.0


@optimizer(FAMILY, "torch.optim.RMSprop", synonyms="RMSProp, RMSPropOptimizer, tf.train.RMSPropOptimizer, OPT-09")
class RMSprop(Optimizer):
    """Divides each weight's rate by the root of a mean of its squared gradients: θ ← θ − lr·g/(√mean(g²) + ε).

    The first step is −lr·g/(ε + √((1 − alpha)·g²)). The sources take ε ≈ 1e-7, torch 1e-8."""

    title = "RMSprop"

    foreach = True

    lr: Annotated[float, RATE] = 0.01
    alpha: Annotated[float, Real(low=0, high=0.999999, help="How slowly the mean forgets (β in the sources)")] = 0.99
    eps: Annotated[float, EPS] = 1e-08
    weight_decay: Annotated[float, DECAY] = 0.0
    momentum: Annotated[float, MOMENTUM] = 0.0
    centered: Annotated[bool, Flag(help="Divides by the spread around the mean gradient instead")] = False

    def remembers(self, held: Held) -> int:
        return (1 + self.centered + (self.momentum > 0)) * held.numbers


@optimizer(FAMILY, "torch.optim.Adafactor", synonyms="little memory, large models")
class Adafactor(Optimizer):
    """Adam for large models: keeps a row and a column of numbers for each matrix (Shazeer and Stern 2018)."""

    foreach = True

    lr: Annotated[float, RATE] = 0.01
    beta2_decay: Annotated[float, Real(high=0, help="How the mean of squares slows down; below 0")] = -0.8
    d: Annotated[float, Real(low=0, open_low=True, help="The longest step, as a root mean square")] = 1.0
    weight_decay: Annotated[float, DECAY] = 0.0

    def remembers(self, held: Held) -> int:
        return held.factored


@optimizer(FAMILY, ".muon.MuonAdamW", synonyms="orthogonal, Newton-Schulz, matrices, large models")
class Muon(Optimizer):
    """Moves each weight matrix by its momentum made orthogonal; the other weights, such as biases, as AdamW does.

    Kernels count as matrices of one row for each feature map (Jordan et al. 2024). Every step has the size of an
    AdamW step, so rates and decays of AdamW can be kept."""

    lr: Annotated[float, RATE] = 0.001
    weight_decay: Annotated[float, Real(low=0, help="The share of each weight, times lr, that a step takes away")] = 0.1
    momentum: Annotated[float, MOMENTUM] = 0.95
    nesterov: Annotated[bool, Flag(help="Looks ahead along the momentum")] = True
    ns_steps: Annotated[int, Int(1, 20, help="How many rounds make the matrix orthogonal")] = 5
    betas: Annotated[tuple[float, ...], BETAS] = (0.9, 0.999)
    eps: Annotated[float, EPS] = 1e-08

    def remembers(self, held: Held) -> int:
        return held.numbers + held.flat

    def validate(self) -> None:
        pair("betas", self.betas)
