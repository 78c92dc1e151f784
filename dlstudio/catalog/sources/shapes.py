"""Pictures that are made up: circles, squares and triangles with everything that can be asked of a picture."""

from typing import Annotated

from dlstudio.catalog.sources.generated import COUNT, GENERATED, NOISE, SEED
from dlstudio.catalog.sources.source import Source, source
from dlstudio.core.fields import Choice, Int


@source(
    GENERATED,
    gives="color images with classes, boxes or masks",
    synonyms="synthetic, detection, segmentation, captions, video, boxes, masks, circle, square, triangle",
)
class Shapes(Source):
    """Color pictures of circles, squares and triangles at random places, with the answers to one of eight questions."""

    task: Annotated[
        str,
        Choice(
            options=("class", "box", "boxes", "grid", "mask", "caption", "clip", "frames"),
            help="What shape it is; where it is, too; a list of all boxes; the boxes in a grid, for a detector that "
            "looks once; the shape of every pixel; a sentence; the direction in which it moves; how it moved since the "
            "picture before, for each picture of a clip",
        ),
    ] = "class"
    size: Annotated[int, Int(16, 512, help="Height and width of the pictures")] = 32
    most: Annotated[int, Int(1, 16, help="How many shapes a picture holds at most, where there may be several")] = 3
    grid: Annotated[int, Int(1, 64, help="How many fields the grid has in each direction")] = 8
    steps: Annotated[int, Int(2, 64, help="How many pictures a clip has")] = 8
    count: Annotated[int, COUNT] = 1000
    noise: Annotated[float, NOISE] = 0.02
    seed: Annotated[int, SEED] = 0
