"""An exported Python file reads texts as the data of its project does."""

import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.frozen import freeze
from dlstudio.data.dataset import Column
from dlstudio.data.prepare import Prepared, prepare
from dlstudio.data.vocabulary import vocabulary
from dlstudio.exchange.carried.predicting import read_text
from dlstudio.exchange.python_file import PythonWriter
from dlstudio.exchange.subject import subject
from tests.exchange.small import small, trained_templates

SOURCES = ("Alice", "Phrase", "Text", "Sentences", "Sequences", "LabelledTexts")
TEXTS = [name for name in trained_templates() if dl.template(name).data["source"]["kind"] in SOURCES]
LINES = "good\tA lovely film, isn't it?\nbad\tA Dull, dull plot\ngood\tÄ great “ending”\n"


def written(row: list[int], column: Column, prepared: Prepared) -> str:
    """A sample as the text that it was read from."""
    known = vocabulary(prepared.fitted)
    if known is not None:
        return known.decode(row)
    words = [column.classes[number] for number in row if number != column.padding]
    single = all(len(each) == 1 for each in column.classes if not each.startswith("<"))
    return ("" if single else " ").join(words)


def exported(project: Project, folder: Path) -> dict[str, Any]:
    """What an exported file defines."""
    PythonWriter().write(None, subject(project), folder / "reads.py")
    return runpy.run_path(str(folder / "reads.py"))


@pytest.mark.parametrize("name", TEXTS)
def test_a_template_reads_the_texts_of_its_samples_as_its_data_does(name: str, tmp_path: Path) -> None:
    project = small(name)
    prepared = prepare(project)
    file = exported(project, tmp_path)
    asked = 0
    for entry, spec in file["INPUTS"].items():
        column = prepared.columns.get(subject(project).wiring.inputs[entry])
        assert column is not None
        values = prepared.train.dataset.take(prepared.train.indices[:5], [column.name])[column.name]
        for row in values:
            (tmp_path / "sample.txt").write_bytes(written(row.tolist(), column, prepared).encode())
            assert torch.equal(file["read_sample"](tmp_path / "sample.txt", entry), row[None])
            asked += 1
        assert spec["shape"] == values.shape[1:]
    assert asked


@pytest.mark.parametrize("unit", ["characters", "words", "byte pairs"])
@pytest.mark.parametrize("fill", ["start", "end"])
def test_own_texts_are_read_as_they_were_for_the_training(unit: str, fill: str, tmp_path: Path) -> None:
    (tmp_path / "texts.txt").write_text(LINES, "utf-8")
    source = {"kind": "LabelledTexts", "path": str(tmp_path / "texts.txt"), "unit": unit, "length": 30, "fill": fill}
    data = {"source": {**source, "vocabulary": 270}, "split": {"kind": "Everything"}}
    project = dl.line("input 30 int > embed 400 4 > flatten > fc 2")
    project = replace(project, data=freeze(data), training=freeze({"kind": "Supervised"}))
    file = exported(project, tmp_path)
    prepared = prepare(project)
    (entry,) = file["INPUTS"]
    rows = prepared.train.dataset.take(prepared.train.indices, ["text"])["text"]
    for number, line in zip(prepared.train.indices.tolist(), rows, strict=True):
        text = LINES.split("\n")[number].partition("\t")[2]
        (tmp_path / "sample.txt").write_text(f"{text}\n", "utf-8-sig")
        assert torch.equal(file["read_sample"](tmp_path / "sample.txt", entry), line[None])


def test_a_mark_among_letters_is_one_symbol() -> None:
    spec = {"symbols": ("a", "b", "<start>"), "unit": "characters", "lower": False, "lines": False, "padding": 0}
    assert read_text("<start>ba", {**spec, "shape": (4,), "fill": "end"}).tolist() == [[2, 1, 0, 0]]
