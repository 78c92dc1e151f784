"""Answer: what a network says to something that was drawn, dropped or typed, and what it makes of it on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from dlstudio.catalog.metrics import MEASURED
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.dataset import DTYPES, Column
from dlstudio.data.transformed import apply, invert
from dlstudio.training.asking.plates import plate
from dlstudio.training.asking.question import Question, Subject
from dlstudio.training.gan import Gan
from dlstudio.training.measures.subject import Subject as Asked
from dlstudio.training.perceptron import PerceptronRule
from dlstudio.training.questions.drawing import centred, fitted, turned
from dlstudio.training.questions.features import FeatureMaps, Features
from dlstudio.training.questions.replies import asked, likelihoods, outputs
from dlstudio.training.questions.samples import taken
from dlstudio.training.questions.share import places
from dlstudio.training.questions.shown import picture
from dlstudio.training.questions.symbols import encoded, joined, textual

BEST, SIDE, KNOWN = 10, 128, 16
"""How many classes are told of, how large a picture is, and how many pictures say what is usual."""


@dataclass(frozen=True)
class Picture:
    """Bytes of a picture, channels × height × width; a drawing is light ink on nothing and is centred."""

    shape: tuple[int, int, int]
    pixels: bytes
    drawn: bool = False

    def tensor(self) -> Tensor:
        return torch.frombuffer(bytearray(self.pixels), dtype=torch.uint8).view(self.shape).float() / 255


@dataclass(frozen=True)
class Typed:
    """Numbers as they stand in the data, or a text."""

    numbers: tuple[float, ...] = ()
    text: str = ""


Given = Picture | Typed
Kind = Literal["classes", "numbers", "text", "picture"]


@plate
@dataclass(frozen=True, eq=False)
class Reply:
    """What one output says."""

    output: str
    kind: Kind
    names: tuple[str, ...]
    """The classes, the likeliest first, or what the numbers are called."""
    values: Tensor
    """How likely each class is, or the numbers, or the pixels of a picture."""
    likely: bool
    text: str


@plate
@dataclass(frozen=True, eq=False)
class Replied:
    """The inputs as the network was given them, what it says, and what its nodes made of them."""

    seen: Mapping[str, Tensor]
    replies: tuple[Reply, ...]
    features: FeatureMaps | None


@dataclass(frozen=True)
class Answer(Question):
    """The answer to what is given by input; inputs that are not given are taken from a sample."""

    given: tuple[tuple[str, Given], ...]
    row: int = 0
    part: str = "validation"
    nodes: tuple[str, ...] = ()
    most: int = 16

    def ask(self, subject: Subject) -> Replied:
        wired, columns, given = subject.method.task.wiring.inputs, subject.prepared.columns, dict(self.given)
        batch = dict(taken(subject, self.part, (self.row,)))
        for name, column in wired.items():
            if name in given:
                batch[column] = value(subject, columns[column], given[name])[None].to(subject.device)
        fed = tuple(batch[column] for column in wired.values())
        network = subject.method.fed
        made = outputs(subject, fed, network)
        features = None
        if self.nodes:
            own = {name: batch[column] for name, column in wired.items()}
            features = Features(self.nodes, network=network, most=self.most).of(subject, fed, own, ("yours",))
        seen = {name: _seen(columns[column], batch[column].cpu()) for name, column in wired.items()}
        return Replied(seen, tuple(reply(subject, name, each) for name, each in made.items()), features)


def value(subject: Subject, column: Column, given: Given) -> Tensor:
    """What was given as the network takes it: of the right size, and normalized as in the training."""
    raw = _picture(subject, column, given) if isinstance(given, Picture) else _typed(subject, column, given)
    made = apply(subject.prepared.fitted, {column.name: raw[None]})[column.name]
    return made[0].to(DTYPES[column.tensor.dtype])


def _picture(subject: Subject, column: Column, given: Picture) -> Tensor:
    if column.tensor.form != "an image":
        raise ProjectProblem(f"{column.name} takes {column.tensor}, which is no picture. Type it, or take a sample.")
    channels, high, wide = column.tensor.shape
    x = given.tensor()
    if given.drawn:
        return centred(x[0], high, wide)[None].expand(channels, high, wide)
    if x.shape == column.tensor.shape:
        return x
    return turned(fitted(x, channels, high, wide), _usual(subject, column))


def _usual(subject: Subject, column: Column) -> Tensor:
    """Some pictures of the data from 0 to 1."""
    rows = places(len(subject.prepared.train), KNOWN)
    values = invert(subject.prepared.fitted, column.name, taken(subject, "train", rows)[column.name].float())
    return values.cpu().clamp(0, 1)


def _typed(subject: Subject, column: Column, given: Typed) -> Tensor:
    if textual(column):
        return _text(subject, column, given.text)
    wanted = column.tensor.size
    if len(given.numbers) != wanted:
        raise ProjectProblem(f"{column.name} takes {wanted:,} numbers, and {len(given.numbers):,} were given.")
    return torch.tensor(given.numbers).view(column.tensor.shape).to(DTYPES[column.tensor.dtype])


def _text(subject: Subject, column: Column, text: str) -> Tensor:
    """The end of a text that is too long; one that is short is filled up with what stands for nothing."""
    (length,) = column.tensor.shape
    numbers = encoded(subject, column, text)[-length:]
    if not numbers:
        raise ProjectProblem(f"Type something for {column.name}: a text of up to {length:,} symbols.")
    if len(numbers) < length and column.padding is None:
        return torch.tensor(numbers)
    return torch.tensor([*numbers, *[column.padding or 0] * (length - len(numbers))])


def _seen(column: Column, values: Tensor) -> Tensor:
    """An input as it is shown: the bytes of a picture, or the numbers."""
    return picture(values, column.tensor.form, SIDE)[0] if column.tensor.form == "an image" else values[0]


def reply(subject: Subject, output: str, made: Tensor) -> Reply:
    """One output in the words of the data."""
    how, method = asked(subject).get(output), subject.method
    if isinstance(method, PerceptronRule):
        names = subject.prepared.columns[method.target].classes or ("silent", "fires")
        return Reply(output, "classes", (names[int(made.flatten()[0] > 0)],), torch.ones(1), False, "")
    if isinstance(method, Gan):
        chance = float(torch.sigmoid(made.float().flatten()[0] - method.game.border))
        return Reply(output, "classes", ("real", "made"), torch.tensor([chance, 1 - chance]), True, "")
    if how is None or how.answer == "code" or how.answer in MEASURED:
        return _numbers(subject, output, how, made)
    return _classes(subject, output, how, likelihoods(how, made)[0].cpu())


def _numbers(subject: Subject, output: str, how: Asked | None, made: Tensor) -> Reply:
    column = subject.prepared.columns.get(how.target) if how is not None and how.answer != "code" else None
    values = made if how is None or how.answer == "code" else likelihoods(how, made)
    if column is not None and column.tensor.form == "an image":
        pixels = picture(values.view(1, *column.tensor.shape).cpu(), column.tensor.form, SIDE)[0]
        return Reply(output, "picture", (), pixels, False, "")
    if column is not None and values[0].numel() == column.tensor.size:
        values = invert(subject.prepared.fitted, column.name, values.view(1, *column.tensor.shape).float())
    flat = values[0].flatten().float().cpu()
    names = column.features if column is not None and len(column.features) == len(flat) else ()
    return Reply(output, "numbers", names[: 4 * BEST], flat[: 4 * BEST], False, "")


def _classes(subject: Subject, output: str, how: Asked, likely: Tensor) -> Reply:
    """The likeliest classes; of labels how likely each is; of many places a text or a picture."""
    column = subject.prepared.columns[how.target]
    if how.answer == "pixels":
        many = likely.shape[1]
        shares = likely[:, 1] if many == 2 else likely.argmax(1) / (many - 1)
        pixels = (shares * 255).byte().view(1, *column.tensor.shape[-2:])
        return Reply(output, "picture", (), pixels, False, "")
    if how.answer == "labels":
        order = likely[:, 1].argsort(descending=True)[:BEST]
        return Reply(output, "classes", tuple(how.classes[n] for n in order), likely[order, 1], how.likely, "")
    last = likely[-1]
    best = last.topk(min(BEST, len(last)))
    names = how.classes if how.choice or len(how.classes) == 2 else ("no", "yes")
    text = joined(column, likely.argmax(1).tolist()) if len(likely) > 1 else ""
    return Reply(output, "classes", tuple(names[n] for n in best.indices), best.values, how.likely, text)
