"""Merging: branches that meet, what is said when they do not fit, and likeness and distance of pairs."""

import math
from typing import Any

import pytest
import torch

from dlstudio.compiler.check import check
from dlstudio.core.document import Network, Node, Project, Wire
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import Issue
from dlstudio.core.tensor import FORMS, Tensor
from tests.catalog.goldens import close, made, node, numbers
from tests.catalog.harness import form_of


def meeting(kind: str, *xs: Tensor) -> Project:
    """A network in which these tensors meet in one node."""
    inputs = [Node(f"in{i}", "Input", Frozen({"size": x.shape, "form": form_of(x)})) for i, x in enumerate(xs)]
    wires = [Wire(f"in{i}", "y", "joint", f"x{i + 1}") for i in range(len(xs))]
    nodes = [*inputs, Node("joint", kind), Node("out", "Output")]
    return Project(networks=Frozen({"model": Network.of(nodes, [*wires, Wire("joint", "y", "out", "x")])}))


def errors(project: Project) -> list[Issue]:
    return [issue for issue in check(project) if issue.severity == "error"]


@pytest.mark.parametrize(
    ("kind", "xs", "said"),
    [
        (
            "Add",
            [(64, 56, 56), (64, 28, 28)],
            "(height and width differ). Put a Conv2d on x1 (64 filters of 1×1, stride 2)",
        ),
        ("Add", [(64, 28, 28), (128, 14, 14)], "channel, height and width differ"),
        ("Add", [(32, 28, 28), (32, 28, 28), (16, 28, 28)], "x3 (from in2) is 16×28×28 (channel differs)"),
        ("Add", [(32,), (16,)], "Put a Linear on x2 (to 32)"),
        ("Multiply", [(64, 8, 8), (64,)], "Put a Reshape on x2 (to 64×1×1)"),
        ("Multiply", [(64, 8, 8), ()], "Put a Reshape on x2 (to 1×1×1)"),
        ("Add", [(4, 30, 31), (4, 15, 15)], "Put a Crop on x1 (to 15×15)"),
        ("Concat", [(32, 14, 14), (3, 14, 14), (64, 28, 28)], "x3 (from in2) is 64×28×28 (height and width differ)"),
        ("Concat", [(5, 8), (8,)], "Put a Repeat on x2 (5 times)"),
        ("Concat", [(32, 8, 8), (10,)], "Put a Flatten on x1"),
        ("Stack", [(4,), (5,)], "(feature differs)"),
    ],
)
def test_LAY_26_and_ARC_32_a_mismatch_names_branch_and_axes_and_every_fix_mends_it(kind, xs, said) -> None:
    broken = meeting(kind, *(Tensor.of(*x) for x in xs))
    (issue,) = errors(broken)
    assert said in issue.text
    assert issue.fixes
    assert all(errors(fix.edit(broken)) == [] for fix in issue.fixes)


def test_a_sequence_and_a_signal_do_not_add_up_though_their_numbers_would() -> None:
    (issue,) = errors(meeting("Add", Tensor.of(6, 6), Tensor((6, 6), FORMS["a signal"])))
    assert "x1 (from in0) is a sequence 6×6, x2 (from in1) is a signal 6×6" in issue.text


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("Add", (9.0, 6.0)),
        ("Subtract", (-5.0, -4.0)),
        ("Multiply", (24.0, 5.0)),
        ("Divide", (2 / 12, 1 / 5)),
        ("Average", (3.0, 2.0)),
        ("Maximum", (4.0, 5.0)),
        ("Minimum", (2.0, 0.0)),
    ],
)
def test_what_becomes_of_three_branches(kind: str, wanted: tuple[float, ...]) -> None:
    given = (
        (2.0, 1.0),
        (4.0, 5.0),
        (3.0, 0.0 if kind in ("Add", "Subtract", "Average", "Minimum", "Maximum") else 1.0),
    )
    joint: Any = (Tensor.of(2),) * 3
    close(node(kind, joint)(*(numbers(x) for x in given)), *wanted)


