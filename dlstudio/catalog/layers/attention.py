"""Attention: each step looks at other steps and takes a weighted mean of what it finds there."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from dlstudio.catalog.by_hand import ManyWeights, Weight
from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Line, Port, layer
from dlstudio.catalog.refusal import SEQUENCE, VECTOR, Put, Refused, expect
from dlstudio.core.fields import Choice, Flag, Int, Real
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import FEATURE, TIME, Tensor

HEADS = Int(1, 4096, help="How many views look at the same time; they share the features out evenly")
BIAS = Flag(help="Adds trained offsets to queries, keys, values and the result")
DROPOUT = Real(low=0, high=1, help="The share of the attention that is set to zero in training")
CAUSAL = Flag(help="Hides later steps, so that each step sees itself and what came before (for generating text)")
MASK = "Steps that nobody may look at, such as padding (yes = hidden); at least one must stay visible"

QKV = Frozen({"q": "queries", "k": "keys", "v": "values"})


def check_heads(by: str, features: int, heads: int, field: str) -> None:
    """Refuses heads that do not share the features out evenly."""
    if features % heads:
        fitting = max(n for n in range(1, heads) if features % n == 0)
        raise Refused(
            f"{by} shares {features} features out among its heads, but {heads} does not divide {features}. "
            f"Use {fitting} heads, or put a Linear with {features + heads - features % heads} outputs before it.",
            Put(field, fitting),
            code="heads",
        )


def check_mask(by: str, mask: Tensor, steps: int, port: str = "mask") -> None:
    """Refuses a mask that is not one yes or no for each step."""
    if mask.dtype != "bool" or mask.axes not in ((TIME,), (FEATURE,)) or mask.shape != (steps,):
        raise Refused(
            f"The {port} of {by} is one yes or no for each of {steps} steps; it gets {mask.describe()}.", port=port
        )


def attention_macs(steps: int, seen: int, features: int, read: int) -> int:
    """Products of one attention: queries and result, keys and values, their comparison and the weighted mean."""
    return 2 * steps * features**2 + 2 * seen * read * features + 2 * steps * seen * features


def attention_weights(features: int, read: int, bias: bool) -> dict[str, Weight]:
    """The weights of torch's attention; queries, keys and values share one matrix where they read the same width."""
    apart = {f"{part}_proj_weight": Weight((features, features if part == "q" else read)) for part in QKV}
    joined = {"in_proj_weight": Weight((3 * features, features), QKV)}
    found = joined if read == features else apart
    offsets = {"in_proj_bias": Weight((3 * features,), QKV)} if bias else {}
    result = {"out_proj.weight": Weight((features, features))}
    return found | offsets | result | ({"out_proj.bias": Weight((features,))} if bias else {})


def attention_parameters(features: int, read: int, bias: bool) -> int:
    return 2 * features * (features + read) + 4 * features * bias


