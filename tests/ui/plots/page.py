"""What a page for print is made of, read from the file itself."""

from __future__ import annotations

import re
import zlib

NUMBER = rb"(\d+(?:\.\d+)?)"


class Page:
    """The only page of a PDF."""

    def __init__(self, data: bytes) -> None:
        assert data.startswith(b"%PDF")
        assert len(re.findall(rb"/Type /Page\b(?!s)", data)) == 1
        self.data = data
        self.drawn = b"".join(_plain(each) for each in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL))

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        found = re.search(rb"/MediaBox \[0 0 " + NUMBER + b" " + NUMBER, self.data)
        assert found
        return float(found[1]), float(found[2])

    @property
    def images(self) -> int:
        """How many pictures of pixels there are."""
        return self.data.count(b"/Subtype /Image")

    @property
    def fonts(self) -> set[str]:
        return {each.decode() for each in re.findall(rb"/FontName /\w+\+([\w-]+)", self.data)}

    @property
    def colors(self) -> set[str]:
        """Everything that is painted with, as #rrggbb."""
        found = re.findall(NUMBER + b" " + NUMBER + b" " + NUMBER + rb" (?:scn|SCN)", self.drawn)
        return {"#" + "".join(f"{round(255 * float(part)):02x}" for part in each) for each in found}

    @property
    def words(self) -> list[bytes]:
        """The letters that are written, one by one."""
        return re.findall(rb"<([0-9A-Fa-f]{4})> Tj", self.drawn)


def _plain(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""
