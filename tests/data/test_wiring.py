"""Wiring: columns go to the inputs and outputs that were named, by name, or in order; what does not fit is told."""

from dataclasses import replace
from typing import Any

import pytest

import dlstudio as dl
from dlstudio.catalog.layers.structure import Input
from dlstudio.core import edits
from dlstudio.core.document import MODEL, Project
from dlstudio.core.frozen import freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.spec import make
from dlstudio.core.tensor import FORMS, Tensor
from dlstudio.data.dataset import Column
from dlstudio.data.wiring import Wiring, bind, judged, wire

LABEL = Tensor.of(dtype="int")


def columns(**named: Tensor | Column) -> dict[str, Column]:
    return {name: each if isinstance(each, Column) else Column(name, each) for name, each in named.items()}


def target(name: str, *classes: str) -> Column:
    return Column(name, LABEL, classes or ("a", "b"), "target")


def project(text: str, **inputs: str) -> Project:
    return replace(dl.line(text), data=freeze({"inputs": inputs}) if inputs else freeze({}))


def test_equal_names_meet() -> None:
    found = wire(
        project("a: input 3 > fc 2 > y: output; b: input 4 > fc 5 > z: output"),
        columns(z=target("z"), b=Tensor.of(4), y=target("y"), a=Tensor.of(3)),
    )
    assert found == Wiring({"a": "a", "b": "b"}, {"y": "y", "z": "z"})


def test_otherwise_they_meet_in_their_order() -> None:
    found = wire(project("x: input 4 > fc 3"), columns(features=Tensor.of(4), species=target("species")))
    assert found.inputs == {"x": "features"}
    assert list(found.targets.values()) == ["species"]


def test_what_the_project_says_goes_first() -> None:
    wished = project("x: input 4 > fc 3", x="b")
    found = wire(wished, columns(a=Tensor.of(4), b=Tensor.of(4), y=target("y")))
    assert found.inputs == {"x": "b"}


def test_an_output_may_name_an_input_as_its_target() -> None:
    """As an autoencoder does."""
    made = dl.line("image: input 1x4x4 > flatten > fc 16 > reshape 1x4x4 > drawn: output target=image")
    found = wire(made, columns(image=Tensor.of(1, 4, 4), digit=target("digit")))
    assert found == Wiring({"image": "image"}, {"drawn": "image"})


def test_an_output_that_nothing_is_left_for_has_no_target() -> None:
    made = dl.line("image: input 4 > hidden: fc 4 > drawn: output target=image; hidden > prior: output")
    assert wire(made, columns(image=Tensor.of(4))).targets == {"drawn": "image"}


@pytest.mark.parametrize(
    ("text", "given", "says"),
    [
        (
            "image: input 1x28x28 > flatten > fc 10",
            columns(image=Tensor.of(3, 32, 32), y=target("y")),
            "The input image takes 1×28×28, but the column image holds 3×32×32. ",
        ),
        (
            "x: input 4 > fc 2",
            columns(x=Tensor((4,), ("time",), "int"), y=target("y")),
            "The input x takes real numbers, but the column x holds whole numbers. ",
        ),
        (
            "a: input 2 > fc 2",
            columns(y=target("y")),
            "No column of the data is left for the input a; the data has y. ",
        ),
        (
            "a: input 2 > fc 2 > o: output lable",
            columns(a=Tensor.of(2), label=target("label")),
            "The data has no column “lable” for the output o; it has a, label.",
        ),
        (
            "a: input 2 > fc 1",
            columns(a=Tensor.of(2), y=target("y", "only")),
            "All samples of y are of one class, only",
        ),
    ],
)
def test_what_does_not_fit_is_told(text: str, given: dict[str, Column], says: str) -> None:
    with pytest.raises(ProjectProblem) as problem:
        wire(project(text), given)
    assert says in str(problem.value)


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"x": "none"}, "The data has no column “none” for the input x"),
        ({"z": "a"}, "names the input “z”; the network has x"),
    ],
)
def test_a_wrong_wish_is_told(inputs: dict[str, str], says: str) -> None:
    with pytest.raises(ProjectProblem, match=says):
        wire(project("x: input 4 > fc 3", **inputs), columns(a=Tensor.of(4), y=target("y")))


SHAPES: list[Any] = [
    Tensor.of(5),
    Tensor.of(1, 28, 28),
    Tensor.of(7, 3),
    Tensor.of(9, dtype="int"),
    Tensor((2, 100), FORMS["a signal"]),
    Tensor((8, 3, 16, 16), FORMS["a clip"]),
    Tensor((3, 8, 16, 16), FORMS["a volume"]),
    Tensor((4,), ("feature",), "int"),
]


@pytest.mark.parametrize("tensor", SHAPES, ids=str)
def test_binding_writes_the_column_into_the_input(tensor: Tensor) -> None:
    given = columns(x=tensor)
    bound = bind(project("x: input 3 > fc 2"), given)
    assert make(Input, bound.networks[MODEL].nodes["x"].fields, {}).shape() == tensor
    assert wire(edits.remove(bound, MODEL, ["output"]), given).inputs == {"x": "x"}


def test_binding_twice_changes_nothing() -> None:
    given = columns(x=Tensor.of(5), y=target("y"))
    once = bind(project("x: input 3 > fc 2"), given)
    assert bind(once, given) == once


def test_one_side_that_does_not_fit_leaves_the_other_known() -> None:
    named = columns(x=Tensor.of(4), y=target("y"))
    wiring, issues = judged(project("x: input 3 > fc 2 > y: output"), named)
    assert wiring == Wiring({"x": "x"}, {"y": "y"})
    assert [issue.node for issue in issues] == ["x"]
    wiring, issues = judged(project("x: input 4 > fc 2 > y: output", x="z"), named)
    assert wiring == Wiring({}, {"y": "y"})
    assert "no column “z”" in issues[0].text
