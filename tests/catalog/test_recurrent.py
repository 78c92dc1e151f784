"""Recurrent layers: the sources' cells step by step in plain arithmetic, and states at their ports against torch."""

import copy
import math
from typing import Any, cast

import pytest
import torch
from torch import nn

from dlstudio.catalog.layer import Weighted
from dlstudio.catalog.refusal import Refused
from dlstudio.compiler.check import check
from dlstudio.compiler.emit import emit
from dlstudio.compiler.load import build
from dlstudio.core.document import Network, Node, Project, Wire
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import Tensor
from tests.catalog.goldens import made, node, numbers
from tests.catalog.harness import NAME

FUSED = ("RNN", "GRU", "LSTM")
TWO_STATES = ("LSTM", "PeepholeLSTM", "CoupledLSTM", "DepthGatedLSTM")
SEQUENCE = Tensor.of(5, 3)


def draw(*shape: int) -> torch.Tensor:
    return torch.randn(shape, dtype=torch.float64)


Part = tuple[str, str, dict[str, Value]]


def network(*parts: Part, wires: str) -> Project:
    """A project of (name, kind, fields), wired by words such as `a.y>b.x`."""
    nodes = [Node(name, kind, Frozen(fields)) for name, kind, fields in parts]
    ends = [[end.split(".") for end in wire.split(">")] for wire in wires.split()]
    return Project(networks=Frozen({"model": Network.of(nodes, [Wire(*source, *target) for source, target in ends])}))


def weights(model: Any) -> dict[str, torch.Tensor]:
    return {name: value.detach() for name, value in getattr(model, NAME).named_parameters()}


def state_of(kind: str, **fields: Any) -> Tensor:
    """What stands at the ports of a state."""
    outs = made(kind, **fields).shape(SEQUENCE)
    assert isinstance(outs, dict)
    return cast(Tensor, outs["h"])


def sigma(x: torch.Tensor) -> torch.Tensor:
    return 1 / (1 + torch.exp(-x))


def sums(w: dict[str, torch.Tensor], x: torch.Tensor, h: torch.Tensor) -> torch.Tensor:
    return x @ w["weight_ih_l0"].T + w["bias_ih_l0"] + h @ w["weight_hh_l0"].T + w["bias_hh_l0"]


def test_ARC_10_the_sigmoid_state_and_a_softmax_output() -> None:
    project = network(
        ("x", "Input", {"size": (3, 2)}),
        ("rnn", "SigmoidRNN", {"hidden_size": 4, "bias": False}),
        ("v", "Linear", {"out_features": 3, "bias": False}),
        ("s", "Output", {}),
        ("o", "Output", {}),
        wires="x.y>rnn.x rnn.y>v.x rnn.y>s.x v.y>o.x",
    )
    model: Any = build(project).double()
    x = draw(1, 3, 2)
    u, w, v = model.rnn.weight_ih_l0, model.rnn.weight_hh_l0, model.v.weight
    s, states = torch.zeros(4, dtype=torch.float64), []
    for step in x[0]:
        s = sigma(u @ step + w @ s)
        states.append(s)
    o, y = model(x)
    torch.testing.assert_close(y[0], torch.stack(states), atol=1e-12, rtol=0)
    torch.testing.assert_close(o.softmax(-1)[0, -1], (v @ s).softmax(0), atol=1e-12, rtol=0)
    with pytest.raises(ValueError, match="sigmoid"):
        nn.RNN(2, 4, nonlinearity="sigmoid")


def test_ARC_11_the_plain_recurrent_network_without_offsets() -> None:
    model = node("RNN", SEQUENCE, hidden_size=4, bias=False)
    w, x, h = weights(model), draw(2, 5, 3), torch.zeros(2, 4, dtype=torch.float64)
    assert set(w) == {"weight_ih_l0", "weight_hh_l0"}
    last, y = model(x)
    for t in range(5):
        h = torch.tanh(h @ w["weight_hh_l0"].T + x[:, t] @ w["weight_ih_l0"].T)
        torch.testing.assert_close(y[:, t], h, atol=1e-12, rtol=0)
    torch.testing.assert_close(last, h, atol=1e-12, rtol=0)


