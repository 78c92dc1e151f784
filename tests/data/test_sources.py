"""Sources: declared and implemented one for one; bundled and generated data is what it says, and the same each time."""

from pathlib import Path
from typing import Any

import pytest
import torch

from dlstudio.catalog.sources import sources
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.resources import resource
from dlstudio.data import implementations
from dlstudio.data.functions import CURVES, GATES
from dlstudio.data.loading import loaders
from dlstudio.data.points import MANY, PATTERNS
from dlstudio.data.prepare import Prepared
from dlstudio.data.shapes import EMPTY, TASKS
from tests.data.building import every, prepared

ALONE = [cls.kind for cls in sources if cls.family in ("Bundled", "Generated")]


def test_every_source_has_one_implementation() -> None:
    assert {cls.kind for cls in sources} == loaders.keys()
    assert implementations.__all__


def test_every_choice_has_one_implementation() -> None:
    for kind, field, made in (
        ("Points", "pattern", PATTERNS),
        ("TruthTable", "gate", GATES),
        ("Curve", "shape", CURVES),
        ("Shapes", "task", TASKS),
    ):
        assert set(sources[kind].specs[field].marker.options) == set(made)  # type: ignore[attr-defined]


def values(made: Prepared) -> dict[str, torch.Tensor]:
    return {f"{part}.{name}": value for part in made.parts for name, value in every(made.parts[part]).items()}


@pytest.mark.parametrize("kind", ALONE)
def test_a_source_without_files_is_the_same_each_time_and_fits_its_columns(kind: str) -> None:
    one, two = prepared(kind), prepared(kind)
    for name, value in values(one).items():
        assert torch.equal(value, values(two)[name])
    for name, value in every(one.train).items():
        column = one.columns[name]
        assert tuple(value.shape[1:]) == column.tensor.shape
        assert {"float": torch.float32, "int": torch.int64, "bool": torch.bool}[column.tensor.dtype] == value.dtype
        if column.classes:
            assert 0 <= int(value.min()) <= int(value.max()) < len(column.classes)


def test_the_bundled_digits_are_5000_real_ones_in_under_2_MB() -> None:
    path = resource("data", "mnist.npz")
    assert path.stat().st_size < 2_000_000
    assert (
        "CC" in path.with_name("README.md").read_text() or "Creative Commons" in path.with_name("README.md").read_text()
    )
    made = prepared("MNIST")
    assert sum(len(part) for part in made.parts.values()) == 5000
    images, digits = every(made.train)["image"], every(made.train)["digit"]
    assert (float(images.min()), float(images.max())) == (0.0, 1.0)
    assert float(images.mean()) == pytest.approx(0.1307, abs=0.003)
    assert torch.bincount(digits).tolist() == [400] * 10
    assert made.issues == ()


def test_digits_can_be_told_apart_by_their_nearest_neighbour() -> None:
    """Real pictures with the right labels: the nearest training picture has the label nearly always."""
    made = prepared("MNIST")
    train, test = every(made.train), every(made.test)
    nearest = torch.cdist(test["image"].flatten(1), train["image"].flatten(1)).argmin(1)
    assert float((train["digit"][nearest] == test["digit"]).float().mean()) > 0.9


def test_fewer_digits_stay_balanced() -> None:
    digits = [every(part)["digit"] for part in prepared("MNIST", size=100).parts.values()]
    assert torch.bincount(torch.cat(digits)).tolist() == [10] * 10


def test_only_some_of_the_digits_are_classes_from_zero_on() -> None:
    made = prepared("MNIST", digits=(7, 5, 9, 5), size=60)
    assert made.columns["digit"].classes == ("5", "7", "9")
    rows = [every(part) for part in made.parts.values()]
    assert torch.bincount(torch.cat([row["digit"] for row in rows])).tolist() == [20] * 3
    everything = every(prepared("MNIST").train)
    sevens = everything["image"][everything["digit"] == 7].flatten(1).mean(0)
    assert float((rows[0]["image"][rows[0]["digit"] == 1].flatten(1).mean(0) - sevens).abs().mean()) < 0.05


def test_without_any_digit_there_is_nothing_to_learn() -> None:
    with pytest.raises(ProjectProblem, match="digits needs from 1 to 10 numbers"):
        prepared("MNIST", digits=())


