"""Shapes: made-up color pictures with everything that can be asked of a picture."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from dlstudio.catalog.sources.shapes import Shapes
from dlstudio.core.tensor import FORMS, HEIGHT, TIME, WIDTH
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.columns import Pair, classes, images, in_memory, numbers
from dlstudio.data.dataset import Column
from dlstudio.data.loading import Loaded, Place, loads

KINDS = ("circle", "square", "triangle")
COLORS = {"red": (0.9, 0.2, 0.2), "green": (0.2, 0.8, 0.2), "blue": (0.25, 0.35, 0.95), "yellow": (0.9, 0.85, 0.2)}
NOTHING = "nothing"
EMPTY = -100
"""The kind of a field in which no shape has its middle: nobody asks for it."""
DIRECTIONS = {"right": (1.0, 0.0), "left": (-1.0, 0.0), "down": (0.0, 1.0), "up": (0.0, -1.0)}


@dataclass(frozen=True)
class Scene:
    """What each picture shows, for each of its shapes: kind, color, middle and radius in pixels, and if it is there.

    Later shapes lie on top of earlier ones."""

    kind: Tensor
    color: Tensor
    x: Tensor
    y: Tensor
    radius: Tensor
    there: Tensor


@loads("Shapes")
def shapes(source: Shapes, _place: Place) -> Loaded:
    generator = torch.Generator().manual_seed(source.seed)
    return Loaded(in_memory(*TASKS[source.task](source, generator)))


def _scene(source: Shapes, generator: torch.Generator, most: int) -> Scene:
    count, size = source.count, source.size

    def between(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(count, most, generator=generator)

    radius = between(size / 10, size / (4 if most == 1 else 6))
    x, y = (radius + (size - 2 * radius) * between(0, 1) for _ in range(2))
    many = torch.randint(1, most + 1, (count, 1), generator=generator)
    kind = torch.randint(len(KINDS), (count, most), generator=generator)
    color = torch.randint(len(COLORS), (count, most), generator=generator)
    return Scene(kind, color, x, y, radius, torch.arange(most).unsqueeze(0) < many)


def _covers(scene: Scene, shape: int, size: int) -> Tensor:
    """Which pixels one shape of each picture covers."""
    row = torch.arange(size) + 0.5
    x = (row.view(1, 1, -1) - scene.x[:, shape].view(-1, 1, 1)) / scene.radius[:, shape].view(-1, 1, 1)
    y = (row.view(1, -1, 1) - scene.y[:, shape].view(-1, 1, 1)) / scene.radius[:, shape].view(-1, 1, 1)
    circle = x.square() + y.square() <= 1
    square = (x.abs() <= 0.9) & (y.abs() <= 0.9)
    triangle = (y <= 0.9) & (x.abs() <= (y + 1) / 1.9)
    kind = scene.kind[:, shape].view(-1, 1, 1)
    covered = torch.where(kind == 0, circle, torch.where(kind == 1, square, triangle))
    return covered & scene.there[:, shape].view(-1, 1, 1)


def _painted(scene: Scene, source: Shapes, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """The pictures, and for each pixel which kind covers it (0 is none)."""
    palette = torch.tensor(list(COLORS.values()))
    picture = torch.full((source.count, 3, source.size, source.size), 0.1)
    mask = torch.zeros(source.count, source.size, source.size, dtype=torch.long)
    for shape in range(scene.kind.shape[1]):
        covered = _covers(scene, shape, source.size)
        color = palette[scene.color[:, shape]].view(-1, 3, 1, 1)
        picture = torch.where(covered.unsqueeze(1), color, picture)
        mask = torch.where(covered, scene.kind[:, shape].view(-1, 1, 1) + 1, mask)
    noise = source.noise * torch.randn(picture.shape, generator=generator)
    return (picture + noise).clamp(0, 1), mask


def _boxes(scene: Scene, size: int) -> Tensor:
    """Left, top, right and bottom of each shape as shares of the picture; zeros where there is none."""
    box = torch.stack(
        [scene.x - scene.radius, scene.y - scene.radius, scene.x + scene.radius, scene.y + scene.radius], dim=-1
    )
    return box / size * scene.there.unsqueeze(-1)


def _class(source: Shapes, generator: torch.Generator) -> list[Pair]:
    scene = _scene(source, generator, 1)
    return [images("image", _painted(scene, source, generator)[0]), classes("kind", scene.kind[:, 0], KINDS)]


def _box(source: Shapes, generator: torch.Generator) -> list[Pair]:
    scene = _scene(source, generator, 1)
    return [
        images("image", _painted(scene, source, generator)[0]),
        classes("kind", scene.kind[:, 0], KINDS),
        numbers("box", _boxes(scene, source.size)[:, 0], "target", ("left", "top", "right", "bottom")),
    ]


def _all_boxes(source: Shapes, generator: torch.Generator) -> list[Pair]:
    scene = _scene(source, generator, source.most)
    kinds = torch.where(scene.there, scene.kind + 1, 0)
    return [
        images("image", _painted(scene, source, generator)[0]),
        (Column("boxes", Shape.of(source.most, 4), role="target"), _boxes(scene, source.size)),
        (Column("kinds", Shape.of(source.most, dtype="int"), (NOTHING, *KINDS), "target"), kinds),
    ]


def _grid(source: Shapes, generator: torch.Generator) -> list[Pair]:
    """For every field: whether a middle lies in it, where in it, how large the shape is in fields, and its kind."""
    scene = _scene(source, generator, source.most)
    count, grid = source.count, source.grid
    sure, middle, extent = (torch.zeros(count, channels, grid, grid) for channels in (1, 2, 2))
    kind = torch.full((count, grid, grid), EMPTY)
    for shape in range(source.most):
        here = scene.there[:, shape].nonzero().flatten()
        x, y = (place[here, shape] * grid / source.size for place in (scene.x, scene.y))
        column, row = (place.long().clamp(max=grid - 1) for place in (x, y))
        size = 2 * scene.radius[here, shape] * grid / source.size
        sure[here, 0, row, column] = 1.0
        middle[here, :, row, column] = torch.stack([x - column, y - row], dim=1)
        extent[here, :, row, column] = torch.stack([size, size], dim=1)
        kind[here, row, column] = scene.kind[here, shape]
    targets = [(name, value) for name, value in (("certainty", sure), ("middle", middle), ("extent", extent))]
    return [
        images("image", _painted(scene, source, generator)[0]),
        *((Column(name, Shape.of(*value.shape[1:]), role="target"), value) for name, value in targets),
        (Column("kind", Shape((grid, grid), (HEIGHT, WIDTH), "int"), KINDS, "target", padding=EMPTY), kind),
    ]


def _mask(source: Shapes, generator: torch.Generator) -> list[Pair]:
    picture, mask = _painted(_scene(source, generator, source.most), source, generator)
    shape = Shape((source.size, source.size), (HEIGHT, WIDTH), "int")
    return [images("image", picture), (Column("mask", shape, (NOTHING, *KINDS), "target"), mask)]


WORDS = ("<start>", "<end>", "a", *COLORS, *KINDS)


def _caption(source: Shapes, generator: torch.Generator) -> list[Pair]:
    """A sentence such as: a red circle; with what was written so far as a second input."""
    scene = _scene(source, generator, 1)
    color, kind = scene.color[:, 0] + 3, scene.kind[:, 0] + 3 + len(COLORS)
    start, end, article = (torch.full_like(color, number) for number in range(3))
    written = torch.stack([start, article, color, kind], dim=1)
    following = torch.stack([article, color, kind, end], dim=1)
    return [
        images("image", _painted(scene, source, generator)[0]),
        (Column("written", Shape.of(4, dtype="int"), WORDS), written),
        (Column("next", Shape.of(4, dtype="int"), WORDS, "target"), following),
    ]


def _clip(source: Shapes, generator: torch.Generator) -> list[Pair]:
    """One shape that crosses two fifths of the picture in one of four directions."""
    scene = _scene(source, generator, 1)
    direction = torch.randint(len(DIRECTIONS), (source.count,), generator=generator)
    way = torch.tensor(list(DIRECTIONS.values()))[direction] * 0.4 * source.size
    half = scene.radius + 0.2 * source.size
    middle = [
        half + (source.size - 2 * half).clamp(min=0) * torch.rand(half.shape, generator=generator) for _ in range(2)
    ]
    places = [torch.cat(middle, 1) + (step / (source.steps - 1) - 0.5) * way for step in range(source.steps)]
    return [_film(scene, places, source, generator), classes("direction", direction, tuple(DIRECTIONS))]


def _frames(source: Shapes, generator: torch.Generator) -> list[Pair]:
    """One shape that goes on, turns or stands still from picture to picture, and turns back at the border."""
    scene, count, stride = _scene(source, generator, 1), source.count, 0.15 * source.size
    ways = stride * torch.tensor([(0.0, 0.0), *DIRECTIONS.values()])
    back = torch.tensor([0, 2, 1, 4, 3])
    place, way = torch.cat([scene.x, scene.y], 1), torch.randint(len(ways), (count,), generator=generator)
    places, moved = [place], [torch.zeros_like(way)]
    for _ in range(source.steps - 1):
        turns = torch.rand(count, generator=generator) < 0.4
        way = torch.where(turns, torch.randint(len(ways), (count,), generator=generator), way)
        after = place + ways[way]
        outside = ((after < scene.radius) | (after > source.size - scene.radius)).any(1)
        way = torch.where(outside, back[way], way)
        place = place + ways[way]
        places.append(place)
        moved.append(way)
    names, shape = ("still", *DIRECTIONS), Shape((source.steps,), (TIME,), "int")
    motion = (Column("motion", shape, names, "target"), torch.stack(moved, 1))
    return [_film(scene, places, source, generator), motion]


def _film(scene: Scene, places: list[Tensor], source: Shapes, generator: torch.Generator) -> Pair:
    """The scene with its shape at one place after the other."""
    here = (Scene(scene.kind, scene.color, at[:, :1], at[:, 1:], scene.radius, scene.there) for at in places)
    clip = torch.stack([_painted(each, source, generator)[0] for each in here], dim=1)
    return Column("clip", Shape(tuple(clip.shape[1:]), FORMS["a clip"])), clip


TASKS: dict[str, Callable[[Shapes, torch.Generator], list[Pair]]] = {
    "class": _class,
    "box": _box,
    "boxes": _all_boxes,
    "grid": _grid,
    "mask": _mask,
    "caption": _caption,
    "clip": _clip,
    "frames": _frames,
}
