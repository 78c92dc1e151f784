"""Attention: the sources' sums in plain arithmetic, torch's own modules beside ours, and what may not be seen."""

import math
from typing import Any

import pytest
import torch
from torch import nn

from dlstudio.catalog.refusal import Insert, Put, Refused
from dlstudio.core.frozen import Frozen
from dlstudio.core.tensor import Tensor
from tests.catalog import harness
from tests.catalog.goldens import made, node
from tests.catalog.harness import NAME

LOOKING = ("MultiheadAttention", "SelfAttention", "TransformerEncoderLayer")
WRITING = (*LOOKING, "TransformerDecoderLayer")
SEQUENCE = Tensor.of(5, 8)
MASK = Tensor((5,), ("time",), "bool")


def draw(*shape: int) -> torch.Tensor:
    return torch.randn(shape, dtype=torch.float64)


def model_of(kind: str, **fields: Any) -> Any:
    memory = [Tensor.of(3, 8)] if kind == "TransformerDecoderLayer" else []
    heads = "nhead" if kind.startswith("Transformer") else "num_heads"
    return node(kind, SEQUENCE, *memory, **{heads: 2, **fields}).eval()


def run(model: Any, kind: str, x: torch.Tensor) -> torch.Tensor:
    torch.manual_seed(3)
    memory = [draw(2, 3, 8)] if kind == "TransformerDecoderLayer" else []
    made: torch.Tensor = model(*memory, x)
    return made


@pytest.mark.parametrize("score", ["affine", "additive", "dot"])
def test_LAY_40_a_distribution_over_locations_and_their_mean(score: str) -> None:
    model = node("LocationAttention", Tensor.of(4, 3), Tensor.of(5), score=score)
    grid, state = draw(2, 4, 3), draw(2, 5)
    weights, z = model(grid, state)
    part = getattr(model, NAME)
    asked = state @ part.state.weight.T + part.state.bias
    scores = {
        "affine": lambda: asked,
        "additive": lambda: torch.tanh(grid @ part.grid.weight.T + asked[:, None]) @ part.energy.weight[0],
        "dot": lambda: (grid * asked[:, None]).sum(-1) / math.sqrt(3),
    }[score]()
    torch.testing.assert_close(weights, scores.softmax(-1), atol=1e-12, rtol=0)
    torch.testing.assert_close(z, (weights[..., None] * grid).sum(1), atol=1e-12, rtol=0)


def test_ARC_41_attention_over_a_picture_sums_to_one() -> None:
    weights, z = node("LocationAttention", Tensor.of(196, 32), Tensor.of(64))(10 * draw(2, 196, 32), 10 * draw(2, 64))
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, dtype=torch.float64), atol=1e-6, rtol=0)
    assert z.shape == (2, 32)


@pytest.mark.parametrize("causal", [False, True])
def test_attention_is_the_softmax_of_scaled_products(causal: bool) -> None:
    model = node("MultiheadAttention", SEQUENCE, num_heads=2, causal=causal, need_weights=True)
    part, x = getattr(model, NAME), draw(2, 5, 8)
    weights, y = model(x)
    q, k, v = (x @ part.in_proj_weight.T + part.in_proj_bias).unflatten(-1, (3, 2, 4)).permute(2, 0, 3, 1, 4)
    scores = q @ k.mT / 2
    if causal:
        scores = scores.masked_fill(torch.ones(5, 5).triu(1) > 0, -math.inf)
    looked = scores.softmax(-1)
    mixed = (looked @ v).transpose(1, 2).flatten(2)
    torch.testing.assert_close(weights, looked.mean(1), atol=1e-12, rtol=0)
    torch.testing.assert_close(y, mixed @ part.out_proj.weight.T + part.out_proj.bias, atol=1e-12, rtol=0)


@pytest.mark.parametrize("need_weights", [False, True])
@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("kind", WRITING)
def test_causal_attention_cannot_see_the_future(kind: str, training: bool, need_weights: bool) -> None:
    fields: dict[str, Any] = {"causal": True, "dropout": 0.0}
    if kind == "MultiheadAttention":
        fields["need_weights"] = need_weights
    model = model_of(kind, **fields).train(training)
    x = draw(2, 5, 8)
    for grad in (False, True):
        with torch.set_grad_enabled(grad):
            whole = run(model, kind, x)
            for t in range(5):
                changed = x.clone()
                changed[:, t:] += draw(2, 5 - t, 8)
                seen = run(model, kind, changed)
                for before, after in zip(parts(whole), parts(seen), strict=True):
                    torch.testing.assert_close(before[:, :t], after[:, :t], atol=1e-12, rtol=0)
                    assert not torch.equal(before[:, t], after[:, t]) or t == 0


def parts(made: Any) -> tuple[torch.Tensor, ...]:
    return made if isinstance(made, tuple) else (made,)


@pytest.mark.parametrize("kind", WRITING)
def test_attention_that_is_not_causal_sees_the_future(kind: str) -> None:
    model, x = model_of(kind, causal=False, dropout=0.0), draw(2, 5, 8)
    changed = x.clone()
    changed[:, 4] += 1
    assert not torch.allclose(run(model, kind, x)[:, 0], run(model, kind, changed)[:, 0])


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("kind", ["MultiheadAttention", "TransformerEncoderLayer"])
def test_what_the_mask_hides_changes_nothing(kind: str, causal: bool) -> None:
    model = masked(kind, causal=causal, dropout=0.0).eval()
    x, hidden = draw(2, 5, 8), torch.tensor([[False, False, False, True, True]] * 2)
    changed = x.clone()
    changed[:, 3:] += 1
    for grad in (False, True):
        with torch.set_grad_enabled(grad):
            torch.testing.assert_close(model(hidden, x)[:, :3], model(hidden, changed)[:, :3])


