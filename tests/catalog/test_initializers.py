"""Initialisers: each fills a weight as it says, the rows INI of the inventory, and what does not fit is told."""

from typing import Any

import pytest
import torch

from dlstudio.catalog.initializers import initializers
from dlstudio.compiler.check import check
from dlstudio.compiler.line import line
from dlstudio.core import edits
from tests.building import build

MATRIX = [cls.kind for cls in initializers if cls.dims[0] <= 2 <= cls.dims[1]]
ROW = [cls.kind for cls in initializers if cls.dims[0] <= 1]


def started(kind: str, text: str = "input 100 > fc 400", field: str = "weight_init", **fields: float) -> Any:
    torch.manual_seed(0)
    return build(edits.put(line(text), "model", "linear1", **{field: {"kind": kind, **fields}}))


@pytest.mark.parametrize("kind", MATRIX)
def test_each_fills_a_matrix(kind: str) -> None:
    weight = started(kind).linear1.weight
    assert torch.isfinite(weight).all()
    assert weight.requires_grad


@pytest.mark.parametrize("kind", ROW)
def test_each_fills_a_bias(kind: str) -> None:
    assert torch.isfinite(started(kind, field="bias_init").linear1.bias).all()


@pytest.mark.parametrize("kind", [cls.kind for cls in initializers if cls.dims[1] >= 4])
def test_each_fills_a_kernel(kind: str) -> None:
    project = edits.put(line("input 3x8x8 > conv 4 3"), "model", "conv1", weight_init={"kind": kind})
    assert torch.isfinite(build(project).conv1.weight).all()


def test_zeros_and_one_value_INI_01_INI_02() -> None:
    assert not started("Zeros").linear1.weight.any()
    assert (started("Constant", val=0.5).linear1.weight == 0.5).all()


def test_small_random_numbers_have_their_spread_INI_03() -> None:
    assert abs(started("Normal").linear1.weight.std().item() / 0.01 - 1) < 0.02


def test_a_uniform_range_is_honoured_INI_04() -> None:
    weight = started("Uniform", a=-0.2, b=0.3).linear1.weight
    assert -0.2 <= weight.min() < -0.19
    assert 0.29 < weight.max() <= 0.3


@pytest.mark.parametrize("count", [100, 1000])
def test_calibrated_weights_keep_a_variance_of_one_INI_05_NUM_27(count: int) -> None:
    module = started("Calibrated", f"input {count} > fc 2000 nobias")
    assert abs(module(torch.randn(500, count)).var().item() - 1) < 0.03


@pytest.mark.parametrize(("count", "variance"), [(100, 0.01), (1000, 0.1)])
def test_small_weights_shrink_what_they_sum_NUM_26(count: int, variance: float) -> None:
    module = started("Normal", f"input {count} > fc 2000 nobias")
    assert abs(module(torch.randn(500, count)).var().item() / variance - 1) < 0.03


def test_sparse_units_have_ten_links_INI_06_NUM_28() -> None:
    assert ((started("SparseLinks").linear1.weight != 0).sum(1) == 10).all()


def test_biases_start_at_a_constant_INI_07_INI_08_NUM_29() -> None:
    assert not started("Zeros", field="bias_init").linear1.bias.any()
    assert (started("Constant", field="bias_init").linear1.bias == 0.01).all()


def test_an_identity_passes_its_input_on() -> None:
    module = started("Eye", "input 7 > fc 7 nobias")
    x = torch.randn(2, 7)
    torch.testing.assert_close(module(x), x)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("bias_init", {"kind": "XavierUniform"}, "fills weights of 2"),
        ("weight_init", {"kind": "Dirac"}, "fills weights of 3"),
        ("weight_init", {"kind": "Kaiming"}, "perhaps Kaiming"),
        ("weight_init", {"kind": "Normal", "std": -1}, "at least 0"),
        ("weight_init", {"kind": "Normal", "sdt": 1}, "Did you mean “std”"),
        ("weight_init", {"sdt": 1}, "must be a kind"),
    ],
)
def test_what_does_not_fit_is_told(field: str, value: dict[str, object], says: str) -> None:
    issues = check(edits.put(line("input 4 > fc 3"), "model", "linear1", **{field: value}))
    assert [issue.code for issue in issues] == ["bad-field"]
    assert says in issues[0].text
    assert not check(issues[0].fixes[0].edit(edits.put(line("input 4 > fc 3"), "model", "linear1", **{field: value})))
