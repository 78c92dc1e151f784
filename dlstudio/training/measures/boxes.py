"""Boxes: how far a box covers what it should, which of several say the same, and which field and anchor has to find it.

A box is left, top, right and bottom."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from dlstudio.core.issue import ProjectProblem
from dlstudio.training.measures.library import library

ENOUGH = 0.5
"""From which overlap on a box counts as right, and a weaker one as the same again; both inclusive (NUM-79, NUM-80)."""
SURE = 0.6
"""A box must be surer than this to be looked at; one that is exactly so sure is not (NUM-80)."""


def overlap(one: Tensor, other: Tensor) -> Tensor:
    """Intersection over union of boxes with boxes; shapes are spread as in arithmetic (EVA-06, NUM-79)."""
    corner, end = torch.maximum(one[..., :2], other[..., :2]), torch.minimum(one[..., 2:], other[..., 2:])
    both = (end - corner).clamp_min(0).prod(-1)
    union = area(one) + area(other) - both
    return torch.where(union > 0, both / union.clamp_min(torch.finfo(both.dtype).tiny), 0.0)


def area(box: Tensor) -> Tensor:
    return (box[..., 2:] - box[..., :2]).clamp_min(0).prod(-1)


def suppressed(boxes: Tensor, sureness: Tensor, *, sure: float = SURE, enough: float = ENOUGH) -> Tensor:
    """The numbers of the boxes that stay, the surest first (EVA-07, NUM-80).

    The sources discard what is at most as sure as the limit, and suppress from the limit of overlap on; torchvision's
    nms suppresses only beyond it."""
    order = sureness.argsort(descending=True, stable=True)
    left = order[sureness[order] > sure]
    kept = []
    while len(left):
        kept.append(left[0])
        left = left[1:][overlap(boxes[left[1:]], boxes[left[0]]) < enough]
    return torch.stack(kept) if kept else left


def assigned(box: Tensor, anchors: Tensor, grid: tuple[int, int]) -> tuple[int, int, int, float]:
    """Row and column of the field in which a box (in shares of the picture) has its middle, the anchor whose height
    and width fit it best, and their overlap (EVA-08, TRN-29)."""
    middle, size = (box[:2] + box[2:]) / 2, box[2:] - box[:2]
    places = (middle.flip(0) * torch.tensor(grid, device=box.device)).long().tolist()
    row, column = (min(place, count - 1) for place, count in zip(places, grid, strict=True))
    zeros = torch.zeros_like(anchors)
    fits = overlap(torch.cat([zeros, anchors.flip(1)], 1), torch.cat([torch.zeros_like(size), size]))
    best = int(fits.argmax())
    return row, column, best, float(fits[best])


def mean_average_precision(
    found: Sequence[Mapping[str, Tensor]], there: Sequence[Mapping[str, Tensor]]
) -> dict[str, float]:
    """COCO's mean average precision of `boxes` with `scores` and `labels`, picture by picture."""
    detection = library("detection.mean_ap")
    try:
        metric = detection.MeanAveragePrecision(sync_on_compute=False)
    except ImportError:
        raise ProjectProblem(
            "The mean average precision of boxes needs pycocotools and a torchvision that fits torch: "
            "pip install dlstudio[detection]. The overlap of boxes (mean_iou, box_accuracy) needs neither."
        ) from None
    metric.update([dict(each) for each in found], [dict(each) for each in there])
    values = {name: value for name, value in metric.compute().items() if value.numel() == 1}
    return {name: float(value) for name, value in values.items() if name.startswith(("map", "mar"))}
