"""Points: patterns of the plane whose classes a network learns to tell apart."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from dlstudio.catalog.sources.generated import Points
from dlstudio.data.columns import classes, in_memory, numbers
from dlstudio.data.loading import Loaded, Place, loads

Drawn = tuple[Tensor, Tensor]
"""Places of the points, and their classes."""
Pattern = Callable[[Points, torch.Generator], Drawn]


@loads("Points")
def points(source: Points, _place: Place) -> Loaded:
    """Draws the pattern, adds noise to the places (never to the classes), and shuffles."""
    generator = torch.Generator().manual_seed(source.seed)
    places, kinds = PATTERNS[source.pattern](source, generator)
    places = places + source.noise * torch.randn(places.shape, generator=generator)
    order = torch.randperm(len(places), generator=generator)
    names = range(source.classes if source.pattern in MANY else 2)
    return Loaded(
        in_memory(
            numbers("point", places[order], features=("x", "y")), classes("kind", kinds[order], list(map(str, names)))
        )
    )


def _dealt(count: int, classes: int) -> Tensor:
    """The classes of so many points, as evenly as can be."""
    return torch.arange(count) % classes


def _polar(radius: Tensor, angle: Tensor) -> Tensor:
    return torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1)


def _around(radius: Tensor, generator: torch.Generator) -> Tensor:
    """A point of each radius, in a random direction."""
    return _polar(radius, 2 * math.pi * torch.rand(len(radius), generator=generator))


def _square(count: int, generator: torch.Generator) -> Tensor:
    return 2 * torch.rand(count, 2, generator=generator) - 1


def _xor(source: Points, generator: torch.Generator) -> Drawn:
    places = _square(source.count, generator)
    return places, (places.prod(dim=1) < 0).long()


def _half(source: Points, generator: torch.Generator) -> Drawn:
    places = _square(source.count, generator)
    return places, (places.sum(dim=1) > 0).long()


def _pentagon(source: Points, generator: torch.Generator) -> Drawn:
    """Inside are the points that lie behind all five sides, 0.6 away from the middle."""
    places = _square(source.count, generator)
    angles = 2 * math.pi * (torch.arange(5) / 5 + 0.25 + 0.1)
    sides = _polar(torch.ones(5), angles)
    return places, (places @ sides.T < 0.6).all(dim=1).long()


def _circles(source: Points, generator: torch.Generator) -> Drawn:
    kinds = _dealt(source.count, 2)
    return _around(torch.where(kinds == 0, 1.0, 0.5), generator), kinds


def _rings(source: Points, generator: torch.Generator) -> Drawn:
    kinds = _dealt(source.count, source.classes)
    return _around((kinds + 1) / source.classes, generator), kinds


def _moons(source: Points, generator: torch.Generator) -> Drawn:
    kinds = _dealt(source.count, 2)
    bow = _polar(torch.ones(source.count), math.pi * torch.rand(source.count, generator=generator))
    turned = torch.tensor([1.0, 0.5]) - bow
    return torch.where(kinds.unsqueeze(1) == 0, bow, turned), kinds


def _spirals(source: Points, generator: torch.Generator) -> Drawn:
    """Arms that start apart from one another and wind outwards; the root spreads the points evenly along the way."""
    kinds = _dealt(source.count, source.classes)
    way = 0.05 + 0.95 * torch.rand(source.count, generator=generator).sqrt()
    return _polar(way, 2 * math.pi * (source.turns * way + kinds / source.classes)), kinds


def _gaussians(source: Points, generator: torch.Generator) -> Drawn:
    """Clouds around places on a circle; their spread is the noise and a little of their own."""
    kinds = _dealt(source.count, source.classes)
    middles = _polar(torch.ones(source.count), 2 * math.pi * kinds / source.classes)
    return middles + 0.15 * torch.randn(source.count, 2, generator=generator), kinds


PATTERNS: dict[str, Pattern] = {
    "xor": _xor,
    "circles": _circles,
    "moons": _moons,
    "spirals": _spirals,
    "gaussians": _gaussians,
    "rings": _rings,
    "pentagon": _pentagon,
    "half": _half,
}
MANY = ("spirals", "gaussians", "rings")
"""The patterns of which there are as many classes as wanted."""
