"""Made: what a network makes by itself: samples from fixed noise, reconstructions, and the way between two of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dlstudio.core.issue import ProjectProblem
from dlstudio.modules.sampling import GaussianSample
from dlstudio.training.asking.plates import plate
from dlstudio.training.asking.question import Question, Subject
from dlstudio.training.autoencoder import Autoencoder
from dlstudio.training.gan import Gan
from dlstudio.training.probes.looks import parts
from dlstudio.training.questions.latent import listened, middle
from dlstudio.training.questions.samples import inputs, taken
from dlstudio.training.questions.share import named, places

MOST, STEPS, SIDE = 24, 10, 64
"""How many samples are made, how many steps a way has, and how large a picture may be."""


@plate
@dataclass(frozen=True, eq=False)
class Pairs:
    """What went in, as the network saw it where that was spoilt, and what came out."""

    places: tuple[str, ...]
    clean: Tensor
    spoilt: Tensor | None
    made: Tensor
    errors: Tensor
    """The mean square of the difference, for each sample."""


@plate
@dataclass(frozen=True, eq=False)
class Samples:
    """What came from noise, the same noise each time, and the way from one sample to another in even steps."""

    made: Tensor
    way: Tensor
    ends: tuple[str, str]
    """What is at both ends of the way."""


@dataclass(frozen=True)
class Reconstructed(Question):
    """Evenly chosen samples beside what an autoencoder makes of them."""

    count: int = MOST
    part: str = "validation"
    seed: int = 0

    def ask(self, subject: Subject) -> Pairs:
        method = subject.method
        if not isinstance(method, Autoencoder):
            raise ProjectProblem("This network is no autoencoder, so it gives nothing back of what goes in.")
        part = named(subject, self.part)
        rows = places(len(part), self.count)
        batch = taken(subject, self.part, rows)
        clean = batch[method.inputs[0]]
        drawn = torch.Generator(subject.device).manual_seed(self.seed)
        seen = [method.spoilt(batch[name], drawn) for name in method.inputs]
        made = first(subject.module("model")(*seen)).float()
        if made.shape != clean.shape:
            raise ProjectProblem("The first output has another shape than the first input, so they make no pairs.")
        errors = (made - clean).square().flatten(1).mean(1)
        spoilt = _kept(seen[0]) if method.corrupt != "none" else None
        names = tuple(part.dataset.where(int(part.indices[row])) for row in rows)
        return Pairs(names, _kept(clean), spoilt, _kept(made), errors.float().cpu())


@dataclass(frozen=True)
class Drawn(Question):
    """Samples from fixed noise (VIS-67), and the way between two of them (VIS-68)."""

    count: int = MOST
    seed: int = 0
    steps: int = STEPS
    ends: tuple[int, int] = (0, 1)

    def ask(self, subject: Subject) -> Samples:
        method = subject.method
        if isinstance(method, Gan):
            return self._of_gan(subject, method)
        if isinstance(method, Autoencoder):
            return self._of_code(subject)
        raise ProjectProblem("This network makes no samples: that is for GANs and autoencoders.")

    def _of_gan(self, subject: Subject, method: Gan) -> Samples:
        drawn = torch.Generator(subject.device).manual_seed(self.seed)
        given = self._conditions(subject, method)
        fed = [
            torch.randn(self.count, *method.noise[name], generator=drawn, device=subject.device)
            if name in method.noise
            else given[name]
            for name in method.given
        ]
        one, two = (min(end, self.count - 1) for end in self.ends)
        way = [
            blend(each[one], each[two], self.steps)
            if name in method.noise
            else each[one].expand(self.steps, *each.shape[1:])
            for name, each in zip(method.given, fed, strict=True)
        ]
        made, between = (first(method.generator(*each)) for each in (fed, way))
        return Samples(_kept(made), _kept(between), (f"sample {one + 1}", f"sample {two + 1}"))

    def _conditions(self, subject: Subject, method: Gan) -> dict[str, Tensor]:
        """What the generator takes from the data, the same each time."""
        if set(method.given) == set(method.noise):
            return {}
        part = subject.part("validation")
        batch = taken(subject, "validation", [n % len(part) for n in range(self.count)])
        return {name: batch[name] for name in method.given if name not in method.noise}

    def _of_code(self, subject: Subject) -> Samples:
        """The way between the codes of two real samples; and where a node draws codes, samples of drawn ones."""
        module, part = subject.module("model"), subject.part("validation")
        rows = places(len(part), self.count)
        one, two = (rows[min(end, len(rows) - 1)] for end in self.ends)
        fed = inputs(subject, taken(subject, "validation", (one, two)))
        heard, made = listened(subject, fed)
        node = middle(subject, heard, made)
        code = heard[node]
        many = [each[:1].expand(self.steps, *each.shape[1:]) for each in fed]
        with replaced(parts(module)[node], blend(code[0], code[1], self.steps)):
            way = first(module(*many))
        drawn = made[:0]
        sampler = next((each for each in module.modules() if isinstance(each, GaussianSample)), None)
        name = next((name for name, each in parts(module).items() if each is sampler), "")
        if sampler is not None and name in heard:
            chance = torch.Generator(subject.device).manual_seed(self.seed)
            noise = torch.randn(self.count, *heard[name].shape[1:], generator=chance, device=subject.device)
            with replaced(sampler, noise):
                drawn = first(module(*[each[:1].expand(self.count, *each.shape[1:]) for each in fed]))
        ends = tuple(part.dataset.where(int(part.indices[row])) for row in (one, two))
        return Samples(_kept(drawn), _kept(way), (ends[0], ends[1]))


def first(made: Tensor | tuple[Tensor, ...]) -> Tensor:
    """The first output."""
    return made[0] if isinstance(made, tuple) else made


def blend(start: Tensor, end: Tensor, steps: int) -> Tensor:
    """Even steps from one to the other, both included."""
    share = torch.linspace(0, 1, steps, device=start.device).view(-1, *[1] * start.ndim)
    return torch.lerp(start.expand(steps, *start.shape), end.expand(steps, *end.shape), share)


@contextmanager
def replaced(part: nn.Module, values: Tensor) -> Iterator[None]:
    """While this lasts, a part gives these values, whatever it is given."""
    handle = part.register_forward_hook(lambda _part, _given, _made: values)
    try:
        yield
    finally:
        handle.remove()


def _kept(values: Tensor) -> Tensor:
    """In main memory and half precision; large pictures are made smaller."""
    if values.ndim == 4 and max(values.shape[2:]) > SIDE:
        scale = SIDE / max(values.shape[2:])
        size = [max(1, round(n * scale)) for n in values.shape[2:]]
        values = torch.nn.functional.interpolate(values.float(), size, mode="area")
    half = values.half()
    return (half if bool(torch.isfinite(half).all()) else values.float()).cpu()
