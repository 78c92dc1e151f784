"""python -m tests.pictures OUT: the window as it looks in all its states, to be looked at."""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("DLSTUDIO_SETTINGS", mkdtemp())

from dlstudio.core import edits
from dlstudio.core.document import Project
from dlstudio.core.templates import template
from dlstudio.ui.shot import Scenery, draw

SIZES = ((1280, 800), (1920, 1080))


def erroneous() -> Project:
    """LeNet-5 with mistakes that beginners make."""
    project = template("lenet5")
    project = edits.remove(project, "model", ["flatten"], heal=True)
    project = edits.put(project, "model", "conv2", kernel_size=(15, 15))
    return edits.mute(project, "model", ["act3"], True)


def scenes() -> Iterator[tuple[str, Project, Scenery]]:
    """What is drawn, before size and theme."""
    lenet, resnet = template("lenet5"), template("resnet152")
    inside = next(name for name in resnet.networks if name != "model")
    yield "start", Project(), Scenery(start=True)
    yield "empty", Project(), Scenery()
    yield "lenet5", lenet, Scenery(select=("conv2",))
    yield "resnet152", resnet, Scenery()
    yield "resnet152-inside", resnet, Scenery(network=inside)
    yield "erroneous", erroneous(), Scenery()
    yield "lenet5-train", lenet, Scenery(arrangement="Train")


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, project, scenery in scenes():
        for theme in ("dark", "light"):
            for size in SIZES:
                file = out / f"{name}-{theme}-{size[0]}.png"
                draw(project, file, replace(scenery, size=size, theme=theme))
                print(file)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("python -m tests.pictures OUT")
    main(Path(sys.argv[1]))
