"""Tables: roles, one-hot codes, groups, dates and parts; every bad cell named by file and line."""

from pathlib import Path
from typing import Any

import pytest
import torch

from dlstudio.core.issue import ProjectProblem
from dlstudio.data.prepare import Prepared
from tests.data.building import every, prepared, write

EVERYTHING = {"split": "Everything"}
PEOPLE = ("age,city,grade,passed", "31,Paris,B,yes", "25,Rome,A,no", "40,Oslo,C,yes", "22,Rome,A,yes")


def table(
    folder: Path, *lines: str, name: str = "people.csv", data: dict[str, Any] | None = None, **fields: Any
) -> Prepared:
    write(folder / name, *lines)
    return prepared("Table", folder, file=name, data={**EVERYTHING, **(data or {})}, **fields)


def test_left_alone_the_last_column_is_the_target_and_words_are_one_hot(tmp_path: Path) -> None:
    made = table(tmp_path, *PEOPLE)
    assert list(made.columns) == ["features", "passed"]
    assert made.columns["features"].features == (
        "age", "city=Oslo", "city=Paris", "city=Rome", "grade=A", "grade=B", "grade=C",
    )  # fmt: skip
    assert made.columns["passed"].classes == ("no", "yes")
    rows = every(made.train)
    assert rows["features"][0].tolist() == [31, 0, 1, 0, 0, 1, 0]
    assert rows["passed"].tolist() == [1, 0, 1, 1]


def test_NUM_30_NDA_08_one_hot_features_of_the_sources(tmp_path: Path) -> None:
    """["male", "US", "IE"] is [0, 1, 3] by its places, and nine numbers by one-hot."""
    lines = ("gender,region,browser,y", "male,US,IE,1", "female,Asia,Chrome,0")
    orders = {
        "gender": ("male", "female"),
        "region": ("Europe", "US", "Asia"),
        "browser": ("Firefox", "Chrome", "Safari", "IE"),
    }
    made = table(tmp_path, *lines, categories=orders)
    assert every(made.train)["features"].tolist() == [
        [1, 0, 0, 1, 0, 0, 0, 0, 1],
        [0, 1, 0, 0, 1, 0, 1, 0, 0],
    ]
    coded = table(tmp_path, *lines, categories=orders, roles=dict.fromkeys(orders, "index"))
    rows = every(coded.train)
    assert [rows[name].tolist() for name in orders] == [[0, 1], [1, 2], [3, 1]]


def test_NUM_31_good_middle_bad(tmp_path: Path) -> None:
    made = table(tmp_path, "mark,y", "good,1", "middle,2", "bad,3", categories={"mark": ("good", "middle", "bad")})
    assert every(made.train)["features"].tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_NDA_09_words_as_amounts_are_warned_of(tmp_path: Path) -> None:
    made = table(tmp_path, *PEOPLE, roles={"city": "ordinal"})
    [issue] = [issue for issue in made.issues if issue.code == "data-ordinal"]
    assert "city" in issue.text
    assert "Oslo = 0" in issue.text
    assert every(made.train)["features"][:, 1].tolist() == [1, 2, 0, 2]


def test_several_inputs_and_targets_by_groups(tmp_path: Path) -> None:
    made = table(
        tmp_path,
        "height,weight,city,price,size,kind",
        "1.5,60,Rome,10,3,a",
        "1.8,80,Oslo,20,4,b",
        groups={"height": "body", "weight": "body", "price": "numbers", "size": "numbers"},
        roles={"city": "index", "price": "value", "size": "value", "kind": "class"},
    )
    assert {name: (str(column.tensor), column.role) for name, column in made.columns.items()} == {
        "body": ("2", "input"),
        "city": ("1 number", "input"),
        "numbers": ("2", "target"),
        "kind": ("1 number", "target"),
    }
    assert every(made.train)["numbers"].tolist() == [[10, 3], [20, 4]]


def test_a_target_of_many_numbers_is_a_number(tmp_path: Path) -> None:
    made = table(tmp_path, "x,y", *(f"{i},{i * 0.5}" for i in range(30)))
    assert (made.columns["y"].tensor.shape, made.columns["y"].classes) == ((1,), ())


def test_a_target_of_few_whole_numbers_is_a_class_in_the_order_of_numbers(tmp_path: Path) -> None:
    made = table(tmp_path, "x,y", "1,10", "2,9", "3,10")
    assert made.columns["y"].classes == ("9", "10")


@pytest.mark.parametrize(("name", "mark"), [("a.tsv", "\t"), ("a.csv", ";"), ("a.txt", "|")])
def test_the_delimiter_is_found(tmp_path: Path, name: str, mark: str) -> None:
    made = table(tmp_path, mark.join("xzy"), mark.join("123"), mark.join("456"), name=name)
    assert every(made.train)["features"].tolist() == [[1, 2], [4, 5]]


def test_quoted_cells_may_hold_the_delimiter_and_lines(tmp_path: Path) -> None:
    made = table(tmp_path, "x,y", '1,"a, b"', '2,"c\nd"', "3,e")
    assert made.columns["y"].classes == ("a, b", "c\nd", "e")


def test_a_column_that_names_parts_splits_the_rows(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "x,part,y", "1,train,a", "2,val,b", "3,test,a", "4,train,b")
    made = prepared("Table", tmp_path, file="a.csv")
    assert [part.indices.tolist() for part in made.parts.values()] == [[0, 3], [1], [2]]
    assert made.columns["features"].features == ("x",)


