"""A source is chosen: from the list, by its name, by dropping what one has, or the digits at once."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from dlstudio.catalog.sources import sources
from dlstudio.ui.panels.data.proposal import proposal
from tests.ui.conftest import Opener
from tests.ui.data.looking import drop, look, project, said, tiles, undo_label, wait

CSV = "length,width,kind\n" + "".join(f"{i}.5,{i % 7},{'ab'[i % 2]}\n" for i in range(40))


def test_with_nothing_chosen_the_digits_are_one_click_away(opened: Opener) -> None:
    hand, panel = look(opened, project())
    assert panel.stack.currentWidget() is panel.chooser
    hand.press(panel.chooser.first)
    wait(panel)
    assert said(hand)["source"] == {"kind": "MNIST"}
    assert hand.nodes == {"image"}
    shown = tiles(panel)
    assert [tile.title for tile in shown[:10]] == list("0123456789")
    assert all(isinstance(tile.picture, QImage) and tile.picture.width() == 28 for tile in shown)


def test_a_source_is_found_by_a_word_chosen_by_enter_and_undone_in_one_step(opened: Opener) -> None:
    hand, panel = look(opened, project(kind="Iris"))
    hand.press(panel.source.change)
    hand.type("spirals")
    assert panel.chooser.list.row is not None
    assert panel.chooser.list.row.key == "Points"
    hand.key(Qt.Key.Key_Return)
    wait(panel)
    assert said(hand)["source"] == {"kind": "Points"}
    assert undo_label(hand) == "Choose the data Points"
    assert panel.facts.total == 500
    hand.window.do("undo")
    wait(panel)
    assert said(hand)["source"] == {"kind": "Iris"}
    assert panel.facts.total == 150


def test_escape_keeps_the_source(opened: Opener) -> None:
    hand, panel = look(opened, project(kind="Iris"))
    hand.press(panel.source.change)
    hand.key(Qt.Key.Key_Escape)
    assert panel.stack.currentWidget() is panel.work
    assert said(hand)["source"] == {"kind": "Iris"}


def test_every_source_says_what_it_gives_and_stands_in_the_list(opened: Opener) -> None:
    hand, panel = look(opened, project())
    rows = {row.key: row for row in panel.chooser.list.lines.rows if not row.head}
    assert rows.keys() == {cls.kind for cls in sources}
    assert all(row.right and row.detail for row in rows.values())
    hand.type("nosuchsource", panel.chooser.field)
    assert panel.chooser.nothing.isVisible()


def test_a_table_that_is_dropped_on_the_panel_is_read(opened: Opener, tmp_path: Path) -> None:
    path = tmp_path / "leaves.csv"
    path.write_text(CSV)
    hand, panel = look(opened, project())
    drop(panel, path)
    assert said(hand)["source"] == {"kind": "Table", "file": str(path)}
    assert panel.facts.total == 40
    assert panel.seen.samples.pages.heads == ("length", "width", "kind")
    assert tiles(panel)[3].values == ("3.5", "3", "b")
    assert tiles(panel)[3].where == "leaves.csv, line 5"


def test_what_lies_beside_the_project_is_named_from_there(opened: Opener, tmp_path: Path) -> None:
    path = tmp_path / "leaves.csv"
    path.write_text(CSV)
    hand, panel = look(opened, project(), tmp_path / "leaves.dls")
    drop(panel, path)
    assert said(hand)["source"] == {"kind": "Table", "file": "leaves.csv"}
    assert panel.facts.total == 40


def test_what_no_source_reads_is_refused_in_words(opened: Opener, tmp_path: Path) -> None:
    path = tmp_path / "notes.docx"
    path.write_bytes(b"PK")
    hand, panel = look(opened, project())
    drop(panel, path)
    assert "No source reads notes.docx" in panel.chooser.told.text()
    assert "source" not in said(hand)


def test_a_file_is_chosen_in_the_dialog(opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "story.txt"
    path.write_text("Once upon a time there was a net. " * 40)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(path), ""))
    hand, panel = look(opened, project())
    hand.press(panel.chooser.drop.file)
    wait(panel)
    assert said(hand)["source"]["kind"] == "Text"
    assert tiles(panel)[0].text.startswith("Once upon a time")


def test_the_file_of_a_source_is_chosen_by_the_button_of_its_field(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "leaves.csv"
    path.write_text(CSV)
    hand, panel = look(opened, project(kind="Table"))
    assert "choose the file of the table" in panel.source.told.text()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(path), ""))
    assert panel.source.fields.form is not None
    hand.press(panel.source.fields.form.rows["file"].editor.button)  # type: ignore[attr-defined]
    wait(panel)
    assert said(hand)["source"]["file"] == str(path)
    assert not panel.source.told.text()


def test_a_folder_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    for name, ending in (("pictures", ".png"), ("texts", ".txt")):
        for label in "ab":
            (tmp_path / name / label).mkdir(parents=True)
            (tmp_path / name / label / f"one{ending}").write_bytes(b"")
    (tmp_path / "sounds" / "low").mkdir(parents=True)
    with wave.open(str(tmp_path / "sounds" / "low" / "a.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
    digits = tmp_path / "digits"
    digits.mkdir()
    for name in (
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ):
        (digits / name).write_bytes(b"")
    found = {path.name: proposal(path).source for path in tmp_path.iterdir()}
    assert found["pictures"] == {"kind": "ImageFolder", "folder": str(tmp_path / "pictures")}
    assert found["texts"] == {"kind": "LabelledTexts", "path": str(tmp_path / "texts")}
    assert found["sounds"] == {"kind": "WAVFolder", "folder": str(tmp_path / "sounds")}
    assert found["digits"] == {
        "kind": "IDX",
        "images": str(digits / "train-images-idx3-ubyte"),
        "labels": str(digits / "train-labels-idx1-ubyte"),
        "test_images": str(digits / "t10k-images-idx3-ubyte"),
        "test_labels": str(digits / "t10k-labels-idx1-ubyte"),
    }
    assert proposal(tmp_path / "pictures" / "a" / "one.png").source == found["pictures"]
