"""Codes: how well the distances between codes tell who is who: one by one, and among a gallery (EVA-13)."""

from collections.abc import Mapping

import torch
from torch import Tensor

from dlstudio.training.measures.gauge import Gauge
from dlstudio.training.measures.judgement import Row
from dlstudio.training.measures.library import library
from dlstudio.training.measures.reading import Reading

MOST = 3000
"""Of so many codes at most all pairs are looked at."""
STRANGERS = (0.001, 0.01, 0.05, 0.1)
"""Which share of the strangers may pass, for the rows of the curve."""


class Codes(Gauge):
    """Keeps codes and their classes until all are there."""

    def __init__(self, name: str = "roc_auc") -> None:
        self.name = name
        self.codes: list[Tensor] = []
        self.labels: list[Tensor] = []
        self.count = 0

    def add(self, reading: Reading) -> None:
        room = max(0, MOST - self.count)
        self.codes.append(reading.answers[:room])
        self.labels.append(reading.targets[:room, 0])
        self.count += len(self.codes[-1])

    def value(self) -> float:
        codes, labels = torch.cat(self.codes), torch.cat(self.labels)
        return gallery_accuracy(codes, labels) if self.name == "gallery_accuracy" else verification(codes, labels)

    def curve(self) -> Mapping[str, Row]:
        """Within which distance two are taken for the same, by how many strangers may pass."""
        near, same = pairs(torch.cat(self.codes), torch.cat(self.labels))
        friends, strangers = near[same], near[~same]
        if not len(friends) or not len(strangers):
            return {}
        limits = strangers.sort().values
        found: dict[str, Row] = {}
        for share in STRANGERS:
            limit = limits[min(int(share * len(limits)), len(limits) - 1)]
            passing = float((friends < limit).float().mean())
            found[f"{share:.1%} of strangers pass"] = {"distance below": float(limit), "friends pass": passing}
        return found


def pairs(codes: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The distance of each pair of codes, and whether both are of one class."""
    places = torch.triu_indices(len(labels), len(labels), 1, device=labels.device)
    exact = "donot_use_mm_for_euclid_dist"
    apart = torch.cdist(codes, codes, compute_mode=exact)[places[0], places[1]]
    return apart, labels[places[0]] == labels[places[1]]


def verification(codes: Tensor, labels: Tensor) -> float:
    """One to one: how often two of one class lie nearer than two of different ones, the area under the ROC curve."""
    near, same = pairs(codes, labels)
    if bool(same.all()) or not bool(same.any()):
        return float("nan")
    likeness = 1 / (1 + near.double() if near.device.type != "mps" else 1 + near)
    return float(library("functional.classification").binary_auroc(likeness, same.long()))


def gallery_accuracy(codes: Tensor, labels: Tensor) -> float:
    """One to many: with the first sample of each class as a gallery, how often the nearest is of the right class."""
    firsts = torch.stack([(labels == label).nonzero()[0, 0] for label in torch.unique(labels)])
    asked = torch.ones(len(labels), dtype=torch.bool, device=labels.device)
    asked[firsts] = False
    if not bool(asked.any()):
        return float("nan")
    nearest = torch.cdist(codes[asked], codes[firsts]).argmin(1)
    return float((labels[firsts][nearest] == labels[asked]).float().mean())
