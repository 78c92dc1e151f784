"""Colours and letters: everything can be read, and nothing keeps old colours."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit

from dlstudio.core.resources import resource
from dlstudio.ui.theme import appearance
from dlstudio.ui.theme.icons import pixmap
from dlstudio.ui.theme.sheet import sheet
from dlstudio.ui.theme.tokens import DTYPES, FAMILIES, THEMES, Theme, dtype_color, family_color
from tests.ui.conftest import Opener
from tests.ui.hand import ALT, CONTROL

TEXTS = ("text", "muted", "accent", "good", "warn", "bad")
GROUNDS = ("window", "panel", "raised", "hover", "chosen")
CHAIN = "input 1x28x28 > conv 6 5x5 > relu > flatten > fc 10"


def light(color: str) -> float:
    """Relative luminance, as WCAG 2 has it."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_every_text_can_be_read_on_every_ground(theme: Theme) -> None:
    faint = {
        (text, ground): round(found, 2)
        for text, ground in product(TEXTS, GROUNDS)
        if (found := contrast(getattr(theme, text), getattr(theme, ground))) < 4.5
    }
    assert faint == {}
    assert contrast(theme.on_accent, theme.accent) >= 4.5


@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit])
@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_what_a_field_is_for_can_be_read_in_it(
    qapp: QApplication, theme: Theme, kind: type[QLineEdit | QPlainTextEdit]
) -> None:
    field = kind()
    field.setStyleSheet(sheet(theme, 1.5))
    field.setPlaceholderText("MMMMMMMM")
    field.resize(240, 40)
    image = field.grab(QRect(4, 4, 200, 32)).toImage()
    shades = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert max(contrast(shade, theme.window) for shade in shades) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_ports_and_families_stand_out(theme: Theme) -> None:
    marks = [dtype_color(dtype, theme) for dtype in DTYPES] + [family_color(family, theme) for family in FAMILIES]
    assert min(contrast(mark, theme.raised) for mark in marks) >= 3.0


def test_kinds_of_port_differ_for_those_who_see_no_red_or_no_green() -> None:
    for theme in THEMES.values():
        seen = [_without_red(dtype_color(dtype, theme)) for dtype in DTYPES]
        apart = [sum(abs(a - b) for a, b in zip(one, other, strict=True)) for one, other in product(seen, seen)]
        assert sorted(apart)[len(seen)] > 40


def _without_red(color: str) -> tuple[float, float, float]:
    """Roughly what a protanope sees (Viénot 1999)."""
    r, g, b = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return 0.11 * r + 0.89 * g, 0.11 * r + 0.89 * g, b


@pytest.mark.parametrize("name", ["light", "contrast"])
def test_switching_leaves_nothing_in_old_colours(opened: Opener, name: str) -> None:
    hand = opened(CHAIN)
    window = hand.window
    for dock in window.docks.values():
        dock.show()
    window.set_theme(name)
    hand.settle()
    hand.canvas.setFocus()
    QApplication.processEvents()
    switched = {panel: dock.grab().toImage() for panel, dock in window.docks.items()}
    switched |= {"trail": window.trail.grab().toImage(), "canvas": hand.canvas.grab().toImage()}
    old = {THEMES["dark"].panel, THEMES["dark"].raised, THEMES["dark"].window}
    old -= {*THEMES[name].colors.values()}
    stained = {part: share for part, image in switched.items() if (share := _share(image, old)) > 0.002}
    window.set_theme("dark")
    assert stained == {}


def _share(image: QImage, colors: set[str]) -> float:
    """How much of a picture is in some colours."""
    found = total = 0
    for y in range(0, image.height(), 5):
        for x in range(0, image.width(), 5):
            total += 1
            found += image.pixelColor(x, y).name() in colors
    return found / max(1, total)


def test_letters_grow_and_shrink_with_the_keys_and_are_kept(opened: Opener) -> None:
    hand = opened(CHAIN)
    label = next(each for each in hand.window.trail.findChildren(QLabel))
    small = label.fontMetrics().height()
    for _ in range(3):
        hand.key(Qt.Key.Key_Equal, CONTROL | ALT)
    hand.settle()
    assert appearance.scale() == 1.5
    assert label.fontMetrics().height() > small
    hand.key(Qt.Key.Key_Minus, CONTROL | ALT)
    assert appearance.scale() == 1.25
    hand.key(Qt.Key.Key_0, CONTROL | ALT)
    hand.settle()
    assert appearance.scale() == 1.0
    assert label.fontMetrics().height() == small


def test_all_windows_change_their_colours_together(opened: Opener) -> None:
    one, other = opened(CHAIN), opened(CHAIN)
    one.window.set_theme("light")
    assert other.window.theme.name == "light"
    assert other.canvas.theme.name == "light"
    one.window.set_theme("dark")


def test_the_system_is_followed_when_that_is_wanted(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    hand = opened(CHAIN)
    hand.window.set_theme("system")
    monkeypatch.setattr(appearance, "named", lambda name: THEMES["light"])
    QApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert hand.window.theme.name == "light"
    monkeypatch.undo()
    hand.window.set_theme("dark")
    QApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert hand.window.theme.name == "dark"


def test_icons_have_twice_the_pixels_for_fine_screens(qapp: QApplication) -> None:
    made = pixmap("search", "#ffffff", 16)
    assert (made.width(), made.devicePixelRatio()) == (32, 2.0)


def test_every_icon_that_an_action_names_is_there() -> None:
    from dlstudio.ui.actions.table import ACTIONS

    missing = [a.icon for a in ACTIONS if a.icon and not resource("icons", f"{a.icon}.svg").is_file()]
    assert missing == []


def test_with_reduced_motion_the_view_jumps(opened: Opener) -> None:
    hand = opened("resnet18")
    hand.window.do("calm")
    hand.wheel("conv1", 4)
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_F)
    at = hand.canvas.camera
    hand.canvas.fit()
    assert hand.canvas.camera == at
