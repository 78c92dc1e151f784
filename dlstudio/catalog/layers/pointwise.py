"""Functions of each number by itself that are arithmetic rather than activations."""

from typing import Annotated

from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Line, layer
from dlstudio.catalog.layers.activation import Pointwise
from dlstudio.catalog.layers.squashing import ordered
from dlstudio.core.fields import Real
from dlstudio.core.frozen import Frozen
from dlstudio.core.tensor import Tensor


@layer("Arithmetic", synonyms="absolute value, magnitude, |x|")
class Abs(Pointwise):
    """Drops the sign of every number."""

    expression = "torch.abs({x})"


@layer("Arithmetic", synonyms="x^2, energy")
class Square(Pointwise):
    """Multiplies every number by itself."""

    expression = "torch.square({x})"


@layer(
    "Arithmetic",
    line=Line(("power", "pow"), ("exponent",)),
    synonyms="exponent, root, sqrt, square root, reciprocal, inverse, 1/x, gamma",
)
class Power(Pointwise):
    """Raises every number to a power: 0.5 is the root, −1 one divided by it.

    With a fraction the sign is kept, −|x|^p for a negative x, since such a power of it is no real number."""

    exponent: Annotated[float, Real(help="The power")] = 2.0

    def forward(self, x: Tensor) -> Code:
        if self.exponent.is_integer():
            return Code("{x} ** {exponent}", Frozen({"exponent": int(self.exponent)}))
        return Code("torch.sign({x}) * torch.abs({x}) ** {exponent}", Frozen({"exponent": self.exponent}))


@layer("Arithmetic", line=Line(("log",), ("eps",)), synonyms="logarithm, ln")
class Log(Pointwise):
    """The natural logarithm; smaller numbers count as a tiny one, so that 0 does not give −∞."""

    expression = "torch.log({x}.clamp_min({eps}))"

    eps: Annotated[float, Real(low=0, open_low=True, help="The smallest number whose logarithm is taken")] = 1e-12


@layer("Arithmetic", line=Line(("cos",), ("frequency",)), synonyms="cosine, periodic, phase")
class Cosine(Pointwise):
    """cos(ω·x): waves that start at 1."""

    expression = "torch.cos({frequency} * {x})"

    frequency: Annotated[float, Real(help="ω: how many waves")] = 1.0


@layer("Arithmetic", line=Line(("clamp", "clip"), ("low", "high")), synonyms="clip, limit, bounds")
class Clamp(Pointwise):
    """Cuts every number at a lower and an upper limit; outside them nothing is learned."""

    expression = "{x}.clamp({low}, {high})"

    low: Annotated[float, Real(help="The least that comes out")] = 0.0
    high: Annotated[float, Real(help="The most that comes out")] = 1.0

    def shape(self, x: Tensor) -> Tensor:
        ordered(self.low, self.high, ("low", "high"), strictly=False)
        return super().shape(x)
