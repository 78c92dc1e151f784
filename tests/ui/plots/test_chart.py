"""The chart, worked as a person does."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from dlstudio.ui.plots.chart import Chart
from dlstudio.ui.plots.colors import hue_color
from dlstudio.ui.plots.export import pdf
from dlstudio.ui.plots.legend import ROW
from dlstudio.ui.plots.line import Line, Mark
from dlstudio.ui.theme.tokens import DARK, PAPER, THEMES
from tests.ui.hand import ALT, CONTROL, FREE, LEFT, SHIFT
from tests.ui.plots.conftest import Shown, Sight
from tests.ui.plots.page import Page

STEPS = np.arange(1, 1001)
LOSS = 2.3 * np.exp(-STEPS / 200) + 0.1
NEAR = 56
"""How far a colour may be off where edges are soft."""
EPOCHS = np.arange(100, 1001, 100)
JUDGED = 0.2 + 1 / EPOCHS


def chart(shown: Shown, *lines: Line, size: tuple[int, int] = (640, 320)) -> Sight:
    sight = shown(Chart, size)
    sight.plot.show_lines(lines or (Line("loss", STEPS, LOSS), Line("validation", EPOCHS, JUDGED, hue=1, dots=True)))
    QApplication.processEvents()
    return sight


def rows(file: Path) -> list[list[str]]:
    with file.open() as text:
        return list(csv.reader(text))


def tinted(picture: QImage, tint: str) -> np.ndarray:
    """Where a picture nearly has a colour, as rows and columns of pixels."""
    image = picture.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)[:, :, 2::-1].astype(int)
    return np.argwhere(np.abs(pixels - list(bytes.fromhex(tint[1:]))).max(axis=2) <= NEAR)


def test_everything_is_in_sight_at_first_and_after_growing(shown: Shown) -> None:
    sight = chart(shown)
    assert sight.x == (1, 1000)
    assert sight.y[0] < LOSS.min() < LOSS.max() < sight.y[1]
    more = np.arange(1, 2001)
    sight.plot.show_lines([Line("loss", more, 2.3 * np.exp(-more / 200) + 0.1)])
    assert sight.x == (1, 2000)


def test_a_pull_moves_what_is_seen_and_ends_following(shown: Shown) -> None:
    sight = chart(shown)
    assert not sight.plot.catch_up.isVisible()
    sight.drag((0.5, 0.5), (0.75, 0.5))
    assert sight.x == pytest.approx((1 - 250, 1000 - 250), abs=3)
    assert sight.plot.catch_up.isVisible()
    before = sight.x
    longer = np.arange(1, 1501)
    sight.plot.show_lines([Line("loss", longer, 2.3 * np.exp(-longer / 200) + 0.1)])
    assert sight.x == before
    QTest.mouseClick(sight.plot.catch_up, LEFT)
    assert sight.x[1] == 1500
    assert sight.x[1] - sight.x[0] == pytest.approx(999)
    longer = np.arange(1, 1601)
    sight.plot.show_lines([Line("loss", longer, 2.3 * np.exp(-longer / 200) + 0.1)])
    assert sight.x == pytest.approx((601, 1600))


def test_the_wheel_zooms_about_the_mouse(shown: Shown) -> None:
    sight = chart(shown)
    at = sight.at(0.25, 0.5)
    before = sight.plane.step_at(at.toPointF())
    sight.wheel(0.25, 0.5, 3)
    assert sight.plane.step_at(at.toPointF()) == pytest.approx(before, abs=0.01)
    assert sight.x[1] - sight.x[0] == pytest.approx(999 * 0.8**3)
    y = sight.y
    sight.wheel(0.25, 0.5, -1, SHIFT)
    assert sight.y == y
    assert sight.x[1] - sight.x[0] == pytest.approx(999 * 0.8**2)
    x = sight.x
    sight.wheel(0.25, 0.5, 1, CONTROL)
    assert sight.x == x
    assert sight.y[1] - sight.y[0] == pytest.approx((y[1] - y[0]) * 0.8)


def test_a_box_with_shift_is_what_is_seen_then_and_a_double_click_shows_all(shown: Shown) -> None:
    sight = chart(shown)
    height = sight.y[1] - sight.y[0]
    bottom = sight.y[0]
    sight.drag((0.2, 0.25), (0.4, 0.75), SHIFT)
    assert sight.x == pytest.approx((1 + 0.2 * 999, 1 + 0.4 * 999), abs=3)
    assert sight.y == pytest.approx((bottom + 0.25 * height, bottom + 0.75 * height), abs=0.02)
    sight.double_click(0.5, 0.5)
    assert sight.x == (1, 1000)


def test_every_way_has_a_key(shown: Shown) -> None:
    sight = chart(shown)
    sight.key(Qt.Key.Key_Plus)
    assert sight.x[1] - sight.x[0] == pytest.approx(999 * 0.8)
    sight.key(Qt.Key.Key_Left)
    assert sight.x[0] < 101
    sight.key(Qt.Key.Key_End)
    assert sight.x[1] == 1000
    sight.key(Qt.Key.Key_Minus)
    sight.key(Qt.Key.Key_Home)
    assert sight.x == (1, 1000)
    sight.key(Qt.Key.Key_Y)
    assert sight.plane.y_scale.kind == "log"
    sight.key(Qt.Key.Key_X)
    assert sight.plane.x_scale.kind == "log"
    sight.key(Qt.Key.Key_S)
    assert sight.plane.keep == 0.5
    sight.key(Qt.Key.Key_S, SHIFT)
    assert sight.plane.keep == 0.0
    sight.key(Qt.Key.Key_Right, CONTROL)
    assert sight.plane.at is not None
    sight.key(Qt.Key.Key_Escape)
    assert sight.plane.at is None
    tips = {tool.name: sight.plot.tools.buttons[tool.name].toolTip() for tool in sight.plot.tools.tools}
    assert all(tool.keys[0] in tips[tool.name] for tool in sight.plot.tools.tools)


def test_the_strip_comes_with_the_keys_and_its_buttons_work(shown: Shown) -> None:
    sight = chart(shown)
    assert sight.plot.tools.isVisible()
    sight.press("log y")
    assert sight.plane.y_scale.kind == "log"
    assert sight.plot.tools.buttons["log y"].isChecked()
    sight.press("in")
    assert sight.x != (1, 1000)
    sight.press("fit")
    assert sight.x == (1, 1000)


def test_what_has_no_place_on_a_log_scale_is_counted_in_words(shown: Shown) -> None:
    values = np.array([1.0, 0.0, -2.0, 4.0, np.inf, np.nan, 8.0])
    sight = chart(shown, Line("a", np.arange(7), values))
    assert sight.plane.unseen() == "Not shown: 1 infinite"
    sight.key(Qt.Key.Key_Y)
    assert sight.plane.unseen() == "Not shown: 2 ≤ 0, 1 infinite"
    assert tinted(sight.picture, DARK.warn).size
    sight.key(Qt.Key.Key_X)
    assert sight.plane.unseen() == "Not shown: 2 ≤ 0, 1 infinite, 1 at steps ≤ 0"
    assert sight.x == (1, 6)
    assert sight.y[0] > 0


def test_the_cross_reads_every_line_at_the_nearest_step(shown: Shown) -> None:
    sight = chart(shown)
    sight.point(0.4995, 0.5)
    step = sight.plane.snapped(sight.plane.step_at(sight.plane.at))
    assert step == pytest.approx(500, abs=2)
    card = sight.plane.card(500)
    assert card.title == "step 500"
    assert [(row.name, row.value, row.note) for row in card.rows] == [
        ("loss", f"{LOSS[499]:#.4g}", ""), ("validation", f"{JUDGED[4]:#.4g}", ""),
    ]  # fmt: skip
    later = sight.plane.card(555).rows[1]
    assert (later.value, later.note) == (f"{JUDGED[4]:#.4g}", "at 500")
    assert len(sight.plane.card(50).rows) == 1
    with_cross = sight.picture
    QTest.mouseMove(sight.glass, QPoint(2, 2))
    assert with_cross != sight.picture


def test_the_legend_hides_and_alt_leaves_one(shown: Shown) -> None:
    sight = chart(shown)
    legend = sight.plot.legend
    assert tinted(sight.picture, hue_color(0, DARK)).size
    QTest.mouseClick(legend, LEFT, FREE, legend.box("loss").center())
    assert sight.plane.hidden == {"loss"}
    assert not tinted(sight.picture, hue_color(0, DARK)).size
    assert sight.y[1] < 0.3, "the values are fitted to what is left"
    QTest.mouseClick(legend, LEFT, FREE, legend.box("loss").center())
    QTest.mouseClick(legend, LEFT, ALT, legend.box("loss").center())
    assert sight.plane.hidden == {"validation"}
    QTest.mouseClick(legend, LEFT, ALT, legend.box("loss").center())
    assert not sight.plane.hidden
    legend.setFocus()
    sight.key(Qt.Key.Key_Down, widget=legend)
    sight.key(Qt.Key.Key_Space, widget=legend)
    assert sight.plane.hidden == {"validation"}


def test_thirty_names_stand_beside_and_scroll(shown: Shown) -> None:
    lines = [Line(f"block{n}.conv.weight", STEPS, LOSS + n, hue=n) for n in range(30)]
    sight = chart(shown, *lines, size=(900, 280))
    legend = sight.plot.legend
    assert legend.x() > sight.plane.geometry().right()
    assert legend.box("block29.conv.weight").bottom() > legend.height()
    legend.setFocus()
    sight.key(Qt.Key.Key_Up, widget=legend)
    assert legend.box("block29.conv.weight").bottom() <= legend.height()
    sight.plot.resize(400, 280)
    QApplication.processEvents()
    assert legend.y() < sight.plane.y()
    assert legend.height() <= 0.34 * 280
    assert all(legend.box(line.name).right() < legend.turn.left() for line in lines)


@pytest.mark.parametrize("size", [(400, 240), (900, 280)])
def test_clicks_bring_every_name_into_sight_where_it_hides_its_line(shown: Shown, size: tuple[int, int]) -> None:
    lines = [Line(f"run with a long name {n}", STEPS, LOSS + n, hue=n, brief=f"…{n}") for n in range(40)]
    sight = chart(shown, *lines, size=size)
    legend = sight.plot.legend
    found: list[str] = []
    while len(found) < len(lines):
        end = legend.turn.top() if legend.column else legend.height()
        seen = [
            line.name for line in lines if legend.box(line.name).top() >= 0 and legend.box(line.name).bottom() < end
        ]
        found += (fresh := [name for name in seen if name not in found])
        assert fresh
        assert legend.out_of_sight == len(lines) - len(found) or legend.out_of_sight < 0
        QTest.mouseClick(legend, LEFT, FREE, legend.box(fresh[-1]).center())
        assert fresh[-1] in sight.plane.hidden
        QTest.mouseClick(legend, LEFT, FREE, legend.turn.center())
    assert found == [line.name for line in lines]
    assert legend.box(lines[0].name).top() == 0, "the last click begins anew"


def test_one_wild_step_in_two_hundred_thousand_is_seen(shown: Shown) -> None:
    values = np.zeros(200_000)
    values[123_456] = 1.0
    sight = chart(shown, Line("a", np.arange(200_000), values))
    room, (low, high) = sight.room, sight.y
    found = tinted(sight.picture, hue_color(0, DARK))
    top = found[found[:, 0].argmin()]
    assert top[1] == pytest.approx(room.left() + 123_456 / 199_999 * room.width(), abs=2)
    assert top[0] == pytest.approx(room.bottom() - (1 - low) / (high - low) * room.height(), abs=2)


def test_gaps_are_not_drawn_over(shown: Shown) -> None:
    values = np.where((STEPS > 300) & (STEPS < 600), np.nan, 1.0 + STEPS * 1e-6)
    sight = chart(shown, Line("a", STEPS, values))
    across = tinted(sight.picture, hue_color(0, DARK))[:, 1]
    shares = (across - sight.room.left()) / sight.room.width()
    assert not ((shares > 0.31) & (shares < 0.59)).any()
    assert (shares < 0.3).any()
    assert (shares > 0.6).any()


@pytest.mark.parametrize(
    "values",
    [[], [0.5], [np.nan], [2.0, 2.0, 2.0], [0.0, 0.0], [1e-9, 3e-9, 2e-9], [1e9, 1e9 + 1, 1e9 + 2], [-1e300, 1e300]],
)
@pytest.mark.parametrize("log", [False, True])
def test_odd_lines_are_shown_without_a_fuss(shown: Shown, values: list[float], log: bool) -> None:
    sight = chart(shown, Line("a", np.arange(len(values)) + 1, np.array(values)))
    if log:
        sight.key(Qt.Key.Key_Y)
        sight.key(Qt.Key.Key_X)
    assert sight.plane.y_span.size > 0
    assert sight.plane.x_span.size > 0
    drawn = tinted(sight.picture, hue_color(0, DARK)).size > 0
    sight.point(0.5, 0.5)
    sight.plane.grab()
    assert drawn == any(v > 0 or (not log and np.isfinite(v)) for v in values)


def test_smoothing_keeps_the_raw_line_and_its_extremes(shown: Shown) -> None:
    noise = np.random.default_rng(0).normal(0, 0.3, 1000)
    sight = chart(shown, Line("a", STEPS, LOSS + noise))
    before = sight.y
    sight.plot.slider.setFocus()
    for _ in range(5):
        sight.key(Qt.Key.Key_Right, widget=sight.plot.slider)
    assert sight.plane.keep == 0.95
    assert sight.y == before
    smooth = sight.plane.curves["a"].smooth.lows
    assert smooth[0] == pytest.approx((LOSS + noise)[0])
    assert sight.plane.card(700).rows[0].value == f"{smooth[699]:#.4g}"


def test_long_lines_are_smoothed_one_after_the_other(shown: Shown, qtbot: Any) -> None:
    steps = np.arange(50_000)
    sight = chart(shown, *(Line(f"{n}", steps, np.random.default_rng(n).normal(size=50_000)) for n in range(3)))
    sight.plot.slider.setValue(4)
    assert sum(curve.smooth is not None for curve in sight.plane.curves.values()) < 3
    qtbot.waitUntil(lambda: all(curve.smooth is not None for curve in sight.plane.curves.values()))
    qtbot.waitUntil(lambda: not sight.plane._later.isActive())


def test_the_table_is_what_is_shown(shown: Shown, saved: Path) -> None:
    lows, highs = LOSS - 0.1, LOSS + 0.1
    sight = chart(shown, Line("loss", STEPS, LOSS, lows, highs), Line("validation", EPOCHS, JUDGED, hue=1),
                  Line("other", STEPS, LOSS, hue=2))  # fmt: skip
    sight.plane.hide_lines(frozenset({"other"}))
    sight.drag((0.2, 0.05), (0.4, 0.95), SHIFT)
    low, high = sight.x
    told: list[str] = []
    sight.plot.told.connect(told.append)
    sight.save_numbers()
    assert told == ["plot.csv is written"]
    head, *found = rows(saved / "plot.csv")
    assert head == ["step", "loss", "loss (lowest)", "loss (highest)", "validation"]
    shown_steps = STEPS[(low <= STEPS) & (high >= STEPS)]
    assert [int(row[0]) for row in found] == shown_steps.tolist()
    np.testing.assert_array_equal([float(row[1]) for row in found], LOSS[shown_steps - 1])
    np.testing.assert_array_equal([float(row[2]) for row in found], lows[shown_steps - 1])
    judged = {int(row[0]): float(row[4]) for row in found if row[4]}
    assert judged == {int(e): v for e, v in zip(EPOCHS, JUDGED, strict=True) if low <= e <= high}


def test_pictures_are_files_and_a_refused_folder_is_a_sentence(
    shown: Shown, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sight = chart(shown)
    told: list[str] = []
    sight.plot.told.connect(told.append)
    sight.plot.menu.actions()[0].trigger()
    picture = QImage(str(saved / "plot.png"))
    assert (picture.width(), picture.height()) == (2 * sight.plane.width(), 2 * (sight.plane.height() + ROW))
    assert tinted(picture, hue_color(0, DARK)).size
    sight.plot.menu.actions()[1].trigger()
    text = (saved / "plot.svg").read_text()
    assert text.startswith("<?xml")
    assert "<text" not in text
    sight.key(Qt.Key.Key_C, CONTROL)
    assert QApplication.clipboard().image().width() == picture.width()
    assert len(told) == 3
    monkeypatch.setattr(
        "dlstudio.ui.plots.export.QFileDialog.getSaveFileName", lambda *_: (str(saved / "no" / "a"), "")
    )
    sight.plot.save(".png")
    assert "no such file or folder" in told[-1].lower()


def test_a_page_for_print_is_made_of_shapes_and_letters_in_the_colours_of_paper(shown: Shown, saved: Path) -> None:
    sight = chart(shown)
    before = tinted(sight.picture, hue_color(0, DARK))
    assert before.size
    next(action for action in sight.plot.menu.actions() if "PDF" in action.text()).trigger()
    page = Page((saved / "plot.pdf").read_bytes())
    assert page.size == (0.75 * sight.plane.width(), 0.75 * (sight.plane.height() + ROW))
    assert page.images == 0
    assert page.fonts == {"Inter-Regular", "JetBrainsMono-Regular"}
    assert {hue_color(0, PAPER), hue_color(1, PAPER), PAPER.panel} <= page.colors
    assert not {hue_color(0, DARK), DARK.panel} & page.colors
    assert sight.plane.theme is sight.plot.legend.theme is DARK
    assert tinted(sight.picture, hue_color(0, DARK)).size > 0.9 * before.size


def test_a_picture_names_the_lines_that_are_seen(shown: Shown) -> None:
    sight = chart(shown)
    whole = Page(pdf(sight.plot.sheet()))
    sight.plane.hide_lines(frozenset({"validation"}))
    less = Page(pdf(sight.plot.sheet()))
    assert hue_color(1, PAPER) in whole.colors - less.colors
    assert len(less.words) == len(whole.words) - len("validation")


def test_the_menu_opens_with_a_key(shown: Shown) -> None:
    sight = chart(shown)
    sight.key(Qt.Key.Key_E)
    assert sight.plot.menu.isVisible()
    assert [action.text() for action in sight.plot.menu.actions() if action.text()][-1] == "Copy picture"
    sight.plot.menu.close()


def test_it_goes_to_a_window_of_its_own_and_comes_back(shown: Shown) -> None:
    sight = chart(shown)
    sight.key(Qt.Key.Key_D)
    window = sight.plot.window_of_its_own
    assert window.isVisible()
    assert sight.plane.window() is window
    assert sight.plot.in_sight
    sight.plot.show_lines([Line("loss", STEPS[:500], LOSS[:500])])
    assert sight.x == (1, 500)
    window.close()
    QApplication.processEvents()
    assert sight.plane.window() is sight.plot.window()
    assert sight.plot.window_of_its_own is None
    assert not sight.plot.away.isVisible()
    sight.press("detach")
    sight.plot.hide()
    QApplication.processEvents()
    assert sight.plane.window() is sight.plot.window(), "it goes with the window that it came from"
    sight.plot.show()
    sight.key(Qt.Key.Key_D)
    QTest.mouseClick(sight.plot.away, LEFT)
    assert sight.plane.window() is sight.plot.window()


def test_flags_of_marks_are_told_when_they_are_clicked(shown: Shown) -> None:
    sight = chart(shown)
    sight.plot.show_marks([Mark(500, "plateau"), Mark(510, "rate halved", "change"), Mark(5000, "later")])
    across = tinted(sight.picture, DARK.warn)[:, 1]
    assert np.median(across) == pytest.approx(sight.room.left() + 499 / 999 * sight.room.width(), abs=1)
    told: list[Mark] = []
    sight.plot.marked.connect(told.append)
    flags = {mark.text: box for mark, box in sight.plane._flags}
    assert set(flags) == {"plateau", "rate halved"}
    assert not flags["plateau"].intersects(flags["rate halved"])
    QTest.mouseClick(sight.glass, LEFT, FREE, flags["rate halved"].center().toPoint())
    assert [mark.text for mark in told] == ["rate halved"]


def test_two_axes_have_spans_of_their_own(shown: Shown) -> None:
    sight = chart(shown, Line("loss", STEPS, LOSS), Line("rate", STEPS, LOSS * 1000, hue=1, axis="right"))
    assert sight.plane.y_span.high < 3
    assert sight.plane.right_span.high > 2000
    assert sight.plane.right.ticks()


def test_every_theme_has_its_own_ground(shown: Shown) -> None:
    sight = chart(shown)
    for theme in THEMES.values():
        sight.plot.set_theme(theme)
        assert sight.picture.pixelColor(1, 1).name() == theme.panel
        assert tinted(sight.picture, hue_color(0, theme)).size
