"""dlstudio shot and dlstudio picture: drawn where no screen is; and the first start without a screen."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

REPOSITORY = Path(__file__).resolve().parent.parent


def studio(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command, in a folder of its own and without a screen."""
    bare = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    settings = {"PYTHONPATH": str(REPOSITORY), "DLSTUDIO_SETTINGS": str(folder / "settings"), **environment}
    return subprocess.run(
        [sys.executable, "-m", "dlstudio", *words], cwd=folder, env={**bare, **settings}, capture_output=True, text=True
    )


def size(file: Path) -> tuple[int, int]:
    """What a PNG says of its size."""
    data = file.read_bytes()
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def is_blank(file: Path) -> bool:
    """Whether all pixels of a PNG are the same: then nearly nothing is left when it is packed."""
    data, packed, at = file.read_bytes(), b"", 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += length + 12
    rows = zlib.decompress(packed)
    return len(zlib.compress(rows)) < len(rows) / 500


def test_a_shot_has_the_size_and_shows_something(tmp_path: Path) -> None:
    done = studio(tmp_path, "shot", "lenet5", "one.png", "--size", "900x600", "--theme", "light", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["result"] == {"picture": "one.png", "width": 900, "height": 600}
    assert size(tmp_path / "one.png") == (900, 600)
    assert not is_blank(tmp_path / "one.png")
    assert done.stderr == ""


def test_a_shot_waits_until_the_panels_are_made(tmp_path: Path) -> None:
    done = studio(tmp_path, "shot", "lenet5", "train.png", "--arrangement", "Train")
    assert done.returncode == 0, done.stderr
    picture = QImage(str(tmp_path / "train.png"))
    below = {picture.pixel(x, y) for y in range(640, 790) for x in range(20, 400)}
    assert len(below) > 20, "the words of the panel have edges of many shades; an empty place has one"


def test_a_shot_of_a_block_with_a_node_selected_and_of_the_start_page(tmp_path: Path) -> None:
    done = studio(tmp_path, "shot", "resnet18", "in.png", "--network", "BasicBlock", "--select", "conv1")
    assert done.returncode == 0, done.stderr
    assert size(tmp_path / "in.png") == (1280, 800)
    done = studio(tmp_path, "shot", "lenet5", "start.png", "--start")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert not is_blank(tmp_path / "start.png")
    assert (tmp_path / "in.png").read_bytes() != (tmp_path / "start.png").read_bytes()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--network", "nothing"), "no network “nothing”"),
        (("--select", "nothing"), "no node “nothing”"),
        (("--arrangement", "nothing"), "no arrangement “nothing”"),
    ],
)
def test_what_cannot_be_shown_is_told(tmp_path: Path, words: tuple[str, str], told: str) -> None:
    done = studio(tmp_path, "shot", "lenet5", "one.png", *words)
    assert done.returncode == 1
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "one.png").exists()


def test_a_picture_is_drawn_from_the_command_line(tmp_path: Path) -> None:
    done = studio(tmp_path, "picture", "resnet18", "figure.svg", "--open", "--title", "ResNet-18")
    assert done.returncode == 0, done.stderr
    assert "<metadata" in (tmp_path / "figure.svg").read_text()
    done = studio(tmp_path, "picture", "lenet5", "figure.png", "--no-project", "--theme", "dark", "--scale", "1")
    assert done.returncode == 0, done.stderr
    assert b"dlstudio" not in (tmp_path / "figure.png").read_bytes()
    assert "paper, light, dark" in studio(tmp_path, "picture", "lenet5", "figure.png", "--theme", "no").stderr


@pytest.mark.slow
def test_a_first_start_without_a_screen_trains_and_draws_the_window(tmp_path: Path) -> None:
    done = studio(tmp_path)
    assert done.returncode == 0, done.stderr
    assert size(tmp_path / "dlstudio.png") == (1280, 800)
    assert not is_blank(tmp_path / "dlstudio.png")
    assert list((tmp_path / "runs").iterdir())