@pytest.mark.parametrize(
    ("kind", "count", "features", "classes"),
    [("Digits", 1797, 64, 10), ("Iris", 150, 4, 3), ("Wine", 178, 13, 3), ("BreastCancer", 569, 30, 2)],
)
def test_the_small_classics(kind: str, count: int, features: int, classes: int) -> None:
    made = prepared(kind)
    x, y = made.columns.values()
    assert sum(len(part) for part in made.parts.values()) == count
    assert x.tensor.size == features
    assert (x.role, y.role, len(y.classes)) == ("input", "target", classes)


def test_features_bear_their_names() -> None:
    assert prepared("Iris").columns["features"].features[0] == "sepal length (cm)"
    assert prepared("Iris").columns["species"].classes == ("setosa", "versicolor", "virginica")


@pytest.mark.parametrize("pattern", list(PATTERNS))
def test_points_have_all_their_classes_near_the_middle_of_the_plane(pattern: str) -> None:
    classes = 3 if pattern in MANY else 2
    made = prepared("Points", pattern=pattern, count=300, noise=0.0, classes=3)
    points = every(made.train)
    assert len(torch.bincount(points["kind"])) == classes
    assert float(points["point"].abs().max()) <= 2.5
    assert float(points["point"].mean(0).abs().max()) < 0.7


def test_xor_points_are_a_class_by_the_signs_of_their_coordinates() -> None:
    points = every(prepared("Points", pattern="xor", noise=0.0).train)
    assert torch.equal(points["kind"], (points["point"].prod(1) < 0).long())


def test_another_seed_draws_other_points() -> None:
    one, two = (every(prepared("Points", seed=seed).train)["point"] for seed in (0, 1))
    assert not torch.equal(one, two)


@pytest.mark.parametrize(
    ("gate", "answers"),
    [
        ("and", [0, 0, 0, 1]),
        ("or", [0, 1, 1, 1]),
        ("xor", [0, 1, 1, 0]),
        ("nand", [1, 1, 1, 0]),
        ("nor", [1, 0, 0, 0]),
        ("xnor", [1, 0, 0, 1]),
        ("parity", [0, 1, 1, 0]),
    ],
)
def test_a_truth_table_holds_all_its_rows_in_every_part(gate: str, answers: list[int]) -> None:
    made = prepared("TruthTable", gate=gate)
    for part in made.parts.values():
        rows = every(part)
        assert rows["x"].tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
        assert rows["y"].tolist() == answers
    assert made.issues == ()


def test_a_truth_table_speaks_in_minus_one_and_numbers_when_asked() -> None:
    rows = every(prepared("TruthTable", gate="parity", inputs=3, low=-1.0, answers="number").train)
    assert rows["x"][0].tolist() == [-1, -1, -1]
    assert rows["y"].flatten().tolist() == [0, 1, 1, 0, 1, 0, 0, 1]


def test_curves_are_their_formulas_without_noise() -> None:
    for fields, formula in (
        ({"shape": "sine", "cycles": 2.0}, lambda x: torch.sin(2 * torch.pi * (x + 1))),
        ({"shape": "step"}, lambda x: (x >= 0).float()),
        ({"shape": "polynomial", "coefficients": (1.0, -2.0, 3.0)}, lambda x: 1 - 2 * x + 3 * x**2),
        ({"shape": "line", "coefficients": (1.0, -2.0, 3.0)}, lambda x: 1 - 2 * x),
    ):
        rows = every(prepared("Curve", noise=0.0, **fields).train)
        torch.testing.assert_close(rows["y"], formula(rows["x"]), rtol=0, atol=1e-5)


def test_sequences_have_the_answers_that_their_tasks_ask_for() -> None:
    copy, back = (every(prepared("Sequences", task=task, count=50).train) for task in ("copy", "reverse"))
    assert torch.equal(copy["source"], copy["target"])
    assert torch.equal(back["source"].flip(1), back["target"])
    agree = every(prepared("Sequences", task="agreement", count=50).train)
    assert torch.equal((agree["letters"][:, 0] == agree["letters"][:, -1]).long(), agree["agrees"])
    count = every(prepared("Sequences", task="counting", count=50).train)
    assert torch.equal((count["letters"] == 0).sum(1), count["count"])


def test_a_decoder_is_taught_with_a_start_and_an_end() -> None:
    rows = every(prepared("Sequences", task="reverse", teacher=True, length=4, symbols=5, count=20).train)
    assert rows["written"].shape == (16, 5)
    assert rows["written"][:, 0].tolist() == [5] * 16
    assert rows["next"][:, -1].tolist() == [6] * 16
    assert torch.equal(rows["written"][:, 1:], rows["next"][:, :-1])
    assert torch.equal(rows["next"][:, :-1], rows["source"].flip(1))


