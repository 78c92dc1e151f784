"""Scaled dot product attention on queries, keys and values that were made elsewhere: attention drawn by hand."""

from math import prod
from typing import Annotated

from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Layer, Line, Port, layer
from dlstudio.catalog.layers.attention import CAUSAL, DROPOUT
from dlstudio.catalog.refusal import Put, Refused, expect_real
from dlstudio.core.fields import Real
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import Tensor


@layer(
    "Attention",
    line=Line(("scaleddotproduct", "sdpa"), flags={"causal": ("causal", True)}),
    synonyms="scaled_dot_product_attention, query, key, value, heads, transformer, flash attention",
)
class ScaledDotProduct(Layer):
    """Compares queries with keys and takes the mean of the values by the fit: softmax(q·kᵀ/√d)·v.

    It has no weights. Axes in front of steps and features, such as heads, are treated each by itself."""

    title = "Scaled dot product"

    inputs = (
        Port("q", "The queries: steps and features, with any axes such as heads in front"),
        Port("k", "The keys, one for each step that is looked at"),
        Port("v", "The values, one for each key"),
        Port("mask", "Yes where a step may look, or what is added to each comparison", optional=True),
    )

    causal: Annotated[bool, CAUSAL] = False
    dropout: Annotated[float, DROPOUT] = 0.0
    scale: Annotated[float, Real(low=0, help="What each comparison is multiplied with; 0 stands for 1/√d")] = 0.0

    def shape(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
        for port, x in (("q", q), ("k", k), ("v", v)):
            expect_real(x, self.kind, port=port)
        front = q.shape[:-2]
        if q.rank < 2 or not k.rank == v.rank == q.rank or k.shape[:-2] != front or v.shape[:-2] != front:
            raise Refused(
                f"Queries, keys and values need two axes or more, and the same ones in front; "
                f"they are {q}, {k} and {v}.",
                port="k",
            )
        if k.shape[-1] != q.shape[-1] or v.shape[-2] != k.shape[-2]:
            raise Refused(
                f"Keys need as many features as queries, and values as many steps as keys; they are {q}, {k} and {v}.",
                port="k",
            )
        if mask is not None:
            self._check_mask(mask, (*front, q.shape[-2], k.shape[-2]))
        return Tensor((*q.shape[:-1], v.shape[-1]), q.axes)

    def _check_mask(self, mask: Tensor, wanted: tuple[int, ...]) -> None:
        lies = mask.rank == len(wanted) and all(n in (1, m) for n, m in zip(mask.shape, wanted, strict=True))
        if mask.dtype == "int" or not lies:
            text = f"The mask lies over the comparisons {Tensor.of(*wanted)}, or has axes of length 1; it is {mask}."
            raise Refused(text, port="mask")
        if self.causal:
            raise Refused("A mask says already where steps may look; switch causal off.", Put("causal", False))

    def forward(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Code:
        values: dict[str, Value] = {}
        text = "{q}, {k}, {v}" + (", attn_mask={mask}" if mask is not None else "")
        if self.dropout:
            text, values["dropout"] = f"{text}, dropout_p={{dropout}} if self.training else 0.0", self.dropout
        text += ", is_causal=True" if self.causal else ""
        if self.scale:
            text, values["scale"] = f"{text}, scale={{scale}}", self.scale
        return Code(f"F.scaled_dot_product_attention({text})", Frozen(values))

    def macs(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> int:
        return prod(q.shape[:-1]) * k.shape[-2] * (q.shape[-1] + v.shape[-1])
