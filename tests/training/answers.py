"""Answers: what a trained template must be able to do beyond the number that was watched while it learned."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from dlstudio.data.prepare import prepare
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


@torch.no_grad()
def finds_the_box(run: Run) -> None:
    """ARC-46: mean intersection over union with the true box."""
    rows = held_back(run)
    answers = dict(zip(("box", "kind"), run.model()(rows["image"]), strict=True))
    assert float(overlap(answers["box"], rows["box"]).mean()) >= 0.5


def overlap(a: Tensor, b: Tensor) -> Tensor:
    """Intersection over union of boxes of left, top, right, bottom."""
    inner = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    areas = [(box[..., 2:] - box[..., :2]).clamp(min=0).prod(-1) for box in (a, b)]
    return inner / (areas[0] + areas[1] - inner).clamp(min=1e-9)


@torch.no_grad()
def finds_every_shape(run: Run) -> None:
    """Towards ARC-44: nine in ten shapes are found; eight in ten with a fitting box and the right kind."""
    rows = held_back(run)
    sure, extent, kind, middle = run.model()(rows["image"])
    there, seen = rows["certainty"][:, 0] > 0.5, sure[:, 0] > 0.5
    boxes = [
        torch.cat([m - s / 2, m + s / 2], 1).movedim(1, -1)
        for m, s in ((middle, extent), (rows["middle"], rows["extent"]))
    ]
    right = there & seen & (overlap(*boxes) >= 0.5) & (kind.argmax(1) == rows["kind"])
    assert float((there & seen).sum() / there.sum()) >= 0.9
    assert float(right.sum() / there.sum()) >= 0.8
    assert float(right.sum() / seen.sum()) >= 0.75


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
    "sparse_autoencoder": is_quiet,
    "localiser": finds_the_box,
    "grid_detector": finds_every_shape,
    "sequence_to_sequence": writes_it_alone,
    "attention": writes_it_alone,
    "captioner": writes_it_alone,
}
"""By the name of the template."""
