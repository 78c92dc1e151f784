"""Data that is made up: points, truth tables, curves; the same seed makes the same samples."""

from typing import Annotated

from dlstudio.catalog.sources.source import Source, source
from dlstudio.core.fields import Choice, Flag, Int, Real, Reals
from dlstudio.core.frozen import Frozen, Value

GENERATED = "Generated"

EVERYTHING: Frozen[str, Value] = Frozen({"kind": "Everything"})

COUNT = Int(1, 10_000_000, help="How many samples")
SEED = Int(0, 2**32 - 1, help="The same seed makes the same samples")
NOISE = Real(low=0, help="The spread of the random numbers added; 0 adds none")


@source(
    GENERATED,
    gives="2-D points, 2 to 26 classes",
    synonyms="2-D, plane, playground, xor, circles, moons, spirals, gaussians, blobs, rings, pentagon",
)
class Points(Source):
    """Points of the plane in two or more classes, to watch a network draw the border between them."""

    pattern: Annotated[
        str,
        Choice(
            options=("xor", "circles", "moons", "spirals", "gaussians", "rings", "pentagon", "half"),
            help="How the classes lie: in opposite quarters, one around the other, as two crescents, as arms that wind "
            "round each other, as clouds, as rings, inside and outside of a pentagon, on both sides of a line",
        ),
    ] = "xor"
    count: Annotated[int, COUNT] = 500
    noise: Annotated[float, NOISE] = 0.1
    classes: Annotated[int, Int(2, 26, help="How many clouds, rings or arms; the other patterns have two classes")] = 2
    turns: Annotated[float, Real(low=0.1, high=10, help="How often each arm of a spiral winds round")] = 1.0
    seed: Annotated[int, SEED] = 0


@source(
    GENERATED, gives="all rows of a gate", split=EVERYTHING, synonyms="logic, gate, and, or, xor, nand, parity, boolean"
)
class TruthTable(Source):
    """All rows of a logic gate's truth table; unless told otherwise, all of them are in every part."""

    gate: Annotated[
        str,
        Choice(
            options=("and", "or", "xor", "nand", "nor", "xnor", "parity", "majority"),
            help="What is true; xor and parity are the same: an odd number of inputs is on",
        ),
    ] = "xor"
    inputs: Annotated[int, Int(1, 16, help="How many inputs, so 2 to that power rows")] = 2
    low: Annotated[float, Real(help="The number that stands for off in the inputs: 0, or −1")] = 0.0
    answers: Annotated[
        str, Choice(options=("class", "number"), help="Whether the result is a class or a number (0 or 1)")
    ] = "class"


@source(
    GENERATED,
    gives="x and y of a curve",
    synonyms="sine, function, regression, step, polynomial, fit, interpolation, line",
)
class Curve(Source):
    """Points of a curve of one variable, with noise: a regression that can be drawn."""

    shape: Annotated[
        str,
        Choice(
            options=("sine", "sines", "step", "polynomial", "line", "chance"),
            help="One sine; a sum of three sines; 0 left and 1 right of the middle; the polynomial of the "
            "coefficients; a straight line by the first two coefficients; no or yes, with a yes ever more likely: "
            "the line through a sigmoid is its chance",
        ),
    ] = "sine"
    count: Annotated[int, COUNT] = 400
    noise: Annotated[float, NOISE] = 0.05
    low: Annotated[float, Real(help="The left end")] = -1.0
    high: Annotated[float, Real(help="The right end")] = 1.0
    cycles: Annotated[float, Real(low=0, help="How many waves between the ends")] = 1.0
    coefficients: Annotated[tuple[float, ...], Reals(most=32, help="a + b·x + c·x² ...")] = (0.0, 1.0)
    even: Annotated[bool, Flag(help="At even distances instead of random places")] = False
    seed: Annotated[int, SEED] = 0
