"""Folding: how the layers bend the plane, one after the other, until a straight line can part the classes (VIS-05)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from dlstudio.core.issue import ProjectProblem
from dlstudio.training.asking.plates import plate
from dlstudio.training.asking.question import Question, Subject
from dlstudio.training.gan import Gan
from dlstudio.training.questions.boundary import answered_at, classes_of, extent, flat, sampled
from dlstudio.training.questions.latent import listened, spread
from dlstudio.training.questions.share import places

SIDE, STAGES, SAMPLES = 25, 12, 200
"""How many lines of the grid run each way, how many layers are seen at most, and how many samples."""


@plate
@dataclass(frozen=True, eq=False)
class Stage:
    """Where the corners of the grid, row by row, and behind them the samples lie after a layer."""

    node: str
    width: int
    """How many numbers the layer gives."""
    points: Tensor
    explained: tuple[float, float] | None
    """The share of all variance along each axis, where they are principal directions."""


@plate
@dataclass(frozen=True, eq=False)
class Folded:
    """The plane as it came in, and after the layers in their order."""

    stages: tuple[Stage, ...]
    side: int
    classes: tuple[str, ...]
    answers: Tensor
    """The class that is answered at each corner of the grid, in the end; -1 where it is a number."""
    kinds: Tensor
    """The class of each sample."""
    wrong: Tensor


@dataclass(frozen=True)
class Folding(Question):
    """A grid over the plane as each layer maps it; of very many layers some, evenly chosen."""

    side: int = SIDE
    most: int = STAGES

    def ask(self, subject: Subject) -> Folded:
        column = flat(subject)
        if isinstance(subject.method, Gan):
            raise ProjectProblem("A GAN's critic is no chain of layers to be folded through; see its boundary.")
        points, kinds, _ = sampled(subject, column)
        few = places(len(points), SAMPLES)
        points, kinds = points[few], kinds[few]
        fed = torch.cat([corners(*extent(points), self.side), points]).to(subject.device)
        heard, _ = listened(subject, (fed,), network=subject.method.fed)
        names = [name for name, made in heard.items() if made.ndim == 2 and len(made) == len(fed)]
        kept = [names[n] for n in places(len(names), self.most)]
        stages = [_stage(column.name, fed), *(_stage(name, heard[name]) for name in kept)]
        classes = classes_of(subject)
        best = answered_at(subject, fed).argmax(0).cpu() if classes else torch.full((len(fed),), -1)
        count = self.side**2
        wrong = best[count:] != kinds if classes else torch.zeros(len(kinds), dtype=torch.bool)
        return Folded(tuple(stages), self.side, classes, best[:count].short(), kinds.short(), wrong)


def corners(low: tuple[float, float], high: tuple[float, float], side: int) -> Tensor:
    """Where so many lines each way cross, from edge to edge, row by row from the lowest."""
    x, y = (torch.linspace(a, b, side) for a, b in zip(low, high, strict=True))
    return torch.stack([x.repeat(side), y.repeat_interleave(side)], 1)


def _stage(node: str, made: Tensor) -> Stage:
    points, explained = spread(made.detach().float())
    return Stage(node, made.shape[1], points.float().cpu(), explained)
