"""Sparse weights: optimizers whose L1 penalty makes weights exactly 0, not only small."""

from typing import Annotated

from dlstudio.catalog.optimizers.optimizer import L1, POSITIVE_RATE, Optimizer, optimizer
from dlstudio.core.fields import Flag, Real

FAMILY = "Sparse weights"

HALF_L2 = Real(low=0, help="L2 penalty ½λΣθ²: pulls weights towards 0 without reaching it")
WHOLE_L2 = Real(low=0, help="L2 penalty λΣθ² (no ½): pulls weights towards 0 without reaching it")
START = Real(low=0, open_low=True, help="Where the sum of squared gradients starts; larger slows the first steps down")


@optimizer(
    FAMILY,
    ".proximal.ProximalGradientDescent",
    synonyms="ProximalGradientDescentOptimizer, tf.train.ProximalGradientDescentOptimizer, soft threshold, ISTA, "
    "FOBOS, lasso, OPT-16",
)
class ProximalGradientDescent(Optimizer):
    """Gradient descent, then a soft threshold: weights with |θ − lr·g| ≤ lr·l1 become exactly 0."""

    lr: Annotated[float, POSITIVE_RATE] = 0.01
    l1: Annotated[float, L1] = 0.0
    l2: Annotated[float, HALF_L2] = 0.0


@optimizer(
    FAMILY,
    ".proximal.ProximalAdagrad",
    synonyms="ProximalAdagradOptimizer, tf.train.ProximalAdagradOptimizer, soft threshold, lasso, OPT-17",
)
class ProximalAdagrad(Optimizer):
    """AdaGrad, then a soft threshold with each weight's own rate: what hardly matters becomes exactly 0."""

    keeps = 1

    title = "Proximal Adagrad"

    lr: Annotated[float, POSITIVE_RATE] = 0.01
    initial_accumulator_value: Annotated[float, START] = 0.1
    l1: Annotated[float, L1] = 0.0
    l2: Annotated[float, HALF_L2] = 0.0


@optimizer(
    FAMILY, ".ftrl.Ftrl", synonyms="FTRL, follow the regularized leader, FtrlOptimizer, tf.train.FtrlOptimizer, OPT-15"
)
class Ftrl(Optimizer):
    """Follows the best weights for all gradients so far; with l1 above 0 many of them are exactly 0 (McMahan 2013).

    Without penalties it is AdaGrad. It starts from the weights as they are."""

    keeps = 3

    title = "FTRL"

    lr: Annotated[float, POSITIVE_RATE] = 0.01
    lr_power: Annotated[float, Real(high=0, help="The power by which rates fall with the sum of squares")] = -0.5
    initial_accumulator_value: Annotated[float, START] = 0.1
    l1: Annotated[float, L1] = 0.0
    l2: Annotated[float, WHOLE_L2] = 0.0


@optimizer(
    FAMILY,
    ".adagrad_da.AdagradDA",
    synonyms="dual averaging, AdagradDAOptimizer, tf.train.AdagradDAOptimizer, OPT-14",
)
class AdagradDA(Optimizer):
    """Dual averaging: weights follow the sum of all gradients so far, not the last one (Duchi et al. 2011).

    θ = −lr·sign(G)·max(|G| − l1·t, 0)/(l2·t·lr + √S), with G the sum of t gradients and S that of their squares.
    Weights are proportional to the rate, so it should stay the same while training."""

    keeps = 3

    lr: Annotated[float, POSITIVE_RATE] = 0.01
    initial_accumulator_value: Annotated[float, START] = 0.1
    l1: Annotated[float, L1] = 0.0
    l2: Annotated[float, HALF_L2] = 0.0
    keep_start: Annotated[
        bool,
        Flag(help="Counts from the starting weights, not from 0: needed by networks with hidden layers"),
    ] = False