def test_boxes_hold_their_shapes() -> None:
    rows = every(prepared("Shapes", task="box", count=40, noise=0.0, size=40).train)
    for image, (left, top, right, bottom) in zip(rows["image"], rows["box"] * 40, strict=True):
        bright = (image.amax(0) > 0.2).nonzero()
        assert float(bright[:, 1].min()) + 1.5 >= float(left)
        assert float(bright[:, 0].min()) + 1.5 >= float(top)
        assert float(bright[:, 1].max()) - 0.5 <= float(right)
        assert float(bright[:, 0].max()) - 0.5 <= float(bottom)


def test_masks_cover_what_is_painted() -> None:
    rows = every(prepared("Shapes", task="mask", count=20, noise=0.0).train)
    assert torch.equal(rows["image"].amax(1) > 0.15, rows["mask"] > 0)


def test_a_grid_tells_every_middle() -> None:
    made = prepared("Shapes", task="grid", count=40, size=64, grid=8, most=1)
    rows = every(made.train)
    assert torch.equal(rows["certainty"].sum((1, 2, 3)), torch.ones(32))
    assert ((rows["middle"] >= 0) & (rows["middle"] <= 1)).all()
    assert made.columns["kind"].padding == EMPTY
    assert torch.equal(rows["kind"] != EMPTY, rows["certainty"][:, 0] > 0)
    assert {name: str(column.tensor) for name, column in made.columns.items()} == {
        "image": "3×64×64",
        "certainty": "1×8×8",
        "middle": "2×8×8",
        "extent": "2×8×8",
        "kind": "8×8",
    }


def test_a_clip_moves_in_its_direction() -> None:
    rows = every(prepared("Shapes", task="clip", count=30, noise=0.0, size=24, steps=4).train)
    bright = (rows["clip"].amax(2) > 0.15).float()
    place = torch.arange(24.0)
    x, y = ((bright.sum(axis) * place).sum(-1) / bright.sum((2, 3)) for axis in (2, 3))
    moved = torch.stack([x[:, -1] - x[:, 0], y[:, -1] - y[:, 0]], dim=1)
    ways = torch.tensor([[1.0, 0], [-1, 0], [0, 1], [0, -1]])
    assert torch.equal((moved @ ways.T).argmax(1), rows["direction"])


def test_a_caption_names_color_and_shape() -> None:
    made = prepared("Shapes", task="caption", count=20)
    words = made.columns["next"].classes
    sentence = [words[number] for number in every(made.train)["next"][0].tolist()]
    assert sentence[0] == "a"
    assert sentence[1] in ("red", "green", "blue", "yellow")
    assert sentence[2] in ("circle", "square", "triangle")
    assert sentence[3] == "<end>"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "names no data. Give it a source: one of MNIST, Digits"),
        ({"source": {"kind": "Mnist"}}, "Did you mean “MNIST”"),
        ({"source": "Digitz"}, "Did you mean “Digits”"),
        ({"source": {"kind": "Points", "pattern": "square"}}, "The pattern must be one of xor, circles"),
        ({"source": {"kind": "Points", "cuont": 3}}, "Did you mean “count”"),
        ({"source": {"kind": "Iris"}, "splitt": {}}, "Did you mean “split”"),
        ({"source": {"kind": "Iris"}, "bad_rows": "ignore"}, "bad_rows must be stop or skip"),
        ({"source": {"kind": "Iris"}, "sampling": "equal"}, "no sampling “equal”; choose one of as it is, balanced"),
        ({"source": {"kind": "Curve"}, "sampling": "balanced"}, "needs a target that is a class"),
        ({"source": 5}, "A data source is written as"),
        ({"source": {"kind": "Iris"}, "split": {"kind": "KFold", "folds": 3, "fold": 3}}, "fold 3 does not exist"),
        ({"source": {"kind": "Iris"}, "split": {"kind": "Given"}}, "names no training part"),
    ],
)
def test_a_mistake_in_what_a_project_says_is_one_sentence(data: dict[str, Any], says: str, tmp_path: Path) -> None:
    from dlstudio.core.document import Project
    from dlstudio.core.frozen import freeze
    from dlstudio.data.prepare import prepare

    with pytest.raises(ProjectProblem) as problem:
        prepare(Project(data=freeze(data)), folder=tmp_path)
    assert says in str(problem.value)
