"""Latent: where a node puts the samples: its two numbers, or the two directions in which most of its numbers differ."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dlstudio.catalog.losses import chosen
from dlstudio.core.document import MODEL
from dlstudio.core.issue import ProjectProblem
from dlstudio.modules.partners import squares
from dlstudio.modules.sampling import GaussianSample
from dlstudio.training.asking.plates import plate
from dlstudio.training.asking.question import Question, Subject
from dlstudio.training.autoencoder import Autoencoder
from dlstudio.training.gan import Gan
from dlstudio.training.metric_learning import MetricLearning, verification
from dlstudio.training.probes.features import listening
from dlstudio.training.probes.looks import parts
from dlstudio.training.questions.replies import asked, likelihoods
from dlstudio.training.questions.samples import inputs, taken
from dlstudio.training.questions.share import affordable, named, places

MOST, BINS, LEAST = 400, 40, 3
ALL, BEST = 20, 10
"""Up to so many classes it is told how likely each is held; of more, how likely so many are."""
PATIENCE = 0.25
"""How much of the work that a training may wait for is spent here: what is felt is seldom a point more or less."""
CHOOSING = ("class", "yes/no", "labels")


@plate
@dataclass(frozen=True, eq=False)
class Distances:
    """How far codes of one class, and of two, lie from each other (VIS-71)."""

    longest: float
    same: Tensor
    """How many pairs of one class are in each of even stretches of distance."""
    other: Tensor
    margin: float | None
    """How much farther the loss wants others to be."""
    verification: float
    """How often a pair of one class is nearer than one of two."""


@plate
@dataclass(frozen=True, eq=False)
class Held:
    """How likely the network holds each class for each sample, the likeliest first (VIS-84)."""

    names: tuple[str, ...]
    best: Tensor
    """Samples × classes, by number."""
    chances: Tensor
    likely: bool
    """Whether the chances are probabilities, and not only scores."""


@plate
@dataclass(frozen=True, eq=False)
class Cloud:
    """Samples as points of the plane."""

    node: str
    width: int
    """How many numbers the node gives for a sample."""
    rows: tuple[int, ...]
    points: Tensor
    explained: tuple[float, float] | None
    """The share of all variance along each axis, where they are principal directions."""
    classes: tuple[str, ...]
    kinds: Tensor
    """The class of each sample, or -1."""
    answers: Tensor
    """The class that is answered, or -1."""
    distances: Distances | None = None
    held: Held | None = None


@dataclass(frozen=True)
class Latent(Question):
    """The scatter of a node's answers to evenly chosen samples; without a node, where the network has its code."""

    node: str = ""
    network: str = MODEL
    part: str = "validation"
    most: int = MOST

    def ask(self, subject: Subject) -> Cloud:
        if isinstance(subject.method, Gan):
            raise ProjectProblem("A GAN puts no samples anywhere: its generator starts from noise.")
        part = named(subject, self.part)
        rows = tuple(places(len(part), affordable(subject, self.most, PATIENCE)))
        if len(rows) < LEAST:
            raise ProjectProblem(f"The {self.part} part has {len(rows)} samples, too few to see how they lie.")
        batch = taken(subject, self.part, rows)
        heard, made = listened(subject, inputs(subject, batch), self.node, self.network)
        node = self.node or middle(subject, heard, made)
        values = heard.get(node, made if not self.node else None)
        if values is None or len(values) != len(rows):
            raise ProjectProblem(f"{node} gives no numbers for each sample, so it puts them nowhere.")
        values = values.flatten(1).float()
        points, explained = spread(values)
        classes, kinds = labels(subject, batch)
        likely = held(subject, made)
        answers = likely.best[:, 0] if likely and one_of(subject) else torch.full((len(rows),), -1)
        return Cloud(
            node, values.shape[1], rows, points.cpu(), explained, classes, kinds.short().cpu(),
            answers.short(), _distances(subject, made, kinds), likely,
        )  # fmt: skip


def listened(
    subject: Subject, fed: tuple[Tensor, ...], node: str = "", network: str = MODEL
) -> tuple[dict[str, Tensor], Tensor]:
    """What the nodes (or one alone) give, in the order in which they work, and the first output."""
    module = subject.module(network)
    there, heard = parts(module), dict[str, Tensor]()

    def hear(name: str, made: Any) -> None:
        found = made[0] if isinstance(made, tuple) else made
        if isinstance(found, Tensor) and found.is_floating_point():
            heard[name] = found

    if node and node not in there:
        raise ProjectProblem(f"{node} has no module of its own, so there is nothing to look at.")
    with listening({node: there[node]} if node else there, hear):
        made = module(*fed)
    return heard, made[0] if isinstance(made, tuple) else made


