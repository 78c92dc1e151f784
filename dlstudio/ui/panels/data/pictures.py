"""Pictures: numbers made into images, waves and words; it runs in a thread, with torch."""

from collections.abc import Mapping, Sequence

import torch
from PySide6.QtGui import QImage
from torch import Tensor

from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.dataset import Column
from dlstudio.data.vocabulary import vocabulary
from dlstudio.ui.panels.data.tile import Box
from dlstudio.ui.theme.tokens import OKABE_ITO

STRETCHES = 160
"""Into so many pieces a wave is cut."""
FRAMES = 8
"""So many pictures of a clip are seen side by side."""
PITCHES = ("sound",)
"""Columns whose pictures show pitches, low ones below."""
FILLED = ("<padding>", "-")
"""What stands where a row is filled up."""
WORDS = 400
"""So many letters of a text are shown in a list."""


def seen(column: Column) -> bool:
    """Whether a column can be shown as a picture."""
    tensor = column.tensor
    return tensor.form in ("an image", "a map", "a clip", "a volume") or (
        tensor.form == "a sequence" and tensor.dtype == "float" and tensor.size > 16
    )


def picture(value: Tensor, column: Column, *, film: bool = False) -> QImage:
    """One sample of a column as an image; numbers beyond 0 to 1 are brought there."""
    form = column.tensor.form
    if column.classes and not value.is_floating_point():
        return _coded(value.flatten(0, -2) if value.ndim > 2 else value)
    x = value.float()
    if form in ("a clip", "a volume"):
        x = x if form == "a clip" else x.movedim(1, 0)
        x = torch.cat(list(x[:: max(1, -(-len(x) // FRAMES))]), dim=-1) if film else x[len(x) // 2]
    if x.ndim == 2:
        x = (x.T if form == "a sequence" else x).unsqueeze(0)
    if form == "a sequence" or column.name in PITCHES:
        x = x.flip(-2)
    low, high = float(x.min()), float(x.max())
    if low < -1e-4 or high > 1.0001:
        x = (x - low) / max(high - low, 1e-9)
    return image(x)


def image(x: Tensor) -> QImage:
    """Channels × height × width between 0 and 1."""
    bytes_ = (x.clamp(0, 1) * 255).round().to(torch.uint8)
    height, width = bytes_.shape[1:]
    if len(bytes_) in (3, 4):
        data, kind = bytes_[:3].movedim(0, -1).contiguous(), QImage.Format.Format_RGB888
        return QImage(data.numpy().tobytes(), width, height, 3 * width, kind).copy()
    data = bytes_[0].contiguous()
    return QImage(data.numpy().tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()


def _coded(value: Tensor) -> QImage:
    """A class for each pixel in a colour of its own."""
    return image(_colors(value)[0])


def _colors(mask: Tensor) -> tuple[Tensor, Tensor]:
    """The colour of each pixel, and where there is one: class 0 and fields that nobody asks for have none."""
    palette = torch.tensor([[int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)] for code in OKABE_ITO[1:]])
    there = mask > 0
    colors = palette[(mask.clamp(min=1) - 1) % len(palette)].movedim(-1, 0)
    return colors * there, there


def masked(value: Tensor, column: Column, mask: Tensor) -> QImage:
    """A picture with the class of each pixel laid over it."""
    x = value.float()
    low, high = float(x.min()), float(x.max())
    x = (x - low) / max(high - low, 1e-9) if low < -1e-4 or high > 1.0001 else x
    x = x if len(x) == 3 else x[:1].expand(3, -1, -1)
    colors, there = _colors(mask)
    return image(torch.where(there, 0.5 * x + 0.5 * colors, x))


def boxes(value: Tensor, shape: Shape, names: Sequence[str] = ()) -> tuple[Box, ...]:
    """The rectangles in a picture of that shape; those that are all zero are none."""
    rows = value.reshape(-1, 4).tolist()
    high, wide = shape.shape[-2:]
    across, down = (wide, high) if max((max(row) for row in rows), default=0) > 2 else (1, 1)
    return tuple(
        Box(x1 / across, y1 / down, x2 / across, y2 / down, names[i] if i < len(names) else "")
        for i, (x1, y1, x2, y2) in enumerate(rows)
        if x2 > x1 and y2 > y1
    )


def grid_boxes(certainty: Tensor, middle: Tensor, extent: Tensor, names: Tensor, column: Column) -> tuple[Box, ...]:
    """The rectangles that a detector's grid tells of: a middle within a field, and a size in fields."""
    high, wide = certainty.shape[-2:]
    found = []
    for row, across in (certainty[0] > 0.5).nonzero().tolist():
        x, y = ((float(middle[i, row, across]) + (across, row)[i]) / (wide, high)[i] for i in range(2))
        w, h = (float(extent[i, row, across]) / (wide, high)[i] / 2 for i in range(2))
        found.append(Box(x - w, y - h, x + w, y + h, column.classes[int(names[row, across])]))
    return tuple(found)


def curve(value: Tensor, stretches: int = STRETCHES) -> tuple[tuple[float, float], ...]:
    """A wave as the extremes of its stretches, as high as it goes."""
    wave = value.float().reshape(-1, value.shape[-1])[0] if value.ndim > 1 else value.float()
    each = max(1, -(-len(wave) // stretches))
    padded = torch.nn.functional.pad(wave, (0, -len(wave) % each), value=float(wave[-1])).reshape(-1, each)
    most = max(float(wave.abs().max()), 1e-9)
    lows, highs = (padded.amin(1) / most).tolist(), (padded.amax(1) / most).tolist()
    return tuple(zip(lows, highs, strict=True))


def words(value: Tensor, column: Column, fitted: Mapping[str, object], most: int = WORDS) -> str:
    """A row of symbols as a person reads it."""
    numbers = value.flatten().tolist()
    known = vocabulary(fitted)
    names = column.classes
    if known is not None and known.names == names:
        return known.decode(numbers[:most])
    apart = "" if all(len(name) <= 1 for name in names if not name.startswith("<")) else " "
    kept = [names[n] for n in numbers[:most] if 0 <= n < len(names)]
    return apart.join(name for name in kept if name and name not in FILLED)


def short(value: float) -> str:
    """A number for a table."""
    return (f"{value:.2g}" if abs(value) < 1e-3 else f"{value:.4g}").replace("-", "−")


def told(value: Tensor, column: Column, fitted: Mapping[str, object], most: int = WORDS) -> str:
    """One column of one sample in words; classes that were blended with their shares."""
    if column.label and value.ndim:
        best = value.topk(min(2, len(value)))
        return ", ".join(
            f"{column.classes[at]} {100 * share:.0f} %"
            for at, share in zip(best.indices.tolist(), best.values.tolist(), strict=True)
            if share >= 0.005
        )
    if column.label:
        label = int(value)
        return column.classes[label] if 0 <= label < len(column.classes) else str(label)
    if column.classes and column.tensor.rank == 1 and not value.is_floating_point():
        return words(value, column, fitted, most)
    if column.tensor.size <= 64:
        numbers = value.flatten().tolist()
        return " ".join(short(n) if isinstance(n, float) else str(n) for n in numbers)
    return column.tensor.describe()
