"""The worked numeric examples of the lecture texts that need a layer or a small network and no training."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from dlstudio.compiler.check import check, examine
from dlstudio.compiler.cost import summary
from dlstudio.compiler.line import line
from dlstudio.core import edits
from dlstudio.core.document import Project
from tests.building import build


def filled(text: str, **weights: Any) -> Any:
    """The module of a line with weights set by hand: `fc1_weight=[[...]]`."""
    module = build(line(text)).double()
    with torch.no_grad():
        for name, values in weights.items():
            node, _, part = name.rpartition("_")
            getattr(getattr(module, node), part).copy_(torch.tensor(values, dtype=torch.float64))
    return module


def numbers(values: Any) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def rows(text: str) -> list[list[float]]:
    """ "1 2/3 4" as a matrix."""
    return [[float(number) for number in row.split()] for row in text.split("/")]


IMAGE = "1 1 1 0 0/0 1 1 1 0/0 0 1 1 1/0 0 1 1 0/0 1 1 0 0"
CROSS = [[rows("1 0 1/0 1 0/1 0 1")]]


def test_the_singers_are_voted_out_NUM_01() -> None:
    vote = filled("input 3 > vote: fc 1 > step", vote_weight=[[1, 3, 2]], vote_bias=[-3])
    scores = numbers([[4, 1, -3]])
    assert vote.vote(scores).item() + 3 == 1
    assert vote(scores).item() == 0


def test_a_perceptron_is_a_nand_gate_NUM_02_ARC_02() -> None:
    gate = filled("input 2 > gate: fc 1 > step", gate_weight=[[-2, -2]], gate_bias=[3])
    inputs = numbers([[0, 0], [0, 1], [1, 0], [1, 1]])
    assert gate.gate(inputs).flatten().tolist() == [3, 1, 1, -1]
    assert gate(inputs).flatten().tolist() == [1, 1, 1, 0]


def test_a_3_4_2_network_has_26_parameters_NUM_03() -> None:
    assert summary(line("input 3 > fc 4 > sigmoid > fc 2 > sigmoid")).parameters == 26


@pytest.mark.parametrize(
    ("stride", "expected"), [(1, "4 3 4/2 4 3/2 3 4"), (2, "4 4/2 4")], ids=["NUM_04_NUM_05", "NUM_06_NUM_07"]
)
def test_a_cross_slides_over_the_image_LAY_04_LAY_08(stride: int, expected: str) -> None:
    module = filled(f"input 1x5x5 > conv 1 3 s{stride} > relu", conv1_weight=CROSS, conv1_bias=[0])
    assert module(numbers([[rows(IMAGE)]]))[0, 0].tolist() == rows(expected)


def test_two_filters_over_three_channels_NUM_08_NUM_09_NUM_10_LAY_05_LAY_06_LAY_07() -> None:
    image = [
        rows("0 1 1 0 2/2 2 2 2 1/1 0 0 2 0/0 1 1 0 0/1 2 0 0 2"),
        rows("1 0 2 2 0/0 0 0 2 0/1 2 1 2 1/1 0 0 0 0/1 2 1 1 1"),
        rows("2 1 2 0 0/1 0 0 1 0/0 2 1 0 1/0 1 2 2 2/2 1 0 0 1"),
    ]
    first = [rows("-1 1 0/0 1 0/0 1 1"), rows("-1 -1 0/0 0 0/0 -1 0"), rows("0 0 -1/0 1 0/1 -1 -1")]
    second = [rows("1 1 -1/-1 -1 1/0 -1 1"), rows("0 1 0/-1 0 -1/-1 1 0"), rows("-1 0 0/-1 0 1/-1 0 0")]
    text = "input 3x5x5 > conv 2 3 s2 p1"
    module = filled(text, conv1_weight=[first, second], conv1_bias=[1, 0])
    made = module(numbers([image]))[0].tolist()
    assert made == [rows("6 7 5/3 -1 -1/2 -1 4"), rows("2 -5 -8/1 -4 -4/0 -5 -5")]
    assert summary(line(text)).parameters == 56


def test_a_padded_convolution_NUM_33_NUM_34_LAY_09() -> None:
    kernel = [[rows("1 -1 1/0 1 0/1 1 -1")]]
    module = filled("input 1x4x4 > conv 1 3 p1", conv1_weight=kernel, conv1_bias=[0])
    made = module(numbers([[rows("1 2 1 0/0 2 1 2/1 2 1 2/1 2 1 1")]]))[0, 0].tolist()
    assert made == rows("-1 3 2 3/0 4 3 6/2 3 6 3/2 2 4 0")
    assert made[0][0] == -1


NET = {
    "hidden_weight": [[0.15, 0.20], [0.25, 0.30]],
    "hidden_bias": [0.35, 0.35],
    "out_weight": [[0.40, 0.45], [0.50, 0.55]],
    "out_bias": [0.60, 0.60],
}


def test_the_2_2_2_network_forwards_NUM_12_NUM_13() -> None:
    module = filled("input 2 > hidden: fc 2 > sigmoid > out: fc 2 > sigmoid", **NET)
    x = numbers([[0.05, 0.10]])
    net_h = module.hidden(x)
    out_h = torch.sigmoid(net_h)
    net_o = module.out(out_h)
    result = module(x)
    for found, expected in (
        (net_h, [0.3775, 0.3925]),
        (out_h, [0.593269992, 0.596884378]),
        (net_o, [1.105905967, 1.224921404]),
        (result, [0.751365070, 0.772928465]),
    ):
        torch.testing.assert_close(found[0], numbers(expected), atol=5e-10, rtol=0)
    errors = 0.5 * (numbers([[0.01, 0.99]]) - result) ** 2
    torch.testing.assert_close(errors[0], numbers([0.274811083, 0.023560026]), atol=5e-10, rtol=0)
    assert abs(errors.sum().item() - 0.298371109) < 5e-10


def test_the_2_2_2_network_backwards_NUM_14() -> None:
    module = filled("input 2 > hidden: fc 2 > sigmoid > out: fc 2 > sigmoid", **NET)
    (0.5 * (numbers([[0.01, 0.99]]) - module(numbers([[0.05, 0.10]]))) ** 2).sum().backward()
    expected = [[0.082167041, 0.082667628], [-0.022602540, -0.022740242]]
    torch.testing.assert_close(module.out.weight.grad, numbers(expected), atol=5e-10, rtol=0)
    expected = [[0.000438568, 0.000877135], [0.000497713, 0.000995425]]
    torch.testing.assert_close(module.hidden.weight.grad, numbers(expected), atol=5e-10, rtol=0)
    torch.testing.assert_close(module.out.bias.grad, numbers([0.138498562, -0.038098237]), atol=5e-10, rtol=0)
    torch.testing.assert_close(module.hidden.bias.grad, numbers([0.008771355, 0.009954255]), atol=5e-10, rtol=0)


def test_a_dense_layer_is_a_matrix_and_an_offset_LAY_02_LAY_03() -> None:
    module = filled("input 5 > fc1: fc 3")
    x = torch.randn(4, 5, dtype=torch.float64)
    w, b = module.fc1.weight.detach().numpy(), module.fc1.bias.detach().numpy()
    assert abs(module(x).detach().numpy() - (x.numpy() @ w.T + b)).max() < 1e-12
    assert summary(line("input 5 > fc 3")).parameters == 5 * 3 + 3


def test_an_input_has_no_parameters_and_changes_nothing_LAY_01() -> None:
    row = summary(line("input 3x4x4 > flatten")).rows[0]
    assert (row.kind, row.parameters, row.shape) == ("Input", 0, (3, 4, 4))


def test_sharing_needs_fewer_weights_NUM_39_LAY_12_ARC_36_LAY_45() -> None:
    assert summary(line("input 7 > fc 5 nobias")).parameters == 35
    assert summary(line("input 1x7 signal > conv 1 3 nobias")).parameters == 3
    assert summary(line("input 1x7x7 > conv 1 3 nobias")).parameters == 9


def test_a_1x1_convolution_is_a_dense_layer_for_each_pixel_NUM_77_LAY_13_ARC_31() -> None:
    module = filled("input 6x4x5 > conv 3 1")
    dense = nn.Linear(6, 3).double()
    dense.weight.data = module.conv1.weight.data.flatten(1)
    dense.bias.data = module.conv1.bias.data
    x = torch.randn(2, 6, 4, 5, dtype=torch.float64)
    torch.testing.assert_close(module(x), dense(x.movedim(1, -1)).movedim(-1, 1))


@pytest.mark.parametrize(("kernel", "pad"), [(3, 1), (5, 2), (11, 5)])
def test_same_padding_is_half_the_kernel_NUM_74_LAY_10(kernel: int, pad: int) -> None:
    same = line(f"input 1x28x28 > conv 2 {kernel} same")
    assert "padding=" + str(pad) in str(build(same).conv1).replace(f"({pad}, {pad})", str(pad))
    assert examine(same).plans["model"].shapes["conv1", "y"].shape == (2, 28, 28)


def test_where_a_size_comes_from_is_said_LAY_11() -> None:
    plan = examine(line("input 1x5x5 > conv 1 3 s2")).plans["model"]
    step = plan.steps["conv1"]
    assert step.layer.formula(**step.ins)["height"].startswith("2 = ⌊(5+2·0−3)/2⌋+1")


def counts(project: Project) -> tuple[int, ...]:
    return tuple(row.macs for row in summary(project).rows if row.macs)


@pytest.mark.parametrize(("maps", "standard", "pointwise"), [(256, 1_228_800, 49_152), (125, 600_000, 24_000)])
def test_separable_convolutions_multiply_less_NUM_53_LAY_14_LAY_15(maps: int, standard: int, pointwise: int) -> None:
    assert counts(line(f"input 3x12x12 > conv {maps} 5 nobias")) == (standard,)
    assert counts(line(f"input 3x12x12 > conv 3 5 g3 nobias > conv {maps} 1 nobias")) == (4_800, pointwise)


def test_an_elementwise_layer_mixes_no_components_LAY_37() -> None:
    module = build(line("input 5 > gelu")).double()
    jacobian = torch.autograd.functional.jacobian(module, torch.randn(1, 5, dtype=torch.float64)).reshape(5, 5)
    assert not (jacobian - torch.diag(jacobian.diag())).any()


def test_a_shifted_image_gives_a_shifted_map_LAY_46() -> None:
    module = filled("input 1x12x12 > conv 2 3")
    x = torch.randn(1, 1, 12, 12, dtype=torch.float64)
    moved = module(x.roll((2, 1), (2, 3)))[..., 2:, 1:]
    torch.testing.assert_close(moved, module(x)[..., :-2, :-1])


def test_both_ways_to_say_an_activation_are_one_LAY_22() -> None:
    own = line("input 4 > fc1: fc 3 > relu")
    part = edits.put(line("input 4 > fc1: fc 3"), "model", "fc1", activation="relu")
    one, other = build(own), build(part)
    other.load_state_dict(one.state_dict())
    x = torch.randn(6, 4)
    torch.testing.assert_close(one(x), other(x))


def test_a_network_may_skip_layers_ARC_48_SE_41() -> None:
    """XOR with two neurons: the input goes past the first to the second; no rule asks for layers."""
    text = "x: input 2 > both: fc 1 > step > cat x > out: fc 1 > step"
    assert not [issue for issue in check(line(text)) if issue.severity != "hint"]
    module = filled(text, both_weight=[[1, 1]], both_bias=[-1.5], out_weight=[[-2, 1, 1]], out_bias=[-0.5])
    inputs = numbers([[0, 0], [0, 1], [1, 0], [1, 1]])
    assert module(inputs).flatten().tolist() == [0, 1, 1, 0]


def test_deep_linear_networks_collapse_ACT_03_ACT_21() -> None:
    module = build(line("input 4 > a: fc 6 nobias > b: fc 5 nobias > c: fc 3 nobias")).double()
    one = module.c.weight @ module.b.weight @ module.a.weight
    x = torch.randn(7, 4, dtype=torch.float64)
    torch.testing.assert_close(module(x), x @ one.T, atol=1e-6, rtol=0)
