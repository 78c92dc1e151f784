"""Pairs: how two vectors or tables belong together: products, likeness and distance."""

from typing import Annotated

from dlstudio.catalog.axes import without
from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Layer, Line, Port, layer
from dlstudio.catalog.layers.merge import pair
from dlstudio.catalog.refusal import IMAGE, MAP, SEQUENCE, SIGNAL, VECTOR, Insert, Put, Refused, expect
from dlstudio.core.fields import Choice, Flag, Real
from dlstudio.core.frozen import Value
from dlstudio.core.tensor import Tensor

PAIR = (Port("a"), Port("b"))


class Likeness(Layer):
    """What the layers have in common that make one number of two vectors; of two sequences, one for each step."""

    inputs = PAIR

    def shape(self, a: Tensor, b: Tensor) -> Tensor:
        for port, x in (("a", a), ("b", b)):
            expect(x, self.kind, VECTOR, SEQUENCE, port=port)
        return without(pair(self.kind, a, b), a.rank - 1)


@layer("Merge", line=Line(("dot",)), synonyms="inner product, scalar product, similarity, matching")
class Dot(Likeness):
    """Multiplies two vectors entry by entry and sums up: one number that says how much they point the same way."""

    def forward(self, a: Tensor, b: Tensor) -> Code:
        return Code("({a} * {b}).sum(-1)")


@layer(
    "Merge",
    source="nn.CosineSimilarity",
    line=Line(("cosine", "cosinesimilarity")),
    synonyms="angle, likeness, siamese, contrastive",
)
class CosineSimilarity(Likeness):
    """The cosine of the angle between two vectors: 1 the same way, 0 at right angles, −1 opposite."""

    torch_defaults = {"dim": 1}

    eps: Annotated[float, Real(low=0, open_low=True, help="Keeps vectors of length zero from a division by zero")] = (
        1e-8
    )

    def arguments(self, a: Tensor, b: Tensor) -> dict[str, Value]:
        return {"dim": a.rank, **super().arguments()}


_METRICS = {
    "euclidean": "torch.linalg.vector_norm({a} - {b}, dim=-1)",
    "squared": "({a} - {b}).square().sum(-1)",
    "manhattan": "({a} - {b}).abs().sum(-1)",
    "chebyshev": "({a} - {b}).abs().amax(-1)",
}


@layer(
    "Merge",
    line=Line(("distance", "dist"), flags={name: ("metric", name) for name in _METRICS}),
    synonyms="euclidean, L2, L1, pairwise distance, siamese, triplet, face verification, norm",
)
class Distance(Likeness):
    """How far two vectors are apart, as one number.

    The course's triplet loss uses the squared distance; torch's uses the plain one."""

    metric: Annotated[
        str,
        Choice(
            options=tuple(_METRICS),
            help="Euclidean: √Σ(a−b)². Squared: Σ(a−b)². Manhattan: Σ|a−b|. Chebyshev: the largest |a−b|",
        ),
    ] = "euclidean"

    def forward(self, a: Tensor, b: Tensor) -> Code:
        return Code(_METRICS[self.metric])


@layer(
    "Merge",
    line=Line(("matmul",), flags={"transposed": ("transpose_b", True)}),
    synonyms="matrix product, bmm, dot, attention scores, multiply",
)
class MatMul(Layer):
    """Multiplies two tables as matrices: each row of a with each column of b; of two images, channel by channel.

    With b turned over it compares each row of a with each row of b, as attention does; its heads are channels."""

    title = "Matrix product"

    inputs = PAIR

    transpose_b: Annotated[bool, Flag(help="Turns b over first, so that rows meet rows")] = False

    def shape(self, a: Tensor, b: Tensor) -> Tensor:
        for port, x in (("a", a), ("b", b)):
            expect(x, "MatMul", SEQUENCE, SIGNAL, MAP, IMAGE, port=port)
        if a.shape[:-2] != b.shape[:-2]:
            raise Refused(
                f"MatMul takes two tables, or two stacks of as many tables; it gets {a.describe()} and {b.describe()}.",
                port="b",
            )
        inner, columns = reversed(b.shape[-2:]) if self.transpose_b else b.shape[-2:]
        if a.shape[-1] != inner:
            turned = " turned over" if self.transpose_b else ""
            raise Refused(
                f"MatMul needs as many columns in a as rows in b; a is {a}, b{turned} is {inner}×{columns}.",
                Put("transpose_b", not self.transpose_b),
                Insert("Transpose", port="b", note="Transpose on b"),
                Insert("Transpose", port="a", note="Transpose on a"),
                port="b",
            )
        return Tensor((*a.shape[:-1], columns), a.axes)

    def forward(self, a: Tensor, b: Tensor) -> Code:
        return Code(f"{{a}} @ {{b}}.transpose({a.rank - 1}, {a.rank})" if self.transpose_b else "{a} @ {b}")

    def macs(self, a: Tensor, b: Tensor) -> int:
        return a.size * self.shape(a, b).shape[-1]


@layer("Merge", line=Line(("outer",)), synonyms="outer product, tensor product, interaction, hebbian")
class Outer(Layer):
    """Multiplies each entry of one vector with each of another: a map with a row for each entry of a."""

    inputs = PAIR

    def shape(self, a: Tensor, b: Tensor) -> Tensor:
        for port, x in (("a", a), ("b", b)):
            expect(x, "Outer", VECTOR, port=port)
        return Tensor((a.size, b.size), MAP)

    def forward(self, a: Tensor, b: Tensor) -> Code:
        return Code("{a}.unsqueeze(2) * {b}.unsqueeze(1)")
