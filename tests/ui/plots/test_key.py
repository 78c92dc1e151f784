"""The names beside the shapes of points: whole where there is room for all of them."""

from __future__ import annotations

from typing import Any

import pytest

from dlstudio.ui.plots.shapes import LONGEST, Key
from dlstudio.ui.theme.tokens import DARK

NAMES = ("now", "from one to another", "at first")


@pytest.mark.parametrize(("wide", "whole"), [(400, True), (160, False)])
def test_names_are_whole_where_all_have_room_in_a_line(qapp: Any, wide: int, whole: bool) -> None:
    key = Key(DARK)
    key.show_names(NAMES)
    key.resize(wide, key.sizeHint().height())
    assert (key.longest > LONGEST) is whole
    assert (len(key._places()) == len(NAMES)) is whole
    ends = [*(place.x() for place in key._places()[1:]), float(wide)]
    assert ends == sorted(ends)


def test_a_key_asks_for_room_for_whole_names(qapp: Any) -> None:
    key = Key(DARK)
    key.show_names(NAMES)
    key.resize(key.sizeHint())
    assert key.longest > LONGEST
