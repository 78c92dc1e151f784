"""weights_picture: what one weight looks like: numbers become colours, in a thread of their own."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QColor, QImage

from dlstudio.ui.plots.heat import Picture
from dlstudio.ui.theme.tokens import OKABE_ITO, Theme

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

MOST_TILES, MOST_SIDE, MOST_BARS = 64, 192, 250
"""How many kernels, rows or columns, and bars are shown."""
MOST_WITHIN = 32
"""How many rows or columns of a tile are shown."""
RED_GREEN_BLUE = 3


def pictured(values: "Numbers", theme: Theme, name: Callable[[int], str] = str) -> tuple[Picture, str]:
    """A weight as a picture, and what of it is left out; vectors become one row, `name` names what is on an axis."""
    shape = values.shape
    if values.ndim <= 1:
        return _vector(values.reshape(-1), theme, name)
    if values.ndim == 2 or all(n == 1 for n in shape[2:]):
        return _matrix(values, theme, name)
    if _has_colors(shape):
        return _colored(values)
    return _tiles(values, theme)


def _has_colors(shape: Sequence[int]) -> bool:
    return len(shape) == 4 and shape[1] == RED_GREEN_BLUE and shape[2:] != (1, 1)


def ends(theme: Theme) -> tuple[str, str, str]:
    """The colours of the least, of zero and of the greatest; told apart with any kind of colour vision."""
    if theme.dark:
        return OKABE_ITO[5], theme.raised, OKABE_ITO[1]
    return OKABE_ITO[0], theme.window, OKABE_ITO[3]


def largest(values: "Numbers") -> float:
    """The greatest distance from zero."""
    import numpy as np

    sound = np.abs(values[np.isfinite(values)])
    return float(sound.max()) if sound.size and sound.max() > 0 else 1.0


def number(value: float, digits: int = 4) -> str:
    """A weight in words."""
    return f"{value:.{digits}g}".replace("-", "−")


def scale(values: "Numbers") -> str:
    """What the colours mean."""
    colors = "grey is 0" if _has_colors(values.shape) else "blue < 0 < orange"
    return f"{colors}, full at ±{number(largest(values), 3)}"


def _vector(values: "Numbers", theme: Theme, name: Callable[[int], str]) -> tuple[Picture, str]:
    kept = _some(len(values), MOST_BARS)

    def say(_tile: int, _row: int, column: int) -> str:
        return f"[{name(int(kept[column]))}]  {number(values[kept[column]])}"

    picture = Picture(_images(_tinted(values[kept][None, None], largest(values), theme)), 1, len(kept), say)
    return picture, _left_out(kept, len(values), "numbers")


def _matrix(values: "Numbers", theme: Theme, name: Callable[[int], str]) -> tuple[Picture, str]:
    flat: Numbers = values.reshape(values.shape[:2])
    rest = ", 0" * (values.ndim - 2)
    rows, columns = _some(flat.shape[0], MOST_SIDE), _some(flat.shape[1], MOST_SIDE)
    seen = flat[rows][:, columns]

    def say(_tile: int, row: int, column: int) -> str:
        return f"[{name(int(rows[row]))}, {columns[column]}{rest}]  {number(seen[row, column])}"

    parts = _left_out(rows, flat.shape[0], "rows"), _left_out(columns, flat.shape[1], "columns")
    images = _images(_tinted(seen[None], largest(values), theme))
    return Picture(images, len(rows), len(columns), say), ", ".join(filter(None, parts))


def _tiles(values: "Numbers", theme: Theme) -> tuple[Picture, str]:
    """A tile for each filter: what it does to the first of its inputs."""
    first = _first_input(values[:MOST_TILES])
    rows, columns = _some(first.shape[1], MOST_WITHIN), _some(first.shape[2], MOST_WITHIN)
    seen = first[:, rows][:, :, columns]
    zeros = "0, " * (values.ndim - 3)

    def say(tile: int, row: int, column: int) -> str:
        return f"[{tile}, {zeros}{rows[row]}, {columns[column]}]  {number(seen[tile, row, column])}"

    inputs = f"first of {values.shape[1]:,} inputs" if values.ndim > 3 and values.shape[1] > 1 else ""
    within = _left_out(rows, first.shape[1], "rows"), _left_out(columns, first.shape[2], "columns")
    images = _images(_tinted(seen, largest(values), theme))
    note = ", ".join(filter(None, (_first(values.shape[0]), inputs, *within)))
    return Picture(images, len(rows), len(columns), say), note


def _first_input(values: "Numbers") -> "Numbers":
    """A matrix for each filter."""
    while values.ndim > 3:
        values = values[:, 0]
    return values


def _colored(values: "Numbers") -> tuple[Picture, str]:
    """Kernels over red, green and blue as what they look for; grey is zero."""
    import numpy as np

    shown = values[:MOST_TILES].transpose(0, 2, 3, 1)
    rows, columns = _some(shown.shape[1], MOST_WITHIN), _some(shown.shape[2], MOST_WITHIN)
    seen = shown[:, rows][:, :, columns]
    light = np.nan_to_num(seen / largest(values), nan=0.0, posinf=1.0, neginf=-1.0)

    def say(tile: int, row: int, column: int) -> str:
        rgb = "  ".join(number(value) for value in seen[tile, row, column])
        return f"[{tile}, :, {rows[row]}, {columns[column]}]  {rgb}"

    images = _images(((light + 1) * 127.5).astype(np.uint8))
    parts = (_first(values.shape[0]), "red, green and blue as in a picture")
    return Picture(images, len(rows), len(columns), say), ", ".join(filter(None, parts))


def _some(count: int, most: int) -> "NDArray[np.int64]":
    """Places that are shown: all of them, or every second, third ..."""
    import numpy as np

    return np.arange(0, count, max(1, -(-count // most)))


def _left_out(kept: Sequence[int] | Any, count: int, what: str) -> str:
    if len(kept) == count:
        return ""
    return f"every {_ordinal(-(-count // len(kept)))} of {count:,} {what}"


def _ordinal(n: int) -> str:
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def _first(count: int) -> str:
    return f"first {MOST_TILES} of {count:,} filters" if count > MOST_TILES else ""


def _tinted(values: "Numbers", limit: float, theme: Theme) -> "NDArray[np.uint8]":
    """Each number as red, green and blue; one that is none in the colour of what is wrong."""
    import numpy as np

    low, zero, high = (_rgb(name) for name in ends(theme))
    part: Any = np.clip(np.nan_to_num(values / limit, nan=0.0, posinf=1.0, neginf=-1.0), -1, 1)[..., None]
    made: Any = np.where(part < 0, zero + (low - zero) * -part, zero + (high - zero) * part)
    made[~np.isfinite(values)] = _rgb(theme.bad)
    found: NDArray[np.uint8] = made.astype(np.uint8)
    return found


def _rgb(name: str) -> Any:
    import numpy as np

    tint = QColor(name)
    return np.array([tint.red(), tint.green(), tint.blue()])


def _images(colors: "NDArray[np.uint8]") -> tuple[QImage, ...]:
    _, high, wide, _ = colors.shape
    kind = QImage.Format.Format_RGB888
    return tuple(QImage(tile.tobytes(), wide, high, 3 * wide, kind).copy() for tile in colors)
