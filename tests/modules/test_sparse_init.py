"""Sparse initialisation, INI-06 and NUM-28."""

import pytest
import torch
from torch import nn

from dlstudio.modules.sparse_init import sparse_links_


@pytest.mark.parametrize(("shape", "links", "expected"), [((20, 50), 10, 10), ((20, 4), 10, 4), ((8, 3, 3, 3), 5, 5)])
def test_ini_06_each_unit_has_exactly_so_many_links(shape, links, expected) -> None:
    torch.manual_seed(0)
    weight = nn.Parameter(torch.ones(shape))
    assert sparse_links_(weight, links) is weight
    assert ((weight.flatten(1) != 0).sum(1) == expected).all()
    assert weight.requires_grad
    assert weight.is_leaf


def test_num_28_ten_links_are_the_default_and_have_the_deviation() -> None:
    torch.manual_seed(0)
    weight = sparse_links_(torch.empty(1000, 100), std=0.5)
    values = weight[weight != 0]
    assert len(values) == 10_000
    assert abs(values.mean().item()) < 3 * 0.5 / 100
    assert abs(values.std().item() - 0.5) < 3 * 0.5 / 141


def test_every_input_is_as_likely_to_be_linked() -> None:
    torch.manual_seed(0)
    counts = (sparse_links_(torch.empty(10_000, 20), 5) != 0).sum(0)
    assert (counts - 2500).abs().max() < 4 * (10_000 * 0.25 * 0.75) ** 0.5


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_the_precision_of_the_weight_is_kept(dtype) -> None:
    assert sparse_links_(torch.empty(4, 20, dtype=dtype)).dtype is dtype
    assert sparse_links_(torch.empty(4, 20, device="meta")).device.type == "meta"


def test_a_bias_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two axes, not 1"):
        sparse_links_(torch.empty(4))
