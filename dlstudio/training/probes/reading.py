"""Reading: from the numbers that one transfer brought to the statistics of each node."""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from dlstudio.training.probes.counting import histogram
from dlstudio.training.probes.listener import Listener
from dlstudio.training.probes.looks import Look
from dlstudio.training.probes.scales import Scales
from dlstudio.training.probes.snapshot import Histogram, NodeStats, Picture
from dlstudio.training.probes.wish import Wish

Found = Mapping[Hashable, Tensor]


@dataclass
class Extras:
    """What was seen beyond the numbers of the nodes."""

    histograms: dict[tuple[str, str], Histogram] = field(default_factory=dict)
    features: dict[str, Picture] = field(default_factory=dict)
    kernels: dict[str, Picture] = field(default_factory=dict)


def read(
    found: Found,
    parts: Mapping[str, nn.Module],
    known: Mapping[str, Look],
    listener: Listener,
    scales: Scales,
    wish: Wish,
) -> tuple[dict[str, NodeStats], Extras]:
    """The statistics of every node, and the extras."""
    weighed = _weighed(found, scales)
    nodes = {
        name: NodeStats(
            known[name].kind, **weighed.get(name, {}), **_shaped(found, name), **_heard(found, name, listener)
        )
        for name in parts
    }
    return nodes, _extras(found, wish)


def _weighed(found: Found, scales: Scales) -> dict[str, dict[str, Any]]:
    """Lengths of weights, gradients and steps, summed up over the weights of each node."""
    if "weights" not in found:
        return {}
    places = scales.places()
    weights = found["weights"].tolist()
    gradients = dict(zip(places, found["gradients"].tolist(), strict=True)) if places else {}
    steps = dict(zip(places, found["steps"].tolist(), strict=True)) if places else {}
    nodes: dict[str, dict[str, Any]] = {}
    for name, own in scales.nodes.items():
        mine = [scales.place(weight) for weight in own]
        moved = [place for place in mine if place in gradients]
        length = _length(weights[place] for place in mine)
        nodes[name] = {"size": sum(weight.numel() for weight in own), "weight": length}
        if moved:
            nodes[name]["gradient"] = _length(gradients[place] for place in moved)
            nodes[name]["update"] = _length(steps[place] for place in moved) / length if length else None
    return nodes


def _length(values: Any) -> float:
    return math.sqrt(sum(value * value for value in values))


def _shaped(found: Found, name: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if (name, "matrix") in found:
        made["small"], made["twins"] = found[name, "matrix"].tolist()
    if (name, "rank") in found:
        made["rank"] = float(found[name, "rank"])
    if (name, "idle") in found:
        made["idle"] = tuple(found[name, "idle"].nonzero().flatten().tolist())
    return made


def _heard(found: Found, name: str, listener: Listener) -> dict[str, Any]:
    """The calls of a node in one step taken together."""
    if (name, "heard") not in found:
        return {}
    rows, sizes = found[name, "heard"].tolist(), listener.sizes(name)
    total = sum(sizes)

    def mean(values: list[float]) -> float:
        return sum(value * size for value, size in zip(values, sizes, strict=True)) / total

    means, stds, lows, highs, zeros, flats = (list(column) for column in zip(*rows, strict=True))
    middle = mean(means)
    spread = mean([std * std + (own - middle) ** 2 for std, own in zip(stds, means, strict=True)])
    saturated = mean(flats)
    return {
        "mean": middle,
        "std": math.sqrt(spread) if spread > 0 else spread,
        "low": min(lows),
        "high": max(highs),
        "zeros": max(0.0, mean(zeros)),
        "saturated": None if math.isnan(saturated) else saturated,
        "dead": float(found[name, "dead"]),
        "samples": listener.samples(name),
    }


def _extras(found: Found, wish: Wish) -> Extras:
    extras = Extras()
    for key, values in found.items():
        if not isinstance(key, tuple):
            continue
        name, what = key
        if what in ("weights", "gradients", "activations"):
            extras.histograms[name, what] = histogram(values, wish.scale)
        elif what == "features":
            extras.features[name] = Picture(values.float())
        elif what == "kernels":
            extras.kernels[name] = Picture(values.float())
    return extras
