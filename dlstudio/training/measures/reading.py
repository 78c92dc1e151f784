"""Reading: a batch of answers and targets brought into one shape, whatever the network gives out."""

from dataclasses import dataclass

import torch
from torch import Tensor

from dlstudio.catalog.metrics import MEASURED
from dlstudio.training.measures.subject import Subject

TINY = 1e-12


@dataclass(frozen=True)
class Reading:
    """Answers by samples × places, with a last axis of scores where one of several classes is chosen.

    The softmax of the scores is what the network holds likely; other answers are probabilities of yes, or numbers."""

    answers: Tensor
    targets: Tensor
    counted: Tensor | None = None
    """The places that are no padding; None: all of them."""

    @property
    def choice(self) -> bool:
        return self.answers.ndim == 3

    @property
    def decided(self) -> Tensor:
        """The class that is answered at each place, or 1 for yes."""
        return self.answers.argmax(2) if self.choice else (self.answers > 0.5).long()

    @property
    def flat(self) -> tuple[Tensor, Tensor]:
        """Scores and classes of every place that counts."""
        answers, targets = self.answers.flatten(0, 1), self.targets.flatten()
        return (answers, targets) if self.counted is None else (answers[self.counted.flatten()], self.kept)

    @property
    def kept(self) -> Tensor:
        """The targets that count."""
        targets = self.targets.flatten()
        return targets if self.counted is None else targets[self.counted.flatten()]

    @property
    def right(self) -> Tensor:
        """Which places are answered as they should be; padding is not."""
        same = self.decided == self.targets
        return same if self.counted is None else same & self.counted

    @property
    def weights(self) -> Tensor:
        """How many places of each sample count."""
        if self.counted is None:
            return torch.full((len(self.targets),), self.targets.shape[1], device=self.targets.device)
        return self.counted.sum(1)


def read(subject: Subject, answer: Tensor, target: Tensor) -> Reading:
    """A batch as the subject says that it is to be read."""
    answer = answer.detach().float()
    if subject.answer == "code":
        return Reading(answer.flatten(1), target.reshape(-1, 1))
    if subject.answer in MEASURED:
        return Reading(_numbers(subject, answer), target.flatten(1).float())
    if subject.choice:
        return _choice(subject, answer, target)
    yes = _chance(subject, answer).reshape(len(answer), -1)
    middle = subject.edge if subject.on == "ranks" else 0.5
    wanted = (target.reshape(yes.shape).float() > middle).long()
    if subject.answer == "pixels":
        return Reading(torch.stack([1 - yes, yes], 2).clamp_min(TINY).log(), wanted)
    return Reading(yes, wanted)


def _numbers(subject: Subject, answer: Tensor) -> Tensor:
    if subject.on == "halves":
        answer = answer.chunk(2, subject.axis)[0]
    return (answer.exp() if subject.on == "logarithms" else answer).reshape(len(answer), -1)


def _choice(subject: Subject, answer: Tensor, target: Tensor) -> Reading:
    scores = answer.movedim(subject.axis, -1)
    scores = scores.reshape(len(scores), -1, scores.shape[-1])
    if subject.on == "probabilities":
        scores = scores.clamp_min(TINY).log()
    if target.is_floating_point():
        target = target.argmax(subject.axis)
    target = target.reshape(len(scores), -1)
    if subject.answer == "class" and subject.ignored < 0:
        return Reading(scores, target)
    return Reading(scores, target, (target != subject.ignored) & (target >= 0))


def _chance(subject: Subject, answer: Tensor) -> Tensor:
    """How likely a yes is; a rank is only above or below its edge."""
    if subject.on in ("probabilities", "log probabilities"):
        return answer.exp() if subject.on == "log probabilities" else answer
    return torch.sigmoid(answer - subject.edge if subject.on == "ranks" else answer)
