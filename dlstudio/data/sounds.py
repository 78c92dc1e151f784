"""Sounds: WAV files as waves, or as the strength of each pitch over time."""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from dlstudio.catalog.sources.files import WAVFolder
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.tensor import CHANNEL, FEATURE, TIME
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.columns import IMAGE
from dlstudio.data.dataset import Column
from dlstudio.data.labelled import Held, entries, loaded
from dlstudio.data.loading import Loaded, Place, loads
from dlstudio.data.paths import told


@loads("WAVFolder")
def wav_folder(source: WAVFolder, place: Place) -> Loaded:
    found = entries(place, source.folder, source.labels, (".wav",), "sound")
    rate, length = source.rate, 0
    if not rate or not source.seconds:
        first, own = _first([entry.path for entry in found])
        rate = rate or own
        length = round(len(first) * rate / own)
    length = round(source.seconds * rate) or length
    hear = Hear(rate, length, source.form, source.window, source.hop)
    return loaded(found, hear, Held(Column("sound", hear.shape), torch.float32), place)


@dataclass(frozen=True)
class Hear:
    """Reads one sound: all channels mixed, brought to one rate and length, and looked at in one way."""

    rate: int
    length: int
    form: str
    window: int
    hop: int

    def __post_init__(self) -> None:
        if self.form != "wave" and self.length < self.window:
            raise ProjectProblem(
                f"The sounds have {self.length:,} samples, fewer than the window of {self.window:,}. "
                "Take a smaller window, or longer sounds."
            )

    def __call__(self, path: Path) -> Tensor:
        heard, rate = read_wav(path)
        if rate != self.rate:
            heard = _resampled(heard, rate, self.rate)
        heard = torch.nn.functional.pad(heard, (0, max(0, self.length - len(heard))))[: self.length]
        if self.form == "wave":
            return heard.unsqueeze(0)
        strengths = self._strengths(heard)
        return strengths.T if self.form == "frames" else strengths.unsqueeze(0)

    def _strengths(self, heard: Tensor) -> Tensor:
        """The logarithm of each pitch's strength; 1e-6 stands for silence."""
        window = torch.hann_window(self.window)
        pitches = torch.stft(heard, self.window, self.hop, window=window, center=False, return_complex=True)
        return (pitches.abs() + 1e-6).log()

    @property
    def shape(self) -> Shape:
        if self.form == "wave":
            return Shape((1, self.length), (CHANNEL, TIME))
        pitches, looks = self.window // 2 + 1, 1 + (self.length - self.window) // self.hop
        return Shape((looks, pitches), (TIME, FEATURE)) if self.form == "frames" else Shape((1, pitches, looks), IMAGE)


def read_wav(path: Path) -> tuple[Tensor, int]:
    """A sound between −1 and 1 with its channels mixed, and its samples a second."""
    with told(path):
        try:
            with wave.open(str(path), "rb") as file:
                channels, width, rate, count = file.getparams()[:4]
                data = file.readframes(count)
        except (wave.Error, EOFError) as error:
            raise ProjectProblem(f"{path} is no readable WAV file ({str(error) or 'it is cut short'}).") from error
    if len(data) < count * channels * width:
        raise ProjectProblem(f"{path} is cut short: {count:,} samples are promised, {len(data) // width:,} are there.")
    return _scaled(data, width).reshape(-1, channels).mean(1), rate


def _scaled(data: bytes, width: int) -> Tensor:
    """Whole numbers of one to four bytes as real numbers; those of one byte have their zero at 128."""
    if width == 1:
        return (torch.from_numpy(np.frombuffer(data, dtype="u1").astype(np.float32)) - 128) / 128
    if width == 3:
        padded = np.zeros((len(data) // 3, 4), dtype="u1")
        padded[:, 1:] = np.frombuffer(data, dtype="u1").reshape(-1, 3)
        data, width = padded.tobytes(), 4
    whole = np.frombuffer(data, dtype=f"<i{width}").astype(np.float64)
    return torch.from_numpy((whole / 2 ** (8 * width - 1)).astype(np.float32))


def _resampled(heard: Tensor, old: int, new: int) -> Tensor:
    """The sound at another rate; faster pitches than the new rate can hold are taken out first."""
    length = max(1, round(len(heard) * new / old))
    spectrum = torch.fft.rfft(heard)
    kept = torch.zeros(length // 2 + 1, dtype=spectrum.dtype)
    both = min(len(kept), len(spectrum))
    kept[:both] = spectrum[:both]
    made: Tensor = torch.fft.irfft(kept, n=length) * (length / len(heard))
    return made


def _first(paths: list[Path]) -> tuple[Tensor, int]:
    """The first sound that can be read."""
    reasons = []
    for path in paths:
        try:
            return read_wav(path)
        except ProjectProblem as problem:
            reasons.append(str(problem))
    raise ProjectProblem(f"None of the {len(paths):,} sounds can be read: {reasons[0]}")