def test_a_split_can_go_by_any_column(tmp_path: Path) -> None:
    lines = ("x,where,y", "1,train,a", "2,dev,b", "3,test,a")
    made = table(tmp_path, *lines, roles={"where": "ignore"}, data={"split": {"kind": "Given", "column": "where"}})
    assert [part.indices.tolist() for part in made.parts.values()] == [[0], [1], [2]]
    with pytest.raises(ProjectProblem, match="“1”; it must say train, validation or test"):
        table(tmp_path, *lines, data={"split": {"kind": "Given", "column": "x"}})


def test_rows_are_split_by_their_date(tmp_path: Path) -> None:
    dates = ("2024-05-03", "2023-01-01", "2024-12-31T12:00", "2022-02-02", "2024-06-01")
    lines = ("day,x,y", *(f"{day},{i},{i}.5" for i, day in enumerate(dates)))
    made = table(
        tmp_path,
        *lines,
        roles={"day": "time"},
        data={"split": {"kind": "ByTime", "column": "day", "train": 0.6, "test": 0.2}},
    )
    assert made.test.indices.tolist() == [2]
    assert made.train.indices.tolist()[0] == 3


def test_parquet_gives_what_csv_gives(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    cells = {"age": [31, 25, 40], "city": ["Paris", "Rome", "Oslo"], "paid": [1.5, 2.25, 3.0]}
    parquet.write_table(pa.table(cells), tmp_path / "a.parquet")
    write(tmp_path / "a.csv", "age,city,paid", *(",".join(map(str, row)) for row in zip(*cells.values(), strict=True)))
    one, two = (
        prepared("Table", tmp_path, file=name, roles={"paid": "value"}, data=EVERYTHING)
        for name in ("a.parquet", "a.csv")
    )
    assert one.columns == two.columns
    for name, value in every(one.train).items():
        assert torch.equal(value, every(two.train)[name])


BAD = {
    "a word in a numeric column": (("x,y", "1,a", "2,b", "three,a"), "people.csv, line 4: x “three” is no number"),
    "an empty cell": (("x,y", "1,a", ",b", "3,a"), "people.csv, line 3: x is empty"),
    "NaN": (("x,y", "1,a", "nan,b", "3,a"), "people.csv, line 3: x"),
    "infinity": (("x,y", "1,a", "2,b", "inf,a"), "people.csv, line 4: x “inf” is no number"),
    "a row too short": (
        ("x,z,y", "1,2,a", "3,4", "5,6,b"),
        "people.csv, line 3: it has 2 cells, but there are 3 columns",
    ),
    "a row too long": (("x,y", "1,a", "3,b", "5,b,7"), "people.csv, line 4: it has 3 cells, but there"),
    "an empty target": (("x,y", "1,a", "2,", "3,b"), "people.csv, line 3: y is empty"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_named_with_what_to_do(tmp_path: Path, case: str) -> None:
    lines, says = BAD[case]
    with pytest.raises(ProjectProblem) as problem:
        table(tmp_path, *lines)
    assert says in str(problem.value)
    assert "bad_rows" in str(problem.value)


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_left_out_and_listed_when_skipping(tmp_path: Path, case: str) -> None:
    lines, says = BAD[case]
    made = table(tmp_path, *lines, data={"bad_rows": "skip"})
    assert len(made.train) == 2
    [issue] = [issue for issue in made.issues if issue.code == "data-skipped"]
    assert issue.text.startswith("1 row was left out: ")
    assert says.partition(" is no")[0] in issue.text


def test_many_bad_rows_are_counted(tmp_path: Path) -> None:
    lines = ("x,y", *(f"{i},a" for i in range(20)), *("word,b" for _ in range(8)))
    with pytest.raises(ProjectProblem, match="7 more like it"):
        table(tmp_path, *lines)
    [issue] = [
        issue for issue in table(tmp_path, *lines, data={"bad_rows": "skip"}).issues if issue.code == "data-skipped"
    ]
    assert issue.text.startswith("8 rows were left out: people.csv, line 22: ")
    assert issue.text.endswith("; and 3 more.")


@pytest.mark.parametrize(
    ("lines", "fields", "says"),
    [
        (("x,y",), {}, "people.csv holds no rows"),
        (("x,x,y", "1,2,3"), {}, "line 1: two columns are called “x”"),
        (PEOPLE, {"roles": {"town": "ignore"}}, "has no column “town”; it has age, city, grade, passed"),
        (PEOPLE, {"roles": {"city": "onehot"}}, "There is no role “onehot” for the column city"),
        (PEOPLE, {"groups": {"age": "passed"}}, "The group passed mixes what cannot stand together"),
        (("n,y", *(f"w{i},{i}.5" for i in range(200))), {}, "The column n holds 200 different words"),
        (("d,x,y", "soon,1,2", "late,2,3"), {"roles": {"d": "time"}}, "d “soon” is neither a date"),
        (("x,y", "word,a"), {"roles": {"x": "number"}, "skip": True}, "No row of people.csv can be used"),
        (("c,y", "green,1", "red,2"), {"categories": {"c": ("red", "blue")}}, "c “green” is none of red, blue"),
    ],
)
def test_other_mistakes_are_one_sentence(
    tmp_path: Path, lines: tuple[str, ...], fields: dict[str, Any], says: str
) -> None:
    data = {"bad_rows": "skip"} if fields.pop("skip", False) else {}
    with pytest.raises(ProjectProblem) as problem:
        table(tmp_path, *lines, data=data, **fields)
    assert says in str(problem.value)


def test_a_table_that_is_no_text_is_told_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x,y\n1,2\n\xff\xfe,3\n")
    with pytest.raises(ProjectProblem, match=r"a\.csv, line 3: this is no text in UTF-8"):
        prepared("Table", tmp_path, file="a.csv")


def test_a_damaged_parquet_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(ProjectProblem, match=r"a\.parquet is no readable Parquet file"):
        prepared("Table", tmp_path, file="a.parquet")
