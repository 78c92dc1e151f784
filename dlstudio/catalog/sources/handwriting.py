"""Handwritten digits put before harder questions: two of them side by side, or one that nobody has centred."""

from typing import Annotated

from dlstudio.catalog.sources.bundled import BUNDLED
from dlstudio.catalog.sources.generated import COUNT, SEED
from dlstudio.catalog.sources.source import Source, source
from dlstudio.core.fields import Int, Real


@source(BUNDLED, gives="5,000 pairs of digits, same or not", synonyms="siamese, same or different, verification, mnist")
class DigitPairs(Source):
    """Pairs of handwritten digits, and whether both are the same digit: half of them are.

    No picture stands on both sides of the split: the first pairs are made of the first digits, the last of the last."""

    count: Annotated[int, COUNT] = 5000
    seed: Annotated[int, SEED] = 0


@source(
    BUNDLED,
    gives="5,000 images 1×40×40, 10 classes",
    synonyms="cluttered, rotated, translated, spatial transformer, sliding window, mnist",
)
class CrookedDigits(Source):
    """Handwritten digits, turned and put somewhere on a larger black picture."""

    side: Annotated[int, Int(28, 512, help="Height and width of the pictures; 28 leaves no room to be elsewhere")] = 40
    turn: Annotated[
        float, Real(low=0, high=180, unit="°", help="How far a digit is turned at most, to either side")
    ] = 30.0
    size: Annotated[int, Int(20, 5000, help="How many digits, the same number of each; fewer train faster")] = 5000
    seed: Annotated[int, SEED] = 0
