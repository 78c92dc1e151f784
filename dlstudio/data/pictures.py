"""Pictures: image files of all usual kinds, brought to one size and one number of channels."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dlstudio.catalog.sources.files import ImageFolder
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.columns import IMAGE
from dlstudio.data.dataset import Column
from dlstudio.data.labelled import Entry, Held, entries, loaded, same_shape
from dlstudio.data.loading import Loaded, Place, loads

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".ppm", ".pgm", ".tif", ".tiff")
FIRST = 16
"""So many pictures are looked at to see whether all are grey."""
GREY = ("1", "L", "I", "F", "LA", "La")


@loads("ImageFolder")
def image_folder(source: ImageFolder, place: Place) -> Loaded:
    found = entries(place, source.folder, source.labels, SUFFIXES, "image")
    grey = source.color == "grey" or (source.color == "auto" and all(_grey(entry.path) for entry in found[:FIRST]))
    height, width = source.size if all(source.size) else _first_size(found)
    shape = Shape((1 if grey else 3, height, width), IMAGE)
    decode = Decoder(shape, source.fit if all(source.size) else "")
    return loaded(found, decode, Held(Column("image", shape), torch.uint8, 1 / 255), place)


@dataclass(frozen=True)
class Decoder:
    """Reads one picture as bytes, channels first; `fit` says how another size is changed, nothing refuses it."""

    shape: Shape
    fit: str = ""

    def __call__(self, path: Path) -> Tensor:
        from PIL import Image, ImageOps

        with _opened(path) as picture:
            try:
                upright = ImageOps.exif_transpose(picture)
                fitted = self._fitted(_deep(upright).convert("L" if self.shape.shape[0] == 1 else "RGB"))
            except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
                raise ProjectProblem(f"{path} is no readable picture ({error}).") from error
        pixels = torch.from_numpy(np.array(fitted, dtype=np.uint8))
        value = pixels.unsqueeze(0) if pixels.ndim == 2 else pixels.movedim(-1, 0)
        return same_shape(path, value, self.shape, "Give the folder a size, and all are brought to it.")

    def _fitted(self, picture: Any) -> Any:
        from PIL import Image, ImageOps

        size = (self.shape.shape[2], self.shape.shape[1])
        if not self.fit or picture.size == size:
            return picture
        if self.fit == "stretch":
            return picture.resize(size, Image.Resampling.BILINEAR)
        change = ImageOps.fit if self.fit == "crop" else ImageOps.pad
        return change(picture, size, Image.Resampling.BILINEAR)


def _deep(picture: Any) -> Any:
    """Pictures of 16 bits a pixel brought down to 8, which Pillow would cut off instead."""
    if not picture.mode.startswith("I"):
        return picture
    from PIL import Image

    pixels = np.asarray(picture).astype(np.float64)
    return Image.fromarray((pixels / (257 if pixels.max(initial=0) > 255 else 1)).round().astype(np.uint8))


def _opened(path: Path) -> Any:
    from PIL import Image

    try:
        return Image.open(path)
    except FileNotFoundError as error:
        raise ProjectProblem(f"{path} has gone; put it back, or choose another folder.") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ProjectProblem(f"{path} is no readable picture ({str(error).split(':')[0]}).") from error


def _grey(path: Path) -> bool:
    """Whether a picture has no color; one that cannot be read has no say."""
    try:
        with _opened(path) as picture:
            return str(picture.mode) in GREY or str(picture.mode).startswith("I;")
    except ProjectProblem:
        return True


def _first_size(found: list[Entry]) -> tuple[int, int]:
    """Height and width of the first picture that can be read."""
    from PIL import ImageOps

    reasons = []
    for entry in found:
        try:
            with _opened(entry.path) as picture:
                width, height = ImageOps.exif_transpose(picture).size
                return height, width
        except (ProjectProblem, OSError, ValueError, SyntaxError) as problem:
            reasons.append(f"{entry.path} ({problem})" if not isinstance(problem, ProjectProblem) else str(problem))
    raise ProjectProblem(f"None of the {len(found):,} pictures can be read: {reasons[0]}")
