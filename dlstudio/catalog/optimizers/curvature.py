"""Curvature: optimizers that also know how the gradient changes; for small networks and full batches."""

from typing import Annotated

from dlstudio.catalog.optimizers.held import Held
from dlstudio.catalog.optimizers.optimizer import Optimizer, optimizer
from dlstudio.core.fields import Choice, Flag, Int, Real

FAMILY = "Curvature"

FACTOR = Real(low=0, high=1e6, help="A factor on the steps; 1 goes where the curvature says")
ROUNDS = Int(1, 100_000, help="How many improvements one step makes")
FLAT = Real(low=0, help="Stops when no gradient is larger than this")


def _full(name: str) -> str:
    return (
        f"{name} learns how the gradient changes from one place to the next, which another mini-batch would upset. "
        "Set the batch size to the number of samples."
    )


@optimizer(FAMILY, ".newton.Newton", synonyms="Hessian, second order, optimal learning rate, OPT-19")
class Newton(Optimizer):
    """Newton's method: θ ← θ − H⁻¹·∇J with the full Hessian H; reaches the lowest point of a quadratic in one step."""

    closure = "loss"
    most_parameters = 2000
    full_batch = _full("Newton's method")

    lr: Annotated[float, FACTOR] = 1.0
    damping: Annotated[float, Real(low=0, help="Added to every curvature: shorter, safer steps")] = 0.0
    saddle_free: Annotated[
        bool,
        Flag(help="Takes curvatures by their size, so that steps lead away from saddle points and peaks, not to them"),
    ] = True


@optimizer(
    FAMILY, ".bfgs.BFGS", synonyms="quasi-Newton, Broyden Fletcher Goldfarb Shanno, Hessian approximation, OPT-20"
)
class BFGS(Optimizer):
    """Learns the inverse Hessian from the gradients on its way, and searches along each direction for a good step."""

    closure = "gradient"
    most_parameters = 5000
    full_batch = _full("BFGS")

    lr: Annotated[float, Real(low=0, high=1e6, open_low=True, help="The step that each search tries first")] = 1.0
    max_iter: Annotated[int, ROUNDS] = 20
    tolerance_grad: Annotated[float, FLAT] = 1e-07

    def remembers(self, held: Held) -> int:
        return held.numbers * held.numbers


@optimizer(FAMILY, "torch.optim.LBFGS", synonyms="limited memory BFGS, quasi-Newton")
class LBFGS(Optimizer):
    """BFGS that remembers only the last steps, so that it also suits larger networks."""

    title = "L-BFGS"

    closure = "gradient"
    full_batch = _full("LBFGS")
    torch_defaults = {"line_search_fn": None}

    lr: Annotated[float, FACTOR] = 1.0
    max_iter: Annotated[int, ROUNDS] = 20
    tolerance_grad: Annotated[float, FLAT] = 1e-07
    tolerance_change: Annotated[float, Real(low=0, help="Stops when loss and weights change less than this")] = 1e-09
    history_size: Annotated[int, Int(1, 10_000, help="How many steps it remembers")] = 100
    line_search_fn: Annotated[
        str | None,
        Choice(options=("strong_wolfe", ""), help="Searches along each direction for a good step; nothing takes lr"),
    ] = "strong_wolfe"

    def arguments(self) -> dict[str, object]:
        return {**self.values(), "line_search_fn": self.line_search_fn or None}

    def remembers(self, held: Held) -> int:
        return 2 * (self.history_size + 1) * held.numbers


@optimizer(
    FAMILY,
    ".levenberg_marquardt.LevenbergMarquardt",
    synonyms="Levenberg, Gauss-Newton, least squares, damping, OPT-21",
)
class LevenbergMarquardt(Optimizer):
    """For least squares: θ ← θ − (JᵀJ + damping)⁻¹·Jᵀr; the damping grows after a bad step and shrinks after a good.

    Between gradient descent (much damping) and Newton's method (little). It needs a squared loss."""

    title = "Levenberg-Marquardt"

    closure = "residuals"
    most_parameters = 2000
    full_batch = _full("Levenberg-Marquardt")

    lr: Annotated[float, FACTOR] = 1.0
    damping: Annotated[float, Real(low=0, open_low=True, help="The damping to start with")] = 0.01
    growth: Annotated[float, Real(low=1, open_low=True, help="By what the damping grows, and shrinks")] = 10.0
    scaled: Annotated[
        bool, Flag(help="Damps each weight by its own curvature (Marquardt) instead of all alike (Levenberg)")
    ] = False
    max_tries: Annotated[int, Int(1, 100, help="How often a step that does not help is tried again, shorter")] = 10