def test_ARC_12_a_stack_has_weights_for_each_layer_and_feeds_states_upwards() -> None:
    model = node("RNN", SEQUENCE, hidden_size=4, num_layers=3)
    w, x = weights(model), draw(2, 5, 3)
    assert len({w[f"weight_hh_l{k}"].data_ptr() for k in range(3)}) == 3
    last, y = model(x)
    read = x
    for k in range(3):
        h, states = torch.zeros(2, 4, dtype=torch.float64), []
        mine = {name.replace(f"_l{k}", "_l0"): value for name, value in w.items() if name.endswith(f"_l{k}")}
        for t in range(5):
            h = torch.tanh(sums(mine, read[:, t], h))
            states.append(h)
        read = torch.stack(states, 1)
        torch.testing.assert_close(last[:, k], h, atol=1e-12, rtol=0)
    torch.testing.assert_close(y, read, atol=1e-12, rtol=0)


def reverse(name: str) -> str:
    """The same weight of the other direction."""
    return name.removesuffix("_reverse") if name.endswith("_reverse") else f"{name}_reverse"


@pytest.mark.parametrize("kind", [*FUSED, "SigmoidRNN", "EarlyResetGRU"])
def test_ARC_13_reading_backwards_swaps_the_halves(kind: str) -> None:
    model = node(kind, SEQUENCE, hidden_size=4, bidirectional=True)
    w, x = weights(model), draw(2, 5, 3)
    y = model(x)[-1]
    assert y.shape == (2, 5, 8)
    other = {name: w[reverse(name)].clone() for name in w}
    getattr(model, NAME).load_state_dict(other)
    swapped = model(x.flip(1))[-1].flip(1)
    torch.testing.assert_close(swapped, torch.cat([y[..., 4:], y[..., :4]], -1), atol=1e-12, rtol=0)


def test_ARC_19_the_gates_of_an_lstm() -> None:
    model = node("LSTM", SEQUENCE, hidden_size=4)
    w, x = weights(model), draw(2, 5, 3)
    h = c = torch.zeros(2, 4, dtype=torch.float64)
    last_c, last_h, y = model(x)
    for t in range(5):
        i, f, g, o = sums(w, x[:, t], h).chunk(4, -1)
        c = sigma(f) * c + sigma(i) * torch.tanh(g)
        h = sigma(o) * torch.tanh(c)
        torch.testing.assert_close(y[:, t], h, atol=1e-12, rtol=0)
    torch.testing.assert_close(last_h, h, atol=1e-12, rtol=0)
    torch.testing.assert_close(last_c, c, atol=1e-12, rtol=0)


def test_ARC_20_a_gru_keeps_the_old_state_with_z() -> None:
    model = node("GRU", SEQUENCE, hidden_size=4)
    w, x, h = weights(model), draw(2, 5, 3), torch.zeros(2, 4, dtype=torch.float64)
    y = model(x)[-1]
    for t in range(5):
        read = (x[:, t] @ w["weight_ih_l0"].T + w["bias_ih_l0"]).chunk(3, -1)
        kept = (h @ w["weight_hh_l0"].T + w["bias_hh_l0"]).chunk(3, -1)
        r, z = sigma(read[0] + kept[0]), sigma(read[1] + kept[1])
        h = (1 - z) * torch.tanh(read[2] + r * kept[2]) + z * h
        torch.testing.assert_close(y[:, t], h, atol=1e-12, rtol=0)


@pytest.mark.parametrize("kind", ["PeepholeLSTM", "DepthGatedLSTM"])
def test_ARC_21_and_ARC_23_closed_extra_gates_leave_the_plain_lstm(kind: str) -> None:
    model, plain = (node(each, SEQUENCE, hidden_size=4, num_layers=2) for each in (kind, "LSTM"))
    extra = getattr(model, NAME).load_state_dict(getattr(plain, NAME).state_dict(), strict=False).missing_keys
    assert extra
    with torch.no_grad():
        for name in extra:
            getattr(model, NAME).get_parameter(name).fill_(-1e9 if name.startswith("bias_d") else 0)
    x = draw(2, 5, 3)
    torch.testing.assert_close(model(x), plain(x), atol=1e-14, rtol=0)


@pytest.mark.parametrize("peepholes", [(), ("forget",), ("input", "output")])
def test_ARC_21_a_peephole_for_each_chosen_gate(peepholes: tuple[str, ...]) -> None:
    names = set(weights(node("PeepholeLSTM", SEQUENCE, hidden_size=4, peepholes=peepholes)))
    assert {name for name in names if "weight_p" in name} == {f"weight_p{gate[0]}_l0" for gate in peepholes}