@layer(
    "Attention",
    source="nn.MultiheadAttention",
    required=("embed_dim", "num_heads"),
    line=Line(
        ("multiheadattention", "mha", "attention"),
        ("num_heads",),
        {"d": "dropout"},
        {"causal": ("causal", True), "nobias": ("bias", False)},
    ),
    synonyms="self-attention, cross attention, transformer, query, key, value, heads, scaled dot product, memory",
)
class MultiheadAttention(ManyWeights):
    """Each step asks (query), is compared with all steps (keys) and takes a mean of their values by the fit.

    It looks at its own sequence, or at another one that is wired into memory (cross attention)."""

    title = "Multi-head attention"

    inputs = (
        Port("x", "The sequence that asks"),
        Port("memory", "The sequence that is looked at; x itself when nothing is wired", optional=True),
        Port("mask", MASK, optional=True),
    )
    not_arguments = ManyWeights.not_arguments | {"causal", "need_weights"}
    weight_names = ("in_proj_weight", "out_proj.weight")
    bias_names = ("in_proj_bias", "out_proj.bias")

    num_heads: Annotated[int, HEADS] = 4
    dropout: Annotated[float, DROPOUT] = 0.0
    bias: Annotated[bool, BIAS] = True
    causal: Annotated[bool, CAUSAL] = False
    need_weights: Annotated[
        bool, Flag(help="Also gives how much each step looks at each other one (the mean of the heads); this is slower")
    ] = False

    examples = ({"num_heads": 2, "causal": True, "need_weights": True}, {"num_heads": 3, "causal": True})

    def ports_out(self) -> tuple[Port, ...]:
        weights = Port("weights", "For each step, how much it looks at every step; these sum to one")
        return (*self.outputs, weights) if self.need_weights else self.outputs

    def shape(self, x: Tensor, memory: Tensor | None = None, mask: Tensor | None = None) -> dict[str, Tensor]:
        expect(x, self.kind, SEQUENCE)
        check_heads(self.kind, x.channels, self.num_heads, "num_heads")
        if memory is not None:
            expect(memory, self.kind, SEQUENCE, port="memory")
            self._check_causal()
        seen = (memory or x).shape[0]
        if mask is not None:
            check_mask(self.kind, mask, seen)
        weights = {"weights": Tensor((x.shape[0], seen), SEQUENCE)} if self.need_weights else {}
        return {"y": x, **weights}

    def _check_causal(self) -> None:
        if self.causal:
            raise Refused(
                "Causal attention hides the later steps of its own sequence; another sequence at memory has no later "
                "steps. Switch causal off, or take the wire from memory away.",
                Put("causal", False),
                port="memory",
                code="causal-memory",
            )

    def arguments(self, x: Tensor, memory: Tensor | None = None, mask: Tensor | None = None) -> dict[str, Value]:
        read = (memory or x).channels
        other: dict[str, Value] = {} if read == x.channels else {"kdim": read, "vdim": read}
        return {"embed_dim": x.channels, **super().arguments(), **other, "batch_first": True}

    def forward(self, x: Tensor, memory: Tensor | None = None, mask: Tensor | None = None) -> Code:
        seen = "{x}" if memory is None else "{memory}"
        hidden = ", key_padding_mask={mask}" if mask is not None else ""
        causal = ", attn_mask=.causal_mask.later_steps({x}), is_causal=True" if self.causal else ""
        plain = "" if self.need_weights else ", need_weights=False"
        call = f"{{module}}({{x}}, {seen}, {seen}{hidden}{causal}{plain})"
        return Code(call if self.need_weights else f"{call}[0]")

    def weights(self, x: Tensor, memory: Tensor | None = None, mask: Tensor | None = None) -> dict[str, Weight]:
        return attention_weights(x.channels, (memory or x).channels, self.bias)

    def _start(self, spec: Frozen[str, Value], name: str, ins: Mapping[str, Any]) -> Sequence[Code]:
        """Torch keeps one matrix for queries, keys and values, or three where they differ in width."""
        apart = name == "in_proj_weight" and "memory" in ins and ins["memory"].channels != ins["x"].channels
        names = [f"{part}_proj_weight" for part in "qkv"] if apart else [name]
        start = super()._start
        return [code for each in names for code in start(spec, each, ins)]

    def fan_in(self, name: str, x: Tensor, memory: Tensor | None = None, mask: Tensor | None = None) -> int:
        return (memory or x).channels if name in ("k_proj_weight", "v_proj_weight") else x.channels

    def parameters(self, x: Tensor, memory: Tensor | None = None, mask: Tensor | None = None) -> int:
        return attention_parameters(x.channels, (memory or x).channels, self.bias)

    def macs(self, x: Tensor, memory: Tensor | None = None, mask: Tensor | None = None) -> int:
        seen = memory or x
        return attention_macs(x.shape[0], seen.shape[0], x.channels, seen.channels)