def test_LAY_27_concat_sums_the_axis() -> None:
    images = (Tensor.of(64, 28, 28), Tensor.of(128, 28, 28), Tensor.of(32, 28, 28))
    assert made("Concat").shape(images) == Tensor.of(224, 28, 28)
    assert made("Concat").formula(images) == {"channel": "224 = 64 + 128 + 32"}


def test_LAY_42_the_difference_is_symmetric() -> None:
    a, b = torch.randn(2, 3, 5, dtype=torch.float64)
    difference = node("AbsDifference", Tensor.of(5), Tensor.of(5))
    assert torch.equal(difference(a, b), difference(b, a))
    assert torch.equal(difference(a, b), (a - b).abs())


def test_NUM_81_the_distance_of_the_triplet_is_squared_only_where_it_says_so() -> None:
    anchor, negative = numbers((0.0, 0.0)), numbers((0.0, 2.0))
    close(node("Distance", Tensor.of(2), Tensor.of(2))(anchor, negative), 2)
    close(node("Distance", Tensor.of(2), Tensor.of(2), metric="squared")(anchor, negative), 4)


def test_a_gate_of_one_passes_a_and_of_zero_b() -> None:
    x = Tensor.of(2)
    close(node("Gate", x, x, x)(numbers((5.0, 6.0)), numbers((7.0, 8.0)), numbers((1.0, 0.0))), 5, 8)


def test_a_mask_over_time_hides_whole_steps() -> None:
    mask = Tensor((3,), ("time",), "bool")
    masked = node("MaskFill", Tensor.of(3, 2), mask, value=-1.0)
    given = masked(torch.tensor([[False, True, False]]), torch.zeros(1, 3, 2, dtype=torch.float64))
    close(given, 0, 0, -1, -1, 0, 0)


def test_attention_scores_are_rows_of_a_against_rows_of_b() -> None:
    a, b = torch.randn(2, 4, 6, dtype=torch.float64), torch.randn(2, 3, 6, dtype=torch.float64)
    scores = node("MatMul", Tensor.of(4, 6), Tensor.of(3, 6), transpose_b=True)(a, b)
    torch.testing.assert_close(scores, torch.einsum("nij,nkj->nik", a, b))


def test_the_heads_of_attention_are_compared_each_by_itself() -> None:
    a, b = torch.randn(2, 5, 4, 6, dtype=torch.float64), torch.randn(2, 5, 3, 6, dtype=torch.float64)
    scores = node("MatMul", Tensor.of(5, 4, 6), Tensor.of(5, 3, 6), transpose_b=True)(a, b)
    torch.testing.assert_close(scores, torch.einsum("nhij,nhkj->nhik", a, b))


def test_the_divergence_from_the_standard_bell_curve_is_one_number_for_each_sample() -> None:
    x = Tensor.of(2)
    divergence = node("KLDivergence", x, x)
    close(divergence(numbers((0.0, 0.0)), numbers((0.0, 0.0))), 0)
    wanted = 0.5 * (1 + 4 - 1 - math.log(4)) + 0.5 * (4 + 1 - 1 - 0)
    log_variance, mean = numbers((math.log(4), 0.0)), numbers((1.0, -2.0))
    close(divergence(log_variance, mean), wanted)  # a built network takes its inputs in the order of their names
    assert made("KLDivergence").shape(x, x) == Tensor.of()


def test_sparsity_costs_nothing_at_rho_and_more_the_further_away() -> None:
    price = node("SparsityPenalty", Tensor.of(3), rho=0.1)
    at_rho = price(torch.full((4, 3), 0.1, dtype=torch.float64))
    close(at_rho, 0, 0, 0, 0)
    far = price(torch.full((4, 3), 0.5, dtype=torch.float64))
    close(far, *[3 * (0.1 * math.log(0.1 / 0.5) + 0.9 * math.log(0.9 / 0.5))] * 4)


def test_the_standard_deviation_divides_by_n() -> None:
    close(node("Reduce", Tensor.of(4), operation="std")(numbers((1.0, 2.0, 3.0, 4.0))), math.sqrt(1.25))
