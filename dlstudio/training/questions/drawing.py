"""Drawing: a picture from outside brought into the form of those that a network knows."""

import torch
import torch.nn.functional as F
from torch import Tensor

SHARE = 20 / 28
"""Of the side of a digit's picture, so much is the digit itself (MNIST)."""
INK = 0.08
"""What is fainter is paper."""
EDGE = 0.5


def centred(ink: Tensor, high: int, wide: int) -> Tensor:
    """A drawing as MNIST has it: scaled into 20 of 28 pixels, its centre of mass in the middle (LeCun et al. 1998)."""
    spots = (ink > INK).nonzero()
    if not len(spots):
        return torch.zeros(high, wide)
    (top, left), (bottom, right) = spots.amin(0).tolist(), spots.amax(0).tolist()
    cut = ink[top : bottom + 1, left : right + 1]
    scale = SHARE * min(high, wide) / max(cut.shape)
    size = [max(1, round(n * scale)) for n in cut.shape]
    small = resized(cut[None], *size)[0]
    rows, columns = torch.arange(size[0]) + 0.5, torch.arange(size[1]) + 0.5
    mass = small.sum().clamp(min=1e-6)
    down = round(high / 2 - float((small.sum(1) * rows).sum() / mass))
    across = round(wide / 2 - float((small.sum(0) * columns).sum() / mass))
    down, across = max(0, min(high - size[0], down)), max(0, min(wide - size[1], across))
    made = torch.zeros(high, wide)
    made[down : down + size[0], across : across + size[1]] = small
    return made


def resized(picture: Tensor, high: int, wide: int) -> Tensor:
    """Channels × another size, each new pixel a mean of those under it."""
    return F.interpolate(picture[None], (high, wide), mode="bilinear", antialias=True, align_corners=False)[0]


def fitted(picture: Tensor, channels: int, high: int, wide: int) -> Tensor:
    """All of a picture, as large as there is room, on a ground of its own edge; grey where grey is known."""
    x = picture
    if len(x) != channels:
        x = (x * torch.tensor([0.299, 0.587, 0.114])[:, None, None]).sum(0, keepdim=True) if len(x) == 3 else x[:1]
        x = x.expand(channels, *x.shape[1:])
    scale = min(high / x.shape[1], wide / x.shape[2])
    size = [max(1, min(room, round(n * scale))) for n, room in zip(x.shape[1:], (high, wide), strict=True)]
    small = resized(x.contiguous(), *size)
    made = edge(small)[:, None, None].expand(channels, high, wide).clone()
    down, across = (high - size[0]) // 2, (wide - size[1]) // 2
    made[:, down : down + size[0], across : across + size[1]] = small
    return made


def edge(picture: Tensor) -> Tensor:
    """By channel what is usual at the border of a picture."""
    around = torch.cat([picture[:, 0], picture[:, -1], picture[:, :, 0], picture[:, :, -1]], 1)
    return around.median(1).values


def turned(picture: Tensor, known: Tensor) -> Tensor:
    """A grey picture with dark and bright as in those that are known: ink on paper becomes light on dark."""
    if len(picture) != 1:
        return picture
    ours, theirs = float(edge(picture)), float(torch.stack([edge(each) for each in known]).median())
    return 1 - picture if (ours > EDGE) != (theirs > EDGE) else picture
