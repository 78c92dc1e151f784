"""Gradients that vanish, explode, cannot tell units apart, or never reach an input."""

import math
from collections.abc import Iterator
from functools import partial

from dlstudio.training.doctor.case import Case, total, weighty
from dlstudio.training.doctor.finding import Finding
from dlstudio.training.doctor.fixes import bend, bent_by, clip, normalize, scale_rate, some, start_anew
from dlstudio.training.probes.snapshot import Snapshot

FADED = 1e-4
"""A first layer whose gradient is below this share of the largest one learns nothing that matters."""
FADING = 1e-3
LOOKS = 2
"""So many looks in a row must agree."""
STRONG, MONSTROUS = 100.0, 1000.0
"""Gradients longer than the weights by this factor throw them away: the first where they grow, the second anywhere."""
STEEP = 10.0
GROWN = 1e3
SQUASHING = ("Sigmoid", "Tanh", "Softsign", "Hardsigmoid", "Hardtanh")


def vanishing(case: Case) -> Iterator[Finding]:
    """DIA-01: from layer to layer towards the input the gradient shrinks to nothing."""
    since = case.since(_vanishes, LOOKS)
    if since is None or case.last is None:
        return
    sizes = _sizes(case.last)
    largest = max(sizes.values())
    first = next(iter(sizes))
    faded = [name for name, size in sizes.items() if size < FADING * largest]
    node = faded[-1]
    text = (
        f"The gradient vanishes on its way to the input: from {node} backwards it is less than a thousandth of what "
        f"it is at the end, and {first} gets only {sizes[first] / largest:.1e} of it, so these layers do not learn. "
        "Use ReLU instead of squashing activations, or BatchNorm, or skip connections."
    )
    bends = bent_by(case, SQUASHING)
    fixes = some(bend(case, bends, "ReLU"), normalize(case, bends), start_anew(case, sizes))
    evidence = {"first": sizes[first], "last": list(sizes.values())[-1], "ratio": sizes[first] / largest}
    yield Finding("vanishing-gradient", text, node, since, evidence, fixes)


def _sizes(snapshot: Snapshot) -> dict[str, float]:
    """The gradient of a single weight in each layer."""
    return {name: stats.gradient_each or 0.0 for name, stats in weighty(snapshot).items()}


def _vanishes(snapshot: Snapshot) -> bool:
    sizes = list(_sizes(snapshot).values())
    return len(sizes) > 2 and 0 < sizes[0] < FADED * max(sizes) < math.inf and not _symmetric(snapshot)


def _symmetric(snapshot: Snapshot) -> bool:
    return any(_alike(name, snapshot) for name in snapshot.trained)


def exploding(case: Case) -> Iterator[Finding]:
    """DIA-02: the gradient is so long that a step along it throws the weights away."""
    if not case.history or case.last is None:
        return
    start = _whole(case.history[0])
    since = case.since(lambda snapshot: _explodes(snapshot, start))
    if since is None:
        return
    sizes = _sizes(case.last)
    node = max(sizes, key=lambda name: sizes[name] if math.isfinite(sizes[name]) else math.inf)
    length, weights = _whole(case.last), total([stats.weight or 0.0 for stats in case.last.trained.values()])
    text = (
        f"The gradient explodes: it is {length:.1e} long, beside weights of a length of {weights:.1e}, and largest in "
        f"{node}. Clip it, take smaller weights to start from, or lower the learning rate."
    )
    fixes = some(clip(), start_anew(case, sizes), scale_rate(case, 0.1))
    yield Finding("exploding-gradient", text, node, since, {"gradient": length, "weights": weights}, fixes)


def _whole(snapshot: Snapshot) -> float:
    return total([stats.gradient or 0.0 for stats in snapshot.trained.values()])


def _explodes(snapshot: Snapshot, start: float) -> bool:
    length, sizes = _whole(snapshot), list(_sizes(snapshot).values())
    if not sizes or length == 0:
        return False
    weights = total([stats.weight or 0.0 for stats in snapshot.trained.values()])
    if not (math.isfinite(length) and math.isfinite(weights)):
        return True
    grown = sizes[0] > STEEP * sizes[-1] or length > GROWN * start
    return length > (STRONG if grown else MONSTROUS) * max(weights, 1.0)


def symmetric(case: Case) -> Iterator[Finding]:
    """DIA-07: units that start alike get the same gradient and stay alike."""
    for name in case.last.trained if case.last else ():
        since = case.since(partial(_alike, name), LOOKS)
        if since is not None:
            text = (
                f"All units of {name} have the same weights and get the same gradient, so they stay copies of a "
                "single unit for ever. Start the weights at random."
            )
            yield Finding(
                "symmetric-start",
                text,
                name,
                since,
                {"alike": 1.0},
                some(start_anew(case, case.last.nodes if case.last else ())),
            )


def _alike(name: str, snapshot: Snapshot) -> bool:
    stats = snapshot.nodes.get(name)
    return stats is not None and stats.twins == 1.0


def unused(case: Case) -> Iterator[Finding]:
    """Inputs whose weights never get a gradient: nothing is learnt from them."""
    if case.last is None or len(case.history) < LOOKS:
        return
    for name, stats in case.last.trained.items():
        if stats.kind == "Linear" and stats.idle and stats.gradient:
            since = case.since(partial(_is_idle, name))
            shown = ", ".join(str(index) for index in stats.idle[:5]) + (" …" if len(stats.idle) > 5 else "")
            text = (
                f"Nothing is learnt from {len(stats.idle)} of the inputs of {name} (counted from 0: {shown}): their "
                "weights get no gradient, as when a column is always zero. Check the data, or leave them out."
            )
            yield Finding("unused-input", text, name, since or 0, {"inputs": float(len(stats.idle))})


def _is_idle(name: str, snapshot: Snapshot) -> bool:
    return bool(snapshot.nodes[name].idle)
