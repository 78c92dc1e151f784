"""Forecasts: waves of which the beginning is known, and networks that say how they go on."""

from dataclasses import replace
from pathlib import Path

import numpy as np

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.frozen import freeze


def waves(folder: Path, count: int = 120, known: int = 24, ahead: int = 12, channels: int = 1) -> Path:
    """Sines of any pitch and phase: what is known, and what follows."""
    chance = np.random.default_rng(3)
    pitch, phase = chance.uniform(0.2, 0.5, (count, 1, channels)), chance.uniform(0, 6, (count, 1, channels))
    wave = np.sin(pitch * np.arange(known + ahead)[None, :, None] + phase).astype(np.float32)
    file = folder / "waves.npz"
    np.savez(file, x=wave[:, :known], y=wave[:, known:] if channels > 1 else wave[:, known:, :])
    return file


def follower(folder: Path, **training: object) -> Project:
    """A recurrent network that answers at each of 24 steps what the wave is a quarter of a period later."""
    chance = np.random.default_rng(5)
    phase = chance.uniform(0, 6, (120, 1, 1))
    at = np.arange(24)[None, :, None]
    wave, later = np.sin(0.4 * at + phase), np.cos(0.4 * at + phase)
    np.savez(folder / "later.npz", x=wave.astype(np.float32), y=np.concatenate([later, -later], 2).astype(np.float32))
    made = dl.line("x: input 24x1 > gru 8 > y: linear 2 > later: output")
    return given(made, folder / "later.npz", **training)


def horizon(folder: Path, **training: object) -> Project:
    """A network that takes what is known of a wave and says the next twelve values as one vector."""
    file = waves(folder)
    with np.load(file) as found:
        np.savez(file, x=found["x"][:, :, 0], y=found["y"][:, :, 0])
    return given(dl.line("x: input 24 > linear 16 > tanh > ahead: linear 12 > y: output"), file, **training)


def given(made: Project, file: Path, **training: object) -> Project:
    wanted = {"kind": "Supervised", "epochs": 3, "batch_size": 16, "device": "cpu", **training}
    return replace(made, data=freeze({"source": {"kind": "Arrays", "file": str(file)}}), training=freeze(wanted))
