"""The start page, worked by hand: templates, recent projects, unsaved work, search and keys."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

import dlstudio as dl
from dlstudio.core import files
from dlstudio.core.document import Project
from dlstudio.core.span import roughly
from dlstudio.core.templates import duration
from dlstudio.ui.app import desk
from dlstudio.ui.files import autosave, recent
from dlstudio.ui.panels.data.chooser import Chooser
from dlstudio.ui.start.gallery import TOPICS, rough, topic_of
from dlstudio.ui.start.page import StartPage
from dlstudio.ui.start.thumbnail import Wish, made
from dlstudio.ui.start.tile import Tile
from dlstudio.ui.theme import appearance
from dlstudio.ui.theme.tokens import DARK, LIGHT
from tests.ui.conftest import Opener
from tests.ui.hand import ALT, CONTROL, Hand

Starter = Callable[..., tuple[Hand, StartPage]]


@pytest.fixture
def started(opened: Opener) -> Iterator[Starter]:
    """A window with the start page, once all templates are on it."""

    def start(what: Project | str = "", size: tuple[int, int] = (1280, 800)) -> tuple[Hand, StartPage]:
        hand = opened(what, size=size)
        hand.key(Qt.Key.Key_N, CONTROL)
        found = page(hand)
        assert found is not None
        wait(lambda: bool(found.grid.tiles))
        return hand, found

    yield start
    for document in list(desk().documents):
        document.session.was_saved(Path("nowhere.dls"))
        document.window.close()
    QApplication.processEvents()


def page(hand: Hand) -> StartPage | None:
    return next((found for found in hand.window.findChildren(StartPage) if found.isVisible()), None)


def tile(start: StartPage, title: str) -> Tile:
    return next(tile for tile in start.grid.tiles if tile.entry.title == title)


def wait(done: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.005)
    assert done()


def test_a_template_is_opened_in_the_window_and_laid_out_for_it(started: Starter) -> None:
    hand, start = started()
    start.roll.ensureWidgetVisible(tile(start, "LeNet-5"))
    hand.press(tile(start, "LeNet-5"))
    assert page(hand) is None
    assert len(desk().documents) == 1
    assert hand.window.session.state.project.name == "LeNet-5"
    assert hand.window.session.state.path is None
    assert not hand.window.session.state.dirty
    rows = {place.y for place in hand.window.session.state.sheet.positions.values()}
    assert len(rows) > 1, "the template's one long row is folded"


def test_over_a_document_a_template_gets_a_window_of_its_own(started: Starter) -> None:
    hand, start = started("input 8 > fc 4")
    hand.press(tile(start, "Perceptron"))
    assert len(desk().documents) == 2
    assert hand.window.session.state.project.name != "Perceptron"
    assert page(hand) is None


def test_escape_goes_back_to_the_document(started: Starter) -> None:
    hand, _ = started("input 8 > fc 4")
    hand.key(Qt.Key.Key_Escape)
    assert page(hand) is None
    assert hand.canvas.hasFocus()
    assert hand.window.header.arrangements.buttons()[0].isVisible()


def test_every_template_is_there_with_what_it_teaches(started: Starter) -> None:
    _, start = started()
    assert {tile.entry.file.stem for tile in start.grid.tiles} == set(dl.templates())
    for each in start.grid.tiles:
        assert each.entry.about, each.entry.title
        assert each.entry.topic in TOPICS
        assert each.accessibleName()
    words = tile(start, "LeNet-5").accessibleDescription()
    assert words.endswith(f"trains in about {roughly(duration('lenet5') or 0)} on two cores")
    assert "trains" not in tile(start, "ResNet-152").accessibleDescription()


def test_the_search_finds_titles_topics_and_layers_and_enter_opens_the_first(started: Starter) -> None:
    hand, start = started()
    hand.type("lstm")
    found = {tile.entry.title for tile in start.grid.shown}
    assert {"LSTM classifier", "LSTM by hand"} <= found
    assert "LeNet-5" not in found
    hand.key(Qt.Key.Key_Escape)
    assert len(start.grid.shown) == len(dl.templates())
    hand.type("lenet")
    hand.key(Qt.Key.Key_Return)
    assert hand.window.session.state.project.name == "LeNet-5"


def test_what_is_not_found_is_said(started: Starter) -> None:
    hand, start = started()
    hand.type("zebra")
    assert start.grid.shown == []
    assert "zebra" in start.grid.empty.text()


def test_arrows_go_through_the_cards_and_enter_opens(started: Starter) -> None:
    hand, _ = started()
    hand.key(Qt.Key.Key_Down)
    first = QApplication.focusWidget()
    assert isinstance(first, Tile)
    hand.key(Qt.Key.Key_Left) if first.x() else None
    hand.key(Qt.Key.Key_Down)
    below = QApplication.focusWidget()
    assert isinstance(below, Tile)
    assert below.y() > first.y()
    hand.key(Qt.Key.Key_Right)
    beside = QApplication.focusWidget()
    assert isinstance(beside, Tile)
    assert (beside.y(), beside.x() > below.x()) == (below.y(), True)
    hand.key(Qt.Key.Key_Return)
    assert hand.window.session.state.project.name == beside.entry.title


def test_plain_keys_do_nothing_to_the_canvas_under_the_page(started: Starter) -> None:
    hand, start = started("input 8 > fc 4 > relu > fc 2")
    hand.window.session.choose_nodes("relu1")
    hand.key(Qt.Key.Key_Down)
    hand.key(Qt.Key.Key_Delete)
    hand.key(Qt.Key.Key_M)
    assert hand.window.session.state.history.undo_label is None
    assert start.search.text() == "m"


def test_tab_stays_on_the_page(started: Starter) -> None:
    hand, start = started()
    for _ in range(8):
        hand.key(Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        assert start.isAncestorOf(focus)


def test_cards_fill_the_width_and_never_overlap(started: Starter) -> None:
    for size in ((1280, 800), (1920, 1080), (900, 600)):
        _, start = started(size=size)
        boxes = [tile.geometry() for tile in start.grid.shown]
        assert max(box.right() for box in boxes) <= start.grid.width()
        assert not any(one.intersects(other) for i, one in enumerate(boxes) for other in boxes[:i])


def test_the_page_grows_with_the_letters_and_nothing_is_cut_off(started: Starter) -> None:
    hand, start = started()
    usual = start.grid.shown[0].height(), start.side.width()
    for _ in range(3):
        hand.key(Qt.Key.Key_Equal, CONTROL | ALT)
    hand.settle()
    wait(lambda: start.grid.shown[0].height() > usual[0])
    assert appearance.scale() == 1.5
    assert start.side.width() > usual[1]
    boxes = [tile.geometry() for tile in start.grid.shown]
    assert max(box.right() for box in boxes) <= start.grid.width()
    assert not any(one.intersects(other) for i, one in enumerate(boxes) for other in boxes[:i])
    cut = [
        label.text()
        for label in start.side.findChildren(QLabel)
        if label.isVisible() and label.height() < label.heightForWidth(label.width())
    ]
    cut += [
        button.text() for button in start.side.findChildren(QPushButton) if button.width() < button.sizeHint().width()
    ]
    assert cut == []
    hand.key(Qt.Key.Key_0, CONTROL | ALT)
    hand.settle()
    wait(lambda: (start.grid.shown[0].height(), start.side.width()) == usual)


def test_thumbnails_are_drawn_and_kept(started: Starter, tmp_path: Path) -> None:
    _, start = started()
    wait(lambda: all(tile.image is not None for tile in start.grid.tiles), 20)
    assert len(list((tmp_path / "settings" / "thumbnails").glob("*.png"))) == len(dl.templates())
    image = tile(start, "LeNet-5").image
    assert image is not None
    colors = {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert len(colors) > 3


def test_a_thumbnail_is_that_of_the_theme_and_of_what_the_file_holds(tmp_path: Path) -> None:
    file = tmp_path / "one.dls"
    dl.save(dl.line("input 8 > fc 4"), file)
    dark, light = made(Wish(file, DARK)), made(Wish(file, LIGHT))
    assert dark != light
    dl.save(dl.line("input 8 > fc 4 > relu > fc 4 > relu > fc 2"), file)
    assert made(Wish(file, DARK)) != dark
    assert made(Wish(tmp_path / "none.dls", DARK)) is None


def test_a_recent_project_is_opened_and_one_that_is_gone_is_not_listed(started: Starter, tmp_path: Path) -> None:
    for name in ("one", "two"):
        dl.save(dl.line("input 8 > fc 4"), tmp_path / f"{name}.dls")
        recent.remember(tmp_path / f"{name}.dls")
    (tmp_path / "two.dls").unlink()
    hand, start = started()
    assert [row.entry.path.name for row in start.side.rows] == ["one.dls"]
    hand.press(start.side.rows[0])
    assert hand.window.session.state.path == tmp_path / "one.dls"
    assert page(hand) is None


def test_unsaved_work_without_a_file_is_offered(started: Starter, tmp_path: Path) -> None:
    place = tmp_path / "settings" / "unsaved" / "abc.dls"
    place.parent.mkdir(parents=True)
    files.save(dl.line("input 8 > fc 4 > relu"), place)
    hand, start = started()
    hand.press(next(b for b in start.side.findChildren(QPushButton) if b.text() == "Recover"))
    assert "relu1" in hand.nodes
    assert hand.window.session.state.dirty
    assert autosave.left_nameless() == [], "this window is at work on it"


def test_unsaved_work_of_a_file_is_offered_and_thrown_away_when_asked(started: Starter, tmp_path: Path) -> None:
    file = tmp_path / "mine.dls"
    dl.save(dl.line("input 8 > fc 4"), file)
    recent.remember(file)
    files.autosave(dl.line("input 8 > fc 4 > relu"), file)
    hand, start = started()
    hand.press(next(b for b in start.side.findChildren(QPushButton) if b.text() == "Discard"))
    assert autosave.left(file) is None


def test_the_size_is_said_as_one_remembers_it() -> None:
    assert [rough(n) for n in (7, 275, 61_706, 138_357_544)] == ["7", "275", "61.7 k", "138 M"]


def test_topics_follow_what_a_network_is_made_of() -> None:
    named = {name: topic_of(dl.template(name), 0) for name in ("xor", "lenet5", "gru_classifier", "gpt", "gan")}
    assert list(named.values()) == ["Basics", "Images", "Sequences", "Attention", "Generative"]


def test_the_page_stands_before_torch_and_numpy_are_loaded() -> None:
    text = """
import sys
from dlstudio.ui.app import application, desk, open_window
from dlstudio.core.document import Project
app = application()
desk().start(open_window(Project()))
for _ in range(20): app.processEvents()
print("torch" in sys.modules, "numpy" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_who_comes_with_data_of_his_own_is_asked_for_them_at_once(started: Starter) -> None:
    hand, start = started()
    hand.press(start.side.data)
    assert page(hand) is None
    assert hand.window.around.now == "Data"
    wait(lambda: any(each.isVisible() for each in hand.window.findChildren(Chooser)))


def test_a_start_page_whose_window_is_closed_draws_no_more(started: Starter) -> None:
    hand, start = started()
    hand.window.close()
    assert start.thumbnails.resting
