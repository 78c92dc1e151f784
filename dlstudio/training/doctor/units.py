"""Units that give nothing any more: dead or saturated ones."""

from collections.abc import Iterator
from functools import partial

from dlstudio.training.doctor.case import Case
from dlstudio.training.doctor.finding import Finding
from dlstudio.training.doctor.fixes import bend, normalize, scale_rate, some, start_anew
from dlstudio.training.probes.snapshot import NodeStats, Snapshot

MANY = 0.6
"""Networks that learn well may have half of their units at rest."""
ENOUGH = 64
"""Fewer samples than this say nothing about a unit."""
LOOKS = 2
RECTIFIERS = ("ReLU", "ReLU6")


def dead(case: Case) -> Iterator[Finding]:
    """DIA-05: units that are zero for every sample get no gradient and never come back."""
    for name, stats in case.last.nodes.items() if case.last else ():
        if not _rectifies(case, name, stats):
            continue
        since = case.since(partial(_is_dead, name), LOOKS)
        if since is not None and stats.dead is not None:
            text = (
                f"{stats.dead:.0%} of the units of {name} are dead: they were zero for all {stats.samples:,} samples "
                "that were looked at, so they learn no more. Use LeakyReLU, and a lower learning rate."
            )
            evidence = {"dead": stats.dead, "samples": float(stats.samples)}
            fixes = some(bend(case, [name], "LeakyReLU"), scale_rate(case, 0.1), start_anew(case, case.network.nodes))
            yield Finding("dead-units", text, name, since, evidence, fixes)


def _rectifies(case: Case, name: str, stats: NodeStats) -> bool:
    node = case.network.nodes.get(name)
    return stats.kind in RECTIFIERS or (node is not None and node.fields.get("activation") == "relu")


def _is_dead(name: str, snapshot: Snapshot) -> bool:
    stats = snapshot.nodes.get(name)
    return stats is not None and (stats.dead or 0.0) >= MANY and stats.samples >= ENOUGH


def saturated(case: Case) -> Iterator[Finding]:
    """DIA-06: units at the flat ends of their activation pass next to no gradient."""
    for name, stats in case.last.nodes.items() if case.last else ():
        if stats.saturated is None or case.before_output(name):
            continue
        since = case.since(partial(_is_flat, name), LOOKS)
        if since is not None:
            text = (
                f"{stats.saturated:.0%} of what {name} gives is saturated: the slope there is below 0.01, so hardly "
                "any gradient passes. Normalize before it, start from smaller weights, or use ReLU."
            )
            fixes = some(normalize(case, [name]), bend(case, [name], "ReLU"), start_anew(case, case.network.nodes))
            yield Finding("saturated-units", text, name, since, {"saturated": stats.saturated}, fixes)


def _is_flat(name: str, snapshot: Snapshot) -> bool:
    stats = snapshot.nodes.get(name)
    return stats is not None and (stats.saturated or 0.0) >= MANY
