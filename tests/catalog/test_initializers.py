"""Initialisers: each fills a weight as it says, the rows INI of the inventory, and what does not fit is told."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

import dlstudio as dl
from dlstudio.catalog.initializers import initializers
from dlstudio.catalog.layers import layers
from dlstudio.compiler.check import check
from dlstudio.compiler.line import line
from dlstudio.core import edits
from dlstudio.core.document import Project
from dlstudio.core.frozen import freeze
from tests.building import build

DRAWN = [cls for cls in initializers if cls.kind != "Given"]
MATRIX = [cls.kind for cls in DRAWN if cls.dims[0] <= 2 <= cls.dims[1]]
ROW = [cls.kind for cls in DRAWN if cls.dims[0] <= 1]


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


@pytest.mark.parametrize("kind", [cls.kind for cls in DRAWN if cls.dims[1] >= 4])
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


def given(project: Project, **weights: Any) -> Project:
    """The project with weights (and biases) of some nodes set by hand: linear1=([[1, 2]], [3])."""
    for node, (weight, bias) in weights.items():
        project = edits.put(project, "model", node, weight_init={"kind": "Given", "values": weight})
        project = edits.put(project, "model", node, bias_init={"kind": "Given", "values": bias})
    return project


TWO_TWO_TWO = given(
    line("input 2 > hidden: fc 2 > sigmoid > out: fc 2 > sigmoid"),
    hidden=([[0.15, 0.20], [0.25, 0.30]], [0.35, 0.35]),
    out=([[0.40, 0.45], [0.50, 0.55]], [0.60, 0.60]),
)


def test_given_numbers_are_the_weights_and_readable_in_the_source_NUM_12() -> None:
    source = dl.source(TWO_TWO_TWO)
    assert "self.hidden.weight.data = torch.tensor([[0.15, 0.2], [0.25, 0.3]])" in source
    assert "self.out.bias.data = torch.tensor([0.6, 0.6])" in source
    model = build(TWO_TWO_TWO)
    assert all(weight.requires_grad for weight in model.parameters())
    answer = model(torch.tensor([[0.05, 0.10]]))[0].tolist()
    assert answer == pytest.approx([0.751365070, 0.772928465], abs=1e-6)


def test_a_project_file_trains_the_2_2_2_network_from_its_given_weights_NUM_13_NUM_14(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("i1,i2,t1,t2\n0.05,0.10,0.01,0.99\n")
    roles, groups = {"t1": "value", "t2": "value"}, {"t1": "t", "t2": "t"}
    table = {"kind": "Table", "file": "one.csv", "roles": roles, "groups": groups}
    training = {"kind": "Supervised", "optimizer": {"kind": "SGD", "lr": 0.5}, "device": "cpu"}
    project = replace(TWO_TWO_TWO, data=freeze({"source": table, "split": "Everything"}), training=freeze(training))
    dl.save(project, tmp_path / "net.dls")  # the mean square of two outputs is the ½Σ of the texts
    run = dl.train(dl.load(tmp_path / "net.dls"), runs=tmp_path, steps=1, folder=tmp_path)
    assert run.metrics("loss")[1][0] == pytest.approx(0.298371109, abs=1e-7)
    after: Any = run.model(best=False)
    second = [0.358916480, 0.408666186, 0.511301270, 0.561370121]
    assert after.out.weight.flatten().tolist() == pytest.approx(second, abs=1e-7)
    first = [0.149780716, 0.199561432, 0.249751144, 0.299502287]
    assert after.hidden.weight.flatten().tolist() == pytest.approx(first, abs=1e-7)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("input 3 > fc 2", (2, 3)),
        ("input 4x8x8 > conv 6 3x2 g2", (6, 2, 3, 2)),
        ("input 4x8 > conv 6 3", (6, 4, 3)),
        ("input 4x8x8 > deconv 6 3 g2", (4, 3, 3, 3)),
        ("input 5 dtype=int > embedding 7 3", (7, 3)),
    ],
)
def test_a_given_weight_fits_as_torch_says(text: str, shape: tuple[int, ...]) -> None:
    project = line(text)
    nodes = project.networks["model"].nodes
    node = next(name for name in nodes if "weight_init" in layers[nodes[name].kind].specs)
    values = torch.arange(float(torch.tensor(shape).prod())).reshape(shape)
    made = build(edits.put(project, "model", node, weight_init={"kind": "Given", "values": freeze(values.tolist())}))
    assert torch.equal(getattr(made, node).weight, values)
    wrong = edits.put(project, "model", node, weight_init={"kind": "Given", "values": [[1.0, 2.0], [3.0, 4.0]]})
    (issue,) = check(wrong)
    assert issue.node == node
    assert f"The given numbers are 2×2, but the weight of {nodes[node].kind} is" in issue.text
    assert "×".join(map(str, shape)) in issue.text
    assert not check(issue.fixes[0].edit(wrong))


def test_a_large_given_weight_is_written_a_row_to_a_line() -> None:
    values = [[row + column / 8 for column in range(40)] for row in range(12)]
    project = given(line("input 40 > big: fc 12"), big=(values, [0] * 12))
    assert max(map(len, dl.source(project).splitlines())) <= 110
    assert torch.equal(build(project).big.weight, torch.tensor(values))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([[1, 2], [3]], "must hold rows of one length"),
        ([], "Given needs its numbers: the weight of Linear takes 3×4"),
        ([["a"]], "must be a number, not “a”"),
        ([[float("nan")]], "must be a number, not nan"),
        ([[0.0] * 5000], "more than 4,096 numbers"),
        ([[[[[[[[[[[1.0]]]]]]]]]]], "at most 9 levels of rows"),
        ([[[1.0]]], "are 1×1×1, but the weight of Linear is 3×4"),
    ],
)
def test_numbers_that_fill_no_weight_are_told(values: Any, says: str) -> None:
    (issue,) = check(
        edits.put(line("input 4 > fc 3"), "model", "linear1", weight_init={"kind": "Given", "values": freeze(values)})
    )
    assert issue.code == "bad-field"
    assert says in issue.text


def test_a_layer_of_several_weights_says_that_given_is_not_for_it() -> None:
    (issue,) = check(
        edits.put(line("input 5x4 > rnn 3"), "model", "rnn1", weight_init={"kind": "Given", "values": [1]})
    )
    assert "Given fills layers of one weight and one bias; the weight_ih_l0 of RNN" in issue.text
