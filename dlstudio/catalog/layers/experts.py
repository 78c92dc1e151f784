"""Experts: small networks of which a gate chooses."""

from typing import Annotated

from dlstudio.catalog.layer import Layer, Line, layer
from dlstudio.catalog.refusal import SEQUENCE, VECTOR, Put, Refused, expect
from dlstudio.core.fields import Int
from dlstudio.core.frozen import Value
from dlstudio.core.tensor import Tensor


@layer(
    "Linear",
    source=".expert_mixture.MixtureOfExperts",
    required=("features", "hidden"),
    line=Line(("mixtureofexperts", "moe"), ("hidden", "experts", "top")),
    synonyms="moe, gate, router, sparse, switch, conditional computation",
)
class MixtureOfExperts(Layer):
    """Small networks of which a gate mixes the best few for each vector, so that they can specialise.

    A sequence is treated step by step. All experts are computed: right for a few small ones."""

    hidden: Annotated[int, Int(1, 65536, help="How many neurons each expert has inside")] = 64
    experts: Annotated[int, Int(1, 4096, help="How many experts there are")] = 4
    top: Annotated[int, Int(1, 4096, help="How many of them answer each vector")] = 2

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {"features": x.channels, **super().arguments()}

    def shape(self, x: Tensor) -> Tensor:
        expect(x, self.kind, VECTOR, SEQUENCE)
        if self.top > self.experts:
            raise Refused(
                f"The best {self.top} of {self.experts} experts cannot be chosen. Use more experts or a smaller top.",
                Put("top", self.experts),
                Put("experts", self.top),
                code="experts",
            )
        return x

    def parameters(self, x: Tensor) -> int:
        inside = self.hidden * (x.channels + 1) + x.channels * (self.hidden + 1)
        return self.experts * (inside + x.channels)

    def weight_shapes(self, x: Tensor) -> tuple[tuple[int, ...], ...]:
        many, size = self.experts, x.channels
        inside = (many, self.hidden, size), (many, self.hidden), (many, size, self.hidden), (many, size)
        return (many, size), *inside

    def macs(self, x: Tensor) -> int:
        return self.experts * x.size * (2 * self.hidden + 1)