def test_ARC_22_what_is_forgotten_is_written() -> None:
    model = node("CoupledLSTM", SEQUENCE, hidden_size=4)
    w, x = weights(model), draw(2, 5, 3)
    h = c = torch.zeros(2, 4, dtype=torch.float64)
    y = model(x)[-1]
    for t in range(5):
        f, g, o = sums(w, x[:, t], h).chunk(3, -1)
        c = sigma(f) * c + (1 - sigma(f)) * torch.tanh(g)
        h = sigma(o) * torch.tanh(c)
        torch.testing.assert_close(y[:, t], h, atol=1e-12, rtol=0)


def test_ARC_24_a_part_changes_only_when_its_clock_ticks() -> None:
    y = node("ClockworkRNN", Tensor.of(9, 3), hidden_size=8, periods=(1, 2, 4, 8))(draw(2, 9, 3))[-1]
    for part, period in enumerate((1, 2, 4, 8)):
        trace = y[:, :, 2 * part : 2 * part + 2]
        for t in range(1, 9):
            assert torch.equal(trace[:, t], trace[:, t - 1]) is bool(t % period)


@pytest.mark.parametrize("kind", TWO_STATES)
def test_LAY_34_the_trace_of_the_memory_can_be_read_step_by_step(kind: str) -> None:
    """The cell state has a port, and a sequence fed one step at a time gives the same as all at once."""
    ins = (Tensor.of(1, 3), *[state_of(kind, hidden_size=4, num_layers=2)] * 2)
    whole = node(kind, SEQUENCE, hidden_size=4, num_layers=2)
    single = node(kind, *ins, hidden_size=4, num_layers=2)
    single.load_state_dict(whole.state_dict())
    x = draw(2, 5, 3)
    c = h = torch.zeros(2, 2, 4, dtype=torch.float64)
    trace = []
    for t in range(5):
        c, h, y = single(c, h, x[:, t : t + 1])
        trace.append(y)
    last_c, last_h, all_y = whole(x)
    torch.testing.assert_close(torch.cat(trace, 1), all_y)
    torch.testing.assert_close((c, h), (last_c, last_h))


def lstm_by_hand(model: Any, **rows: float) -> None:
    """Gates held open or shut by their offsets alone: a row i, f, g or o gets so large a sum."""
    rnn = getattr(model, NAME)
    with torch.no_grad():
        for parameter in rnn.parameters():
            parameter.zero_()
        rnn.bias_ih_l0.copy_(torch.tensor([rows[gate] for gate in "ifgo"]))


def test_NUM_84_a_cell_counts_when_all_gates_are_open() -> None:
    model = node("LSTM", Tensor.of(1, 1), Tensor.of(1), Tensor.of(1), hidden_size=1)
    lstm_by_hand(model, i=100, f=100, g=100, o=100)
    c = h = torch.zeros(1, 1, dtype=torch.float64)
    for count in (1, 2, 3):
        c, h, _ = model(c, h, torch.zeros(1, 1, 1, dtype=torch.float64))
        torch.testing.assert_close(c, numbers([count]))
        torch.testing.assert_close(h, numbers([math.tanh(count)]))


def test_NUM_84_gates_and_states_keep_their_ranges() -> None:
    y = node("LSTM", SEQUENCE, hidden_size=4)(100 * draw(2, 5, 3))[-1]
    assert y.abs().max() < 1


def test_NUM_85_gate_blocks() -> None:
    counts = {"RNN": 1, "SigmoidRNN": 1, "GRU": 3, "EarlyResetGRU": 3, "CoupledLSTM": 3, "LSTM": 4}
    for kind, gates in counts.items():
        assert made(kind, hidden_size=7, bias=False).parameters(x=SEQUENCE) == gates * 7 * (3 + 7)
        assert made(kind, hidden_size=7).parameters(x=SEQUENCE) == gates * 7 * (3 + 7 + 2)
        assert made(kind, hidden_size=7).macs(x=SEQUENCE) == 5 * gates * 7 * (3 + 7)
    peephole = made("PeepholeLSTM", hidden_size=7, bias=False)
    assert peephole.parameters(x=SEQUENCE) == 4 * 7 * (3 + 7) + 3 * 7


