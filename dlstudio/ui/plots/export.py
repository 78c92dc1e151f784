"""Export: a plot as a picture or as a table of its numbers, in a file or on the clipboard."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QWidget

from dlstudio.core import files
from dlstudio.core.issue import ProjectProblem
from dlstudio.ui.outliner import Outliner, shared
from dlstudio.ui.plots.table import Column, to_csv
from dlstudio.ui.theme.tokens import PAPER, Theme

POINTS = 72
"""How many points of a page make an inch."""
SCALE = 2
"""How many pixels of a PNG stand for one of the screen."""
DPI = 96
"""A unit of a PDF is a pixel of the screen; its places are told in fractions of one."""
KINDS = {
    ".png": "Picture (*.png)",
    ".svg": "Drawing (*.svg)",
    ".pdf": "Page for print (*.pdf)",
    ".csv": "Table of numbers (*.csv)",
}
PICTURES = (("Picture", ".png"), ("Drawing", ".svg"), ("Page for print", ".pdf"))
"""The kinds of picture that there are, in words, as menus offer them."""


def entry(title: str, suffix: str) -> str:
    """A kind as an entry of a menu."""
    return f"{title} ({suffix[1:].upper()}) …"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is exported as a picture: how it is drawn, in how much room."""

    title: str
    width: int
    height: int
    paint: Callable[[QPainter], None]
    theme: Theme
    dress: Callable[[Theme], object]
    """Puts what is drawn into other colours."""


@dataclass(frozen=True, slots=True)
class Order:
    """A table that is to be written to a file."""

    file: Path
    table: Callable[[], Sequence[Column]]


def image(sheet: Sheet) -> QImage:
    """The picture in pixels, twice as fine as the screen."""
    made = QImage(sheet.width * SCALE, sheet.height * SCALE, QImage.Format.Format_RGB32)
    painter = QPainter(made)
    painter.scale(SCALE, SCALE)
    sheet.paint(painter)
    painter.end()
    return made


def svg(sheet: Sheet) -> bytes:
    """The picture as shapes; letters are shapes too."""
    buffer = _buffer()
    made = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    made.setOutputDevice(buffer)
    made.setResolution(96)
    made.setSize(QSize(sheet.width, sheet.height))
    made.setViewBox(QRectF(0, 0, sheet.width, sheet.height))
    made.setTitle(sheet.title)
    made.setDescription("Drawn by dlstudio")
    painter = Outliner(made)
    sheet.paint(painter)
    painter.end()
    return shared(bytes(buffer.data().data()).decode()).encode()


def png(sheet: Sheet) -> bytes:
    buffer = _buffer()
    image(sheet).save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def pdf(sheet: Sheet) -> bytes:
    """One page as large as the picture, in the colours of paper, with letters that can be searched."""
    buffer = _buffer()
    made = QPdfWriter(buffer)
    made.setResolution(DPI)
    made.setTitle(sheet.title)
    made.setCreator("dlstudio")
    size = QSizeF(sheet.width, sheet.height) * (POINTS / DPI)
    page = QPageSize(size, QPageSize.Unit.Point, sheet.title, QPageSize.SizeMatchPolicy.ExactMatch)
    made.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
    sheet.dress(PAPER)
    try:
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        sheet.paint(painter)
        painter.end()
    finally:
        sheet.dress(sheet.theme)
    return bytes(buffer.data().data())


def picture(sheet: Sheet, suffix: str) -> bytes:
    """The picture of a kind."""
    return {".png": png, ".svg": svg, ".pdf": pdf}[suffix](sheet)


def copy(sheet: Sheet) -> str:
    """Puts the picture on the clipboard."""
    QGuiApplication.clipboard().setImage(image(sheet))
    return "The picture is on the clipboard"


def chosen(parent: QWidget, title: str, suffix: str) -> Path | None:
    """The file that somebody chose."""
    plain = re.sub(r"[^\w.-]+", "-", title).strip("-") or "plot"
    name, _ = QFileDialog.getSaveFileName(parent, f"Export {title}", f"{plain}{suffix}", KINDS[suffix])
    return (Path(name) if name.lower().endswith(suffix) else Path(f"{name}{suffix}")) if name else None


def write(file: Path, data: bytes) -> str:
    """Writes a file; says what became of it."""
    try:
        files.write(file, data)
    except ProjectProblem as problem:
        return str(problem)
    return f"{file.name} is written"


def write_table(order: Order) -> str:
    """Puts a table together and writes it; needs nothing of the window."""
    return write(order.file, to_csv(order.table()))


def _buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer
