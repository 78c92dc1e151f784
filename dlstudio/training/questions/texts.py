"""Texts: what a language model writes, and how likely it held each symbol at each place."""

from dataclasses import dataclass

import torch
from torch import Tensor

from dlstudio.core.issue import ProjectProblem
from dlstudio.training.asking.plates import plate
from dlstudio.training.asking.question import Question, Subject
from dlstudio.training.language import Language
from dlstudio.training.questions.replies import likelihoods
from dlstudio.training.questions.samples import taken
from dlstudio.training.questions.share import affordable
from dlstudio.training.questions.symbols import encoded, letters, named

LONG, BEST, ALL = 120, 6, 16
"""How many symbols are written, and of how many each place tells: the likeliest, or all where there are few."""
STARTS, FIRST = 4, 16
"""Without a prompt it goes on from this part of a sample, and from no more symbols than these."""
PATIENCE = 0.5
"""How much of the work that a training may wait for is spent here."""


@plate
@dataclass(frozen=True, eq=False)
class Text:
    """Symbols one after the other, of which the first were given; and what was foretold for each but the first."""

    symbols: tuple[str, ...]
    given: int
    """How many of them were the prompt."""
    names: tuple[str, ...]
    """All symbols that there are."""
    best: Tensor
    """Places × the likeliest symbols, by number; or all of them in their order."""
    chances: Tensor
    """How likely each of these was held."""
    taken: Tensor
    """How likely the symbol that stands there was held."""
    apart: str
    """What stands between two symbols."""


@dataclass(frozen=True)
class Written(Question):
    """A text that goes on from a prompt; the same prompt and seed draw the same way at the same weights."""

    prompt: str = ""
    length: int = LONG
    temperature: float = 0.8
    seed: int = 0

    def ask(self, subject: Subject) -> Text:
        method = subject.method
        if not isinstance(method, Language):
            raise ProjectProblem("This network writes no text: that is for language models.")
        column = subject.prepared.columns[method.criterion.target]
        start = self._start(subject, method)
        window = subject.prepared.columns[method.text].tensor.shape[0]
        keeps = bool(method.carried or method.memory.parts)
        most = affordable(subject, self.length, PATIENCE * (window if keeps else 1))
        numbers, chances = self._write(subject, method, start, most, 0 if keeps else window)
        few = len(column.classes) <= ALL
        found, best = (chances, torch.arange(chances.shape[1]).expand_as(chances)) if few else chances.topk(BEST)
        own = chances.gather(1, torch.tensor(numbers[1:])[:, None])[:, 0]
        return Text(
            named(column, numbers), len(start), column.classes, best.short().contiguous(), found.half(), own.half(),
            "" if letters(column) else " ",
        )  # fmt: skip

    def _start(self, subject: Subject, method: Language) -> list[int]:
        """The prompt in numbers; without one, the beginning of a sample."""
        if self.prompt:
            found = encoded(subject, subject.prepared.columns[method.text], self.prompt)
            if found:
                return found
        sample: list[int] = taken(subject, "validation", (0,))[method.text][0].tolist()
        return sample[: max(1, min(FIRST, len(sample) // STARTS))]

    def _write(
        self, subject: Subject, method: Language, start: list[int], most: int, window: int
    ) -> tuple[list[int], Tensor]:
        """All symbols, and by place what was foretold; one that keeps no state reads its window again each time."""
        chance = torch.Generator().manual_seed(self.seed)
        numbers, foretold = list(start), list[Tensor]()
        with method.memory:
            states: dict[str, Tensor] = {}
            unread = numbers
            for _ in range(most):
                x = torch.tensor([numbers[-window:] if window else unread], device=subject.device)
                scores, states = method.read(x, states)
                likely = likelihoods(method.meters.subjects[method.criterion.output], scores)[0].cpu()
                if not foretold:
                    foretold += list(likely[len(likely) - min(len(numbers), len(likely)) :])
                else:
                    foretold.append(likely[-1])
                numbers.append(self._drawn(likely[-1], chance))
                unread = numbers[-1:]
        return numbers[-len(foretold) - 1 :], torch.stack(foretold)

    def _drawn(self, likely: Tensor, chance: torch.Generator) -> int:
        if self.temperature <= 0:
            return int(likely.argmax())
        weights = (likely.clamp_min(1e-30).log() / self.temperature).softmax(0)
        return int(torch.multinomial(weights, 1, generator=chance))