def test_INI_12_a_picture_starts_the_state() -> None:
    project = network(
        ("x", "Input", {"size": (4, 3)}),
        ("picture", "Input", {"size": (6,)}),
        ("features", "Linear", {"out_features": 8}),
        ("gru", "GRU", {"hidden_size": 8}),
        ("words", "Output", {}),
        wires="x.y>gru.x picture.y>features.x features.y>gru.h0 gru.y>words.x",
    )
    assert "self.gru(x, features.unsqueeze(0))" in emit(project).text
    model: Any = build(project)
    x, picture = torch.randn(2, 4, 3), torch.randn(2, 6)
    expected, _ = model.gru(x, model.features(picture)[None])
    torch.testing.assert_close(model(picture, x), expected)


@pytest.mark.parametrize("kind", [*FUSED, *TWO_STATES, "SigmoidRNN", "EarlyResetGRU", "ClockworkRNN"])
def test_INI_13_the_state_starts_from_zeros(kind: str) -> None:
    fields: dict[str, Any] = {"hidden_size": 4}
    state = state_of(kind, **fields)
    two = kind in TWO_STATES
    bare, given = node(kind, SEQUENCE, **fields), node(kind, SEQUENCE, state, *[state] * two, **fields)
    given.load_state_dict(bare.state_dict())
    x, zeros = draw(2, 5, 3), torch.zeros(2, *state.shape, dtype=torch.float64)
    torch.testing.assert_close(given(*[zeros] * (1 + two), x), bare(x), atol=0, rtol=0)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("both_ways", [False, True])
@pytest.mark.parametrize("kind", FUSED)
def test_states_at_the_ports_are_torchs_with_the_batch_first(kind: str, both_ways: bool, layers: int) -> None:
    fields: dict[str, Any] = {"hidden_size": 4, "num_layers": layers, "bidirectional": both_ways}
    state = state_of(kind, **fields)
    two = kind == "LSTM"
    model = node(kind, SEQUENCE, state, *[state] * two, **fields)
    x, given = draw(2, 5, 3), [draw(2, *state.shape) for _ in range(1 + two)]
    theirs = [g.reshape(2, -1, 4).transpose(0, 1).contiguous() for g in given]
    *after, y = model(*given, x)
    if two:
        expected, (h, c) = getattr(model, NAME)(x, (theirs[1], theirs[0]))
        torch.testing.assert_close(after[0], c.transpose(0, 1).reshape(after[0].shape))
    else:
        expected, h = getattr(model, NAME)(x, theirs[0])
    torch.testing.assert_close(y, expected)
    torch.testing.assert_close(after[-1], h.transpose(0, 1).reshape(after[-1].shape))


def test_only_what_is_used_stands_in_the_source() -> None:
    parts: list[Part] = [("x", "Input", {"size": (4, 3)}), ("lstm", "LSTM", {"hidden_size": 5}), ("out", "Output", {})]
    text = emit(network(*parts, wires="x.y>lstm.x lstm.y>out.x")).text
    assert "nn.LSTM(3, 5, batch_first=True)" in text
    assert "_ = self.lstm(x)" in text
    assert "squeeze" not in text
    text = emit(network(*parts, wires="x.y>lstm.x lstm.c>out.x")).text
    assert "_, (_, lstm_c) = self.lstm(x)" in text
    assert "lstm_c = lstm_c.squeeze(0)" in text


def test_two_nodes_share_one_set_of_weights() -> None:
    project = network(
        ("a", "Input", {"size": (4, 3)}),
        ("b", "Input", {"size": (6, 3)}),
        ("left", "LSTM", {"hidden_size": 5}),
        ("right", "LSTM", {"hidden_size": 5, "same_weights_as": "left"}),
        ("one", "Output", {}),
        ("two", "Output", {}),
        wires="a.y>left.x b.y>right.x left.h>one.x right.h>two.x",
    )
    assert not [issue for issue in check(project) if issue.severity == "error"]
    model: Any = build(project)
    assert sum(p.numel() for p in model.parameters()) == made("LSTM", hidden_size=5).parameters(x=Tensor.of(4, 3))
    x = torch.randn(2, 4, 3)
    one, two = model(x, torch.cat([x, torch.zeros(2, 2, 3)], 1))
    torch.testing.assert_close(one, model.left(x)[1][0][0])
    torch.testing.assert_close(two, model.left(torch.cat([x, torch.zeros(2, 2, 3)], 1))[1][0][0])