def masked(kind: str, **fields: Any) -> Any:
    """A layer with a mask; the ports between stay unwired."""
    layer, ins = made(kind, **fields), {"x": SEQUENCE, "mask": MASK}
    return harness.built(harness.Case(layer, Frozen(fields), ins, harness.judge(layer, ins))).double()


def test_cross_attention_looks_at_a_sequence_of_another_length_and_width() -> None:
    memory = Tensor.of(3, 6)
    model = node("MultiheadAttention", SEQUENCE, memory, num_heads=2, need_weights=True)
    theirs = nn.MultiheadAttention(8, 2, kdim=6, vdim=6, batch_first=True).double()
    theirs.load_state_dict(getattr(model, NAME).state_dict())
    x, read = draw(2, 5, 8), draw(2, 3, 6)
    y, weights = theirs(x, read, read)
    torch.testing.assert_close(model(read, x), (weights, y))
    assert weights.shape == (2, 5, 3)


@pytest.mark.parametrize("width", [8, 6])
def test_initialisers_reach_the_matrices_in_both_of_torchs_forms(width: int) -> None:
    fields = {"num_heads": 2, "weight_init": {"kind": "Constant", "val": 0.25}, "bias_init": "Ones"}
    model = node("MultiheadAttention", SEQUENCE, Tensor.of(3, width), **fields)
    assert all((p == (0.25 if p.dim() == 2 else 1)).all() for p in model.parameters())


@pytest.mark.parametrize("kind", ["TransformerEncoderLayer", "TransformerDecoderLayer"])
def test_initialisers_reach_all_parts_of_a_transformer_layer(kind: str) -> None:
    model = model_of(kind, weight_init={"kind": "Constant", "val": 0.25}, bias_init={"kind": "Constant", "val": 0.5})
    for name, value in model.named_parameters():
        if "norm" not in name:
            assert (value == (0.25 if value.dim() == 2 else 0.5)).all(), name


def test_our_self_attention_is_torchs() -> None:
    ours = node("SelfAttention", SEQUENCE, num_heads=2, causal=True)
    theirs = node("MultiheadAttention", SEQUENCE, num_heads=2, causal=True)
    part, other = getattr(ours, NAME), getattr(theirs, NAME)
    with torch.no_grad():
        other.in_proj_weight.copy_(part.qkv.weight)
        other.out_proj.weight.copy_(part.out.weight)
    x = draw(2, 5, 8)
    torch.testing.assert_close(ours(x), theirs(x))


def says(kind: str, x: Tensor = SEQUENCE, *, fields: dict[str, Any], **ins: Tensor) -> Refused:
    with pytest.raises(Refused) as refusal:
        made(kind, **fields).shape(x=x, **ins)
    return refusal.value


@pytest.mark.parametrize("kind", WRITING)
def test_heads_that_do_not_divide_are_offered_heads_that_do(kind: str) -> None:
    field = "nhead" if kind.startswith("Transformer") else "num_heads"
    memory = {"memory": SEQUENCE} if kind == "TransformerDecoderLayer" else {}
    assert says(kind, fields={field: 5}, **memory).remedies == (Put(field, 4),)
    assert says(kind, Tensor.of(5, 7), fields={field: 4}, **memory).remedies == (Put(field, 1),)


def test_rotary_needs_pairs() -> None:
    refusal = says("SelfAttention", Tensor.of(5, 6), fields={"rotary": True, "num_heads": 2})
    assert refusal.remedies == (Put("num_heads", 1), Put("rotary", False))


def test_a_memory_of_another_width_is_offered_a_linear_layer() -> None:
    refusal = says("TransformerDecoderLayer", fields={}, memory=Tensor.of(3, 6))
    assert [remedy.port for remedy in refusal.remedies if isinstance(remedy, Insert)] == ["memory", "x"]


def test_a_mask_is_one_yes_or_no_for_each_step_that_is_looked_at() -> None:
    assert "5 steps" in says("MultiheadAttention", fields={}, mask=Tensor((4,), ("time",), "bool")).text
    assert "5 steps" in says("MultiheadAttention", fields={}, mask=Tensor.of(5)).text
    memory = Tensor.of(3, 8)
    assert "3 steps" in says("MultiheadAttention", fields={}, memory=memory, mask=MASK).text


def test_another_sequence_has_no_later_steps_to_hide() -> None:
    refusal = says("MultiheadAttention", fields={"causal": True}, memory=SEQUENCE)
    assert refusal.remedies == (Put("causal", False),)


def test_a_picture_becomes_a_sequence_of_locations() -> None:
    with pytest.raises(Refused) as refusal:
        made("LocationAttention").shape(grid=Tensor.of(32, 7, 7), state=Tensor.of(8))
    assert [(remedy.kind, remedy.port) for remedy in refusal.value.remedies if isinstance(remedy, Insert)] == [
        ("ToSequence", "grid")
    ]


def test_the_gate_of_a_mixture_lets_the_best_few_answer() -> None:
    model = node("MixtureOfExperts", Tensor.of(6), hidden=5, experts=4, top=2)
    part, x = getattr(model, NAME), draw(3, 6)
    logits = x @ part.gate.weight.T
    answers = torch.stack(
        [
            torch.relu(x @ part.weight_in[k].T + part.bias_in[k]) @ part.weight_out[k].T + part.bias_out[k]
            for k in range(4)
        ],
        1,
    )
    hidden = logits < logits.topk(2).values[:, 1:]
    shares = logits.masked_fill(hidden, -math.inf).softmax(-1)
    torch.testing.assert_close(model(x), (shares[..., None] * answers).sum(1))
    assert says("MixtureOfExperts", fields={"top": 5}).remedies == (Put("top", 4), Put("experts", 5))
