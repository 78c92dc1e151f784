"""Real data that comes with the studio: nothing to download."""

from typing import Annotated

from dlstudio.catalog.sources.source import Source, source
from dlstudio.core.fields import Int, Ints

BUNDLED = "Bundled"


@source(BUNDLED, gives="5,000 images 1×28×28, 10 classes", synonyms="mnist, handwritten, numbers, 28x28, lenet")
class MNIST(Source):
    """5,000 handwritten digits of 28×28 pixels, 500 of each: a part of the set that LeNet-5 became known by.

    By Y. LeCun, C. Cortes and C. J. C. Burges, licensed CC BY-SA 3.0. Brightness runs from 0 to 1."""

    size: Annotated[int, Int(20, 5000, help="How many digits, the same number of each; fewer train faster")] = 5000
    digits: Annotated[
        tuple[int, ...],
        Ints(0, 9, least=1, most=10, help="Which digits; the classes are these, from the smallest to the largest"),
    ] = tuple(range(10))


@source(BUNDLED, gives="1,797 images 1×8×8, 10 classes", synonyms="handwritten, numbers, 8x8, optical recognition")
class Digits(Source):
    """1,797 handwritten digits of 8×8 pixels: small enough to train in a second. Brightness runs from 0 to 1."""


@source(BUNDLED, gives="150 rows of 4, 3 classes", synonyms="flowers, fisher, petals")
class Iris(Source):
    """150 flowers of three species, described by four lengths in cm: the classic of classification."""


@source(BUNDLED, gives="178 rows of 13, 3 classes", synonyms="chemistry, cultivars")
class Wine(Source):
    """178 Italian wines of three growers, described by 13 chemical measurements of very different sizes."""


@source(BUNDLED, gives="569 rows of 30, 2 classes", synonyms="wisconsin, tumour, diagnosis, cells")
class BreastCancer(Source):
    """569 tumours, malignant or benign, described by 30 measurements of their cell nuclei."""


@source(BUNDLED, gives="442 rows of 10, a number", synonyms="regression, patients, progression")
class Diabetes(Source):
    """442 patients, described by ten measurements, with how far their diabetes went on in a year: a regression."""
