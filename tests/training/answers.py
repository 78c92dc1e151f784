"""Answers: what a trained template must be able to do beyond the number that was watched while it learned."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from dlstudio.data.prepare import prepare
from dlstudio.training.measures.boxes import ENOUGH, overlap, suppressed
from dlstudio.training.run import Run


def held_back(run: Run) -> Mapping[str, Tensor]:
    """The validation samples of a run."""
    part = prepare(run.project).validation
    return part.dataset.take(part.indices)


@torch.no_grad()
def fits_like_the_formula(run: Run) -> None:
    """ARC-58: the weights of least squares, as the formula gives them."""
    part = prepare(run.project).train
    rows = part.dataset.take(part.indices)
    wide = torch.cat([rows["features"], torch.ones(len(part), 1)], 1).double()
    exact = torch.linalg.lstsq(wide, rows["progression"].double()).solution.flatten()
    weigh = run.model(best=False).get_submodule("weigh")
    found = torch.cat([weight.flatten() for weight in weigh.parameters()])
    torch.testing.assert_close(found.double(), exact, rtol=0, atol=1e-4)


def knows_the_chance(run: Run) -> None:
    """ARC-57: the sigmoid of 4x, from which the samples were drawn."""
    weigh = run.model(best=False).get_submodule("weigh")
    slope, offset = (float(weight.detach()) for weight in weigh.parameters())
    assert abs(slope - 4) < 0.7
    assert abs(offset) < 0.3


@torch.no_grad()
def covers_the_ring(run: Run) -> None:
    """GEN-05: at least six of the eight clouds get their share of made points."""
    torch.manual_seed(0)
    made = run.model("generator", best=False)(torch.randn(2000, 4))
    angles = 2 * torch.pi * torch.arange(8) / 8
    nearest = torch.cdist(made, torch.stack([angles.cos(), angles.sin()], 1)).min(1)
    counts = torch.bincount(nearest.indices[nearest.values < 0.45], minlength=8)
    assert int((counts > 2000 / 8 / 5).sum()) >= 6


@torch.no_grad()
def is_quiet(run: Run) -> None:
    """GEN-04: a unit of the code is active one time in twenty, more or less."""
    model = run.model(best=False)
    codes: list[Tensor] = []
    model.get_submodule("encode").register_forward_hook(lambda _module, _given, made: codes.append(made.sigmoid()))
    model(held_back(run)["image"])
    assert 0.025 < float(codes[0].mean()) < 0.1


def draws_like_principal_components(run: Run) -> None:
    """GEN-01: within 5 % of principal component analysis with a code of the same size."""
    prepared = prepare(run.project)
    seen, new = (part.dataset.take(part.indices)["image"].flatten(1) for part in (prepared.train, prepared.validation))
    mean = seen.mean(0)
    components = torch.linalg.svd(seen - mean, full_matrices=False).Vh[:32]
    least = float(((new - mean) - (new - mean) @ components.T @ components).square().mean())
    assert abs(float(run.metrics("validation/reconstruction")[1][-1]) / least - 1) <= 0.05


@torch.no_grad()
def finds_the_box(run: Run) -> None:
    """ARC-46: mean intersection over union with the true box."""
    rows = held_back(run)
    answers = dict(zip(("box", "kind"), run.model()(rows["image"]), strict=True))
    assert float(overlap(answers["box"], rows["box"]).mean()) >= 0.5


Found = tuple[Tensor, Tensor, Tensor]
"""Of all fields of all pictures: boxes, how sure they are, and of what kind."""


@torch.no_grad()
def finds_every_shape(run: Run) -> None:
    """ARC-44: mean average precision and recall at an overlap of one half; the weaker of two alike is dropped."""
    rows = held_back(run)
    sure, extent, kind, middle = run.model()(rows["image"])
    found = boxes(middle / sure, extent / sure), sure.flatten(1), kind.argmax(1).flatten(1)
    there = boxes(rows["middle"], rows["extent"]), rows["certainty"].flatten(1), rows["kind"].flatten(1)
    precision, recall = zip(*(precision_and_recall(found, there, each) for each in range(kind.shape[1])), strict=True)
    assert sum(precision) / len(precision) >= 0.9
    assert sum(recall) / len(recall) >= 0.9


def boxes(middle: Tensor, extent: Tensor) -> Tensor:
    """Left, top, right and bottom in fields, for each field of each picture."""
    rows, columns = torch.meshgrid(*(torch.arange(count) for count in middle.shape[2:]), indexing="ij")
    middle = middle + torch.stack([columns, rows])
    return torch.cat([middle - extent / 2, middle + extent / 2], 1).flatten(2).movedim(1, 2)


def precision_and_recall(found: Found, there: Found, kind: int) -> tuple[float, float]:
    """The average precision for one kind, and how many of that kind were found at all."""
    judged: list[tuple[float, bool]] = []
    count = 0
    for boxes, sure, kinds, true, certain, named in zip(*found, *there, strict=True):
        left = true[(certain > 0.5) & (named == kind)]
        count += len(left)
        for box in (each for each in suppressed(boxes, sure, sure=0.05).tolist() if kinds[each] == kind):
            fits = overlap(left, boxes[box])
            right = bool((fits >= ENOUGH).any())
            judged.append((float(sure[box]), right))
            left = left[torch.arange(len(left)) != fits.argmax()] if right else left
    hits = torch.tensor([right for _, right in sorted(judged, reverse=True)]).cumsum(0)
    precision = hits / torch.arange(1, len(hits) + 1)
    best_from_here = precision.flip(0).cummax(0).values.flip(0)
    return float((best_from_here * hits.diff(prepend=hits.new_zeros(1))).sum() / count), float(hits[-1] / count)


@torch.no_grad()
def writes_it_alone(run: Run) -> None:
    """ARC-15, ARC-17, ARC-40: the whole row exact, each letter read from what was written before."""
    rows = held_back(run)
    model, given = run.model(), next(name for name in ("source", "image") if name in rows)
    written = rows["written"].clone()
    written[:, 1:] = 0
    for step in range(1, written.shape[1]):
        written[:, step] = model(rows[given], written).argmax(2)[:, step - 1]
    said = model(rows[given], written).argmax(2)
    assert float((said == rows["next"]).all(1).float().mean()) >= 0.95


CHECKS: dict[str, Callable[[Run], None]] = {
    "linear_regression": fits_like_the_formula,
    "logistic_regression": knows_the_chance,
    "gan": covers_the_ring,
    "linear_autoencoder": draws_like_principal_components,
    "sparse_autoencoder": is_quiet,
    "localiser": finds_the_box,
    "grid_detector": finds_every_shape,
    "sequence_to_sequence": writes_it_alone,
    "attention": writes_it_alone,
    "captioner": writes_it_alone,
}
"""By the name of the template."""
