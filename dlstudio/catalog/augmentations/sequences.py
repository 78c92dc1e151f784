"""Changes of signals, sounds and texts that leave their meaning."""

from typing import Annotated, ClassVar

from dlstudio.catalog.augmentations.augmentation import IMAGES, SIGNALS, Change, augmentation, ordered
from dlstudio.core.fields import Choice, Int, Real
from dlstudio.core.tensor import DType

SOUND, WORDS = "Signals and sound", "Text"


@augmentation(SOUND, synonyms="snr, decibel, speech, white noise, AUG-11")
class SignalNoise(Change):
    """Adds white noise to a signal, so much quieter than the signal as you say."""

    forms: ClassVar[tuple[str, ...]] = SIGNALS

    lowest: Annotated[
        float, Real(low=-40, high=120, help="The lowest ratio of signal to noise: 0 is equally loud", unit="dB")
    ] = 10.0
    highest: Annotated[float, Real(low=-40, high=120, help="The highest ratio of signal to noise", unit="dB")] = 30.0

    def validate(self) -> None:
        ordered(("lowest", self.lowest), ("highest", self.highest))


@augmentation(SOUND, synonyms="delay, roll, earlier, later")
class TimeShift(Change):
    """Lets a signal begin earlier or later by whole steps."""

    forms: ClassVar[tuple[str, ...]] = ("a signal", "a sequence", "a row of steps")

    largest: Annotated[float, Real(low=0, high=1, help="At most this part of the length, either way")] = 0.1
    fill: Annotated[
        str, Choice(options=("silence", "around"), help="What comes in: zeros, or what left at the other end")
    ] = "silence"


@augmentation(SOUND, synonyms="tempo, speed, slower, faster")
class TimeStretch(Change):
    """Plays a signal faster or slower around its middle; its length stays, with silence where it is too short.

    The pitch changes along, as on a tape."""

    forms: ClassVar[tuple[str, ...]] = ("a signal", "a sequence", "a row of steps")

    slowest: Annotated[float, Real(low=0.1, high=10, help="The lowest speed; 0.5 is half as fast")] = 0.9
    fastest: Annotated[float, Real(low=0.1, high=10, help="The highest speed; 2 is twice as fast")] = 1.1

    def validate(self) -> None:
        ordered(("slowest", self.slowest), ("fastest", self.fastest))


@augmentation(SOUND, synonyms="specaugment, spectrogram, frequency mask, time mask")
class SpecMask(Change):
    """Covers spans of time and bands of frequency of a spectrogram with its mean (SpecAugment, Park et al. 2019).

    In an image, height is frequency and width is time."""

    title = "Spectrogram mask"

    forms: ClassVar[tuple[str, ...]] = (*IMAGES, "a signal", "a sequence")

    bands: Annotated[int, Int(0, 16, help="How many bands of frequency are covered")] = 1
    band: Annotated[float, Real(low=0, high=1, help="A band covers at most this part of all frequencies")] = 0.15
    spans: Annotated[int, Int(0, 16, help="How many spans of time are covered")] = 1
    span: Annotated[float, Real(low=0, high=1, help="A span covers at most this part of the time")] = 0.15


@augmentation(WORDS, synonyms="thesaurus, words, text, eda, AUG-12")
class SynonymReplacement(Change):
    """Puts other words of the same meaning in place of some words, from a small list that comes with the studio.

    For columns of words; only words that the vocabulary knows are put in."""

    forms: ClassVar[tuple[str, ...]] = ("a row of steps",)
    dtype: ClassVar[DType] = "int"

    amount: Annotated[float, Real(low=0, high=1, help="How likely a word that has synonyms is replaced")] = 0.1
