"""Quantities: what is known of every layer at each look, why it matters, and what is healthy."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of each layer; `name` is that of the looks."""

    name: str
    group: str
    title: str
    help: str
    unit: str = ""
    log: bool = False
    percent: bool = False
    healthy: tuple[float, float] | None = None
    """Between which values all is well, where that can be said of any network."""
    spread: str = ""
    """The quantity that is the half width of a band around this one."""

    @property
    def shorter(self) -> tuple[str, ...]:
        """The help in whole parts of itself that take less room: first what is healthy goes, then how it is counted."""
        cuts = (mark for mark in ("; ", ". ", " (", ", ") if mark in self.help)
        parts = (self.help.partition(mark)[0].removesuffix(".") + "." for mark in cuts)
        return tuple(sorted(dict.fromkeys(parts), key=len, reverse=True))

    @property
    def factor(self) -> float:
        """What the numbers of the looks are multiplied with to be in the unit."""
        return 100.0 if self.percent else 1.0


def _share(name: str, group: str, title: str, help: str) -> Quantity:
    return Quantity(name, group, title, help, "%", percent=True)


QUANTITIES = (
    Quantity(
        "gradient", "Gradients", "Gradient norm",
        "How strongly each layer is told to change. Healthy: all layers within two or three decades; "
        "it vanishes where it falls from layer to layer towards the input.",
        "norm", log=True,
    ),
    Quantity(
        "gradient_each", "Gradients", "Gradient per weight",
        "The gradient of a single weight (root mean square): comparable between layers of any size.",
        "rms", log=True,
    ),
    Quantity(
        "update", "Updates", "Update to weight",
        "How far a step moves the weights, as a share of their length. Healthy: 1e-4 to 1e-2; "
        "above it the rate is too high, below it the layer hardly learns.",
        "share", log=True, healthy=(1e-4, 1e-2),
    ),
    Quantity(
        "mean", "Activations", "Mean and spread",
        "What each layer gives out, with a band of one standard deviation. Healthy: near zero, and steady.",
        spread="std",
    ),
    Quantity(
        "std", "Activations", "Spread",
        "The standard deviation of what each layer gives out. Healthy: alike from the first layer to the last.",
        "std", log=True,
    ),
    _share(
        "dead", "Activations", "Dead units",
        "Units that gave zero for every sample of the last looks, so that nothing is learnt through them. "
        "Healthy: few, and not growing.",
    ),
    _share(
        "saturated", "Activations", "Saturated",
        "Results on the flat part of a sigmoid or tanh, where hardly any gradient passes. Healthy: below a third.",
    ),
    _share(
        "zeros", "Activations", "Zeros",
        "Results that are exactly zero. Healthy behind a ReLU: about half.",
    ),
    Quantity(
        "weight", "Weights", "Weight norm",
        "The length of all weights of a layer. Healthy: settles; steady growth asks for weight decay.",
        "norm", log=True,
    ),
    _share(
        "small", "Weights", "Small weights",
        "Weights below a thousandth: L1 makes many of them, L2 few.",
    ),
    _share(
        "twins", "Weights", "Alike units",
        "Units whose weights are those of the first: they learn the same. Healthy: none.",
    ),
    _share(
        "rank", "Weights", "Effective rank",
        "How many directions the weights make use of, of those they could; found while this is in sight. "
        "Healthy: does not collapse.",
    ),
)  # fmt: skip
"""In the order in which they are offered."""

GROUPS = tuple(dict.fromkeys(each.group for each in QUANTITIES))
