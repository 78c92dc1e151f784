"""Motions: where each pixel of a moved picture comes from, and where each point of it goes."""

from dataclasses import dataclass
from typing import Literal, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

Border = Literal["dark", "edge", "mirror"]
Size = tuple[int, int]

_PADDING = {"dark": "zeros", "edge": "border", "mirror": "reflection"}


class Motion(Protocol):
    """One motion for each picture of a batch; points are x, y in pixels, (0, 0) being the upper left corner."""

    def pixels(self, x: Tensor, fill: Tensor, border: Border, smooth: bool = True) -> Tensor:
        """The moved pictures; `smooth` mixes neighbours, which classes of a mask must not be."""
        ...

    def points(self, xy: Tensor) -> Tensor:
        """Where points go: batch × points × 2."""
        ...

    def size(self, before: Size) -> Size: ...


@dataclass(frozen=True)
class Flipped:
    """Mirrored, each picture as its two flags say."""

    across: Tensor
    down: Tensor
    before: Size

    def pixels(self, x: Tensor, fill: Tensor, border: Border, smooth: bool = True) -> Tensor:
        x = torch.where(self.across[:, None, None, None], x.flip(-1), x)
        return torch.where(self.down[:, None, None, None], x.flip(-2), x)

    def points(self, xy: Tensor) -> Tensor:
        height, width = self.before
        x, y = xy.unbind(-1)
        x = torch.where(self.across[:, None], width - x, x)
        return torch.stack([x, torch.where(self.down[:, None], height - y, y)], -1)

    def size(self, before: Size) -> Size:
        return before


@dataclass(frozen=True)
class Turned:
    """Square pictures turned counter-clockwise by so many quarters."""

    quarters: Tensor
    before: Size

    def pixels(self, x: Tensor, fill: Tensor, border: Border, smooth: bool = True) -> Tensor:
        turned = x
        for k in (1, 2, 3):
            turned = torch.where((self.quarters == k)[:, None, None, None], x.rot90(k, (-2, -1)), turned)
        return turned

    def points(self, xy: Tensor) -> Tensor:
        side = self.before[1]
        turned, each = xy, xy
        for k in (1, 2, 3):
            x, y = each.unbind(-1)
            each = torch.stack([y, side - x], -1)
            turned = torch.where((self.quarters == k)[:, None, None], each, turned)
        return turned

    def size(self, before: Size) -> Size:
        return before


@dataclass(frozen=True)
class Windowed:
    """A window of a picture by whole pixels: what stands at (left, top) comes to the corner."""

    left: Tensor
    top: Tensor
    window: Size

    def pixels(self, x: Tensor, fill: Tensor, border: Border, smooth: bool = True) -> Tensor:
        across, right = self._places(self.left, x.shape[-1], self.window[1], border)
        down, low = self._places(self.top, x.shape[-2], self.window[0], border)
        count, channels = x.shape[:2]
        x = x.gather(2, down[:, None, :, None].expand(count, channels, -1, x.shape[-1]))
        x = x.gather(3, across[:, None, None, :].expand(count, channels, x.shape[2], -1))
        inside = low[:, None, :, None] & right[:, None, None, :]
        return x if border != "dark" else torch.where(inside, x, fill)

    @staticmethod
    def _places(start: Tensor, length: int, window: int, border: Border) -> tuple[Tensor, Tensor]:
        """Which old pixel each new one is, and whether there was one."""
        wanted = start[:, None] + torch.arange(window, device=start.device)
        inside = (wanted >= 0) & (wanted < length)
        if border == "mirror":
            around = wanted.remainder(2 * length)
            return torch.where(around < length, around, 2 * length - 1 - around), inside
        return wanted.clamp(0, length - 1), inside

    def points(self, xy: Tensor) -> Tensor:
        return xy - torch.stack([self.left, self.top], -1)[:, None].to(xy.dtype)

    def size(self, before: Size) -> Size:
        return self.window


@dataclass(frozen=True)
class Warped:
    """Any straight motion: the new point p comes from `matrix`·p + `offset`, both in pixels."""

    matrix: Tensor
    offset: Tensor
    window: Size

    @classmethod
    def about_middle(cls, matrix: Tensor, size: Size, shift: Tensor | None = None) -> "Warped":
        """The motion that leaves the middle where it is, but for the shift."""
        middle = torch.tensor([size[1] / 2, size[0] / 2], device=matrix.device)
        moved = middle if shift is None else middle + shift
        return cls(matrix, middle - (matrix * moved.expand(len(matrix), 2)[:, None, :]).sum(-1), size)

    def pixels(self, x: Tensor, fill: Tensor, border: Border, smooth: bool = True) -> Tensor:
        return sampled(x, *self._sources(), fill, border, smooth)

    def _sources(self) -> tuple[Tensor, Tensor]:
        """Where each new pixel's middle comes from; written out, since a matmul may be rounded to tf32."""
        height, width = self.window
        x, y = middles(width, self.matrix.device)[None, None], middles(height, self.matrix.device)[None, :, None]
        m, o = self.matrix[:, :, :, None, None], self.offset[:, :, None, None]
        return m[:, 0, 0] * x + m[:, 0, 1] * y + o[:, 0], m[:, 1, 0] * x + m[:, 1, 1] * y + o[:, 1]

    def points(self, xy: Tensor) -> Tensor:
        (a, b), (c, d) = (row.unbind(-1) for row in self.matrix.unbind(1))
        x, y = (xy - self.offset[:, None]).unbind(-1)
        a, b, c, d = (each[:, None] for each in (a, b, c, d))
        return torch.stack([d * x - b * y, a * y - c * x], -1) / (a * d - b * c)[..., None]

    def size(self, before: Size) -> Size:
        return self.window


@dataclass(frozen=True)
class Bent:
    """Every pixel from a place a little off: the new point p comes from p + offset(p)."""

    across: Tensor
    down: Tensor

    def pixels(self, x: Tensor, fill: Tensor, border: Border, smooth: bool = True) -> Tensor:
        here_x, here_y = middles(x.shape[-1], x.device), middles(x.shape[-2], x.device)[:, None]
        return sampled(x, here_x + self.across, here_y + self.down, fill, border, smooth)

    def points(self, xy: Tensor) -> Tensor:
        """Right where the bending is even around a point."""
        field = torch.stack([self.across, self.down], 1)
        x, y = xy[:, None].unbind(-1)
        moved = sampled(field, x, y, torch.zeros_like(field[:, :1, :1, :1]), "edge", smooth=True)
        return xy - moved[:, :, 0].transpose(1, 2)

    def size(self, before: Size) -> Size:
        return before


def middles(count: int, device: torch.device) -> Tensor:
    """The middles of so many pixels in a row."""
    return torch.arange(count, device=device) + 0.5


def sampled(x: Tensor, across: Tensor, down: Tensor, fill: Tensor, border: Border, smooth: bool) -> Tensor:
    """The values of pictures at places in pixels; `fill` is what lies outside of a dark border."""
    height, width = x.shape[-2:]
    grid = torch.stack([2 * across / width - 1, 2 * down / height - 1], -1).to(x.dtype)
    mode = "bilinear" if smooth else "nearest"
    return F.grid_sample(x - fill, grid, mode, _PADDING[border], align_corners=False) + fill
