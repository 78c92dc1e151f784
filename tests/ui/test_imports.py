"""How modules come into memory beside Qt."""

from __future__ import annotations

import subprocess
import sys

COMES = """
import dlstudio.ui
import colorsys, linecache
print(colorsys.__file__ in linecache.cache)
"""
STARS = "import dlstudio.ui\nfrom PySide6.QtSvg import *\nprint(QSvgRenderer.__name__)"


def said(text: str) -> str:
    """What a program of its own prints."""
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True).stdout.strip()


def test_the_source_of_a_module_is_not_read_when_it_comes_into_memory() -> None:
    assert said(COMES) == "False"


def test_what_a_star_brings_of_qt_is_there_all_the_same() -> None:
    assert said(STARS) == "QSvgRenderer"
