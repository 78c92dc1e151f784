"""Carried: the text of a project inside a picture of it."""

import html
from pathlib import Path

from PySide6.QtGui import QImageReader

KEY = "dlstudio"
HEAD, TAIL = '<metadata id="dlstudio">', "</metadata>"
MOST_BYTES = 64 * 2**20


def into_svg(svg: str, text: str) -> str:
    """An SVG that carries a project."""
    start = svg.index(">", svg.index("<svg")) + 1
    return f"{svg[:start]}\n{HEAD}{html.escape(text, quote=False)}{TAIL}{svg[start:]}"


def carried(path: Path) -> str | None:
    """The text of the project that a picture carries, or None."""
    if path.suffix.lower() != ".svg":
        return QImageReader(str(path)).text(KEY) or None
    try:
        with path.open("rb") as file:
            svg = file.read(MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return None
    start, end = svg.find(HEAD), svg.find(TAIL)
    return html.unescape(svg[start + len(HEAD) : end]) if 0 <= start < end else None