def middle(subject: Subject, heard: dict[str, Tensor], made: Tensor) -> str:
    """Where a network has its code: what an autoencoder draws or its narrowest node, else what its last layer sees."""
    if isinstance(subject.method, MetricLearning) or not heard:
        return "the code"
    count, there = len(made), parts(subject.module(MODEL))
    if isinstance(subject.method, Autoencoder):
        own = {name: x for name, x in heard.items() if len(x) == count and x.ndim > 1}
        least = min(x[0].numel() for x in own.values())
        narrow = [name for name, x in own.items() if x[0].numel() == least]
        drawn = GaussianSample.__name__  # the class itself stands in the source that is trained
        return next((name for name in narrow if type(there[name]).__name__ == drawn), narrow[0])
    names = list(heard)
    weighted = [i for i, name in enumerate(names) if any(True for _ in there[name].parameters())]
    return names[max(0, (weighted[-1] if weighted else len(names) - 1) - 1)]


def spread(values: Tensor) -> tuple[Tensor, tuple[float, float] | None]:
    """Two numbers as they are; of more the two principal directions, the farthest sample of each on its upper side."""
    if values.shape[1] <= 2:
        return torch.nn.functional.pad(values, (0, 2 - values.shape[1])), None
    middled = (values - values.mean(0)).double()
    if len(middled) < middled.shape[1]:
        squared, sides = torch.linalg.eigh(middled @ middled.T)
        lengths, points = squared.clamp(min=0).flip(0), (sides * squared.clamp(min=0).sqrt()).flip(1)[:, :2]
    else:
        squared, ways = torch.linalg.eigh(middled.T @ middled)
        lengths, points = squared.clamp(min=0).flip(0), middled @ ways.flip(1)[:, :2]
    farthest = points.gather(0, points.abs().argmax(0, keepdim=True))
    points = points * torch.where(farthest < 0, -1.0, 1.0)
    x, y = (lengths[:2] / lengths.sum().clamp(min=1e-30)).tolist()
    return points.float(), (x, y)


def labels(subject: Subject, batch: Any) -> tuple[tuple[str, ...], Tensor]:
    """The classes of samples by the first column that has one for each; -1 where there is none."""
    columns = subject.prepared.columns
    for name in (*subject.method.task.wiring.targets.values(), *columns):
        if columns[name].label and columns[name].role != "input":
            return columns[name].classes, batch[name].flatten().long()
    return (), torch.full((len(next(iter(batch.values()))),), -1)


def held(subject: Subject, made: Tensor) -> Held | None:
    """How likely each class is by the first output; None where it tells no classes apart."""
    how = next(iter(asked(subject).values()), None)
    if how is None or how.answer not in CHOOSING:
        return None
    found = likelihoods(how, made)
    each = found[:, :, 1] if how.answer == "labels" else found[:, 0]
    best = each.topk(each.shape[1] if each.shape[1] <= ALL else BEST)
    return Held(how.classes, best.indices.short().cpu(), best.values.half().cpu(), how.likely)


def one_of(subject: Subject) -> bool:
    """Whether the first output chooses one of several classes."""
    return next(iter(asked(subject).values())).answer != "labels"


def _distances(subject: Subject, made: Tensor, kinds: Tensor) -> Distances | None:
    method = subject.method
    if not isinstance(method, MetricLearning):
        return None
    codes = made.float()
    codes = torch.nn.functional.normalize(codes, dim=1) if method.settings.normalize else codes
    apart, kinds = squares(codes), kinds.to(codes.device)
    above = torch.triu_indices(len(codes), len(codes), 1, device=codes.device)
    each = apart[above[0], above[1]].sqrt()
    alike = kinds[above[0]] == kinds[above[1]]
    longest = float(each.max()) or 1.0
    same, other = (torch.histc(each[which].cpu(), BINS, 0, longest) for which in (alike, ~alike))
    return Distances(longest, same, other, margin(method), float(verification(apart, kinds)))


def margin(method: MetricLearning) -> float | None:
    """How much farther the loss wants samples of other classes to be."""
    spec = method.settings.loss
    found = chosen(str(spec.get("kind", "")), spec.drop("kind")).values().get("margin")
    return float(found) if isinstance(found, int | float) else None