@pytest.mark.parametrize("kind", [*FUSED, *TWO_STATES, "SigmoidRNN", "EarlyResetGRU", "ClockworkRNN"])
def test_initialisers_reach_every_matrix_and_offset(kind: str) -> None:
    fields: dict[str, Any] = {"hidden_size": 4, "weight_init": {"kind": "Constant", "val": 0.25}}
    fields |= {"bias_init": {"kind": "Constant", "val": 0.5}}
    for key in ("num_layers", "bidirectional", "proj_size"):
        if key in made(kind).specs:
            fields[key] = {"num_layers": 2, "bidirectional": True, "proj_size": 3}[key]
    for name, value in weights(node(kind, SEQUENCE, **fields)).items():
        if value.dim() == 2:
            assert (value == 0.25).all(), name
        elif name.startswith("bias"):
            assert (value == 0.5).all(), name


@pytest.mark.parametrize("kind", [*FUSED, "PeepholeLSTM", "DepthGatedLSTM", "SigmoidRNN", "EarlyResetGRU"])
def test_NLA_10_weight_norm_gives_each_row_its_length(kind: str) -> None:
    fields: dict[str, Any] = {"hidden_size": 4, "num_layers": 2}
    plain, model = node(kind, SEQUENCE, **fields), node(kind, SEQUENCE, reparametrize="weight norm", **fields)
    part = getattr(model, NAME)
    part.rnn.load_state_dict(getattr(plain, NAME).state_dict())
    x = draw(2, 5, 3)
    with torch.no_grad():
        for name, length in part.length.items():
            length.copy_(part.rnn.get_parameter(name).norm(dim=1, keepdim=True))
    torch.testing.assert_close(model(x), plain(x))
    model = copy.deepcopy(model)
    part = getattr(model, NAME)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        sum(y.square().sum() for y in model(x)).backward()
        optimizer.step()
    for name, length in part.length.items():
        torch.testing.assert_close(part.weight(name).norm(dim=1, keepdim=True), length.abs())
        torch.testing.assert_close(length.grad.norm() > 0, torch.tensor(True))
    assert not torch.allclose(copy.deepcopy(model)(x)[-1], plain(x)[-1])
    assert not list(model.buffers())


@pytest.mark.parametrize("kind", [*FUSED, *TWO_STATES, "SigmoidRNN", "EarlyResetGRU", "ClockworkRNN"])
def test_fan_in_is_the_width_of_each_matrix(kind: str) -> None:
    fields = {"num_layers": 3, "bidirectional": True, "proj_size": 2, "hidden_size": 4}
    layer: Any = made(kind, **{name: value for name, value in fields.items() if name in made(kind).specs})
    assert isinstance(layer, Weighted)
    rnn = node(kind, SEQUENCE, **layer.changed())
    for name in layer.present_weights():
        assert layer.fan_in(name, x=SEQUENCE) == weights(rnn)[name].shape[1], name


def says(kind: str, ins: dict[str, Tensor], **fields: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        made(kind, **fields).shape(**{"x": SEQUENCE, **ins})
    return refusal.value


@pytest.mark.parametrize("kind", TWO_STATES)
def test_one_state_without_the_other_is_refused(kind: str) -> None:
    state = state_of(kind, hidden_size=4)
    assert "c0 is not" in says(kind, {"h0": state}, hidden_size=4).text
    assert "h0 is not" in says(kind, {"c0": state}, hidden_size=4).text
    assert not says(kind, {"c0": state}, hidden_size=4).remedies


def test_a_state_of_another_size_is_offered_a_linear_layer() -> None:
    refusal = says("GRU", {"h0": Tensor.of(9)}, hidden_size=4)
    assert refusal.port == "h0"
    assert {remedy.label for remedy in refusal.remedies} == {"Insert Linear", "Set hidden size to 9"}


def test_dropout_needs_layers_to_stand_between() -> None:
    refusal = says("LSTM", {}, dropout=0.5)
    assert {remedy.label for remedy in refusal.remedies} == {"Set dropout to 0.0", "Set num layers to 2"}
    assert made("LSTM", dropout=0.5, num_layers=2).shape(x=SEQUENCE)


def test_a_recurrent_layer_reads_sequences_only() -> None:
    assert "Transpose" in str(says("GRU", {"x": Tensor((3, 5), ("channel", "time"))}))
    assert "Embedding" in str(says("GRU", {"x": Tensor.of(5, dtype="int")}))
