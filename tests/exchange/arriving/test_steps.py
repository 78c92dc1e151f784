"""Steps that models of other programs take come in as layers that answer as they do."""

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm

import dlstudio as dl
from dlstudio.exchange.arriving.arrive import arrive
from dlstudio.exchange.arriving.arrived import Arrived
from tests.exchange.arriving.test_live import sample


class Does(nn.Module):
    """One function of samples, with a table that learns, behind a layer with weights."""

    def __init__(self, function: Callable[..., Tensor], table: tuple[int, ...] = (4, 6), whole: bool = False) -> None:
        super().__init__()
        self.function, self.table = function, nn.Parameter(torch.randn(table))
        self.first = nn.Embedding(50, 4) if whole else nn.Linear(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x if isinstance(self.first, nn.Embedding) else self.first(x), self.table, self.first)


def shifted(x: Tensor, _table: Tensor, first: nn.Module) -> Tensor:
    made = x.new_zeros(x.shape)
    made[:, 1:] = x[:, :-1].clone()
    made[:, 0] = 2
    made.masked_fill_(made == 3, 1)
    return first(made)  # type: ignore[no-any-return]


def counted(x: Tensor, _table: Tensor, first: nn.Module) -> Tensor:
    here = x.ne(1).int()
    return first((torch.cumsum(here, dim=1).type_as(here) + 0) * here + 1)  # type: ignore[no-any-return]


def windows(x: Tensor, table: Tensor, _first: nn.Module) -> Tensor:
    count = len(x)
    parts = x.view(count, 2, 3, 2, 2).view(count * 2, 3, 4).transpose(1, 2) @ x.new_ones(3, 3)
    return parts.reshape(count, 2, 4, 3) + table[:4, :3]


def shared_heads(x: Tensor, _table: Tensor, _first: nn.Module) -> Tensor:
    heads = x.view(len(x), 6, 2, 2).transpose(1, 2)
    return F.scaled_dot_product_attention(heads, heads[:, :1], heads[:, :1], enable_gqa=True)


def fixed(value: list[int]) -> Tensor:
    return torch.tensor(value)


BIAS = torch.tensor([[[0.0, 1, 2, 3, 4, 5]], [[0.0, 2, 4, 6, 8, 10]]])
"""What is added to the comparisons of each of two heads."""


def biased_heads(x: Tensor, _table: Tensor, _first: nn.Module) -> Tensor:
    heads = x.view(len(x), 6, 2, 2).transpose(1, 2).reshape(len(x) * 2, 6, 2)
    return BIAS.repeat(len(x), 1, 1).baddbmm(heads, heads.transpose(1, 2), alpha=0.5).view(len(x), 2, 6, 6)


STEPS: dict[str, Callable[..., Tensor]] = {
    "a product with something added": lambda x, t, _: torch.addmm(t[0], x.reshape(-1, 4), t).view(len(x), 6, 6),
    "products with something added for each head": biased_heads,
    "a table turned": lambda x, t, _: x @ t.T.T,
    "heads that share keys": shared_heads,
    "windows of one sample": windows,
    "several axes rolled": lambda x, _t, _f: x.roll((1, -2), (1, 2)),
    "several axes flipped": lambda x, _t, _f: x.flip((1, 2)),
    "places in a list": lambda x, _t, _f: x[:, [0, 1, 4, 2, -1]],
    "places in a tensor": lambda x, _t, _f: x.index_select(1, fixed([3, 4, 5])),
    "rows of a table": lambda x, t, _: x @ t[fixed([3, 0, 0, 1])],
    "a place for each sample": lambda x, _t, _f: x[torch.arange(len(x)), x[:, :, 0].argmax(-1)],
    "one number elsewhere": lambda x, _t, _f: torch.where(torch.ones(6, 4).tril().bool(), x, fixed([-7])[0].float()),
}


def require_alike(model: nn.Module, size: tuple[int, ...]) -> Arrived:
    """Imports a model that has to come in whole, and to answer alike with its own weights."""
    arrived = arrive(model.eval(), inputs=size)
    assert arrived.report.whole, str(arrived.report)
    module = dl.build(arrived.project).eval()
    module.load_state_dict(dict(arrived.weights))
    given = sample(arrived, 3)
    with torch.no_grad():
        torch.testing.assert_close(module(**given), model(**given), rtol=1e-6, atol=1e-6)
    return arrived


@pytest.mark.parametrize("name", STEPS)
def test_a_step_comes_in_and_answers_alike(name: str) -> None:
    torch.manual_seed(0)
    require_alike(Does(STEPS[name]), (6, 4))


@pytest.mark.parametrize("function", [shifted, counted])
def test_whole_numbers_are_calculated_with(function: Callable[..., Tensor]) -> None:
    torch.manual_seed(0)
    require_alike(Does(function, whole=True), (7,))


@pytest.mark.parametrize("padding", ["same", "valid"])
def test_a_padding_in_words_is_that_padding(padding: str) -> None:
    arrived = require_alike(nn.Sequential(nn.Conv2d(2, 3, 3, padding=padding), nn.ReLU()), (2, 6, 6))
    assert [node.kind for node in arrived.project.networks["model"].nodes.values()].count("Conv2d") == 1


def test_a_window_larger_than_the_picture_takes_the_mean_of_all() -> None:
    model = nn.Sequential(nn.Conv2d(2, 3, 3), nn.AvgPool2d(320, ceil_mode=True))
    require_alike(model, (2, 6, 8))


def test_a_norm_along_an_axis_that_no_layer_norms_leaves_plain_weights_and_says_so() -> None:
    model = nn.Sequential(weight_norm(nn.Conv1d(4, 6, 3), dim=2), nn.ReLU())
    arrived = require_alike(model, (4, 9))
    assert [str(hint) for hint in arrived.report.hints if "without the norm" in str(hint)]
    assert "parametrizations.weight.original0" in model[0].state_dict()


def test_a_layer_of_the_last_axis_keeps_the_others_of_a_picture() -> None:
    model = nn.Sequential(nn.LayerNorm(5), nn.Linear(5, 7), nn.GELU())
    require_alike(model, (2, 3, 5))
