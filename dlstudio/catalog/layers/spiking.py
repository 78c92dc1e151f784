"""Spiking neurons: units that fire when what they have gathered over time is enough."""

from typing import Annotated

from dlstudio.catalog.layer import Layer, Line, layer
from dlstudio.catalog.refusal import CLIP, SEQUENCE, expect
from dlstudio.core.fields import Choice, Real
from dlstudio.core.tensor import Tensor


@layer(
    "Recurrent",
    source=".spiking.LeakyIntegrateFire",
    line=Line(("leakyintegratefire", "lif", "spiking"), ("decay", "threshold")),
    synonyms="spiking neuron, integrate and fire, membrane potential, neuromorphic, snn",
)
class LeakyIntegrateFire(Layer):
    """Spiking neurons: each sums its input over time, leaks, and fires a 1 when the sum reaches a threshold.

    Backwards the jump counts as a steep but smooth curve, so that training can go through it."""

    title = "Leaky integrate-and-fire"

    smooth = False

    decay: Annotated[float, Real(low=0, high=1, help="Which part of the potential is left at the next step")] = 0.9
    threshold: Annotated[float, Real(low=0, open_low=True, help="The potential at which a neuron fires")] = 1.0
    reset: Annotated[
        str, Choice(options=("zero", "subtract"), help="After firing: back to zero, or less by the threshold")
    ] = "zero"
    slope: Annotated[float, Real(low=0, help="How steep the curve is that stands in for the jump backwards")] = 25.0

    def shape(self, x: Tensor) -> Tensor:
        expect(x, "LeakyIntegrateFire", SEQUENCE, CLIP)
        return x
