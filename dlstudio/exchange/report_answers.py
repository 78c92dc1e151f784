"""Report answers: what a trained network says to real samples: who was taken for whom, pictures, numbers."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from dlstudio.core.tensor import CHANNEL, HEIGHT, WIDTH
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.dataset import Column, Dataset
from dlstudio.data.prepare import Part
from dlstudio.data.transformed import Transformed
from dlstudio.data.vocabulary import vocabulary
from dlstudio.exchange.reading import reading, visible
from dlstudio.exchange.report_curves import scatter
from dlstudio.exchange.report_markup import Markup, element, hint, joined, png, table
from dlstudio.exchange.subject import Subject
from dlstudio.exchange.web_subject import web_subject

IMAGE = (CHANNEL, HEIGHT, WIDTH)
MOST, AT_ONCE = 2_000, 64
"""Samples that are asked, and at once."""
SQUARE, SHOWN, DOTS = 24, 16, 500
"""Classes of a square of counts, samples that are shown, dots of a scatter plot."""


@dataclass(frozen=True)
class Asked:
    """Samples of a part, as the data holds them, and what the network said in the units of the data."""

    subject: Subject
    part: str
    count: int
    total: int
    raw: dict[str, Tensor]
    columns: dict[str, Column]
    answers: dict[str, Tensor]


def answers(subject: Subject) -> Markup:
    """Confusion, samples and pictures of each output, as far as its data tells what is right."""
    if subject.prepared is None:
        return hint("The project names no data, so there is nothing to ask the network.")
    if set(subject.wiring.inputs) != set(subject.source.inputs):
        return _made_up(subject)
    asked = _asked(subject)
    if asked is None:
        return hint("The data holds no samples to ask the network.")
    rest = "" if asked.count == asked.total else f", the first of {asked.total:,}"
    head = hint(f"{asked.count:,} samples of the {asked.part} part{rest}, with {subject.origin}.")
    several = len(subject.source.outputs) > 1
    found = []
    for name in subject.source.outputs:
        title = element("h3", name) if several else ""
        body = joined(_output(asked, name))
        found.append(joined([title, body]) if body else Markup(""))
    return joined([head, *found])


def _made_up(subject: Subject) -> Markup:
    """What comes out where the inputs are random numbers: what a generator makes, say."""
    with torch.no_grad():
        made = subject.answers(tuple(subject.samples.ready.values()))
    found = [
        _row([_picture(value, y, _range(values)) for value in values], ["" for _ in values])
        for (name, values), y in zip(made.items(), subject.source.outputs.values(), strict=True)
        if _drawable(y)
    ]
    invented = ", ".join(subject.samples.made_up)
    why = f"No column of the data belongs to {invented}, so random numbers go in there"
    return joined([hint(f"{why}." if not found else f"{why}; this comes out."), *found])


def _asked(subject: Subject) -> Asked | None:
    prepared = subject.prepared
    assert prepared is not None
    part = next((name for name in ("test", "validation", "train") if len(prepared.parts[name])), None)
    if part is None:
        return None
    held: Part = prepared.parts[part]
    dataset = held.dataset
    inner: Dataset = dataset.inner if isinstance(dataset, Transformed) else dataset
    wanted = {*subject.wiring.inputs.values(), *subject.wiring.targets.values()}
    given, told = web_subject(subject), list[dict[str, Tensor]]()
    chosen = held.indices[:MOST]
    for indices in torch.split(chosen, AT_ONCE):
        batch = dataset.take(indices, set(subject.wiring.inputs.values()))
        told.append(given.answers(tuple(batch[subject.wiring.inputs[name]] for name in subject.source.inputs)))
    found = {name: torch.cat([each[name] for each in told]) for name in subject.source.outputs}
    columns = {name: inner.columns[name] for name in wanted}
    return Asked(subject, part, len(chosen), len(held), inner.take(chosen, wanted), columns, found)


def _output(asked: Asked, name: str) -> Iterator[Markup]:
    subject, values, y = asked.subject, asked.answers[name], asked.subject.source.outputs[name]
    target = subject.wiring.targets.get(name)
    read = reading(subject, name)
    if read["classes"] and target:
        yield from _classes(asked, values, asked.raw[target], read, asked.columns[target].padding)
    elif _drawable(y):
        limits = _range(values)
        yield _samples(asked, [_picture(each, y, limits) for each in values[:SHOWN]])
    elif target and not asked.columns[target].classes and asked.raw[target].shape == values.shape:
        yield from _numbers(asked, name, target)
    else:
        yield hint(f"{name} gives {y.describe()}; nothing in the data says what is right.")


def _classes(
    asked: Asked, values: Tensor, right: Tensor, read: dict[str, object], padding: int | None
) -> Iterator[Markup]:
    """The square of counts, and samples with what was said of them."""
    names = [visible(str(each)) for each in read["classes"]]  # type: ignore[attr-defined]
    axis = int(str(read["axis"]))
    scores = _likely(values, str(read["likely"]), axis)
    if len(names) == 2 and values[0].numel() == 1:
        yes = scores.flatten()
        said, sure = (yes > (0.0 if read["likely"] == "ranks" else 0.5)).long(), torch.maximum(yes, 1 - yes)
    else:
        best = scores.max(axis)
        said, sure = best.indices, best.values
    is_, answered = right.long().flatten(), said.flatten()
    if is_.shape != answered.shape:
        return
    known = (is_ >= 0) & (is_ < len(names)) & (answered < len(names))
    known = known & (is_ != padding) if padding is not None else known
    counts = torch.bincount(is_[known] * len(names) + answered[known], minlength=len(names) ** 2)
    square = counts.reshape(len(names), len(names))
    yield element("p", f"{float(square.diag().sum() / max(1, int(square.sum()))):.1%} are right.", class_="verdict")
    yield _square(square, names)
    if said.ndim == 1:
        captions = _captions(is_, said, sure if read["likely"] != "ranks" else None, names)
        wrong = (is_ != said).nonzero().flatten()
        surest = wrong[sure[wrong].argsort(descending=True)][:SHOWN]
        yield _samples(asked, captions, wrong={int(i) for i in wrong})
        if len(surest):
            yield element("h4", "Surest mistakes")
            yield _samples(asked, captions, [int(i) for i in surest], {int(i) for i in wrong})


def _captions(is_: Tensor, said: Tensor, sure: Tensor | None, names: list[str]) -> list[object]:
    found: list[object] = []
    for row in range(len(said)):
        name = names[int(said[row])]
        share = f" {float(sure[row]):.0%}" if sure is not None else ""
        right = names[int(is_[row])] if 0 <= int(is_[row]) < len(names) else str(int(is_[row]))
        found.append(f"{name}{share}" if right == name else f"{name}{share}, is {right}")
    return found


def _likely(values: Tensor, how: str, axis: int) -> Tensor:
    if how == "softmax":
        return values.softmax(axis)
    if how == "sigmoid":
        return values.sigmoid()
    return values.exp() if how == "exp" else values


def _square(square: Tensor, names: list[str]) -> Markup:
    """Who was taken for whom: rows are what is right, columns what was answered; of many classes, the confusions."""
    if len(names) > SQUARE:
        pairs = square.clone().fill_diagonal_(0).flatten().topk(min(20, square.numel()))
        rows = [
            (names[int(at) // len(names)], names[int(at) % len(names)], int(count))
            for count, at in zip(pairs.values, pairs.indices, strict=True)
            if count
        ]
        return table(("is", "was taken for", "times"), rows)
    sums = square.sum(1).clamp(min=1)
    body = []
    for row, name in enumerate(names):
        cells = [
            _cell(int(square[row, column]), float(square[row, column] / sums[row]), row == column)
            for column in range(len(names))
        ]
        body.append(element("tr", element("th", name, scope="row"), *cells))
    head = element("tr", element("th", "is \\ answered"), *(element("th", name, scope="col") for name in names))
    return element(
        "div", element("table", element("thead", head), element("tbody", *body), class_="square"), class_="scroll"
    )


def _cell(count: int, share: float, right: bool) -> Markup:
    """A count on a ground that is the fuller the larger its share; a class for each tenth, so no style is inline."""
    tenth = min(9, int(share * 10)) if count else "none"
    return element("td", f"{count:,}" if count else "·", class_=f"{'right' if right else 'wrong'} share-{tenth}")


def _numbers(asked: Asked, name: str, target: str) -> Iterator[Markup]:
    """Answers beside what is right."""
    wanted, found = (each.reshape(asked.count, -1).double() for each in (asked.raw[target], asked.answers[name]))
    apart = (wanted - found).abs()
    yield element("p", f"On average {float(apart.mean()):.4g} from what is right.", class_="verdict")
    yield scatter(wanted.flatten()[:DOTS].tolist(), found.flatten()[:DOTS].tolist())
    if wanted.shape[1] <= 8:
        features = asked.columns[target].features or tuple(str(i + 1) for i in range(wanted.shape[1]))
        names = (target,) if wanted.shape[1] == 1 else features
        head = ["sample", *(f"{each} {word}" for each in names for word in ("is", "answered"))]
        rows = [
            [row + 1, *(f"{float(v):.4g}" for pair in zip(wanted[row], found[row], strict=True) for v in pair)]
            for row in range(min(10, len(wanted)))
        ]
        yield table(head, rows)


def _samples(
    asked: Asked, answers: list[object], rows: list[int] | None = None, wrong: set[int] | frozenset[int] = frozenset()
) -> Markup:
    """Samples, each with what the network made of it."""
    chosen = list(range(min(SHOWN, asked.count))) if rows is None else rows
    figures = [
        element(
            "figure",
            *_given(asked, row),
            element("figcaption", answers[row]),
            class_="sample wrong" if row in wrong else "sample",
        )
        for row in chosen
    ]
    return element("div", *figures, class_="samples")


def _given(asked: Asked, row: int) -> Iterator[object]:
    """What went in."""
    for column in asked.subject.wiring.inputs.values():
        value, held = asked.raw[column][row], asked.columns[column]
        if _drawable(held.tensor):
            yield _picture(value, held.tensor, _range(asked.raw[column]))
        elif held.tensor.dtype == "int" and held.classes:
            yield element("p", _text(asked.subject, held, value.flatten().tolist())[:160])
        else:
            numbers = value.flatten().tolist()
            text = ", ".join(f"{each:.4g}" for each in numbers[:6])
            yield element("p", f"{text}, …" if len(numbers) > 6 else text)


def _text(subject: Subject, column: Column, numbers: list[int]) -> str:
    """Symbols put together again, without what only fills up."""
    kept = [number for number in numbers if number != column.padding]
    known = vocabulary(subject.prepared.fitted) if subject.prepared else None
    if known is not None and len(known.symbols) == len(column.classes):
        return known.decode(kept)
    return " ".join(column.classes[number] if number < len(column.classes) else str(number) for number in kept)


def _drawable(x: Shape) -> bool:
    return x.axes == IMAGE and x.shape[0] in (1, 3) and min(x.shape[1:]) > 1 and x.dtype == "float"


def _range(values: Tensor) -> tuple[float, float]:
    known = values[values.isfinite()]
    low, high = (float(known.amin()), float(known.amax())) if len(known) else (0.0, 1.0)
    return (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)


def _picture(value: Tensor, x: Shape, limits: tuple[float, float]) -> Markup:
    from PIL import Image

    low, high = limits
    share = ((value - low) / ((high - low) or 1.0)).nan_to_num().clamp(0, 1)
    pixels = (share * 255).round().to(torch.uint8).movedim(0, 2).contiguous().numpy()
    data = io.BytesIO()
    channels, rows, columns = x.shape
    Image.frombytes("L" if channels == 1 else "RGB", (columns, rows), pixels.tobytes()).save(data, "PNG")
    return png(data.getvalue(), "a picture")


def _row(pictures: list[Markup], captions: list[str]) -> Markup:
    figures = [
        element("figure", picture, element("figcaption", text), class_="sample")
        for picture, text in zip(pictures, captions, strict=True)
    ]
    return element("div", *figures, class_="samples")
