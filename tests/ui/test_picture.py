"""Pictures of networks: what is in them, and that they open again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtSvg import QSvgRenderer

import dlstudio as dl
from dlstudio.core import files
from dlstudio.core.document import Frame, Project, Rect
from dlstudio.core.edits import put
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.sheets import put_frames, put_notes
from dlstudio.ui.canvas.tidy import placed
from dlstudio.ui.carried import carried
from dlstudio.ui.files import dialogs
from dlstudio.ui.files.reading import read
from dlstudio.ui.picture import Figure, Style, write
from dlstudio.ui.theme.tokens import DARK, PAPER
from tests.ui.conftest import Opener
from tests.ui.hand import CONTROL, SHIFT

pytestmark = pytest.mark.usefixtures("qapp")
LENET = dl.template("lenet5")


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_a_picture_carries_its_project(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"figure{suffix}"
    write(LENET, file)
    assert files.dumps(read(file)) == files.dumps(LENET)
    write(LENET, file, style=Style(carries=False))
    assert carried(file) is None
    with pytest.raises(ProjectProblem, match=r"figure.* carries no project"):
        read(file)


def test_letters_of_an_svg_are_shapes(tmp_path: Path) -> None:
    file = tmp_path / "figure.svg"
    write(LENET, file)
    tags = {element.tag.rpartition("}")[2] for element in ET.parse(file).iter()}
    assert "path" in tags
    assert "text" not in tags
    assert QSvgRenderer(str(file)).isValid()


def test_an_svg_of_a_thousand_nodes_says_each_shape_once(tmp_path: Path) -> None:
    project = dl.line("input 64 > " + " > ".join(["fc 64", "relu", "dropout", "fc 32"] * 250))
    write(project, tmp_path / "large.svg", style=Style(carries=False))
    assert (tmp_path / "large.svg").stat().st_size < 3_000_000


def test_a_pdf_is_one_page_with_its_letters(tmp_path: Path) -> None:
    file = tmp_path / "figure.pdf"
    write(LENET, file)
    data = file.read_bytes()
    assert data.startswith(b"%PDF")
    assert data.count(b"/Type /Page\n") == 1
    assert b"/FontFile" in data


def test_the_ground_is_white_or_none_and_every_card_is_inside(tmp_path: Path) -> None:
    file = tmp_path / "figure.png"
    write(LENET, file)
    white = QImage(str(file))
    figure = Figure(LENET, "model", Style())
    assert (white.width(), white.height()) == (round(2 * figure.width), round(2 * figure.height))
    edge = {white.pixelColor(x, y).name() for x in (0, white.width() - 1) for y in range(white.height())}
    assert edge == {"#ffffff"}
    write(LENET, file, style=Style(clear=True))
    assert QImage(str(file)).pixelColor(0, 0).alpha() == 0
    write(LENET, file, style=Style(theme=DARK))
    assert QImage(str(file)).pixelColor(0, 0).name() == DARK.window


def test_nothing_of_the_editor_is_in_it() -> None:
    broken = put(LENET, "model", "conv2", kernel_size=(99, 99))
    assert any(issue.severity == "error" for issue in dl.check(broken))
    figure = Figure(broken, "model", Style(theme=PAPER))
    cards = figure.parts[0].scene.cards.values()
    assert all(not card.issues and not card.severity for card in cards)
    assert not any(each.many for card in cards for each in card.ins)


def test_opened_blocks_stand_beside_each_other_and_never_overlap() -> None:
    project = dl.template("resnet50")
    figure = Figure(project, "model", Style(opened=True, title="ResNet-50"))
    assert figure.parts[0].name == "model"
    assert {part.name for part in figure.parts} == set(project.networks)
    boxes = [Rect(p.x, p.y, p.bounds.width, p.bounds.height) for p in figure.parts]
    for i, one in enumerate(boxes):
        assert one.x + one.width <= figure.width
        assert one.y + one.height <= figure.height
        for other in boxes[:i]:
            aside = one.x >= other.x + other.width or other.x >= one.x + one.width
            assert aside or one.y >= other.y + other.height or other.y >= one.y + one.height


def test_frames_and_notes_are_in_it(tmp_path: Path) -> None:
    project = placed(dl.line("input 8 > fc 4"))
    where = next(iter(project.networks))
    framed = put_frames(project, where, {"a": Frame("Head", Rect(-60, -60, 700, 300))})
    noted = put_notes(framed, where, {"b": Frame("A note of two or three lines", Rect(0, 140, 160, 80), "#c06a12")})
    sizes = [Figure(each, where, Style()).width for each in (project, noted)]
    assert sizes[1] > sizes[0]
    write(noted, tmp_path / "noted.svg", where)
    write(project, tmp_path / "plain.svg", where)
    count = [(tmp_path / name).read_text().count("<path") for name in ("plain.svg", "noted.svg")]
    assert count[1] > count[0]


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda folder: write(LENET, folder / "figure.gif"), "end it with .svg, .png, .pdf"),
        (lambda folder: write(LENET, folder / "figure.svg", "other"), "has no network “other”"),
        (lambda folder: write(Project(), folder / "figure.svg"), "nothing to draw"),
        (lambda folder: write(LENET, folder / "gone" / "figure.svg"), "no such file or folder"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, act: Callable[[Path], None], words: str) -> None:
    with pytest.raises(ProjectProblem, match=words):
        act(tmp_path)


def test_the_window_exports_what_it_shows_and_opens_it_again(
    opened: Opener, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = opened("lenet5")
    monkeypatch.setattr(dialogs, "to_save", lambda *_: tmp_path / "figure")
    hand.key(Qt.Key.Key_E, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: "figure.svg" in hand.window.toasts.text.text())
    assert (tmp_path / "figure.svg").is_file()
    monkeypatch.setattr(dialogs, "to_open", lambda *_: [tmp_path / "figure.svg"])
    other = opened()
    other.key(Qt.Key.Key_O, CONTROL)
    state = other.window.session.state
    assert state.project.name == "LeNet-5"
    assert state.path is None, "a picture is not written over by Save"


def test_a_foreign_picture_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "photo.png"
    QImage(8, 8, QImage.Format.Format_RGB32).save(str(file))
    assert QImageReader(str(file)).canRead()
    with pytest.raises(ProjectProblem, match=r"photo.png is a picture that carries no project"):
        read(file)
    bad = tmp_path / "bad.svg"
    write(LENET, bad)
    bad.write_text(bad.read_text().replace('"format": 1', '"format": 999'))
    with pytest.raises(ProjectProblem, match=r"bad\.svg: "):
        read(bad)
