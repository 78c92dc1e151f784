"""Attention: where each step of a sample looks, head by head."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from dlstudio.core.issue import ProjectProblem
from dlstudio.modules.location_attention import LocationAttention
from dlstudio.modules.self_attention import SelfAttention, rotate_by_position
from dlstudio.training.asking.plates import plate
from dlstudio.training.asking.question import Question, Subject
from dlstudio.training.questions.samples import inputs, taken
from dlstudio.training.questions.share import named as part_of
from dlstudio.training.questions.shown import PICTURES, picture
from dlstudio.training.questions.symbols import named, textual

KINDS = (nn.MultiheadAttention, SelfAttention, LocationAttention)
HEADS, STEPS, SIDE = 16, 160, 128
"""How many heads and steps are told of, and how large the picture is at most."""


@plate
@dataclass(frozen=True, eq=False)
class Looked:
    """By head how much each step that asks (by row) looks at each step that it sees (by column)."""

    node: str
    nodes: tuple[str, ...]
    """All nodes that attend, in order."""
    weights: Tensor
    asking: tuple[str, ...]
    """The symbols that ask, or nothing where they are no symbols."""
    seen: tuple[str, ...]
    picture: Tensor | None
    """The image, where the steps that are seen are its parts."""
    grid: tuple[int, int]
    """How these parts lie."""
    before: int
    """How many steps come before those parts, such as a class token."""
    place: str


@dataclass(frozen=True)
class Attention(Question):
    """The attention of a node (the last one, where none is named) on one sample."""

    node: str = ""
    row: int = 0
    part: str = "validation"
    network: str = "model"

    def ask(self, subject: Subject) -> Looked:
        module = subject.module(self.network)
        there = {name: each for name, each in module.named_modules() if isinstance(each, KINDS)}
        if not there:
            raise ProjectProblem("This network has no attention: it is for those with an attention layer.")
        node = next((name for name in there if self.node and _within(name, self.node)), "")
        if self.node and not node:
            raise ProjectProblem(f"{self.node} pays no attention to anything. Choose one of {', '.join(there)}.")
        node = node or list(there)[-1]
        part = part_of(subject, self.part)
        row = min(self.row, len(part) - 1)
        batch = taken(subject, self.part, (row,))
        calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
        with called(there[node], calls):
            module(*inputs(subject, batch))
        if not calls:
            raise ProjectProblem(f"{node} was not asked anything by this sample.")
        weights = seen_by(there[node], *calls[-1])[0, :HEADS, :STEPS, :STEPS]
        asking, seen = weights.shape[1:]
        image, grid, before = _image(subject, batch, seen)
        return Looked(
            node, tuple(there), weights.half().cpu(), _symbols(subject, batch, asking, last=True),
            _symbols(subject, batch, seen, last=False), image, grid, before,
            part.dataset.where(int(part.indices[row])),
        )  # fmt: skip


def _within(name: str, node: str) -> bool:
    return name == node or name.startswith(f"{node}.")


@contextmanager
def called(part: nn.Module, calls: list[Any]) -> Iterator[None]:
    """Hears with what a part is called."""
    handle = part.register_forward_pre_hook(lambda _, given, named: calls.append((given, named)), with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()


def seen_by(part: nn.Module, given: tuple[Any, ...], named: Mapping[str, Any]) -> Tensor:
    """Samples × heads × asking × seen: the attention that a layer pays when it is called so."""
    if isinstance(part, nn.MultiheadAttention):
        asked = {**named, "need_weights": True, "average_attn_weights": False}
        found: Tensor = part(*given, **asked)[1]
        return found
    if isinstance(part, LocationAttention):
        weights: Tensor = part(*given, **named)[1]
        return weights[:, None, None]
    assert isinstance(part, SelfAttention)
    return own_attention(part, given[0] if given else named["x"])


def own_attention(part: SelfAttention, x: Tensor) -> Tensor:
    """softmax(Q Kᵀ / √d) of the heads, as SelfAttention mixes its values by."""
    heads = part.qkv(x).unflatten(-1, (3, part.num_heads, part.embed_dim // part.num_heads))
    query, key, _ = heads.permute(2, 0, 3, 1, 4).unbind(0)
    if part.rotary:
        query, key = rotate_by_position(query), rotate_by_position(key)
    scores: Tensor = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
    if part.causal:
        later = torch.ones(scores.shape[-2:], dtype=torch.bool, device=x.device).triu(1)
        scores = scores.masked_fill(later, -torch.inf)
    return scores.softmax(-1)


def _symbols(subject: Subject, batch: Mapping[str, Tensor], length: int, *, last: bool) -> tuple[str, ...]:
    """The symbols of the input that has so many; where several have, the last one asks and the first one is seen."""
    wired = list(subject.method.task.wiring.inputs.values())
    columns = [subject.prepared.columns[name] for name in (reversed(wired) if last else wired)]
    for column in columns:
        if textual(column) and column.tensor.shape[0] == length:
            return named(column, batch[column.name][0].tolist())
    return ()


def _image(subject: Subject, batch: Mapping[str, Tensor], length: int) -> tuple[Tensor | None, tuple[int, int], int]:
    """The image whose parts are seen: as many as there are steps, or one less where a token goes before them."""
    for name in subject.method.task.wiring.inputs.values():
        column = subject.prepared.columns[name]
        if column.tensor.form not in PICTURES:
            continue
        high, wide = column.tensor.shape[-2:]
        for before in (0, 1):
            grid = _grid(length - before, high, wide)
            if grid:
                return picture(batch[name].cpu(), column.tensor.form, SIDE)[0], grid, before
    return None, (0, 0), 0


def _grid(count: int, high: int, wide: int) -> tuple[int, int] | None:
    """Rows and columns of so many parts that are shaped like the image."""
    for rows in range(2, count + 1):
        if count % rows == 0 and abs(rows / (count // rows) - high / wide) < 1e-6:
            return rows, count // rows
    return None
