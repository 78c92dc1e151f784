"""Transformer layers: attention and a small network for each step, with shortcuts and normalizations."""

from typing import Annotated, ClassVar

from dlstudio.catalog.by_hand import ManyWeights, Weight
from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Line, Port, layer
from dlstudio.catalog.layers.attention import (
    CAUSAL,
    HEADS,
    MASK,
    attention_macs,
    attention_parameters,
    attention_weights,
    check_heads,
    check_mask,
)
from dlstudio.catalog.refusal import SEQUENCE, Insert, Refused, expect
from dlstudio.core.fields import Choice, Flag, Int, Real
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import Tensor

INNER = Int(1, 2**20, help="How many neurons the small network has inside; often four times the features")
DROPOUT = Real(low=0, high=1, help="The share of the results that is set to zero in training")
ACTIVATION = Choice(options=("relu", "gelu"), help="What bends the small network's inner numbers")
NORM_FIRST = Flag(help="Normalizes before each part rather than after it (pre-norm), which trains deep stacks better")
BIAS = Flag(help="Adds trained offsets everywhere")


class TransformerLayer(ManyWeights):
    """What the layers of an encoder and a decoder have in common."""

    attentions: ClassVar[tuple[str, ...]]
    torch_defaults = {"dim_feedforward": 2048}
    not_arguments = ManyWeights.not_arguments | {"causal"}
    nhead: int
    dim_feedforward: int
    bias: bool
    causal: bool

    def check(self, x: Tensor) -> None:
        expect(x, self.kind, SEQUENCE)
        check_heads(self.kind, x.channels, self.nhead, "nhead")

    def arguments(self, x: Tensor, **ins: Tensor) -> dict[str, Value]:
        return {"d_model": x.channels, **super().arguments(), "batch_first": True}

    def weights(self, x: Tensor, **ins: Tensor) -> dict[str, Weight]:
        size, inner = x.channels, self.dim_feedforward
        parts = {name: attention_weights(size, size, self.bias) for name in self.attentions}
        parts |= {"linear1": affine(inner, size), "linear2": affine(size, inner)}
        parts |= {f"norm{i + 1}": affine(size) for i in range(len(self.attentions) + 1)}
        found = {f"{part}.{name}": weight for part, inside in parts.items() for name, weight in inside.items()}
        return {name: weight for name, weight in found.items() if self.bias or not name.endswith(".bias")}

    def present_weights(self) -> tuple[str, ...]:
        inside = [f"{name}.{part}" for name in self.attentions for part in ("in_proj_weight", "out_proj.weight")]
        return (*inside, "linear1.weight", "linear2.weight")

    def present_biases(self) -> tuple[str, ...]:
        inside = [f"{name}.{part}" for name in self.attentions for part in ("in_proj_bias", "out_proj.bias")]
        return (*inside, "linear1.bias", "linear2.bias") if self.bias else ()

    def fan_in(self, name: str, x: Tensor, **ins: Tensor) -> int:
        return self.dim_feedforward if name == "linear2.weight" else x.channels

    def parameters(self, x: Tensor, **ins: Tensor) -> int:
        size, inner = x.channels, self.dim_feedforward
        looks = len(self.attentions) * attention_parameters(size, size, self.bias)
        norms = (len(self.attentions) + 1) * size * (1 + self.bias)
        return looks + norms + 2 * size * inner + (size + inner) * self.bias

    def macs(self, x: Tensor, **ins: Tensor) -> int:
        looks = [ins["memory"] if name == "multihead_attn" else x for name in self.attentions]
        return 2 * x.size * self.dim_feedforward + sum(
            attention_macs(x.shape[0], seen.shape[0], x.channels, x.channels) for seen in looks
        )


def affine(*shape: int) -> dict[str, Weight]:
    """A weight of that shape and an offset for each of its rows."""
    return {"weight": Weight(shape), "bias": Weight(shape[:1])}


def transformer_line(*words: str) -> Line:
    return Line(
        words,
        ("nhead", "dim_feedforward"),
        {"d": "dropout"},
        {"causal": ("causal", True), "prenorm": ("norm_first", True), "gelu": ("activation", "gelu")},
    )


@layer(
    "Attention",
    source="nn.TransformerEncoderLayer",
    required=("d_model", "nhead"),
    line=transformer_line("transformerencoderlayer", "encoderlayer"),
    synonyms="transformer, encoder, block, bert, gpt, vit, self-attention, feed forward, vaswani",
)
class TransformerEncoderLayer(TransformerLayer):
    """One floor of a transformer: the steps look at each other, then a small network treats each step.

    A stack of them is a Block with repeat; with causal it is a language model's floor (GPT)."""

    attentions = ("self_attn",)
    inputs = (Port("x", "The sequence"), Port("mask", MASK, optional=True))

    nhead: Annotated[int, HEADS] = 4
    dim_feedforward: Annotated[int, INNER] = 256
    dropout: Annotated[float, DROPOUT] = 0.1
    activation: Annotated[str, ACTIVATION] = "relu"
    norm_first: Annotated[bool, NORM_FIRST] = False
    bias: Annotated[bool, BIAS] = True
    causal: Annotated[bool, CAUSAL] = False

    not_arguments = TransformerLayer.not_arguments - {"activation"}
    examples = ({"nhead": 2, "causal": True}, {"nhead": 3, "dim_feedforward": 8, "norm_first": True, "causal": True})

    def shape(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        self.check(x)
        if mask is not None:
            check_mask(self.kind, mask, x.shape[0])
        return x

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Code:
        causal = ", src_mask=.causal_mask.later_steps({x}), is_causal=True" if self.causal else ""
        hidden = ", src_key_padding_mask={mask}" if mask is not None else ""
        return Code(f"{{module}}({{x}}{causal}{hidden})")


@layer(
    "Attention",
    source="nn.TransformerDecoderLayer",
    required=("d_model", "nhead"),
    line=transformer_line("transformerdecoderlayer", "decoderlayer"),
    synonyms="transformer, decoder, block, cross attention, translation, sequence to sequence, seq2seq, vaswani",
)
class TransformerDecoderLayer(TransformerLayer):
    """One floor of a transformer that writes: its steps look at what is written, then at the sequence in memory."""

    attentions = ("self_attn", "multihead_attn")
    inputs = (
        Port("x", "The sequence that is written"),
        Port("memory", "The sequence that is read, from the encoder"),
        Port("mask", MASK, optional=True),
        Port("memory_mask", f"The same for memory. {MASK}", optional=True),
    )

    nhead: Annotated[int, HEADS] = 4
    dim_feedforward: Annotated[int, INNER] = 256
    dropout: Annotated[float, DROPOUT] = 0.1
    activation: Annotated[str, ACTIVATION] = "relu"
    norm_first: Annotated[bool, NORM_FIRST] = False
    bias: Annotated[bool, BIAS] = True
    causal: Annotated[bool, CAUSAL] = True

    not_arguments = TransformerLayer.not_arguments - {"activation"}
    examples = ({"nhead": 2, "causal": False}, {"nhead": 3, "dim_feedforward": 8, "norm_first": True})

    def shape(self, x: Tensor, memory: Tensor, mask: Tensor | None = None, memory_mask: Tensor | None = None) -> Tensor:
        self.check(x)
        expect(memory, self.kind, SEQUENCE, port="memory")
        if memory.channels != x.channels:
            raise Refused(
                f"The memory has {memory.channels} features, the sequence {x.channels}; "
                "the layer compares them, so they must agree. Put a Linear between.",
                Insert("Linear", Frozen({"out_features": x.channels}), "memory"),
                Insert("Linear", Frozen({"out_features": memory.channels}), "x"),
                port="memory",
            )
        for port, given, steps in (("mask", mask, x.shape[0]), ("memory_mask", memory_mask, memory.shape[0])):
            if given is not None:
                check_mask(self.kind, given, steps, port)
        return x

    def forward(self, x: Tensor, memory: Tensor, mask: Tensor | None = None, memory_mask: Tensor | None = None) -> Code:
        causal = ", tgt_mask=.causal_mask.later_steps({x}), tgt_is_causal=True" if self.causal else ""
        hidden = ", tgt_key_padding_mask={mask}" if mask is not None else ""
        unread = ", memory_key_padding_mask={memory_mask}" if memory_mask is not None else ""
        return Code(f"{{module}}({{x}}, {{memory}}{causal}{hidden}{unread})")
