"""Judged: how right the answers are on one part of the data: numbers, confusions, worst mistakes, residuals."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import torch
from torch import Tensor

from dlstudio.training.asking.plates import plate
from dlstudio.training.asking.question import Question, Subject
from dlstudio.training.evaluation import Evaluation, judged
from dlstudio.training.measures.judgement import Judgement
from dlstudio.training.questions.share import AT_ONCE, MOST, affordable, named, places, some

DRAWS, DRAWN = 400, 5_000
"""How often samples are drawn again to see how far R² may be from what endless samples would give, and how many."""
LIMITS = (0.025, 0.975)


@plate
@dataclass(frozen=True)
class Verdict(Evaluation):
    """An evaluation that also says out of how many samples those were chosen."""

    total: int = 0
    spreads: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """By output, between which values R² lies in 95 of 100 samplings of as many samples."""


@dataclass(frozen=True)
class Judged(Question):
    """How a part is answered: of evenly chosen samples the quick numbers, or everything that `dlstudio eval` tells."""

    part: str = "validation"
    most: int = MOST
    whole: bool = False
    """Whether everything is told, of all samples, with intervals: for where no training waits."""

    def ask(self, subject: Subject) -> Verdict:
        part = named(subject, self.part)
        count = len(part) if self.whole else affordable(subject, self.most)
        chosen = some(part, places(len(part), count))
        found = judged(subject.method, self.part, "", subject.step, part=chosen, lean=not self.whole, batch=AT_ONCE)
        spreads = {each.output: spread(each) for each in found.outputs if self.whole and each.residuals}
        return Verdict(
            **{each.name: getattr(found, each.name) for each in fields(Evaluation)}, total=len(part), spreads=spreads
        )


def spread(judgement: Judgement) -> tuple[float, float]:
    """Between which values R² lies when as many samples are drawn again and again (bootstrap, EVA-12)."""
    assert judgement.residuals is not None
    targets, answers = (
        torch.tensor(each).double() for each in (judgement.residuals.targets, judgement.residuals.answers)
    )
    chance = torch.Generator().manual_seed(0)
    few = torch.randperm(len(targets), generator=chance)[:DRAWN]
    targets, answers = targets[few], answers[few]
    found = [
        _explained(targets[drawn], answers[drawn])
        for drawn in (torch.randint(len(targets), (len(targets),), generator=chance) for _ in range(DRAWS))
    ]
    low, high = torch.stack(found).nanquantile(torch.tensor(LIMITS, dtype=torch.float64)).tolist()
    return low, high


def _explained(targets: Tensor, answers: Tensor) -> Tensor:
    """R² of each number, and the mean over those that change at all."""
    around = (targets - targets.mean(0)).square().sum(0)
    return (1 - (targets - answers).square().sum(0) / around)[around > 0].mean()
