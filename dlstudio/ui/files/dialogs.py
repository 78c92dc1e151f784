"""Dialogs: the system's own windows in which files are chosen; the one place that tests replace."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

KINDS = (
    ("Everything that can be opened", "*.dls *.png *.svg *.onnx *.pt2 *.py *.safetensors *.pt *.pth *.bin *.ckpt"),
    ("Projects and pictures that carry one", "*.dls *.png *.svg"),
    ("Models of other programs", "*.onnx *.pt2 *.py"),
    ("Weights for the graph that is open", "*.safetensors *.pt *.pth *.bin *.ckpt"),
    ("All files", "*"),
)


def to_open(parent: QWidget, folder: Path) -> list[Path]:
    """Files to open; none when the question was dismissed."""
    kinds = ";;".join(f"{title} ({endings})" for title, endings in KINDS)
    names, _ = QFileDialog.getOpenFileNames(parent, "Open", str(folder), kinds)
    return [Path(name) for name in names]


def to_folder(parent: QWidget, title: str, start: Path) -> Path | None:
    """A folder that is there; none when the question was dismissed."""
    name = QFileDialog.getExistingDirectory(parent, title, str(start))
    return Path(name) if name else None


def to_save(parent: QWidget, title: str, suggestion: Path, kinds: str) -> Path | None:
    """A file to write; the system asks before one is replaced."""
    name, _ = QFileDialog.getSaveFileName(parent, title, str(suggestion), kinds)
    return Path(name) if name else None