@layer(
    "Attention",
    source=".self_attention.SelfAttention",
    required=("embed_dim", "num_heads"),
    line=Line(
        ("selfattention",),
        ("num_heads",),
        {"d": "dropout"},
        {"causal": ("causal", True), "rotary": ("rotary", True), "nobias": ("bias", False)},
    ),
    synonyms="gpt, transformer, heads, scaled dot product, rope, rotary positions, query, key, value",
)
class SelfAttention(ManyWeights):
    """Lets every step of a sequence look at the others; rotary makes it see how far apart they are.

    The attention of today's language models, in a few readable lines."""

    title = "Self-attention"

    weight_names = ("qkv.weight", "out.weight")
    bias_names = ("qkv.bias", "out.bias")

    num_heads: Annotated[int, HEADS] = 4
    bias: Annotated[bool, BIAS] = True
    dropout: Annotated[float, DROPOUT] = 0.0
    causal: Annotated[bool, CAUSAL] = False
    rotary: Annotated[
        bool,
        Flag(help="Turns queries and keys by their position, so that distances count; no other positions are needed"),
    ] = False

    def shape(self, x: Tensor) -> Tensor:
        expect(x, self.kind, SEQUENCE)
        check_heads(self.kind, x.channels, self.num_heads, "num_heads")
        if self.rotary and x.channels // self.num_heads % 2:
            fewer = [n for n in range(1, self.num_heads) if x.channels % (2 * n) == 0]
            raise Refused(
                f"Rotary positions turn pairs of features, but each of the {self.num_heads} heads has "
                f"{x.channels // self.num_heads}, an odd number. Use other heads, or switch rotary off.",
                *(Put("num_heads", n) for n in fewer[-1:]),
                Put("rotary", False),
                code="odd-head",
            )
        return x

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {"embed_dim": x.channels, **super().arguments()}

    def weights(self, x: Tensor) -> dict[str, Weight]:
        size = x.channels
        found = {"qkv.weight": Weight((3 * size, size), QKV), "qkv.bias": Weight((3 * size,), QKV)}
        found |= {"out.weight": Weight((size, size)), "out.bias": Weight((size,))}
        return {name: weight for name, weight in found.items() if self.bias or not name.endswith("bias")}

    def fan_in(self, name: str, x: Tensor) -> int:
        return x.channels

    def parameters(self, x: Tensor) -> int:
        return attention_parameters(x.channels, x.channels, self.bias)

    def macs(self, x: Tensor) -> int:
        return attention_macs(x.shape[0], x.shape[0], x.channels, x.channels)


@layer(
    "Attention",
    source=".location_attention.LocationAttention",
    required=("locations", "features", "state_size"),
    line=Line(("locationattention", "softattention"), ("score",)),
    synonyms="soft attention, show attend and tell, image captions, glimpse, distribution over locations, bahdanau, "
    "additive, weighted sum, ARC-41, LAY-40",
)
class LocationAttention(ManyWeights):
    """Looks where a state says: a distribution over the locations of a picture, and the mean of the features under it.

    z = Σ p_i·a_i with p = softmax of a score for each location; the affine score reads the state alone."""

    inputs = (Port("grid", "One step for each location, its features"), Port("state", "What says where to look"))
    outputs = (
        Port("z", "The mean of the features, weighted by the attention"),
        Port("weights", "How much each location counts; these sum to one"),
    )
    bias_names = ("state.bias",)

    score: Annotated[
        str,
        Choice(
            options=("affine", "additive", "dot"),
            help="affine: W·h + b from the state alone. additive: v·tanh(W·a + U·h + b) for each location. "
            "dot: a·(W·h + b)/√features",
        ),
    ] = "affine"

    def shape(self, grid: Tensor, state: Tensor) -> dict[str, Tensor]:
        expect(grid, self.kind, SEQUENCE, port="grid")
        expect(state, self.kind, VECTOR, port="state")
        return {"z": Tensor(grid.shape[1:], VECTOR), "weights": Tensor(grid.shape[:1], VECTOR)}

    def arguments(self, grid: Tensor, state: Tensor) -> dict[str, Value]:
        given = {"locations": grid.shape[0], "features": grid.channels, "state_size": state.channels}
        return {**given, **super().arguments()}

    def present_weights(self) -> tuple[str, ...]:
        return ("state.weight", "grid.weight", "energy.weight")[: 3 if self.score == "additive" else 1]

    def weights(self, grid: Tensor, state: Tensor) -> dict[str, Weight]:
        size = state.channels
        scores = {"affine": grid.shape[0], "additive": size, "dot": grid.channels}[self.score]
        found = {"state.weight": Weight((scores, size)), "state.bias": Weight((scores,))}
        more = {"grid.weight": Weight((size, grid.channels)), "energy.weight": Weight((1, size))}
        return found | (more if self.score == "additive" else {})

    def fan_in(self, name: str, grid: Tensor, state: Tensor) -> int:
        return grid.channels if name == "grid.weight" else state.channels

    def parameters(self, grid: Tensor, state: Tensor) -> int:
        size = state.channels
        scores = {"affine": grid.shape[0], "additive": size, "dot": grid.channels}[self.score]
        return scores * (size + 1) + (grid.channels * size + size) * (self.score == "additive")

    def macs(self, grid: Tensor, state: Tensor) -> int:
        size, mean = state.channels, grid.size
        return (
            mean
            + {
                "affine": size * grid.shape[0],
                "additive": size * size + grid.size * size + grid.shape[0] * size,
                "dot": size * grid.channels + grid.size,
            }[self.score]
        )
