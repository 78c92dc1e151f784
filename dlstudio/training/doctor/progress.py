"""Progress: what the curves show of the learning rate, of overfitting, and of numbers that are none."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean, median

from dlstudio.training.doctor.case import VALIDATION, Case, ends
from dlstudio.training.doctor.finding import Finding
from dlstudio.training.doctor.fixes import (
    bent_by,
    clip,
    decay,
    drop_out,
    normalize,
    round_factor,
    scale_rate,
    some,
    train_with,
)
from dlstudio.training.doctor.gradients import SQUASHING, exploding, symmetric, vanishing
from dlstudio.training.doctor.units import dead, saturated

FEW = 12
"""Fewer values than this are no curve."""
RISEN = 1.3
TURNS = -0.8
"""White noise turns at −0.5, a valley that is jumped across at −1."""
SWING = 0.02
"""A loss that swings by less than this share of itself stands still."""
BARELY = 0.02
LONG = 50
TINY = 1e-4
"""Weights that move by a smaller share of themselves at each step need thousands of steps to go anywhere."""
USUAL = 1e-3
WORSE = 1.1
GAP = 2.0
"""A validation loss so many times the training loss is a gap."""
JUDGED = 3
"""So many validations in a row must be worse than the best one."""
REMEDIES = "more data or augmentation, a smaller network, weight decay (L2), dropout, early stopping"


def not_a_number(case: Case) -> Iterator[Finding]:
    """DIA-03: a measured value ceased to be a number."""
    step, node = _first_bad(case)
    if step is None:
        return
    place = f" in {node}" if node else ""
    text = (
        f"Numbers ceased to be numbers at step {step:,}{f', beginning{place}' if place else ''}. "
        "Lower the learning rate, clip gradients, and look for a log, root or division of zero."
    )
    fixes = some(scale_rate(case, 0.1), clip())
    yield Finding("not-a-number", text, node, step, {"step": float(step)}, fixes)


def _first_bad(case: Case) -> tuple[int | None, str]:
    """The first step at which something was no number, and the node in which it began."""
    seen = [
        (snapshot.step, name)
        for snapshot in case.history
        for name, stats in snapshot.nodes.items()
        if any(value is not None and not math.isfinite(value) for value in (stats.mean, stats.gradient, stats.weight))
    ]
    steps = [step for step, value in zip(*case.loss, strict=True) if not math.isfinite(value)]
    last = list(case.loss[0][-1:]) if case.facts.culprit else []  # the step spoilt the weights, no loss tells it yet
    found = min([*steps, *(step for step, _ in seen)] or last, default=None)
    return found, case.facts.culprit or (seen[0][1] if seen else "")


def rate_too_high(case: Case) -> Iterator[Finding]:
    """DIA-10: the loss climbs, or jumps from one side of the valley to the other."""
    steps, values = case.loss
    if len(values) < FEW or not all(map(math.isfinite, values)):
        return
    start, end = ends(values, 0.25)
    start = min(start, values[0])
    climbs = end > RISEN * start > 0 and end > RISEN * min(values)
    swing = _swing(values[-4 * FEW :])
    if not climbs and not (swing["turn"] < TURNS and swing["width"] > SWING):
        return
    what = "the loss climbs" if climbs else "the loss jumps up and down from step to step"
    text = f"The learning rate of {case.rate:g} is too high: {what}. Lower it; a tenth is a good first try."
    evidence = {"start": start, "end": end, "rate": case.rate, **swing}
    since = steps[min(range(len(values)), key=values.__getitem__)] if climbs else steps[max(0, len(steps) - 4 * FEW)]
    yield Finding("rate-too-high", text, "", since, evidence, some(scale_rate(case, 0.1)))


def _swing(values: Sequence[float]) -> dict[str, float]:
    """How regularly a curve turns at each step (−1 is always), and how wide it swings, as a share of its height."""
    moves = [after - before for before, after in pairwise(values)]
    curves = [after - before for before, after in pairwise(moves)]
    power = sum(move * move for move in moves)
    turn = sum(before * after for before, after in pairwise(moves)) / power if power and curves else 0.0
    height = abs(fmean(values)) or 1.0
    return {"turn": turn, "width": median(map(abs, moves)) / height}


def rate_too_low(case: Case) -> Iterator[Finding]:
    """The loss barely moves although gradients are healthy, since each step is tiny."""
    steps, values = case.loss
    updates = [stats.update for stats in case.last.trained.values() if stats.update is not None] if case.last else []
    if len(values) < LONG or not updates or not all(map(math.isfinite, values)):
        return
    start, end = ends(values)
    ratio = median(updates)
    if not _still(values) or not 0 < ratio < TINY or any(vanishing(case)) or any(exploding(case)):
        return
    text = (
        f"The learning rate of {case.rate:g} is too low: a step moves the weights by {ratio:.0e} of their size, and in "
        f"{len(values):,} steps the loss went from {start:.4g} to {end:.4g}. Raise it."
    )
    evidence = {"update": ratio, "start": start, "end": end, "rate": case.rate}
    fixes = some(scale_rate(case, min(round_factor(USUAL / ratio), 1e4)))
    yield Finding("rate-too-low", text, "", steps[0], evidence, fixes)


def no_progress(case: Case) -> Iterator[Finding]:
    """DIA-09: the weights move, but the loss stays where it was from the start, as on a plateau."""
    steps, values = case.loss
    updates = [stats.update for stats in case.last.trained.values() if stats.update is not None] if case.last else []
    if len(values) < 2 * LONG or not updates or not all(map(math.isfinite, values)) or median(updates) < TINY:
        return
    causes = (vanishing, exploding, symmetric, dead, saturated, rate_too_high)
    if not _still(values) or any(finding for rule in causes for finding in rule(case)):
        return
    start, end = ends(values)
    text = (
        f"In {len(values):,} steps the loss went from {start:.4g} to {end:.4g} only, although the weights move: a "
        "plateau. Try a higher learning rate, Adam, BatchNorm or another start; or the inputs do not tell the answers."
    )
    bends = bent_by(case, (*SQUASHING, "ReLU"))
    fixes = some(scale_rate(case, 10.0), normalize(case, bends))
    yield Finding("no-progress", text, "", steps[0], {"start": start, "end": end, "update": median(updates)}, fixes)


def _still(values: Sequence[float]) -> bool:
    """Whether a loss is in the end where it was at the start, and has been nowhere else."""
    start, end = ends(values)
    return abs(start - end) < BARELY * abs(start) and min(values[len(values) // 2 :]) > 0.5 * start


def overfitting(case: Case) -> Iterator[Finding]:
    """DIA-08: what is learnt by heart does not help with what was never seen."""
    steps, values = case.curves.get(VALIDATION, ((), ()))
    if len(values) < JUDGED + 1 or not all(map(math.isfinite, values)):
        return
    best = min(range(len(values)), key=values.__getitem__)
    worse = values[best + 1 :]
    train = [value for step, value in zip(*case.loss, strict=True) if step > steps[best]]
    if len(worse) < JUDGED or min(worse[-JUDGED:]) < WORSE * values[best] or len(train) < 2:
        return
    early, late = ends(train, 0.25)
    if not late < early or not GAP * late < worse[-1]:
        return
    text = (
        f"The network learns by heart: since step {steps[best]:,} the training loss has fallen to {late:.3g}, but the "
        f"validation loss has risen from {values[best]:.3g} to {worse[-1]:.3g}. What helps: {REMEDIES}."
    )
    evidence = {"best": values[best], "validation": worse[-1], "training": late}
    fixes = some(drop_out(case), decay(), train_with("Stop when validation stops improving", patience=5))
    yield Finding("overfitting", text, "", steps[best], evidence, fixes)


def critic_too_good(case: Case) -> Iterator[Finding]:
    """DIA-28: a critic that is nearly always right gives the generator nothing to follow."""
    for name, (steps, values) in case.curves.items():
        if not name.endswith("accuracy") or not any(word in name for word in ("critic", "discriminator")):
            continue
        count = max(FEW, len(values) // 5)
        if len(values) >= FEW and fmean(values[-count:]) > 0.95:
            text = (
                f"The critic is right in {fmean(values[-count:]):.0%} of all cases, so the generator has nothing to "
                "follow. Slow the critic down: fewer steps, a smaller network, or labels of 0.9 instead of 1."
            )
            yield Finding(
                "critic-too-good", text, "", steps[-min(count, len(steps))], {"accuracy": fmean(values[-count:])}
            )


def falls(values: Sequence[float], tolerance: float = 1e-6) -> bool:
    """DIA-11: whether a loss on all samples falls at every step, as it should without dropout and at a small rate."""
    return all(after <= before + tolerance * abs(before) for before, after in pairwise(values))
