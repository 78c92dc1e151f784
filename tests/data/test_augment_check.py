"""Checks of augmentations: mistakes named with what to do, and labels that a turn would make wrong."""

from typing import Any

import pytest
import torch

from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.core.tensor import FEATURE, TIME
from dlstudio.data.augment.augment import build
from dlstudio.data.augment.check import check
from dlstudio.data.columns import classes
from dlstudio.data.prepare import Part, prepare
from tests.data.augmenting import column, labels, part, pictures, project, random


def signs(names: str) -> Part:
    count = len(names)
    return part(pictures(random(count, 1, 8, 8)), classes("sign", torch.arange(count), tuple(names)))


def found(train: Part, *augment: dict[str, Any]) -> list[Issue]:
    return check(project(*augment), train.dataset.columns)


@pytest.mark.parametrize(
    "spec",
    [
        {"kind": "Rotate", "degrees": 90},
        {"kind": "Rotate", "quarters": True},
        {"kind": "Rotate", "degrees": 180},
        {"kind": "Affine", "degrees": 120},
        {"kind": "Flip"},
        {"kind": "Flip", "direction": "vertical"},
    ],
)
def test_AUG_13_turning_or_mirroring_digits_is_warned_of(spec: dict[str, Any]) -> None:
    (issue,) = found(signs("0123456789"), spec)
    assert (issue.severity, issue.code) == ("warning", "augment-label")
    assert "the sign of a sample may become wrong" in issue.text
    made = build(project(spec), signs("0123456789"))
    assert made is not None
    assert made.issues == (issue,)


@pytest.mark.parametrize("spec", [{"kind": "Rotate", "degrees": 89}, {"kind": "Flip", "p": 0}, {"kind": "Shift"}])
def test_AUG_13_what_keeps_digits_is_not(spec: dict[str, Any]) -> None:
    assert found(signs("0123456789"), spec) == []


def test_AUG_13_letters_are_warned_of_and_things_are_not() -> None:
    assert len(found(signs("bdpq"), {"kind": "Flip"})) == 1
    assert (
        found(part(pictures(random(6, 3, 8, 8)), labels(6)), {"kind": "Flip"}, {"kind": "Rotate", "degrees": 90}) == []
    )


def test_AUG_13_the_bundled_digits_are_digits_and_the_fix_takes_the_flip_out() -> None:
    flips = Project(data=project({"kind": "Shift"}, {"kind": "Flip"}).data.put("source", Frozen({"kind": "Digits"})))
    columns = prepare(flips).columns
    (issue,) = check(flips, columns)
    mended = issue.fixes[0].edit(flips)
    assert check(mended, columns) == []
    assert [each["kind"] for each in mended.data["augment"]] == ["Shift"]


IMAGES = part(
    pictures(random(4, 1, 8, 10)),
    column("x", random(4, 3), (FEATURE,)),
    column("words", torch.zeros(4, 5, dtype=torch.long), (TIME,), role="target"),
    labels(4),
)


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"kind": "Flop"}, "Augmentation 1: There is no augmentation “Flop”. Did you mean “Flip”?"),
        ({"kind": "Flip", "q": 1}, "has no field “q”"),
        ({"kind": "Flip", "p": 2}, "The p must be at least 0 and at most 1, not 2"),
        ({"kind": "Flip", "column": "imge"}, "the column “imge”; the data has image, x"),
        (
            {"kind": "Flip", "column": "x"},
            "works on an image, a map or a clip as an input, but the column x is a vector",
        ),
        ({"kind": "PCAJitter"}, "with 3 channels, but the column image"),
        ({"kind": "TimeShift"}, "works on a signal, a sequence or a row of steps"),
        ({"kind": "SynonymReplacement"}, "an input of words with a vocabulary"),
        ({"kind": "LabelShuffle", "column": "x"}, "a target that is a class"),
        ({"kind": "Rotate", "quarters": True}, "square images; those of image are 8×10"),
        ({"kind": "Flip", "boxes": ["box"]}, "moves the column “box” along"),
        ({"kind": "Flip", "boxes": ["x"]}, "boxes have 4 numbers"),
        ({"kind": "Flip", "masks": ["words"]}, "must be as large as the image"),
        ({"kind": "RandomCrop", "height": 4, "p": 0.5}, "set its p to 1"),
        ({"kind": "RandomScale", "smallest": 2, "largest": 1}, "must not be above the largest"),
        ({"kind": "Mixup"}, "cannot blend the target words"),
        ("Blurr", "Did you mean “Blur”"),
        (3, "is written as"),
    ],
)
def test_a_mistake_is_named_with_what_to_do(spec: Any, text: str) -> None:
    (issue,) = check(project(spec), IMAGES.dataset.columns)
    assert issue.severity == "error"
    assert text in issue.text
    with pytest.raises(ProjectProblem, match="Augmentation 1"):
        build(project(spec), IMAGES)


def test_a_crop_to_another_size_is_warned_of() -> None:
    (issue,) = found(IMAGES, {"kind": "RandomCrop", "height": 6})
    assert issue.code == "augment-size"
    assert "6×10 for training, but image is 1×8×10" in issue.text


def test_a_list_that_is_none_says_how_to_write_it() -> None:
    with pytest.raises(ProjectProblem, match="is a list such as"):
        check(Project(data=Frozen({"augment": "Flip"})), IMAGES.dataset.columns)


@pytest.mark.parametrize(("task", "name", "field"), [("boxes", "boxes", "boxes"), ("mask", "mask", "masks")])
def test_a_place_that_is_left_behind_is_warned_of_and_the_fix_takes_it_along(task: str, name: str, field: str) -> None:
    source = {"kind": "Shapes", "task": task, "count": 40, "size": 20}
    shapes = project({"kind": "Flip"}, source=source)
    prepared = prepare(shapes)
    (issue,) = check(shapes, prepared.columns)
    assert issue.code == "augment-left-behind"
    mended = issue.fixes[0].edit(shapes)
    assert mended.data["augment"][0][field] == (name,)
    assert check(mended, prepared.columns) == []
    made, augment = prepared.train.dataset.take(prepared.train.indices), build(mended, prepared.train)
    assert augment is not None
    assert not torch.equal(augment(made, torch.Generator().manual_seed(0))[name], made[name])
