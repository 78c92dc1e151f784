"""Environments: worlds of gymnasium opened by name, and what happens in them recorded as samples."""

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import torch

from dlstudio.catalog.sources.environments import Environment
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.columns import Pair, classes, images, in_memory, numbers
from dlstudio.data.dataset import Column, Role
from dlstudio.data.loading import Loaded, Place, loads
from dlstudio.data.progress import counted

AT_MOST = 2 * 2**30
"""So many bytes of observations may be recorded."""

_COLOR = re.compile(r"\x1b\[\d+m")


@dataclass
class Recording:
    """What happened, step by step."""

    seen: list[Any] = field(default_factory=list)
    done: list[Any] = field(default_factory=list)
    earned: list[float] = field(default_factory=list)
    following: list[Any] = field(default_factory=list)
    ended: list[bool] = field(default_factory=list)
    cut: list[bool] = field(default_factory=list)

    @property
    def lengths(self) -> list[int]:
        """How many steps each episode has; the last one may not have come to its end."""
        ends = [i + 1 for i, over in enumerate(zip(self.ended, self.cut, strict=True)) if any(over)]
        return [after - before for before, after in pairwise(sorted({0, *ends, len(self.done)}))]


@loads("Environment")
def environment(source: Environment, _place: Place) -> Loaded:
    with opened(source.name) as (world, notes):
        _refuse_large(source, world.observation_space)
        record = recorded(world, source.steps, source.episodes, source.seed)
        pairs = [
            _pair("observation", world.observation_space, record.seen, "input"),
            _pair("action", world.action_space, record.done, "target"),
            numbers("reward", torch.tensor(record.earned), "target"),
            _pair("next", world.observation_space, record.following, "target"),
            _flag("ended", record.ended),
            _flag("cut", record.cut),
        ]
    issues = tuple(Issue("warning", "data-environment", note) for note in notes)
    return Loaded(
        in_memory(*pairs, scales=_scales(pairs), places=tuple(_places(record))), issues=(*issues, _told(source, record))
    )


@contextmanager
def opened(name: str) -> Iterator[tuple[Any, list[str]]]:
    """An environment of gymnasium with plain observations, and what the library remarks on it; closed at the end."""
    try:
        import gymnasium
    except ImportError:
        raise ProjectProblem("Environments need gymnasium: pip install dlstudio[rl]") from None
    if ":" in name:
        raise ProjectProblem(f"“{name}” would import a Python module; only environments that gymnasium knows are used.")
    notes: list[str] = []
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            world = gymnasium.make(name)
        except (gymnasium.error.Error, ImportError) as error:
            raise ProjectProblem(f"The environment “{name}” cannot be opened: {_sentence(error)}") from error
        spaces = gymnasium.spaces
        if isinstance(world.observation_space, spaces.Dict | spaces.Tuple):
            world = gymnasium.wrappers.FlattenObservation(world)
        notes += dict.fromkeys(_sentence(each.message) for each in heard)
        try:
            yield world, notes
        finally:
            world.close()


def _sentence(error: object) -> str:
    text = _COLOR.sub("", str(error)).removeprefix("WARN: ").strip().replace("`", "")
    return text if text.endswith((".", "!", "?")) else f"{text}."


def recorded(world: Any, steps: int, episodes: int, seed: int) -> Recording:
    """What happens when any action is as likely as any other, until so many steps or episodes are over."""
    record = Recording()
    world.action_space.seed(seed)
    seen, _ = world.reset(seed=seed)
    over = 0
    for _ in counted(range(steps), "Recording steps", steps):
        if episodes and over >= episodes:
            break
        action = world.action_space.sample()
        following, reward, ended, cut, _ = world.step(action)
        record.seen.append(seen)
        record.done.append(action)
        record.earned.append(float(reward))
        record.following.append(following)
        record.ended.append(bool(ended))
        record.cut.append(bool(cut))
        seen = following
        if ended or cut:
            over += 1
            seen, _ = world.reset()
    return record


def _refuse_large(source: Environment, space: Any) -> None:
    size = 2 * source.steps * int(np.prod(space.shape or ())) * (space.dtype or np.dtype(float)).itemsize
    if size > AT_MOST:
        most = source.steps * AT_MOST // size
        raise ProjectProblem(
            f"{source.steps:,} steps of {source.name} take {size / 2**30:.1f} GB of memory. Record {most:,} at most."
        )


def _pair(name: str, space: Any, values: Sequence[Any], role: Role) -> Pair:
    """A column as its space says: classes, whole numbers, pictures, or real numbers."""
    kind = type(space).__name__
    array = torch.from_numpy(np.stack([np.asarray(value) for value in values]))
    if kind == "Discrete":
        start = int(space.start)
        return classes(name, array - start, [str(start + i) for i in range(int(space.n))], role)
    if kind in ("MultiDiscrete", "MultiBinary"):
        return Column(name, Shape.of(*array.shape[1:], dtype="int"), role=role), array.long()
    if kind != "Box":
        raise ProjectProblem(f"The {name} of this environment is a {kind}, which no column can hold. Choose another.")
    if array.dtype == torch.uint8 and array.ndim == 4:
        column, pictures = images(name, array.movedim(-1, 1).contiguous())
        return Column(name, column.tensor, role=role), pictures
    return numbers(name, array.float(), role)


def _flag(name: str, values: Sequence[bool]) -> Pair:
    return Column(name, Shape.of(1, dtype="bool"), role="target"), torch.tensor(values).unsqueeze(1)


def _scales(pairs: Sequence[Pair]) -> dict[str, float]:
    return {column.name: 1 / 255 for column, values in pairs if values.dtype == torch.uint8}


def _places(record: Recording) -> Iterator[str]:
    for episode, length in enumerate(record.lengths, 1):
        yield from (f"episode {episode}, step {step}" for step in range(1, length + 1))


def _told(source: Environment, record: Recording) -> Issue:
    """How many episodes there are, how long they are, and what they earned."""
    lengths = record.lengths
    sums = [0.0, *accumulate(record.earned)]
    ends = [0, *accumulate(lengths)]
    returns = [sums[after] - sums[before] for before, after in pairwise(ends)]
    text = (
        f"{len(record.done):,} steps of {source.name} by the {source.policy} policy in {len(lengths):,} episodes of "
        f"{min(lengths):,} to {max(lengths):,} steps, which earned {min(returns):g} to {max(returns):g}, "
        f"{sum(returns) / len(returns):.4g} on average."
    )
    return Issue("hint", "data-episodes", text)
