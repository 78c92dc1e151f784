"""Checkpoints: weights and everything else that a training needs to go on, each there whole or not at all."""

import errno
import json
import os
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError  # what torch calls the refusal to load a pickle
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.entry import (
    MANIFEST,
    PART,
    STATE,
    WEIGHTS,
    Damaged,
    Entry,
    checksum,
    described,
    entries,
    folders,
    number_of,
    remove,
    sweep,
    verify,
)
from dlstudio.runs.plain import plain, separate, weight_of
from dlstudio.runs.trouble import FULL, reason, system_error

Weights = dict[str, Tensor]
Contents = dict[str, Any]


class Loaded(NamedTuple):
    """What the newest sound checkpoint holds, if there is one, and a sentence for each newer one that was not sound."""

    entry: Entry | None
    weights: Weights
    state: Contents
    warnings: tuple[str, ...]


class Checkpoints:
    """The checkpoints of a run; it keeps the last few and the best."""

    def __init__(self, folder: Path, keep: int = 3) -> None:
        self.folder, self.keep = Path(folder), max(1, keep)

    def save(self, step: int, *, weights: Mapping[str, Tensor], state: Mapping[str, Any], best: bool = False) -> Entry:
        """Writes a checkpoint; a ProjectProblem says why it could not, and leaves the older ones as they were."""
        whole, rest = separate(weights), plain(state)
        part = self.folder / f"{PART}{secrets.token_hex(6)}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            sweep(self.folder)
            self._room(weight_of(whole) + weight_of(rest))
            part.mkdir()
            _write(part, step, whole, rest, best)
            target = part.rename(self.folder / f"{self._next():06d}-step-{step}")
            _flush(self.folder)
        except (OSError, RuntimeError, SafetensorError) as error:
            shutil.rmtree(part, ignore_errors=True)
            refused = system_error(error)
            if refused is None:
                raise
            raise ProjectProblem(
                f"The checkpoint of step {step:,} could not be written: {reason(refused)} The older ones are untouched."
            ) from error
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        self._thin()
        return described(target)

    def list(self) -> list[Entry]:
        """The checkpoints that there are, the oldest first."""
        return entries(self.folder)

    def latest(self) -> Entry | None:
        return next(reversed(self.list()), None)

    def best(self) -> Entry | None:
        """The one that was best when it was saved, and that none has bettered since."""
        return next((entry for entry in self.list() if entry.best), None)

    def chosen(self, *, best: bool = True) -> Entry | None:
        """The best where that is wanted and there is one, else the latest."""
        return (self.best() if best else None) or self.latest()

    def load(self, entry: Entry) -> tuple[Weights, Contents]:
        """The weights and the state of a checkpoint, on the CPU; a ProjectProblem where it is damaged."""
        try:
            return _read(entry.path)
        except Damaged as damage:
            raise ProjectProblem(f"The checkpoint of step {entry.step:,} is damaged: {damage}.") from damage

    def load_latest(self) -> Loaded:
        """The newest sound checkpoint; nothing where none was saved, a ProjectProblem where all are damaged."""
        warnings: list[str] = []
        for path in folders(self.folder):
            try:
                return Loaded(described(path), *_read(path), tuple(warnings))
            except Damaged as damage:
                warnings.append(f"The checkpoint {path.name} is damaged ({damage}); the one before it is used.")
        if warnings:
            raise ProjectProblem(f"No checkpoint in {self.folder} can be read; the newest: {warnings[0]}")
        return Loaded(None, {}, {}, ())

    def truncate(self, after_step: int) -> None:
        """Forgets the checkpoints after a step: for a training that goes back there and takes another way."""
        for entry in self.list():
            if entry.step > after_step:
                remove(entry.path)

    def _next(self) -> int:
        return max(map(number_of, folders(self.folder)), default=0) + 1

    def _room(self, size: int) -> None:
        """Refuses at once what cannot fit, rather than after writing half of it."""
        free = shutil.disk_usage(self.folder).free
        if free < size + 65_536:
            raise OSError(errno.ENOSPC, FULL)

    def _thin(self) -> None:
        """Takes away all but the last few and the best; damaged ones count for nothing and go with the old."""
        found = self.list()
        kept = {entry.path for entry in found[-self.keep :]} | {entry.path for entry in found if entry.best}
        for path in folders(self.folder):
            if path not in kept:
                remove(path)


def _write(part: Path, step: int, weights: Weights, state: Contents, best: bool) -> None:
    save_file(weights, part / WEIGHTS, metadata={"format": "pt"})  # one entry: of more, the order is left to chance
    with (part / STATE).open("wb") as file:
        torch.save(state, file)
    sums = {name: checksum(part / name) for name in (WEIGHTS, STATE)}
    manifest = {"step": step, "best": best, "time": time.time(), "sha256": sums}
    (part / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
    for name in (WEIGHTS, STATE, MANIFEST):
        _flush(part / name)
    _flush(part)


def _flush(path: Path) -> None:
    """Puts a file or a folder on the disk itself."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(path: Path) -> tuple[Weights, Contents]:
    verify(path)
    try:
        return load_file(path / WEIGHTS), torch.load(path / STATE, map_location="cpu", weights_only=True)
    except (OSError, SafetensorError, RuntimeError, ValueError, UnpicklingError) as error:
        raise Damaged(f"it cannot be read: {str(error).partition('. ')[0]}") from error
