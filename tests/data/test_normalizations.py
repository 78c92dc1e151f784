"""The sources' normalizations: their worked numbers, fitted on the training part alone, and turned back."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from dlstudio.catalog.transforms import transforms
from dlstudio.core.document import Project
from dlstudio.core.files import load, save
from dlstudio.core.frozen import freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.columns import classes, in_memory, numbers
from dlstudio.data.fitting import fitted
from dlstudio.data.normalizations import normalizations
from dlstudio.data.transformed import Transformed, apply, invert, restored, settled
from tests.data.building import every, prepared, write

FOUR = torch.tensor([1.0, 2.0, 5.0, 10.0])


def normalized(values: Tensor, kind: str, **fields: Any) -> Tensor:
    """What a transform makes of a column, fitted on all of it."""
    dataset = in_memory(numbers("x", values))
    made, _, _ = fitted([{"kind": kind, **fields}], dataset, torch.arange(len(values)), 0)
    return made.take(torch.arange(len(values)))["x"]


def golden(kind: str, *expected: float, **fields: Any) -> None:
    torch.testing.assert_close(normalized(FOUR, kind, **fields).flatten(), torch.tensor(expected), rtol=0, atol=1e-6)


def test_NDA_01_min_max() -> None:
    golden("MinMax", 0, 0.111111, 0.444444, 1)


def test_NDA_02_minus_one_to_one() -> None:
    golden("MinusOneToOne", -1, 2 * 0.1111111 - 1, 2 * 0.4444444 - 1, 1)


def test_NDA_03_standardize_with_the_spread_of_these_samples() -> None:
    golden("Standardize", -1, -0.714286, 0.142857, 1.571429)


def test_NDA_03_standardize_with_the_spread_of_all() -> None:
    sigma = 3.5 * math.sqrt(4 / 3)
    golden("Standardize", *((x - 4.5) / sigma for x in (1, 2, 5, 10)), ddof=1)


def test_NDA_04_log() -> None:
    golden("Log", 0, 0.301030, 0.698970, 1)


def test_NDA_05_arctan() -> None:
    assert float(normalized(torch.tensor([1.0]), "Arctan")) == pytest.approx(0.5)
    made = normalized(torch.tensor([-1e6, -1.0, 0.5, 1e6]), "Arctan").flatten()
    assert ((made > -1) & (made < 1)).all()
    assert (made[2:] > 0).all()


@pytest.mark.parametrize(
    ("curve", "formula"),
    [
        ("saturating", lambda x: 1 - math.exp(-x / 2)),
        ("growing", lambda x: math.exp(x / 2)),
        ("logistic", lambda x: 1 / (1 + math.exp(-x / 2))),
    ],
)
def test_NDA_06_the_exponential_is_the_chosen_one(curve: str, formula: Any) -> None:
    golden("Exponent", *map(formula, (1, 2, 5, 10)), curve=curve, scale=2.0)


def test_NDA_06_the_formulas_are_shown() -> None:
    assert all(cls.formula for cls in transforms)
    assert "exp" in transforms["Exponent"].formula


def test_NUM_46_the_four_normalizations() -> None:
    """Min-max, z-score, log and arctan of the same four numbers."""
    golden("MinMax", 0, 1 / 9, 4 / 9, 1)
    golden("Standardize", -1, -5 / 7, 1 / 7, 11 / 7)
    golden("Log", *(math.log10(x) for x in (1, 2, 5, 10)))
    golden("Arctan", *(2 * math.atan(x) / math.pi for x in (1, 2, 5, 10)))


@pytest.mark.parametrize(("kind", "expected"), [("MinMax", 0.0), ("MinusOneToOne", -1.0), ("Standardize", 0.0)])
def test_NDA_01_a_feature_that_never_changes_becomes_one_number(kind: str, expected: float) -> None:
    assert normalized(torch.full((5,), 7.0), kind).flatten().tolist() == [expected] * 5


def test_NDA_01_one_extreme_number_is_warned_of() -> None:
    values = torch.cat([torch.linspace(0, 1, 199), torch.tensor([1000.0])])
    _, _, issues = fitted([{"kind": "MinMax"}], in_memory(numbers("x", values)), torch.arange(200), 0)
    assert [issue.code for issue in issues] == ["data-extremes"]
    _, _, issues = fitted([{"kind": "Standardize"}], in_memory(numbers("x", values)), torch.arange(200), 0)
    assert issues == []


@pytest.mark.parametrize(
    ("values", "reason"), [([0.0, 2.0], "holds 0"), ([-1.0, 2.0], "holds -1"), ([1.0, 1.0], "log(max)")]
)
def test_NDA_04_log_refuses_what_has_none(values: list[float], reason: str) -> None:
    with pytest.raises(ProjectProblem, match=reason.replace("(", r"\(").replace(")", r"\)")):
        normalized(torch.tensor(values), "Log")


def test_NDA_07_a_target_is_fitted_and_its_predictions_are_turned_back() -> None:
    raw = prepared("Diabetes")
    made = prepared("Diabetes", data={"transforms": [{"kind": "Standardize", "column": "progression"}]})
    targets = every(made.train)["progression"]
    assert float(targets.mean()) == pytest.approx(0, abs=1e-5)
    assert float(targets.std(correction=0)) == pytest.approx(1, abs=1e-5)
    back = invert(made.fitted, "progression", every(made.test)["progression"])
    torch.testing.assert_close(back, every(raw.test)["progression"])


def test_NDA_08_one_hot_of_classes() -> None:
    made = prepared("Iris", data={"transforms": [{"kind": "OneHotTransform", "column": "species"}]})
    assert made.columns["species"].tensor.shape == (3,)
    assert made.columns["species"].tensor.dtype == "float"
    raw = every(prepared("Iris").train)["species"]
    assert torch.equal(every(made.train)["species"].argmax(1), raw)
    assert torch.equal(every(made.train)["species"].sum(1), torch.ones(len(raw)))


def test_NUM_31_the_one_hot_state_register() -> None:
    states = in_memory(classes("state", torch.tensor([0, 1, 2, 3, 4, 5]), "012345", "input"))
    made, _, _ = fitted([{"kind": "OneHotTransform", "column": "state"}], states, torch.arange(6), 0)
    codes = ["".join(str(int(bit)) for bit in row.flip(0)) for row in made.take(torch.arange(6))["state"]]
    assert codes == ["000001", "000010", "000100", "001000", "010000", "100000"]


def test_NDA_10_statistics_come_from_the_training_part_alone() -> None:
    made = prepared("Wine", data={"transforms": [{"kind": "Standardize"}]})
    raw = prepared("Wine")
    train = every(raw.train)["features"].double()
    [step] = made.fitted["transforms"]
    torch.testing.assert_close(torch.tensor(step["measured"]["middle"], dtype=torch.float64), train.mean(0))
    torch.testing.assert_close(torch.tensor(step["measured"]["size"], dtype=torch.float64), train.std(0, correction=0))
    expected = (every(raw.test)["features"].double() - train.mean(0)) / train.std(0, correction=0)
    torch.testing.assert_close(every(made.test)["features"].double(), expected, rtol=1e-4, atol=1e-4)


def test_NDA_10_what_was_fitted_can_be_kept_in_a_project(tmp_path: Path) -> None:
    made = prepared("Wine", data={"transforms": [{"kind": "Whiten"}, {"kind": "MinMax"}]})
    save(Project(training=freeze({"fitted": made.fitted})), tmp_path / "a.dls")
    kept = load(tmp_path / "a.dls").training["fitted"]
    raw = every(prepared("Wine").test)
    torch.testing.assert_close(apply(kept, raw)["features"], every(made.test)["features"])


def descent(x: Tensor, y: Tensor) -> int:
    """How many full steps a linear regression by gradient descent needs, at its best learning rate."""
    x = torch.cat([x, torch.ones(len(x), 1)], dim=1).double()
    y = y.double()
    curvature = 2 * x.T @ x / len(x)
    rate = 2 / (torch.linalg.eigvalsh(curvature).max() + torch.linalg.eigvalsh(curvature).min())
    best = torch.linalg.lstsq(x, y).solution
    weights, start = torch.zeros(x.shape[1], 1, dtype=torch.float64), None
    for step in range(20_000):
        gap = float((x @ (weights - best)).square().mean())
        start = start or gap
        if gap < 1e-6 * start:
            return step
        weights = weights - rate * 2 * x.T @ (x @ weights - y) / len(x)
    return 20_000


def test_NDA_11_normalized_inputs_descend_straight_instead_of_zigzag() -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(200, 2, generator=generator) * torch.tensor([1.0, 100.0]) + torch.tensor([0.0, 500.0])
    y = x @ torch.tensor([[2.0], [0.05]]) + 1
    assert descent(normalized(x, "Standardize"), y) * 100 < descent(x, y)


def test_NDA_14_normalized_inputs_do_not_saturate_the_first_layer() -> None:
    features = every(prepared("Wine").train)["features"]
    torch.manual_seed(0)
    layer = torch.nn.Linear(13, 50)

    def saturated(x: Tensor) -> float:
        return float((layer(x).sigmoid() - 0.5).abs().gt(0.49).float().mean())

    assert saturated(features) > 0.9
    assert saturated(normalized(features, "Standardize")) < 0.01


@pytest.mark.parametrize("rotate", ["pca", "zca"])
def test_NDA_15_whitened_features_have_the_unit_covariance(rotate: str) -> None:
    features = every(prepared("Wine").train)["features"]
    made = normalized(features, "Whiten", rotate=rotate, epsilon=0.0).double()
    torch.testing.assert_close(made.mean(0), torch.zeros(13, dtype=torch.float64), rtol=0, atol=1e-3)
    torch.testing.assert_close(torch.cov(made.T, correction=0), torch.eye(13, dtype=torch.float64), rtol=0, atol=1e-3)


def test_zca_turns_back_so_that_features_stay_themselves() -> None:
    features = every(prepared("Iris").train)["features"]
    made = normalized(features, "Whiten", rotate="zca").double()
    each = torch.stack([torch.corrcoef(torch.stack([made[:, i], features[:, i].double()]))[0, 1] for i in range(4)])
    assert (each > 0.5).all()


def test_an_image_is_normalized_channel_by_channel() -> None:
    made = prepared("Shapes", count=50, size=16, data={"transforms": [{"kind": "Standardize"}]})
    images = every(made.train)["image"]
    torch.testing.assert_close(images.mean((0, 2, 3)), torch.zeros(3), rtol=0, atol=1e-5)
    torch.testing.assert_close(images.std((0, 2, 3), correction=0), torch.ones(3), rtol=0, atol=1e-5)


def test_scale_makes_bytes_shares() -> None:
    assert normalized(torch.tensor([0.0, 51.0, 255.0]), "Scale").flatten().tolist() == pytest.approx([0, 0.2, 1])


@pytest.mark.parametrize("kind", ["MinMax", "Standardize", "Log", "Scale", "Arctan"])
@given(values=st.lists(st.floats(0.5, 1000, width=32), min_size=3, max_size=20, unique=True))
def test_every_normalization_can_be_turned_back(kind: str, values: list[float]) -> None:
    raw = torch.tensor([*values, 1500.0], dtype=torch.float64)
    _, [step], _ = fitted([{"kind": kind}], in_memory(numbers("x", raw)), torch.arange(len(raw)), 0)
    column = raw.unsqueeze(1)
    torch.testing.assert_close(step.invert(step.apply(column)), column, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("form", [cls.kind for cls in transforms])
def test_a_step_that_was_kept_does_the_same(form: str) -> None:
    column: Mapping[str, Any] = {"OneHotTransform": {"column": "species"}}.get(form, {"column": "features"})
    raw = prepared("Iris")
    made = prepared("Iris", data={"transforms": [{"kind": form, **column}]})
    [plain] = made.fitted["transforms"]
    name = column["column"]
    torch.testing.assert_close(restored(plain).apply(every(raw.test)[name]), every(made.test)[name])


def test_every_transform_has_one_implementation() -> None:
    assert {cls.kind for cls in transforms} == normalizations.keys()


def test_normalized_once_for_all_or_when_taken_is_the_same() -> None:
    dataset = in_memory(numbers("x", torch.randn(10_000, 3, generator=torch.Generator().manual_seed(1)) + 5))
    lazy, _, _ = fitted([{"kind": "Standardize"}, {"kind": "MinMax"}], dataset, torch.arange(9000), 0)
    assert isinstance(lazy, Transformed)
    ready = settled(lazy)
    assert not isinstance(ready, Transformed)
    some = torch.tensor([3, 9999, 4096, 3])
    assert torch.equal(ready.take(some)["x"], lazy.take(some)["x"])


def test_a_transform_of_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(ProjectProblem, match="for the column “length”; the data has features, species"):
        prepared("Iris", data={"transforms": [{"kind": "MinMax", "column": "length"}]})


def test_classes_are_not_standardized() -> None:
    with pytest.raises(ProjectProblem, match="holds classes; use OneHotTransform"):
        prepared("Iris", data={"transforms": [{"kind": "Standardize", "column": "species"}]})


def test_a_misspelt_transform_is_corrected() -> None:
    with pytest.raises(ProjectProblem, match="Did you mean “Standardize”"):
        prepared("Iris", data={"transforms": [{"kind": "Standardise"}]})


def test_NDA_12_13_features_are_flagged_and_shown_before_and_after(tmp_path: Path) -> None:
    from dlstudio.data.prepare import prepare
    from dlstudio.data.summary import summary
    from tests.data.building import project

    rows = [f"{i},{i % 7 - 3},{1000 if i == 50 else i % 2},5,{i % 2}" for i in range(100)]
    write(tmp_path / "a.csv", "age,turn,odd,same,y", *rows)
    shown = project("Table", file="a.csv", data={"transforms": [{"kind": "Standardize"}]})
    found = summary(prepare(shown, folder=tmp_path, settle=False))
    age, turn, odd, same = found.columns[0].features
    assert (age.before.one_sided, turn.before.one_sided) == (True, False)
    assert (age.before.outliers, odd.before.outliers) == (0, 1)
    assert same.before.constant
    assert age.before.high > 90
    assert age.after.mean == pytest.approx(0, abs=1e-6)
    assert age.after.std == pytest.approx(1, abs=1e-6)
